import { exp, stack } from "@steepest/autodiff";
import type { TestProblem } from "../test-problem.ts";
import { elements, numberedTensor, once } from "./writing.ts";

/** (1): 10 (x₂ − x₁²), 1 − x₁ (H. H. Rosenbrock, 1960). */
export const rosenbrock: TestProblem = {
  name: "Rosenbrock",
  number: 1,
  dimension: 2,
  residualCount: 2,
  residuals: (x) => {
    const [a, b] = elements(x, 2);
    return stack([b.sub(a.square()).mul(10), a.neg().add(1)]);
  },
  start: [-1.2, 1],
  minima: [{ sumOfSquares: 0, x: [1, 1] }],
};

/** (2): −13 + x₁ + ((5 − x₂) x₂ − 2) x₂, −29 + x₁ + ((x₂ + 1) x₂ − 14) x₂ (F. Freudenstein & B. Roth, 1963). */
export const freudensteinRoth: TestProblem = {
  name: "Freudenstein and Roth",
  number: 2,
  dimension: 2,
  residualCount: 2,
  residuals: (x) => {
    const [a, b] = elements(x, 2);
    return stack([
      a.sub(13).add(b.neg().add(5).mul(b).sub(2).mul(b)),
      a.sub(29).add(b.add(1).mul(b).sub(14).mul(b)),
    ]);
  },
  start: [0.5, -2],
  minima: [
    { sumOfSquares: 0, x: [5, 4] },
    { sumOfSquares: 48.984253679240021, x: [11.412778986902094, -0.89680525327447652] },
  ],
};

/** (3): 10⁴ x₁x₂ − 1, e^−x₁ + e^−x₂ − 1.0001 (M. J. D. Powell, 1970). */
export const powellBadlyScaled: TestProblem = {
  name: "Powell badly scaled",
  number: 3,
  dimension: 2,
  residualCount: 2,
  residuals: (x) => {
    const [a, b] = elements(x, 2);
    return stack([a.mul(b).mul(1e4).sub(1), exp(a.neg()).add(exp(b.neg())).sub(1.0001)]);
  },
  start: [0, 1],
  minima: [
    { sumOfSquares: 0, x: [1.0981593296998175e-5, 9.106146739866524], note: "and with x₁ and x₂ exchanged" },
    {
      sumOfSquares: 1.0402940039616394,
      x: [-0.0099480919258009454, -0.0099480919258009454],
      note: "not in the paper",
    },
  ],
};

/** (4): x₁ − 10⁶, x₂ − 2·10⁻⁶, x₁x₂ − 2 (K. M. Brown, unpublished). */
export const brownBadlyScaled: TestProblem = {
  name: "Brown badly scaled",
  number: 4,
  dimension: 2,
  residualCount: 3,
  residuals: (x) => {
    const [a, b] = elements(x, 2);
    return stack([a.sub(1e6), b.sub(2e-6), a.mul(b).sub(2)]);
  },
  start: [1, 1],
  minima: [{ sumOfSquares: 0, x: [1e6, 2e-6] }],
};

/** (5): yᵢ − x₁ (1 − x₂ⁱ), i = 1, 2, 3 (E. M. L. Beale, 1958). */
export const beale: TestProblem = {
  name: "Beale",
  number: 5,
  dimension: 2,
  residualCount: 3,
  residuals: (x) => {
    const [a, b] = elements(x, 2);
    const powers = stack([b, b.square(), b.pow(3)]);
    return powers.sub(1).mul(a).add([1.5, 2.25, 2.625]);
  },
  start: [1, 1],
  minima: [
    { sumOfSquares: 0, x: [3, 0.5] },
    {
      // The least squares fit of i·c to yᵢ: Σ yᵢ² − (Σ i yᵢ)² / 14.
      sumOfSquares: 0.45200892857142857,
      atInfinity: true,
      note: "x₁ → ±∞ and x₂ → 1 with x₁ (1 − x₂) → 0.99107…; not in the paper",
    },
  ],
};

const firstTen = once(() => numberedTensor(10));

/** (6): 2 + 2i − (e^(i x₁) + e^(i x₂)), i = 1, …, 10 (R. I. Jennrich & P. F. Sampson, 1968). */
export const jennrichSampson: TestProblem = {
  name: "Jennrich and Sampson",
  number: 6,
  dimension: 2,
  residualCount: 10,
  residuals: (x) => {
    const [a, b] = elements(x, 2);
    const i = firstTen();
    return i
      .mul(2)
      .add(2)
      .sub(exp(i.mul(a)).add(exp(i.mul(b))));
  },
  start: [0.3, 0.4],
  minima: [{ sumOfSquares: 124.36218235561485, x: [0.25782521367036408, 0.25782521367036408] }],
};
