import { parseNumber } from "./numbers.ts";
import { problemAt, shown } from "./problem.ts";

/**
 * Names of the columns from the header's cells. A column without a name (a row index, as R and pandas write it) is
 * called by its position: `column1`.
 *
 * @throws DatasetError when a name comes twice or when the line holds values instead of names.
 */
export function readHeader(cells: readonly string[], row: number): string[] {
  const values = cells.map((cell) => cell.trim());
  if (values.every((cell) => cell !== "" && Number.isFinite(parseNumber(cell, ".") ?? NaN)))
    throw problemAt(
      { row },
      "a header with the names of the columns",
      `values only, ${shown(values.join(", "))}`,
    );
  const names = values.map((cell, i) => (cell === "" ? `column${i + 1}` : cell));
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name))
      throw problemAt({ row, column: name }, "every column name once", `${shown(name)} twice`);
    seen.add(name);
  }
  return names;
}
