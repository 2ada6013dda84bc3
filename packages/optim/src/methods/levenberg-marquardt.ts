import { OptimizationError } from "../errors.ts";
import { at, epsilon, maxNorm, norm } from "../linalg/vector.ts";
import type { LeastSquaresProblem, Linearization, LinearSolver } from "../problem/least-squares-problem.ts";
import type { Finish, LeastSquaresTolerances } from "../solution.ts";
import type { Method, WalkState } from "../walk/method.ts";
import type { Step } from "../walk/step.ts";
import { boxStep, type BoxStep } from "./box-step.ts";
import { bend, scaledLength } from "./geodesic-acceleration.ts";

/** A way to minimise a sum of squares: a plain value made by `levenbergMarquardt()`. */
export interface LeastSquaresMethod extends Method<LeastSquaresProblem, LeastSquaresTolerances> {
  /** How it wants its linear systems solved; chosen by the size of the problem when left out. */
  readonly linearSolver?: LinearSolver | undefined;
}

/** The state of a least-squares walk: where it stands, linearised. */
export interface LeastSquaresState extends WalkState {
  readonly here: Linearization;
}

/** Options of {@link levenbergMarquardt}. */
export interface LevenbergMarquardtOptions {
  /** First damping λ, relative to the squared column norms of the Jacobian. Default 1e-3. */
  readonly initialDamping?: number;
  /**
   * `qr` keeps the Jacobian and factors it; `normal` sums JᵀJ in one pass over the data, which takes O(p²) memory but
   * sees only half the digits of a badly conditioned problem. By default `qr` up to 2·10⁶ Jacobian entries.
   */
  readonly linearSolver?: LinearSolver;
  /**
   * Bend the step by the exact second directional derivative (Transtrum & Sethna 2012). By default always where the
   * Jacobian is kept, and after the first rejected step where it is summed, since there it takes a pass over the data.
   */
  readonly geodesicAcceleration?: boolean;
}

/** Below this relative offset the undamped Gauss–Newton step is tried first. */
const nearTheMinimum = 1e-2;
/** A walk that can go no further has converged when the gradient cosine is below this, the root of the rounding error, */
const roundingCosine = 1e-6;
/** and the relative offset below this: its square is the part of the sum of squares that could still be gained. */
const roundingOffset = 1e-5;
/** Sums of squares below this have lost digits to the end of the number range. */
const smallestSquares = 2 ** -970;

/**
 * Levenberg–Marquardt: at each point minimise ‖J δ + r‖² + λ ‖D δ‖². D holds the largest norm each column of J has had
 * (Moré 1978), so units do not matter; λ follows the gain ratio (Nielsen 1999, IMM-REP-1999-05). A point that cannot be
 * evaluated is a rejected step. Parameters at a bound that would leave the box are held and the others solved for.
 *
 * Close to the minimum, differences of sums of squares drown in rounding at half the digits. There undamped
 * Gauss–Newton steps are judged by the relative offset instead, the cosine between the residuals and the plane
 * tangent to the model (Bates & Watts, Technometrics 23, 1981), which loses no digits.
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
    begin: (problem, start, tolerances) =>
      begin(problem, start, tolerances, initialDamping, geodesicAcceleration),
    next: (problem, state: State, tolerances) => next(problem, state, tolerances, geodesicAcceleration),
  };
}

/** A linearised point with the Gauss–Newton step from it. */
interface Place extends Linearization {
  readonly newton: BoxStep;
  /** Cosine between r and the part of it that the model can still explain: 0 at the minimum. */
  readonly offset: number;
  /** Largest cosine between r and a column of J whose parameter is free to move. */
  readonly cosine: number;
}

