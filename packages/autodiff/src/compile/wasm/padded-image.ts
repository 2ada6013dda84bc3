import { advance } from "./counter.ts";
import { letSum, pushSum, repeat, type Count } from "./counting.ts";
import type { Local } from "./encoder.ts";
import type { Lanes } from "./lanes.ts";

/** Every `step`-th column of an image, beginning at column `start`, which may lie before the image. */
export interface ColumnPlane {
  readonly start: number;
  readonly step: number;
}

/** How images are laid out in a copy with everything around them written out, [channel, row, plane, column]. */
export interface PaddedImage {
  readonly channels: number;
  /** Rows and columns of the image itself. */
  readonly extents: readonly [rows: number, columns: number];
  /** Rows in the copy. */
  readonly rows: number;
  readonly planes: readonly ColumnPlane[];
  /** Columns of each plane in the copy. */
  readonly columns: number;
  /** What stands outside the image. */
  readonly fill: number;
}

/** Bytes of the copy, with room for a vector that begins in it. */
export function paddedBytes({ channels, rows, planes, columns }: PaddedImage, bytes: number): number {
  return Math.ceil((channels * rows * planes.length * columns * bytes) / 16) * 16 + 64;
}

/**
 * Writes the copy. Vectors are stored from front to back, each beyond the end of what it belongs to where that is no
 * multiple of its lanes: what comes next puts that right.
 *
 * @param source address of the first channel
 * @param firstRow row of the image, or before it, that comes first in the copy
 */
export function copyPadded(
  lanes: Lanes,
  image: PaddedImage,
  source: Local,
  target: Local,
  firstRow: Count,
): void {
  const { f, bytes, count } = lanes;
  const { channels, rows, planes, columns } = image;
  const [rowExtent, columnExtent] = image.extents;
  f.scope(() => {
    lanes.constant(image.fill);
    const outside = lanes.keep();
    const channel = letSum(f, 0, [source, 1]);
    const to = letSum(f, 0, [target, 1]);
    const from = f.local("i32");
    const row = f.local("i32");
    /** Vectors from the stack to `length` elements, and `to` moved on by as many. */
    const write = (length: number, push: (valid: number) => void, step = 0): void => {
      const one = (valid: number): void => {
        f.get(to);
        push(valid);
        f.memory("v128.store", 0, 2);
        advance(f, to, Math.min(valid, count) * bytes);
        advance(f, from, Math.min(valid, count) * step * bytes);
      };
      repeat(f, Math.floor(length / count), () => one(count));
      if (length % count > 0) one(length % count);
    };
    const fill = (length: number): void => write(length, () => f.get(outside));
    repeat(f, channels, () => {
      pushSum(f, 0, [firstRow, 1]);
      f.set(row);
      repeat(f, rows, () => {
        f.get(row);
        f.i32(rowExtent);
        f.op("i32.lt_u");
        f.if(
          () => {
            for (const { start, step } of planes) {
              const before = Math.min(columns, Math.max(0, Math.ceil(-start / step)));
              const end = Math.min(columns, Math.max(before, Math.ceil((columnExtent - start) / step)));
              fill(before);
              pushSum(f, (start + before * step) * bytes, [channel, 1], [row, columnExtent * bytes]);
              f.set(from);
              write(end - before, (valid) => lanes.gather(from, 0, step, valid), step);
              fill(columns - end);
            }
          },
          () => fill(planes.length * columns),
        );
        advance(f, row, 1);
      });
      advance(f, channel, rowExtent * columnExtent * bytes);
    });
  });
}
