import type { ResultAxis } from "./convolution-axis.ts";
import type { Source } from "./convolution-source.ts";
import { advance } from "./counter.ts";
import { letExtremum, letSum, pushSum, repeat, type Count } from "./counting.ts";
import type { FunctionReference, Local } from "./encoder.ts";
import type { KernelContext } from "./kernel.ts";
import { Lanes } from "./lanes.ts";
import { multiply } from "./register-block.ts";

/** Products that are added up one after another, unless those of one channel are more. */
const chunk = 256;
/** Taps along a row that are written out one after another. */
const mostUnrolled = 7;

/** How what a convolution reads and writes lies in memory; distances are in elements. */
export interface StripLayout {
  readonly rows: ResultAxis;
  readonly columns: ResultAxis;
  readonly source: Source;
  readonly sourceRows: number;
  readonly targetColumns: number;
  /** Of one channel of the result. */
  readonly targetSize: number;
  readonly filterColumns: number;
  readonly filterSize: number;
  /** Between the weights of neighbouring channels of the result, and of the source. */
  readonly acrossTarget: number;
  readonly acrossSource: number;
  /** Vectors of columns that are added up in registers at once. */
  readonly vectors: number;
}

/** Functions that compute rows of a few channels of a convolution's result. */
export class Strips {
  readonly #context: KernelContext;
  readonly #layout: StripLayout;
  readonly #known = new Map<string, FunctionReference>();
  /** One phase: the numbers of taps are known. */
  readonly #single: boolean;
  readonly #rowTaps: number;
  readonly #columnTaps: number;
  readonly #unrolled: boolean;
  /** The source is given as many bytes in front, so that taps that come from back to front have offsets ≥ 0. */
  readonly bias: number;

  constructor(context: KernelContext, layout: StripLayout, bytes: number) {
    this.#context = context;
    this.#layout = layout;
    const { rows, columns, source } = layout;
    this.#single = rows.phases.length * columns.phases.length === 1;
    this.#rowTaps = rows.phases[0]?.taps ?? 0;
    this.#columnTaps = columns.phases[0]?.taps ?? 0;
    this.#unrolled = columns.phases.length === 1 && this.#columnTaps <= mostUnrolled;
    this.bias = this.#unrolled ? Math.max(0, -(this.#columnTaps - 1) * source.tapStep) * bytes : 0;
  }

