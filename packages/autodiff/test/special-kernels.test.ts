import { describe, expect, it } from "vitest";
import { besselJ } from "../src/ops/kernels/bessel.ts";
import { beta, logBeta } from "../src/ops/kernels/beta.ts";
import { digamma } from "../src/ops/kernels/digamma.ts";
import { faddeeva, voigt } from "../src/ops/kernels/faddeeva.ts";
import { gamma, lgamma } from "../src/ops/kernels/gamma.ts";
import {
  erfcInverse,
  erfInverse,
  logNormalCdf,
  normalCdf,
  normalQuantile,
} from "../src/ops/kernels/normal.ts";
import { polygamma } from "../src/ops/kernels/polygamma.ts";
import { specialValues, type SpecialName } from "./special-values.ts";

type Kernel = (a: number, b: number, c: number) => number;

/** The distance to the next number of a normal size. */
function ulp(value: number): number {
  let exponent = Math.floor(Math.log2(Math.abs(value)));
  if (2 ** exponent > Math.abs(value)) exponent--;
  return 2 ** (exponent - 52);
}

/** The largest error over the rows of the table, measured against the size that `scale` gives for each value. */
function largestError(
  rows: readonly (readonly number[])[],
  kernel: Kernel,
  scale: (value: number) => number,
): number {
  let largest = 0;
  for (const row of rows) {
    const [a, b, c] = row.slice(0, -2) as [number, number, number];
    const [value, rest] = row.slice(-2) as [number, number];
    const error = Math.abs(kernel(a, b, c) - value - rest) / scale(value);
    expect(error, `at ${row.slice(0, -2).join(", ")}`).not.toBeNaN();
    largest = Math.max(largest, error);
  }
  return largest;
}

describe("kernels of special functions keep the accuracy that their docstrings state", () => {
  it.each<[SpecialName, Kernel, number]>([
    ["lgamma", lgamma, 2],
    ["gamma", gamma, 7],
    ["digamma", digamma, 3],
    ["polygamma", polygamma, 6],
    ["beta", beta, 8],
    ["normalCdf", normalCdf, 1.1],
    ["logNormalCdf", logNormalCdf, 3],
    ["normalQuantile", normalQuantile, 6],
    ["erfInverse", erfInverse, 6],
    ["erfcInverse", erfcInverse, 6],
    ["besselJ tail", besselJ, 45],
    ["voigt", (x, sigma, g) => voigt(0, x, sigma, g)[0], 10],
  ])("%s, in units in the last place", (name, kernel, bound) => {
    expect(largestError(specialValues[name], kernel, ulp)).toBeLessThanOrEqual(bound);
  });

  const nearZeros = (value: number): number => Math.max(1, Math.abs(value));
  it.each<[SpecialName, Kernel, number]>([
    ["lgamma negative", lgamma, 1e-15],
    ["digamma negative", digamma, 3e-15],
    ["polygamma negative", polygamma, 5e-15],
    ["logBeta", logBeta, 2e-15],
  ])("%s, near its zeros in absolute terms", (name, kernel, bound) => {
    expect(largestError(specialValues[name], kernel, nearZeros)).toBeLessThanOrEqual(bound);
  });

  it("besselJ, in absolute terms", () => {
    expect(largestError(specialValues.besselJ, besselJ, () => 1)).toBeLessThanOrEqual(5e-16);
  });

  it.each([0, 1, 2, 3, 4])("w and its derivatives, relative to |w⁽ⁿ⁾|: order %d", (order) => {
    const bound = [1e-15, 7e-15, 5e-14, 5e-13, 5e-12][order] as number;
    for (const row of specialValues.faddeeva) {
      const [n, x, y, re, reRest, im, imRest] = row as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      if (n !== order) continue;
      const [real, imaginary] = faddeeva(n, x, y);
      const error = Math.hypot(real - re - reRest, imaginary - im - imRest) / Math.hypot(re, im);
      expect(error, `at ${x}, ${y}`).toBeLessThanOrEqual(
        y > 1 || Math.hypot(x, y) > 4.5 ? Math.min(bound, 3e-15) : bound,
      );
    }
  });
});
