import { backtracking } from "../line-search/backtracking.ts";
import { unboundedBelow } from "../line-search/search.ts";
import { along, dot, maxNorm, scaled } from "../linalg/vector.ts";
import { OptimizationError } from "../errors.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances, Walk } from "../solution.ts";
import {
  converged,
  enter,
  isFinish,
  lineFunction,
  lineStart,
  noProgress,
  stepAt,
  unboundedAt,
  type MinimizeMethod,
  type Place,
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
    walk: (problem, start, tolerances) =>
      learningRate === undefined
        ? searchedWalk(problem, start, tolerances)
        : fixedWalk(problem, start, tolerances, learningRate),
  };
}

function* fixedWalk(
  problem: ScalarProblem,
  start: Float64Array,
  tolerances: Tolerances,
  learningRate: number,
): Walk {
  const entered = enter(problem, start);
  if (isFinish(entered)) return entered;
  let place: Place = entered;
  yield stepAt(problem, 0, place, new Float64Array(start.length), true, { learningRate });
  for (let iteration = 1; ; iteration++) {
    const finish = converged(place, iteration - 1, tolerances);
    if (finish !== undefined) return finish;
    const step = scaled(-learningRate, place.gradient);
    const x = along(place.x, 1, step);
    const evaluation = problem.evaluate(x);
    if (evaluation === undefined) {
      yield stepAt(problem, iteration, place, step, false, { learningRate });
      return {
        status: "failed",
        message: `a step of learning rate ${learningRate} led to where the function cannot be evaluated (${problem.lastFailure}); lower the learning rate`,
      };
    }
    place = { ...evaluation, x };
    yield stepAt(problem, iteration, place, step, true, { learningRate });
    if (place.value < unboundedBelow) return unboundedAt(place.value);
  }
}

function* searchedWalk(problem: ScalarProblem, start: Float64Array, tolerances: Tolerances): Walk {
  const entered = enter(problem, start);
  if (isFinish(entered)) return entered;
  let place: Place = entered;
  yield stepAt(problem, 0, place, new Float64Array(start.length), true);
  // A first step that changes the largest parameter by about its own size, or one.
  let trial = Math.max(maxNorm(start), 1) / Math.max(maxNorm(place.gradient), Number.MIN_VALUE);
  for (let iteration = 1; ; iteration++) {
    const finish = converged(place, iteration - 1, tolerances);
    if (finish !== undefined) return finish;
    const direction = scaled(-1, place.gradient);
    const outcome = backtracking(
      lineFunction(problem, place.x, direction),
      lineStart(place, direction),
      trial,
    );
    if (outcome.kind === "none") {
      yield stepAt(problem, iteration, place, scaled(outcome.shortest, direction), false, {
        stepLength: outcome.shortest,
      });
      return noProgress(problem, place, "no step along the negative gradient lowers the value");
    }
    const { point } = outcome;
    const step = scaled(point.stepLength, direction);
    const gradientChange = along(point.gradient, -1, place.gradient);
    place = point;
    yield stepAt(problem, iteration, place, step, true, { stepLength: point.stepLength });
    if (outcome.kind === "unbounded") return unboundedAt(place.value);
    // sᵀs / sᵀy, the step length that a quadratic with this curvature asks for (Barzilai & Borwein 1988).
    const curvature = dot(step, gradientChange);
    trial = curvature > 0 ? dot(step, step) / curvature : 10 * point.stepLength;
  }
}
