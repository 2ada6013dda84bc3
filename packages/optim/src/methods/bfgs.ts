import { OptimizationError } from "../errors.ts";
import type { LineSearch } from "../line-search/search.ts";
import { strongWolfe, type WolfeOptions } from "../line-search/strong-wolfe.ts";
import { dot } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
import { diagonal, minusProduct, updatedInverse } from "./inverse-hessian.ts";
import { lineStep, type SearchState } from "./line-step.ts";
import { begin, noProgress, type MinimizeMethod } from "./method.ts";
import {
  changeAlong,
  checkInitialStep,
  steepestTask,
  type QuasiNewtonOptions,
  type Towards,
} from "./quasi-newton.ts";

/** Options of {@link bfgs}. The constants are those of the default line search, and go without another. */
export interface BfgsOptions extends QuasiNewtonOptions, WolfeOptions {
  /** c₂ of the default line search. Default 0.6. */
  readonly curvature?: number;
}

/**
 * BFGS: a dense quasi-Newton method that builds the inverse Hessian from gradients (Broyden, Fletcher, Goldfarb and Shanno
 * 1970; Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 6.1, scaled first by equation 6.20). Memory and work of a
 * step O(n²).
 *
 * A step's `model` is the quadratic whose minimum the full step is.
 *
 * @throws {OptimizationError} for an initial step that is not positive, or constants of a line search besides one
 */
export function bfgs(options: BfgsOptions = {}): MinimizeMethod {
  const { lineSearch, initialStep, ...wolfe } = options;
  const constants = Object.keys(wolfe);
  if (lineSearch !== undefined && constants.length > 0)
    throw new OptimizationError(
      `give its constants to the line search itself (${lineSearch.name}), not to bfgs: ${constants.join(", ")}`,
    );
  checkInitialStep(initialStep);
  const search = lineSearch ?? strongWolfe({ curvature: 0.6, ...wolfe });
  return {
    name: "bfgs",
    defaultIterations: 1000,
    begin,
    next: (problem, state: BfgsState, tolerances) => next(problem, state, tolerances, search, initialStep),
  };
}

interface BfgsState extends SearchState {
  /** The inverse Hessian as far as it is known, [n, n]. */
  readonly inverse?: Float64Array | undefined;
}

function next(
  problem: ScalarProblem,
  state: BfgsState,
  tolerances: Tolerances,
  lineSearch: LineSearch,
  initialStep: number | undefined,
): BfgsState {
  const { place } = state;
  let { inverse } = state;
  let towards = inverse && newtonTask(inverse, place.gradient);
  if (towards === undefined || !(towards.slope < 0 && towards.slope > -Infinity)) {
    // Nothing is known yet, or rounding has spoilt it.
    inverse = undefined;
    towards = steepestTask(place, initialStep);
  }
  const { direction, slope, initial } = towards;
  const { x: center, value, gradient } = place;
  const details = inverse && { model: { center, value, gradient, inverseHessian: inverse } };
  const task = { lineSearch, direction, slope, initial, details };
  const { point, step, finish, progress } = lineStep(problem, state, tolerances, task);
  if (point === undefined) {
    const what = "no step along the negative gradient lowers the value";
    const stuck = inverse === undefined ? noProgress(problem, place, what) : undefined;
    return { place, step, progress, finish: stuck };
  }
  if (finish !== undefined) return { place: point, step, progress, inverse, finish };
  const change = changeAlong(step.step, place, point);
  if (change !== undefined)
    inverse = updatedInverse(
      inverse ?? diagonal(change.curvature / change.squaredChange, center.length),
      change,
    );
  return { place: point, step, progress, inverse };
}

/** −H ∇f */
function newtonTask(inverse: Float64Array, gradient: Float64Array): Towards {
  const direction = minusProduct(inverse, gradient);
  return { direction, slope: dot(direction, gradient), initial: 1 };
}
