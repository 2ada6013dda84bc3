import { OptimizationError } from "../../errors.ts";
import { along, difference, dot } from "../../linalg/vector.ts";
import type { LeastSquaresProblem } from "../../problem/least-squares/problem.ts";
import type { Finish, LeastSquaresTolerances } from "../../solution.ts";
import { isFinish } from "../../walk/method.ts";
import { cauchyStep, untilEdge } from "./cauchy-step.ts";
import { converged, nothingToGain, stuckAt } from "./ending.ts";
import { judge } from "./judge.ts";
import { modelDecrease } from "./free-step.ts";
import { scaledLength } from "./geodesic-acceleration.ts";
import {
  enter,
  isSame,
  landing,
  record,
  roomAt,
  widened,
  type LeastSquaresMethod,
  type LeastSquaresState,
  type Place,
} from "./method.ts";

/** Options of {@link dogleg}. */
export interface DoglegOptions {
  /** First radius of the trust region, as a multiple of ‖D x₀‖, or itself where x₀ is zero. Default 1. */
  readonly initialRadius?: number;
}

/**
 * Powell's dogleg (A hybrid method for nonlinear equations, 1970): trust the linearised model within ‖D δ‖ ≤ Δ, and
 * there walk from the Cauchy point, the minimum along the scaled steepest descent, straight towards the Gauss–Newton
 * point. D holds the largest norm each column of J has had (Moré 1978), so units do not matter. One factorisation for
 * each point, however often the region shrinks: a rejected step costs one evaluation and next to no algebra.
 *
 * With bounds the Gauss–Newton step is that within the bounds, and the Cauchy point lies on the projected path of
 * steepest descent (Conn, Gould & Toint, Global convergence of a class of trust region algorithms for optimization with
 * simple bounds, 1988); both lie in the box, and so does the way between them.
 *
 * @throws {OptimizationError} for a radius that is not positive
 */
export function dogleg({ initialRadius = 1 }: DoglegOptions = {}): LeastSquaresMethod {
  if (!(initialRadius > 0 && Number.isFinite(initialRadius)))
    throw new OptimizationError(`the initial radius must be a positive number: ${initialRadius}`);
  return {
    name: "dogleg",
    defaultIterations: 5000,
    bounds: true,
    begin: (problem, start, tolerances) => begin(problem, start, tolerances, initialRadius),
    next,
  };
}

interface State extends LeastSquaresState {
  /** Largest norm each column of J has had. */
  readonly scale: Float64Array;
  readonly radius: number;
  /** Steps in a row that rounding kept from being judged by the cost and the gradient did not like. */
  readonly undecided: number;
}

function begin(
  problem: LeastSquaresProblem,
  start: Float64Array,
  tolerances: LeastSquaresTolerances,
  initialRadius: number,
): State | Finish {
  const here = enter(problem, start);
  if (isFinish(here)) return here;
  const scale = here.columnNorms;
  const radius = initialRadius * (scaledLength(start, scale) || 1);
  return {
    here,
    step: record(problem, here, 0, new Float64Array(start.length), true, { radius }),
    scale,
    radius,
    undecided: 0,
    finish: converged(problem, here, tolerances),
  };
}

function next(problem: LeastSquaresProblem, state: State, tolerances: LeastSquaresTolerances): State {
  const { here, scale, radius } = state;
  const iteration = state.step.iteration + 1;
  const newton = scaledLength(here.newton.step, scale) <= radius;
  const planned = newton ? here.newton.step : doglegStep(problem, here, scale, radius);
  const predicted = newton ? here.newton.predicted : modelDecrease(here, planned);
  const target = landing(problem, here.x, planned);
  const moves = !isSame(target, here.x);
  const trial = moves ? problem.linearize(target, here) : undefined;
  const step = difference(target, here.x);
  const length = scaledLength(step, scale);

  const { reached, fall, gain, drowned } = judge(problem, here, trial, step, predicted, newton);

  if (reached !== undefined)
    return {
      here: reached,
      step: record(problem, reached, iteration, step, true, { radius }),
      scale: widened(scale, reached),
      radius: nextRadius(radius, length, gain),
      undecided: 0,
      finish: converged(problem, reached, tolerances),
    };

  const undecided = state.undecided + (drowned ? 1 : 0);
  const rejected: State = {
    ...state,
    step: record(problem, here, iteration, step, false, { radius }),
    radius: shrunk(fall, Math.min(dot(here.gradient, step), -predicted), length),
    undecided,
  };
  const stuck =
    undecided >= 4 ||
    (drowned && here.cosine <= tolerances.gradientTolerance) ||
    !moves ||
    !(rejected.radius > 0);
  return stuck || nothingToGain(here)
    ? { ...rejected, finish: stuckAt(problem, here, tolerances) }
    : rejected;
}

/** Wider where the model did well at the edge of its region, narrower where it did not (Moré 1978, §6). */
function nextRadius(radius: number, length: number, gain: number): number {
  if (gain < 0.25) return 0.5 * length;
  return gain > 0.75 ? Math.max(radius, 2 * length) : radius;
}

/**
 * After a rejected step: the minimiser along it of the parabola through its slope and what the value fell by, a tenth to
 * a half of its length; a tenth where there is no value (Moré 1978, §6).
 */
function shrunk(fall: number | undefined, slope: number, length: number): number {
  if (fall === undefined) return 0.1 * length;
  const part = slope / (2 * (fall + slope));
  return Math.min(Math.max(part, 0.1), 0.5) * length;
}

/** The point at distance Δ on the way from zero over the Cauchy point to the Gauss–Newton point. */
function doglegStep(
  problem: LeastSquaresProblem,
  here: Place,
  scale: Float64Array,
  radius: number,
): Float64Array {
  const cauchy = cauchyStep(here, scale, radius, roomAt(problem, here.x));
  const way = difference(here.newton.step, cauchy);
  return along(cauchy, Math.min(untilEdge(cauchy, way, scale, radius), 1), way);
}
