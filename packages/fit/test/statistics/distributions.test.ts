import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chiSquareCdf, chiSquareUpperTail } from "../../src/statistics/chi-square.ts";
import { fCdf, fUpperTail } from "../../src/statistics/f-distribution.ts";
import { normalCdf, normalDensity, normalQuantile } from "../../src/statistics/normal.ts";
import { studentTCdf, studentTDensity, studentTQuantile } from "../../src/statistics/student-t.ts";
import { relativeError } from "../support/relative-error.ts";

// Values with 15 and more digits computed with mpmath 1.3 at 50 digits; those with three decimals are the
// printed tables of the NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.

describe("normal distribution", () => {
  it.each([
    [-20, 2.7536241186062337e-89],
    [-8, 6.22096057427178412e-16],
    [-3, 0.00134989803163009453],
    [-1.5, 0.066807201268858066],
    [-0.5, 0.308537538725986896],
    [0.25, 0.598706325682923724],
    [1, 0.841344746068542949],
    [2.5, 0.993790334674223865],
  ])("Φ(%d)", (z, expected) => {
    expect(relativeError(normalCdf(z), expected)).toBeLessThan(5e-15);
  });

  it.each([
    [1e-300, -37.0470962993611992],
    [1e-20, -9.26234008979840758],
    [0.001, -3.09023230616781354],
    [0.025, -1.95996398454005421],
    [0.075, -1.43953147093845593],
    [0.3, -0.524400512708040816],
  ])("Φ⁻¹(%d)", (p, expected) => {
    expect(relativeError(normalQuantile(p), expected)).toBeLessThan(1e-15);
  });

  it("the quantile inverts the distribution function", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 5, noNaN: true }), (z) => {
        const slack = 1e-14 + 1e-15 / normalDensity(z);
        return Math.abs(normalQuantile(normalCdf(z)) - z) < (z > 1 ? slack : 1e-13 * (1 + Math.abs(z)));
      }),
    );
  });

  it("has its limits and its domain", () => {
    expect([normalCdf(-Infinity), normalCdf(0), normalCdf(Infinity)]).toEqual([0, 0.5, 1]);
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity]);
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalCdf(NaN)).toBeNaN();
  });
});

describe("Student's t distribution", () => {
  it.each([
    [-0.5, 0.5, 0.378659036464718316],
    [-12, 1.5, 0.00902101463701393201],
    [-2, 3, 0.0696629842794215884],
    [-2.5, 10, 0.0157234221183044021],
    [-40, 30, 6.86302259720320139e-28],
    [-1.96875, 1000, 0.0246288206120279088],
    [-6, 1000000, 9.86924906177217335e-10],
  ])("P(T ≤ %d) with %d degrees of freedom", (t, nu, expected) => {
    expect(relativeError(studentTCdf(t, nu), expected)).toBeLessThan(2e-14);
  });

  it.each([
    [0.025, 1, -12.7062047361747039],
    [0.025, 2, -4.30265272974946372],
    [0.025, 5, -2.57058183563631547],
    [0.005, 18, -2.87844047273860811],
    [0.025, 125, -1.97912410942379778],
    [0.0005, 1000, -3.3002826484239129],
    [1e-10, 4, -416.175140329604124],
    [0.1, 0.75, -4.47577947615891657],
    [0.4, 7, -0.263166861352022752],
  ])("quantile of %d with %d degrees of freedom", (p, nu, expected) => {
    expect(relativeError(studentTQuantile(p, nu), expected)).toBeLessThan(1e-14);
  });

  it("agrees with the printed table of two-sided 95 % and 99 % critical values", () => {
    const table = [
      [1, 12.706, 63.657],
      [4, 2.776, 4.604],
      [10, 2.228, 3.169],
      [30, 2.042, 2.75],
      [100, 1.984, 2.626],
      [Infinity, 1.96, 2.576],
    ] as const;
    for (const [nu, t95, t99] of table) {
      expect(studentTQuantile(0.975, nu)).toBeCloseTo(t95, 3);
      expect(studentTQuantile(0.995, nu)).toBeCloseTo(t99, 3);
    }
  });

  it("is ½ + arctan(t)/π for one degree of freedom and ½ + t/(2√(2 + t²)) for two", () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (t) => {
        return (
          Math.abs(studentTCdf(t, 1) - 0.5 - Math.atan(t) / Math.PI) < 1e-14 &&
          Math.abs(studentTCdf(t, 2) - 0.5 - t / (2 * Math.sqrt(2 + t * t))) < 1e-14
        );
      }),
    );
  });

  it("its density is the derivative of its distribution function", () => {
    for (const nu of [0.7, 3, 12, 1e4]) {
      for (const t of [-5, -1, 0.3, 2]) {
        const h = 1e-4;
        const slope = (studentTCdf(t + h, nu) - studentTCdf(t - h, nu)) / (2 * h);
        expect(relativeError(slope, studentTDensity(t, nu))).toBeLessThan(1e-6);
      }
    }
  });

  it("the quantile inverts the distribution function in the lower tail", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -100, max: -0.31, noNaN: true }),
        fc.integer({ min: 1, max: 100_000 }),
        (exponent, nu) => {
          const p = 10 ** exponent;
          return relativeError(studentTCdf(studentTQuantile(p, nu), nu), p) < 1e-11;
        },
      ),
    );
  });

  it("has its limits and its domain", () => {
    expect([studentTQuantile(0, 3), studentTQuantile(0.5, 3), studentTQuantile(1, 3)]).toEqual([
      -Infinity,
      0,
      Infinity,
    ]);
    expect(studentTCdf(1, 0)).toBeNaN();
    expect(studentTQuantile(-0.1, 3)).toBeNaN();
    expect(studentTCdf(-1.3, Infinity)).toBe(normalCdf(-1.3));
  });
});

