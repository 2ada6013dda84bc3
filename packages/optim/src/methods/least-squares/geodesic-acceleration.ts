import { solveNormal } from "../../linalg/upper-triangular.ts";
import { at, norm } from "../../linalg/vector.ts";
import type { LeastSquaresProblem, Linearization } from "../../problem/least-squares/problem.ts";
import type { BoxStep } from "./box-step.ts";

/**
 * Largest acceptable 2 ‖D a‖ / ‖D v‖ of acceleration a and velocity v. Transtrum & Sethna (2012) advise 0.75; the ratio
 * is 1 on the way to a minimum where the Jacobian is singular, which must not be refused.
 */
const bendLimit = 1.5;

/**
 * Velocity plus half the acceleration, (JᵀJ + λD²) a = −Jᵀ r″(v, v) (Transtrum & Sethna, Improvements to the
 * Levenberg–Marquardt algorithm for nonlinear least-squares minimization, 2012), r″ exact. With a loss, residuals keep
 * their weights on the way: −Jᵀ(ρ′ r″). Undefined when the path bends too much for the local model to be believed;
 * the plain step where bounds are at work, where the bend would be rounding error, or where it is not known.
 */
export function bend(
  problem: LeastSquaresProblem,
  here: Linearization,
  plain: BoxStep,
  scale: Float64Array,
): Float64Array | undefined {
  const { step, factor } = plain;
  if (factor === undefined) return step;
  const force = problem.acceleration(here, step);
  if (force === undefined) return step;
  const acceleration = solveNormal(factor, force, step.length);
  const ratio = (2 * scaledLength(acceleration, scale)) / scaledLength(step, scale);
  if (!(ratio <= bendLimit)) return undefined;
  for (let j = 0; j < step.length; j++) acceleration[j] = at(step, j) - 0.5 * at(acceleration, j);
  return acceleration;
}

/** ‖D δ‖ */
export function scaledLength(step: Float64Array, scale: Float64Array): number {
  const scaled = new Float64Array(step.length);
  for (let j = 0; j < step.length; j++) scaled[j] = at(step, j) * (at(scale, j) || 1);
  return norm(scaled);
}
