import { LinearAlgebraError } from "../errors.ts";
import { allocate } from "../tensor/dtype.ts";
import { asTensor } from "../tensor/convert.ts";
import { eye } from "../tensor/create.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { abs } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, where } from "./compare.ts";
import { inverseNamed } from "./inverse.ts";
import { exponential } from "./kernels/expm.ts";
import { asSquare, columnsOf, leadingOf, transposed } from "./matrix.ts";
import { requireFinite } from "./matrix-errors.ts";
import { apply, type Op } from "./op.ts";
import { max } from "./reduce.ts";
import { broadcastTo, concatenate, type Range } from "./shape.ts";
import { stopGradient } from "./stop-gradient.ts";

/**
 * L(A, H), the derivative of e^A along H: the upper right block of the exponential of [[A, H], [0, A]] (Higham,
 * Functions of Matrices, section 3.2). It is linear in H, whose size would needlessly scale A down.
 */
function exponentialAlong(a: Tensor, h: Tensor): Tensor {
  const [size, whole] = [columnsOf(a), leadingOf(a).map((): Range => [])];
  if (h.size === 0) return h;
  const largest = stopGradient(max(abs(h), { axis: [-2, -1], keepDims: true }));
  const scale = where(equal(largest, 0), 1, largest);
  const above = concatenate([a, h.div(scale)], -1);
  const below = concatenate([broadcastTo(cast(asTensor(0), a.dtype), a.shape), a], -1);
  const block = apply(expmOp, [concatenate([above, below], -2)], undefined);
  return block.slice(...whole, [0, size], [size]).mul(scale);
}

const expmOp: Op<undefined> = {
  name: "expm",
  infer: ([a]) => ({ shape: (a as Tensor).shape, dtype: (a as Tensor).dtype }),
  evaluate: ([a], _, { shape, dtype }) => {
    const [leading, size] = [leadingOf(a as Tensor), columnsOf(a as Tensor)];
    const data = (a as Tensor).data;
    const result = allocate(dtype, sizeOf(shape));
    for (let index = 0, count = sizeOf(leading); index < count; index++) {
      const matrix = data.subarray(index * size * size, (index + 1) * size * size);
      requireFinite("expm", matrix, size, leading, index);
      result.set(exponential(matrix, size), index * size * size);
    }
    return result;
  },
  // d e^A = L(A, dA)
  forward: ([da], [a]) => exponentialAlong(a as Tensor, da as Tensor),
  // ⟨Ȳ, L(A, dA)⟩ = ⟨L(Aᵀ, Ȳ), dA⟩
  reverse: (adjoint, [a]) => [exponentialAlong(transposed(a as Tensor), adjoint)],
  memberAxes: 2,
  batch: ([a]) => apply(expmOp, [a as Tensor], undefined),
  text: "expm(#1)",
  latex: "e^{#1}",
};

/**
 * The exponential Σ Aᵏ/k! of square matrices [..., n, n] by scaling and squaring with a Padé approximant of degree
 * 13 (Higham 2005): within 11 ε ‖e^A‖ of its value to 80 digits for random matrices up to order 20 with entries up
 * to 20. Each order of differentiation works with matrices of twice the size.
 *
 * @example
 * ```ts
 * expm([[0, 1], [0, 0]]); // → [[1, 1], [0, 1]]
 * ```
 *
 * @throws {ShapeError} when the matrix is not square.
 * @throws {LinearAlgebraError} when it holds NaN or ∞.
 */
export function expm(a: TensorLike): Tensor {
  return apply(expmOp, [asSquare("expm", a)], undefined);
}

/**
 * Whole powers of square matrices [..., n, n] by repeated squaring; negative ones are powers of the inverse.
 *
 * @example
 * ```ts
 * matrixPower([[1, 1], [1, 0]], 10); // → [[89, 55], [55, 34]]
 * ```
 *
 * @throws {ShapeError} when the matrix is not square.
 * @throws {LinearAlgebraError} when the power is not whole, or is negative and the matrix singular.
 */
export function matrixPower(a: TensorLike, power: number): Tensor {
  const matrix = asSquare("matrixPower", a);
  if (!Number.isSafeInteger(power))
    throw new LinearAlgebraError(`matrixPower: expected a whole power; for others use eigh: ${power}`);
  if (power === 0) return broadcastTo(eye(columnsOf(matrix), matrix.dtype), matrix.shape);
  let square = power < 0 ? inverseNamed("matrixPower", matrix) : matrix;
  let result: Tensor | undefined;
  for (let rest = Math.abs(power); ; square = square.matmul(square)) {
    if (rest % 2 === 1) result = result === undefined ? square : result.matmul(square);
    rest = Math.floor(rest / 2);
    if (rest === 0) return result as Tensor;
  }
}

/** The primitive operations of this file. */
export const matrixFunctionOps: readonly Op<never>[] = [expmOp];