describe("chi-square distribution", () => {
  it("agrees with the printed table of upper 5 % points", () => {
    for (const [nu, x] of [
      [1, 3.841],
      [2, 5.991],
      [10, 18.307],
      [100, 124.342],
    ] as const) {
      expect(chiSquareUpperTail(x, nu)).toBeCloseTo(0.05, 4);
    }
  });

  it("is the square of a normal for one degree of freedom and exponential for two", () => {
    for (const x of [0.2, 1, 3, 20]) {
      expect(relativeError(chiSquareUpperTail(x, 1), 2 * normalCdf(-Math.sqrt(x)))).toBeLessThan(3e-14);
      expect(relativeError(chiSquareUpperTail(x, 2), Math.exp(-x / 2))).toBeLessThan(1e-14);
      expect(chiSquareCdf(x, 7) + chiSquareUpperTail(x, 7)).toBeCloseTo(1, 14);
    }
    expect(chiSquareCdf(-1, 3)).toBe(0);
  });
});

describe("F distribution", () => {
  it.each([
    [3.5, 2, 20, 0.950264977923902862, 0.0497350220760971381],
    [1, 5, 5, 0.5, 0.5],
    [12, 7, 3, 0.966980389039449295, 0.0330196109605507055],
    [0.1, 4, 60, 0.0179559233956689135, 0.982044076604331087],
  ])("at %d with %d and %d degrees of freedom", (x, d1, d2, lower, upper) => {
    expect(relativeError(fCdf(x, d1, d2), lower)).toBeLessThan(2e-14);
    expect(relativeError(fUpperTail(x, d1, d2), upper)).toBeLessThan(2e-14);
  });

  it("agrees with the printed table of upper 5 % points", () => {
    for (const [d1, d2, x] of [
      [1, 1, 161.448],
      [5, 10, 3.326],
      [10, 100, 1.927],
    ] as const) {
      expect(fUpperTail(x, d1, d2)).toBeCloseTo(0.05, 4);
    }
  });

  it("is the square of Student's t for one numerator degree of freedom", () => {
    for (const t of [0.1, 1, 2.5, 9]) {
      expect(relativeError(fUpperTail(t * t, 1, 12), 2 * studentTCdf(-t, 12))).toBeLessThan(1e-13);
    }
    expect([fCdf(-1, 2, 3), fUpperTail(-1, 2, 3), fCdf(Infinity, 2, 3), fUpperTail(Infinity, 2, 3)]).toEqual([
      0, 1, 1, 0,
    ]);
  });
});
