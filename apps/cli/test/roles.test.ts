import { readCsv } from "@steepest/datasets";
import { describe, expect, it } from "vitest";
import { assignRoles, constantNotes, symbolOf } from "../src/fit/roles.ts";
import { completeRows } from "../src/fit/rows.ts";
import { settingsFrom } from "../src/fit/settings.ts";

const table = readCsv("t,y,Body Mass (g),who\n1,2,3,Ada\n2,,5,Bob\n3,4,,Eve\n", { name: "lab.csv" });

describe("assignRoles", () => {
  it("takes symbols that name columns for predictors, all others for parameters", () => {
    const roles = assignRoles(["a", "b", "t"], table, { y: "y" });
    expect(roles).toEqual({
      predictors: new Map([["t", "t"]]),
      parameters: ["a", "b"],
      response: "y",
      notes: [],
    });
  });

  it("finds the one column left", () => {
    expect(assignRoles(["a", "t", "Body_Mass_g"], table, {}).response).toBe("y");
  });

  it("lets a column with an awkward name be called by a plain one", () => {
    expect(symbolOf("Body Mass (g)")).toBe("Body_Mass_g");
    expect(assignRoles(["a", "Body_Mass_g"], table, { y: "y" }).predictors).toEqual(
      new Map([["Body_Mass_g", "Body Mass (g)"]]),
    );
    expect(assignRoles(["a", "t"], table, { y: "Body_Mass_g" }).response).toBe("Body Mass (g)");
  });

  it.each([
    ["mass", "mass"],
    ["größe", "größe"],
    ["x (m/s²)", "x_m_s"],
    ["2nd", "_2nd"],
    ["log", "log_1"],
    ["e", "e_1"],
    ["pi", "pi_1"],
    ["%", "_"],
  ])("lets a model call the column %j %s", (name, symbol) => {
    expect(symbolOf(name)).toBe(symbol);
    const lab = readCsv(`${JSON.stringify(name)},y\n1,2\n2,4\n`);
    expect(assignRoles(["a", symbol], lab, {}).predictors).toEqual(new Map([[symbol, name]]));
  });

  it("says that a name in the model is a constant although a column is called so", () => {
    const lab = readCsv("e,pi,y\n1,2,3\n");
    expect(constantNotes("a*e + exp(b)", lab)).toEqual([
      "e is a constant in a model; the column e is written e_1",
    ]);
    expect(constantNotes("a*e_1 + 2e + pie", lab)).toEqual([
      "e is a constant in a model; the column e is written e_1",
    ]);
    expect(constantNotes("a*e_1 + 2e-3", lab)).toEqual([]);
    expect(() => assignRoles(["a"], lab, { y: "y" })).toThrow(
      expect.objectContaining({
        hint: "Write the name of a column into the model. The columns of table are e (written e_1 in a model), pi (written pi_1 in a model), y.",
      }),
    );
  });

  it("does not choose between columns that a model would call the same", () => {
    const lab = readCsv("x 1,x-1,y\n1,2,3\n");
    expect(() => assignRoles(["a", "x_1"], lab, { y: "y" })).toThrow(
      'x_1 could be more than one column: "x 1" or "x-1"',
    );
  });

  it("says what the columns hold that are no numbers", () => {
    const lab = readCsv('x,y\n1,"1,234"\n2,"2,345"\n');
    expect(() => assignRoles(["a", "x"], lab, {})).toThrow(
      expect.objectContaining({ hint: 'The model uses x. The others hold no numbers: y (such as "1,234").' }),
    );
  });

  it("leaves empty columns alone, such as a comma at the end of each line makes", () => {
    const lab = readCsv("x,y,\n1,2,\n2,4,\n");
    expect(assignRoles(["a", "x"], lab, {}).response).toBe("y");
    expect(() => assignRoles(["a", "x", "y"], lab, {})).toThrow(
      expect.objectContaining({ hint: "The model uses x, y. The others hold no numbers: column3 (empty)." }),
    );
  });

  it("takes the plain name of a column for --x, as for --y", () => {
    expect(assignRoles(["a", "x"], table, { x: "Body_Mass_g", y: "y" }).predictors).toEqual(
      new Map([["x", "Body Mass (g)"]]),
    );
  });

  it("maps x to the column given by --x, unless a column is called x", () => {
    expect(assignRoles(["a", "x"], table, { x: "Body Mass (g)", y: "y" }).predictors).toEqual(
      new Map([["x", "Body Mass (g)"]]),
    );
    const withX = readCsv("x,t,y\n1,2,3\n");
    expect(assignRoles(["a", "x", "t"], withX, { x: "t" }).predictors).toEqual(
      new Map([
        ["x", "x"],
        ["t", "t"],
      ]),
    );
  });

  it("remarks on a parameter that is nearly a column", () => {
    const weights = readCsv("weight,height,y\n1,2,3\n");
    expect(assignRoles(["a", "wieght", "height"], weights, { y: "y" }).notes).toEqual([
      "wieght names no column and is fitted as a parameter; did you mean weight?",
    ]);
  });

  it.each<[string, string[], { x?: string; y?: string }, string]>([
    [
      "several columns left",
      ["a", "t"],
      {},
      "the model could describe more than one column: say which with --y",
    ],
    ["no predictor", ["a", "b"], { y: "y" }, "no symbol of the model names a column"],
    ["x without --x", ["a", "x"], { y: "y" }, "no symbol of the model names a column"],
    ["no parameter", ["t"], { y: "y" }, "nothing to fit: every symbol of the model names a column"],
    ["--x unused", ["a", "t"], { x: "y", y: "y" }, "--x y: the model uses neither x nor y"],
    [
      "--x that is no column",
      ["a", "x"],
      { x: "time" },
      'lab.csv has no such column, expected one of "t", "y", "Body Mass (g)", "who", found: "time"',
    ],
    ["--y that is a predictor", ["a", "t"], { y: "t" }, "--y t is also a predictor of the model"],
    [
      "--y of text",
      ["a", "t"],
      { y: "who" },
      'column "who" of lab.csv holds text, expected numbers, found: "Ada"',
    ],
    [
      "a predictor of text",
      ["a", "who"],
      { y: "y" },
      'column "who" of lab.csv holds text, expected numbers, found: "Ada"',
    ],
    [
      "nothing left",
      ["a", "t", "y", "Body_Mass_g"],
      {},
      "no column of numbers is left for the model to describe in lab.csv",
    ],
  ])("explains %s", (_, symbols, options, message) => {
    expect(() => assignRoles(symbols, table, options)).toThrow(message);
  });
});

