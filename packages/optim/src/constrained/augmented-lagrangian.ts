import { OptimizationError } from "../errors.ts";
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
  type AugmentedEvaluation,
} from "./augmented-problem.ts";
import {
  beginInner,
  mostOuterIterations,
  updateMultipliers,
  type AugmentedState,
} from "./augmented-update.ts";
import { boxOf } from "./box.ts";
import { firstMultipliers, noMultipliers } from "./first-multipliers.ts";
import { constraintSizes, type ConstrainedPlace } from "./kkt.ts";
import {
  converged,
  enter,
  isUnbounded,
  placeAt,
  reportAt,
  stepAt,
  unboundedAt,
  type ConstrainedMethod,
  type ConstrainedTolerances,
} from "./method.ts";
import { firstPenalty, penalties } from "./penalties.ts";
import { isCorner } from "./second-order.ts";

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
    next: (problem, state: AugmentedState, tolerances) => next(problem, state, tolerances, innerFor(problem)),
  };
}

function begin(
  problem: ConstrainedProblem,
  start: Float64Array,
  tolerances: ConstrainedTolerances,
  method: MinimizeMethod,
  initialPenalty: number | undefined,
): AugmentedState | Finish {
  const place = enter(problem, start);
  if (isFinish(place)) return place;
  // Beyond some size nothing may be dense.
  const dense = problem.dimension <= mostDense;
  const multipliers = dense ? firstMultipliers(place, boxOf(problem)) : noMultipliers(place);
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
  const corner = dense && isCorner(place, multipliers, report, boxOf(problem));
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

function next(
  problem: ConstrainedProblem,
  state: AugmentedState,
  tolerances: ConstrainedTolerances,
  method: MinimizeMethod,
): AugmentedState {
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
  state: AugmentedState,
  reached: ConstrainedPlace,
  tolerances: ConstrainedTolerances,
): AugmentedState {
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
