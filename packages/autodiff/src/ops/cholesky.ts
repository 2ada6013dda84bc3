import { choleskyFactors } from "../compile/wasm/systems.ts";
import { LinearAlgebraError } from "../errors.ts";
import { allocate } from "../tensor/dtype.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { choleskyFactor } from "./kernels/cholesky.ts";
import {
  asSquare,
  leadingOf,
  rowsOf,
  strictlyLowerPart,
  lowerPart,
  symmetricPart,
  transposed,
} from "./matrix.ts";
import { memberOf, requireFinite } from "./matrix-errors.ts";
import { apply, type Op } from "./op.ts";
import { triangularBlocks } from "./triangular.ts";

/** The lower triangle with half of its diagonal: for symmetric S, Φ(S) + Φ(S)ᵀ = S. */
function halfOf(x: Tensor): Tensor {
  return lowerPart(x).add(strictlyLowerPart(x)).mul(0.5);
}

/** L⁻¹ X */
function solveLower(l: Tensor, x: Tensor): Tensor {
  return triangularBlocks("lower", "cholesky", l, x);
}

/** L⁻ᵀ X */
function solveTransposed(l: Tensor, x: Tensor): Tensor {
  return triangularBlocks("upper", "cholesky", transposed(l), x);
}

/** L with A = L Lᵀ for symmetric matrices A [..., n, n]. */
const choleskyOp: Op<undefined> = {
  name: "cholesky",
  infer: ([a]) => ({ shape: (a as Tensor).shape, dtype: (a as Tensor).dtype }),
  evaluate: ([a], _, { shape, dtype }) => {
    const [leading, size] = [leadingOf(a as Tensor), rowsOf(a as Tensor)];
    const data = (a as Tensor).data;
    const result = allocate(dtype, sizeOf(shape));
    for (let index = 0, count = sizeOf(leading); index < count; index++) {
      const start = index * size * size;
      const matrix = data.subarray(start, start + size * size);
      requireFinite("cholesky", matrix, size, leading, index);
      const factor = choleskyFactor(matrix, size);
      if ("pivot" in factor)
        throw new LinearAlgebraError(
          `cholesky: the matrix is not positive definite; if rounding made it so, add a small multiple of the identity: ` +
            `leading minor of order ${factor.row + 1} of a ${formatShape([size, size])} matrix is not positive, ` +
            `pivot ${factor.pivot}${memberOf(leading, index)}`,
        );
      result.set(factor, start);
    }
    return result;
  },
  // dL = L Φ(L⁻¹ dA L⁻ᵀ), Φ: the lower triangle with half of its diagonal (Murray 2016, arXiv:1602.07527)
  forward: ([da], _, l) =>
    l.matmul(halfOf(solveLower(l, transposed(solveLower(l, transposed(da as Tensor)))))),
  // Ā = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹
  reverse: (adjoint, _, l) => {
    const inner = solveTransposed(l, halfOf(transposed(l).matmul(adjoint)));
    return [transposed(solveTransposed(l, transposed(inner)))];
  },
  memberAxes: 2,
  batch: ([a]) => apply(choleskyOp, [a as Tensor], undefined),
  kernel: choleskyFactors,
  text: "cholesky(#1)",
  latex: "\\operatorname{cholesky}\\left(#1\\right)",
};

/**
 * The Cholesky factor of positive definite matrices [..., n, n]: the lower triangular L with a positive diagonal and
 * A = L Lᵀ. Of a matrix that is not symmetric the symmetric part (A + Aᵀ)/2 is factorised, so that its derivative
 * is symmetric.
 *
 * @example
 * ```ts
 * cholesky([[4, 2], [2, 10]]); // → [[2, 0], [1, 3]]
 * ```
 *
 * @throws {ShapeError} when the matrix is not square.
 * @throws {LinearAlgebraError} when it is not positive definite, naming the first leading minor that is not
 * positive, or holds NaN or ∞.
 */
export function cholesky(a: TensorLike): Tensor {
  return apply(choleskyOp, [symmetricPart(asSquare("cholesky", a))], undefined);
}

/** The primitive operations of this file. */
export const choleskyOps: readonly Op<never>[] = [choleskyOp];
