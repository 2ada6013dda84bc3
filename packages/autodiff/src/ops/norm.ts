import { lengths } from "../compile/wasm/length.ts";
import { LinearAlgebraError } from "../errors.ts";
import { allocate, toFloat } from "../tensor/dtype.ts";
import { asTensor } from "../tensor/convert.ts";
import { normalizeAxes, sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { abs, pow, sign } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, where } from "./compare.ts";
import { euclideanLength, powerLength } from "./kernels/scale.ts";
import { asMatrix, columnsOf, leadingOf, rowsOf } from "./matrix.ts";
import { apply, storageOf, type Op } from "./op.ts";
import { max, sum, type ReduceOptions } from "./reduce.ts";
import { broadcastTo } from "./shape.ts";
import { svd } from "./svd.ts";

/** [...] as [..., 1] */
function asFactors(x: Tensor): Tensor {
  return x.reshape([...x.shape, 1]);
}

/**
 * ∂n/∂x for n = (Σ |xₖ|ᵖ)^(1/p): sign(xₖ) (|xₖ| / n)^(p−1), and 0 with all its derivatives where n = 0. For odd and
 * fractional p, which has no derivative of every order where xₖ = 0, the same is taken there.
 */
function slopeOf(x: Tensor, output: Tensor, p: number): Tensor {
  const none = equal(output, 0);
  const ratio = x.div(asFactors(where(none, 1, output)));
  return where(asFactors(none), 0, p === 2 ? ratio : signedPower(ratio, p - 1));
}

/** sign(x) |x|^power */
function signedPower(x: Tensor, power: number): Tensor {
  if (power % 2 === 1) return pow(x, power);
  const none = equal(x, 0);
  return where(none, 0, sign(x).mul(pow(abs(where(none, 1, x)), power)));
}

/** The p-norm along the last axis, 1 < p < ∞. */
const normOp: Op<number> = {
  name: "norm",
  infer: ([x]) => ({ shape: (x as Tensor).shape.slice(0, -1), dtype: (x as Tensor).dtype }),
  evaluate: ([x], p, { shape, dtype }) => {
    const { data, shape: whole } = x as Tensor;
    const length = whole.at(-1) as number;
    const result = allocate(dtype, sizeOf(shape));
    for (let index = 0; index < result.length; index++) {
      const start = index * length;
      result[index] =
        p === 2 ? euclideanLength(data, start, start + length) : powerLength(data, start, start + length, p);
    }
    return storageOf(shape, result);
  },
  forward: ([dx], [x], output, p) => sum(slopeOf(x as Tensor, output, p).mul(dx as Tensor), { axis: -1 }),
  reverse: (adjoint, [x], output, p) => [slopeOf(x as Tensor, output, p).mul(asFactors(adjoint))],
  batch: ([x], _, p) => apply(normOp, [x as Tensor], p),
  kernel: lengths,
  text: "norm(#1)",
  latex: "\\left\\lVert #1 \\right\\rVert",
};

export interface NormOptions extends ReduceOptions {
  /**
   * 2 by default. A number p ≥ 1 or Infinity: the p-norm of all elements along the axes, (Σ |x|ᵖ)^(1/p), largest |x|
   * for Infinity. `"nuclear"` and `"spectral"`: the sum and the largest of the singular values of matrices
   * [..., m, n]; `"frobenius"`: the 2-norm of all their elements. For these three the axes are the last two.
   */
  readonly order?: number | "frobenius" | "nuclear" | "spectral";
}

/**
 * The norm of a tensor: the Euclidean norm of all its elements, unless told otherwise. It neither overflows nor
 * underflows where its square would.
 *
 * Where a norm is 0, its derivatives of every order are taken as 0; for order 1, so are those of |x| at x = 0, and for
 * orders that are not even, derivatives that do not exist where an element is 0. Elements and singular values that tie
 * for the largest share the derivative. Singular values that are 0 to working precision contribute none to the
 * nuclear norm.
 *
 * @example
 * ```ts
 * norm([3, 4]); // → 5
 * norm([[1, -2], [3, 4]], { order: 1, axis: 0 }); // → [4, 6]
 * norm([[3, 0], [4, 5]], { order: "nuclear" }); // → 8.944272
 * ```
 *
 * @throws {LinearAlgebraError} when the order is below 1, or an axis is given for a norm of matrices.
 * @throws {ShapeError} when an axis does not exist, or a norm of matrices is taken of a vector.
 */
export function norm(x: TensorLike, { order = 2, axis, keepDims = false }: NormOptions = {}): Tensor {
  if (typeof order === "string") {
    if (axis !== undefined)
      throw new LinearAlgebraError(
        `norm: the ${order} norm is that of the last two axes; transpose the tensor instead of naming axes: ${String(axis)}`,
      );
    const matrix = asMatrix("norm", x);
    if (order === "frobenius") return vectorNorm(matrix, 2, [-2, -1], keepDims);
    const found = spectralNorm(matrix, order);
    return keepDims ? found.reshape([...found.shape, 1, 1]) : found;
  }
  if (!(order >= 1)) throw new LinearAlgebraError(`norm: expected an order of at least 1: ${order}`);
  const input = asTensor(x);
  return vectorNorm(cast(input, toFloat(input.dtype)), order, axis, keepDims);
}

function vectorNorm(x: Tensor, p: number, axis: ReduceOptions["axis"], keepDims: boolean): Tensor {
  const axes = normalizeAxes(axis, x.shape.length, "norm");
  if (p === 1) return sum(abs(x), { axis: axes, keepDims });
  const kept = x.shape.map((_, index) => index).filter((index) => !axes.includes(index));
  const reduced = axes.map((index) => x.shape[index] as number);
  const rows = x
    .transpose([...kept, ...axes])
    .reshape([...kept.map((index) => x.shape[index] as number), sizeOf(reduced)]);
  const lengths = p === Infinity ? largest(abs(rows)) : apply(normOp, [rows], p);
  return keepDims
    ? lengths.reshape(x.shape.map((extent, index) => (axes.includes(index) ? 1 : extent)))
    : lengths;
}

/** The largest along the last axis, 0 of nothing. */
function largest(x: Tensor): Tensor {
  if (x.shape.at(-1) !== 0) return max(x, { axis: -1 });
  return sum(x, { axis: -1 });
}

function spectralNorm(matrix: Tensor, order: "nuclear" | "spectral"): Tensor {
  if (rowsOf(matrix) === 0 || columnsOf(matrix) === 0)
    return broadcastTo(cast(asTensor(0), matrix.dtype), leadingOf(matrix));
  const { s } = svd(matrix);
  return order === "nuclear" ? sum(s, { axis: -1 }) : max(s, { axis: -1 });
}

/** The primitive operations of this file. */
export const normOps: readonly Op<never>[] = [normOp];
