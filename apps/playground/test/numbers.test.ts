import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editNumber, niceStep, tickWriter, writeNumber, writeWithError } from "../src/lib/figure/numbers.ts";

describe("numbers as a person writes them", () => {
  it.each([
    [0, "0"],
    [314.4213, "314.4"],
    [-0.01234567, "−0.01235"],
    [4.7e-9, "4.700 × 10⁻⁹"],
    [-1.25e12, "−1.250 × 10¹²"],
    [NaN, "not a number"],
    [-Infinity, "−∞"],
  ])("%d is %s", (value, text) => {
    expect(writeNumber(value)).toBe(text);
  });

  it("keep their digits: what is written is within half a unit of its last place", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 9e6, noNaN: true }),
        fc.integer({ min: 2, max: 7 }),
        (value, digits) => {
          const read = Number(writeNumber(value, digits).replace(/ × 10.*/u, ""));
          if (writeNumber(value, digits).includes("×")) return;
          expect(Math.abs(read - value) / value).toBeLessThanOrEqual(0.5 * 10 ** (1 - digits) * 1.0001);
        },
      ),
    );
  });

  it.each([
    [315.02134, 0.0671, "315.021", "0.067"],
    [-0.000123456, 0.0000071, "−0.0001235", "0.0000071"],
    [1234567, 4321, "1234567", "4321"],
    [2e-7, 3e-9, "2.000 × 10⁻⁷", "3.0 × 10⁻⁹"],
  ])("%d ± %d is %s ± %s", (value, error, valueText, errorText) => {
    expect(writeWithError(value, error)).toEqual({ value: valueText, error: errorText });
  });

  it("without an error show what there is", () => {
    expect(writeWithError(2, NaN)).toEqual({ value: "2.00000", error: "not a number" });
  });
});

describe("ticks", () => {
  it("leave years alone and group large counts", () => {
    expect(tickWriter(20, 2020)(1980)).toBe("1980");
    expect(tickWriter(5000, 40_000)(15_000)).toBe("15\u2009000");
  });

  it("have as many decimals as their distance needs, and no negative zero", () => {
    const write = tickWriter(0.05, 0.4);
    expect([-0.05, 1e-17, 0.05, 0.3].map(write)).toEqual(["−0.05", "0.00", "0.05", "0.30"]);
  });

  it("stay short for tiny and huge values", () => {
    expect(tickWriter(2e-9, 8e-9)(4e-9)).toBe("4 × 10⁻⁹");
    expect(tickWriter(1e6, 5e6)(3e6)).toBe("3M");
  });
});

describe("fields and sliders", () => {
  it("show a number that reads back as itself to twelve digits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const read = Number(editNumber(value));
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-11);
      }),
    );
  });

  it("move in steps of 1, 2 or 5", () => {
    expect([0.013, 0.07, 3.3, 1, 990].map(niceStep)).toEqual([0.01, 0.05, 2, 1, 500]);
    expect(niceStep(0)).toBe(1);
  });
});
