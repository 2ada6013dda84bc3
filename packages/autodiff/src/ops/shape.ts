import { ShapeError } from "../errors.ts";
import { allocate, promote, type DType, type TypedArray } from "../tensor/dtype.ts";
import { asTensor } from "../tensor/convert.ts";
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  formatShape,
  normalizeAxis,
  sameShape,
  sizeOf,
  stridedOffsets,
  stridesOf,
  type Shape,
} from "../tensor/shape.ts";
import type { Storage, Tensor, TensorLike } from "../tensor/tensor.ts";
import { allBatched, apply, storageOf, type Op } from "./op.ts";
import { sumTo } from "./sum-to.ts";

/** Copies elements at the given offsets into a tensor of the given shape. */
function gather(data: TypedArray, offsets: Int32Array, shape: Shape, dtype: DType): Storage {
  const result = allocate(dtype, offsets.length);
  for (let i = 0; i < offsets.length; i++) result[i] = data[offsets[i] as number] as number;
  return storageOf(shape, result);
}

const reshapeOp: Op<Shape> = {
  name: "reshape",
  infer: ([x], shape) => ({ shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x], shape) => storageOf(shape, (x as Tensor).data),
  forward: ([dx], _, output) => (dx as Tensor).reshape(output.shape),
  reverse: (adjoint, [x]) => [adjoint.reshape((x as Tensor).shape)],
  batch: ([x], _, shape) => reshape(x as Tensor, [(x as Tensor).shape[0] as number, ...shape]),
  linearity: "linear",
  text: "reshape(#1)",
  latex: "\\operatorname{reshape}\\left(#1\\right)",
};

/** The same elements in another shape; one extent may be −1 and is then worked out. */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const input = asTensor(x);
  const open = shape.indexOf(-1);
  let target = shape;
  if (open >= 0) {
    const rest = -sizeOf(shape);
    target = shape.with(open, rest === 0 ? 0 : input.size / rest);
    if (!Number.isInteger(target[open]))
      throw new ShapeError(`reshape: ${input.size} elements do not divide into shape ${formatShape(shape)}`);
  }
  checkShape(target);
  if (sizeOf(target) !== input.size)
    throw new ShapeError(
      `reshape: shape ${formatShape(input.shape)} does not hold as many elements as ${formatShape(target)}`,
    );
  return sameShape(input.shape, target) ? input : apply(reshapeOp, [input], target.slice());
}

const broadcastOp: Op<Shape> = {
  name: "broadcastTo",
  infer: ([x], shape) => ({ shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x], shape) => {
    const input = x as Tensor;
    return gather(
      input.data,
      stridedOffsets(shape, broadcastStrides(input.shape, shape)),
      shape,
      input.dtype,
    );
  },
  forward: ([dx], _, output) => broadcastTo(dx as Tensor, output.shape),
  reverse: (adjoint, [x]) => [sumTo(adjoint, (x as Tensor).shape)],
  batch: ([x], _, shape) => {
    const [extent, ...rest] = (x as Tensor).shape as [number, ...number[]];
    const missing = new Array<number>(shape.length - rest.length).fill(1);
    return broadcastTo(reshape(x as Tensor, [extent, ...missing, ...rest]), [extent, ...shape]);
  },
  linearity: "linear",
  text: "broadcast(#1)",
  latex: "#1",
};

/** The tensor repeated along missing axes and axes of extent 1 until it has the given shape. */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const input = asTensor(x);
  if (sameShape(input.shape, shape)) return input;
  checkShape(shape);
  if (!sameShape(broadcastShapes(input.shape, shape, "broadcastTo"), shape))
    throw new ShapeError(
      `broadcastTo: shape ${formatShape(input.shape)} does not broadcast to ${formatShape(shape)}`,
    );
  return apply(broadcastOp, [input], shape.slice());
}

