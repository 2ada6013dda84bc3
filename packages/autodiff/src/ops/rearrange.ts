import { DTypeError, ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { full } from "../tensor/create.ts";
import { allocate, isFloat } from "../tensor/dtype.ts";
import { formatShape, normalizeAxes, normalizeAxis, stridedOffsets, stridesOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { behindBatch, type Axes } from "./axes.ts";
import { apply, type Op } from "./op.ts";
import { broadcastTo, concatenate, type Range } from "./shape.ts";

const flipOp: Op<Axes> = {
  name: "flip",
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x], axes, { shape, dtype }) => {
    const strides = stridesOf(shape);
    let start = 0;
    for (const axis of axes) {
      start += ((shape[axis] as number) - 1) * (strides[axis] as number);
      strides[axis] = -(strides[axis] as number);
    }
    const data = (x as Tensor).data;
    const result = allocate(dtype, data.length);
    stridedOffsets(shape, strides, start).forEach((from, to) => (result[to] = data[from] as number));
    return result;
  },
  forward: ([dx], _, __, axes) => apply(flipOp, [dx as Tensor], axes),
  // It is its own inverse, and a permutation's transpose is its inverse.
  reverse: (adjoint, _, __, axes) => [apply(flipOp, [adjoint], axes)],
  batch: ([x], _, axes) => apply(flipOp, [x as Tensor], behindBatch(axes)),
  linearity: "linear",
  text: "flip(#1)",
  latex: "\\operatorname{flip}\\left(#1\\right)",
};

/**
 * The elements in reverse order along the given axes, along all of them by default.
 *
 * @example
 * ```ts
 * flip([[1, 2], [3, 4]], 1); // → [[2, 1], [4, 3]]
 * ```
 *
 * @throws {ShapeError} when there is no such axis, or one is named twice.
 */
export function flip(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const input = asTensor(x);
  const axes = normalizeAxes(axis, input.shape.length, "flip");
  return axes.length === 0 ? input : apply(flipOp, [input], axes);
}

/**
 * The whole tensor repeated, `repetitions` times along each axis. Where there are fewer axes than repetitions, or fewer
 * repetitions than axes, the list that is shorter has ones in front.
 *
 * @example
 * ```ts
 * tile([1, 2], [2, 2]); // → [[1, 2, 1, 2], [1, 2, 1, 2]]
 * ```
 *
 * @throws {ShapeError} when a number of repetitions is not a whole number ≥ 0.
 */
export function tile(x: TensorLike, repetitions: number | readonly number[]): Tensor {
  const input = asTensor(x);
  const given = typeof repetitions === "number" ? [repetitions] : repetitions;
  for (const count of given) requireCount("tile", count);
  const rank = Math.max(given.length, input.shape.length);
  const aligned = (list: readonly number[]): number[] => [
    ...new Array<number>(rank - list.length).fill(1),
    ...list,
  ];
  const [extents, counts] = [aligned(input.shape), aligned(given)];
  const pairs = extents.map((extent, axis) => [counts[axis] as number, extent] as const);
  return broadcastTo(input.reshape(extents.flatMap((extent) => [1, extent])), pairs.flat()).reshape(
    pairs.map(([count, extent]) => count * extent),
  );
}

/**
 * Every element repeated `count` times in a row along an axis, the first by default.
 *
 * @example
 * ```ts
 * repeat([1, 2], 3); // → [1, 1, 1, 2, 2, 2]
 * ```
 *
 * @throws {ShapeError} when the count is not a whole number ≥ 0, or there is no such axis.
 */
export function repeat(x: TensorLike, count: number, axis = 0): Tensor {
  const input = asTensor(x);
  const { shape } = input;
  requireCount("repeat", count);
  const along = normalizeAxis(axis, shape.length, "repeat");
  const apart = input.reshape(shape.toSpliced(along + 1, 0, 1));
  return broadcastTo(apart, shape.toSpliced(along + 1, 0, count)).reshape(
    shape.with(along, (shape[along] as number) * count),
  );
}

function requireCount(operation: string, count: number): void {
  if (!Number.isInteger(count) || count < 0)
    throw new ShapeError(`${operation}: a number of repetitions must be a whole number ≥ 0: ${count}`);
}

