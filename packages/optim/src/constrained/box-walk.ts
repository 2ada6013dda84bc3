import {
  unboundedBelow,
  type LineFunction,
  type LinePoint,
  type LineSearch,
  type SearchOutcome,
} from "../line-search/search.ts";
import { at, dot, norm } from "../linalg/vector.ts";
import { converged, enter, noProgress, type Place, type PlaceState } from "../methods/method.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import type { Step, StepDetails } from "../walk/step.ts";
import { boxOf, heldBounds, projectedGradient, projectedPoint, type Box } from "./box.ts";

/*
 * What methods that walk within a box share. Their convergence test is that of all minimisers on the projected gradient.
 */

/** A place whose gradient is the projected one. */
export function projected<P extends Place>(box: Box, place: P): P {
  return { ...place, gradient: projectedGradient(box, place.x, place.gradient) };
}

/** The convergence test within a box. */
export function boxConverged(
  box: Box,
  place: Place,
  iteration: number,
  tolerances: Tolerances,
): Finish | undefined {
  const held = heldBounds(box, place.x, place.gradient);
  // A corner that every slope points into is a minimum, whatever the second derivatives.
  const pinned = held.every(
    (side, j) => side !== 0 && (at(place.gradient, j) !== 0 || at(box.lower, j) === at(box.upper, j)),
  );
  return converged(projected(box, place), pinned ? Math.max(iteration, 1) : iteration, tolerances);
}

/** The step record of a place. */
export function boxStepAt(
  problem: ScalarProblem,
  box: Box,
  iteration: number,
  place: Place,
  step: Float64Array,
  accepted: boolean,
  details: StepDetails = {},
): Step {
  const { x, value, gradient } = place;
  return {
    iteration,
    x,
    value,
    gradient,
    gradientNorm: norm(projectedGradient(box, x, gradient)),
    step,
    accepted,
    evaluations: problem.evaluations.values,
    activeBounds: heldBounds(box, x, gradient),
    ...details,
  };
}

/** The state of a walk in a box at its start, or why there is none. */
export function boxBegin(
  problem: ScalarProblem,
  start: Float64Array,
  tolerances: Tolerances,
): PlaceState | Finish {
  const place = enter(problem, start);
  if (isFinish(place)) return place;
  const box = boxOf(problem);
  return {
    place,
    step: boxStepAt(problem, box, 0, place, new Float64Array(start.length), true),
    finish: boxConverged(box, place, 0, tolerances),
  };
}

/** For a walk that finds no step, however short. */
export function boxNoProgress(problem: ScalarProblem, box: Box, place: Place, what: string): Finish {
  return noProgress(problem, projected(box, place), what);
}

/** The lowest value and projected gradient so far, and for how many steps there was neither. */
export interface Lowest {
  readonly value: number;
  readonly gradientNorm: number;
  readonly idle: number;
}

export function lowestAfter(before: Lowest | undefined, { value, gradientNorm }: Step): Lowest {
  if (before === undefined) return { value, gradientNorm, idle: 0 };
  const lower = value < before.value || gradientNorm < before.gradientNorm;
  return {
    value: Math.min(value, before.value),
    gradientNorm: Math.min(gradientNorm, before.gradientNorm),
    idle: lower ? 0 : before.idle + 1,
  };
}

/** Steps that go to and fro among rounding errors would do so for ever. */
export function boxExhausted(
  problem: ScalarProblem,
  box: Box,
  place: Place,
  { idle }: Lowest,
): Finish | undefined {
  if (idle < 50 + place.x.length) return undefined;
  const what = `the last ${idle} steps lowered neither the value nor the projected gradient`;
  return boxNoProgress(problem, box, place, what);
}

/**
 * φ(α) = f(x + α (target − x)) where target and all beyond it up to some α lie in the box: α = 1 is the target to the last
 * bit, and rounding takes no point out of the box.
 */
export function boxLineFunction(
  problem: ScalarProblem,
  box: Box,
  x: Float64Array,
  target: Float64Array,
  direction: Float64Array,
): LineFunction {
  return (stepLength) => {
    const point = stepLength === 1 ? target : projectedPoint(box, x, stepLength, direction);
    const evaluation = problem.evaluate(point);
    return evaluation && { ...evaluation, x: point, stepLength, slope: dot(evaluation.gradient, direction) };
  };
}

/**
 * A line search that goes no farther than `most`. Beyond it lies the value at the edge, once, and after that nothing: where
 * the function falls all the way, the edge is the answer.
 */
export function limitedSearch(
  { search }: LineSearch,
  phi: LineFunction,
  start: LinePoint,
  initial: number,
  most: number,
): SearchOutcome {
  if (most === Infinity) return search(phi, start, initial);
  let seen = false;
  const limited: LineFunction = (stepLength) => {
    if (stepLength < most) return phi(stepLength);
    if (seen) return undefined;
    seen = true;
    return phi(most);
  };
  const outcome = search(limited, start, Math.min(initial, most));
  return outcome.kind === "unbounded" && outcome.point.value >= unboundedBelow
    ? { kind: "found", point: outcome.point }
    : outcome;
}
