import { addAndDot, dot } from "../linalg/vector.ts";
import type { Change, Towards } from "./quasi-newton.ts";

/**
 * −H g, where H is the inverse Hessian that the pairs stand for: the two-loop recursion (Nocedal & Wright, Numerical
 * Optimization, 2nd ed., algorithm 7.4), from the multiple γ I of the identity with γ = sᵀy / yᵀy of the last pair
 * (equation 7.20).
 *
 * Each pass over the vector also makes the product that the next one needs.
 *
 * @param pairs oldest first, at least one
 */
export function twoLoopDirection(pairs: readonly Change[], gradient: Float64Array): Towards {
  const m = pairs.length;
  if (alphas.length < m) alphas = new Float64Array(m);
  const q = new Float64Array(gradient);
  const newest = pairs[m - 1] as Change;
  let product = dot(newest.s, q);
  for (let i = m - 1; i >= 0; i--) {
    const { y, curvature } = pairs[i] as Change;
    const alpha = product / curvature;
    alphas[i] = alpha;
    // sᵀq of the next older pair; after the oldest, yᵀq of itself.
    product = addAndDot(q, -alpha, y, i > 0 ? (pairs[i - 1] as Change).s : y);
  }
  const gamma = newest.curvature / newest.squaredChange;
  for (let j = 0; j < q.length; j++) q[j] = -gamma * (q[j] as number);
  product *= -gamma;
  for (let i = 0; i < m; i++) {
    const { s, curvature } = pairs[i] as Change;
    const beta = product / curvature;
    // yᵀq of the next newer pair; after the newest, the slope.
    const next = i + 1 < m ? (pairs[i + 1] as Change).y : gradient;
    product = addAndDot(q, -(alphas[i] as number) - beta, s, next);
  }
  return { direction: q, slope: product, initial: 1 };
}

/** Room for the α of the recursion, within one call. */
let alphas = new Float64Array(16);

/** The memory with one more change, without the oldest where there are more than `capacity`. */
export function remember(pairs: readonly Change[], capacity: number, change: Change): readonly Change[] {
  const kept: Change[] = [];
  for (let i = pairs.length < capacity ? 0 : 1; i < pairs.length; i++) kept.push(pairs[i] as Change);
  kept.push(change);
  return kept;
}
