import { OptimizationError } from "../errors.ts";
import { difference, maxNorm, scaled } from "../linalg/vector.ts";
import type { ConstrainedProblem } from "../problem/constrained-problem.ts";
import type { Finish } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import { boxOf, isTiny, mostTiny } from "./box.ts";
import { firstMatrix, quasiNewtonMatrix } from "./damped-bfgs.ts";
import { firstMultipliers } from "./first-multipliers.ts";
import { violations } from "./kkt.ts";
import { updatedWeights } from "./merit.ts";
import {
  converged,
  dependentGradients,
  enter,
  infeasibleAt,
  isUnbounded,
  noProgress,
  plateau,
  reportAt,
  stepAt,
  unboundedAt,
  type ConstrainedMethod,
  type ConstrainedState,
  type ConstrainedTolerances,
} from "./method.ts";
import { feasibleOrElasticStep } from "./sqp-direction.ts";
import { meritSearch } from "./merit-search.ts";
import { curvesUpwards, escapeDirection, followEscape, isCorner } from "./second-order.ts";
import { linearized, scaledHessian } from "./sqp-subproblem.ts";

/** Options of {@link sqp}. */
export interface SqpOptions {
  /**
   * `exact`: second derivatives of the Lagrangian by automatic differentiation (default); `bfgs`: a damped quasi-Newton
   * matrix (Powell 1978), for functions whose second derivatives are costly.
   */
  readonly hessian?: "exact" | "bfgs";
}

interface SqpState extends ConstrainedState {
  /** Constraints that the last quadratic program had active, as it numbers them. */
  readonly active: readonly number[];
  /** ν of the merit function, [m]. */
  readonly weights: Float64Array;
  /** The quasi-Newton matrix, [n, n]. */
  readonly matrix?: Float64Array | undefined;
  /** The last direction could not be followed: the next one is of a model that is convex everywhere. */
  readonly careful: boolean;
  /** Steps that ended at feasible points with multipliers out of all proportion. */
  readonly degenerate: number;
  /** Steps in a row that were next to nothing beside x. */
  readonly tiny: number;
  /** The way down from here, where the first-order conditions hold but the second-order ones do not. */
  readonly escape?: Float64Array | undefined;
}

/** Multipliers beyond this, at more steps than that, are taken to grow without bound. */
const largeLeverage = 1e8;
const mostDegenerate = 8;
/** The part of a step from which on its multipliers are taken along. */
const enoughOfStep = 0.1;

/**
 * Sequential quadratic programming with a line search (Nocedal & Wright, Numerical Optimization, 2nd ed., chapter 18). Every
 * step minimises a quadratic model of the Lagrangian under the linearised constraints, by a dual active-set method (Goldfarb
 * & Idnani 1983), and is shortened until it lowers the ℓ₁ merit function, with a second-order correction where the
 * constraints' curvature alone stands against full steps. The Hessian of the Lagrangian is the exact one, made positive
 * definite along the constraints where it is not; across them it may be anything, so that convergence is quadratic. Where the
 * linearised constraints contradict each other, violations are lowered as far as that goes. Where the first-order conditions hold, the exact Hessian decides whether that is a minimum: from a
 * saddle the walk goes on along negative curvature. Memory O((n + m) n), work O(n³) a step, and more where many constraints
 * are active.
 *
 * A step shows `multipliers` and `boundMultipliers`, `activeBounds`, `violation`, `kkt`, the largest weight of the merit
 * function as `penalty`, the `model` of the Lagrangian, and as `damping` what was added to its curvature.
 *
 * @throws {OptimizationError} for a Hessian of another kind
 */
export function sqp({ hessian = "exact" }: SqpOptions = {}): ConstrainedMethod {
  if (hessian !== "exact" && hessian !== "bfgs")
    throw new OptimizationError(`the Hessian of sqp must be "exact" or "bfgs": ${String(hessian)}`);
  const exact = hessian === "exact";
  return {
    name: "sqp",
    defaultIterations: 500,
    begin: (problem, start, tolerances) => begin(problem, start, tolerances),
    next(problem, state: SqpState, tolerances) {
      if (state.escape !== undefined) return escapeStep(problem, state, state.escape, tolerances);
      const reached = next(problem, state, tolerances, exact);
      return exact ? examined(problem, reached) : reached;
    },
  };
}

function begin(
  problem: ConstrainedProblem,
  start: Float64Array,
  tolerances: ConstrainedTolerances,
): SqpState | Finish {
  const place = enter(problem, start);
  if (isFinish(place)) return place;
  const multipliers = firstMultipliers(place, boxOf(problem));
  const report = reportAt(problem, place, multipliers);
  const weights = updatedWeights(new Float64Array(violations(place).length), multipliers);
  const corner = isCorner(place, multipliers, report, boxOf(problem));
  const finish = converged(report, corner ? 1 : 0, tolerances);
  return {
    place,
    multipliers,
    step: stepAt(problem, 0, place, multipliers, report, new Float64Array(start.length), true),
    // On a plateau slopes are small, too: whether there is anything to gain is for the first model to say.
    finish: finish?.status === "converged" && !corner ? undefined : finish,
    active: [],
    weights,
    careful: false,
    degenerate: 0,
    tiny: 0,
  };
}

