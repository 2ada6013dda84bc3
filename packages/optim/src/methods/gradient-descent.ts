import { OptimizationError } from "../errors.ts";
import { backtracking } from "../line-search/backtracking.ts";
import type { LineSearch } from "../line-search/search.ts";
import { along, dot, maxNorm, scaled } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import { exactStep } from "./exact-step.ts";
import { checkLearningRate, fixedStep } from "./fixed-step.ts";
import { lineStep, type SearchState } from "./line-step.ts";
import { begin, noProgress, type MinimizeMethod } from "./method.ts";

/** Options of {@link gradientDescent}: a learning rate or a line search, not both. */
export interface GradientDescentOptions {
  /** A fixed learning rate η: x ← x − η ∇f. Without it every step length is searched for. */
  readonly learningRate?: number;
  /**
   * How the step length is found. Default `"backtracking"`. `"exact"` takes the minimum of the second-order model along the
   * gradient, gᵀg / gᵀ∇²f g, from one Hessian-vector product a step: on a quadratic the exact line search (Cauchy 1847);
   * elsewhere the step is shortened until the value falls enough.
   */
  readonly lineSearch?: "backtracking" | "exact" | LineSearch;
}

/**
 * Steepest descent. With a fixed learning rate the walk is the textbook one, including its divergence when the rate is
 * too large. With a line search, which begins at the Barzilai–Borwein length sᵀs / sᵀy (IMA J. Numer. Anal. 8, 1988), the
 * value falls in every step.
 *
 * @throws {OptimizationError} for a learning rate that is not positive, or one besides a line search
 */
export function gradientDescent({ learningRate, lineSearch }: GradientDescentOptions = {}): MinimizeMethod {
  if (learningRate !== undefined) {
    checkLearningRate(learningRate);
    if (lineSearch !== undefined)
      throw new OptimizationError(
        `a fixed learning rate leaves nothing to a line search; give one of them: ${typeof lineSearch === "string" ? lineSearch : lineSearch.name}`,
      );
  }
  const exact = lineSearch === "exact";
  const search = typeof lineSearch === "object" ? lineSearch : backtracking();
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
        ? searchedStep(problem, state, tolerances, search, exact)
        : {
            ...fixedStep(problem, state, tolerances, scaled(-learningRate, state.place.gradient), {
              learningRate,
            }),
            trial: state.trial,
          },
  };
}

interface DescentState extends SearchState {
  /** Step length that the next search tries first. */
  readonly trial: number;
}

function searchedStep(
  problem: ScalarProblem,
  state: DescentState,
  tolerances: Tolerances,
  lineSearch: LineSearch,
  exact: boolean,
): DescentState {
  const { place } = state;
  const direction = scaled(-1, place.gradient);
  const slope = dot(place.gradient, direction);
  const initial = (exact ? exactStep(problem, place.x, direction, slope) : undefined) ?? state.trial;
  const task = { lineSearch, direction, slope, initial };
  const { point, step, finish, progress } = lineStep(problem, state, tolerances, task);
  if (point === undefined)
    return {
      place,
      step,
      progress,
      trial: initial,
      finish: noProgress(problem, place, "no step along the negative gradient lowers the value"),
    };
  // sᵀs / sᵀy, the step length that a quadratic with this curvature asks for.
  const s = step.step;
  const curvature = dot(s, along(point.gradient, -1, place.gradient));
  const trial = curvature > 0 ? dot(s, s) / curvature : 10 * point.stepLength;
  return { place: point, step, finish, progress, trial };
}
