import type { ColumnMeta, ColumnValues } from "../table.ts";
import { isMissingNumber, parseNumber, type DecimalMark } from "./numbers.ts";
import { problemAt, shown } from "./problem.ts";

const isoDate =
  /^\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?$/;

export interface ReadColumn {
  meta: ColumnMeta;
  values: ColumnValues;
}

function readNumbers(
  name: string,
  cells: readonly string[],
  decimal: DecimalMark,
  lineOf: (row: number) => number,
): ReadColumn | undefined {
  const values = new Float64Array(cells.length);
  let missing = 0;
  let firstBad = -1;
  let bad = 0;
  cells.forEach((cell, i) => {
    const value = parseNumber(cell, decimal);
    values[i] = value ?? NaN;
    if (value === undefined) {
      if (bad++ === 0) firstBad = i;
    } else if (Number.isNaN(value)) missing++;
  });
  const good = cells.length - missing - bad;
  if (bad > 0 && good > bad) {
    const expected = `a number such as 3${decimal}14 as in most rows, or an empty cell where it is missing`;
    throw problemAt({ row: lineOf(firstBad), column: name }, expected, shown(cells[firstBad] ?? ""));
  }
  if (bad > 0) return undefined;
  return { meta: { name, type: "number", unit: "", description: "", missing }, values };
}

/**
 * A column from its cells: numbers when every cell is one or is marked as missing, dates when every cell is an ISO 8601
 * date or empty, text otherwise.
 *
 * @throws DatasetError for a cell that is no number in a column where most are.
 */
export function readColumn(
  name: string,
  cells: readonly string[],
  options: { decimal: DecimalMark; asText: boolean; lineOf: (row: number) => number },
): ReadColumn {
  const isDate = (cell: string): boolean => isoDate.test(cell.trim());
  const hasDates = cells.some(isDate) && cells.every((cell) => isDate(cell) || isMissingNumber(cell));
  if (!options.asText && !hasDates) {
    const numbers = readNumbers(name, cells, options.decimal, options.lineOf);
    if (numbers !== undefined) return numbers;
  }
  const isDates = hasDates && !options.asText;
  const values = isDates ? cells.map((cell) => (isDate(cell) ? cell.trim() : "")) : [...cells];
  const missing = values.reduce((count, value) => count + (value === "" ? 1 : 0), 0);
  return { meta: { name, type: isDates ? "date" : "string", unit: "", description: "", missing }, values };
}