describe("completeRows", () => {
  it("keeps the rows with a value in every column that is used, and counts the others", () => {
    const data = completeRows(table, assignRoles(["a", "t"], table, { y: "y" }));
    expect(data).toEqual({
      predictors: { t: Float64Array.of(1, 3) },
      response: Float64Array.of(2, 4),
      rows: 2,
      dropped: 1,
    });
  });

  it("explains when none is left", () => {
    const gaps = readCsv("t,y\n1,\n,2\n");
    expect(() => completeRows(gaps, assignRoles(["a", "t"], gaps, {}))).toThrow(
      "no row of table has a value in every column that is used",
    );
  });
});

describe("settingsFrom", () => {
  it("joins starts, bounds and fixed values", () => {
    expect(
      settingsFrom(["a", "b", "c", "d"], {
        start: new Map([["a", 2]]),
        bounds: new Map([["b", { min: 0, max: Infinity }]]),
        fix: new Map<string, number | undefined>([
          ["c", 0],
          ["d", undefined],
        ]),
      }),
    ).toEqual({
      parameters: {
        a: { value: 2 },
        b: { value: 1, min: 0 },
        c: { value: 0, fixed: true },
        d: { value: 1, fixed: true },
      },
      defaulted: ["b"],
    });
  });

  it.each([
    [{ min: 0, max: 2 }, 1],
    [{ min: 5, max: 9 }, 7],
    [{ min: 3, max: Infinity }, 4],
    [{ min: -Infinity, max: -3 }, -4],
  ])("starts inside bounds %j at %d", (bounds, value) => {
    expect(settingsFrom(["a"], { bounds: new Map([["a", bounds]]) }).parameters["a"]?.value).toBe(value);
  });

  it.each([
    [{ start: new Map([["alhpa", 1]]) }, "--start: the model has no parameter alhpa, did you mean alpha?"],
    [{ bounds: new Map([["q", { min: 0, max: 1 }]]) }, "--bounds: the model has no parameter q"],
    [{ fix: new Map([["alpha", 1]]) }, "nothing to fit: every parameter is fixed"],
    [
      { start: new Map([["alpha", 3]]), bounds: new Map([["alpha", { min: 0, max: 2 }]]) },
      "--start alpha=3 is outside --bounds alpha=0:2",
    ],
    [
      { start: new Map([["alpha", -3]]), bounds: new Map([["alpha", { min: 0, max: Infinity }]]) },
      "--start alpha=-3 is outside --bounds alpha=0:",
    ],
  ])("explains %j", (flags, message) => {
    expect(() => settingsFrom(["alpha"], flags)).toThrow(message);
  });

  it("explains two values for one parameter", () => {
    expect(() => settingsFrom(["a", "b"], { start: new Map([["a", 1]]), fix: new Map([["a", 2]]) })).toThrow(
      "a has two values: --start a=1 and --fix a=2",
    );
  });
});
