import type { ColumnMeta, ColumnValues } from "@steepest/datasets";

/** What can be said of a column in a line. */
export interface ColumnSummary {
  name: string;
  type: ColumnMeta["type"];
  unit: string;
  description: string;
  count: number;
  missing: number;
  /** Of numbers; dates have the first and the last; null for text or without any value. */
  min: number | string | null;
  mean: number | null;
  max: number | string | null;
  /** Of text: distinct values, the most frequent first. */
  values?: { value: string; count: number }[];
}

export function summariseColumn(meta: ColumnMeta, values: ColumnValues): ColumnSummary {
  const { name, type, unit, description, missing } = meta;
  const facts = { name, type, unit, description, count: values.length - missing, missing };
  if (values instanceof Float64Array) {
    let [min, max, sum] = [Infinity, -Infinity, 0];
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      [min, max] = [Math.min(min, value), Math.max(max, value)];
      sum += value;
    }
    if (facts.count === 0) return { ...facts, min: null, mean: null, max: null };
    return { ...facts, min, mean: sum / facts.count, max };
  }
  const known = values.filter((value) => value !== "");
  if (type === "date") {
    // ISO dates sort as text.
    const sorted = known.toSorted();
    return { ...facts, min: sorted[0] ?? null, mean: null, max: sorted.at(-1) ?? null };
  }
  const counts = new Map<string, number>();
  for (const value of known) counts.set(value, (counts.get(value) ?? 0) + 1);
  return {
    ...facts,
    min: null,
    mean: null,
    max: null,
    values: Array.from(counts, ([value, times]) => ({ value, count: times })).toSorted(
      (a, b) => b.count - a.count,
    ),
  };
}

/** Whether the rows are a course, one after the other: the first column of numbers or dates never steps back. */
export function isSeries(columns: Record<string, ColumnValues>, metas: readonly ColumnMeta[]): boolean {
  const first = metas.find((meta) => meta.type !== "string");
  const values = first === undefined ? undefined : columns[first.name];
  if (values === undefined || values.length < 3 || first?.missing !== 0) return false;
  for (let i = 1; i < values.length; i++) if (!((values[i - 1] ?? "") < (values[i] ?? ""))) return false;
  return true;
}
