/** How numbers are written: 3.14 or 3,14. */
export type DecimalMark = "." | ",";

const withPoint = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const withComma = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/;
const minusSign = /^\u2212/;

/** What people and programs write for "no value" in a column of numbers. */
const missingMarks = new Set(["", "na", "n/a", "#n/a", "nan", "null", "none", "-", "--", ".", "?"]);

export function isMissingNumber(cell: string): boolean {
  return missingMarks.has(cell.trim().toLowerCase());
}

/** The number in a cell, NaN where a missing value is marked, undefined when it is neither. */
export function parseNumber(cell: string, decimal: DecimalMark): number | undefined {
  if (isMissingNumber(cell)) return NaN;
  const text = cell.trim().replace(minusSign, "-");
  if (!(decimal === "." ? withPoint : withComma).test(text)) return undefined;
  const value = Number(decimal === "." ? text : text.replace(",", "."));
  return Number.isFinite(value) ? value : undefined;
}

/**
 * The decimal mark of a table: the comma when the delimiter leaves it free, some cell is a number only with it (`3,14`)
 * and none is a number only with the point.
 */
export function detectDecimalMark(rows: readonly (readonly string[])[], delimiter: string): DecimalMark {
  if (delimiter === ",") return ".";
  let commas = 0;
  for (const row of rows)
    for (const cell of row) {
      const text = cell.trim();
      if (text.includes(",") && withComma.test(text)) commas++;
      else if (text.includes(".") && withPoint.test(text)) return ".";
    }
  return commas > 0 ? "," : ".";
}
