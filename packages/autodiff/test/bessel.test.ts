import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { besselJ, besselJ0, besselJ1, derivative, grad, tensor } from "../src/index.ts";

const order = fc.integer({ min: -40, max: 40 });
const argument = fc.double({ min: -200, max: 200, noNaN: true });

describe("besselJ", () => {
  it("has the values of Abramowitz & Stegun, tables 9.1 and 9.4", () => {
    for (const [n, x, value] of [
      [0, 1, 0.765197686557967],
      [0, 10, -0.245935764451348],
      [1, 1, 0.4400505857],
      [2, 1, 0.1149034849],
      [1, 5, -0.3275791376],
      [10, 10, 0.207486],
      [20, 1, 3.873503e-25],
      [50, 50, 0.1214090219],
      [100, 100, 0.0963666733],
      [100, 50, 1.115927368e-21],
    ] as const) {
      const digits = String(value).replace(/e.*|^-?0\.0*|\./g, "").length;
      expect(Math.abs(besselJ(n, x).item() / value - 1)).toBeLessThan(5.01 * 10 ** -digits * 2);
    }
  });

  it("vanishes at its zeros: A&S table 9.5", () => {
    for (const zero of [2.404825557695773, 5.520078110286311, 11.79153443901428])
      expect(Math.abs(besselJ0(zero).item())).toBeLessThan(5e-16);
    for (const zero of [3.831705970207512, 7.015586669815619, 10.173468135062722])
      expect(Math.abs(besselJ1(zero).item())).toBeLessThan(5e-16);
  });

  it("agrees with itself: orders 0 and 1, negative orders and arguments", () => {
    fc.assert(
      fc.property(order, argument, (n, x) => {
        expect(besselJ0(x).item()).toBe(besselJ(0, x).item());
        expect(besselJ1(x).item()).toBe(besselJ(1, x).item());
        const sign = n % 2 === 0 ? 1 : -1;
        expect(besselJ(-n, x).item()).toBeCloseTo(sign * besselJ(n, x).item(), 300);
        expect(besselJ(n, -x).item()).toBeCloseTo(sign * besselJ(n, x).item(), 300);
      }),
    );
  });

  it("solves Bessel's equation x²J″ + xJ′ + (x² − n²)J = 0", () => {
    fc.assert(
      fc.property(order, fc.double({ min: -60, max: 60, noNaN: true }), (n, x) => {
        const f = (t: Parameters<typeof besselJ>[1]): ReturnType<typeof besselJ> => besselJ(n, t);
        const [j, j1, j2] = [f(x), derivative(f, 1)(x), derivative(f, 2)(x)].map((value) => value.item());
        const residue = x * x * (j2 as number) + x * (j1 as number) + (x * x - n * n) * (j as number);
        expect(Math.abs(residue)).toBeLessThanOrEqual(2e-15 * (1 + x * x + n * n));
      }),
    );
  });

  it("adds up: J₀² + 2 ΣJₙ² = 1 (DLMF 10.23.3)", () => {
    for (const x of [0.5, 7, 24.9, 25.1, 80, 400]) {
      const orders = Array.from({ length: Math.ceil(x) + 60 }, (_, k) => k + 1);
      const sum = besselJ(orders, x).square().sum().item() * 2 + besselJ0(x).square().item();
      expect(Math.abs(sum - 1)).toBeLessThan(2e-15);
    }
  });

  it("has its derivatives of every order at 0: those of its power series", () => {
    // Jₙ(x) = Σ (−1)ᵐ (x/2)ⁿ⁺²ᵐ / (m! (n + m)!), so the k-th derivative at 0 is (−1)ᵐ C(k, m) / 2ᵏ for k = n + 2m.
    const binomial = (k: number, m: number): number => (m === 0 ? 1 : (binomial(k, m - 1) * (k - m + 1)) / m);
    for (let n = 0; n <= 4; n++)
      for (let k = 0; k <= 6; k++) {
        const m = (k - n) / 2;
        const expected = Number.isInteger(m) && m >= 0 ? ((-1) ** m * binomial(k, m)) / 2 ** k : 0;
        const found = k === 0 ? besselJ(n, 0) : derivative((x) => besselJ(n, x), k)(0);
        expect(found.item()).toBeCloseTo(expected, 15);
        if (n === 0 && k > 0) expect(derivative(besselJ0, k)(0).item()).toBeCloseTo(expected, 15);
        if (n === 1 && k > 0) expect(derivative(besselJ1, k)(0).item()).toBeCloseTo(expected, 15);
      }
  });

  it("has decided values at the ends and for orders that are none, and no derivative in its order", () => {
    expect(besselJ0([Infinity, -Infinity, NaN, 0]).toArray()).toEqual([0, 0, NaN, 1]);
    expect(besselJ1([0, -0, 5e-324]).toArray()).toEqual([0, -0, 0]);
    expect(besselJ([0.5, NaN, 1e7, 3], [1, 1, 1, NaN]).toArray()).toEqual([NaN, NaN, NaN, NaN]);
    expect(besselJ(1000, 1e-3).item()).toBe(0);
    expect(besselJ(3, 1e300).item()).not.toBeNaN();
    expect(grad((n) => besselJ(n, 2))(1).item()).toBe(0);
    expect(besselJ(2, tensor(1, { dtype: "f32" })).dtype).toBe("f32");
  });
});
