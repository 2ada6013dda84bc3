import { ShapeError } from "../errors.ts";
import { asOperand, asTensor } from "../tensor/convert.ts";
import { ones } from "../tensor/create.ts";
import { checkDType, type DType } from "../tensor/dtype.ts";
import {
  broadcastShapes,
  checkShape,
  formatShape,
  normalizeAxis,
  sizeOf,
  type Shape,
} from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { moveAxis } from "./axis-order.ts";
import { cast } from "./cast.ts";
import { asIndices } from "./indices.ts";
import { apply } from "./op.ts";
import { broadcastTo } from "./shape.ts";
import { scatterOp, takeOp } from "./take.ts";

/** An axis of a tensor, with how many positions there are before and after it. */
interface Along {
  readonly axis: number;
  readonly extent: number;
  readonly outer: number;
  readonly inner: number;
}

function along({ shape }: Tensor, axis: number, operation: string): Along {
  const chosen = normalizeAxis(axis, shape.length, operation);
  const [before, after] = [shape.slice(0, chosen), shape.slice(chosen + 1)];
  return { axis: chosen, extent: shape[chosen] as number, outer: sizeOf(before), inner: sizeOf(after) };
}

/**
 * The parts of x at the given indices along an axis, the first by default: as NumPy's `take`, the shape of the indices
 * takes the axis's place. x of shape [a, n, b] and indices of shape [j, k] along axis 1 give [a, j, k, b]; a single
 * index drops the axis. Negative indices count from the end.
 *
 * Indices may be placeholders inside `compile` and `vmap`; they are checked when they have values.
 *
 * @example
 * ```ts
 * take([10, 20, 30], [2, 0, -1]); // → [30, 10, 30]
 * take([[1, 2], [3, 4]], 1, 1); // → [2, 4]
 * ```
 *
 * @throws {ShapeError} when an index is out of range, or there is no such axis.
 * @throws {DTypeError} when the indices are neither an `i32` tensor nor whole numbers.
 */
export function take(x: TensorLike, indices: TensorLike, axis = 0): Tensor {
  const input = asTensor(x);
  const chosen = asIndices(indices, "take");
  const place = along(input, axis, "take");
  const rows = input.reshape([1, place.outer, place.extent, place.inner]);
  const taken = apply(takeOp, [rows, chosen.reshape([1, chosen.size])], { operation: "take" });
  return taken.reshape(input.shape.toSpliced(place.axis, 1, ...chosen.shape));
}

/**
 * x with updates added at the given indices along an axis, the first by default; updates at one index add up. It is
 * the transpose of {@link take}: the updates have, or broadcast to, the shape of `take(x, indices, axis)`.
 *
 * @example
 * ```ts
 * scatterAdd([1, 2, 3], [0, 2, 0], [10, 20, 30]); // → [41, 2, 23]
 * ```
 *
 * @throws {ShapeError} when an index is out of range, there is no such axis, or the updates do not fit.
 * @throws {DTypeError} when the indices are neither an `i32` tensor nor whole numbers.
 */
export function scatterAdd(x: TensorLike, indices: TensorLike, updates: TensorLike, axis = 0): Tensor {
  const input = numeric(asTensor(x));
  const chosen = asIndices(indices, "scatterAdd");
  const place = along(input, axis, "scatterAdd");
  const shape = input.shape.toSpliced(place.axis, 1, ...chosen.shape);
  const added = fitted(numeric(asOperand(updates, input)), shape, "updates", "scatterAdd");
  const sums = apply(
    scatterOp,
    [added.reshape([1, place.outer, chosen.size, place.inner]), chosen.reshape([1, chosen.size])],
    { operation: "scatterAdd", extent: place.extent },
  );
  return input.add(sums.reshape(input.shape));
}

/**
 * For every position of the other axes its own choice along one axis, the last by default, as NumPy's
 * `take_along_axis`: element [i, k] of the result is x[i, indices[i, k]]. x and the indices have as many axes and
 * broadcast to each other on all but the chosen one. Negative indices count from the end.
 *
 * @example
 * ```ts
 * takeAlongAxis([[10, 20], [30, 40]], [[1], [0]]); // → [[20], [30]]
 * ```
 *
 * @throws {ShapeError} when an index is out of range, there is no such axis, or the shapes do not fit.
 * @throws {DTypeError} when the indices are neither an `i32` tensor nor whole numbers.
 */
