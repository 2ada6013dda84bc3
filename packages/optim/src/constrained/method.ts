import { unboundedBelow } from "../line-search/search.ts";
import { maxNorm } from "../linalg/vector.ts";
import { infiniteDescent } from "../problem/scalar-problem.ts";
import type { ConstrainedProblem } from "../problem/constrained-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import type { Method, WalkState } from "../walk/method.ts";
import type { Step, StepDetails } from "../walk/step.ts";
import { boxOf } from "./box.ts";
import {
  allMultipliers,
  kktReport,
  violations,
  type ConstrainedPlace,
  type KktReport,
  type Multipliers,
} from "./kkt.ts";

/** When to stop a constrained walk. */
export interface ConstrainedTolerances extends Tolerances {
  /** Largest relative violation of a constraint. */
  readonly constraintTolerance: number;
}

/** A way to minimise under constraints: a plain value made by `sqp()` or `augmentedLagrangian()`. */
export type ConstrainedMethod = Method<ConstrainedProblem, ConstrainedTolerances>;

/** What every constrained walk knows of where it stands. */
export interface ConstrainedState extends WalkState {
  readonly place: ConstrainedPlace;
  readonly multipliers: Multipliers;
}

/** Above this, multipliers only cancel each other: the gradients of the active constraints are dependent at x. */
const mostLeverage = 1e10;

/** Evaluates a point, or returns undefined. */
export function placeAt(problem: ConstrainedProblem, x: Float64Array): ConstrainedPlace | undefined {
  const evaluation = problem.evaluate(x);
  return evaluation && { ...evaluation, x };
}

/** Evaluates the start, or says why that is not possible. */
export function enter(problem: ConstrainedProblem, x: Float64Array): ConstrainedPlace | Finish {
  return (
    placeAt(problem, x) ?? {
      status: "failed",
      message: `the function or a constraint cannot be evaluated at the start (${problem.lastFailure}); start where values and derivatives are finite`,
    }
  );
}

/** The step record of a place. */
export function stepAt(
  problem: ConstrainedProblem,
  iteration: number,
  place: ConstrainedPlace,
  multipliers: Multipliers,
  report: KktReport,
  step: Float64Array,
  accepted: boolean,
  details: StepDetails = {},
): Step {
  return {
    iteration,
    x: place.x,
    value: place.value,
    gradient: place.gradient,
    gradientNorm: report.gradientNorm,
    step,
    accepted,
    evaluations: problem.evaluations.values,
    violation: maxNorm(violations(place)),
    multipliers: allMultipliers(multipliers),
    boundMultipliers: report.boundMultipliers,
    activeBounds: report.activeBounds,
    kkt: report.residuals,
    ...details,
  };
}

/** The report of a place of this problem. */
export function reportAt(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  multipliers: Multipliers,
): KktReport {
  return kktReport(place, multipliers, boxOf(problem));
}

/** The convergence test every constrained method shares: all residuals of the first-order conditions within tolerance. */
export function converged(
  report: KktReport,
  iteration: number,
  { gradientTolerance, constraintTolerance }: ConstrainedTolerances,
): Finish | undefined {
  const { stationarity, feasibility, complementarity } = report.residuals;
  if (
    stationarity > gradientTolerance ||
    complementarity > gradientTolerance ||
    feasibility > constraintTolerance
  )
    return undefined;
  if (report.leverage > mostLeverage) return dependentGradients(report);
  if (iteration === 0 && stationarity === 0 && complementarity === 0 && feasibility === 0)
    return {
      status: "stationary",
      message:
        "the first-order conditions hold exactly at the start, which may be a minimum, a maximum, a saddle or a plateau; start elsewhere to tell them apart",
    };
  const already =
    iteration === 0 ? " already at the start, which may also be the flat part of a plateau" : "";
  return {
    status: "converged",
    message: `converged: stationarity ${stationarity.toPrecision(3)} and complementarity ${complementarity.toPrecision(3)} are within the tolerance ${gradientTolerance}, the violation ${feasibility.toPrecision(3)} is within ${constraintTolerance}${already}`,
  };
}

/** Where the conditions hold at the start to within the tolerances, but nothing curves upwards. */
export function plateau({ residuals }: KktReport): Finish {
  return {
    status: "stationary",
    message: `the first-order conditions hold at the start to within the tolerances (stationarity ${residuals.stationarity.toPrecision(3)}), but the function is flat there: it may be a plateau; start elsewhere or tighten gradientTolerance`,
  };
}

/** Where multipliers only cancel each other. */
export function dependentGradients({ leverage }: KktReport): Finish {
  return {
    status: "stalled",
    message:
      `the multipliers grow without bound (${leverage.toPrecision(3)} times the size of the gradient): near x the gradients of the active constraints are dependent, ` +
      "so that first-order conditions cannot tell a minimum; x may be close to one. Restate the constraints so that their gradients differ",
  };
}

/** For a walk that finds no step, however short. */
export function noProgress(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  { residuals }: KktReport,
): Finish {
  if (problem.lastFailure === infiniteDescent) return unboundedAt(place.value);
  const failure = problem.lastFailure === "" ? "" : ` (last: ${problem.lastFailure})`;
  return {
    status: "stalled",
    message:
      `no step lowers the merit function although the first-order conditions do not hold yet: stationarity ${residuals.stationarity.toPrecision(3)}, ` +
      `violation ${residuals.feasibility.toPrecision(3)}, complementarity ${residuals.complementarity.toPrecision(3)}${failure}; a function may have a kink or a jump here, ` +
      "the gradients of the active constraints may be dependent, or the problem be too badly scaled for doubles: rescale it or loosen the tolerances",
  };
}

/** Whether a place that meets the constraints is beyond all bounds. */
export function isUnbounded(
  place: ConstrainedPlace,
  { residuals }: KktReport,
  { constraintTolerance }: ConstrainedTolerances,
): boolean {
  return place.value < unboundedBelow && residuals.feasibility <= constraintTolerance;
}

/** The value falls beyond every bound where the constraints hold. */
export function unboundedAt(value: number): Finish {
  return {
    status: "unbounded",
    message: `the value falls without end within the constraints (${value} and still falling); check the sign of the function or add constraints`,
  };
}

/** Where the violation is as small as it gets nearby. */
export function infeasibleAt(place: ConstrainedPlace): Finish {
  const all = violations(place);
  const worst = all.indexOf(maxNorm(all));
  const m = place.equalities.length;
  const name = worst < m ? `equality ${worst}` : `inequality ${worst - m}`;
  return {
    status: "infeasible",
    message: `the constraints cannot be met near x: to first order no step lowers their violation (${name} by ${maxNorm(all).toPrecision(3)}); start elsewhere, or check whether the constraints contradict each other`,
  };
}
