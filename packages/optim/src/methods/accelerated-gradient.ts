import { OptimizationError } from "../errors.ts";
import { maximumTrials, unboundedBelow, valueNoise } from "../line-search/search.ts";
import { along, difference, dot, maxNorm, scaled } from "../linalg/vector.ts";
import type { Evaluation, ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import { checkLearningRate } from "./fixed-step.ts";
import {
  begin,
  converged,
  noProgress,
  rejectedStep,
  stepAt,
  unboundedAt,
  type MinimizeMethod,
  type PlaceState,
} from "./method.ts";

/** Options of {@link acceleratedGradient}. */
export interface AcceleratedGradientOptions {
  /** η, at most 1 / L where L bounds the curvature. Without it L is found by backtracking. */
  readonly learningRate?: number;
  /** μ, a lower bound of the curvature: the momentum is (1 − √(μη)) / (1 + √(μη)). Not besides `momentum`. */
  readonly strongConvexity?: number;
  /** A fixed momentum β, at least 0 and below 1. Without it β grows towards 1 by Nesterov's rule. */
  readonly momentum?: number;
  /** Lets go of the momentum whenever it points uphill. Default true. */
  readonly restart?: boolean;
}

/**
 * Nesterov's accelerated gradient: a gradient step from a point ahead, x⁺ = y − η ∇f(y), then y⁺ = x⁺ + β (x⁺ − x). On
 * convex functions whose curvature is at most 1 / η the error falls with the square of the number of steps. By default
 * β = (t − 1) / t⁺ with t⁺ = (1 + √(1 + 4 t²)) / 2 (Nesterov, Soviet Math. Dokl. 27, 1983).
 *
 * Without a learning rate η is halved, or better, until f(x⁺) ≤ f(y) − ½ η ‖∇f(y)‖² (Beck & Teboulle, FISTA, SIAM J.
 * Imaging Sci. 2, 2009, §4), and doubled where the curvature shows that it may be, or the momentum is let go. The momentum is let
 * go where ∇f(y) · (x⁺ − x) > 0 (O'Donoghue & Candès, Found. Comput. Math. 15, 2015, §3.2): its swing is over.
 *
 * The place of a step, with its value and gradient, is y; its `velocity` is x⁺ − x. Values may rise for a while.
 *
 * For training by mini-batches there is the rule of the same idea, `sgd({ momentum, nesterov: true })`.
 *
 * @throws {OptimizationError} for a learning rate or a strong convexity that is not positive, a momentum outside [0, 1), or
 * a momentum besides a strong convexity
 */
export function acceleratedGradient(options: AcceleratedGradientOptions = {}): MinimizeMethod {
  const { learningRate, strongConvexity, momentum } = options;
  if (learningRate !== undefined) checkLearningRate(learningRate);
  if (strongConvexity !== undefined && !(strongConvexity > 0 && strongConvexity < Infinity))
    throw new OptimizationError(`strongConvexity must be a positive number: ${strongConvexity}`);
  if (momentum !== undefined && !(momentum >= 0 && momentum < 1))
    throw new OptimizationError(`the momentum must be at least 0 and below 1: ${momentum}`);
  if (momentum !== undefined && strongConvexity !== undefined)
    throw new OptimizationError(
      `strongConvexity sets the momentum; give one of them: momentum ${momentum}, strongConvexity ${strongConvexity}`,
    );
  return {
    name: "accelerated gradient",
    defaultIterations: 10_000,
    begin(problem, start, tolerances) {
      const velocity = new Float64Array(start.length);
      const begun = begin(problem, start, tolerances, {
        velocity,
        ...(learningRate !== undefined && { learningRate }),
      });
      if (isFinish(begun)) return begun;
      const guess = Math.max(maxNorm(start), 1) / Math.max(maxNorm(begun.place.gradient), Number.MIN_VALUE);
      return { ...begun, base: start, rate: learningRate ?? guess, t: 1 };
    },
    next: (problem, state: AcceleratedState, tolerances) => next(problem, state, tolerances, options),
  };
}

/** Its place is y. */
interface AcceleratedState extends PlaceState {
  /** x, where the last gradient step led. */
  readonly base: Float64Array;
  /** η */
  readonly rate: number;
  /** t of Nesterov's rule; 1 where there is no momentum yet. */
  readonly t: number;
}

function next(
  problem: ScalarProblem,
  state: AcceleratedState,
  tolerances: Tolerances,
  options: AcceleratedGradientOptions,
): AcceleratedState {
  const { learningRate, restart = true } = options;
  const { place, base } = state;
  const { gradient } = place;
  const iteration = state.step.iteration + 1;
  const square = dot(gradient, gradient);
  const lead = dot(gradient, difference(place.x, base));
  // ∇f(y) · (x⁺ − x) > 0, x⁺ being y − η ∇f(y).
  const uphill = (rate: number): boolean => restart && lead > rate * square;
  const grown = (1 + Math.sqrt(1 + 4 * state.t * state.t)) / 2;
  const momentum = (rate: number): number =>
    uphill(rate) ? 0 : momentumOf(options, rate, (state.t - 1) / grown);

  const reached =
    learningRate === undefined
      ? descend(problem, state, square, (rate) => momentum(rate) === 0)
      : fixed(along(place.x, -learningRate, gradient), learningRate);
  if (reached === undefined)
    return {
      ...state,
      step: rejectedStep(problem, state, scaled(-state.rate, gradient), {}),
      finish: noProgress(problem, place, "no step along the negative gradient lowers the value"),
    };
  const { x, rate } = reached;
  const velocity = difference(x, base);
  const beta = momentum(rate);
  let y = beta === 0 ? x : along(x, beta, velocity);
  let t = uphill(rate) ? 1 : grown;
  let evaluation = reached.evaluation ?? problem.evaluate(y);
  if (evaluation === undefined && beta > 0) {
    // Too far ahead: without the momentum.
    [y, t] = [x, 1];
    evaluation = problem.evaluate(x);
  }
  const details = { velocity, ...(learningRate !== undefined && { learningRate }) };
  const step = difference(y, place.x);
  if (evaluation === undefined)
    return {
      ...state,
      step: rejectedStep(problem, state, step, details),
      finish: {
        status: "failed",
        message: `a step of learning rate ${rate} led to where the function cannot be evaluated (${problem.lastFailure}); lower the learning rate`,
      },
    };
  const ahead = { value: evaluation.value, gradient: evaluation.gradient, x: y };
  return {
    place: ahead,
    step: stepAt(problem, iteration, ahead, step, true, details),
    finish: ahead.value < unboundedBelow ? unboundedAt(ahead.value) : converged(ahead, iteration, tolerances),
    base: x,
    rate: uphill(rate) ? reached.longerRate : reached.nextRate,
    t,
  };
}

/** β from the momentum or strong convexity given, or else `growing`, that of Nesterov's rule. */
function momentumOf(
  { momentum, strongConvexity }: AcceleratedGradientOptions,
  rate: number,
  growing: number,
): number {
  if (momentum !== undefined) return momentum;
  if (strongConvexity === undefined) return growing;
  const root = Math.sqrt(strongConvexity * rate);
  return Math.max(0, (1 - root) / (1 + root));
}

/** Where a gradient step led. */
interface Reached {
  readonly x: Float64Array;
  readonly rate: number;
  /** The rate of the next step. */
  readonly nextRate: number;
  /** The one to try next where the momentum is let go. */
  readonly longerRate: number;
  /** Value and gradient at x, if they were asked for. */
  readonly evaluation?: Evaluation | undefined;
}

function fixed(x: Float64Array, rate: number): Reached {
  return { x, rate, nextRate: rate, longerRate: rate };
}

/**
 * The gradient step from y with the longest rate that keeps f(x⁺) ≤ f(y) − ½ η ‖∇f(y)‖², which is so when the curvature
 * between the two is at most 1 / η; undefined when none does.
 *
 * @param square ‖∇f(y)‖²
 * @param rests whether the walk will go on from x⁺ itself after a step of this rate, so that its gradient is needed
 */
function descend(
  problem: ScalarProblem,
  { place, rate: first }: AcceleratedState,
  square: number,
  rests: (rate: number) => boolean,
): Reached | undefined {
  const { value, gradient } = place;
  const noise = valueNoise * Math.abs(value);
  let rate = first;
  for (let count = 0; count < maximumTrials; count++) {
    const x = along(place.x, -rate, gradient);
    const evaluation = rests(rate) ? problem.evaluate(x) : undefined;
    const reached = rests(rate) ? evaluation?.value : problem.value(x);
    // f(x⁺) − f(y) + η ‖∇f‖² = ½ η² · curvature along the gradient · ‖∇f‖²
    const excess = reached === undefined ? NaN : reached - value + rate * square;
    if (excess <= 0.5 * rate * square + noise) {
      // Values that drown in rounding do not say that the rate may be longer.
      const longerRate = rate * square > 100 * noise ? 2 * rate : rate;
      return { x, rate, longerRate, nextRate: excess <= noise ? longerRate : rate, evaluation };
    }
    const fitting = (0.5 * rate * rate * square) / excess;
    rate = fitting >= 0.1 * rate ? Math.min(fitting, 0.5 * rate) : 0.1 * rate;
  }
  return undefined;
}
