import { eye } from "../tensor/create.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { asMatrix, asSquare, columnsOf, diagonalOf, leadingOf } from "./matrix.ts";
import { sum } from "./reduce.ts";
import { broadcastTo } from "./shape.ts";
import { solveNamed } from "./solve.ts";

/** A⁻¹ under the name of the operation that needs it. */
export function inverseNamed(operation: string, a: Tensor): Tensor {
  const identity = eye(columnsOf(a), a.dtype);
  return solveNamed(operation, a, broadcastTo(identity, [...leadingOf(a), ...identity.shape]));
}

/**
 * The inverse of square matrices [..., n, n]: the solution of A X = 1, whose derivative is −A⁻¹ dA A⁻¹. To solve a
 * system, `solve` is faster and more accurate.
 *
 * @example
 * ```ts
 * inverse([[2, 0], [1, 4]]); // → [[0.5, 0], [-0.125, 0.25]]
 * ```
 *
 * @throws {ShapeError} when the matrix is not square.
 * @throws {LinearAlgebraError} when it is singular (see {@link solve}) or holds NaN or ∞.
 */
export function inverse(a: TensorLike): Tensor {
  return inverseNamed("inverse", asSquare("inverse", a));
}

/**
 * The sum of the diagonals of matrices [..., m, n]. (`trace` is the transform that writes down what a function
 * computes.)
 *
 * @example
 * ```ts
 * matrixTrace([[1, 2], [3, 4]]); // → 5
 * ```
 *
 * @throws {ShapeError} for fewer than two axes.
 */
export function matrixTrace(a: TensorLike): Tensor {
  return sum(diagonalOf(asMatrix("matrixTrace", a)), { axis: -1 });
}
