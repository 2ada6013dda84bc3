import { incompleteBeta } from "./incomplete-beta.ts";

/** P(X ≤ x) for X F-distributed with d₁, d₂ > 0 degrees of freedom. */
export function fCdf(x: number, d1: number, d2: number): number {
  if (x <= 0) return 0;
  if (x === Infinity) return 1;
  const sum = d1 * x + d2;
  return incompleteBeta((d1 * x) / sum, d1 / 2, d2 / 2, d2 / sum);
}

/** P(X > x), accurate relative to its size in the upper tail: the p-value of an F-test. */
export function fUpperTail(x: number, d1: number, d2: number): number {
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  const sum = d1 * x + d2;
  return incompleteBeta(d2 / sum, d2 / 2, d1 / 2, (d1 * x) / sum);
}
