import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  beta,
  derivative,
  digamma,
  gamma,
  grad,
  lgamma,
  logBeta,
  polygamma,
  tensor,
  type Tensor,
  type TensorLike,
} from "../src/index.ts";

type Function1 = (x: TensorLike) => Tensor;
const at = (f: Function1, ...xs: number[]): unknown => f(xs).toArray();
const zeta3 = 1.2020569031595942;
const euler = 0.5772156649015329;

/** Relative to the size given, by default that of the expected value. */
function expectClose(actual: number, expected: number, tolerance: number, size = Math.abs(expected)): void {
  expect(Math.abs(actual - expected), `${actual}, expected ${expected}`).toBeLessThanOrEqual(
    tolerance * size,
  );
}

const positive = fc.double({ min: 0.01, max: 80, noNaN: true });
/** Negative and away from the poles, where a rounding of the argument counts for much. */
const negative = fc
  .tuple(fc.integer({ min: -30, max: 0 }), fc.double({ min: 0.05, max: 0.95, noNaN: true }))
  .map(([whole, fraction]) => whole - fraction);

describe("gamma", () => {
  it("of whole numbers is a factorial, exactly", () => {
    let factorial = 1n;
    for (let n = 1n; n <= 171n; n++) {
      expect(gamma(Number(n)).item()).toBe(Number(factorial));
      factorial *= n;
    }
    expect(gamma(172).item()).toBe(Infinity);
  });

  it("has its values at halves, poles and ends", () => {
    expectClose(gamma(0.5).item(), Math.sqrt(Math.PI), 4e-16);
    expectClose(gamma(-1.5).item(), (4 / 3) * Math.sqrt(Math.PI), 6e-16);
    expect(at(gamma, 0, -0, -1, -20, Infinity, -Infinity, NaN)).toEqual([
      Infinity,
      -Infinity,
      NaN,
      NaN,
      Infinity,
      NaN,
      NaN,
    ]);
    // 1/Γ underflows gradually: Γ(−180.5) is a subnormal number, Γ(−190.5) is none.
    expect(gamma(-180.5).item()).not.toBe(0);
    expect(Math.abs(gamma(-190.5).item())).toBe(0);
  });

  it("follows Γ(x + 1) = x Γ(x), also across the poles", () => {
    fc.assert(
      fc.property(fc.oneof(positive, negative), (x) => {
        // x + 1 is rounded, which Γ magnifies by x ψ(x).
        const rounding = 1 + Math.abs(x * digamma(x).item());
        expectClose(gamma(x + 1).item(), x * gamma(x).item(), 2e-15 * rounding);
      }),
    );
  });
});

