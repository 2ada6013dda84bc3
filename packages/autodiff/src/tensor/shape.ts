import { ShapeError } from "../errors.ts";

/** Extent along each axis, outermost first; `[]` is a scalar. Data is row-major. */
export type Shape = readonly number[];

export const scalarShape: Shape = Object.freeze([]);

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

export function checkShape(shape: Shape): void {
  for (const extent of shape)
    if (!Number.isInteger(extent) || extent < 0)
      throw new ShapeError(`a shape holds non-negative integers only: ${formatShape(shape)}`);
}

/** Elements to skip for one step along each axis of row-major data. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/**
 * The common shape of operands under NumPy's broadcasting rule: shapes are aligned at their last axis, and an
 * axis that is missing or of extent 1 is repeated.
 *
 * @throws {ShapeError} naming the operation and both shapes when an axis fits neither way.
 */
export function broadcastShapes(a: Shape, b: Shape, operation: string): Shape {
  if (a.length === 0 || sameShape(a, b)) return b;
  if (b.length === 0) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new ShapeError(
        `${operation}: shapes do not broadcast (an axis must be equal, 1 or missing): ${formatShape(a)} and ${formatShape(b)}`,
      );
    shape[axis] = x === 1 ? y : x;
  }
  return shape;
}

/** Strides that walk data of shape `from` as if it had shape `to`: 0 along every repeated axis. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = stridesOf(from);
  const offset = to.length - from.length;
  return to.map((_, axis) =>
    axis < offset || from[axis - offset] === 1 ? 0 : (own[axis - offset] as number),
  );
}

/** A non-negative axis from one that may count from the end. */
export function normalizeAxis(axis: number, rank: number, operation: string): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank)
    throw new ShapeError(`${operation}: no such axis in a tensor of ${rank} axes: ${axis}`);
  return normalized;
}

/** Sorted distinct non-negative axes; all of them when none is given. */
export function normalizeAxes(
  axis: number | readonly number[] | undefined,
  rank: number,
  operation: string,
): readonly number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, index) => index);
  const axes = (typeof axis === "number" ? [axis] : axis).map((one) => normalizeAxis(one, rank, operation));
  const distinct = [...new Set(axes)].sort((a, b) => a - b);
  if (distinct.length !== axes.length)
    throw new ShapeError(`${operation}: an axis is named twice: ${axes.join(", ")}`);
  return distinct;
}

/** Offsets into strided data for every index of `shape`, in row-major order of the indices. */
export function stridedOffsets(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  const offsets = new Int32Array(sizeOf(shape));
  if (offsets.length === 0) return offsets;
  const index = new Array<number>(shape.length).fill(0);
  let offset = start;
  for (let position = 0; ; position++) {
    offsets[position] = offset;
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1;
      const stride = strides[axis] as number;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        offset += stride;
        break;
      }
      offset -= stride * (next - 1);
      index[axis] = 0;
    }
    if (axis < 0) return offsets;
  }
}
