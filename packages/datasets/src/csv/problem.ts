import { DatasetError } from "../errors.ts";

/** A value as it is shown in a message: quoted, control characters escaped, shortened. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

/** A DatasetError for one place in a file: `row 3, column "y": expected a number, found: "abc"`. */
export function problemAt(
  place: { row: number; column?: string | undefined },
  expected: string,
  found: string,
): DatasetError {
  const where =
    place.column === undefined ? `row ${place.row}` : `row ${place.row}, column "${place.column}"`;
  return new DatasetError(`${where}: expected ${expected}, found: ${found}`, { ...place, expected, found });
}

/** The same error with the name of the file before it: `lab.csv, row 3, column "y": …`; as it is without a name. */
export function inFile(name: string | undefined, error: DatasetError): DatasetError {
  if (name === undefined) return error;
  return new DatasetError(`${name}${error.row === undefined ? ": " : ", "}${error.message}`, error);
}