/**
 * The tensor cut into parts along an axis, the first by default: into that many equal ones, or before each of the given
 * ascending indices, as NumPy's `split`. Negative indices count from the end.
 *
 * @example
 * ```ts
 * split([1, 2, 3, 4], 2); // → [[1, 2], [3, 4]]
 * split([1, 2, 3, 4], [1, 3]); // → [[1], [2, 3], [4]]
 * ```
 *
 * @throws {ShapeError} when the extent does not divide into equal parts, or there is no such axis.
 */
export function split(x: TensorLike, sections: number | readonly number[], axis = 0): Tensor[] {
  const input = asTensor(x);
  const along = normalizeAxis(axis, input.shape.length, "split");
  const extent = input.shape[along] as number;
  if (
    typeof sections === "number" &&
    (!Number.isInteger(sections) || sections < 1 || extent % sections !== 0)
  )
    throw new ShapeError(
      `split: axis ${along} of extent ${extent} does not divide into this many equal parts: ${sections}`,
    );
  const cuts =
    typeof sections === "number"
      ? Array.from({ length: sections - 1 }, (_, index) => ((index + 1) * extent) / sections)
      : sections;
  const before = new Array<Range>(along).fill([]);
  return [...cuts, extent].map((end, index) =>
    input.slice(...before, [index === 0 ? 0 : cuts[index - 1], end]),
  );
}

/** How much wider a tensor gets: on all sides alike, or for each axis [before, after] (one number for both). */
export type PadWidths = number | readonly (number | readonly [before: number, after: number])[];

/**
 * The tensor with margins in which every element is `value`, 0 by default.
 *
 * @example
 * ```ts
 * pad([1, 2], 1); // → [0, 1, 2, 0]
 * pad([[1, 2]], [[0, 1], 0], { value: 9 }); // → [[1, 2], [9, 9]]
 * ```
 *
 * @throws {ShapeError} when there is not one width per axis, or one is not a whole number ≥ 0.
 * @throws {DTypeError} when the dtype cannot hold the value.
 */
export function pad(x: TensorLike, widths: PadWidths, { value = 0 }: { value?: number } = {}): Tensor {
  const input = asTensor(x);
  const { shape, dtype } = input;
  const list = typeof widths === "number" ? shape.map(() => widths) : widths;
  if (list.length !== shape.length)
    throw new ShapeError(
      `pad: expected a width for each axis of a tensor of shape ${formatShape(shape)}: ${list.length} widths`,
    );
  if (!isFloat(dtype) && value !== (dtype === "bool" ? Number(value !== 0) : value | 0))
    throw new DTypeError(`pad: a tensor of dtype ${dtype} cannot hold this value: ${value}`);
  return list.reduce<Tensor>((padded, width, axis) => {
    const margins = (typeof width === "number" ? [width, width] : width).map((extent) => {
      if (!Number.isInteger(extent) || extent < 0)
        throw new ShapeError(`pad: a width must be a whole number ≥ 0: ${extent}`);
      return extent === 0 ? [] : [full(padded.shape.with(axis, extent), value, dtype)];
    });
    return concatenate([...(margins[0] ?? []), padded, ...(margins[1] ?? [])], axis);
  }, input);
}

/**
 * Coordinates of a grid: for every vector a tensor of its values over all combinations. As in NumPy the first two axes
 * are exchanged, which suits x and y of a plot, [y.size, x.size]; `indexing: "ij"` keeps the axes in order.
 *
 * @example
 * ```ts
 * meshgrid([[1, 2, 3], [10, 20]]); // → [[[1, 2, 3], [1, 2, 3]], [[10, 10, 10], [20, 20, 20]]]
 * ```
 *
 * @throws {ShapeError} when one of the tensors is not a vector.
 */
export function meshgrid(
  vectors: readonly TensorLike[],
  { indexing = "xy" }: { indexing?: "xy" | "ij" } = {},
): Tensor[] {
  const inputs = vectors.map(asTensor);
  for (const { shape } of inputs)
    if (shape.length !== 1) throw new ShapeError(`meshgrid: expected vectors: shape ${formatShape(shape)}`);
  const order = inputs.map((_, axis) => axis);
  if (indexing === "xy" && order.length > 1) order.splice(0, 2, 1, 0);
  const shape = order.map((source) => (inputs[source] as Tensor).size);
  return inputs.map((input, source) =>
    broadcastTo(input.reshape(order.map((each) => (each === source ? input.size : 1))), shape),
  );
}

/** The primitive operations of this file. */
export const rearrangeOps: readonly Op<never>[] = [flipOp];
