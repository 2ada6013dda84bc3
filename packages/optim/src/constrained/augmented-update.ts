import { at, difference } from "../linalg/vector.ts";
import type { MinimizeMethod, PlaceState } from "../methods/method.ts";
import type { ConstrainedProblem } from "../problem/constrained-problem.ts";
import type { Finish } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import { augmentedProblem, firstOrderMultipliers, type Augmentation } from "./augmented-problem.ts";
import { constraintSizes, type ConstrainedPlace, type Multipliers } from "./kkt.ts";
import {
  converged,
  infeasibleAt,
  noProgress,
  reportAt,
  stepAt,
  unboundedAt,
  type ConstrainedState,
  type ConstrainedTolerances,
} from "./method.ts";
import { cut, infeasibilityAndSlack, isStationaryViolation, penalties } from "./penalties.ts";

/** The violation has to fall to this part of itself from one update of the multipliers to the next, */
const sufficientReduction = 0.25;
/** or the penalty grows by this factor, */
const growth = 10;
/** up to this, beside max(|f|, 1). */
const largestPenalty = 1e14;
/** Multipliers may be updated so often. */
export const mostOuterIterations = 300;
/** Inner minimisations in a row that ended without a minimum. */
const mostStuck = 10;

/** The state of a walk on augmented Lagrangians. */
export interface AugmentedState extends ConstrainedState {
  /** Of the augmented Lagrangian under way. */
  readonly base: Multipliers;
  /** ρ */
  readonly penalty: number;
  /** sᵢ by which constraints are scaled, [m]. */
  readonly scale: Float64Array;
  /** State of the inner method. */
  readonly inner: PlaceState;
  readonly innerTolerance: number;
  /** Violation and complementarity at the last update of the multipliers. */
  readonly measure: number;
  /** Where the inner method began. */
  readonly anchor: ConstrainedPlace;
  readonly outer: number;
  /** Updates in a row that came from an inner method that was stuck. */
  readonly stuck: number;
}

/** The inner method at a place whose values are known. */
export function beginInner(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  augmentation: Augmentation,
  method: MinimizeMethod,
  gradientTolerance: number,
): PlaceState | Finish {
  const inner = augmentedProblem(problem, augmentation, place);
  return method.begin(inner, place.x, { gradientTolerance }) as PlaceState | Finish;
}

/** The next augmented Lagrangian, once the inner method has ended. */
export function updateMultipliers(
  problem: ConstrainedProblem,
  state: AugmentedState,
  tolerances: ConstrainedTolerances,
  method: MinimizeMethod,
): AugmentedState {
  const { place, scale, penalty, outer } = state;
  const ended = state.inner.finish?.status;
  if (ended === "unbounded" || ended === "failed") return restarted(problem, state, tolerances, method);
  const sizes = constraintSizes(place);
  const multipliers = cut(state.multipliers, scale);
  const measure = infeasibilityAndSlack(place, multipliers, penalties(penalty, scale), scale);
  // Below the tolerance there is nothing that a larger penalty could better.
  const enough = tolerances.constraintTolerance / 10;
  const better = measure <= Math.max(sufficientReduction * state.measure, enough);
  const closer = better && measure > tolerances.constraintTolerance;
  const stuck = ended === "stalled" && !closer ? state.stuck + 1 : 0;
  const grown = better ? penalty : penalty * growth;
  const report = reportAt(problem, place, state.multipliers);
  if (
    stuck > mostStuck ||
    grown > largestPenalty * Math.max(Math.abs(place.value), 1) ||
    outer >= mostOuterIterations
  )
    return {
      ...state,
      finish:
        report.residuals.feasibility > tolerances.constraintTolerance &&
        isStationaryViolation(problem, place, scale)
          ? infeasibleAt(place)
          : noProgress(problem, place, report),
    };
  const innerTolerance = Math.max(state.innerTolerance / 10, tolerances.gradientTolerance / 2);
  // Where the constraints' gradients have become smaller their penalties may become larger.
  const rescaled = scale.map((s, i) => Math.max(s, 1 / Math.max(at(sizes, i), 1)));
  const augmentation = { multipliers, penalties: penalties(grown, rescaled) };
  const begun = beginInner(problem, place, augmentation, method, innerTolerance);
  if (isFinish(begun)) return { ...state, finish: begun };
  const estimate = firstOrderMultipliers(place, augmentation);
  const updated: AugmentedState = {
    ...state,
    multipliers: estimate,
    base: multipliers,
    penalty: grown,
    scale: rescaled,
    inner: begun,
    innerTolerance,
    measure: Math.min(measure, state.measure),
    anchor: place,
    outer: outer + 1,
    stuck,
  };
  if (begun.finish === undefined) return updated;
  // The place stays, but with these multipliers the conditions may hold.
  const now = reportAt(problem, place, estimate);
  const iteration = state.step.iteration + 1;
  const finish = converged(now, iteration, tolerances);
  const zero = new Float64Array(place.x.length);
  return finish === undefined
    ? updated
    : {
        ...updated,
        step: stepAt(problem, iteration, place, estimate, now, zero, true, { penalty: grown }),
        finish,
      };
}

/** Where the augmented Lagrangian has no minimum, or none where it can be evaluated, the penalty is too small: back, with a larger one. */
function restarted(
  problem: ConstrainedProblem,
  state: AugmentedState,
  tolerances: ConstrainedTolerances,
  method: MinimizeMethod,
): AugmentedState {
  const { place, anchor, scale, base, innerTolerance } = state;
  const report = reportAt(problem, place, state.multipliers);
  const penalty = growth * growth * state.penalty;
  if (
    report.residuals.feasibility <= tolerances.constraintTolerance ||
    penalty > largestPenalty * Math.max(Math.abs(anchor.value), 1)
  )
    return {
      ...state,
      finish: state.inner.finish?.status === "failed" ? state.inner.finish : unboundedAt(place.value),
    };
  const augmentation = { multipliers: base, penalties: penalties(penalty, scale) };
  const begun = beginInner(problem, anchor, augmentation, method, innerTolerance);
  if (isFinish(begun)) return { ...state, finish: begun };
  const multipliers = firstOrderMultipliers(anchor, augmentation);
  const back = difference(anchor.x, place.x);
  const iteration = state.step.iteration + 1;
  const here = reportAt(problem, anchor, multipliers);
  return {
    ...state,
    place: anchor,
    multipliers,
    penalty,
    inner: begun,
    step: stepAt(problem, iteration, anchor, multipliers, here, back, true, { penalty }),
    outer: state.outer + 1,
  };
}
