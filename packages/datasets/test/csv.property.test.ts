import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { DatasetError, readCsv, tableSchema, type ColumnValues } from "../src/index.ts";

/** Text that is certainly not taken for a number, a date or a missing value, with every character that CSV fears. */
const word = fc
  .string({ unit: fc.constantFrom("a", "é", "𝛼", ",", ";", "\t", "|", '"', "\n", " ", "1", "-") })
  .map((text) => `w${text}`);
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(NaN));

const column = (rows: number): fc.Arbitrary<ColumnValues> =>
  fc.oneof(
    fc.array(number, { minLength: rows, maxLength: rows }).map((values) => Float64Array.from(values)),
    fc.array(word, { minLength: rows, maxLength: rows }),
  );

const tables = fc.integer({ min: 1, max: 12 }).chain((rows) =>
  fc.uniqueArray(word, { minLength: 2, maxLength: 6, selector: (name) => name.trim() }).chain((names) =>
    fc
      .tuple(...names.map(() => column(rows)))
      // A row without any value is a blank line, which is no row.
      .filter((columns) =>
        Array.from({ length: rows }).every((_, i) => columns.some((values) => !Number.isNaN(values[i]))),
      )
      .map((columns) => ({ names: names.map((name) => name.trim()), columns, rows })),
  ),
);

const cell = (value: string | number | undefined): string =>
  value === undefined || Number.isNaN(value) ? "" : Object.is(value, -0) ? "-0" : String(value);

describe("any table written as CSV reads back", () => {
  it.each([",", ";", "\t", "|"])("with %j between cells", (delimiter) => {
    fc.assert(
      fc.property(tables, fc.constantFrom("\n", "\r\n"), ({ names, columns, rows }, newline) => {
        const data = Array.from({ length: rows }, (_, i) => columns.map((values) => cell(values[i])));
        const text = Papa.unparse({ fields: names, data }, { quotes: true, delimiter, newline });
        const table = readCsv(text);
        tableSchema.parse(table);
        expect(Object.keys(table.columns)).toEqual(names);
        names.forEach((name, j) => expect(table.columns[name]).toEqual(columns[j]));
      }),
    );
  });
});

describe("whatever the text, readCsv gives a valid table or a DatasetError", () => {
  const readsOrExplains = (text: string): void => {
    try {
      tableSchema.parse(readCsv(text));
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
    }
  };

  it("random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        readsOrExplains(new TextDecoder().decode(bytes)),
      ),
      { numRuns: 1000 },
    );
  });

  it("random text of characters that matter", () => {
    const unit = fc.constantFrom(
      "a",
      "1",
      "2",
      ".",
      ",",
      ";",
      "\t",
      "|",
      '"',
      "\n",
      "\r",
      " ",
      "-",
      "e",
      "\ufeff",
      "_",
    );
    fc.assert(fc.property(fc.string({ unit, maxLength: 80 }), readsOrExplains), { numRuns: 3000 });
  });
});
