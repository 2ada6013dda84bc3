import { ShapeError } from "../errors.ts";
import { formatShape } from "../tensor/shape.ts";

/** One number for both axes of an image, or one for rows and one for columns. */
export type PerAxis = number | readonly [rows: number, columns: number];

/**
 * What surrounds an image before windows are laid over it. `"valid"`: nothing. `"same"`: as much as makes the number
 * of windows ⌈extent / stride⌉, the odd one of it behind (as in TensorFlow and JAX). Numbers: that many on both sides
 * of both axes, on both sides of rows and of columns, or `[[above, below], [left, right]]`.
 */
export type Padding =
  | "valid"
  | "same"
  | number
  | readonly [
      rows: number | readonly [above: number, below: number],
      columns: number | readonly [left: number, right: number],
    ];

/** Windows along one axis: element k of window i lies at position i · stride + k · dilation − before. */
export interface AxisWindows {
  /** Positions along the axis without padding. */
  readonly extent: number;
  /** Elements in a window. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly before: number;
  /** Number of windows. */
  readonly count: number;
}

export interface WindowOptions {
  readonly stride: PerAxis;
  readonly padding: Padding;
  readonly dilation: PerAxis;
}

/**
 * Windows over the rows and the columns of an image.
 *
 * @throws {ShapeError} when a number makes no sense or not even one window fits.
 */
export function layWindows(
  operation: string,
  extents: readonly [number, number],
  sizes: readonly [number, number],
  options: WindowOptions,
): [rows: AxisWindows, columns: AxisWindows] {
  const [rowStride, columnStride] = perAxis(operation, "stride", options.stride);
  const [rowDilation, columnDilation] = perAxis(operation, "dilation", options.dilation);
  const padding = options.padding;
  if (typeof padding === "string" && padding !== "valid" && padding !== "same")
    throw new ShapeError(
      `${operation}: the padding must be "valid", "same" or numbers: ${JSON.stringify(padding)}`,
    );
  if (typeof padding === "object" && padding.length !== 2)
    throw new ShapeError(
      `${operation}: expected two paddings, for rows and columns: ${JSON.stringify(padding)}`,
    );
  const [above, left] = typeof padding === "object" ? padding : [padding, padding];
  return [
    layAxis(operation, "rows", extents[0], sizes[0], rowStride, rowDilation, above),
    layAxis(operation, "columns", extents[1], sizes[1], columnStride, columnDilation, left),
  ];
}

function layAxis(
  operation: string,
  axis: string,
  extent: number,
  size: number,
  stride: number,
  dilation: number,
  padding: "valid" | "same" | number | readonly [number, number],
): AxisWindows {
  const span = (size - 1) * dilation + 1;
  if (padding === "same") {
    const count = Math.ceil(extent / stride);
    const total = Math.max(0, (count - 1) * stride + span - extent);
    return { extent, size, stride, dilation, before: total >> 1, count };
  }
  const given = padding === "valid" ? 0 : padding;
  const [before, behind] = typeof given === "number" ? [given, given] : given;
  for (const amount of [before, behind])
    if (!Number.isInteger(amount) || amount < 0)
      throw new ShapeError(`${operation}: a padding must be a non-negative integer: ${amount}`);
  const room = extent + before + behind - span;
  if (room < 0)
    throw new ShapeError(
      `${operation}: a window that spans ${span} ${axis} does not fit into ${extent} with a padding of ${before} and ` +
        `${behind}; pad more, or use a smaller window`,
    );
  return { extent, size, stride, dilation, before, count: Math.floor(room / stride) + 1 };
}

/** Two positive integers from one or two. */
export function perAxis(operation: string, what: string, given: PerAxis): readonly [number, number] {
  const both: readonly number[] = typeof given === "number" ? [given, given] : given;
  if (both.length !== 2 || !both.every((each) => Number.isInteger(each) && each >= 1))
    throw new ShapeError(
      `${operation}: the ${what} must be a positive integer, or two of them for rows and columns: ${formatShape(both)}`,
    );
  return both as readonly [number, number];
}

/** The windows, from `from` to before `to`, whose element k is not in the padding. */
export function windowsReaching(
  { extent, stride, dilation, before, count }: AxisWindows,
  k: number,
): readonly [from: number, to: number] {
  const shift = before - k * dilation;
  const from = Math.max(0, Math.ceil(shift / stride));
  return [from, Math.min(count, Math.floor((extent - 1 + shift) / stride) + 1)];
}
