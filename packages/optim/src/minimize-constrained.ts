import type { Tensor, Tree } from "@steepest/autodiff";
import type { ConstrainedMethod, ConstrainedState, ConstrainedTolerances } from "./constrained/method.ts";
import { sqp } from "./constrained/sqp.ts";
import type { KktResiduals } from "./constrained/kkt.ts";
import { packBox, type BoxOptions } from "./problem/box.ts";
import { constrainedProblem, type ConstrainedProblem } from "./problem/constrained-problem.ts";
import { packStart, type Packing, type TensorsOf } from "./problem/packing.ts";
import type { Solution } from "./solution.ts";
import { drain, type DrainOptions } from "./walk/drain.ts";
import { checkedTolerances, ending } from "./walk/solve.ts";
import { iterate, walker, type Walk } from "./walk/walk.ts";

/** The constraints of {@link minimizeConstrained}. */
export interface Constraints<X> extends BoxOptions {
  /** c_E(x) = 0: pure, like `f`, returning a tensor of values of any shape. */
  equalities?: (x: TensorsOf<X>) => Tensor;
  /** c_I(x) ≥ 0 */
  inequalities?: (x: TensorsOf<X>) => Tensor;
}

/** Options of {@link minimizeConstrained}. */
export interface ConstrainedOptions<X = unknown>
  extends DrainOptions, Constraints<X>, Partial<ConstrainedTolerances> {
  /** Default: {@link sqp}. */
  method?: ConstrainedMethod;
  /** False evaluates the functions step by step instead of compiling them, for functions that are not pure. */
  compile?: boolean;
}

/** A {@link Solution} with the multipliers that prove it. */
export interface ConstrainedSolution<X = Tree> extends Solution<X> {
  /**
   * Of L = f − λᵀc_E − μᵀc_I − z_lᵀ(x − l) − z_uᵀ(u − x), with μ, z ≥ 0 (Nocedal & Wright, Numerical Optimization, 2nd ed.,
   * chapter 12): what the value would change by, per unit of the constraint's right-hand side. In flat order.
   */
  readonly multipliers: {
    readonly equalities: Float64Array;
    readonly inequalities: Float64Array;
    readonly lower: Float64Array;
    readonly upper: Float64Array;
  };
  /** By how much the first-order conditions are missed; NaN when the start could not be evaluated. */
  readonly kkt: KktResiduals;
}

/** Points that miss the tolerance by no more than this factor are told apart by their values when none has converged. */
const nearlyFeasible = 100;

export const constrainedTolerances: ConstrainedTolerances = {
  gradientTolerance: 1e-8,
  constraintTolerance: 1e-8,
};

/**
 * A local minimum of a scalar function under constraints, found from `x0` with exact derivatives. The start need not meet
 * the equalities and inequalities; bounds are never left.
 *
 * It has converged when all of {@link KktResiduals} are small: stationarity and complementarity within `gradientTolerance`
 * (1e-8), feasibility within `constraintTolerance` (1e-8). Values or derivatives that are not finite, or a function that
 * throws, are a rejected step. With status `infeasible` the walk has ended where the violation is as small as it gets
 * nearby.
 *
 * @param f pure function of a tree of tensors like `x0`, returning a scalar tensor
 * @param x0 start: numbers, tensors, or arrays and records of them; computed with in f64
 * @throws {OptimizationError} for a start that is not finite or lies outside its bounds, a function that does not return a
 * scalar, or constraints that are no tensor of floating-point values or have none
 */
export function minimizeConstrained<const X>(
  f: (x: TensorsOf<X>) => Tensor,
  x0: X,
  options: ConstrainedOptions<X> = {},
): ConstrainedSolution<TensorsOf<X>> {
  const method = options.method ?? sqp();
  const { problem, packing, start } = flatConstrained(f, x0, options);
  const tolerances = checkedTolerances(options, constrainedTolerances);
  const walking = walker(method, problem, start, tolerances, options.resume);
  const drained = drain(
    walking,
    options,
    method.defaultIterations,
    nearlyFeasible * tolerances.constraintTolerance,
  );
  const { step } = drained;
  const state = walking.state as ConstrainedState | undefined;
  const equalities = state?.multipliers.equalities.length ?? 0;
  const bounds = step?.boundMultipliers ?? new Float64Array(start.length);
  return {
    ...ending<TensorsOf<X>>(drained, problem, packing, start),
    multipliers: {
      equalities: step?.multipliers?.slice(0, equalities) ?? new Float64Array(),
      inequalities: step?.multipliers?.slice(equalities) ?? new Float64Array(),
      lower: bounds.map((z) => Math.max(z, 0)),
      upper: bounds.map((z) => Math.max(-z, 0)),
    },
    kkt: step?.kkt ?? { stationarity: NaN, feasibility: NaN, complementarity: NaN },
    checkpoint: walking.checkpoint,
  };
}

/** Options of {@link constrainedSteps}. */
export type ConstrainedStepsOptions<X = unknown> = Partial<ConstrainedTolerances> &
  Constraints<X> &
  Pick<ConstrainedOptions<X>, "compile" | "signal" | "resume">;

/**
 * The steps of {@link minimizeConstrained}, one at a time: the start first, then every step tried. The generator returns
 * the status and message when the walk ends; there is no limit on iterations. Its `checkpoint()` is the walk as plain
 * JSON.
 *
 * @throws {OptimizationError} as {@link minimizeConstrained}
 */
export function constrainedSteps<const X>(
  f: (x: TensorsOf<X>) => Tensor,
  x0: X,
  method: ConstrainedMethod,
  options: ConstrainedStepsOptions<X> = {},
): Walk {
  const { problem, start } = flatConstrained(f, x0, options);
  const tolerances = checkedTolerances(options, constrainedTolerances);
  return iterate(walker(method, problem, start, tolerances, options.resume));
}

/** The flat problem of functions, its bounds checked. */
export function flatConstrained(
  f: (x: never) => Tensor,
  x0: unknown,
  options: Pick<
    ConstrainedStepsOptions<never>,
    "equalities" | "inequalities" | "lower" | "upper" | "signal" | "compile"
  >,
): { problem: ConstrainedProblem; packing: Packing; start: Float64Array } {
  const { packing, start } = packStart(x0);
  const { lower, upper } = packBox(options, packing, start);
  const functions = {
    objective: f,
    equalities: options.equalities as ((x: never) => Tensor) | undefined,
    inequalities: options.inequalities as ((x: never) => Tensor) | undefined,
  };
  const problem = constrainedProblem(functions, packing, {
    signal: options.signal,
    compile: options.compile,
    lower,
    upper,
  });
  return { problem, packing, start };
}
