import { cholesky, solveCholesky } from "../linalg/cholesky.ts";
import { normalMatrix } from "../linalg/normal-matrix.ts";
import { at, norm } from "../linalg/vector.ts";
import type { LeastSquaresProblem, Linearization } from "../problem/least-squares-problem.ts";
import type { BoxStep } from "./box-step.ts";

/**
 * Largest acceptable 2 ‖D a‖ / ‖D v‖ of acceleration a and velocity v. Transtrum & Sethna (2012) advise 0.75; the ratio
 * is 1 on the way to a minimum where the Jacobian is singular, which must not be refused.
 */
const bendLimit = 1.5;

/**
 * Velocity plus half the acceleration, (JᵀJ + λD²) a = −Jᵀ r″(v, v). Undefined when the path bends too much for the
 * local model to be believed; the plain step where bounds are at work.
 */
export function bend(
  problem: LeastSquaresProblem,
  here: Linearization,
  plain: BoxStep,
  weights: Float64Array,
  scale: Float64Array,
): Float64Array | undefined {
  if (plain.held.some((side) => side !== 0)) return plain.step;
  const force = problem.acceleration(here, plain.step);
  if (force === undefined) return plain.step;
  const p = weights.length;
  const matrix = normalMatrix(here.root, here.rows, p);
  const unit = weights.map((weight) => weight || 1);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) matrix[i * p + j] = at(matrix, i * p + j) / (at(unit, i) * at(unit, j));
    matrix[i * p + i] = at(matrix, i * p + i) + 1;
  }
  const factor = cholesky(matrix, p);
  // So badly conditioned that the bend would be rounding error.
  if (factor === undefined) return plain.step;
  const solved = solveCholesky(
    factor,
    p,
    Float64Array.from(force, (value, j) => -value / at(unit, j)),
  );
  const acceleration = solved.map((value, j) => value / at(unit, j));
  const ratio = (2 * scaledLength(acceleration, scale)) / scaledLength(plain.step, scale);
  if (!(ratio <= bendLimit)) return undefined;
  return plain.step.map((velocity, j) => velocity + 0.5 * at(acceleration, j));
}

/** ‖D δ‖ */
export function scaledLength(step: Float64Array, scale: Float64Array): number {
  return norm(step.map((value, j) => value * (at(scale, j) || 1)));
}
