import { OptimizationError } from "../../errors.ts";
import { at, difference, epsilon } from "../../linalg/vector.ts";
import type { LeastSquaresProblem, LinearSolver } from "../../problem/least-squares/problem.ts";
import type { Finish, LeastSquaresTolerances } from "../../solution.ts";
import { isFinish } from "../../walk/method.ts";
import { boxStep, type BoxStep } from "./box-step.ts";
import { converged, nothingToGain, stuckAt } from "./ending.ts";
import { judge } from "./judge.ts";
import { bend } from "./geodesic-acceleration.ts";
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

/** Options of {@link levenbergMarquardt}. */
export interface LevenbergMarquardtOptions {
  /** First damping λ, relative to the squared column norms of the Jacobian. Default 1e-3. */
  readonly initialDamping?: number;
  /**
   * `qr` factors the Jacobian; `normal` sums JᵀJ in one pass over the data, which takes O(p²) memory but sees only half
   * the digits of a badly conditioned problem. By default `qr` for small problems; for larger ones the sums, and `qr`
   * at points where those are too badly conditioned for `gradientTolerance`, as long as the Jacobian has no more than
   * 2·10⁶ entries.
   */
  readonly linearSolver?: LinearSolver;
  /**
   * Bend the step by the exact second directional derivative (Transtrum & Sethna 2012). By default always where the
   * problem is small, and after the first rejected step where it is large, since there it takes a pass over the data.
   */
  readonly geodesicAcceleration?: boolean;
}

/** Below this relative offset the undamped Gauss–Newton step is tried first. */
const nearTheMinimum = 1e-2;

/**
 * Levenberg–Marquardt: at each point minimise ‖J δ + r‖² + λ ‖D δ‖². D holds the largest norm each column of J has had
 * (Moré 1978), so units do not matter; λ follows the gain ratio (Nielsen 1999, IMM-REP-1999-05). A point that cannot be
 * evaluated is a rejected step. Parameters at a bound that would leave the box are held and the others solved for.
 *
 * Close to the minimum, differences of sums of squares drown in rounding at half the digits. There undamped
 * Gauss–Newton steps are judged by the relative offset instead (see {@link Place}), which loses no digits.
 *
 * @throws {OptimizationError} for an initial damping that is not positive
 */
export function levenbergMarquardt({
  initialDamping = 1e-3,
  linearSolver,
  geodesicAcceleration,
}: LevenbergMarquardtOptions = {}): LeastSquaresMethod {
  if (!(initialDamping > 0 && Number.isFinite(initialDamping)))
    throw new OptimizationError(`the initial damping must be a positive number: ${initialDamping}`);
  return {
    name: "levenberg-marquardt",
    defaultIterations: 5000,
    linearSolver,
    bounds: true,
    begin: (problem, start, tolerances) =>
      begin(problem, start, tolerances, initialDamping, geodesicAcceleration),
    next: (problem, state: State, tolerances) => next(problem, state, tolerances, geodesicAcceleration),
  };
}

interface State extends LeastSquaresState {
  /** Largest norm each column of J has had. */
  readonly scale: Float64Array;
  readonly damping: number;
  /** What the damping is multiplied by at the next rejected step. */
  readonly growth: number;
  /** A Gauss–Newton step was rejected at this offset: damped steps first have to get well below it. */
  readonly rejectedOffset: number;
  /** Damped steps in a row that rounding kept from being judged by the cost and the gradient did not like. */
  readonly undecided: number;
  /** The damping was begun anew from nothing at this point, and no step was accepted since. */
  readonly restarted: boolean;
  /** Whether steps are bent by the second derivative. */
  readonly accelerate: boolean;
}

function begin(
  problem: LeastSquaresProblem,
  start: Float64Array,
  tolerances: LeastSquaresTolerances,
  initialDamping: number,
  geodesicAcceleration: boolean | undefined,
): State | Finish {
  const here = enter(problem, start);
  if (isFinish(here)) return here;
  return {
    here,
    step: record(problem, here, 0, new Float64Array(start.length), true, { damping: 0 }),
    scale: here.columnNorms,
    damping: initialDamping,
    growth: 2,
    rejectedOffset: Infinity,
    undecided: 0,
    restarted: false,
    accelerate: geodesicAcceleration ?? here.kept !== undefined,
    finish: converged(problem, here, tolerances),
  };
}

function next(
  problem: LeastSquaresProblem,
  state: State,
  tolerances: LeastSquaresTolerances,
  geodesicAcceleration: boolean | undefined,
): State {
  const { here, scale, damping, growth, rejectedOffset } = state;
  const iteration = state.step.iteration + 1;
  const undamped = here.offset < nearTheMinimum && here.offset < 0.1 * rejectedOffset;
  const used = undamped ? 0 : damping;
  const plain = undamped ? here.newton : dampedStep(problem, here, used, scale);
  const bent = undamped || !state.accelerate ? plain.step : bend(problem, here, plain, scale);
  const target = bent && landing(problem, here.x, bent);
  const moves = target !== undefined && !isSame(target, here.x);
  const trial = moves ? problem.linearize(target, here) : undefined;
  const step = target ? difference(target, here.x) : plain.step;

  const { reached, gain, drowned } = judge(problem, here, trial, step, plain.predicted, undamped);

  if (reached !== undefined)
    return {
      ...state,
      here: reached,
      step: record(problem, reached, iteration, step, true, { damping: used }),
      scale: widened(scale, reached),
      damping:
        undamped && drowned ? damping : damping * Math.max(1 / 3, 1 - (2 * Math.min(gain, 1) - 1) ** 3),
      growth: 2,
      undecided: 0,
      restarted: false,
      finish: converged(problem, reached, tolerances),
    };

  const undecided = state.undecided + (drowned && !undamped ? 1 : 0);
  const rejected: State = {
    ...state,
    step: record(problem, here, iteration, step, false, { damping: used }),
    undecided,
    accelerate: geodesicAcceleration ?? true,
    ...(undamped ? { rejectedOffset: here.offset } : { damping: damping * growth, growth: 2 * growth }),
  };
  const stuck =
    undecided >= 4 ||
    (drowned && here.cosine <= tolerances.gradientTolerance) ||
    (target !== undefined && !moves) ||
    !Number.isFinite(rejected.damping);
  // Where columns of J are nearly parallel, damping that is small beside their lengths still forbids what they do
  // differently, and the gradient, all but orthogonal to each of them, does not show it. With less damping it shows.
  if (stuck && !state.restarted && !nothingToGain(here))
    return { ...rejected, restarted: true, damping: epsilon ** 2, growth: 2, undecided: 0 };
  return stuck || nothingToGain(here)
    ? { ...rejected, finish: stuckAt(problem, here, tolerances) }
    : rejected;
}

function dampedStep(
  problem: LeastSquaresProblem,
  here: Place,
  damping: number,
  scale: Float64Array,
): BoxStep {
  const root = Math.sqrt(damping);
  const weights = new Float64Array(scale.length);
  for (let j = 0; j < weights.length; j++) weights[j] = root * (at(scale, j) || 1);
  return boxStep(here, weights.length, weights, roomAt(problem, here.x));
}
