import type { Row } from "./benchmark.ts";

/** Three digits, never an exponent. */
export function figure(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 }).format(value);
}

export function time(value: number, { unit }: Row): string {
  return `${figure(value)} ${unit}`;
}

/** How many times as long as ours an alternative takes. */
export function ratio(value: number, { ours }: Row): string {
  return `${figure(value / ours)}×`;
}

const perSecond: Readonly<Record<string, number>> = { ms: 1e3, µs: 1e6 };

/** Floating point operations in a second, for rows that count them. */
export function rate(value: number, { unit, operations }: Row): string | undefined {
  if (operations === undefined) return undefined;
  return `${figure((operations / value) * (perSecond[unit] as number) * 1e-9)} GFLOP/s`;
}

/** What ours must reach, as it is said: by time, or by rate. */
export function goal(row: Row): string | undefined {
  if (row.goal === undefined) return undefined;
  const least = rate(row.goal, row);
  return least === undefined ? `≤ ${time(row.goal, row)}` : `≥ ${least}`;
}

/** Every note once, with the rows it is about unless it is about all of them. */
export function notes(rows: readonly Row[]): string[] {
  const about = new Map<string, string[]>();
  for (const row of rows)
    for (const [label, note] of Object.entries(row.notes)) {
      const text = `${label}: ${note}`;
      about.set(text, [...(about.get(text) ?? []), row.name]);
    }
  return [...about].map(([text, names]) => {
    if (names.length === rows.length) return text;
    return `${text} (${names.length > 3 ? `${names.length} rows` : names.join(", ")})`;
  });
}
