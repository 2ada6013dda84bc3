import { OptimizationError } from "../errors.ts";
import { unboundedBelow } from "../line-search/search.ts";
import { along } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import type { Step } from "../walk/step.ts";
import { converged, rejectedStep, stepAt, unboundedAt, type Place, type PlaceState } from "./method.ts";

export function checkLearningRate(learningRate: number): void {
  if (!(learningRate > 0 && Number.isFinite(learningRate)))
    throw new OptimizationError(`the learning rate must be a positive number: ${learningRate}`);
}

/** Where a step led that is taken whatever the value there. */
export interface FixedStep {
  readonly place: Place;
  readonly step: Step;
  readonly finish: Finish | undefined;
}

/** Takes a step as it is; the walk fails where the function cannot be evaluated. */
export function fixedStep(
  problem: ScalarProblem,
  state: PlaceState,
  tolerances: Tolerances,
  step: Float64Array,
  details: { readonly learningRate: number; readonly velocity?: Float64Array },
): FixedStep {
  const x = along(state.place.x, 1, step);
  const evaluation = problem.evaluate(x);
  if (evaluation === undefined)
    return {
      place: state.place,
      step: rejectedStep(problem, state, step, details),
      finish: {
        status: "failed",
        message: `a step of learning rate ${details.learningRate} led to where the function cannot be evaluated (${problem.lastFailure}); lower the learning rate`,
      },
    };
  const iteration = state.step.iteration + 1;
  const place = { value: evaluation.value, gradient: evaluation.gradient, x };
  return {
    place,
    step: stepAt(problem, iteration, place, step, true, details),
    finish: place.value < unboundedBelow ? unboundedAt(place.value) : converged(place, iteration, tolerances),
  };
}
