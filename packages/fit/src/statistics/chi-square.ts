import { lowerGamma, upperGamma } from "./incomplete-gamma.ts";

/** P(X ≤ x) for X chi-square distributed with ν > 0 degrees of freedom. */
export function chiSquareCdf(x: number, degreesOfFreedom: number): number {
  return lowerGamma(degreesOfFreedom / 2, Math.max(x, 0) / 2);
}

/** P(X > x), accurate relative to its size in the upper tail: the p-value of a chi-square test. */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  return upperGamma(degreesOfFreedom / 2, Math.max(x, 0) / 2);
}
