import { poolKernel } from "../compile/wasm/pooling.ts";
import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { ones } from "../tensor/create.ts";
import { allocate, toFloat, type DType, type TypedArray } from "../tensor/dtype.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { conv2d } from "./conv.ts";
import { allBatched, apply, type Op, type Signature } from "./op.ts";
import {
  layWindows,
  perAxis,
  windowsReaching,
  type AxisWindows,
  type Padding,
  type PerAxis,
} from "./window.ts";

type Windows = readonly [rows: AxisWindows, columns: AxisWindows];

/** Visits every element of every window that is not padding: its place in the images, and that of the window. */
function eachElement(
  [rows, columns]: Windows,
  images: number,
  visit: (inImage: number, window: number) => void,
): void {
  for (let u = 0; u < rows.size; u++)
    for (let v = 0; v < columns.size; v++) {
      const [firstRow, endRow] = windowsReaching(rows, u);
      const [from, to] = windowsReaching(columns, v);
      for (let image = 0; image < images; image++)
        for (let i = firstRow; i < endRow; i++) {
          const row = image * rows.extent + i * rows.stride + u - rows.before;
          const window = (image * rows.count + i) * columns.count;
          for (let j = from; j < to; j++)
            visit(row * columns.extent + j * columns.stride + v - columns.before, window + j);
        }
    }
}

/**
 * Largest element of every window of [..., h, w]. Its derivatives go to the elements that reach it, in equal shares; they
 * are linear in what they are given beside image and maxima, each the transpose of the other.
 */
const maxPoolOp: Op<Windows> = {
  name: "maxPool",
  infer: ([x], windows) => perWindow(x as Tensor, windows),
  evaluate: ([x], windows, { shape, dtype }) => {
    const data = (x as Tensor).data;
    const result = allocate(dtype, sizeOf(shape)).fill(-Infinity);
    eachElement(windows, sizeOf(shape.slice(0, -2)), (inImage, window) => {
      result[window] = Math.max(result[window] as number, data[inImage] as number);
    });
    return result;
  },
  forward: ([dx], [x], y, windows) => apply(meanAtMaximumOp, [dx as Tensor, x as Tensor, y], windows),
  reverse: (adjoint, [x], y, windows) => [apply(shareAtMaximumOp, [adjoint, x as Tensor, y], windows)],
  batch: ([x], _, windows) => apply(maxPoolOp, [x as Tensor], windows),
  kernel: (context, inputs, output, windows) => poolKernel(context, "maximum", inputs, output, windows),
  memberAxes: 2,
  text: "maxPool(#1)",
  latex: "\\operatorname{maxPool}\\left(#1\\right)",
};

/** The mean of dx over the elements of every window where x is the maximum y. */
const meanAtMaximumOp: Op<Windows> = {
  name: "meanAtMaximum",
  infer: ([dx], windows) => perWindow(dx as Tensor, windows),
  evaluate: (inputs, windows, { shape, dtype }) => {
    const [dx, x, y] = inputs.map(({ data }) => data) as [TypedArray, TypedArray, TypedArray];
    const sums = new Float64Array(sizeOf(shape));
    eachElement(windows, sizeOf(shape.slice(0, -2)), (inImage, window) => {
      if (x[inImage] === y[window]) sums[window] = (sums[window] as number) + (dx[inImage] as number);
    });
    const counts = reaching(x, y, windows);
    // In a window with NaN nothing reaches the maximum: 0 / 0.
    return rounded(
      sums.map((sum, window) => sum / (counts[window] as number)),
      dtype,
    );
  },
  forward: ([ddx], [, x, y], _, windows) =>
    ddx && apply(meanAtMaximumOp, [ddx, x as Tensor, y as Tensor], windows),
  reverse: (adjoint, [, x, y], _, windows) => [
    apply(shareAtMaximumOp, [adjoint, x as Tensor, y as Tensor], windows),
  ],
  batch: (inputs, batched, windows) => apply(meanAtMaximumOp, allBatched(inputs, batched), windows),
  kernel: (context, inputs, output, windows) => poolKernel(context, "mean", inputs, output, windows),
  memberAxes: 2,
  text: "meanAtMaximum(#*)",
  latex: "\\operatorname{meanAtMaximum}\\left(#*\\right)",
};

/** Each window's ȳ in equal shares to the elements where x is the maximum y, added up where windows overlap. */
const shareAtMaximumOp: Op<Windows> = {
  name: "shareAtMaximum",
  infer: ([adjoint, x]) => ({ shape: (x as Tensor).shape, dtype: (adjoint as Tensor).dtype }),
  evaluate: (inputs, windows, { shape, dtype }) => {
    const [adjoint, x, y] = inputs.map(({ data }) => data) as [TypedArray, TypedArray, TypedArray];
    const counts = reaching(x, y, windows);
    const sums = new Float64Array(sizeOf(shape));
    eachElement(windows, sizeOf(shape.slice(0, -2)), (inImage, window) => {
      const largest = y[window] as number;
      if (x[inImage] === largest)
        sums[inImage] = (sums[inImage] as number) + (adjoint[window] as number) / (counts[window] as number);
      else if (Number.isNaN(largest)) sums[inImage] = NaN;
    });
    return rounded(sums, dtype);
  },
  forward: ([tangent], [, x, y], _, windows) =>
    tangent && apply(shareAtMaximumOp, [tangent, x as Tensor, y as Tensor], windows),
  reverse: (adjoint, [, x, y], _, windows) => [
    apply(meanAtMaximumOp, [adjoint, x as Tensor, y as Tensor], windows),
  ],
  batch: (inputs, batched, windows) => apply(shareAtMaximumOp, allBatched(inputs, batched), windows),
  kernel: (context, inputs, output, windows) => poolKernel(context, "share", inputs, output, windows),
  memberAxes: 2,
  text: "shareAtMaximum(#*)",
  latex: "\\operatorname{shareAtMaximum}\\left(#*\\right)",
};

