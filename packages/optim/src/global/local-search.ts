import { at } from "../linalg/vector.ts";
import type { MinimizeMethod } from "../methods/method.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import type { SamplePoint } from "../walk/step.ts";
import type { Found, GlobalProblem, GlobalTolerances } from "./method.ts";

/** Where a local search within the box came to. */
export interface LocalSearch {
  readonly end: Found;
  readonly finish: Finish;
  /** Places it went through, the start first; empty when the start could not be evaluated. */
  readonly path: readonly SamplePoint[];
}

/** Steps after which a local search is given up; and those taken in succession that do not lower the value. */
const mostSteps = 1000;
const mostLevel = 3;

/**
 * Walks downhill inside the box. A method that knows no bounds finds the function not to be defined outside, which leads
 * it to minima within the box and stops it short at those on the boundary.
 */
export function localSearch(
  problem: GlobalProblem,
  method: MinimizeMethod,
  start: Float64Array,
  tolerances: GlobalTolerances,
): LocalSearch {
  const local = method.bounds === true ? problem : confined(problem);
  const begun = method.begin(local, start, tolerances);
  if (isFinish(begun)) return { end: { x: start, value: Infinity }, finish: begun, path: [] };
  let state = begun;
  const path: SamplePoint[] = [];
  let best = state.step;
  let level = 0;
  let { finish } = state;
  while (finish === undefined) {
    path.push({ x: state.step.x, value: state.step.value });
    state = method.next(local, state, tolerances);
    ({ finish } = state);
    const { step } = state;
    if (step.value < best.value) level = 0;
    else if (step.accepted) level++;
    if (step.value <= best.value) best = step;
    if (level >= mostLevel)
      finish ??= { status: "stalled", message: "its steps do not lower the value any more" };
    if (step.iteration >= mostSteps)
      finish ??= { status: "maxIterations", message: `stopped after ${mostSteps} iterations` };
  }
  const { x, value, gradient } = finish.status === "converged" ? state.step : best;
  path.push({ x, value });
  return { end: { x, value, gradient, minimum: finish.status === "converged" }, finish, path };
}

/** The problem, not defined outside its box instead of bounded. */
function confined(problem: GlobalProblem): ScalarProblem {
  const { lower, upper, dimension, evaluations } = problem;
  let outside = false;
  const within = (x: Float64Array): boolean => {
    outside = x.some((value, i) => value < at(lower, i) || value > at(upper, i));
    return !outside;
  };
  return {
    dimension,
    evaluations,
    lower: undefined,
    upper: undefined,
    get lastFailure() {
      return outside ? "outside the box" : problem.lastFailure;
    },
    value: (x) => (within(x) ? problem.value(x) : undefined),
    evaluate: (x) => (within(x) ? problem.evaluate(x) : undefined),
    hessian: (x) => (within(x) ? problem.hessian(x) : undefined),
    hessianProduct: (x, v) => (within(x) ? problem.hessianProduct(x, v) : undefined),
  };
}
