import { windowsReaching, type AxisWindows } from "../window.ts";
import type { TypedArray } from "../../tensor/dtype.ts";

/** How windows of the kernel's size lie on the image, and into how many groups the channels are split. */
export interface Geometry {
  readonly rows: AxisWindows;
  readonly columns: AxisWindows;
  readonly groups: number;
}

/** Extents of the three factors, apart from those of the geometry. */
export interface Extents {
  /** Convolutions side by side, each with its own weights. */
  readonly leading: number;
  readonly images: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
}

/**
 * Visits all products x · w · y of the form T(x, w, y) = Σ x[n, c, i·s + u·d − p, j·s + v·d − p] w[o, c, u, v] y[n, o, i, j],
 * one row at a time: for j from `from` to before `to`, the factors are x[atX + j·stride], w[atW] and y[atY + j].
 */
function eachRow(
  { rows, columns, groups }: Geometry,
  { leading, images, inputChannels, outputChannels }: Extents,
  visit: (atX: number, atW: number, atY: number, from: number, to: number) => void,
): void {
  const groupInputs = inputChannels / groups;
  const groupOutputs = outputChannels / groups;
  const rowRanges = rangesOf(rows);
  const columnRanges = rangesOf(columns);
  for (let image = 0; image < leading * images; image++)
    for (let o = 0; o < outputChannels; o++) {
      const firstInput = Math.floor(o / groupOutputs) * groupInputs;
      const filter = Math.floor(image / images) * outputChannels + o;
      for (let c = 0; c < groupInputs; c++)
        for (let u = 0; u < rows.size; u++) {
          const [firstRow, endRow] = rowRanges[u] as readonly [number, number];
          for (let v = 0; v < columns.size; v++) {
            const [from, to] = columnRanges[v] as readonly [number, number];
            if (from >= to) continue;
            const atW = ((filter * groupInputs + c) * rows.size + u) * columns.size + v;
            for (let i = firstRow; i < endRow; i++) {
              const row = i * rows.stride + u * rows.dilation - rows.before;
              const inRow = v * columns.dilation - columns.before;
              const atX =
                ((image * inputChannels + firstInput + c) * rows.extent + row) * columns.extent + inRow;
              const atY = ((image * outputChannels + o) * rows.count + i) * columns.count;
              visit(atX, atW, atY, from, to);
            }
          }
        }
    }
}

function rangesOf(axis: AxisWindows): (readonly [from: number, to: number])[] {
  return Array.from({ length: axis.size }, (_, k) => windowsReaching(axis, k));
}

/** Adds ∂T/∂x, ∂T/∂w or ∂T/∂y, from the other two factors, to sums that start at zero. */
export type Accumulate = (
  a: TypedArray,
  b: TypedArray,
  sums: Float64Array,
  geometry: Geometry,
  extents: Extents,
) => void;

export const accumulateInput: Accumulate = (w, y, sums, geometry, extents) => {
  const { stride } = geometry.columns;
  eachRow(geometry, extents, (atX, atW, atY, from, to) => {
    const weight = w[atW] as number;
    for (let j = from; j < to; j++)
      sums[atX + j * stride] = (sums[atX + j * stride] as number) + weight * (y[atY + j] as number);
  });
};

export const accumulateWeights: Accumulate = (x, y, sums, geometry, extents) => {
  const { stride } = geometry.columns;
  eachRow(geometry, extents, (atX, atW, atY, from, to) => {
    let total = 0;
    for (let j = from; j < to; j++) total += (x[atX + j * stride] as number) * (y[atY + j] as number);
    sums[atW] = (sums[atW] as number) + total;
  });
};

export const accumulateOutput: Accumulate = (x, w, sums, geometry, extents) => {
  const { stride } = geometry.columns;
  eachRow(geometry, extents, (atX, atW, atY, from, to) => {
    const weight = w[atW] as number;
    for (let j = from; j < to; j++)
      sums[atY + j] = (sums[atY + j] as number) + weight * (x[atX + j * stride] as number);
  });
};
