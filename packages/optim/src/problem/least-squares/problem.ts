import type { Evaluations } from "../../solution.ts";

/**
 * Everything a least-squares method knows about one point: the residuals r and their Jacobian J, reduced to a p × p
 * problem with the same geometry, ‖J δ + r‖² = ‖R δ + z‖² + rest.
 *
 * With a loss, R and z stand for the corrected residuals: Rᵀz is the gradient of the robust cost, RᵀR its Hessian up to
 * second derivatives of r, made positive (see `corrected`).
 */
export interface Linearization {
  readonly x: Float64Array;
  /** Half the sum of squares of the residuals, or the robust cost. */
  readonly value: number;
  /** Jᵀ r */
  readonly gradient: Float64Array;
  /** ‖J_j‖ for every parameter. */
  readonly columnNorms: Float64Array;
  /** R, upper triangular or trapezoidal, column-major [rows, p], RᵀR = JᵀJ. */
  readonly root: Float64Array;
  /** z with Rᵀz = Jᵀr. */
  readonly transformed: Float64Array;
  readonly rows: number;
  /** Σ rᵢ², which is twice the value unless there is a loss. */
  readonly residualSumOfSquares: number;
  /** Value where the walk began: beside it, residuals of its rounding error are none. */
  readonly firstValue: number;
  /**
   * Where R was found from JᵀJ, the smallest pivot of its Cholesky factorisation with unit diagonal: about 1/κ² for
   * columns of J of condition κ, and 0 where they are dependent to all the digits that JᵀJ has.
   */
  readonly pivot?: number | undefined;
  /** r and J of small problems; of larger ones they are computed again when somebody asks. */
  readonly kept?: Kept | undefined;
}

/** Residuals of one point. */
export interface Weighted {
  /** r, [n] */
  readonly residuals: Float64Array;
  /** ρ′ of each residual; undefined without a loss, where all are 1. */
  readonly weights?: Float64Array | undefined;
}

/** Residuals and Jacobian of one point. */
export interface Kept extends Weighted {
  /** J, column-major [n, p] */
  readonly columns: Float64Array;
}

/** What a linearisation depends on beside its point. */
export interface Origin {
  /** Value where the walk began. */
  readonly firstValue: number;
  /** Square root of the part of the value that the model can still explain where the walk stands. */
  readonly offset: number;
}

/** Relative offset below which a loss corrects the Hessian to second order (see `correction`). */
export const nearTheMinimum = 0.1;

/** A least-squares problem on flat points: what `levenbergMarquardt`, `dogleg` and `gaussNewton` walk on. */
export interface LeastSquaresProblem {
  readonly dimension: number;
  readonly evaluations: Evaluations;
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
  /** Whether the value is a robust cost instead of half the sum of squares. */
  readonly robust: boolean;
  /** Why the last evaluation failed. */
  readonly lastFailure: string;
  /**
   * Residuals and exact Jacobian, reduced; undefined when something is not finite or the function threw.
   *
   * @param from where the walk stands; left out at the start itself
   */
  linearize(x: Float64Array, from?: Origin): Linearization | undefined;
  /**
   * Jᵀ times the second directional derivative of the residuals along `velocity` (with a loss, each residual times its
   * weight ρ′); undefined when not finite, or for a problem that cannot tell.
   */
  acceleration(here: Linearization, velocity: Float64Array): Float64Array | undefined;
  /** The residuals, not counted as an evaluation; undefined where they cannot be evaluated, or never are. */
  residuals(x: Float64Array): Weighted | undefined;
  /** The Jacobian by columns, [n, p], not counted; undefined where {@link residuals} are, or where it is too large. */
  jacobian(x: Float64Array): Float64Array | undefined;
}

/** How the linear systems are solved: by QR of J, or by the normal equations, summed on the fly. */
export type LinearSolver = "qr" | "normal";
