import { readCsv } from "@steepest/datasets";
import { parse } from "@steepest/autodiff/formula";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completeRows, formulaSymbol, studioTable } from "../src/lib/lessons/fit-studio/table.ts";

describe("column names in formulas", () => {
  it.each([
    ["co2", "co2"],
    ["Body mass (g)", "Body_mass_g"],
    ["2nd reading", "c2nd_reading"],
    ["pi", "pi_"],
    ["sin", "sin_"],
    ["température", "température"],
    ["%", "column"],
  ])("%s is called %s", (name, symbol) => {
    expect(formulaSymbol(name)).toBe(symbol);
  });

  it("whatever a column is called, its name in formulas is one symbol", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const symbol = formulaSymbol(name);
        expect(parse(symbol).symbols).toEqual([symbol]);
      }),
      { numRuns: 500 },
    );
  });

  it("are told apart where different columns would share one", () => {
    const table = studioTable(readCsv("a b,a-b,y\n1,2,3\n4,5,6"), "test");
    expect(table.columns.map(({ symbol }) => symbol)).toEqual(["a_b", "a_b_2", "y"]);
  });
});

describe("rows for a fit", () => {
  const table = studioTable(readCsv("name,t,y,z\nA,0,1,\nB,1,,5\nC,2,3,6\nD,3,4,7"), "test");
  const columns = Object.fromEntries(table.columns.map((column) => [column.symbol, column]));

  it("come from the columns of numbers alone", () => {
    expect(table.columns.map(({ name }) => name)).toEqual(["t", "y", "z"]);
    expect(table.rows).toBe(4);
  });

  it("leave out those with a gap in a column that is used, and no others", () => {
    expect(completeRows([columns["t"]!, columns["y"]!])).toEqual({
      columns: { t: Float64Array.of(0, 2, 3), y: Float64Array.of(1, 3, 4) },
      rows: 3,
      leftOut: 1,
    });
    expect(completeRows([columns["t"]!, columns["y"]!, columns["z"]!]).leftOut).toBe(2);
    expect(completeRows([columns["t"]!])).toMatchObject({ rows: 4, leftOut: 0 });
  });
});
