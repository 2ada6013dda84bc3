import { OptimizationError } from "../../errors.ts";
import { entry } from "../../linalg/vector.ts";
import type { Evaluations } from "../../solution.ts";
import type { Weighted } from "./problem.ts";
import { headTotals } from "./sums.ts";

/** Where the sums of a problem come from whose Jacobian nobody sees; it counts its evaluations. */
export interface SumSource {
  /** Σ ρ, Σ r², Jᵀr and JᵀJ, as one vector (see `sums`). @param least see `correction` */
  sums(x: Float64Array, least: number): Float64Array;
  /** Jᵀ(ρ′ r″(v, v)); undefined where only the sums are known. */
  bend(x: Float64Array, velocity: Float64Array): Float64Array | undefined;
  /** The residuals, not counted; undefined where only the sums are known. */
  residuals(x: Float64Array): Weighted | undefined;
}

/** What {@link SuppliedSums} tells of a point. */
export interface NormalEquations {
  /** ½ Σ rᵢ², or any cost with this gradient and about this Hessian. */
  readonly cost: number;
  /** Jᵀr, [p] */
  readonly gradient: ArrayLike<number>;
  /** JᵀJ, symmetric, row-major [p, p] */
  readonly matrix: ArrayLike<number>;
  /** Σ rᵢ², where that is not twice the cost. */
  readonly residualSumOfSquares?: number;
}

/** A least-squares problem that sums its normal equations itself. */
export interface SuppliedSums {
  /**
   * The sums at a flat point (its parameters in the order of the start's leaves, each row-major); undefined, or with
   * numbers that are not finite, where they cannot be computed.
   */
  normalEquations(x: Float64Array): NormalEquations | undefined;
}

/** What a supplied problem told, as one vector. */
export function sumsOf(given: NormalEquations | undefined, p: number): Float64Array {
  const vector = new Float64Array(headTotals + p + p * p);
  if (given === undefined) return vector.fill(NaN);
  const { cost, gradient, matrix, residualSumOfSquares = 2 * cost } = given;
  if (gradient.length !== p || matrix.length !== p * p)
    throw new OptimizationError(
      `the normal equations of ${p} parameters need a gradient of ${p} and a matrix of ${p * p} elements: found ${gradient.length} and ${matrix.length}`,
    );
  vector[0] = 2 * cost;
  vector[1] = residualSumOfSquares;
  for (let j = 0; j < p; j++) vector[headTotals + j] = entry(gradient, j);
  for (let k = 0; k < p * p; k++) vector[headTotals + p + k] = entry(matrix, k);
  return vector;
}

/** The sums that somebody else computes. */
export function suppliedSource(supplied: SuppliedSums, p: number, evaluations: Evaluations): SumSource {
  return {
    sums(x) {
      evaluations.values++;
      evaluations.gradients++;
      return sumsOf(supplied.normalEquations(x), p);
    },
    bend: () => undefined,
    residuals: () => undefined,
  };
}
