import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  derivative,
  erf,
  erfc,
  erfcInverse,
  erfInverse,
  grad,
  logNormalCdf,
  normalCdf,
  normalQuantile,
  type Tensor,
} from "../src/index.ts";

function expectClose(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected), `${actual}, expected ${expected}`).toBeLessThanOrEqual(
    tolerance * Math.abs(expected),
  );
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

describe("the normal distribution", () => {
  it("has the quantiles of every table", () => {
    for (const [p, x] of [
      [0.9, 1.2815515655446004],
      [0.95, 1.6448536269514722],
      [0.975, 1.959963984540054],
      [0.995, 2.5758293035489004],
      [0.9999, 3.719016485455709],
    ] as const) {
      expectClose(normalQuantile(p).item(), x, 1e-15);
      expectClose(normalCdf(x).item(), p, 3e-16);
      // 1 − p is rounded, which the tail magnifies.
      expectClose(normalQuantile(1 - p).item(), -x, 1e-12);
    }
    // The test values of Wichura's paper
    expectClose(normalQuantile(0.25).item(), -0.6744897501960817, 4e-16);
    expectClose(normalQuantile(0.001).item(), -3.090232306167814, 4e-16);
    expectClose(normalQuantile(1e-20).item(), -9.262340089798408, 4e-16);
  });

  it("has decided values at the ends", () => {
    expect(normalQuantile([0, 1, 0.5, -0.1, 1.1, NaN]).toArray()).toEqual([
      -Infinity,
      Infinity,
      0,
      NaN,
      NaN,
      NaN,
    ]);
    expect(normalCdf([-Infinity, Infinity, 0, NaN]).toArray()).toEqual([0, 1, 0.5, NaN]);
    expect(logNormalCdf([-Infinity, 0, NaN, -1e200]).toArray()).toEqual([
      -Infinity,
      -Math.LN2,
      NaN,
      -Infinity,
    ]);
    expect(Math.abs(logNormalCdf(Infinity).item())).toBe(0);
    expect(erfInverse([0, 1, -1, 1.5, NaN]).toArray()).toEqual([0, Infinity, -Infinity, NaN, NaN]);
    expect(erfcInverse([1, 0, 2, -0.5, NaN]).toArray()).toEqual([0, Infinity, -Infinity, NaN, NaN]);
    // Subnormal probabilities still have a quantile.
    expect(normalQuantile(5e-324).item()).toBeCloseTo(-38.467, 2);
  });

  it("undoes itself in both tails", () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: -0.31, noNaN: true }), (exponent) => {
        const p = 10 ** exponent;
        const x = normalQuantile(p).item();
        // Φ magnifies a rounding of x by about x².
        expectClose(normalCdf(x).item(), p, 1e-15 * (1 + x * x));
        expectClose(erfc(erfcInverse(p).item()).item(), p, 1e-15 * (1 + x * x));
        expectClose(logNormalCdf(x).item(), Math.log(p), 4e-15);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 0.999, noNaN: true }), (y) => {
        expect(Math.abs(erf(erfInverse(y).item()).item() - y)).toBeLessThanOrEqual(1e-15 * Math.abs(y));
      }),
    );
  });

  it("is symmetric", () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (x) => {
        expect(Math.abs(normalCdf(x).item() + normalCdf(-x).item() - 1)).toBeLessThanOrEqual(2.3e-16);
        expect(erfInverse(-x / 9).item()).toBeCloseTo(-erfInverse(x / 9).item(), 300);
      }),
    );
  });
});

describe("their derivatives of higher order", () => {
  const points = [-4, -1.3, 0, 0.4, 2.2];

  it("are Hermite polynomials times the Gaussian for normalCdf, erf and erfc", () => {
    const slope = (x: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    for (const x of points) {
      const tolerance = 4e-16 * (2 + x * x);
      for (const [n, factor] of [
        [1, 1],
        [2, -x],
        [3, x * x - 1],
        [4, 3 * x - x ** 3],
      ] as const)
        expect(Math.abs(derivative(normalCdf, n)(x).item() - factor * density(x))).toBeLessThanOrEqual(
          tolerance * (1 + Math.abs(x) ** 3) * density(x),
        );
      for (const [n, factor] of [
        [1, 1],
        [2, -2 * x],
        [3, 4 * x * x - 2],
      ] as const) {
        const bound = 4 * tolerance * (1 + 4 * x * x) * slope(x);
        expect(Math.abs(derivative(erf, n)(x).item() - factor * slope(x))).toBeLessThanOrEqual(bound);
        expect(Math.abs(derivative(erfc, n)(x).item() + factor * slope(x))).toBeLessThanOrEqual(bound);
      }
    }
  });

  it("are those of an inverse function for the quantiles", () => {
    for (const p of [1e-12, 0.03, 0.5, 0.8]) {
      const x = normalQuantile(p).item();
      expectClose(derivative(normalQuantile)(p).item(), 1 / density(x), 1e-14);
      // x″ = x/φ², x‴ = (1 + 2x²)/φ³
      expect(Math.abs(derivative(normalQuantile, 2)(p).item() * density(x) ** 2 - x)).toBeLessThanOrEqual(
        1e-13,
      );
      expectClose(derivative(normalQuantile, 3)(p).item(), (1 + 2 * x * x) / density(x) ** 3, 1e-13);
      expectClose(
        derivative((y) => erfInverse(y), 1)(p).item(),
        1 / derivative(erf)(erfInverse(p).item()).item(),
        1e-15,
      );
      expectClose(
        derivative((y) => erfcInverse(y), 1)(p).item(),
        1 / derivative(erfc)(erfcInverse(p).item()).item(),
        1e-13,
      );
    }
  });

  it("keep their digits for log Φ where Φ has vanished", () => {
    // λ = φ/Φ has λ(−t) = t + 1/t − 2/t³ + 10/t⁵ − 74/t⁷ + …, and λ′(−t) is −1 times the derivative of that.
    for (const t of [100, 1e4, 1e6]) {
      expectClose(
        derivative(logNormalCdf)(-t).item(),
        t + 1 / t - 2 / t ** 3 + 10 / t ** 5 - 74 / t ** 7,
        1e-15,
      );
      expectClose(
        derivative(logNormalCdf, 2)(-t).item(),
        -(1 - 1 / t ** 2 + 6 / t ** 4 - 50 / t ** 6 + 518 / t ** 8),
        1e-14,
      );
    }
    for (const x of [-3, 0.5, 4])
      expectClose(derivative(logNormalCdf)(x).item(), density(x) / normalCdf(x).item(), 1e-14);
    expect(grad((x: Tensor) => logNormalCdf(x).sum())(60).item()).toBe(0);
  });
});
