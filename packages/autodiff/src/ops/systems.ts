import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { promote, toFloat } from "../tensor/dtype.ts";
import { broadcastShapes, formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { columnsOf, leadingOf, rowsOf } from "./matrix.ts";
import { broadcastTo } from "./shape.ts";

/** Solves for blocks of right-hand sides: [..., m, n] and [..., m, k] with equal leading axes give [..., n, k]. */
type SolveBlocks = (a: Tensor, b: Tensor) => Tensor;

/**
 * Brings a matrix and right-hand sides [..., m, k] to equal leading axes. Of one matrix for many blocks, all columns
 * of all blocks become one block, so that it is factorised once.
 */
export function solveAligned(operation: string, a: Tensor, b: Tensor, solveBlocks: SolveBlocks): Tensor {
  const [blocks, columns] = [leadingOf(b), columnsOf(b)];
  if (a.shape.length === 2 && blocks.length > 0) {
    const rank = b.shape.length;
    const rowsFirst = [rank - 2, ...blocks.map((_, axis) => axis), rank - 1];
    const rowsBack = [...blocks.map((_, axis) => axis + 1), 0, rank - 1];
    const side = b.transpose(rowsFirst).reshape([rowsOf(b), sizeOf(blocks) * columns]);
    return solveBlocks(a, side)
      .reshape([columnsOf(a), ...blocks, columns])
      .transpose(rowsBack);
  }
  const leading = broadcastShapes(leadingOf(a), blocks, operation);
  return solveBlocks(
    broadcastTo(a, [...leading, ...a.shape.slice(-2)]),
    broadcastTo(b, [...leading, ...b.shape.slice(-2)]),
  );
}

/** The same for what a caller gives: b is one vector [m] or matrices [..., m, k], and both get one dtype. */
export function solveSystem(operation: string, a: Tensor, b: TensorLike, solveBlocks: SolveBlocks): Tensor {
  const right = asTensor(b);
  const isVector = right.shape.length === 1;
  const rows = rowsOf(a);
  if (right.shape.length === 0 || (isVector ? right.size : rowsOf(right)) !== rows)
    throw new ShapeError(
      `${operation}: expected a right-hand side of ${rows} rows: shape ${formatShape(right.shape)}`,
    );
  const dtype = toFloat(promote(a.dtype, right.dtype));
  const block = cast(isVector ? right.reshape([rows, 1]) : right, dtype);
  const solution = solveAligned(operation, cast(a, dtype), block, solveBlocks);
  return isVector ? solution.reshape(solution.shape.slice(0, -1)) : solution;
}