  /**
   * (source, weights, target, rows, row of the source that the first tap is in, taps along a column, taps along a row) →
   * (), for so many channels and columns.
   */
  function(channelCount: number, columnCount: number): FunctionReference {
    const key = `${channelCount} ${columnCount}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const f = this.#context.module.function(Array<"i32">(7).fill("i32"), []);
    this.#known.set(key, f);
    const lanes = new Lanes(f, this.#context);
    const { bytes, count: lanesCount } = lanes;
    const { rows, columns, source, vectors } = this.#layout;
    const { sourceRows, targetColumns, targetSize, filterColumns, filterSize } = this.#layout;
    const { acrossTarget, acrossSource } = this.#layout;
    const [from, weights, to, rowCount, place, allRowTaps, columnTaps] = f.parameters as Parameters;
    const padded =
      rows.sourceStart < 0 || rows.sourceStart + (rows.steps - 1) * rows.sourceStep + rows.span > sourceRows;
    const chunks = Math.max(1, Math.ceil(source.channels / Math.max(1, Math.floor(chunk / filterSize))));
    const chunkChannels = Math.ceil(source.channels / chunks);

    const block = (
      start: Local,
      filters: Local,
      rowTaps: Count,
      target: Local,
      columnCount: number,
    ): void => {
      const vectorCount = Math.ceil(columnCount / lanesCount);
      const sums = Array.from({ length: channelCount * vectorCount }, () => f.local("v128"));
      const clear = (): void =>
        sums.forEach((sum) => {
          lanes.constant(0);
          f.set(sum);
        });
      /** Puts the sums in their places, or adds them to what is there. */
      const store = (joined: boolean): void =>
        sums.forEach((sum, index) => {
          const [m, j] = [Math.floor(index / vectorCount), index % vectorCount];
          const valid = columnCount - j * lanesCount;
          const offset = (m * targetSize + j * lanesCount * columns.targetStep) * bytes;
          if (joined) {
            lanes.gather(target, offset, columns.targetStep, valid);
            f.get(sum);
            lanes.op("add");
            f.set(sum);
          }
          lanes.store(target, offset, sum, valid, columns.targetStep);
        });
      const addProducts = (pixel: Local, weight: Local, pixelOffset: number, weightOffset: number): void => {
        f.scope(() => {
          const factors = [
            { size: vectorCount, load: (j: number) => lanes.load(pixel, pixelOffset + 16 * j) },
            {
              size: channelCount,
              load: (m: number) => lanes.splat(weight, weightOffset + m * acrossTarget * bytes),
            },
          ] as const;
          multiply(lanes, factors, (j, m) => sums[m * vectorCount + j] as Local);
        });
      };
      const addChannel = (channel: Local, filter: Local): void => {
        const pixelRow = letSum(f, 0, [channel, 1]);
        const weightRow = letSum(f, 0, [filter, 1]);
        repeat(f, rowTaps, () => {
          if (this.#unrolled)
            for (let tap = 0; tap < this.#columnTaps; tap++)
              addProducts(
                pixelRow,
                weightRow,
                this.bias + tap * source.tapStep * bytes,
                tap * columns.weightStep * bytes,
              );
          else {
            const pixel = letSum(f, 0, [pixelRow, 1]);
            const weight = letSum(f, 0, [weightRow, 1]);
            repeat(f, columnTaps, () => {
              addProducts(pixel, weight, 0, 0);
              advance(f, pixel, source.tapStep * bytes);
              advance(f, weight, columns.weightStep * bytes);
            });
          }
          advance(f, pixelRow, rows.tapStep * source.rowPitch * bytes);
          advance(f, weightRow, rows.weightStep * filterColumns * bytes);
        });
        advance(f, channel, source.channelPitch * bytes);
        advance(f, filter, acrossSource * bytes);
      };
      const channelSums = (): void => {
        const channel = letSum(f, 0, [start, 1]);
        const filter = letSum(f, 0, [filters, 1]);
        if (chunks === 1) return repeat(f, source.channels, () => addChannel(channel, filter));
        // More accumulators would not stay in registers, so the totals are in the result.
        const left = letSum(f, source.channels);
        repeat(f, chunks, () => {
          clear();
          repeat(f, letExtremum(f, "least", left, chunkChannels), () => addChannel(channel, filter));
          advance(f, left, -chunkChannels);
          store(true);
        });
      };
      clear();
      if (chunks > 1) store(false);
      if (typeof rowTaps === "number") channelSums();
      else {
        f.get(rowTaps);
        f.i32(0);
        f.op("i32.gt_s");
        f.if(() => f.scope(channelSums));
      }
      if (chunks === 1) store(false);
    };

    const blockColumns = vectors * lanesCount;
    const tapRows = Math.abs(rows.tapStep);
    /** New local: constant + place · factor, divided by the distance of taps, rounded towards 0. */
    const letTap = (constant: number, factor: number): Local => {
      pushSum(f, constant, [place, factor]);
      f.i32(tapRows);
      f.op("i32.div_s");
      const tap = f.local("i32");
      f.set(tap);
      return tap;
    };
    repeat(f, rowCount, () => {
      const start = letSum(f, 0, [from, 1]);
      const filters = letSum(f, 0, [weights, 1]);
      let rowTaps: Count = this.#single ? this.#rowTaps : allRowTaps;
      if (padded) {
        // 0 ≤ place + tap · tapStep < sourceRows
        const down = rows.tapStep > 0;
        const first = letExtremum(f, "most", 0, letTap(tapRows - (down ? 1 : sourceRows), down ? -1 : 1));
        const end = letTap(tapRows + (down ? sourceRows - 1 : 0), down ? -1 : 1);
        rowTaps = letSum(f, 0, [letExtremum(f, "least", rowTaps, end), 1], [first, -1]);
        pushSum(f, 0, [start, 1], [first, rows.tapStep * source.rowPitch * bytes]);
        f.set(start);
        pushSum(f, 0, [filters, 1], [first, rows.weightStep * filterColumns * bytes]);
        f.set(filters);
        advance(f, place, rows.sourceStep);
      }
      const target = letSum(f, 0, [to, 1]);
      repeat(f, Math.floor(columnCount / blockColumns), () => {
        block(start, filters, rowTaps, target, blockColumns);
        advance(f, start, blockColumns * bytes);
        advance(f, target, blockColumns * columns.targetStep * bytes);
      });
      const rest = columnCount % blockColumns;
      if (rest > 0) f.scope(() => block(start, filters, rowTaps, target, rest));
      advance(f, from, rows.sourceStep * source.rowPitch * bytes);
      advance(f, to, rows.targetStep * targetColumns * bytes);
    });
    return f;
  }
}

type Parameters = [Local, Local, Local, Local, Local, Local, Local];
