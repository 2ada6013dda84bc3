import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { toFloat, type DType } from "../tensor/dtype.ts";
import { formatShape, sizeOf, type Shape } from "../tensor/shape.ts";
import { makeConstant, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { where } from "./compare.ts";
import type { Range } from "./shape.ts";

/*
 * What decompositions and their derivative rules have in common. A matrix is the last two axes of a tensor; the axes
 * that lead them number the members of a batch.
 */

/** Every matrix transposed: the last two axes exchanged, whatever leads them. */
export function transposed(x: Tensor): Tensor {
  const rank = x.shape.length;
  return x.transpose(x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)));
}

export function leadingOf(x: Tensor): Shape {
  return x.shape.slice(0, -2);
}

export function rowsOf(x: Tensor): number {
  return x.shape.at(-2) as number;
}

export function columnsOf(x: Tensor): number {
  return x.shape.at(-1) as number;
}

/** A floating-point matrix or batch of them. */
export function asMatrix(operation: string, x: TensorLike): Tensor {
  const input = asTensor(x);
  if (input.shape.length < 2)
    throw new ShapeError(`${operation}: expected a matrix: shape ${formatShape(input.shape)}`);
  return cast(input, toFloat(input.dtype));
}

export function asSquare(operation: string, x: TensorLike): Tensor {
  const matrix = asMatrix(operation, x);
  requireSquare(operation, matrix);
  return matrix;
}

export function requireSquare(operation: string, { shape }: Tensor): void {
  if (shape.length < 2 || shape.at(-2) !== shape.at(-1))
    throw new ShapeError(`${operation}: expected a square matrix: shape ${formatShape(shape)}`);
}

/** Zeros, even in place of NaN, where `keep` does not hold. */
function masked(x: Tensor, keep: (row: number, column: number) => boolean): Tensor {
  const shape = x.shape.slice(-2);
  const columns = columnsOf(x);
  const mask = Uint8Array.from({ length: sizeOf(shape) }, (_, at) =>
    Number(keep(Math.floor(at / columns), at % columns)),
  );
  return where(makeConstant(shape, "bool", mask), x, 0);
}

/** The entries on and below the diagonal. */
export function lowerPart(x: Tensor): Tensor {
  return masked(x, (row, column) => column <= row);
}

/** The entries on and above the diagonal. */
export function upperPart(x: Tensor): Tensor {
  return masked(x, (row, column) => column >= row);
}

export function strictlyLowerPart(x: Tensor): Tensor {
  return masked(x, (row, column) => column < row);
}

export function strictlyUpperPart(x: Tensor): Tensor {
  return masked(x, (row, column) => column > row);
}

/** The entries off the diagonal. */
export function offDiagonalPart(x: Tensor): Tensor {
  return masked(x, (row, column) => column !== row);
}

/** (A + Aᵀ) / 2, exactly A if A is symmetric */
export function symmetricPart(x: Tensor): Tensor {
  const half = x.mul(0.5);
  return half.add(transposed(half));
}

/** (A − Aᵀ) / 2 */
export function skewPart(x: Tensor): Tensor {
  const half = x.mul(0.5);
  return half.sub(transposed(half));
}

/** The diagonals [..., min(m, n)] of matrices [..., m, n]. */
export function diagonalOf(x: Tensor): Tensor {
  const [rows, columns] = [rowsOf(x), columnsOf(x)];
  const leading = leadingOf(x);
  const whole = leading.map((): Range => []);
  const end = Math.min(rows, columns) * columns;
  return x.reshape([...leading, rows * columns]).slice(...whole, [0, end, columns + 1]);
}

/** A diag(d): every column times its number. */
export function scaleColumns(x: Tensor, by: Tensor): Tensor {
  return x.mul(asRow(by));
}

/** diag(d) A: every row times its number. */
export function scaleRows(x: Tensor, by: Tensor): Tensor {
  return x.mul(asColumn(by));
}

/** [..., n] as [..., 1, n] */
export function asRow(x: Tensor): Tensor {
  return x.reshape([...x.shape.slice(0, -1), 1, x.shape.at(-1) as number]);
}

/** [..., n] as [..., n, 1] */
export function asColumn(x: Tensor): Tensor {
  return x.reshape([...x.shape, 1]);
}

/** diag(d) [..., n, n] for d [..., n] */
export function diagonalMatrix(d: Tensor): Tensor {
  const size = d.shape.at(-1) as number;
  return masked(asColumn(d).broadcastTo([...d.shape, size]), (row, column) => row === column);
}

/** The sum of some tensors of one shape, of which some may be missing because they are zero. */
export function sumOfGiven(terms: readonly (Tensor | undefined)[]): Tensor | undefined {
  return terms.reduce(
    (total, term) => (total === undefined || term === undefined ? (total ?? term) : total.add(term)),
    undefined,
  );
}

/** The distance from 1 to the next number of a dtype. */
export function machineEpsilon(dtype: DType): number {
  return dtype === "f32" ? 2 ** -23 : 2 ** -52;
}
