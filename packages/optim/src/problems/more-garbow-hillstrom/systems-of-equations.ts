import { matmul, pad, stack, tensor } from "@steepest/autodiff";
import type { KnownMinimum, TestProblem } from "../test-problem.ts";
import { numbered, numberedTensor, once, repeated } from "./writing.ts";

/** tᵢ = i / (n + 1), and the start tᵢ (tᵢ − 1) of the discretised equations. */
const grid = (n: number): number[] => numbered(n, (i) => i / (n + 1));
const parabola = (n: number): number[] => grid(n).map((t) => t * (t - 1));

/** (28): u″ = ½ (u + t + 1)³ by central differences: 2xᵢ − xᵢ₋₁ − xᵢ₊₁ + ½h² (xᵢ + tᵢ + 1)³ (J. J. Moré & M. Y. Cosnard, 1979). */
export function discreteBoundaryValue(n: number, root: readonly number[]): TestProblem {
  const h = 1 / (n + 1);
  const t = once(() => tensor(grid(n)));
  return {
    name: "Discrete boundary value",
    number: 28,
    dimension: n,
    residualCount: n,
    residuals: (x) => {
      const wide = pad(x, 1);
      const bending = x
        .mul(2)
        .sub(wide.slice([0, n]))
        .sub(wide.slice([2, n + 2]));
      return bending.add(
        x
          .add(t())
          .add(1)
          .pow(3)
          .mul(h ** 2 / 2),
      );
    },
    start: parabola(n),
    minima: [{ sumOfSquares: 0, x: root }],
  };
}

/**
 * (29): the same equation as an integral: xᵢ + ½h Σⱼ K(tᵢ, tⱼ) (xⱼ + tⱼ + 1)³ with Green's function
 * K(s, t) = min(s, t) (1 − max(s, t)) (J. J. Moré & M. Y. Cosnard, 1979).
 */
export function discreteIntegralEquation(n: number, root: readonly number[]): TestProblem {
  const h = 1 / (n + 1);
  const data = once(() => {
    const points = grid(n);
    const green = points.map((s) => points.map((t) => Math.min(s, t) * (1 - Math.max(s, t))));
    return { t: tensor(points), green: tensor(green) };
  });
  return {
    name: "Discrete integral equation",
    number: 29,
    dimension: n,
    residualCount: n,
    residuals: (x) => {
      const { t, green } = data();
      return x.add(matmul(green, x.add(t).add(1).pow(3)).mul(h / 2));
    },
    start: parabola(n),
    minima: [{ sumOfSquares: 0, x: root }],
  };
}

/** (30): (3 − 2xᵢ) xᵢ − xᵢ₋₁ − 2xᵢ₊₁ + 1 (C. G. Broyden, 1965). */
export function broydenTridiagonal(
  n: number,
  root: readonly number[],
  ...others: readonly KnownMinimum[]
): TestProblem {
  return {
    name: "Broyden tridiagonal",
    number: 30,
    dimension: n,
    residualCount: n,
    residuals: (x) => {
      const wide = pad(x, 1);
      return x
        .mul(-2)
        .add(3)
        .mul(x)
        .sub(wide.slice([0, n]))
        .sub(wide.slice([2, n + 2]).mul(2))
        .add(1);
    },
    start: repeated(n, -1),
    minima: [{ sumOfSquares: 0, x: root }, ...others],
  };
}

/** (31): xᵢ (2 + 5xᵢ²) + 1 − Σⱼ xⱼ (1 + xⱼ) over the five before i and the one after it (C. G. Broyden, 1971). */
export function broydenBanded(
  n: number,
  root: readonly number[],
  ...others: readonly KnownMinimum[]
): TestProblem {
  const band = once(() =>
    tensor(numbered(n).map((i) => numbered(n, (j) => Number(j !== i && j >= i - 5 && j <= i + 1)))),
  );
  return {
    name: "Broyden banded",
    number: 31,
    dimension: n,
    residualCount: n,
    residuals: (x) =>
      x
        .square()
        .mul(5)
        .add(2)
        .mul(x)
        .add(1)
        .sub(matmul(band(), x.add(1).mul(x))),
    start: repeated(n, -1),
    minima: [{ sumOfSquares: 0, x: root }, ...others],
  };
}

/** ∫₀¹ Tᵢ(2t − 1) dt: 0 for odd i, else −1 / (i² − 1). */
const chebyshevIntegral = (i: number): number => (i % 2 === 1 ? 0 : -1 / (i * i - 1));

/**
 * (35): the mean of Tᵢ(2xⱼ − 1) over j, less its integral: zero where the xⱼ are the nodes of a quadrature of equal weights
 * (R. Fletcher, 1965). The xⱼ may change places.
 */
export function chebyquad(n: number, ...minima: readonly KnownMinimum[]): TestProblem {
  const integrals = once(() => numberedTensor(n, chebyshevIntegral));
  return {
    name: "Chebyquad",
    number: 35,
    dimension: n,
    residualCount: n,
    residuals: (x) => {
      const y = x.mul(2).sub(1);
      const polynomials = [y];
      let before = y.mul(0).add(1);
      let now = y;
      while (polynomials.length < n) {
        [before, now] = [now, y.mul(now).mul(2).sub(before)];
        polynomials.push(now);
      }
      return stack(polynomials).mean({ axis: 1 }).sub(integrals());
    },
    start: grid(n),
    minima,
  };
}
