import { stridedOffsets, stridesOf, type Shape } from "../tensor/shape.ts";

/** Distinct axes in ascending order. */
export type Axes = readonly number[];

/** The same axes of every member of a batch. */
export function behindBatch(axes: Axes): Axes {
  return axes.map((axis) => axis + 1);
}

/** The shape that is left when the axes are dropped. */
export function without(shape: Shape, axes: Axes): number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The shape that is left when the axes stay with extent 1. */
export function withOnes(shape: Shape, axes: Axes): number[] {
  return shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}

/** How many elements there are along the axes, taken together. */
export function countAlong(shape: Shape, axes: Axes): number {
  return axes.reduce((count, axis) => count * (shape[axis] as number), 1);
}

/**
 * Where elements lie in row-major data: `along` the axes, in order, counted from each of the `starts`, one for every
 * index of the other axes.
 */
export function offsetsAlong(shape: Shape, axes: Axes): { starts: Int32Array; along: Int32Array } {
  const strides = stridesOf(shape);
  const offsets = (chosen: Axes): Int32Array =>
    stridedOffsets(
      chosen.map((axis) => shape[axis] as number),
      chosen.map((axis) => strides[axis] as number),
    );
  const others = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return { starts: offsets(others), along: offsets(axes) };
}
