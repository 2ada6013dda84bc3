import { OptimizationError } from "../../errors.ts";
import { along, at, epsilon, norm } from "../../linalg/vector.ts";
import { unboundedBelow } from "../../line-search/search.ts";
import type { ScalarProblem } from "../../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../../solution.ts";
import { isFinish } from "../../walk/method.ts";
import type { StepDetails } from "../../walk/step.ts";
import {
  begin,
  converged,
  noProgress,
  rejectedStep,
  stepAt,
  unboundedAt,
  type MinimizeMethod,
  type Place,
  type PlaceState,
} from "../method.ts";
import { convergedNow, noCurvature } from "../negative-curvature.ts";
import { checkInnerIterations } from "../newton-cg.ts";
import { curvatureAt, trialStep, wayDown, type Curvature, type TrustRegionSubproblem } from "./curvature.ts";
import { nextRadius, reductionRatio } from "./radius.ts";
import type { TrustStep } from "./subproblem.ts";

/** Options of {@link trustRegion}. */
export interface TrustRegionOptions {
  /**
   * - `"exact"` (default): to the minimum of the model (Moré & Sorensen 1983), a few Cholesky factorisations a step;
   * - `"dogleg"`: along Powell's dogleg, one factorisation;
   * - `"steihaug"`: by truncated conjugate gradients on Hessian-vector products, for many parameters.
   */
  readonly subproblem?: TrustRegionSubproblem;
  /** Δ of the first step; by default the size of the start, or 1. */
  readonly initialRadius?: number;
  /** Largest Δ; by default there is none. */
  readonly maximumRadius?: number;
  /** η: a step is taken when the value falls by more than this part of what the model promises; below ¼, default 10⁻⁴. */
  readonly acceptance?: number;
  /** Most Hessian-vector products for one step of `"steihaug"`; by default min(10 n, 200). */
  readonly innerIterations?: number;
}

interface TrustState extends PlaceState {
  readonly radius: number;
  readonly known?: Curvature | undefined;
}

/**
 * A trust-region method with exact second derivatives: each step minimises the quadratic model within ‖p‖ ≤ Δ, and Δ
 * follows how well the model foretold the value (Conn, Gould & Toint, Trust-Region Methods, 2000; Nocedal & Wright,
 * Numerical Optimization, 2nd ed., chapter 4). Indefinite Hessians need no modification, and where the gradient vanishes at
 * a saddle, the model still knows the way down.
 *
 * A step has its `radius`, the `model` (its Hessian for `"exact"` and `"dogleg"`), for `"exact"` the `damping` λ with
 * (H + λ I) p = −g, and for `"steihaug"` its `innerIterations`. A step that is not accepted is tried again within a smaller
 * region, with the same second derivatives.
 *
 * @throws {OptimizationError} for options out of range
 */
export function trustRegion(options: TrustRegionOptions = {}): MinimizeMethod {
  const checked = check(options);
  return {
    name: `trust-region ${checked.subproblem}`,
    defaultIterations: 1000,
    begin(problem, start, tolerances) {
      const radius = Math.min(checked.initialRadius ?? Math.max(norm(start), 1), checked.maximumRadius);
      const begun = begin(problem, start, tolerances, { radius });
      return isFinish(begun) ? begun : examined(problem, { ...begun, radius }, checked);
    },
    next: (problem, state: TrustState, tolerances) => next(problem, state, tolerances, checked),
  };
}

type Checked = TrustRegionOptions &
  Required<Pick<TrustRegionOptions, "subproblem" | "maximumRadius" | "acceptance">>;

function check(options: TrustRegionOptions): Checked {
  const { subproblem = "exact", initialRadius, maximumRadius = Infinity, acceptance = 1e-4 } = options;
  if (!["exact", "dogleg", "steihaug"].includes(subproblem))
    throw new OptimizationError(`the subproblem must be exact, dogleg or steihaug: ${subproblem}`);
  if (initialRadius !== undefined && !(initialRadius > 0 && Number.isFinite(initialRadius)))
    throw new OptimizationError(`the initial radius must be a positive number: ${initialRadius}`);
  if (!(maximumRadius > 0))
    throw new OptimizationError(`the maximum radius must be positive: ${maximumRadius}`);
  if (!(acceptance >= 0 && acceptance < 0.25))
    throw new OptimizationError(`acceptance must be at least 0 and below 1/4: ${acceptance}`);
  checkInnerIterations(options.innerIterations);
  return { ...options, subproblem, maximumRadius, acceptance };
}

function next(
  problem: ScalarProblem,
  state: TrustState,
  tolerances: Tolerances,
  options: Checked,
): TrustState {
  const { place, radius } = state;
  const iteration = state.step.iteration + 1;
  const before = problem.evaluations.hessianProducts;
  const known =
    state.known ?? curvatureAt(problem, place, radius, options.subproblem, options.innerIterations);
  if (known === undefined) return { ...state, finish: noCurvature(problem) };
  const trial = trialStep(known, place, radius, options.subproblem);
  const details = detailsOf(known, place, radius, trial, problem.evaluations.hessianProducts - before);
  const x = along(place.x, 1, trial.step);
  const nothing = !(trial.reduction > 0) || x.every((value, i) => value === at(place.x, i));
  const finish = endOf(problem, place, iteration, tolerances, trial, nothing);
  if (finish !== undefined) return { ...state, finish };
  const evaluation = problem.evaluate(x);
  const ratio = evaluation === undefined ? -Infinity : reductionRatio(place, evaluation, trial);
  const newRadius = Math.min(nextRadius(radius, place, evaluation, trial, ratio), options.maximumRadius);
  if (evaluation === undefined || !(ratio > options.acceptance)) {
    const step = rejectedStep(problem, state, trial.step, details);
    return { ...state, radius: newRadius, known, step };
  }
  const reached = { ...evaluation, x };
  const step = stepAt(problem, iteration, reached, trial.step, true, details);
  const end =
    reached.value < unboundedBelow ? unboundedAt(reached.value) : converged(reached, iteration, tolerances);
  return examined(problem, { place: reached, radius: newRadius, step, finish: end }, options);
}

/** Where no step is left that could lower the value. */
function endOf(
  problem: ScalarProblem,
  place: Place,
  iteration: number,
  tolerances: Tolerances,
  trial: TrustStep,
  nothing: boolean,
): Finish | undefined {
  const noise = 10 * epsilon * Math.abs(place.value);
  if (nothing || trial.reduction <= noise) {
    // Negative curvature where the gradient vanishes has come to nothing.
    const finish = convergedNow(place, iteration, tolerances);
    if (finish !== undefined) return finish;
  }
  return nothing
    ? noProgress(problem, place, "no step lowers the value, however small the trust region,")
    : undefined;
}

function detailsOf(
  known: Curvature,
  { x: center, value, gradient }: Place,
  radius: number,
  { damping }: TrustStep,
  products: number,
): StepDetails {
  const hessian = known.kind === "path" ? undefined : known.hessian;
  return {
    radius,
    model: { center, value, gradient, ...(hessian && { hessian }) },
    ...(damping !== undefined && { damping }),
    ...(known.kind === "path" && { innerIterations: products }),
  };
}

/** Lets a walk end where the gradient vanishes only if the second derivatives know no way down. */
function examined(problem: ScalarProblem, state: TrustState, { subproblem }: Checked): TrustState {
  if (state.finish?.status !== "converged") return state;
  const { place, step, radius } = state;
  const known = wayDown(problem, place, subproblem);
  return known === undefined ? state : { place, step, radius, known };
}
