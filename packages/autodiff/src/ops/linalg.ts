import { ShapeError } from "../errors.ts";
import { allocate, promote } from "../tensor/dtype.ts";
import { asTensor } from "../tensor/convert.ts";
import { broadcastShapes, formatShape, sizeOf, type Shape } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { transposed } from "./matrix.ts";
import { apply, type Op } from "./op.ts";
import { broadcastTo } from "./shape.ts";
import { sum } from "./reduce.ts";

/** [..., m, k] times [..., k, n]; leading axes are equal by the time it is applied. */
const matmulOp: Op<undefined> = {
  name: "matmul",
  infer: ([a, b]) => {
    const [x, y] = [a as Tensor, b as Tensor];
    return {
      shape: [...x.shape.slice(0, -1), y.shape.at(-1) as number],
      dtype: promote(x.dtype, y.dtype),
    };
  },
  evaluate: ([a, b], _, { shape, dtype }) => {
    const [x, y] = [(a as Tensor).data, (b as Tensor).data];
    const [rows, inner] = (a as Tensor).shape.slice(-2) as [number, number];
    const columns = shape.at(-1) as number;
    const result = allocate(dtype, sizeOf(shape));
    const row = new Float64Array(columns);
    for (let matrix = 0, count = sizeOf(shape.slice(0, -2)); matrix < count; matrix++)
      for (let i = 0; i < rows; i++) {
        row.fill(0);
        for (let k = 0; k < inner; k++) {
          const factor = x[(matrix * rows + i) * inner + k] as number;
          const from = (matrix * inner + k) * columns;
          for (let j = 0; j < columns; j++) row[j] = (row[j] as number) + factor * (y[from + j] as number);
        }
        result.set(row, (matrix * rows + i) * columns);
      }
    return result;
  },
  // d(A B) = dA B + A dB
  forward: ([da, db], [a, b]) => {
    const left = da && matmul(da, b as Tensor);
    const right = db && matmul(a as Tensor, db);
    return left && right ? left.add(right) : (left ?? right);
  },
  // Ā = C̄ Bᵀ, B̄ = Aᵀ C̄
  reverse: (adjoint, [a, b], _, __, [wantA, wantB]) => [
    wantA ? matmul(adjoint, transposed(b as Tensor)) : undefined,
    wantB ? matmul(transposed(a as Tensor), adjoint) : undefined,
  ],
  memberAxes: 2,
  batch: ([a, b]) => matmul(a as Tensor, b as Tensor),
  linearity: "bilinear",
  text: "#1 @ #2",
  latex: "#1\\,#2",
};

/**
 * The matrix product of [..., m, k] and [..., k, n], leading axes broadcast. A vector on the left counts as a row,
 * on the right as a column, and its axis is dropped from the result.
 *
 * @throws {ShapeError} when the inner extents differ or an operand is a scalar.
 */
export function matmul(x: TensorLike, y: TensorLike): Tensor {
  let [a, b] = [asTensor(x), asTensor(y)];
  if (a.shape.length === 0 || b.shape.length === 0)
    throw new ShapeError(
      `matmul: expected vectors or matrices; use mul for scalars: shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  const [rowVector, columnVector] = [a.shape.length === 1, b.shape.length === 1];
  if (rowVector) a = a.reshape([1, a.size]);
  if (columnVector) b = b.reshape([b.size, 1]);
  if (a.shape.at(-1) !== b.shape.at(-2))
    throw new ShapeError(
      `matmul: inner extents differ: ${a.shape.at(-1)} columns on the left and ${b.shape.at(-2)} rows on the right`,
    );
  if (b.shape.length === 2 && a.shape.length > 2) {
    // One matrix on the right: all rows on the left are rows of one product.
    const [inner, columns] = b.shape as [number, number];
    const leading = a.shape.slice(0, -1);
    const rows = matmul(a.reshape([sizeOf(leading), inner]), b);
    return rows.reshape(columnVector ? leading : [...leading, columns]);
  }
  const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), "matmul");
  const product = apply(
    matmulOp,
    [broadcastTo(a, [...leading, ...a.shape.slice(-2)]), broadcastTo(b, [...leading, ...b.shape.slice(-2)])],
    undefined,
  );
  const kept: Shape = [
    ...leading,
    ...(rowVector ? [] : [a.shape.at(-2) as number]),
    ...(columnVector ? [] : [b.shape.at(-1) as number]),
  ];
  return product.reshape(kept);
}

/** The inner product of two vectors of equal length: Σ xᵢ yᵢ. */
export function dot(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [asTensor(x), asTensor(y)];
  if (a.shape.length !== 1 || b.shape.length !== 1 || a.size !== b.size)
    throw new ShapeError(
      `dot: expected two vectors of equal length; use matmul for matrices: shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  return sum(a.mul(b));
}

/** The primitive operations of this file. */
export const linalgOps: readonly Op<never>[] = [matmulOp];