export function takeAlongAxis(x: TensorLike, indices: TensorLike, axis = -1): Tensor {
  const operation = "takeAlongAxis";
  const [input, chosen] = [asTensor(x), asIndices(indices, operation)];
  const at = normalizeAxis(axis, input.shape.length, operation);
  requireSameRank(input, chosen, operation);
  const others = broadcastShapes(input.shape.with(at, 1), chosen.shape.with(at, 1), operation);
  const [places, choices] = [input.shape[at] as number, chosen.shape[at] as number];
  const lines = asLines(broadcastTo(input, others.with(at, places)), at);
  const taken = apply(
    takeOp,
    [
      lines.reshape([lines.shape[0] as number, 1, places, 1]),
      asLines(broadcastTo(chosen, others.with(at, choices)), at),
    ],
    { operation },
  );
  return fromLines(taken, others.with(at, choices), at);
}

/**
 * x with updates added, for every position of the other axes, at its own indices along one axis, the last by default:
 * the transpose of {@link takeAlongAxis}. Updates have, or broadcast to, the shape of the indices, and those to the
 * shape of x on all but the chosen axis.
 *
 * @example
 * ```ts
 * scatterAddAlongAxis([[0, 0], [0, 0]], [[1, 1], [0, 1]], 1); // → [[0, 2], [1, 1]]
 * ```
 *
 * @throws {ShapeError} when an index is out of range, there is no such axis, or the shapes do not fit.
 * @throws {DTypeError} when the indices are neither an `i32` tensor nor whole numbers.
 */
export function scatterAddAlongAxis(
  x: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  axis = -1,
): Tensor {
  const operation = "scatterAddAlongAxis";
  const [input, chosen] = [numeric(asTensor(x)), asIndices(indices, operation)];
  const at = normalizeAxis(axis, input.shape.length, operation);
  const extent = input.shape[at] as number;
  requireSameRank(input, chosen, operation);
  const shape = input.shape.with(at, chosen.shape[at] as number);
  const lines = asLines(fitted(chosen, shape, "indices", operation), at);
  const added = asLines(fitted(numeric(asOperand(updates, input)), shape, "updates", operation), at);
  const [count, choices] = lines.shape as [number, number];
  const sums = apply(scatterOp, [added.reshape([count, 1, choices, 1]), lines], { operation, extent });
  return input.add(fromLines(sums, input.shape, at));
}

/**
 * 1 at each index and 0 elsewhere, along a new last axis of extent `depth`. Negative indices count from the end.
 *
 * @example
 * ```ts
 * oneHot([2, 0], 3); // → [[0, 0, 1], [1, 0, 0]]
 * ```
 *
 * @throws {ShapeError} when an index is out of range.
 * @throws {DTypeError} when the indices are neither an `i32` tensor nor whole numbers.
 */
export function oneHot(indices: TensorLike, depth: number, dtype: DType = "f64"): Tensor {
  checkDType(dtype);
  checkShape([depth]);
  const chosen = asIndices(indices, "oneHot");
  const marks = apply(scatterOp, [ones([chosen.size, 1, 1, 1], dtype), chosen.reshape([chosen.size, 1])], {
    operation: "oneHot",
    extent: depth,
  });
  return marks.reshape([...chosen.shape, depth]);
}

function numeric(x: Tensor): Tensor {
  return x.dtype === "bool" ? cast(x, "i32") : x;
}

/** @throws {ShapeError} when x, the `what` of the operation, does not broadcast to the shape. */
function fitted(x: Tensor, shape: Shape, what: string, operation: string): Tensor {
  const missing = shape.length - x.shape.length;
  if (missing < 0 || x.shape.some((extent, axis) => extent !== 1 && extent !== shape[axis + missing]))
    throw new ShapeError(
      `${operation}: expected ${what} that broadcast to shape ${formatShape(shape)}: shape ${formatShape(x.shape)}`,
    );
  return broadcastTo(x, shape);
}

/** The chosen axis last, all others as one before it. */
function asLines(x: Tensor, axis: number): Tensor {
  const last = moveAxis(x, axis, -1);
  const extent = last.shape.at(-1) as number;
  return last.reshape([sizeOf(last.shape.slice(0, -1)), extent]);
}

function fromLines(lines: Tensor, shape: Shape, axis: number): Tensor {
  return moveAxis(lines.reshape([...shape.toSpliced(axis, 1), shape[axis] as number]), -1, axis);
}

function requireSameRank(x: Tensor, indices: Tensor, operation: string): void {
  if (x.shape.length !== indices.shape.length)
    throw new ShapeError(
      `${operation}: expected indices of ${x.shape.length} axes, as many as the tensor has: shape ${formatShape(indices.shape)}`,
    );
}
