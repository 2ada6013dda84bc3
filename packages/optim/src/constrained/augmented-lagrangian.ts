import { OptimizationError } from "../errors.ts";
import { difference } from "../linalg/vector.ts";
import { lbfgsb } from "../methods/lbfgsb/lbfgsb.ts";
import type { MinimizeMethod, PlaceState } from "../methods/method.ts";
import { projectedNewton } from "../methods/projected-newton/projected-newton.ts";
import type { ConstrainedProblem } from "../problem/constrained-problem.ts";
import type { Finish } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import {
  augmentedProblem,
  firstOrderMultipliers,
  samePoint,
  type Augmentation,
  type AugmentedEvaluation,
} from "./augmented-problem.ts";
import { boxOf } from "./box.ts";
import { firstMultipliers } from "./first-multipliers.ts";
import { isCorner } from "./second-order.ts";
import { cut, firstPenalty, infeasibilityAndSlack, isStationaryViolation, penalties } from "./penalties.ts";
import { constraintSizes, type ConstrainedPlace, type Multipliers } from "./kkt.ts";
import {
  converged,
  enter,
  infeasibleAt,
  isUnbounded,
  noProgress,
  placeAt,
  reportAt,
  stepAt,
  unboundedAt,
  type ConstrainedMethod,
  type ConstrainedState,
  type ConstrainedTolerances,
} from "./method.ts";

/** Options of {@link augmentedLagrangian}. */
export interface AugmentedLagrangianOptions {
  /**
   * Minimises the augmented Lagrangian within the bounds: `projectedNewton()` or `lbfgsb()`. By default the former up to 200
   * parameters, the latter above.
   */
  readonly inner?: MinimizeMethod;
  /** First penalty ρ, of constraints scaled to gradients of at most one; by default chosen by the sizes of f and c. */
  readonly initialPenalty?: number;
}

/** Parameters up to which dense second derivatives are used. */
const mostDense = 200;
/** The violation has to fall to this part of itself from one update of the multipliers to the next, */
const sufficientReduction = 0.25;
/** or the penalty grows by this factor, */
const growth = 10;
/** up to this. */
const largestPenalty = 1e14;
const mostOuterIterations = 300;
/** Inner minimisations in a row that ended without a minimum. */
const mostStuck = 10;

