import type { Tree } from "@steepest/autodiff";
import { normalMatrix } from "../linalg/normal-matrix.ts";
import { at } from "../linalg/vector.ts";
import type { LeastSquaresState } from "../methods/least-squares/method.ts";
import type { LeastSquaresProblem } from "../problem/least-squares/problem.ts";
import type { Solution } from "../solution.ts";
import type { Drained } from "../walk/drain.ts";
import { ending } from "../walk/solve.ts";
import type { Walker } from "../walk/walk.ts";
import type { FlatLeastSquares } from "./flat.ts";

/**
 * A {@link Solution} whose `value` is half the sum of squares, or with a loss the robust cost. Parameters are counted in
 * flat order.
 */
export interface SummedSolution<X = Tree> extends Solution<X> {
  /** Σ rᵢ² */
  readonly residualSumOfSquares: number;
  /** JᵀJ, row-major [p, p]; with a loss JᵀwJ, the Hessian of the robust cost without second derivatives of r. */
  readonly normalMatrix: Float64Array;
  /** −1 for a parameter held at its lower bound, 1 at its upper, 0 for a free one, [p]. */
  readonly activeBounds: Int8Array;
}

/** A {@link SummedSolution} of a problem whose residuals can be seen; they are computed when first asked for. */
export interface LeastSquaresSolution<X = Tree> extends SummedSolution<X> {
  /** The residuals at the solution, [n]; empty where they cannot be evaluated. */
  readonly residuals: Float64Array;
  /** What the loss lets each residual count, ρ′ between 0 and 1, [n]; undefined without a loss. */
  readonly weights: Float64Array | undefined;
  /** The Jacobian of the residuals, row-major [n, p]; undefined above 2·10⁶ entries. */
  readonly jacobian: Float64Array | undefined;
}

/** Where a least-squares walk ended. */
export function solutionOf<X>(
  walking: Walker,
  drained: Drained,
  { problem, packing, start }: FlatLeastSquares,
): LeastSquaresSolution<X> {
  const p = start.length;
  const x = drained.step?.x ?? start;
  const state = walking.state as LeastSquaresState | undefined;
  const here = state?.here.x === x ? state.here : undefined;
  const summed = {
    ...ending<X>(drained, problem, packing, start),
    checkpoint: walking.checkpoint,
    residualSumOfSquares:
      drained.step === undefined ? NaN : (here?.residualSumOfSquares ?? 2 * drained.step.value),
    normalMatrix: here ? normalMatrix(here.root, here.rows, p) : new Float64Array(p ** 2).fill(NaN),
    activeBounds: drained.step?.activeBounds ?? new Int8Array(p),
  };
  const kept = here?.kept;
  if (kept === undefined) return withResiduals(summed, problem, x);
  const { residuals, weights, columns } = kept;
  return { ...summed, residuals, weights, jacobian: transposed(columns, residuals.length, p) };
}

/** With residuals that are computed when somebody asks; getters cost microseconds, which only small problems notice. */
function withResiduals<X>(
  summed: SummedSolution<X>,
  problem: LeastSquaresProblem,
  x: Float64Array,
): LeastSquaresSolution<X> {
  const seen = once(() => problem.residuals(x));
  const jacobian = once(() => {
    const columns = problem.jacobian(x);
    if (columns === undefined || columns.length === 0) return undefined;
    return transposed(columns, columns.length / x.length, x.length);
  });
  return {
    ...summed,
    get residuals() {
      return seen()?.residuals ?? new Float64Array();
    },
    get weights() {
      return seen()?.weights;
    },
    get jacobian() {
      return jacobian();
    },
  };
}

/** Computes a value when it is first asked for. */
function once<R>(compute: () => R): () => R {
  let done: { readonly value: R } | undefined;
  return () => (done ??= { value: compute() }).value;
}

/** Column-major [n, p] to row-major. */
function transposed(columns: Float64Array, n: number, p: number): Float64Array {
  const rows = new Float64Array(n * p);
  for (let j = 0; j < p; j++) for (let i = 0; i < n; i++) rows[i * p + j] = at(columns, j * n + i);
  return rows;
}
