import { at, maxNorm, norm } from "../../linalg/vector.ts";
import type {
  LeastSquaresProblem,
  Linearization,
  LinearSolver,
} from "../../problem/least-squares/problem.ts";
import type { Finish, LeastSquaresTolerances } from "../../solution.ts";
import type { Method, WalkState } from "../../walk/method.ts";
import type { Step, StepDetails } from "../../walk/step.ts";
import { boxStep, type BoxStep, type Room } from "./box-step.ts";

/**
 * A way to minimise a sum of squares: a plain value made by `levenbergMarquardt()`, `dogleg()` or `gaussNewton()`.
 */
export interface LeastSquaresMethod extends Method<LeastSquaresProblem, LeastSquaresTolerances> {
  /** How it wants its linear systems solved; chosen by size and conditioning when left out. */
  readonly linearSolver?: LinearSolver | undefined;
  /** Whether it keeps to the bounds of the problem; others are not given problems with bounds. */
  readonly bounds?: boolean;
}

/** The state of a least-squares walk: where it stands, linearised. */
export interface LeastSquaresState extends WalkState {
  readonly here: Place;
}

/** A linearised point with the Gauss–Newton step from it. */
export interface Place extends Linearization {
  readonly newton: BoxStep;
  /**
   * Square root of the part of the value that the model can still explain: 0 at the minimum. Without a loss the cosine
   * between r and the plane tangent to the model (Bates & Watts, Technometrics 23, 1981).
   */
  readonly offset: number;
  /** Largest cosine between r and a column of J whose parameter is free to move. */
  readonly cosine: number;
}

/** Sums of squares below this have lost digits to the end of the number range. */
const smallestSquares = 2 ** -970;

/** Evaluates the start, or says why that is not possible. */
export function enter(problem: LeastSquaresProblem, start: Float64Array): Place | Finish {
  const first = problem.linearize(start);
  if (first === undefined)
    return {
      status: "failed",
      message: `the residuals cannot be evaluated at the start (${problem.lastFailure}); start where they and their derivatives are finite`,
    };
  if (first.value < smallestSquares) {
    const largest = largestResidual(problem, start);
    if (largest > 0)
      return {
        status: "failed",
        message: `the residuals are so small (the largest is ${largest}) that their squares vanish; rescale the residuals, or the data, to sizes nearer 1`,
      };
  }
  return placeAt(problem, first);
}

/** A point with its Gauss–Newton step inside the bounds. */
export function placeAt(problem: LeastSquaresProblem, linearization: Linearization): Place {
  const { x, value, columnNorms, gradient } = linearization;
  const { step, predicted, held } = boxStep(linearization, x.length, undefined, roomAt(problem, x));
  const offset = value > 0 ? Math.sqrt(Math.max(predicted, 0) / value) : 0;
  const length = Math.sqrt(2 * value) || 1;
  let cosine = 0;
  for (let j = 0; j < x.length; j++) {
    const column = at(columnNorms, j);
    if (column > 0 && activeBound(problem, linearization, j) === 0)
      cosine = Math.max(cosine, Math.abs(at(gradient, j)) / column / length);
  }
  return { ...linearization, newton: { step, predicted, held }, offset, cosine };
}

/** How far each parameter may move down and up. */
export function roomAt({ lower, upper }: LeastSquaresProblem, x: Float64Array): Room {
  return {
    low: lower?.map((bound, j) => Math.min(bound - at(x, j), 0)),
    high: upper?.map((bound, j) => Math.max(bound - at(x, j), 0)),
  };
}

/** x + δ, exactly on the bounds where rounding would miss them. */
export function landing(
  { lower, upper }: LeastSquaresProblem,
  x: Float64Array,
  step: Float64Array,
): Float64Array {
  const target = new Float64Array(x.length);
  for (let j = 0; j < x.length; j++) {
    const moved = at(x, j) + at(step, j);
    target[j] = Math.min(Math.max(moved, lower ? at(lower, j) : -Infinity), upper ? at(upper, j) : Infinity);
  }
  return target;
}

export function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}

/** The largest norm each column of J has had (Moré 1978). */
export function widened(scale: Float64Array, { columnNorms }: Linearization): Float64Array {
  const wide = scale.slice();
  for (let j = 0; j < wide.length; j++) wide[j] = Math.max(at(scale, j), at(columnNorms, j));
  return wide;
}

/** Whether a parameter lies at a bound with the value falling beyond it: −1 for the lower one, 1 for the upper, else 0. */
function activeBound(
  { lower, upper }: LeastSquaresProblem,
  { x, gradient }: Linearization,
  j: number,
): number {
  if (x[j] === lower?.[j] && at(gradient, j) >= 0) return -1;
  return x[j] === upper?.[j] && at(gradient, j) <= 0 ? 1 : 0;
}

/** The step record of a place. */
export function record(
  problem: LeastSquaresProblem,
  here: Place,
  iteration: number,
  step: Float64Array,
  accepted: boolean,
  details: StepDetails,
): Step {
  const plain = {
    iteration,
    x: here.x,
    value: here.value,
    gradient: here.gradient,
    gradientNorm: norm(here.gradient),
    step,
    accepted,
    evaluations: problem.evaluations.values,
  };
  if (problem.lower === undefined && problem.upper === undefined) return { ...plain, ...details };
  const activeBounds = Int8Array.from(here.x, (_, j) => activeBound(problem, here, j));
  return { ...plain, ...details, activeBounds };
}

/** The largest |rᵢ|; 0 for a problem that never sees them. */
export function largestResidual(problem: LeastSquaresProblem, x: Float64Array): number {
  const found = problem.residuals(x);
  return found === undefined ? 0 : maxNorm(found.residuals);
}
