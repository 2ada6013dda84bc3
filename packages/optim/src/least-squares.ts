import type { Tensor, Tree } from "@steepest/autodiff";
import { normalMatrix } from "./linalg/normal-matrix.ts";
import { at } from "./linalg/vector.ts";
import {
  levenbergMarquardt,
  type LeastSquaresMethod,
  type LeastSquaresState,
} from "./methods/levenberg-marquardt.ts";
import { checkedTolerances, ending } from "./walk/solve.ts";
import { packBox, type Bounds } from "./problem/box.ts";
import { packStart, type Packing, type TensorsOf } from "./problem/packing.ts";
import { leastSquaresProblem, type LeastSquaresProblem } from "./problem/least-squares-problem.ts";
import type { LeastSquaresTolerances, Solution } from "./solution.ts";
import { drain, type DrainOptions } from "./walk/drain.ts";
import { walker } from "./walk/walk.ts";

/** Options of {@link leastSquares}. */
export interface LeastSquaresOptions extends DrainOptions, Partial<LeastSquaresTolerances> {
  /** Default: {@link levenbergMarquardt}. */
  method?: LeastSquaresMethod;
  lower?: Bounds;
  upper?: Bounds;
  /** False evaluates the residuals step by step instead of compiling them, for a function that is not pure. */
  compile?: boolean;
}

/** A {@link Solution} whose `value` is half the sum of squares. Parameters are counted in flat order. */
export interface LeastSquaresSolution<X = Tree> extends Solution<X> {
  /** Σ rᵢ² */
  readonly residualSumOfSquares: number;
  /** The residuals at the solution, [n]; for large problems computed when first asked for. */
  readonly residuals: Float64Array;
  /** The Jacobian of the residuals, row-major [n, p]; undefined when the normal equations were summed instead. */
  readonly jacobian: Float64Array | undefined;
  /** JᵀJ, row-major [p, p]. */
  readonly normalMatrix: Float64Array;
  /** −1 for a parameter held at its lower bound, 1 at its upper, 0 for a free one, [p]. */
  readonly activeBounds: Int8Array;
}

export const leastSquaresTolerances: LeastSquaresTolerances = {
  gradientTolerance: 1e-11,
  stepTolerance: 1e-12,
};

/**
 * Parameters that minimise the sum of squares of residuals, with exact derivatives.
 *
 * It has converged when the relative offset, the cosine between the residuals and the tangent plane of the model, is
 * within `gradientTolerance` (1e-11); or a full Gauss–Newton step changes no parameter by more than `stepTolerance`
 * (1e-12) of itself; or what is left to gain is below the rounding error of the sum of squares.
 * Residuals or derivatives that are not finite, or a function that throws, are a rejected step.
 *
 * @param residuals pure function of a tree of tensors like `x0`, returning a tensor of residuals of shape [n]
 * @param x0 start: numbers, tensors, or arrays and records of them; computed with in f64
 * @throws {OptimizationError} for a start that is not finite or lies outside its bounds, or for residuals that are no
 * tensor
 */
export function leastSquares<const X>(
  residuals: (x: TensorsOf<X>) => Tensor,
  x0: X,
  options: LeastSquaresOptions = {},
): LeastSquaresSolution<TensorsOf<X>> {
  const method = options.method ?? levenbergMarquardt();
  const { problem, packing, start } = flatLeastSquares(residuals, x0, method, options);
  const tolerances = checkedTolerances(options, leastSquaresTolerances);
  const walking = walker(method, problem, start, tolerances, options.resume);
  const drained = drain(walking, options, method.defaultIterations);
  const x = drained.step?.x ?? start;
  const state = walking.state as LeastSquaresState | undefined;
  const here = state?.here.x === x ? state.here : undefined;
  const kept = here?.kept;
  let computed = kept?.residuals;
  return {
    ...ending<TensorsOf<X>>(drained, problem, packing, start),
    checkpoint: walking.checkpoint,
    residualSumOfSquares: drained.step === undefined ? NaN : 2 * drained.step.value,
    get residuals() {
      return (computed ??= problem.residuals(x));
    },
    jacobian: kept && transposed(kept.columns, kept.residuals.length, start.length),
    normalMatrix: here
      ? normalMatrix(here.root, here.rows, start.length)
      : new Float64Array(start.length ** 2).fill(NaN),
    activeBounds: drained.step?.activeBounds ?? new Int8Array(start.length),
  };
}

/** The flat problem of a residual function, its bounds checked. */
export function flatLeastSquares(
  residuals: (x: never) => Tensor,
  x0: unknown,
  method: LeastSquaresMethod,
  options: Pick<LeastSquaresOptions, "lower" | "upper" | "signal" | "compile">,
): { problem: LeastSquaresProblem; packing: Packing; start: Float64Array } {
  const { packing, start } = packStart(x0);
  const { lower, upper } = packBox(options, packing, start);
  const problem = leastSquaresProblem(residuals, packing, {
    signal: options.signal,
    compile: options.compile,
    linearSolver: method.linearSolver,
    lower,
    upper,
  });
  return { problem, packing, start };
}

/** Column-major [n, p] to row-major. */
function transposed(columns: Float64Array, n: number, p: number): Float64Array {
  const rows = new Float64Array(n * p);
  for (let j = 0; j < p; j++) for (let i = 0; i < n; i++) rows[i * p + j] = at(columns, j * n + i);
  return rows;
}