describe("lgamma and digamma", () => {
  it("have their values at special points", () => {
    expect(at(lgamma, 1, 2, 0, -1, -7, Infinity, -Infinity, NaN)).toEqual(
      [-0, -0, Infinity, Infinity, Infinity, Infinity, Infinity, NaN].map((value) =>
        value === 0 ? expect.closeTo(0, 300) : value,
      ),
    );
    expectClose(lgamma(0.5).item(), Math.log(Math.PI) / 2, 3e-16);
    expectClose(lgamma(101).item(), 363.73937555556349, 3e-16);
    expect(at(digamma, 0, -0, -1, Infinity, -Infinity, NaN)).toEqual([
      -Infinity,
      Infinity,
      NaN,
      Infinity,
      NaN,
      NaN,
    ]);
    expectClose(digamma(1).item(), -euler, 3e-16);
    expectClose(digamma(0.5).item(), -euler - 2 * Math.LN2, 3e-16);
    expectClose(digamma(0.25).item(), -euler - Math.PI / 2 - 3 * Math.LN2, 4e-16);
  });

  it("keep their digits at their zeros: slopes from the table of DLMF 5.4", () => {
    // lgamma(1 + d) = −γ d + ζ(2) d²/2 − …, lgamma(2 + d) = (1 − γ) d + …
    for (const d of [2 ** -30, -(2 ** -30), 2 ** -40]) {
      expectClose(lgamma(1 + d).item(), -euler * d + (Math.PI ** 2 / 12) * d * d, 4e-16);
      expectClose(lgamma(2 + d).item(), (1 - euler) * d + (Math.PI ** 2 / 12 - 0.5) * d * d, 4e-16);
    }
  });

  it("follow the duplication formula (DLMF 5.5.5, 5.5.8)", () => {
    fc.assert(
      fc.property(positive, (x) => {
        const left = lgamma(2 * x).item();
        const terms = [
          lgamma(x).item(),
          lgamma(x + 0.5).item(),
          (2 * x - 1) * Math.LN2,
          -Math.log(Math.PI) / 2,
        ];
        const size = terms.reduce((sum, term) => sum + Math.abs(term), 1);
        expectClose(
          left,
          terms.reduce((a, b) => a + b),
          2e-15,
          size,
        );
        const psi = [digamma(x).item() / 2, digamma(x + 0.5).item() / 2, Math.LN2];
        expectClose(
          digamma(2 * x).item(),
          psi.reduce((a, b) => a + b),
          2e-15,
          psi.reduce((sum, term) => sum + Math.abs(term), 1),
        );
      }),
    );
  });

  it("are reflected: ψ(1 − x) − ψ(x) = π cot πx (DLMF 5.5.4)", () => {
    fc.assert(
      fc.property(negative, (x) => {
        const size = 1 + Math.abs(digamma(x).item()) + polygamma(1, x).item() * 1e-1;
        expectClose(digamma(1 - x).item() - digamma(x).item(), Math.PI / Math.tan(Math.PI * x), 2e-13, size);
      }),
    );
  });
});

describe("polygamma", () => {
  it("has its values at 1: (−1)ⁿ⁺¹ n! ζ(n + 1)", () => {
    expectClose(polygamma(1, 1).item(), Math.PI ** 2 / 6, 4e-16);
    expectClose(polygamma(2, 1).item(), -2 * zeta3, 4e-16);
    expectClose(polygamma(3, 1).item(), Math.PI ** 4 / 15, 6e-16);
    expectClose(polygamma(1, 0.5).item(), Math.PI ** 2 / 2, 4e-16);
    expect(polygamma(0, 1.3).item()).toBe(digamma(1.3).item());
  });

  it("has decided values at poles, ends and for orders that are none", () => {
    expect(polygamma([1, 2, 2, 1, 2], [0, 0, -0, -3, -3]).toArray()).toEqual([
      Infinity,
      -Infinity,
      Infinity,
      Infinity,
      NaN,
    ]);
    expect(polygamma([1, 2, 1], [Infinity, Infinity, -Infinity]).toArray()).toEqual([0, -0, NaN]);
    expect(polygamma([0.5, -1, NaN, 1001, 1], [1, 1, 1, 1, NaN]).toArray()).toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
  });

  it("follows ψ⁽ⁿ⁾(x + 1) = ψ⁽ⁿ⁾(x) + (−1)ⁿ n!/xⁿ⁺¹ (DLMF 5.15.5)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.oneof(positive, negative), (n, x) => {
        let step = (n % 2 === 0 ? 1 : -1) / x;
        for (let k = 1; k <= n; k++) step *= k / x;
        const [here, next] = [polygamma(n, x).item(), polygamma(n, x + 1).item()];
        // x + 1 is rounded; near a pole that counts n/distance times.
        expectClose(next, here + step, 1e-14 * (n + 1) * 20, Math.abs(here) + Math.abs(step));
      }),
    );
  });

  it("keeps f32, whatever the order's dtype", () => {
    const x = tensor([0.5, 2], { dtype: "f32" });
    for (const n of [1, tensor(1), tensor(Int32Array.of(1, 1))]) {
      expect(polygamma(n, x).dtype).toBe("f32");
      expect(polygamma(n, x).toArray()).toEqual(
        [1, 2].map((_, k) => Math.fround(polygamma(1, [0.5, 2][k] as number).item())),
      );
    }
    expect(polygamma(tensor([1, 2], { dtype: "f32" }), 0.1).dtype).toBe("f64");
  });

  it("holds the derivatives of lgamma and gamma of every order", () => {
    for (const x of [0.3, 1, 4.7, -0.4, -2.6])
      for (let n = 1; n <= 5; n++)
        expectClose(derivative(lgamma, n)(x).item(), polygamma(n - 1, x).item(), 1e-14);
    // Γ″(1) = γ² + π²/6, Γ‴(1) = −(γ³ + γπ²/2 + 2ζ(3))
    expectClose(derivative(gamma, 2)(1).item(), euler ** 2 + Math.PI ** 2 / 6, 1e-15);
    expectClose(
      derivative(gamma, 3)(1).item(),
      -(euler ** 3 + (euler * Math.PI ** 2) / 2 + 2 * zeta3),
      1e-15,
    );
  });

  it("has no derivative in its order", () => {
    expect(grad((n) => polygamma(n, 2))(1).item()).toBe(0);
  });
});

