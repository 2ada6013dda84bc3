import { backtracking } from "../line-search/backtracking.ts";
import { unboundedBelow } from "../line-search/search.ts";
import { along, dot, maxNorm, scaled } from "../linalg/vector.ts";
import { OptimizationError } from "../errors.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import {
  begin,
  converged,
  lineFunction,
  lineStart,
  noProgress,
  rejectedStep,
  stepAt,
  unboundedAt,
  type MinimizeMethod,
  type PlaceState,
} from "./method.ts";

/** Options of {@link gradientDescent}. */
export interface GradientDescentOptions {
  /** A fixed learning rate η: x ← x − η ∇f. Without it every step length is found by backtracking. */
  readonly learningRate?: number;
}

/**
 * Steepest descent. With a fixed learning rate the walk is the textbook one, including its divergence when the rate is
 * too large; without one each step is found by a backtracking search that begins at the Barzilai–Borwein length.
 *
 * @throws {OptimizationError} for a learning rate that is not positive
 */
export function gradientDescent({ learningRate }: GradientDescentOptions = {}): MinimizeMethod {
  if (learningRate !== undefined && !(learningRate > 0 && Number.isFinite(learningRate)))
    throw new OptimizationError(`the learning rate must be a positive number: ${learningRate}`);
  return {
    name: "gradient descent",
    defaultIterations: 10_000,
    begin(problem, start, tolerances) {
      const begun = begin(problem, start, tolerances, learningRate === undefined ? {} : { learningRate });
      if (isFinish(begun)) return begun;
      // A first step that changes the largest parameter by about its own size, or one.
      const trial = Math.max(maxNorm(start), 1) / Math.max(maxNorm(begun.place.gradient), Number.MIN_VALUE);
      return { ...begun, trial };
    },
    next: (problem, state: DescentState, tolerances) =>
      learningRate === undefined
        ? searchedStep(problem, state, tolerances)
        : fixedStep(problem, state, tolerances, learningRate),
  };
}

interface DescentState extends PlaceState {
  /** Step length that the next search tries first. */
  readonly trial: number;
}

function fixedStep(
  problem: ScalarProblem,
  state: DescentState,
  tolerances: Tolerances,
  learningRate: number,
): DescentState {
  const { place } = state;
  const step = scaled(-learningRate, place.gradient);
  const x = along(place.x, 1, step);
  const evaluation = problem.evaluate(x);
  if (evaluation === undefined)
    return {
      ...state,
      step: rejectedStep(problem, state, step, { learningRate }),
      finish: {
        status: "failed",
        message: `a step of learning rate ${learningRate} led to where the function cannot be evaluated (${problem.lastFailure}); lower the learning rate`,
      },
    };
  const iteration = state.step.iteration + 1;
  const reached = { ...evaluation, x };
  return {
    ...state,
    place: reached,
    step: stepAt(problem, iteration, reached, step, true, { learningRate }),
    finish:
      reached.value < unboundedBelow ? unboundedAt(reached.value) : converged(reached, iteration, tolerances),
  };
}

function searchedStep(problem: ScalarProblem, state: DescentState, tolerances: Tolerances): DescentState {
  const { place, trial } = state;
  const direction = scaled(-1, place.gradient);
  const outcome = backtracking(lineFunction(problem, place.x, direction), lineStart(place, direction), trial);
  if (outcome.kind === "none")
    return {
      ...state,
      step: rejectedStep(problem, state, scaled(outcome.shortest, direction), {
        direction,
        stepLength: outcome.shortest,
      }),
      finish: noProgress(problem, place, "no step along the negative gradient lowers the value"),
    };
  const { point } = outcome;
  const iteration = state.step.iteration + 1;
  const step = scaled(point.stepLength, direction);
  // sᵀs / sᵀy, the step length that a quadratic with this curvature asks for (Barzilai & Borwein 1988).
  const curvature = dot(step, along(point.gradient, -1, place.gradient));
  return {
    place: point,
    step: stepAt(problem, iteration, point, step, true, { direction, stepLength: point.stepLength }),
    trial: curvature > 0 ? dot(step, step) / curvature : 10 * point.stepLength,
    finish: outcome.kind === "unbounded" ? unboundedAt(point.value) : converged(point, iteration, tolerances),
  };
}