interface State extends ConstrainedState {
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

/**
 * The augmented Lagrangian method: the constraints go into the objective with multipliers and a quadratic penalty, which is
 * minimised within the bounds; then the multipliers are updated to first order, and the penalty grows where the violation
 * has not fallen enough (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 17.4; Conn, Gould & Toint, LANCELOT,
 * 1992; safeguards of Birgin & Martínez, Practical Augmented Lagrangian Methods for Constrained Optimization, 2014). Needs no
 * quadratic programs and no independent constraints, and with `lbfgsb()` inside nothing denser than Jacobians.
 *
 * One step is one step of the inner method; it shows the multipliers that the place suggests, and ρ as `penalty`.
 *
 * @throws {OptimizationError} for an inner method that knows no bounds, or a penalty that is not positive
 */
export function augmentedLagrangian({
  inner,
  initialPenalty,
}: AugmentedLagrangianOptions = {}): ConstrainedMethod {
  if (inner !== undefined && inner.bounds !== true)
    throw new OptimizationError(
      `the inner method must keep to bounds; use projectedNewton() or lbfgsb(): ${inner.name}`,
    );
  if (initialPenalty !== undefined && !(initialPenalty > 0 && Number.isFinite(initialPenalty)))
    throw new OptimizationError(`the initial penalty must be a positive number: ${initialPenalty}`);
  const innerFor = ({ dimension }: ConstrainedProblem): MinimizeMethod =>
    inner ?? (dimension <= mostDense ? projectedNewton() : lbfgsb());
  return {
    name: "augmented lagrangian",
    defaultIterations: 5000,
    begin: (problem, start, tolerances) =>
      begin(problem, start, tolerances, innerFor(problem), initialPenalty),
    next: (problem, state: State, tolerances) => next(problem, state, tolerances, innerFor(problem)),
  };
}

function begin(
  problem: ConstrainedProblem,
  start: Float64Array,
  tolerances: ConstrainedTolerances,
  method: MinimizeMethod,
  initialPenalty: number | undefined,
): State | Finish {
  const place = enter(problem, start);
  if (isFinish(place)) return place;
  const multipliers = firstMultipliers(place, boxOf(problem));
  const report = reportAt(problem, place, multipliers);
  const scale = constraintSizes(place).map((size) => 1 / Math.max(size, 1));
  const penalty = initialPenalty ?? firstPenalty(place, scale);
  const innerTolerance = Math.max(0.1, tolerances.gradientTolerance);
  const inner = beginInner(
    problem,
    place,
    { multipliers, penalties: penalties(penalty, scale) },
    method,
    innerTolerance,
  );
  if (isFinish(inner)) return inner;
  const corner = isCorner(place, multipliers, report, boxOf(problem));
  const atStart = converged(report, corner ? 1 : 0, tolerances);
  return {
    place,
    multipliers,
    step: stepAt(problem, 0, place, multipliers, report, new Float64Array(start.length), true, { penalty }),
    // Where the inner method knows second derivatives it can tell a saddle, where it goes on, and a plateau.
    finish:
      atStart && !corner && (inner.finish === undefined || inner.finish.status === "stationary")
        ? inner.finish
        : atStart,
    base: multipliers,
    penalty,
    scale,
    inner,
    innerTolerance,
    measure: Infinity,
    anchor: place,
    outer: 0,
    stuck: 0,
  };
}

function beginInner(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  augmentation: Augmentation,
  method: MinimizeMethod,
  gradientTolerance: number,
): PlaceState | Finish {
  const inner = augmentedProblem(problem, augmentation, place);
  return method.begin(inner, place.x, { gradientTolerance }) as PlaceState | Finish;
}

function next(
  problem: ConstrainedProblem,
  state: State,
  tolerances: ConstrainedTolerances,
  method: MinimizeMethod,
): State {
  let current = state;
  // Inner minimisations may be done before they begin: then only multipliers move.
  for (let round = 0; round <= mostOuterIterations; round++) {
    if (current.inner.finish !== undefined) {
      const updated = updateMultipliers(problem, current, tolerances, method);
      if (updated.finish !== undefined || updated.step !== current.step) return updated;
      current = updated;
      continue;
    }
    const { base, penalty, scale, place, innerTolerance } = current;
    const augmentation = { multipliers: base, penalties: penalties(penalty, scale) };
    const problemInside = augmentedProblem(problem, augmentation, place);
    const inner = method.next(problemInside, current.inner, {
      gradientTolerance: innerTolerance,
    }) as PlaceState;
    const moved = inner.step !== current.inner.step;
    current = { ...current, inner };
    if (!moved) continue;
    const reached = samePoint(inner.place.x, place.x)
      ? place
      : ((inner.place as unknown as AugmentedEvaluation).of ?? placeAt(problem, inner.place.x));
    return stepTo(problem, current, reached, tolerances);
  }
  return current;
}

/** The state after a step of the inner method. */
function stepTo(
  problem: ConstrainedProblem,
  state: State,
  reached: ConstrainedPlace,
  tolerances: ConstrainedTolerances,
): State {
  const { inner, base, penalty, scale } = state;
  const multipliers = firstOrderMultipliers(reached, {
    multipliers: base,
    penalties: penalties(penalty, scale),
  });
  const report = reportAt(problem, reached, multipliers);
  const iteration = state.step.iteration + 1;
  const { accepted, step, direction, stepLength, damping, memory } = inner.step;
  const details = {
    penalty,
    ...(direction && { direction }),
    ...(stepLength !== undefined && { stepLength }),
    ...(damping !== undefined && { damping }),
    ...(memory && { memory }),
  };
  return {
    ...state,
    place: reached,
    multipliers,
    step: stepAt(problem, iteration, reached, multipliers, report, step, accepted, details),
    finish: isUnbounded(reached, report, tolerances)
      ? unboundedAt(reached.value)
      : accepted
        ? converged(report, iteration, tolerances)
        : undefined,
  };
}

/** The next augmented Lagrangian, once the inner method has ended. */
function updateMultipliers(
  problem: ConstrainedProblem,
  state: State,
  tolerances: ConstrainedTolerances,
  method: MinimizeMethod,
): State {
  const { place, inner, scale, penalty, outer } = state;
  const ended = inner.finish?.status;
  if (ended === "failed") return { ...state, finish: inner.finish };
  if (ended === "unbounded") return restarted(problem, state, tolerances, method);
  const multipliers = cut(state.multipliers, scale);
  const measure = infeasibilityAndSlack(place, multipliers, penalties(penalty, scale), scale);
  const better = measure <= sufficientReduction * state.measure;
  const closer = better && measure > tolerances.constraintTolerance;
  const stuck = ended === "stalled" && !closer ? state.stuck + 1 : 0;
  const grown = better ? penalty : penalty * growth;
  const report = reportAt(problem, place, state.multipliers);
  if (stuck > mostStuck || grown > largestPenalty || outer >= mostOuterIterations)
    return {
      ...state,
      finish:
        report.residuals.feasibility > tolerances.constraintTolerance &&
        isStationaryViolation(problem, place, scale)
          ? infeasibleAt(place)
          : noProgress(problem, place, report),
    };
  const innerTolerance = Math.max(state.innerTolerance / 10, tolerances.gradientTolerance / 2);
  const augmentation = { multipliers, penalties: penalties(grown, scale) };
  const begun = beginInner(problem, place, augmentation, method, innerTolerance);
  if (isFinish(begun)) return { ...state, finish: begun };
  return {
    ...state,
    base: multipliers,
    penalty: grown,
    inner: begun,
    innerTolerance,
    measure: Math.min(measure, state.measure),
    anchor: place,
    outer: outer + 1,
    stuck,
  };
}

/** Where the augmented Lagrangian has no minimum, or none where it can be evaluated, the penalty is too small: back, with a larger one. */
function restarted(
  problem: ConstrainedProblem,
  state: State,
  tolerances: ConstrainedTolerances,
  method: MinimizeMethod,
): State {
  const { place, anchor, scale, base, innerTolerance } = state;
  const report = reportAt(problem, place, state.multipliers);
  const penalty = growth * growth * state.penalty;
  if (report.residuals.feasibility <= tolerances.constraintTolerance || penalty > largestPenalty)
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
