import { OptimizationError } from "../errors.ts";
import type { LineSearch } from "../line-search/search.ts";
import { strongWolfe } from "../line-search/strong-wolfe.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
import { remember, twoLoopDirection } from "./limited-memory.ts";
import { lineStep, type SearchState } from "./line-step.ts";
import { begin, noProgress, type MinimizeMethod } from "./method.ts";
import {
  changeAlong,
  checkInitialStep,
  steepestTask,
  type Change,
  type QuasiNewtonOptions,
} from "./quasi-newton.ts";

/** Options of {@link lbfgs}. */
export interface LbfgsOptions extends QuasiNewtonOptions {
  /** How many pairs of steps and gradient changes are kept. Default 10. */
  readonly memory?: number;
}

/**
 * L-BFGS: quasi-Newton steps from the last few pairs of steps and gradient changes, by the two-loop recursion (Nocedal, Math.
 * Comp. 35, 1980; Liu & Nocedal, Math. Programming 45, 1989; Nocedal & Wright, Numerical Optimization, 2nd ed.,
 * algorithm 7.5). Memory and work of a step O(n · memory): for hundreds to millions of parameters.
 *
 * A step's `memory` holds the pairs that gave its direction.
 *
 * @throws {OptimizationError} for a memory that is no whole number above 0 or an initial step that is not positive
 */
export function lbfgs(options: LbfgsOptions = {}): MinimizeMethod {
  const { memory = 10, lineSearch = strongWolfe({ curvature: 0.7 }), initialStep } = options;
  if (!(Number.isInteger(memory) && memory > 0))
    throw new OptimizationError(`memory must be a whole number above 0: ${memory}`);
  checkInitialStep(initialStep);
  return {
    name: "lbfgs",
    defaultIterations: 15_000,
    begin,
    next: (problem, state: LbfgsState, tolerances) =>
      next(problem, state, tolerances, memory, lineSearch, initialStep),
  };
}

interface LbfgsState extends SearchState {
  /** Oldest first. */
  readonly memory?: readonly Change[];
}

const nothing: readonly Change[] = [];

function next(
  problem: ScalarProblem,
  state: LbfgsState,
  tolerances: Tolerances,
  capacity: number,
  lineSearch: LineSearch,
  initialStep: number | undefined,
): LbfgsState {
  const { place } = state;
  let memory = state.memory ?? nothing;
  let towards = memory.length > 0 ? twoLoopDirection(memory, place.gradient) : undefined;
  if (towards === undefined || !(towards.slope < 0 && towards.slope > -Infinity)) {
    // Nothing is known yet, or rounding has spoilt it.
    memory = nothing;
    towards = steepestTask(place, initialStep);
  }
  const { direction, slope, initial } = towards;
  const details = { memory };
  const task = { lineSearch, direction, slope, initial, details };
  const { point, step, finish, progress } = lineStep(problem, state, tolerances, task);
  if (point === undefined)
    return {
      place,
      step,
      progress,
      finish:
        memory.length === 0
          ? noProgress(problem, place, "no step along the negative gradient lowers the value")
          : undefined,
    };
  if (finish !== undefined) return { place: point, step, progress, memory, finish };
  const change = changeAlong(step.step, place, point);
  return { place: point, step, progress, memory: change ? remember(memory, capacity, change) : memory };
}
