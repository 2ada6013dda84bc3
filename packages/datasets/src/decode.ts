import type { ColumnValues } from "./table.ts";

/** How a column is written in `generated/`: numbers as shortest decimals, text as levels, dates as steps in days. */
export type EncodedColumn =
  | { name: string; numbers: readonly (number | null)[] }
  | { name: string; levels: readonly string[]; codes: readonly number[] }
  | { name: string; start: string; days: readonly number[] };

export interface EncodedTable {
  rows: number;
  columns: readonly EncodedColumn[];
}

/** Sizes of a set, counted when it was generated. */
export interface Summary {
  rows: number;
  missing: Readonly<Record<string, number>>;
}

const millisecondsPerDay = 86_400_000;

function decodeColumn(column: EncodedColumn): ColumnValues {
  if ("numbers" in column) return Float64Array.from(column.numbers, (value) => value ?? NaN);
  if ("codes" in column) return column.codes.map((code) => column.levels[code] ?? "");
  let time = Date.parse(column.start);
  const isoDay = (): string => new Date(time).toISOString().slice(0, 10);
  return [isoDay(), ...column.days.map((days) => ((time += days * millisecondsPerDay), isoDay()))];
}

export function decodeColumns(table: EncodedTable): Record<string, ColumnValues> {
  return Object.fromEntries(table.columns.map((column) => [column.name, decodeColumn(column)]));
}
