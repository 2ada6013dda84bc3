import { describe, expect, it } from "vitest";
import { erf, erfc } from "../src/ops/kernels/erf.ts";
import { sigmoid, softplus } from "../src/ops/kernels/logistic.ts";
import { unscaled } from "./double-double.ts";
import { reference } from "./reference.ts";

/** Largest error over a grid of arguments, in units in the last place. */
function largestError(name: string, f: (x: number) => number, from: number, to: number): number {
  const exact = reference[name];
  if (exact === undefined) throw new Error(`no reference for ${name}`);
  const points = 5000;
  let largest = 0;
  for (let i = 0; i < points; i++) {
    // an irrational step, so that the arguments have all their digits
    const x = from + (to - from) * ((i * Math.SQRT2) % 1);
    const [high, low] = unscaled(exact(x));
    let exponent = Math.floor(Math.log2(Math.abs(high)));
    if (2 ** exponent > Math.abs(high)) exponent--;
    const ulp = 2 ** (exponent - 52);
    largest = Math.max(largest, Math.abs((f(x) - high) / ulp - low / ulp));
  }
  return largest;
}

describe("erf and erfc", () => {
  it("agree with the tables of Abramowitz and Stegun (7.1) and DLMF 7.23", () => {
    const table = [
      [erf, 0.5, 0.5204998778130465],
      [erf, 1, 0.8427007929497149],
      [erf, 2, 0.9953222650189527],
      [erfc, 1, 0.15729920705028513],
      [erfc, 2, 0.004677734981047266],
      [erfc, 4, 1.541725790028002e-8],
      [erfc, 10, 2.088487583762545e-45],
      [erfc, 25, 8.300172571196523e-274],
    ] as const;
    for (const [f, x, value] of table) expect(Math.abs(f(x) / value - 1)).toBeLessThanOrEqual(2.3e-16);
  });

  it.each([
    ["erf", erf, -0.8, 0.8],
    ["erf", erf, 0.6, 6],
    ["erf", erf, -6, -0.6],
    ["erfc", erfc, -0.8, 0.8],
    ["erfc", erfc, 0.6, 3],
    ["erfc", erfc, 3, 25],
    ["erfc", erfc, -6, 0],
  ] as const)("%s is off by less than one unit in the last place", (name, f, from, to) => {
    expect(largestError(name, f, from, to)).toBeLessThan(1);
  });

  it("are exact at the ends", () => {
    expect([0, -0, Infinity, -Infinity, 7, -7, NaN].map(erf)).toEqual([0, -0, 1, -1, 1, -1, NaN]);
    expect([0, -0, Infinity, -Infinity, 28, -7, NaN].map(erfc)).toEqual([1, 1, 0, 2, 0, 2, NaN]);
    expect(erf(Number.MIN_VALUE)).toBe(Number.MIN_VALUE);
    // a subnormal result: erfc(27.2) = 2.06 times the smallest number
    expect(erfc(27.2)).toBe(2 * Number.MIN_VALUE);
  });
});

describe("sigmoid and softplus", () => {
  it("do not overflow and keep their small values", () => {
    expect([0, 1000, -1000, Infinity, -Infinity, NaN].map(sigmoid)).toEqual([0.5, 1, 0, 1, 0, NaN]);
    expect([1000, -1000, Infinity, -Infinity, NaN].map(softplus)).toEqual([1000, 0, Infinity, 0, NaN]);
    expect(softplus(0)).toBe(Math.LN2);
    expect(sigmoid(-700)).toBe(Math.exp(-700));
    expect(softplus(-700)).toBe(Math.exp(-700));
  });

  it.each([
    ["sigmoid", sigmoid],
    ["softplus", softplus],
  ] as const)("%s is off by a few units in the last place at most", (name, f) => {
    expect(largestError(name, f, -600, 600)).toBeLessThan(3);
    expect(largestError(name, f, -3, 3)).toBeLessThan(3);
  });
});