const transposeOp: Op<readonly number[]> = {
  name: "transpose",
  infer: ([x], permutation) => ({
    shape: permutation.map((axis) => (x as Tensor).shape[axis] as number),
    dtype: (x as Tensor).dtype,
  }),
  evaluate: ([x], permutation, { shape, dtype }) => {
    const strides = stridesOf((x as Tensor).shape);
    const permuted = permutation.map((axis) => strides[axis] as number);
    return gather((x as Tensor).data, stridedOffsets(shape, permuted), shape, dtype);
  },
  forward: ([dx], _, __, permutation) => transpose(dx as Tensor, permutation),
  reverse: (adjoint, _, __, permutation) => [transpose(adjoint, inverse(permutation))],
  batch: ([x], _, permutation) => transpose(x as Tensor, [0, ...permutation.map((axis) => axis + 1)]),
  linearity: "linear",
  text: "transpose(#1)",
  latex: "{#1}^{\\mathsf T}",
};

/** The axes in another order, reversed by default: axis k of the result is axis `permutation[k]` of x. */
export function transpose(x: TensorLike, permutation?: readonly number[]): Tensor {
  const input = asTensor(x);
  const rank = input.shape.length;
  const order = permutation
    ? permutation.map((axis) => normalizeAxis(axis, rank, "transpose"))
    : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  if (order.length !== rank || new Set(order).size !== rank)
    throw new ShapeError(
      `transpose: expected each of the ${rank} axes once in the permutation: ${formatShape(permutation ?? [])}`,
    );
  return order.every((axis, position) => axis === position) ? input : apply(transposeOp, [input], order);
}

function inverse(permutation: readonly number[]): number[] {
  const result = new Array<number>(permutation.length);
  permutation.forEach((axis, position) => (result[axis] = position));
  return result;
}

/** Part of an axis: a single index (the axis is dropped) or `[start, end, step]` as in Python, any of them absent. */
export type Range = number | readonly [start?: number | undefined, end?: number | undefined, step?: number];

interface Window {
  readonly start: readonly number[];
  readonly step: readonly number[];
  readonly shape: Shape;
}

/** Offsets of a window's elements in row-major data of the whole shape. */
function windowOffsets(whole: Shape, { start, step, shape }: Window): Int32Array {
  const strides = stridesOf(whole);
  const origin = start.reduce((offset, index, axis) => offset + index * (strides[axis] as number), 0);
  return stridedOffsets(
    shape,
    strides.map((stride, axis) => stride * (step[axis] as number)),
    origin,
  );
}

/** The same window of every member of a batch. */
function behindBatch({ start, step, shape }: Window, extent: number): Window {
  return { start: [0, ...start], step: [1, ...step], shape: [extent, ...shape] };
}

const sliceOp: Op<Window> = {
  name: "slice",
  infer: ([x], window) => ({ shape: window.shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x], window, { shape, dtype }) =>
    gather((x as Tensor).data, windowOffsets((x as Tensor).shape, window), shape, dtype),
  forward: ([dx], _, __, window) => apply(sliceOp, [dx as Tensor], window),
  reverse: (adjoint, [x], __, window) => [apply(embedOp, [adjoint], { window, whole: (x as Tensor).shape })],
  batch: ([x], _, window) =>
    apply(sliceOp, [x as Tensor], behindBatch(window, (x as Tensor).shape[0] as number)),
  linearity: "linear",
  text: "slice(#1)",
  latex: "{#1}_{\\left[\\cdot\\right]}",
};

