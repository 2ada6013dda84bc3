import { tensor, type Tensor } from "@steepest/autodiff";
import { symmetricProblem, type GlobalTestProblem } from "./global-test-problem.ts";

/** Steep valleys across plains, n! of them; the terms have variables of their own. */
export function michalewicz(n: number = 2): GlobalTestProblem {
  const numbers = (): Tensor => tensor(Array.from({ length: n }, (_, i) => i + 1));
  const minimizer = Number.isInteger(n)
    ? Array.from({ length: Math.max(0, n) }, (_, i) => lowestOf(i + 1))
    : [];
  return symmetricProblem(n, {
    name: "Michalewicz",
    f: (x) => x.square().mul(numbers()).div(Math.PI).sin().pow(20).mul(x.sin()).sum().neg(),
    range: [0, Math.PI],
    minimum: minimizer.reduce((sum, x, i) => sum + term(i + 1, x), 0),
    minimizer,
    formula: String.raw`-\sum_{i=1}^{n} \sin\left(x_i\right) \sin^{20}\left(\frac{i x_i^2}{\pi}\right)`,
    source: "Z. Michalewicz, Genetic Algorithms + Data Structures = Evolution Programs, 1992, with m = 10",
  });
}

function term(i: number, x: number): number {
  return -Math.sin(x) * Math.sin((i * x * x) / Math.PI) ** 20;
}

/** Where the i-th term is lowest: the best of its i valleys, which lie between the zeros of the inner sine. */
function lowestOf(i: number): number {
  const bottoms = Array.from({ length: i }, (_, k) =>
    bottomBetween(i, Math.PI * Math.sqrt(k / i), Math.PI * Math.sqrt((k + 1) / i)),
  );
  return bottoms.reduce((best, x) => (term(i, x) < term(i, best) ? x : best));
}

/** The logarithm of the term falls from ∞ to −∞ in slope: its zero is halved down to neighbouring doubles. */
function bottomBetween(i: number, low: number, high: number): number {
  const slope = (x: number): number =>
    1 / Math.tan(x) + (40 * i * x) / Math.PI / Math.tan((i * x * x) / Math.PI);
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
}
