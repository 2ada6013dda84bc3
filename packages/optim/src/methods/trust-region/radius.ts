import { dot, norm } from "../../linalg/vector.ts";
import type { Evaluation } from "../../problem/scalar-problem.ts";
import type { TrustStep } from "./subproblem.ts";

/** Ratios below which the model is poor and above which it is good, and what the radius becomes then. */
const poor = 0.25;
const good = 0.75;

/** Part of the value that its rounding error may be, where it is a small sum of large terms. */
const suspect = 1e-9;

/**
 * Actual over promised reduction. Where both may be lost in the rounding error of the value, the actual one is told from
 * the gradients at both ends instead, f(x) − f(x + p) = −½ (g + g₊)ᵀp + O(‖p‖³), when these bear the model out; the trapezoidal
 * rule is what the approximate Wolfe condition of Hager & Zhang (SIAM J. Optim. 16, 2005) rests on, which lets the value
 * rise by 10⁻⁶ of itself.
 */
export function reductionRatio(here: Evaluation, there: Evaluation, { step, reduction }: TrustStep): number {
  const actual = here.value - there.value;
  const byValues = actual / reduction;
  const noise = suspect * Math.max(Math.abs(here.value), Math.abs(there.value));
  if (reduction > noise || Math.abs(actual) > noise) return byValues;
  const byGradients = -(dot(here.gradient, step) + dot(there.gradient, step)) / 2 / reduction;
  return Math.abs(byGradients - 1) < 0.5 ? byGradients : byValues;
}

/**
 * The radius for the next step: doubled after a good step to the boundary, shrunk after a poor one (Conn, Gould &
 * Toint, Trust-Region Methods, 2000, §6.1 and 17.1). How much is read off the parabola through both values and the slope at
 * x, as in their §17.1 for very bad steps, between 1/16 and 1/2 of the step; a point without a value tells only that it was too far.
 */
export function nextRadius(
  radius: number,
  here: Evaluation,
  there: Evaluation | undefined,
  trial: TrustStep,
  ratio: number,
): number {
  const length = norm(trial.step);
  if (there === undefined) return length / 4;
  if (ratio < poor) {
    const slope = dot(here.gradient, trial.step);
    const vertex = -slope / (2 * (there.value - here.value - slope));
    return length * (vertex >= 1 / 16 && vertex <= 1 / 2 ? vertex : vertex > 1 / 2 ? 1 / 2 : 1 / 16);
  }
  return ratio > good && trial.atBoundary ? Math.max(radius, 2 * length) : radius;
}
