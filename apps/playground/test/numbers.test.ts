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
    [1234567, 4321, "1234600", "4300"],
    // What stands above one another begins powers of ten at the same size.
    [20933469, 4214854, "2.09 × 10⁷", "4.2 × 10⁶"],
    [4.2e-24, 3.1e-23, "4 × 10⁻²⁴", "3.1 × 10⁻²³"],
    [0, 3.1e-23, "0", "3.1 × 10⁻²³"],
    [5, 3e-120, "5.000000000", "3.0 × 10⁻¹²⁰"],
    [2e-7, 3e-9, "2.000 × 10⁻⁷", "3.0 × 10⁻⁹"],
  ])("%d ± %d is %s ± %s", (value, error, valueText, errorText) => {
    expect(writeWithError(value, error)).toMatchObject({ value: valueText, error: errorText });
  });

  it("begin powers of ten at the same size with an error and without", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -12, max: 12 }),
        fc.double({ min: 1, max: 9.9, noNaN: true }),
        (n, lead) => {
          const value = lead * 10 ** n;
          const { value: written } = writeWithError(value, value / 10);
          expect(written.includes("×")).toBe(writeNumber(value, 7).includes("×"));
        },
      ),
    );
  });

  it("write the ends of an interval to the place of the error, and rounding error as zero", () => {
    expect([-6.5, 12.345].map(writeWithError(3.21, 4.7).bound)).toEqual(["−6.5", "12.3"]);
    const flat = writeWithError(2.5e-17, 1e-18, 4e-16);
    expect([flat.value, flat.error, flat.bound(-3e-17)]).toEqual(["0", "0", "0"]);
  });

  it("without an error show what there is", () => {
    expect(writeWithError(2, NaN)).toMatchObject({ value: "2.00000", error: "not a number" });
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
