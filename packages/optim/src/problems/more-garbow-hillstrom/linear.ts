import { concatenate, tensor, type Tensor } from "@steepest/autodiff";
import type { TestProblem } from "../test-problem.ts";
import { numbered, once, repeated } from "./writing.ts";

/** (32): xᵢ − 2/m Σ xⱼ − 1 for i ≤ n, −2/m Σ xⱼ − 1 for n < i ≤ m. */
export function linearFullRank(n: number, m: number): TestProblem {
  return {
    name: "Linear, full rank",
    number: 32,
    dimension: n,
    residualCount: m,
    residuals: (x) => {
      const padded = m === n ? x : concatenate([x, tensor(repeated(m - n, 0))]);
      return padded.sub(x.sum().mul(2 / m)).sub(1);
    },
    start: repeated(n, 1),
    minima: [{ sumOfSquares: m - n, x: repeated(n, -1) }],
  };
}

/** (33): i Σ jxⱼ − 1. */
export function linearRank1(n: number, m: number): TestProblem {
  return {
    name: "Linear, rank 1",
    number: 33,
    dimension: n,
    residualCount: m,
    residuals: rankOne(numbered(n), numbered(m)),
    start: repeated(n, 1),
    minima: [
      {
        sumOfSquares: (m * (m - 1)) / (2 * (2 * m + 1)),
        x: [3 / (2 * m + 1), ...repeated(n - 1, 0)],
        note: "wherever Σ jxⱼ = 3 / (2m + 1)",
      },
    ],
  };
}

/** (34): (i − 1) Σ jxⱼ − 1 over 1 < j < n for 1 < i < m; −1 for i = 1 and i = m. */
export function linearRank1WithZeros(n: number, m: number): TestProblem {
  const inside = (count: number, f: (i: number) => number): number[] =>
    numbered(count, (i) => (i === 1 || i === count ? 0 : f(i)));
  return {
    name: "Linear, rank 1 with zero columns and rows",
    number: 34,
    dimension: n,
    residualCount: m,
    residuals: rankOne(
      inside(n, (j) => j),
      inside(m, (i) => i - 1),
    ),
    start: repeated(n, 1),
    minima: [
      {
        sumOfSquares: (m * m + 3 * m - 6) / (2 * (2 * m - 3)),
        x: [0, 1.5 / (2 * m - 3), ...repeated(n - 2, 0)],
        note: "wherever Σ jxⱼ over 1 < j < n is 3 / (2m − 3)",
      },
    ],
  };
}

/** row · (column · x) − 1 */
function rankOne(columns: readonly number[], rows: readonly number[]): (x: Tensor) => Tensor {
  const data = once(() => ({ columns: tensor(columns), rows: tensor(rows) }));
  return (x) => data().rows.mul(x.mul(data().columns).sum()).sub(1);
}
