import { FormulaError, parse } from "@steepest/autodiff/formula";
import type { Table } from "@steepest/datasets";

/** A column of numbers as the studio uses it. */
export interface NumberColumn {
  /** Its name in the data. */
  readonly name: string;
  /** What it is called in a formula: the name itself when that can be written there. */
  readonly symbol: string;
  readonly unit: string;
  readonly description: string;
  /** NaN where a value is missing. */
  readonly values: Float64Array;
}

export interface StudioTable {
  readonly title: string;
  readonly rows: number;
  /** Every column of numbers, in the order of the data. */
  readonly columns: readonly NumberColumn[];
}

/** Whether a formula takes the text for a name of its own, and not for a function or a constant. */
function isSymbol(text: string): boolean {
  try {
    const { symbols } = parse(text);
    return symbols.length === 1 && symbols[0] === text;
  } catch (error) {
    if (error instanceof FormulaError) return false;
    throw error;
  }
}

/** A name as it can stand in a formula: letters, digits and underscores, beginning with a letter. */
export function formulaSymbol(name: string): string {
  const plain = name
    .trim()
    .replace(/[^\p{L}0-9_]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .replace(/^(?=[0-9])/, "c");
  const symbol = plain === "" ? "column" : plain;
  return isSymbol(symbol) ? symbol : `${symbol}_`;
}

/** The columns of numbers of a table, each with a symbol that no other has. */
export function studioTable(table: Table, title: string): StudioTable {
  const symbols = new Set<string>();
  const columns = table.meta.columns.flatMap((meta): NumberColumn[] => {
    const values = table.columns[meta.name];
    if (!(values instanceof Float64Array)) return [];
    const wish = formulaSymbol(meta.name);
    let symbol = wish;
    for (let n = 2; symbols.has(symbol); n++) symbol = `${wish}_${n}`;
    symbols.add(symbol);
    return [{ name: meta.name, symbol, unit: meta.unit, description: meta.description, values }];
  });
  return { title, rows: table.meta.rows, columns };
}

/** A column's name with its unit, for axes: `co2 (ppm)`. */
export function columnTitle(column: NumberColumn): string {
  return column.unit === "" ? column.name : `${column.name} (${column.unit})`;
}

export interface CompleteRows {
  /** The columns asked for, by symbol, with only the rows in which all of them have a value. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly rows: number;
  readonly leftOut: number;
}

/** The rows in which none of the columns is missing. */
export function completeRows(columns: readonly NumberColumn[]): CompleteRows {
  const total = columns[0]?.values.length ?? 0;
  const complete: number[] = [];
  for (let row = 0; row < total; row++) {
    if (columns.every((column) => Number.isFinite(column.values[row]))) complete.push(row);
  }
  const entries = columns.map((column) => [
    column.symbol,
    complete.length === total ? column.values : Float64Array.from(complete, (row) => column.values[row]!),
  ]);
  return {
    columns: Object.fromEntries(entries) as Record<string, Float64Array>,
    rows: complete.length,
    leftOut: total - complete.length,
  };
}
