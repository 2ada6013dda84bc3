import type { LinePoint, LineSearch } from "../line-search/search.ts";
import { difference, norm, scaled } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import type { Step, StepDetails } from "../walk/step.ts";
import { converged, lineFunction, noProgress, stepAt, unboundedAt, type PlaceState } from "./method.ts";

/** The state of a method that searches along a direction in every step. */
export interface SearchState extends PlaceState {
  readonly progress?: Progress;
}

/** The lowest value and gradient so far, and for how many steps there was neither. */
export interface Progress {
  readonly value: number;
  readonly gradientNorm: number;
  readonly idle: number;
}

/** What to search. */
export interface LineTask {
  readonly lineSearch: LineSearch;
  readonly direction: Float64Array;
  /** ∇f · direction, below 0. */
  readonly slope: number;
  /** The step length tried first. */
  readonly initial: number;
  /** What else the step has to show. */
  readonly details?: StepDetails | undefined;
  /** The size of the values, by default |f| here. */
  readonly magnitude?: number;
}

/** Where a search along a direction led. */
export interface LineStep {
  /** Undefined when the search found no point. */
  readonly point: LinePoint | undefined;
  readonly step: Step;
  /** A convergence test that holds at the point, a value without bound, or no progress for long. */
  readonly finish: Finish | undefined;
  readonly progress: Progress;
}

/** One step of a method with a line search. */
export function lineStep(
  problem: ScalarProblem,
  state: SearchState,
  tolerances: Tolerances,
  { lineSearch, direction, slope, initial, details, magnitude }: LineTask,
): LineStep {
  const { place } = state;
  const { x, value, gradient } = place;
  const before = state.progress ?? { value, gradientNorm: state.step.gradientNorm, idle: 0 };
  const iteration = state.step.iteration + 1;
  const start: LinePoint = { value, gradient, x, stepLength: 0, slope };
  const outcome = lineSearch.search(lineFunction(problem, x, direction), start, initial, magnitude);
  if (outcome.kind !== "none") {
    const { point } = outcome;
    const s = difference(point.x, x);
    // A point that rounding has not let go anywhere is none.
    if (moves(s)) {
      const step: Step = {
        iteration,
        x: point.x,
        value: point.value,
        gradient: point.gradient,
        gradientNorm: norm(point.gradient),
        step: s,
        accepted: true,
        evaluations: problem.evaluations.values,
        direction,
        stepLength: point.stepLength,
        ...details,
      };
      const progress = after(before, step);
      const finish =
        outcome.kind === "unbounded"
          ? unboundedAt(point.value)
          : (converged(point, iteration, tolerances) ?? exhausted(problem, point, progress));
      return { point, step, finish, progress };
    }
  }
  const stepLength = outcome.kind === "none" ? outcome.shortest : outcome.point.stepLength;
  const tried = scaled(stepLength, direction);
  const step = stepAt(problem, iteration, place, tried, false, { direction, stepLength, ...details });
  return { point: undefined, step, finish: undefined, progress: before };
}

function moves(step: Float64Array): boolean {
  for (const change of step) if (change !== 0) return true;
  return false;
}

function after({ value, gradientNorm, idle }: Progress, step: Step): Progress {
  const lower = step.value < value || step.gradientNorm < gradientNorm;
  return {
    value: Math.min(value, step.value),
    gradientNorm: Math.min(gradientNorm, step.gradientNorm),
    idle: lower ? 0 : idle + 1,
  };
}

/** Steps that go to and fro among rounding errors would do so for ever. */
export function exhausted(problem: ScalarProblem, point: LinePoint, { idle }: Progress): Finish | undefined {
  if (idle < 50 + point.x.length) return undefined;
  return noProgress(problem, point, `the last ${idle} steps lowered neither the value nor the gradient`);
}