/** A window's elements put back in their places, with zeros everywhere else: the transpose of slice. */
const embedOp: Op<{ readonly window: Window; readonly whole: Shape }> = {
  name: "embed",
  infer: ([x], { whole }) => ({ shape: whole, dtype: (x as Tensor).dtype }),
  evaluate: ([x], { window, whole }, { dtype }) => {
    const result = allocate(dtype, sizeOf(whole));
    const data = (x as Tensor).data;
    windowOffsets(whole, window).forEach((offset, position) => (result[offset] = data[position] as number));
    return storageOf(whole, result);
  },
  forward: ([dx], _, __, attributes) => apply(embedOp, [dx as Tensor], attributes),
  reverse: (adjoint, _, __, { window }) => [apply(sliceOp, [adjoint], window)],
  batch: ([x], _, { window, whole }) => {
    const extent = (x as Tensor).shape[0] as number;
    return apply(embedOp, [x as Tensor], { window: behindBatch(window, extent), whole: [extent, ...whole] });
  },
  linearity: "linear",
  text: "embed(#1)",
  latex: "\\operatorname{embed}\\left(#1\\right)",
};

/**
 * Part of a tensor, one range per axis from the first on; axes without a range are kept whole. `slice(x, 0)` is
 * x[0], `slice(x, [1])` is x[1:], `slice(x, [], 2)` is x[:, 2] and `slice(x, [0, -1])` is x[:-1] in Python.
 *
 * @throws {ShapeError} when a single index is out of range, a step is not positive or there are too many ranges.
 */
export function slice(x: TensorLike, ...ranges: Range[]): Tensor {
  const input = asTensor(x);
  if (ranges.length > input.shape.length)
    throw new ShapeError(`slice: ${ranges.length} ranges for a tensor of shape ${formatShape(input.shape)}`);
  const windows = input.shape.map((extent, axis) => resolveRange(ranges[axis] ?? [], extent, axis));
  const kept = windows.filter((_, axis) => typeof ranges[axis] !== "number").map(({ extent }) => extent);
  const window = {
    start: windows.map(({ start }) => start),
    step: windows.map(({ step }) => step),
    shape: windows.map(({ extent }) => extent),
  };
  const whole =
    windows.every(({ start, step }) => start === 0 && step === 1) && sameShape(window.shape, input.shape);
  return reshape(whole ? input : apply(sliceOp, [input], window), kept);
}

function resolveRange(
  range: Range,
  extent: number,
  axis: number,
): { start: number; step: number; extent: number } {
  if (typeof range === "number") {
    const index = range < 0 ? range + extent : range;
    if (!Number.isInteger(range) || index < 0 || index >= extent)
      throw new ShapeError(`slice: no such index on axis ${axis} of extent ${extent}: ${range}`);
    return { start: index, step: 1, extent: 1 };
  }
  const [from = 0, to = extent, step = 1] = range;
  if (!Number.isInteger(step) || step < 1)
    throw new ShapeError(`slice: a step must be a positive integer: ${step}`);
  for (const bound of [from, to])
    if (!Number.isInteger(bound) && Math.abs(bound) !== Infinity)
      throw new ShapeError(`slice: the bounds on axis ${axis} must be integers: ${bound}`);
  const clamp = (index: number): number => Math.min(Math.max(index < 0 ? index + extent : index, 0), extent);
  const start = clamp(from);
  return { start, step, extent: Math.max(0, Math.ceil((clamp(to) - start) / step)) };
}