function perWindow({ shape, dtype }: Tensor, [rows, columns]: Windows): Signature {
  return { shape: [...shape.slice(0, -2), rows.count, columns.count], dtype };
}

/** How many elements of every window are its maximum. */
function reaching(x: TypedArray, y: TypedArray, windows: Windows): Float64Array {
  const counts = new Float64Array(y.length);
  const [rows, columns] = windows;
  eachElement(windows, y.length / (rows.count * columns.count), (inImage, window) => {
    if (x[inImage] === y[window]) counts[window] = (counts[window] as number) + 1;
  });
  return counts;
}

function rounded(sums: Float64Array, dtype: DType): TypedArray {
  if (dtype === "f64") return sums;
  const result = allocate(dtype, sums.length);
  result.set(sums);
  return result;
}

export interface PoolOptions {
  /** How far neighbouring windows lie apart; the size of a window by default. */
  readonly stride?: PerAxis;
  /** What surrounds the image; `"valid"`, nothing, by default. Less than the size of a window. */
  readonly padding?: Padding;
}

/**
 * The largest element of every window of the last two axes, whatever leads them: [..., height, width] to [..., rows,
 * columns]. Padding counts as −∞, so it is never chosen. A window's derivative goes to the elements that reach the
 * maximum, in equal shares, as that of `max` does; a NaN makes its windows NaN.
 *
 * @example
 * ```ts
 * maxPool([[1, 2, 5, 6], [3, 4, 8, 7]], 2); // → [[4, 8]]
 * ```
 *
 * @throws {ShapeError} when there are fewer than two axes, no window fits, or padding could fill a window.
 */
export function maxPool(x: TensorLike, size: PerAxis, options: PoolOptions = {}): Tensor {
  const [image, windows] = prepare("maxPool", x, size, options);
  return apply(maxPoolOp, [image], windows);
}

/**
 * The mean of every window of the last two axes, whatever leads them: [..., height, width] to [..., rows, columns].
 * Padding does not count: at the edges it is the mean of the elements that are there (ONNX's `count_include_pad = 0`).
 *
 * @example
 * ```ts
 * avgPool([[1, 2, 5, 6], [3, 4, 8, 7]], 2); // → [[2.5, 6.5]]
 * ```
 *
 * @throws {ShapeError} when there are fewer than two axes, no window fits, or padding could fill a window.
 */
export function avgPool(x: TensorLike, size: PerAxis, options: PoolOptions = {}): Tensor {
  const [image, [rows, columns]] = prepare("avgPool", x, size, options);
  const leading = image.shape.slice(0, -2);
  const kernel = ones([1, 1, rows.size, columns.size], image.dtype);
  const padding = [
    [rows.before, behind(rows)],
    [columns.before, behind(columns)],
  ] as const;
  // A convolution with ones adds up every window; over an image of ones it counts what is there.
  const add = (images: Tensor): Tensor =>
    conv2d(images, kernel, { stride: [rows.stride, columns.stride], padding });
  const total = add(image.reshape([sizeOf(leading), 1, rows.extent, columns.extent]));
  const count = add(ones([1, rows.extent, columns.extent], image.dtype));
  return total.div(count).reshape([...leading, rows.count, columns.count]);
}

/** The padding behind an axis that just lets the last window fit. */
function behind({ extent, size, stride, before, count }: AxisWindows): number {
  return Math.max(0, (count - 1) * stride + size - before - extent);
}

function prepare(
  operation: string,
  x: TensorLike,
  size: PerAxis,
  { stride = size, padding = "valid" }: PoolOptions,
): [Tensor, Windows] {
  const image = asTensor(x);
  if (image.shape.length < 2)
    throw new ShapeError(
      `${operation}: expected images with axes for height and width: shape ${formatShape(image.shape)}`,
    );
  const sizes = perAxis(operation, "size", size);
  const extents = image.shape.slice(-2) as [number, number];
  if (extents.includes(0))
    throw new ShapeError(`${operation}: an image without elements: shape ${formatShape(image.shape)}`);
  const windows = layWindows(operation, extents, sizes, { stride, padding, dilation: 1 });
  for (const axis of windows)
    if (axis.before >= axis.size || behind(axis) >= axis.size)
      throw new ShapeError(
        `${operation}: a window must reach the image, so the padding must be less than its size of ${axis.size}: ${Math.max(axis.before, behind(axis))}`,
      );
  return [cast(image, toFloat(image.dtype)), windows];
}

/** The primitive operations of this file. */
export const poolOps: readonly Op<never>[] = [maxPoolOp, meanAtMaximumOp, shareAtMaximumOp];