describe("beta", () => {
  it("of whole numbers is a quotient of factorials", () => {
    for (let m = 1; m <= 9; m++)
      for (let n = 1; n <= 9; n++)
        expectClose(beta(m, n).item(), (gamma(m).item() * gamma(n).item()) / gamma(m + n).item(), 4e-16);
    expectClose(beta(0.5, 0.5).item(), Math.PI, 4e-16);
    expectClose(beta(1e-200, 1e-200).item(), 2e200, 4e-16);
    expectClose(logBeta(1e-200, 1e-200).item(), Math.log(2) + 200 * Math.LN10, 4e-16);
    expect(beta([1e6, 3, Infinity, 1e308], [1e6, 1e300, 2, 1e308]).toArray()).toEqual([0, 0, 0, 0]);
    expectClose(logBeta(3, 1e300).item(), Math.log(2) - 900 * Math.LN10, 4e-16);
  });

  it("has decided values at the poles", () => {
    expect(beta([0, -0, -1, -2, 0, NaN], [2.5, 2, 2.5, 0.5, -0, 1]).toArray()).toEqual([
      Infinity,
      -Infinity,
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
    // 1/Γ(x + y) is 0 where x + y is a pole and x, y are not.
    expect(Math.abs(beta(-2.5, 1.5).item())).toBe(0);
    // B(−3, 2) = 1/(x(x + 1)) at x = −3
    expectClose(beta(-3, 2).item(), 1 / 6, 4e-16);
    expectClose(beta(-1, 1).item(), -1, 4e-16);
    expect(beta(-1, 2).item()).toBeNaN();
  });

  it("follows B(x, y) = B(x + 1, y) + B(x, y + 1), and is symmetric", () => {
    fc.assert(
      fc.property(fc.oneof(positive, negative), positive, (x, y) => {
        expect(beta(x, y).item()).toBe(beta(y, x).item());
        const parts = [beta(x + 1, y).item(), beta(x, y + 1).item()] as const;
        const [sensitive] = [1 + Math.abs(digamma(x).item()) + Math.abs(digamma(x + y).item())];
        expectClose(
          beta(x, y).item(),
          parts[0] + parts[1],
          1e-14 * sensitive * (1 + Math.abs(x) + y),
          Math.abs(parts[0]) + Math.abs(parts[1]),
        );
      }),
    );
  });

  it("has mixed derivatives that are symmetric", () => {
    const dx = (x: Tensor, y: Tensor): Tensor => grad((a: Tensor) => beta(a, y))(x);
    const dy = (x: Tensor, y: Tensor): Tensor => grad((b: Tensor) => beta(x, b))(y);
    const [x, y] = [tensor(1.3), tensor(-0.4)];
    expectClose(grad((b: Tensor) => dx(x, b))(y).item(), grad((a: Tensor) => dy(a, y))(x).item(), 1e-14);
  });
});
