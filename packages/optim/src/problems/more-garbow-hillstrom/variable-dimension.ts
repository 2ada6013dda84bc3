import { concatenate, cos, exp, matmul, prod, sin, stack, tensor, type Tensor } from "@steepest/autodiff";
import type { KnownMinimum, TestProblem } from "../test-problem.ts";
import { numbered, numberedTensor, once, repeated } from "./writing.ts";

/** Residuals from parts, each a vector or a scalar. */
function joined(...parts: readonly Tensor[]): Tensor {
  return concatenate(parts.map((part) => (part.shape.length === 0 ? part.reshape([1]) : part)));
}

/**
 * (20): f′(tᵢ) − f(tᵢ)² − 1 with f(t) = Σⱼ xⱼtʲ⁻¹ and tᵢ = i / 29, i = 1, …, 29; x₁; x₂ − x₁² − 1
 * (J. S. Kowalik & M. R. Osborne, 1968).
 */
export function watson(n: number, minimum: KnownMinimum): TestProblem {
  const powers = once(() => {
    const t = numbered(29, (i) => i / 29);
    const exponents = numbered(n, (j) => j - 1);
    return {
      values: tensor(t.map((ti) => exponents.map((k) => ti ** k))),
      slopes: tensor(t.map((ti) => exponents.map((k) => (k === 0 ? 0 : k * ti ** (k - 1))))),
    };
  });
  return {
    name: "Watson",
    number: 20,
    dimension: n,
    residualCount: 31,
    residuals: (x) => {
      const { values, slopes } = powers();
      const [first, second] = [x.slice(0), x.slice(1)];
      return joined(
        matmul(slopes, x).sub(matmul(values, x).square()).sub(1),
        first,
        second.sub(first.square()).sub(1),
      );
    },
    start: repeated(n, 0),
    minima: [minimum],
  };
}

/** (21): pairs of 10 (x₂ᵢ − x₂ᵢ₋₁²), 1 − x₂ᵢ₋₁ (E. Spedicato, 1975). */
export function extendedRosenbrock(pairs: number): TestProblem {
  return {
    name: "Extended Rosenbrock",
    number: 21,
    dimension: 2 * pairs,
    residualCount: 2 * pairs,
    residuals: (x) => {
      const rows = x.reshape([pairs, 2]);
      const [a, b] = [rows.slice([], 0), rows.slice([], 1)];
      return stack([b.sub(a.square()).mul(10), a.neg().add(1)], 1).reshape([2 * pairs]);
    },
    start: repeated(pairs, 0).flatMap(() => [-1.2, 1]),
    minima: [{ sumOfSquares: 0, x: repeated(2 * pairs, 1) }],
  };
}

/** √a of the penalties, a = 10⁻⁵. */
const weight = Math.sqrt(1e-5);

/** (23): √a (xᵢ − 1), Σ xⱼ² − ¼ (P. E. Gill, W. Murray & R. A. Pitfield, 1972). */
export function penalty1(n: number, minimum: KnownMinimum): TestProblem {
  return {
    name: "Penalty I",
    number: 23,
    dimension: n,
    residualCount: n + 1,
    residuals: (x) => joined(x.sub(1).mul(weight), x.square().sum().sub(0.25)),
    start: numbered(n),
    minima: [minimum],
  };
}

/**
 * (24): x₁ − 0.2; √a (e^(xᵢ/10) + e^(xᵢ₋₁/10) − e^(i/10) − e^((i−1)/10)), i = 2, …, n; √a (e^(xᵢ/10) − e^(−1/10)),
 * i = 2, …, n; Σ (n − j + 1) xⱼ² − 1 (P. E. Gill, W. Murray & R. A. Pitfield, 1972).
 */
export function penalty2(n: number, minimum: KnownMinimum): TestProblem {
  const data = once(() => ({
    y: numberedTensor(n - 1, (i) => Math.exp((i + 1) / 10) + Math.exp(i / 10)),
    weights: numberedTensor(n, (j) => n - j + 1),
  }));
  return {
    name: "Penalty II",
    number: 24,
    dimension: n,
    residualCount: 2 * n,
    residuals: (x) => {
      const { y, weights } = data();
      const growth = exp(x.div(10));
      const [later, earlier] = [growth.slice([1]), growth.slice([0, n - 1])];
      return joined(
        x.slice(0).sub(0.2),
        later.add(earlier).sub(y).mul(weight),
        later.sub(Math.exp(-0.1)).mul(weight),
        x.square().mul(weights).sum().sub(1),
      );
    },
    start: repeated(n, 0.5),
    minima: [minimum],
  };
}

/** (25): xᵢ − 1, s, s² with s = Σ j (xⱼ − 1) (L. C. W. Dixon, 1974). */
export function variablyDimensioned(n: number): TestProblem {
  const index = once(() => numberedTensor(n));
  return {
    name: "Variably dimensioned",
    number: 25,
    dimension: n,
    residualCount: n + 2,
    residuals: (x) => {
      const differences = x.sub(1);
      const sum = differences.mul(index()).sum();
      return joined(differences, sum, sum.square());
    },
    start: numbered(n, (j) => 1 - j / n),
    minima: [{ sumOfSquares: 0, x: repeated(n, 1) }],
  };
}

/** (26): n − Σ cos xⱼ + i (1 − cos xᵢ) − sin xᵢ (E. Spedicato, 1975). */
export function trigonometric(n: number, ...others: readonly KnownMinimum[]): TestProblem {
  const index = once(() => numberedTensor(n));
  return {
    name: "Trigonometric",
    number: 26,
    dimension: n,
    residualCount: n,
    residuals: (x) => {
      const cosines = cos(x);
      return cosines.sum().neg().add(n).add(cosines.neg().add(1).mul(index())).sub(sin(x));
    },
    start: repeated(n, 1 / n),
    minima: [{ sumOfSquares: 0, x: repeated(n, 0) }, ...others],
  };
}

/** (27): xᵢ + Σ xⱼ − (n + 1), i < n; Π xⱼ − 1 (K. M. Brown, 1969). */
export function brownAlmostLinear(n: number, ...others: readonly KnownMinimum[]): TestProblem {
  return {
    name: "Brown almost-linear",
    number: 27,
    dimension: n,
    residualCount: n,
    residuals: (x) =>
      joined(
        x
          .slice([0, n - 1])
          .add(x.sum())
          .sub(n + 1),
        prod(x).sub(1),
      ),
    start: repeated(n, 0.5),
    minima: [{ sumOfSquares: 0, x: repeated(n, 1) }, ...others],
  };
}
