import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { formatShape, normalizeAxes, normalizeAxis } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { without } from "./axes.ts";

/**
 * The axis `from` moved to position `to`, all others in their order.
 *
 * @example
 * ```ts
 * moveAxis(zeros([2, 3, 4]), 0, -1).shape; // → [3, 4, 2]
 * ```
 *
 * @throws {ShapeError} when there is no such axis.
 */
export function moveAxis(x: TensorLike, from: number, to: number): Tensor {
  const input = asTensor(x);
  const rank = input.shape.length;
  const [source, target] = [normalizeAxis(from, rank, "moveAxis"), normalizeAxis(to, rank, "moveAxis")];
  const others = input.shape.map((_, axis) => axis).toSpliced(source, 1);
  return input.transpose(others.toSpliced(target, 0, source));
}

/**
 * New axes of extent 1 at the given positions of the result.
 *
 * @example
 * ```ts
 * expandDims([1, 2, 3], 0).shape; // → [1, 3]
 * ```
 *
 * @throws {ShapeError} when there is no such position, or one is named twice.
 */
export function expandDims(x: TensorLike, axis: number | readonly number[]): Tensor {
  const input = asTensor(x);
  const rank = input.shape.length + (typeof axis === "number" ? 1 : axis.length);
  const added = new Set(normalizeAxes(axis, rank, "expandDims"));
  const extents = input.shape.values();
  return input.reshape(
    Array.from({ length: rank }, (_, position) =>
      added.has(position) ? 1 : (extents.next().value as number),
    ),
  );
}

/**
 * The tensor without the given axes, which must have extent 1; without all axes of extent 1 by default.
 *
 * @example
 * ```ts
 * squeeze(zeros([1, 3, 1])).shape; // → [3]
 * ```
 *
 * @throws {ShapeError} when there is no such axis, or its extent is not 1.
 */
export function squeeze(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const input = asTensor(x);
  const { shape } = input;
  if (axis === undefined) return input.reshape(shape.filter((extent) => extent !== 1));
  const axes = normalizeAxes(axis, shape.length, "squeeze");
  const wide = axes.find((each) => shape[each] !== 1);
  if (wide !== undefined)
    throw new ShapeError(`squeeze: axis ${wide} does not have extent 1: shape ${formatShape(shape)}`);
  return input.reshape(without(shape, axes));
}
