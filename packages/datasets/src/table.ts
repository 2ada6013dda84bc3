import { DatasetError } from "./errors.ts";
import { suggest } from "./suggest.ts";

/** `number` columns are doubles with NaN where a value is missing; `string` and `date` columns have "" there. */
export type ColumnType = "number" | "string" | "date";

/** What is known about a column. */
export interface ColumnMeta {
  name: string;
  type: ColumnType;
  /** "" for a pure number, a text, or when it is unknown. */
  unit: string;
  /** "" when nothing is known beyond the name. */
  description: string;
  /** How many rows have no value here. */
  missing: number;
}

/** What is known about a table. */
export interface TableMeta {
  name: string;
  rows: number;
  columns: readonly ColumnMeta[];
}

/** The values of a column, one per row. Dates are ISO 8601 text. */
export type ColumnValues = Float64Array | string[];

/** Columns of equal length, by name. */
export interface Table {
  meta: TableMeta;
  columns: Record<string, ColumnValues>;
}

function quoteList(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

/** The error for a column that is asked for and not there. */
function noSuchColumn(table: Table, name: string): DatasetError {
  const names = table.meta.columns.map((meta) => meta.name);
  const near = suggest(name, names);
  const expected = `one of ${quoteList(names)}`;
  return new DatasetError(
    `${table.meta.name} has no such column, ${near === undefined ? `expected ${expected}` : `did you mean "${near}"? expected ${expected}`}, found: "${name}"`,
    { column: name, found: name, expected },
  );
}

/**
 * Values of the column called `name`.
 *
 * @throws DatasetError when there is none; the message names the nearest one.
 */
export function column(table: Table, name: string): ColumnValues {
  const values = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (values === undefined) throw noSuchColumn(table, name);
  return values;
}

/**
 * Values of the column of numbers called `name`, NaN where missing.
 *
 * @throws DatasetError when there is none or when it holds text or dates.
 */
export function numericColumn(table: Table, name: string): Float64Array {
  const values = column(table, name);
  if (values instanceof Float64Array) return values;
  const type = table.meta.columns.find((meta) => meta.name === name)?.type ?? "string";
  const example = values.find((value) => value !== "") ?? "";
  throw new DatasetError(
    `column "${name}" of ${table.meta.name} holds ${type === "date" ? "dates" : "text"}, expected numbers, found: "${example}"`,
    { column: name, found: example, expected: "numbers" },
  );
}

/** All columns of numbers by name, in the order of the table. */
export function numericColumns(table: Table): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(table.columns).filter(
      (entry): entry is [string, Float64Array] => entry[1] instanceof Float64Array,
    ),
  );
}
