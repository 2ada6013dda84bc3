import { letSum, type Count } from "./counting.ts";
import type { ResultAxis } from "./convolution-axis.ts";
import type { Local } from "./encoder.ts";
import type { Lanes } from "./lanes.ts";
import { copyPadded, paddedBytes, type ColumnPlane, type PaddedImage } from "./padded-image.ts";

/** Images that a convolution reads as windows: where they are, or copied with their padding a block of rows at a time. */
export interface Source {
  readonly channels: number;
  /** In elements, as are all distances here. */
  readonly rowPitch: number;
  readonly channelPitch: number;
  /** From one tap to the next along a row. */
  readonly tapStep: number;
  /** Of the copy; 0 without one. */
  readonly scratchBytes: number;
  /** Leaves the address of the first element that step `first` of the rows needs in a new local. */
  place(lanes: Lanes, image: Local, scratch: Local, first: Count): Local;
}

/**
 * Columns with a stride are copied so that those of neighbouring windows are neighbours, once for each tap.
 *
 * @param rowSteps steps along the rows in a block
 */
export function sourceOf(
  channels: number,
  extents: readonly [rows: number, columns: number],
  rows: ResultAxis,
  columns: ResultAxis,
  rowSteps: number,
  bytes: number,
): Source {
  const spread = columns.sourceStep > 1;
  const { sourceStart, sourceStep, tapStep } = columns;
  const planes: ColumnPlane[] = spread
    ? Array.from({ length: columns.phases[0]?.taps ?? 0 }, (_, tap) => ({
        start: sourceStart + tap * tapStep,
        step: sourceStep,
      }))
    : [{ start: sourceStart, step: 1 }];
  const width = columns.steps + (spread ? 0 : columns.span - 1);
  const height = (steps: number): number => (steps - 1) * rows.sourceStep + rows.span;
  const inside =
    !spread &&
    sourceStart === 0 &&
    rows.sourceStart === 0 &&
    width <= extents[1] &&
    height(rows.steps) <= extents[0];
  if (inside) {
    const rowBytes = rows.sourceStep * extents[1] * bytes;
    return {
      channels,
      rowPitch: extents[1],
      channelPitch: extents[0] * extents[1],
      tapStep,
      scratchBytes: 0,
      place: ({ f }, image, _, first) => letSum(f, 0, [image, 1], [first, rowBytes]),
    };
  }
  const copy: PaddedImage = {
    channels,
    extents,
    rows: height(rowSteps),
    planes,
    columns: width,
    fill: 0,
  };
  const rowPitch = planes.length * width;
  return {
    channels,
    rowPitch,
    channelPitch: copy.rows * rowPitch,
    tapStep: spread ? width : tapStep,
    scratchBytes: paddedBytes(copy, bytes),
    place: (lanes, image, scratch, first) => {
      const { f } = lanes;
      copyPadded(lanes, copy, image, scratch, letSum(f, rows.sourceStart, [first, rows.sourceStep]));
      return letSum(f, 0, [scratch, 1]);
    },
  };
}
