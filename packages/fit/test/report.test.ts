import { describe, expect, it } from "vitest";
import { alignColumns, formatMeasurement, formatNumber } from "../src/format.ts";
import { fit } from "../src/index.ts";

describe("numbers for reading", () => {
  it.each([
    [0, "0"],
    [1234567, "1234567"],
    [12345678, "1.23457e7"],
    [0.00012345678, "0.000123457"],
    [0.000012345678, "1.23457e-5"],
    [-2.5, "-2.5"],
    [100, "100"],
    [99.99999999, "100"],
    [NaN, "not defined"],
    [Infinity, "Infinity"],
  ])("%d is written %s", (x, text) => {
    expect(formatNumber(x)).toBe(text);
  });

  it.each([
    [5.03214, 0.04178, "5.032", "0.042"],
    [1234.5678, 12.3, "1235", "12"],
    [-0.5, 0.0099999, "-0.500", "0.010"],
    [5.6177717e-9, 6.1124e-9, "5.6e-9", "6.1e-9"],
    [0.000112345, 3.4e-9, "0.0001123450", "0.0000000034"],
    [6.02214e23, 1.1e20, "6.0221e23", "0.0011e23"],
    [0, 0.25, "0.00", "0.25"],
    [3, 0, "3", "0"],
    [1.8e-24, 3.2e-23, "2e-24", "3.2e-23"],
    [-4e17, 4.71e21, "-4e17", "4.7e21"],
    [0, 4.71e21, "0", "4.7e21"],
  ])("%d ± %d is written %s ± %s", (value, error, valueText, errorText) => {
    const written = formatMeasurement(value, error, [value]);
    expect(written).toEqual({ value: valueText, error: errorText, limits: [valueText] });
  });

  it("columns are aligned to the left, or to the right where asked", () => {
    const rows = [
      ["R²", "1.5"],
      ["slope", "10"],
    ];
    expect(alignColumns(rows, [1])).toEqual(["R²     1.5", "slope   10"]);
  });
});

const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

describe("the report", () => {
  it("has model, data, parameters with intervals, goodness and correlations", () => {
    const result = fit("a + b*x", { x, y }, { parameters: { a: 0, b: 0 } });
    const text = result.report();
    const lines = text.split("\n");
    expect(lines).toContain("  model   y = a + b*x");
    expect(lines).toContain("  data    11 observations of y over x, unweighted");
    expect(lines).toContain(
      `  work    ${result.iterations} steps tried, model and derivatives evaluated ${result.evaluations} times`,
    );
    expect(lines).toContain("     value     std. error  relative  95 % interval");
    expect(lines).toContain("  a    3.0  ±         1.1      37 %  [0.5, 5.5]");
    expect(lines).toContain("  b   0.50  ±        0.12      24 %  [0.23, 0.77]");
    expect(lines).toContain("  residual sum of squares  13.7627");
    expect(lines).toContain("  R²                       0.666542");
    expect(lines).toContain("  a, b  -0.9435");
    expect(text).not.toContain("Notes");
    expect(lines.every((line) => line === line.trimEnd())).toBe(true);
  });

  it("takes a level and a threshold", () => {
    const result = fit("a + b*x", { x, y }, { parameters: { a: 0, b: 0 } });
    const text = result.report({ level: 0.9, correlationThreshold: 0.95 });
    expect(text).toContain("90 % interval");
    expect(text).not.toContain("Correlations");
  });

  it("says in the table what has no error bar and in the notes why", () => {
    const parameters = { a: 0, b: { value: 0.2, max: 0.4 }, c: { value: 1, fixed: true } };
    const text = fit("a + b*x + 0*c", { x, y }, { parameters }).report();
    expect(text).toMatch(/^ {2}b +0\.4 +at its upper bound 0\.4$/m);
    expect(text).toMatch(/^ {2}c +1 +fixed$/m);
    expect(text).toContain(
      "  - no error bar for b: at its upper bound 0.4, where an error bar to both sides has no meaning",
    );
  });

  it("gives χ² where sigma was given, and doubts it where it does not fit", () => {
    const options = { parameters: { a: 0, b: 0 } };
    const small = fit("a + b*x", { x, y }, { ...options, sigma: 0.1 });
    expect(small.report()).toContain("reduced χ²");
    expect(small.report()).toContain("- the residuals are larger than sigma allows");
    expect(fit("a + b*x", { x, y }, { ...options, sigma: 10 }).report()).toContain(
      "- the residuals are smaller than sigma allows",
    );
    expect(fit("a + b*x", { x, y }, { ...options, sigma: 1.2 }).report()).not.toContain("Notes");
  });

  it("writes zero for what is only rounding error", () => {
    const flat = fit("a + b*x", { x, y: x.map(() => 5) }, { parameters: { a: 1, b: 1 } });
    expect(flat.report()).toMatch(/^ {2}a +5 +± +0 +0 % +\[5, 5\]$/m);
    expect(flat.report()).toMatch(/^ {2}b +0 +± +0 +\[0, 0\]$/m);
    // Nothing is rounded away that the data do say, however small.
    const tiny = x.map((value, i) => 1e-20 * (value + Math.sin(i)));
    expect(fit("a + b*x", { x, y: tiny }, { parameters: { a: 1, b: 1 } }).report()).toMatch(
      /^ {2}b +9\.85e-21 +± +0\.70e-21 /m,
    );
  });

  it("warns of a model worse than a constant", () => {
    expect(fit("a*x", { x, y: y.map((value) => 30 - value) }, { parameters: { a: 0 } }).report()).toContain(
      "- R² is negative: a constant would describe the response better than this model",
    );
  });
});
