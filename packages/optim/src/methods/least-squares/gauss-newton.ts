import { backtracking } from "../../line-search/backtracking.ts";
import type { LineFunction, LineSearch } from "../../line-search/search.ts";
import { difference, dot, scaled } from "../../linalg/vector.ts";
import type { LeastSquaresProblem, Linearization } from "../../problem/least-squares/problem.ts";
import type { Finish, LeastSquaresTolerances } from "../../solution.ts";
import { isFinish } from "../../walk/method.ts";
import { converged, nothingToGain, stuckAt } from "./ending.ts";
import { costNoise } from "./judge.ts";
import {
  enter,
  isSame,
  landing,
  placeAt,
  record,
  type LeastSquaresMethod,
  type LeastSquaresState,
  type Place,
} from "./method.ts";

/** Options of {@link gaussNewton}. */
export interface GaussNewtonOptions {
  /** How to choose the step length on ½ ‖r‖², the full step first. Default `backtracking()`. */
  readonly lineSearch?: LineSearch;
}

/**
 * Gauss–Newton: along the minimiser of the linearised model, ‖J δ + r‖², by pivoted QR; a line search on half the sum of
 * squares sets the length (Nocedal & Wright, Numerical Optimization, 2nd ed., §10.3). Where columns of J are dependent,
 * parameters that others can stand for stay where they are. With bounds it is the minimiser within them, and no step
 * is longer than it.
 *
 * Fast from a good start for models that fit; from a poor one, or where J loses rank on the way, `levenbergMarquardt()`
 * is the safer choice.
 */
export function gaussNewton({ lineSearch = backtracking() }: GaussNewtonOptions = {}): LeastSquaresMethod {
  return {
    name: "gauss-newton",
    defaultIterations: 1000,
    bounds: true,
    begin,
    next: (problem, state: LeastSquaresState, tolerances) => next(problem, state, tolerances, lineSearch),
  };
}

function begin(
  problem: LeastSquaresProblem,
  start: Float64Array,
  tolerances: LeastSquaresTolerances,
): LeastSquaresState | Finish {
  const here = enter(problem, start);
  if (isFinish(here)) return here;
  const step = record(problem, here, 0, new Float64Array(start.length), true, {});
  return { here, step, finish: converged(problem, here, tolerances) };
}

function next(
  problem: LeastSquaresProblem,
  state: LeastSquaresState,
  tolerances: LeastSquaresTolerances,
  lineSearch: LineSearch,
): LeastSquaresState {
  const { here } = state;
  const iteration = state.step.iteration + 1;
  const direction = here.newton.step;
  const { reached, stepLength } = nothingToGain(here)
    ? lastStep(problem, here)
    : searched(problem, here, lineSearch);
  const accepted = reached !== undefined;
  const step = accepted ? difference(reached.x, here.x) : scaled(stepLength, direction);
  const place = reached ?? here;
  return {
    here: place,
    step: record(problem, place, iteration, step, accepted, { direction, stepLength }),
    finish: accepted ? converged(problem, reached, tolerances) : stuckAt(problem, here, tolerances),
  };
}

interface Outcome {
  readonly reached: Place | undefined;
  readonly stepLength: number;
}

/**
 * The full step where differences of sums of squares drown in rounding: taken when it lowers the relative offset, which
 * loses no digits.
 */
function lastStep(problem: LeastSquaresProblem, here: Place): Outcome {
  const target = landing(problem, here.x, here.newton.step);
  const trial = isSame(target, here.x) ? undefined : problem.linearize(target, here);
  const lower = trial !== undefined && trial.value <= here.value * (1 + 4 * costNoise(here));
  const reached = lower ? placeAt(problem, trial) : undefined;
  return { reached: reached && reached.offset < 0.9 * here.offset ? reached : undefined, stepLength: 1 };
}

function searched(problem: LeastSquaresProblem, here: Place, { search }: LineSearch): Outcome {
  const direction = here.newton.step;
  const slope = dot(here.gradient, direction);
  if (!(slope < 0)) return { reached: undefined, stepLength: 0 };
  const longest = problem.lower === undefined && problem.upper === undefined ? Infinity : 1;
  const tried: Linearization[] = [];
  const phi: LineFunction = (stepLength) => {
    if (stepLength > longest) return undefined;
    const x = landing(problem, here.x, stepLength === 1 ? direction : scaled(stepLength, direction));
    const found = problem.linearize(x, here);
    if (found === undefined) return undefined;
    tried.push(found);
    const { value, gradient } = found;
    return { x, value, gradient, stepLength, slope: dot(gradient, direction) };
  };
  const { x, value, gradient } = here;
  const outcome = search(phi, { x, value, gradient, stepLength: 0, slope }, 1);
  if (outcome.kind === "none") return { reached: undefined, stepLength: outcome.shortest };
  const found = tried.find((trial) => trial.x === outcome.point.x);
  const moved = found !== undefined && !isSame(found.x, here.x);
  return {
    reached: moved ? placeAt(problem, found) : undefined,
    stepLength: outcome.point.stepLength,
  };
}
