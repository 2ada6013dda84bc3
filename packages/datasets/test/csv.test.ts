import { describe, expect, it } from "vitest";
import { DatasetError, column, numericColumn, readCsv, type ReadCsvOptions } from "../src/index.ts";

const types = (text: string, options?: ReadCsvOptions): string[] =>
  readCsv(text, options).meta.columns.map(({ name, type }) => `${name}: ${type}`);

function errorOf(action: () => unknown): DatasetError {
  try {
    action();
  } catch (error) {
    if (error instanceof DatasetError) return error;
    throw error;
  }
  throw new Error("expected a DatasetError");
}

describe("messages begin with the name of the file, when it has one", () => {
  it("with its row", () => {
    const error = errorOf(() => readCsv("t,y\n1,2\n3\n", { name: "ragged.csv" }));
    expect(error.message).toBe(
      'ragged.csv, row 3, column "y": expected 2 cells as in the header, found: 1 cell',
    );
    expect(error).toMatchObject({ row: 3, column: "y", found: "1 cell" });
  });

  it("and as a whole", () => {
    expect(() => readCsv("PK\u0003\u0004", { name: "sheet.csv" })).toThrow(
      /^sheet\.csv: expected a CSV text/,
    );
  });
});

describe("readCsv reads", () => {
  it("numbers, dates and text", () => {
    const table = readCsv("day,t,weather\n2024-01-01,1,sun\n2024-01-02,-2.5e-3,rain\n", { name: "days" });
    expect(table.meta).toEqual({
      name: "days",
      rows: 2,
      columns: [
        { name: "day", type: "date", unit: "", description: "", missing: 0 },
        { name: "t", type: "number", unit: "", description: "", missing: 0 },
        { name: "weather", type: "string", unit: "", description: "", missing: 0 },
      ],
    });
    expect(table.columns).toEqual({
      day: ["2024-01-01", "2024-01-02"],
      t: Float64Array.of(1, -0.0025),
      weather: ["sun", "rain"],
    });
  });

  it.each([
    ["comma", "a,b\n1,2\n"],
    ["semicolon", "a;b\n1;2\n"],
    ["tab", "a\tb\n1\t2\n"],
    ["bar", "a|b\n1|2\n"],
    ["CRLF", "a,b\r\n1,2\r\n"],
    ["CR", "a,b\r1,2\r"],
    ["a byte order mark", "\ufeffa,b\n1,2"],
    ["no last line end", "a,b\n1,2"],
    ["blank lines", "\n\na,b\n\n1,2\n\n  \n,\n"],
    ["spaces around", " a , b\n 1 , 2 \n"],
    ["quotation marks", '"a","b"\n"1","2"\n'],
  ])("%s", (_, text) => {
    expect(readCsv(text).columns).toEqual({ a: Float64Array.of(1), b: Float64Array.of(2) });
  });

  it("delimiters, doubled quotation marks and line breaks in quoted cells", () => {
    expect(readCsv('a,b\n"x, ""y""\r\nz",1\n').columns["a"]).toEqual(['x, "y"\nz']);
  });

  it("decimal commas when the delimiter leaves the comma free", () => {
    expect(readCsv("t;y\n1,5;2\n-0,25;1,5e3\n").columns).toEqual({
      t: Float64Array.of(1.5, -0.25),
      y: Float64Array.of(2, 1500),
    });
    expect(types("t;y\n1.5;2,5\n1.5;2,5\n")).toEqual(["t: number", "y: string"]);
  });

  it("missing values as NaN, and counts them", () => {
    const table = readCsv("a,b\n1,x\n,y\nNA,\n-,z\nn/a,\n");
    expect(table.columns["a"]).toEqual(Float64Array.of(1, NaN, NaN, NaN, NaN));
    expect(table.columns["b"]).toEqual(["x", "y", "", "z", ""]);
    expect(table.meta.columns.map((meta) => meta.missing)).toEqual([4, 2]);
  });

  it("an empty line between the values of a single column as a missing value", () => {
    expect(readCsv("a\n1\n\n3\n").columns["a"]).toEqual(Float64Array.of(1, NaN, 3));
  });

  it("columns without a name by their position", () => {
    expect(types(",x\n1,2\n")).toEqual(["column1: number", "x: number"]);
  });

  it("a column as text when asked to", () => {
    expect(types("id,x\n007,1\n008,2\n", { text: ["id"] })).toEqual(["id: string", "x: number"]);
    expect(readCsv("id,x\n007,1\n", { text: ["id"] }).columns["id"]).toEqual(["007"]);
  });

  it("names that objects have by birth", () => {
    const table = readCsv("__proto__,constructor\n1,2\n");
    expect(numericColumn(table, "__proto__")).toEqual(Float64Array.of(1));
    expect(() => column(readCsv("a,b\n1,2"), "toString")).toThrow(DatasetError);
  });

  it("a wide and a long table", () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},${i / 7},"row ${i}"`);
    const table = readCsv(`i,x,label\n${rows.join("\n")}\n`);
    expect(table.meta.rows).toBe(20_000);
    expect(numericColumn(table, "x")[19_999]).toBe(19_999 / 7);
  });
});

describe("readCsv explains", () => {
  it.each<[string, string, Partial<DatasetError>, string]>([
    [
      "too few cells",
      "t,y\n1,2\n3\n",
      { row: 3, column: "y" },
      'row 3, column "y": expected 2 cells as in the header, found: 1 cell',
    ],
    [
      "too many cells",
      "t,y\n1,2,3\n",
      { row: 2 },
      'row 2: expected 2 cells as in the header, found: 3 cells, "3" being one too many',
    ],
    [
      "a line above the header",
      "# from the lab\nt,y\n1,2\n",
      { row: 2 },
      'row 2: expected 1 cell as in the header, found: 2 cells, "y" being one too many',
    ],
    [
      "a ragged row after a cell of several lines",
      't,y\n1,"a\nb"\n\n3\n',
      { row: 5, column: "y" },
      'row 5, column "y": expected 2 cells as in the header, found: 1 cell',
    ],
    [
      "a word among numbers",
      "t,y\n1,2\n2,high\n3,4\n",
      { row: 3, column: "y", found: '"high"' },
      'row 3, column "y": expected a number such as 3.14 as in most rows, or an empty cell where it is missing, found: "high"',
    ],
    [
      "a decimal point among decimal commas",
      "t;y\n1;2,5\n2;2,7\n3;1.234,5\n",
      { row: 4, column: "y" },
      'row 4, column "y": expected a number such as 3,14 as in most rows, or an empty cell where it is missing, found: "1.234,5"',
    ],
    [
      "an infinite number",
      "t,y\n1,2\n2,1e999\n3,4\n",
      { row: 3, column: "y" },
      'row 3, column "y": expected a number such as 3.14 as in most rows, or an empty cell where it is missing, found: "1e999"',
    ],
    [
      "a name used twice",
      "t,y,t\n1,2,3\n",
      { row: 1, column: "t" },
      'row 1, column "t": expected every column name once, found: "t" twice',
    ],
    [
      "values where the header should be",
      "1,2\n3,4\n",
      { row: 1 },
      'row 1: expected a header with the names of the columns, found: values only, "1, 2"',
    ],
    [
      "nothing",
      "",
      { row: 1, found: "an empty file" },
      "row 1: expected a header with the names of the columns, found: an empty file",
    ],
    [
      "only space",
      " \r\n\n\t",
      { row: 1 },
      "row 1: expected a header with the names of the columns, found: an empty file",
    ],
    [
      "only a header",
      "t,y\n\n",
      { row: 2 },
      "row 2: expected a row of values, found: nothing after the header",
    ],
    [
      "a quotation that does not end",
      't,y\n1,2\n3,"4\n5,6\n',
      { row: 3 },
      'row 3: expected a closing quotation mark ("), found: the end of the file',
    ],
    [
      "a quotation mark in the middle of a quotation",
      't,y\n1,"2"3"\n',
      { row: 2 },
      'row 2: expected a quotation mark inside a quoted cell to be written twice (""), found: text after a closing quotation mark',
    ],
    [
      "an Excel file",
      "PK\u0003\u0004\u0014\0\u0006",
      { found: "an Excel or zip file" },
      "expected a CSV text (save the sheet as CSV, UTF-8), found: an Excel or zip file",
    ],
    [
      "binary data",
      "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR",
      { found: "binary data" },
      "expected a CSV text in UTF-8, found: binary data, or text in another encoding",
    ],
  ])("%s", (_, text, facts, message) => {
    const error = errorOf(() => readCsv(text));
    expect(error.message).toBe(message);
    expect(error).toMatchObject(facts);
    expect(error.expected).not.toBe("");
  });

  it("a text that is too large", () => {
    expect(errorOf(() => readCsv("a,b\n1,2\n", { maxCharacters: 5 })).message).toBe(
      "too large: expected at most 5 characters (take fewer rows, or raise maxCharacters), found: 8",
    );
  });

  it("a column that is not there, with the nearest name", () => {
    const table = readCsv("temperature,y\n1,2\n", { name: "lab.csv" });
    const error = errorOf(() => column(table, "temprature"));
    expect(error.message).toBe(
      'lab.csv has no such column, did you mean "temperature"? expected one of "temperature", "y", found: "temprature"',
    );
    expect(error).toMatchObject({
      column: "temprature",
      found: "temprature",
      expected: 'one of "temperature", "y"',
    });
    expect(errorOf(() => readCsv("id,x\n1,2", { text: ["Id"] })).message).toContain('did you mean "id"?');
  });

  it("text where numbers are needed", () => {
    const table = readCsv("who,day\nAda,2024-01-01\n", { name: "people.csv" });
    expect(errorOf(() => numericColumn(table, "who")).message).toBe(
      'column "who" of people.csv holds text, expected numbers, found: "Ada"',
    );
    expect(errorOf(() => numericColumn(table, "day")).message).toBe(
      'column "day" of people.csv holds dates, expected numbers, found: "2024-01-01"',
    );
  });
});