const concatenateOp: Op<number> = {
  name: "concatenate",
  infer: (inputs, axis) => {
    const first = inputs[0] as Tensor;
    for (const { shape } of inputs)
      if (
        shape.length !== first.shape.length ||
        shape.some((extent, k) => k !== axis && extent !== first.shape[k])
      )
        throw new ShapeError(
          `concatenate: shapes must agree except on axis ${axis}: ${formatShape(first.shape)} and ${formatShape(shape)}`,
        );
    const extent = inputs.reduce((total, { shape }) => total + (shape[axis] as number), 0);
    return {
      shape: first.shape.with(axis, extent),
      dtype: inputs.reduce((dtype, input) => promote(dtype, input.dtype), first.dtype),
    };
  },
  evaluate: (inputs, axis, { shape, dtype }) => {
    const result = allocate(dtype, sizeOf(shape));
    const inner = sizeOf(shape.slice(axis + 1));
    const row = (shape[axis] as number) * inner;
    let at = 0;
    for (const input of inputs) {
      const width = (input.shape[axis] as number) * inner;
      const data = input.data;
      for (let from = 0, to = at; from < data.length; from += width, to += row)
        result.set(data.subarray(from, from + width), to);
      at += width;
    }
    return result;
  },
  forward: (tangents, inputs, _, axis) =>
    concatenate(
      inputs.map((input, index) => tangents[index] ?? broadcastTo(asTensor(0), input.shape)),
      axis,
    ),
  reverse: (adjoint, inputs, _, axis) => {
    let at = 0;
    return inputs.map((input) => {
      const start = at;
      at += input.shape[axis] as number;
      return adjoint.slice(...new Array<Range>(axis).fill([]), [start, at]);
    });
  },
  batch: (inputs, batched, axis) => concatenate(allBatched(inputs, batched), axis + 1),
  linearity: "linear",
  text: "concatenate(#*)",
  latex: "\\operatorname{concatenate}\\left(#*\\right)",
};

/** Tensors joined along an existing axis; all other axes must agree. */
export function concatenate(tensors: readonly TensorLike[], axis = 0): Tensor {
  const inputs = tensors.map(asTensor);
  const [first] = inputs;
  if (first === undefined)
    throw new ShapeError("concatenate: expected at least one tensor, found an empty list");
  if (first.shape.length === 0)
    throw new ShapeError(
      "concatenate: scalars have no axis to join along; use stack to make a vector of them",
    );
  const along = normalizeAxis(axis, first.shape.length, "concatenate");
  return inputs.length === 1 ? first : apply(concatenateOp, inputs, along);
}

const stackOp: Op<number> = {
  name: "stack",
  infer: (inputs, axis) => {
    const first = inputs[0] as Tensor;
    for (const { shape } of inputs)
      if (!sameShape(shape, first.shape))
        throw new ShapeError(
          `stack: shapes must be equal: ${formatShape(first.shape)} and ${formatShape(shape)}`,
        );
    return {
      shape: first.shape.toSpliced(axis, 0, inputs.length),
      dtype: inputs.reduce((dtype, input) => promote(dtype, input.dtype), first.dtype),
    };
  },
  evaluate: (inputs, axis, { shape, dtype }) => {
    const result = allocate(dtype, sizeOf(shape));
    const inner = sizeOf(shape.slice(axis + 1));
    const row = inner * inputs.length;
    inputs.forEach((input, index) => {
      const data = input.data;
      for (let from = 0, to = index * inner; from < data.length; from += inner, to += row)
        if (inner === 1) result[to] = data[from] as number;
        else result.set(data.subarray(from, from + inner), to);
    });
    return result;
  },
  forward: (tangents, inputs, _, axis) =>
    stack(
      inputs.map((input, index) => tangents[index] ?? broadcastTo(asTensor(0), input.shape)),
      axis,
    ),
  reverse: (adjoint, inputs, _, axis) =>
    inputs.map((__, index) => adjoint.slice(...new Array<Range>(axis).fill([]), index)),
  batch: (inputs, batched, axis) => stack(allBatched(inputs, batched), axis + 1),
  linearity: "linear",
  text: "[#*]",
  latex: "\\left[#*\\right]",
};

/** Tensors of one shape side by side along a new axis. */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  const inputs = tensors.map(asTensor);
  const [first] = inputs;
  if (first === undefined) throw new ShapeError("stack: expected at least one tensor, found an empty list");
  return apply(stackOp, inputs, normalizeAxis(axis, first.shape.length + 1, "stack"));
}

/** The primitive operations of this file. */
export const shapeOps: readonly Op<never>[] = [
  reshapeOp,
  broadcastOp,
  transposeOp,
  sliceOp,
  embedOp,
  concatenateOp,
  stackOp,
];
