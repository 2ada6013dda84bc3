import { along, dot, norm } from "../linalg/vector.ts";
import type { LineFunction, LinePoint } from "../line-search/search.ts";
import { infiniteDescent, type Evaluation, type ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import { isFinish, type Method, type WalkState } from "../walk/method.ts";
import type { Step, StepDetails } from "../walk/step.ts";

/** A way to minimise a scalar function: a plain value made by `bfgs()`, `newton()`, …. */
export interface MinimizeMethod extends Method<ScalarProblem, Tolerances> {
  /** Whether it keeps to the bounds of the problem; others are not given problems with bounds. */
  readonly bounds?: boolean;
}

/** The state of a method that walks from place to place. */
export interface PlaceState extends WalkState {
  readonly place: Place;
}

/** A point with its value and gradient. */
export interface Place extends Evaluation {
  readonly x: Float64Array;
}

/** φ(α) = f(x + α p) for a line search. */
export function lineFunction(problem: ScalarProblem, x: Float64Array, direction: Float64Array): LineFunction {
  return (stepLength) => {
    const point = along(x, stepLength, direction);
    const evaluation = problem.evaluate(point);
    if (evaluation === undefined) return undefined;
    const { value, gradient } = evaluation;
    return { value, gradient, x: point, stepLength, slope: dot(gradient, direction) };
  };
}

/** The point α = 0 of a line search. */
export function lineStart(place: Place, direction: Float64Array): LinePoint {
  return { ...place, stepLength: 0, slope: dot(place.gradient, direction) };
}

/**
 * The gradient made independent of the units of value and parameters: max |gᵢ| max(|xᵢ|, 1) / max(|f|, 1)
 * (Dennis & Schnabel, Numerical Methods for Unconstrained Optimization, §7.2).
 */
export function relativeGradient({ x, value, gradient }: Place): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i] as number);
    const relative = Math.abs(gradient[i] as number) * (size > 1 ? size : 1);
    if (relative > largest) largest = relative;
  }
  return largest / Math.max(Math.abs(value), 1);
}

/** The step record of a place. */
export function stepAt(
  problem: ScalarProblem,
  iteration: number,
  place: Place,
  step: Float64Array,
  accepted: boolean,
  details: StepDetails = {},
): Step {
  return {
    iteration,
    x: place.x,
    value: place.value,
    gradient: place.gradient,
    gradientNorm: norm(place.gradient),
    step,
    accepted,
    evaluations: problem.evaluations.values,
    ...details,
  };
}

/** Evaluates the start, or says why that is not possible. */
export function enter(problem: ScalarProblem, x: Float64Array): Place | Finish {
  const evaluation = problem.evaluate(x);
  if (evaluation === undefined)
    return {
      status: "failed",
      message: `the function cannot be evaluated at the start (${problem.lastFailure}); start where its value and gradient are finite`,
    };
  return { ...evaluation, x };
}

/** The state of a walk from place to place at its start, or why there is none. */
export function begin(
  problem: ScalarProblem,
  start: Float64Array,
  tolerances: Tolerances,
  details: StepDetails = {},
): PlaceState | Finish {
  const place = enter(problem, start);
  if (isFinish(place)) return place;
  const step = stepAt(problem, 0, place, new Float64Array(start.length), true, details);
  return { place, step, finish: converged(place, 0, tolerances) };
}

/** The convergence test every method shares. */
export function converged(
  place: Place,
  iteration: number,
  { gradientTolerance }: Tolerances,
): Finish | undefined {
  if (iteration === 0 && place.gradient.every((slope) => slope === 0))
    return {
      status: "stationary",
      message:
        "the gradient is exactly zero at the start, which may be a minimum, a maximum, a saddle or a plateau; start elsewhere to tell them apart",
    };
  const relative = relativeGradient(place);
  if (relative > gradientTolerance) return undefined;
  const already =
    iteration === 0 ? " already at the start, which may also be the flat part of a plateau" : "";
  return {
    status: "converged",
    message: `converged: the relative gradient ${relative.toPrecision(3)} is within the tolerance ${gradientTolerance}${already}`,
  };
}

/** For a walk that finds no step, however short. */
export function noProgress(problem: ScalarProblem, place: Place, what: string): Finish {
  if (problem.lastFailure === infiniteDescent) return unboundedAt(place.value);
  const relative = relativeGradient(place);
  const failure = problem.lastFailure === "" ? "" : ` (last: ${problem.lastFailure})`;
  return {
    status: "stalled",
    message:
      `${what} although the relative gradient is still ${relative.toPrecision(3)}${failure}; ` +
      "the function may have a kink or a jump here, or be too badly scaled for doubles: rescale the parameters or loosen gradientTolerance",
  };
}

/** The value fell beyond every bound. */
export function unboundedAt(value: number): Finish {
  return {
    status: "unbounded",
    message: `the value falls without end (${value} and still falling); check the sign of the function or add bounds`,
  };
}

/** The record of a step that was tried from the place of `state` and not taken. */
export function rejectedStep(
  problem: ScalarProblem,
  state: PlaceState,
  step: Float64Array,
  details: StepDetails,
): Step {
  return stepAt(problem, state.step.iteration + 1, state.place, step, false, details);
}
