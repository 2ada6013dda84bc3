import Papa from "papaparse";
import { DatasetError } from "../errors.ts";
import { suggest } from "../suggest.ts";
import type { Table } from "../table.ts";
import { readColumn } from "./columns.ts";
import { detectDelimiter } from "./delimiter.ts";
import { readableText } from "./guard.ts";
import { readHeader } from "./header.ts";
import { detectDecimalMark } from "./numbers.ts";
import { inFile, problemAt } from "./problem.ts";

export interface ReadCsvOptions {
  /** Name of the table or file, which messages then begin with. Default "table". */
  name?: string;
  /** One character between cells. Default: found out from `,` tab `;` `|`. */
  delimiter?: string;
  /** Columns that are text even though they look like numbers or dates, such as codes. */
  text?: readonly string[];
  /** Longest text that is read, in characters. Default 200 million. */
  maxCharacters?: number;
}

const isBlank = (row: readonly string[]): boolean => row.every((cell) => cell.trim() === "");

/** Splits the text into rows of cells. Quotation marks that do not close are errors, with the line they are on. */
function splitRows(text: string, delimiter: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: "\n" });
  const quotes = errors.find((error) => error.type === "Quotes");
  if (quotes !== undefined) {
    const row = lineOf(data, quotes.row ?? 0);
    if (quotes.code === "MissingQuotes")
      throw problemAt({ row }, 'a closing quotation mark (")', "the end of the file");
    throw problemAt(
      { row },
      'a quotation mark inside a quoted cell to be written twice ("")',
      "text after a closing quotation mark",
    );
  }
  return data;
}

/** 1-based line on which row `index` begins: quoted cells may span lines. */
function lineOf(rows: readonly (readonly string[])[], index: number): number {
  let line = 1;
  for (const row of rows.slice(0, index)) {
    line++;
    for (const cell of row) if (cell.includes("\n")) line += cell.split("\n").length - 1;
  }
  return line;
}

/**
 * Reads a table from CSV text: one header line, then one line per row.
 *
 * Understood without being told: a byte order mark, any line ends, quoted cells (with delimiters, line breaks and
 * doubled quotation marks in them), blank lines, comma, tab, semicolon or bar between cells, and decimal commas where the
 * delimiter is not a comma. A column is of numbers (NaN where missing), ISO 8601 dates, or text.
 *
 * @throws DatasetError that names file, row and column, what was expected and what was found.
 */
export function readCsv(text: string, options: ReadCsvOptions = {}): Table {
  try {
    return readTable(text, options);
  } catch (error) {
    throw error instanceof DatasetError ? inFile(options.name, error) : error;
  }
}

function readTable(text: string, options: ReadCsvOptions): Table {
  const clean = readableText(text, options.maxCharacters ?? 200_000_000);
  const delimiter = options.delimiter ?? detectDelimiter(clean);
  const rows = splitRows(clean, delimiter);

  const headerIndex = rows.findIndex((row) => !isBlank(row));
  const names = readHeader(rows[headerIndex] ?? [], lineOf(rows, headerIndex));
  const indices: number[] = [];
  for (let i = headerIndex + 1; i < rows.length; i++) {
    const row = rows[i] ?? [];
    // In a table of one column an empty line between others is a missing value; elsewhere it is only space.
    if (isBlank(row) && (names.length > 1 || i === rows.length - 1)) continue;
    if (row.length !== names.length)
      throw problemAt(
        // The first column that got no cell; a cell too many has no column to name.
        { row: lineOf(rows, i), column: names[row.length] },
        `${names.length} ${names.length === 1 ? "cell" : "cells"} as in the header`,
        `${row.length} ${row.length === 1 ? "cell" : "cells"}${
          row.length > names.length ? `, ${JSON.stringify(row[names.length])} being one too many` : ""
        }`,
      );
    indices.push(i);
  }
  if (indices.length === 0)
    throw problemAt({ row: lineOf(rows, headerIndex) + 1 }, "a row of values", "nothing after the header");

  for (const name of options.text ?? [])
    if (!names.includes(name)) {
      const near = suggest(name, names);
      const expected = `one of ${names.map((known) => `"${known}"`).join(", ")}`;
      throw new DatasetError(
        `no such column to read as text, ${near === undefined ? "" : `did you mean "${near}"? `}expected ${expected}, found: "${name}"`,
        { column: name, expected, found: name },
      );
    }

  const body = indices.map((i) => rows[i] ?? []);
  const decimal = detectDecimalMark(body, delimiter);
  const columns = names.map((name, j) =>
    readColumn(
      name,
      body.map((row) => row[j] ?? ""),
      {
        decimal,
        asText: options.text?.includes(name) ?? false,
        lineOf: (row) => lineOf(rows, indices[row] ?? 0),
      },
    ),
  );
  return {
    meta: { name: options.name ?? "table", rows: body.length, columns: columns.map(({ meta }) => meta) },
    columns: Object.fromEntries(columns.map(({ meta, values }) => [meta.name, values])),
  };
}
