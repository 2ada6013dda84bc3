import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { incompleteBeta } from "../../src/statistics/incomplete-beta.ts";
import { lowerGamma, upperGamma } from "../../src/statistics/incomplete-gamma.ts";
import { logGamma } from "../../src/statistics/log-gamma.ts";
import { deviance, stirlingError } from "../../src/statistics/stirling.ts";
import { relativeError } from "../support/relative-error.ts";

// Table values computed with mpmath 1.3 at 50 digits.

describe("logGamma", () => {
  it.each([
    [1e-8, 18.4206807381802089],
    [0.25, 1.28802252469807746],
    [1.0001, -0.000057713342220471268],
    [1.9990234375, -0.000412567735971489402],
    [2.6, 0.357411863548979837],
    [7.5, 7.53436423675873296],
    [100, 359.134205369575399],
    [1e6, 12815504.5691476117],
  ])("at %d", (x, expected) => {
    expect(relativeError(logGamma(x), expected)).toBeLessThan(3e-15);
  });

  it("vanishes at 1 and 2 and is ln √π at ½", () => {
    expect(logGamma(1)).toBeCloseTo(0, 16);
    expect(logGamma(2)).toBeCloseTo(0, 16);
    expect(relativeError(logGamma(0.5), Math.log(Math.sqrt(Math.PI)))).toBeLessThan(1e-15);
  });

  it("gives the logarithms of factorials", () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      factorial *= n;
      expect(Math.abs(logGamma(n + 1) - Math.log(factorial))).toBeLessThan(4e-15 * Math.log(factorial + 1));
    }
  });

  it("satisfies Γ(x + 1) = x Γ(x)", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (x) => {
        const scale = Math.max(1, Math.abs(logGamma(x + 1)));
        return Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x)) < 1e-14 * scale;
      }),
    );
  });

  it("is not defined for x ≤ 0", () => {
    expect(logGamma(0)).toBeNaN();
    expect(logGamma(-1.5)).toBeNaN();
  });
});

describe("Stirling error and deviance", () => {
  it("stirlingError is ln Γ minus Stirling's formula", () => {
    for (const x of [0.1, 0.5, 1, 3.7, 11, 12.5, 80]) {
      const formula = (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI);
      expect(stirlingError(x)).toBeCloseTo(logGamma(x) - formula, 12);
    }
  });

  it("deviance is zero at x = m, positive elsewhere, and its series meets its closed form", () => {
    expect(deviance(3, 3)).toBe(0);
    for (const x of [1.1, 1.5, 2.99, 3.01]) {
      expect(relativeError(deviance(x, 1), x * Math.log(x) + 1 - x)).toBeLessThan(1e-13);
    }
    expect(relativeError(deviance(1 + 2 ** -30, 1), 2 ** -61)).toBeLessThan(1e-9);
  });
});

describe("incomplete gamma functions", () => {
  it.each([
    [0.5, 0.1, 0.34527915398142298, 0.65472084601857702],
    [0.5, 30, 0.999999999999990514, 9.48573757107384839e-15],
    [1, 5, 0.993262053000914533, 0.0067379469990854671],
    [2.5, 2.5, 0.58411981300449208, 0.41588018699550792],
    [10, 3, 0.00110248813011547974, 0.99889751186988452],
    [10, 25, 0.999778523361751216, 0.000221476638248783581],
    [300, 250, 0.00116239363105461829, 0.998837606368945382],
    [300, 400, 0.999999924926191645, 7.50738083552161414e-8],
    [5e5, 5.01e5, 0.921281338613870367, 0.0787186613861296334],
  ])("P and Q of a = %d, x = %d", (a, x, lower, upper) => {
    expect(relativeError(lowerGamma(a, x), lower)).toBeLessThan(2e-14);
    expect(relativeError(upperGamma(a, x), upper)).toBeLessThan(2e-14);
  });

  it("Q(1, x) = e⁻ˣ", () => {
    for (const x of [0.01, 1, 1.9, 2.1, 50, 700]) {
      expect(relativeError(upperGamma(1, x), Math.exp(-x))).toBeLessThan(1e-13);
    }
  });

  it("P + Q = 1, and P(a, x) − P(a + 1, x) = xᵃ e⁻ˣ / Γ(a + 1)  (DLMF 8.8.5)", () => {
    const a = fc.double({ min: 0.1, max: 200, noNaN: true });
    fc.assert(
      fc.property(a, fc.double({ min: 0.01, max: 3, noNaN: true }), (shape, ratio) => {
        const x = shape * ratio;
        const step = Math.exp(shape * Math.log(x) - x - logGamma(shape + 1));
        return (
          Math.abs(lowerGamma(shape, x) + upperGamma(shape, x) - 1) < 1e-13 &&
          Math.abs(lowerGamma(shape, x) - lowerGamma(shape + 1, x) - step) < 1e-12
        );
      }),
    );
  });

  it("has its limits and its domain", () => {
    expect([lowerGamma(2, 0), upperGamma(2, 0), lowerGamma(2, Infinity), upperGamma(2, Infinity)]).toEqual([
      0, 1, 1, 0,
    ]);
    expect(lowerGamma(-1, 1)).toBeNaN();
    expect(upperGamma(1, -1)).toBeNaN();
  });
});

describe("incomplete beta function", () => {
  it.each([
    [0.25, 0.5, 0.5, 1 / 3],
    [0.001, 3, 4, 1.99550359900000012e-8],
    [0.9, 5, 0.5, 0.316642915020012313],
    [0.5, 10, 20, 0.969285827130079269],
    [0.625, 200, 150, 0.979637430951058514],
    [0.9990234375, 5000, 2.5, 0.0819636222681249345],
    [0.03125, 0.75, 40, 0.80808049247956049],
  ])("I_%d(%d, %d)", (x, a, b, expected) => {
    expect(relativeError(incompleteBeta(x, a, b), expected)).toBeLessThan(2e-14);
  });

  it("Iₓ(a, 1) = xᵃ and Iₓ(1, b) = 1 − (1 − x)ᵇ", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.2, max: 60, noNaN: true }),
        (x, a) =>
          relativeError(incompleteBeta(x, a, 1), x ** a) < 1e-13 &&
          relativeError(incompleteBeta(x, 1, a), -Math.expm1(a * Math.log1p(-x))) < 1e-13,
      ),
    );
  });

  it("Iₓ(a, b) = 1 − I₁₋ₓ(b, a)", () => {
    const shape = fc.double({ min: 0.1, max: 500, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, shape, (x, a, b) => {
        return Math.abs(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a, x) - 1) < 1e-13;
      }),
    );
  });

  it("has its limits and its domain", () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
    expect(incompleteBeta(0.5, 0, 1)).toBeNaN();
    expect(incompleteBeta(1.5, 1, 1)).toBeNaN();
  });
});
