import { infiniteDescent } from "../problem/scalar-problem.ts";
import type { Finish } from "../solution.ts";
import type { WalkState } from "../walk/method.ts";
import type { Step } from "../walk/step.ts";
import type { Sample } from "./bracketed-root.ts";
import { minimumResolution, type IntervalProblem, type IntervalTolerances } from "./interval.ts";

/** What the search for a minimum in an interval remembers. */
export interface MinimumState extends WalkState {
  /** All values so far were the same. */
  readonly flat: boolean;
}

/** The value at x, +∞ where there is none, or how the walk ends. */
export function enterInterval(problem: IntervalProblem, x: number): number | Finish {
  const value = problem.value(Float64Array.of(x));
  if (value !== undefined) return value;
  if (problem.lastFailure === infiniteDescent)
    return {
      status: "unbounded",
      message: `the value is -Infinity at ${x}: the function has no minimum here`,
    };
  return Infinity;
}

/** The state with `best` in an interval, finished where the interval is as good as a point. */
export function minimumState(
  problem: IntervalProblem,
  iteration: number,
  best: Sample,
  [a, b]: readonly [number, number],
  flat: boolean,
  tolerances: IntervalTolerances,
  before: Step | undefined,
): MinimumState {
  const moved = before === undefined ? 0 : best.x - (before.x[0] as number);
  const step: Step = {
    iteration,
    x: Float64Array.of(best.x),
    value: best.value,
    gradientNorm: NaN,
    step: Float64Array.of(moved),
    accepted: before === undefined || moved !== 0,
    evaluations: problem.evaluations.values,
    bracket: [a, b],
  };
  const near = minimumResolution(best.x, problem, tolerances);
  if (Math.max(best.x - a, b - best.x) > 2 * near) return { step, flat };
  return { step, flat, finish: ended(problem, best, near, flat) };
}

function ended(
  { lower, upper, lastFailure }: IntervalProblem,
  { x, value }: Sample,
  near: number,
  flat: boolean,
): Finish {
  if (value === Infinity)
    return {
      status: "failed",
      message: `the function could nowhere be evaluated in the interval (${lastFailure}); choose one where it is finite`,
    };
  if (flat)
    return {
      status: "stationary",
      message: "the function has the same value at every point tried, which tells nothing of a minimum",
    };
  const end = [lower?.[0], upper?.[0]].find(
    (bound) => bound !== undefined && Math.abs(bound - x) <= 3 * near,
  );
  return {
    status: "converged",
    message:
      `converged: the minimum is known to ${near.toPrecision(3)}` +
      (end === undefined
        ? ""
        : `; it lies at the end ${end} of the interval, beyond which the function may fall further`),
  };
}
