import { ShapeError } from "../errors.ts";
import { asOperand, asTensor } from "../tensor/convert.ts";
import { formatShape } from "../tensor/shape.ts";
import { makeConstant, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { expandDims } from "./axis-order.ts";
import { cast } from "./cast.ts";
import { where } from "./compare.ts";
import { pad } from "./rearrange.ts";
import type { Range } from "./shape.ts";

export interface DiagonalOptions {
  /** Which diagonal: 0, the default, is the main one, k > 0 the k-th above it, k < 0 below it. */
  readonly offset?: number;
}

/**
 * The diagonal of a matrix, or of every matrix in the last two axes: [..., m, n] gives [..., length of the diagonal].
 *
 * @example
 * ```ts
 * diagonal([[1, 2], [3, 4]]); // → [1, 4]
 * diagonal([[1, 2], [3, 4]], { offset: 1 }); // → [2]
 * ```
 *
 * @throws {ShapeError} when there are fewer than two axes, or the offset is not a whole number.
 */
export function diagonal(x: TensorLike, { offset = 0 }: DiagonalOptions = {}): Tensor {
  const [input, rows, columns] = matrices(x, offset, "diagonal");
  const leading = input.shape.slice(0, -2);
  const count = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
  const start = count === 0 ? 0 : offset >= 0 ? offset : -offset * columns;
  // From one element of a diagonal to the next it is a row and a column further.
  const step = columns + 1;
  const end = count === 0 ? 0 : start + (count - 1) * step + 1;
  return input
    .reshape([...leading, rows * columns])
    .slice(...leading.map((): Range => []), [start, end, step]);
}

/**
 * The square matrix with the given diagonal and zeros elsewhere; [..., n] gives [..., n + |k|, n + |k|] for the k-th
 * diagonal.
 *
 * @example
 * ```ts
 * diagonalMatrix([1, 2]); // → [[1, 0], [0, 2]]
 * ```
 *
 * @throws {ShapeError} when x is a scalar, or the offset is not a whole number.
 */
export function diagonalMatrix(x: TensorLike, { offset = 0 }: DiagonalOptions = {}): Tensor {
  const input = asTensor(x);
  const rank = input.shape.length;
  if (rank === 0) throw new ShapeError("diagonalMatrix: expected a vector; reshape the scalar to [1]");
  requireWhole(offset, "diagonalMatrix");
  const size = (input.shape.at(-1) as number) + Math.abs(offset);
  // Every row holds its element in all columns, or every column in all rows, and the mask picks one of them.
  const longer = pad(input, [...new Array<number>(rank - 1).fill(0), [0, Math.abs(offset)]]);
  const spread = expandDims(longer, offset >= 0 ? -1 : -2);
  return where(
    mask(size, size, (row, column) => column - row === offset),
    spread,
    zero(input),
  );
}

/**
 * The elements on and below a diagonal, the main one by default, zeros above it; in every matrix of the last two axes.
 *
 * @example
 * ```ts
 * lowerTriangle([[1, 2], [3, 4]]); // → [[1, 0], [3, 4]]
 * ```
 *
 * @throws {ShapeError} when there are fewer than two axes, or the offset is not a whole number.
 */
export function lowerTriangle(x: TensorLike, { offset = 0 }: DiagonalOptions = {}): Tensor {
  const [input, rows, columns] = matrices(x, offset, "lowerTriangle");
  return where(
    mask(rows, columns, (row, column) => column - row <= offset),
    input,
    zero(input),
  );
}

/**
 * The elements on and above a diagonal, the main one by default, zeros below it; in every matrix of the last two axes.
 *
 * @example
 * ```ts
 * upperTriangle([[1, 2], [3, 4]]); // → [[1, 2], [0, 4]]
 * ```
 *
 * @throws {ShapeError} when there are fewer than two axes, or the offset is not a whole number.
 */
export function upperTriangle(x: TensorLike, { offset = 0 }: DiagonalOptions = {}): Tensor {
  const [input, rows, columns] = matrices(x, offset, "upperTriangle");
  return where(
    mask(rows, columns, (row, column) => column - row >= offset),
    input,
    zero(input),
  );
}

/**
 * All products of an element of x with one of y, x's axes before y's: of two vectors the matrix xᵢ yⱼ.
 *
 * @example
 * ```ts
 * outer([1, 2], [3, 4]); // → [[3, 4], [6, 8]]
 * ```
 */
export function outer(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [asOperand(x, y), asOperand(y, x)];
  return a.reshape([...a.shape, ...b.shape.map(() => 1)]).mul(b);
}

function zero({ dtype }: Tensor): Tensor {
  return cast(asTensor(0), dtype);
}

function mask(rows: number, columns: number, holds: (row: number, column: number) => boolean): Tensor {
  const data = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      data[row * columns + column] = Number(holds(row, column));
  return makeConstant([rows, columns], "bool", data);
}

function matrices(x: TensorLike, offset: number, operation: string): [Tensor, number, number] {
  const input = asTensor(x);
  const [rows, columns] = input.shape.slice(-2);
  if (rows === undefined || columns === undefined)
    throw new ShapeError(`${operation}: expected a matrix: shape ${formatShape(input.shape)}`);
  requireWhole(offset, operation);
  return [input, rows, columns];
}

function requireWhole(offset: number, operation: string): void {
  if (!Number.isInteger(offset))
    throw new ShapeError(`${operation}: expected a whole number as offset: ${offset}`);
}
