import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { ones } from "../tensor/create.ts";
import { allocate, toFloat, type TypedArray } from "../tensor/dtype.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { equal } from "./compare.ts";
import { conv2d } from "./conv.ts";
import { apply, type Op } from "./op.ts";
import { sum } from "./reduce.ts";
import { broadcastTo } from "./shape.ts";
import {
  layWindows,
  perAxis,
  windowsReaching,
  type AxisWindows,
  type Padding,
  type PerAxis,
} from "./window.ts";

type Windows = readonly [rows: AxisWindows, columns: AxisWindows];

/** Visits every element of every window that is not padding: its place in the image, and in the list of windows. */
function eachElement(
  [rows, columns]: Windows,
  images: number,
  visit: (inImage: number, inWindows: number) => void,
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
            visit(
              row * columns.extent + j * columns.stride + v - columns.before,
              ((window + j) * rows.size + u) * columns.size + v,
            );
        }
    }
}

/** [..., h, w] as its windows [..., rows, columns, size, size], zero in the padding. */
const windowsOp: Op<Windows> = {
  name: "windows",
  infer: ([x], [rows, columns]) => ({
    shape: [...(x as Tensor).shape.slice(0, -2), rows.count, columns.count, rows.size, columns.size],
    dtype: (x as Tensor).dtype,
  }),
  evaluate: ([x], windows, { shape, dtype }) => {
    const data = (x as Tensor).data;
    const result = allocate(dtype, sizeOf(shape));
    eachElement(windows, sizeOf(shape.slice(0, -4)), (inImage, inWindows) => {
      result[inWindows] = data[inImage] as number;
    });
    return result;
  },
  forward: ([dx], _, __, windows) => apply(windowsOp, [dx as Tensor], windows),
  reverse: (adjoint, _, __, windows) => [apply(overlapAddOp, [adjoint], windows)],
  batch: ([x], _, windows) => apply(windowsOp, [x as Tensor], windows),
  linearity: "linear",
  text: "windows(#1)",
  latex: "\\operatorname{windows}\\left(#1\\right)",
};

/** Windows put back in their places, added up where they overlap: the transpose of windows. */
const overlapAddOp: Op<Windows> = {
  name: "overlapAdd",
  infer: ([x], [rows, columns]) => ({
    shape: [...(x as Tensor).shape.slice(0, -4), rows.extent, columns.extent],
    dtype: (x as Tensor).dtype,
  }),
  evaluate: ([x], windows, { shape, dtype }) => {
    const data = (x as Tensor).data;
    const sums = new Float64Array(sizeOf(shape));
    eachElement(windows, sizeOf(shape.slice(0, -2)), (inImage, inWindows) => {
      sums[inImage] = (sums[inImage] as number) + (data[inWindows] as number);
    });
    return rounded(sums, dtype);
  },
  forward: ([dx], _, __, windows) => apply(overlapAddOp, [dx as Tensor], windows),
  reverse: (adjoint, _, __, windows) => [apply(windowsOp, [adjoint], windows)],
  batch: ([x], _, windows) => apply(overlapAddOp, [x as Tensor], windows),
  linearity: "linear",
  text: "overlapAdd(#1)",
  latex: "\\operatorname{overlapAdd}\\left(#1\\right)",
};

function rounded(sums: Float64Array, dtype: Tensor["dtype"]): TypedArray {
  if (dtype === "f64") return sums;
  const result = allocate(dtype, sums.length);
  result.set(sums);
  return result;
}

/** The axes of a window's elements. */
const elements = [-2, -1] as const;

/** One number per window, repeated for all its elements. */
function spread(perWindow: Tensor, [rows, columns]: Windows): Tensor {
  const { shape } = perWindow;
  return broadcastTo(perWindow.reshape([...shape, 1, 1]), [...shape, rows.size, columns.size]);
}

/** Which part of its window's derivative each element gets: those that reach the maximum, in equal shares. */
function shares(x: Tensor, output: Tensor, windows: Windows): Tensor {
  const reached = cast(equal(apply(windowsOp, [x], windows), spread(output, windows)), x.dtype);
  // A zero of the padding is no element, not even where the maximum is zero.
  const inside = apply(windowsOp, [ones(x.shape.slice(-2), x.dtype)], windows);
  const chosen = reached.mul(inside);
  return chosen.div(spread(sum(chosen, { axis: elements }), windows));
}

/** Largest element of every window of [..., h, w]. */
const maxPoolOp: Op<Windows> = {
  name: "maxPool",
  infer: ([x], [rows, columns]) => ({
    shape: [...(x as Tensor).shape.slice(0, -2), rows.count, columns.count],
    dtype: (x as Tensor).dtype,
  }),
  evaluate: ([x], windows, { shape, dtype }) => {
    const data = (x as Tensor).data;
    const result = allocate(dtype, sizeOf(shape)).fill(-Infinity);
    const perWindow = windows[0].size * windows[1].size;
    eachElement(windows, sizeOf(shape.slice(0, -2)), (inImage, inWindows) => {
      const window = Math.floor(inWindows / perWindow);
      result[window] = Math.max(result[window] as number, data[inImage] as number);
    });
    return result;
  },
  // dy = Σ shares · dx over each window
  forward: ([dx], [x], output, windows) =>
    sum(apply(windowsOp, [dx as Tensor], windows).mul(shares(x as Tensor, output, windows)), {
      axis: elements,
    }),
  // x̄ = the windows' ȳ · shares, added up where they overlap
  reverse: (adjoint, [x], output, windows) => [
    apply(overlapAddOp, [spread(adjoint, windows).mul(shares(x as Tensor, output, windows))], windows),
  ],
  batch: ([x], _, windows) => apply(maxPoolOp, [x as Tensor], windows),
  text: "maxPool(#1)",
  latex: "\\operatorname{maxPool}\\left(#1\\right)",
};

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
export const poolOps: readonly Op<never>[] = [windowsOp, overlapAddOp, maxPoolOp];
