import { FitError, listNames, show } from "./error.ts";

/** A table: columns of numbers by name, all of one length. */
export type Columns = Readonly<Record<string, ArrayLike<number>>>;

/**
 * One column as doubles, checked: it exists, has `rows` entries when that is given, and every entry is a finite number.
 *
 * @param where how the table is called in error messages
 * @throws {FitError}
 */
export function readColumn(table: Columns, name: string, where: string, rows?: number): Float64Array {
  const column: unknown = Object.hasOwn(table, name) ? table[name] : undefined;
  if (column === undefined) {
    throw new FitError({
      where: `${where}.${name}`,
      expected: "a column of numbers",
      advice: `the columns are ${listNames(Object.keys(table))}`,
      found: "nothing",
    });
  }
  return readNumbers(column, `${where}.${name}`, rows);
}

/** An array of finite numbers as doubles; see {@link readColumn}. */
export function readNumbers(given: unknown, where: string, rows?: number): Float64Array {
  if (!isArrayLike(given)) {
    throw new FitError({
      where,
      expected: "an array of numbers",
      advice: "give one number for each row",
      found: show(given),
    });
  }
  if (given.length === 0) {
    throw new FitError({
      where,
      expected: "at least one number",
      advice: "give the data to fit",
      found: "an empty array",
    });
  }
  if (rows !== undefined && given.length !== rows) {
    throw new FitError({
      where,
      expected: `${rows} numbers, as many as the other columns have`,
      advice: "columns must have one entry for each row",
      found: String(given.length),
    });
  }
  const numbers = new Float64Array(given.length);
  const bad: number[] = [];
  for (let row = 0; row < given.length; row++) {
    const value = given[row];
    if (typeof value === "number" && Number.isFinite(value)) numbers[row] = value;
    else bad.push(row);
  }
  const first = bad[0];
  if (first !== undefined) {
    const others = bad.slice(1, 6);
    const more = bad.length - 1 > others.length ? ", …" : "";
    const rest = bad.length > 1 ? `, and ${bad.length - 1} more in rows ${others.join(", ")}${more}` : "";
    throw new FitError({
      where: `${where}[${first}]`,
      expected: "a finite number",
      advice: "leave incomplete rows out before fitting",
      found: `${show(given[first])}${rest}`,
    });
  }
  return numbers;
}

/** Whether a value can be a column: an array or typed array whose first entry is not text. */
export function isNumericColumn(value: unknown): boolean {
  return isArrayLike(value) && typeof value[0] !== "string";
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
