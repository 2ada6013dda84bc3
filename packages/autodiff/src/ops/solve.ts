import { linearSolution } from "../compile/wasm/systems.ts";
import { asTensor } from "../tensor/convert.ts";
import { allocate, promote } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { lostPivot, reciprocalCondition } from "./kernels/condition.ts";
import { factorize, solveFactorized } from "./kernels/lu.ts";
import { requireFinite, singularError } from "./matrix-errors.ts";
import { requireSquare, transposed } from "./matrix.ts";
import { apply, type Op } from "./op.ts";
import { solveAligned, solveSystem } from "./systems.ts";

/** X with A X = B for square matrices A [..., n, n] and B [..., n, k]; the attribute is the name errors go under. */
const solveOp: Op<string> = {
  name: "solve",
  infer: ([a, b]) => ({
    shape: (b as Tensor).shape,
    dtype: promote((a as Tensor).dtype, (b as Tensor).dtype),
  }),
  evaluate: ([a, b], operation, { shape, dtype }) => {
    const leading = shape.slice(0, -2);
    const [size, columns] = shape.slice(-2) as [number, number];
    const [matrices, right] = [(a as Tensor).data, (b as Tensor).data];
    const result = allocate(dtype, sizeOf(shape));
    const [step, width] = [size * size, size * columns];
    for (let index = 0, count = sizeOf(leading); index < count; index++) {
      const matrix = matrices.subarray(index * step, (index + 1) * step);
      requireFinite(operation, matrix, size, leading, index);
      const factors = factorize(matrix, size);
      const lost = lostPivot(factors, matrix);
      if (lost !== undefined)
        throw singularError(
          operation,
          lost,
          reciprocalCondition(factors, matrix),
          [size, size],
          leading,
          index,
        );
      const side = right.subarray(index * width, (index + 1) * width);
      result.set(solveFactorized(factors, side, columns), index * width);
    }
    return result;
  },
  // A dX = dB − dA X
  forward: ([da, db], [a], x, operation) => {
    const moved = da?.matmul(x).neg();
    const right = moved && db ? db.add(moved) : (moved ?? db);
    return right && apply(solveOp, [a as Tensor, right], operation);
  },
  // B̄ = A⁻ᵀ X̄, Ā = −B̄ Xᵀ
  reverse: (adjoint, [a], x, operation, [wantA]) => {
    const right = apply(solveOp, [transposed(a as Tensor), adjoint], operation);
    return [wantA ? right.matmul(transposed(x)).neg() : undefined, right];
  },
  memberAxes: 2,
  batch: ([a, b], _, operation) => solveNamed(operation, a as Tensor, b as Tensor),
  kernel: linearSolution,
  text: "solve(#1, #2)",
  latex: "{#1}^{-1} #2",
};

/** Solves for matrices b [..., n, k]; errors go under the name of the operation that needs it. */
export function solveNamed(operation: string, a: Tensor, b: Tensor): Tensor {
  return solveAligned(operation, a, b, (...blocks) => apply(solveOp, blocks, operation));
}

/**
 * The solution x of A x = b by LU factorisation with partial pivoting: A is [..., n, n], b is one vector [n] or
 * matrices [..., n, k] with a right-hand side in every column; leading axes broadcast. Relative to ‖A‖ ‖x‖ the
 * residual is a few n ε in practice.
 *
 * @throws {ShapeError} when A is not square or b has another number of rows.
 * @throws {LinearAlgebraError} when a number in A is NaN or infinite, and when A is singular or so near to it that
 * rounding its entries could make it so; the message has an estimate of the reciprocal condition number, and tells
 * which matrix of a batch it was.
 */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  const matrix = asTensor(a);
  requireSquare("solve", matrix);
  return solveSystem("solve", matrix, b, (...blocks) => apply(solveOp, blocks, "solve"));
}

/** The primitive operations of this file. */
export const solveOps: readonly Op<never>[] = [solveOp];