interface State extends LeastSquaresState {
  readonly here: Place;
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
  const first = problem.linearize(start);
  if (first === undefined)
    return {
      status: "failed",
      message: `the residuals cannot be evaluated at the start (${problem.lastFailure}); start where they and their derivatives are finite`,
    };
  if (first.value < smallestSquares) {
    const largest = maxNorm(problem.residuals(start));
    if (largest > 0)
      return {
        status: "failed",
        message: `the residuals are so small (the largest is ${largest}) that their squares vanish; rescale the residuals, or the data, to sizes nearer 1`,
      };
  }
  const here = placeAt(problem, first);
  return {
    here,
    step: record(problem, here, 0, new Float64Array(start.length), true, 0),
    scale: here.columnNorms.slice(),
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
  const noise = costNoise(here);
  const undamped = here.offset < nearTheMinimum && here.offset < 0.1 * rejectedOffset;
  const used = undamped ? 0 : damping;
  const weights = scale.map((length) => Math.sqrt(used) * (length || 1));
  const plain = undamped ? here.newton : damped(problem, here, weights);
  const bent = undamped || !state.accelerate ? plain.step : bend(problem, here, plain, weights, scale);
  const target = bent && landing(problem, here.x, bent);
  const trial = target && !same(target, here.x) ? problem.linearize(target, here.firstSquare) : undefined;
  const candidate = trial && placeAt(problem, trial);
  const step = target ? target.map((value, j) => value - at(here.x, j)) : plain.step;

  // Where the predicted decrease is below the rounding error of the cost, the gradient decides.
  const drowned = plain.predicted <= noise * here.value;
  const gain = candidate ? (here.value - candidate.value) / plain.predicted : -1;
  const accepted =
    candidate !== undefined &&
    (drowned
      ? candidate.value <= here.value * (1 + 4 * noise) &&
        (undamped ? candidate.offset < 0.9 * here.offset : candidate.cosine < 0.9 * here.cosine)
      : gain > 1e-3);

  if (accepted)
    return {
      ...state,
      here: candidate,
      step: record(problem, candidate, iteration, step, true, used),
      scale: scale.map((length, j) => Math.max(length, at(candidate.columnNorms, j))),
      damping: drowned ? damping : damping * Math.max(1 / 3, 1 - (2 * Math.min(gain, 1) - 1) ** 3),
      growth: 2,
      undecided: 0,
      restarted: false,
      finish: converged(problem, candidate, tolerances),
    };

  const undecided = state.undecided + (drowned && !undamped ? 1 : 0);
  const rejected: State = {
    ...state,
    step: record(problem, here, iteration, step, false, used),
    undecided,
    accelerate: geodesicAcceleration ?? true,
    ...(undamped ? { rejectedOffset: here.offset } : { damping: damping * growth, growth: 2 * growth }),
  };
  const stuck =
    undecided >= 4 || (target !== undefined && same(target, here.x)) || !Number.isFinite(rejected.damping);
  const nothingToGain = here.newton.predicted <= noise * here.value;
  // Where columns of J are nearly parallel, damping that is small beside their lengths still forbids what they do
  // differently, and the gradient, all but orthogonal to each of them, does not show it. With less damping it shows.
  if (stuck && !state.restarted && !nothingToGain)
    return { ...rejected, restarted: true, damping: epsilon ** 2, growth: 2, undecided: 0 };
  if (nothingToGain || (stuck && here.cosine <= roundingCosine && here.offset <= roundingOffset))
    return {
      ...rejected,
      finish: {
        status: "converged",
        message: `converged: what can still be gained is below the rounding error of the sum of squares (relative offset ${here.offset.toPrecision(3)}, gradient cosine ${here.cosine.toPrecision(3)})`,
      },
    };
  return stuck ? { ...rejected, finish: stalled(problem, here) } : rejected;
}

function placeAt(problem: LeastSquaresProblem, linearization: Linearization): Place {
  const { low, high } = room(problem, linearization.x);
  const newton = boxStep(linearization, new Float64Array(linearization.x.length), low, high);
  const { value, columnNorms, gradient, x } = linearization;
  const offset = value > 0 ? Math.sqrt(Math.max(newton.predicted, 0) / value) : 0;
  const active = activeBounds(problem, linearization);
  const length = Math.sqrt(2 * value) || 1;
  let cosine = 0;
  for (let j = 0; j < x.length; j++)
    if (active[j] === 0 && at(columnNorms, j) > 0)
      cosine = Math.max(cosine, Math.abs(at(gradient, j)) / at(columnNorms, j) / length);
  return { ...linearization, newton, offset, cosine };
}

function damped(problem: LeastSquaresProblem, here: Place, weights: Float64Array): BoxStep {
  const { low, high } = room(problem, here.x);
  return boxStep(here, weights, low, high);
}

/** How far each parameter may move down and up. */
function room(
  { lower, upper }: LeastSquaresProblem,
  x: Float64Array,
): { low: Float64Array | undefined; high: Float64Array | undefined } {
  return {
    low: lower?.map((bound, j) => Math.min(bound - at(x, j), 0)),
    high: upper?.map((bound, j) => Math.max(bound - at(x, j), 0)),
  };
}

/** x + δ, exactly on the bounds where rounding would miss them. */
function landing({ lower, upper }: LeastSquaresProblem, x: Float64Array, step: Float64Array): Float64Array {
  return x.map((value, j) => {
    const moved = value + at(step, j);
    return Math.min(Math.max(moved, lower ? at(lower, j) : -Infinity), upper ? at(upper, j) : Infinity);
  });
}

/**
 * Relative rounding error of the cost. Residuals are differences of numbers about as large as the change of the model
 * when a parameter goes to zero, ‖J_j‖ |x_j|, and carry their rounding error.
 */
function costNoise(here: Linearization): number {
  let size = 0;
  for (let j = 0; j < here.x.length; j++)
    size = Math.max(size, at(here.columnNorms, j) * Math.abs(at(here.x, j)));
  const length = Math.sqrt(2 * here.value);
  return 10 * epsilon * (1 + size / length);
}

function converged(
  problem: LeastSquaresProblem,
  here: Place,
  { gradientTolerance, stepTolerance }: LeastSquaresTolerances,
): Finish | undefined {
  if (here.value === 0) {
    const largest = maxNorm(problem.residuals(here.x));
    const what =
      largest === 0
        ? "every residual is zero"
        : `the square of every residual is zero (the largest is ${largest})`;
    return { status: "converged", message: `converged: ${what}` };
  }
  if (here.columnNorms.every((length) => length === 0))
    return {
      status: "stationary",
      message:
        "the residuals do not depend on any parameter here, which tells nothing of where the minimum is; start elsewhere",
    };
  if (here.offset <= gradientTolerance)
    return {
      status: "converged",
      message: `converged: the relative offset ${here.offset.toPrecision(3)} is within the tolerance ${gradientTolerance}`,
    };
  const size = scaledLength(here.x, here.columnNorms);
  const small = here.newton.step.every(
    (change, j) =>
      Math.abs(change) <= stepTolerance * Math.abs(at(here.x, j)) ||
      Math.abs(change) * at(here.columnNorms, j) <= epsilon * size,
  );
  if (!small) return undefined;
  return {
    status: "converged",
    message: `converged: a full Gauss–Newton step changes no parameter by more than ${stepTolerance} of itself`,
  };
}

function stalled(problem: LeastSquaresProblem, here: Place): Finish {
  const failure = problem.lastFailure === "" ? "" : ` (last: ${problem.lastFailure})`;
  return {
    status: "stalled",
    message:
      `no step, however short, lowers the sum of squares although the relative offset is still ${here.offset.toPrecision(3)}${failure}; ` +
      "the start may be far from the data, or the model may have a kink or a jump here: start elsewhere, or give bounds that keep it where it is smooth",
  };
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, j) => value === at(b, j));
}

function record(
  problem: LeastSquaresProblem,
  here: Place,
  iteration: number,
  step: Float64Array,
  accepted: boolean,
  damping: number,
): Step {
  return {
    iteration,
    x: here.x,
    value: here.value,
    gradient: here.gradient,
    gradientNorm: norm(here.gradient),
    step,
    accepted,
    evaluations: problem.evaluations.values,
    damping,
    ...((problem.lower ?? problem.upper) && { activeBounds: activeBounds(problem, here) }),
  };
}

/** Which parameters lie at a bound with the sum of squares falling beyond it. */
function activeBounds({ lower, upper }: LeastSquaresProblem, { x, gradient }: Linearization): Int8Array {
  return Int8Array.from(x, (value, j) => {
    if (value === lower?.[j] && at(gradient, j) >= 0) return -1;
    return value === upper?.[j] && at(gradient, j) <= 0 ? 1 : 0;
  });
}