function next(
  problem: ConstrainedProblem,
  state: SqpState,
  tolerances: ConstrainedTolerances,
  exact: boolean,
): SqpState {
  const { place, multipliers } = state;
  const iteration = state.step.iteration + 1;
  const box = boxOf(problem);
  const matrix = exact
    ? problem.hessian(place.x, { objective: 1, ...multipliers })
    : (state.matrix ?? firstMatrix(place));
  if (matrix === undefined)
    return {
      ...state,
      finish: {
        status: "failed",
        message: `the second derivatives cannot be evaluated (${problem.lastFailure}); use sqp({ hessian: "bfgs" }), which needs only first ones`,
      },
    };
  const linear = linearized(place, box);
  const found = feasibleOrElasticStep(
    linear,
    scaledHessian(matrix, linear),
    place,
    state.active,
    state.weights,
    state.careful,
  );
  const zero = new Float64Array(place.x.length);
  if (found.kind === "stationary violation")
    return {
      ...state,
      step: stepAt(problem, iteration, place, multipliers, reportAt(problem, place, multipliers), zero, true),
      finish: infeasibleAt(place),
    };
  if (found.kind === "none")
    return { ...state, finish: noProgress(problem, place, reportAt(problem, place, multipliers)) };
  const here = reportAt(problem, place, found.multipliers);
  const done = converged(here, state.step.iteration, tolerances);
  const gain = -(found.slope + found.curvature / 2);
  if (done !== undefined && gain <= tolerances.gradientTolerance * Math.max(Math.abs(place.value), 1))
    return {
      ...state,
      multipliers: found.multipliers,
      step: stepAt(problem, iteration, place, found.multipliers, here, zero, true, {
        penalty: maxNorm(found.weights),
      }),
      finish: done,
    };
  const outcome = meritSearch(problem, place, linear, found, box, exact);
  const details = {
    direction: found.step,
    damping: found.model.damping,
    penalty: maxNorm(found.weights),
    model: { center: place.x, value: place.value, gradient: place.gradient, hessian: matrix },
  };
  if (outcome.kind === "none") {
    const step = stepAt(
      problem,
      iteration,
      place,
      multipliers,
      reportAt(problem, place, multipliers),
      scaled(outcome.shortest, found.step),
      false,
      { ...details, stepLength: outcome.shortest },
    );
    if (state.careful) return { ...state, step, finish: done ?? noProgress(problem, place, here) };
    return { ...state, step, careful: true };
  }
  const reached = outcome.place;
  // Those of the program belong to x + p. Where little of p was taken, such a guess for the next Hessian feeds on itself:
  // multipliers of the place alone are better then.
  const after =
    found.elastic || outcome.stepLength >= enoughOfStep ? found.multipliers : firstMultipliers(reached, box);
  const report = reportAt(problem, reached, after);
  const s = difference(reached.x, place.x);
  const degenerate =
    report.leverage > largeLeverage && report.residuals.feasibility <= tolerances.constraintTolerance
      ? state.degenerate + 1
      : state.degenerate;
  const tiny = isTiny(s, reached.x) ? state.tiny + 1 : 0;
  return {
    place: reached,
    multipliers: after,
    tiny,
    step: stepAt(problem, iteration, reached, after, report, s, true, {
      ...details,
      stepLength: outcome.stepLength,
    }),
    finish:
      (outcome.kind === "unbounded" && report.residuals.feasibility <= tolerances.constraintTolerance) ||
      isUnbounded(reached, report, tolerances)
        ? unboundedAt(reached.value)
        : (converged(report, iteration, tolerances) ??
          (degenerate > mostDegenerate ? dependentGradients(report) : undefined) ??
          (tiny > mostTiny ? noProgress(problem, reached, report) : undefined)),
    active: found.active,
    weights: found.weights,
    careful: false,
    degenerate,
    ...(!exact && {
      matrix: quasiNewtonMatrix(matrix, state.matrix === undefined, place, reached, found.multipliers),
    }),
  };
}

/** Lets a walk end where the first-order conditions hold only if the second derivatives know no way down. */
function examined(problem: ConstrainedProblem, state: SqpState): SqpState {
  if (state.finish?.status !== "converged") return state;
  const { place, multipliers } = state;
  const hessian = problem.hessian(place.x, { objective: 1, ...multipliers });
  if (hessian === undefined) return state;
  const report = reportAt(problem, place, multipliers);
  const box = boxOf(problem);
  const escape = escapeDirection(place, multipliers, report, hessian, box);
  if (escape !== undefined) return { ...state, finish: undefined, escape };
  const atStart = state.step.iteration === 1 && state.step.step.every((s) => s === 0);
  if (atStart && !curvesUpwards(place, multipliers, report, hessian, box))
    return { ...state, finish: plateau(report) };
  return state;
}

function escapeStep(
  problem: ConstrainedProblem,
  state: SqpState,
  escape: Float64Array,
  tolerances: ConstrainedTolerances,
): SqpState {
  const { place, multipliers, weights } = state;
  const iteration = state.step.iteration + 1;
  const { place: reached, stepLength } = followEscape(problem, place, multipliers, escape, weights);
  const after = reached ?? place;
  const report = reportAt(problem, after, multipliers);
  const s = reached === undefined ? scaled(stepLength, escape) : difference(reached.x, place.x);
  return {
    ...state,
    place: after,
    step: stepAt(problem, iteration, after, multipliers, report, s, reached !== undefined, {
      direction: escape,
      stepLength,
      penalty: maxNorm(weights),
    }),
    // Where it cannot be followed, the curvature was rounding error or too short-lived to count.
    finish: reached === undefined ? converged(report, iteration, tolerances) : undefined,
    escape: undefined,
  };
}
