import type { Geometry } from "../../ops/kernels/convolution.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { convolutionAxis, transposedAxis } from "./convolution-axis.ts";
import { sourceOf } from "./convolution-source.ts";
import { weightsKernel } from "./convolution-weights.ts";
import {
  advance,
  eachUnit,
  letDivided,
  letExtremum,
  letSum,
  pushSum,
  repeat,
  type Count,
} from "./counting.ts";
import type { FunctionReference, Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { Lanes } from "./lanes.ts";
import { blockOf, multiply } from "./register-block.ts";

/** Bytes of a padded block of rows, which is read once for every few channels of the result, that a cache holds. */
const cachedBytes = 2 ** 17;
/** Parts that the images are cut into at least, as far as they have rows, so that threads can share the work. */
const parts = 16;
/** Products that are added up one after another, unless those of one channel are more. */
const chunk = 256;
/** Taps along a row that are written out one after another. */
const mostUnrolled = 7;

/**
 * One factor of T(x, w, y) = Σ x[n, c, i·s + u·d − p, j·s + v·d − p] w[o, c, u, v] y[n, o, i, j] from the other two, in
 * that order. A unit is a block of rows of one image, or some of the weights.
 *
 * Sums of K products are added up in the format of the data, one after another: at most K roundings off, in units in
 * the last place of Σ|x w|. Padding is written out as zeros, so an infinite weight times padding is not a number.
 */
export function convolutionKernel(
  context: KernelContext,
  factor: "input" | "weights" | "output",
  a: Operand,
  b: Operand,
  result: Operand,
  geometry: Geometry,
): Kernel {
  if (factor === "weights") return weightsKernel(context, a, b, result, geometry);
  const [images, filters] = factor === "output" ? [a, b] : [b, a];
  return imagesKernel(context, factor, images, filters, result, geometry);
}

/**
 * Images from images and filters. Every element of the result is a sum over the channels of the source and the taps of
 * its phase; a block of channels and columns of the result is added up in registers at once.
 */
function imagesKernel(
  context: KernelContext,
  factor: "input" | "output",
  images: Operand,
  filters: Operand,
  result: Operand,
  geometry: Geometry,
): Kernel {
  const { module, format } = context;
  const { groups } = geometry;
  const bytes = format === "f64" ? 8 : 4;
  const axis = factor === "output" ? convolutionAxis : transposedAxis;
  const [rows, columns] = [axis(geometry.rows), axis(geometry.columns)];
  const [sourceChannels, ...sourceExtents] = images.shape.slice(-3) as [number, number, number];
  const [targetChannels, ...targetExtents] = result.shape.slice(-3) as [number, number, number];
  const [filterCount, filterChannels, , filterWidth] = filters.shape.slice(-4) as [
    number,
    number,
    number,
    number,
  ];
  const filterSize = sizeOf(filters.shape.slice(-2));
  const [channels, own] = [sourceChannels / groups, targetChannels / groups];
  const [sourceSize, targetSize] = [sizeOf(sourceExtents), sizeOf(targetExtents)];
  const imageCount = sizeOf(result.shape.slice(0, -3));
  if (sizeOf(result.shape) === 0)
    return { units: 0, scratchBytes: 0, work: module.function(["i32", "i32", "i32"], []) };

  // Distances in the weights between channels of the result, and between channels of the source.
  const [acrossOwn, acrossChannels] =
    factor === "output" ? [channels * filterSize, filterSize] : [filterSize, own * filterSize];
  const rowBytes = sourceOf(channels, sourceExtents, rows, columns, 1, bytes).rowPitch * channels * bytes;
  const cached = Math.floor((cachedBytes / Math.max(1, rowBytes) - rows.span) / rows.sourceStep) + 1;
  const shared = Math.ceil((rows.steps * imageCount) / parts);
  const blocks = Math.ceil(
    rows.steps / Math.max(Math.min(cached, shared), Math.ceil(rows.span / rows.sourceStep), 4),
  );
  const blockRows = Math.ceil(rows.steps / blocks);
  const source = sourceOf(channels, sourceExtents, rows, columns, blockRows, bytes);

  const lanesCount = 16 / bytes;
  const [ownBlock, vectors] = blockOf(own, Math.ceil(columns.steps / lanesCount));
  const [rowPhase] = rows.phases;
  const [columnPhase] = columns.phases;
  const [sourceRows] = sourceExtents;
  const padded =
    rows.sourceStart < 0 || rows.sourceStart + (rows.steps - 1) * rows.sourceStep + rows.span > sourceRows;
  const single = rows.phases.length * columns.phases.length === 1;
  const unrolled = columns.phases.length === 1 && (columnPhase?.taps ?? 0) <= mostUnrolled;
  // Taps that come one after another from back to front are addressed from the one in front.
  const bias = unrolled ? Math.max(0, -((columnPhase?.taps ?? 0) - 1) * source.tapStep) * bytes : 0;

  const chunks = Math.max(1, Math.ceil(channels / Math.max(1, Math.floor(chunk / filterSize))));
  const chunkChannels = Math.ceil(channels / chunks);

  /**
   * (source, weights, target, rows, row of the source that the first tap is in, taps along a column, taps along a row) →
   * (): rows of some channels of the result.
   */
  const strips = new Map<string, FunctionReference>();
  const strip = (channelCount: number, columnCount: number): FunctionReference => {
    const key = `${channelCount} ${columnCount}`;
    const known = strips.get(key);
    if (known !== undefined) return known;
    const f = module.function(["i32", "i32", "i32", "i32", "i32", "i32", "i32"], []);
    strips.set(key, f);
    const lanes = new Lanes(f, context);
    const [from, weights, to, rowCount, place, allRowTaps, columnTaps] = f.parameters as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];

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
              load: (m: number) => lanes.splat(weight, weightOffset + m * acrossOwn * bytes),
            },
          ] as const;
          multiply(lanes, factors, (j, m) => sums[m * vectorCount + j] as Local);
        });
      };
      const addChannel = (channel: Local, filter: Local): void => {
        const pixelRow = letSum(f, 0, [channel, 1]);
        const weightRow = letSum(f, 0, [filter, 1]);
        repeat(f, rowTaps, () => {
          if (unrolled)
            for (let tap = 0; tap < (columnPhase?.taps ?? 0); tap++)
              addProducts(
                pixelRow,
                weightRow,
                bias + tap * source.tapStep * bytes,
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
          advance(f, weightRow, rows.weightStep * filterWidth * bytes);
        });
        advance(f, channel, source.channelPitch * bytes);
        advance(f, filter, acrossChannels * bytes);
      };
      const channelSums = (): void => {
        const channel = letSum(f, 0, [start, 1]);
        const filter = letSum(f, 0, [filters, 1]);
        if (chunks === 1) return repeat(f, channels, () => addChannel(channel, filter));
        // More accumulators would not stay in registers, so the totals are in the result.
        const left = letSum(f, channels);
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
      let rowTaps: Count = single ? (rowPhase?.taps ?? 0) : allRowTaps;
      if (padded) {
        // 0 ≤ place + tap · tapStep < sourceRows
        const down = rows.tapStep > 0;
        const first = letExtremum(f, "most", 0, letTap(tapRows - (down ? 1 : sourceRows), down ? -1 : 1));
        const end = letTap(tapRows + (down ? sourceRows - 1 : 0), down ? -1 : 1);
        rowTaps = letSum(f, 0, [letExtremum(f, "least", rowTaps, end), 1], [first, -1]);
        pushSum(f, 0, [start, 1], [first, rows.tapStep * source.rowPitch * bytes]);
        f.set(start);
        pushSum(f, 0, [filters, 1], [first, rows.weightStep * filterWidth * bytes]);
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
      advance(f, to, rows.targetStep * targetExtents[1] * bytes);
    });
    return f;
  };

  const work = module.function(["i32", "i32", "i32"], []);
  const lanes = new Lanes(work, context);
  const scratch = work.parameters[2] as Local;
  eachUnit(work, (unit) => {
    const f = work;
    const [image, inImage] = letDivided(f, unit, blocks);
    const first: Count = blocks === 1 ? 0 : letSum(f, 0, [inImage, blockRows]);
    const [member] = letDivided(f, image, result.shape.at(-4) as number);
    const from = letSum(f, images.address, [image, sourceChannels * sourceSize * bytes]);
    const weights = letSum(f, filters.address, [member, filterCount * filterChannels * filterSize * bytes]);
    const to = letSum(f, result.address, [image, targetChannels * targetSize * bytes]);
    repeat(f, groups, () => {
      const start = source.place(lanes, from, scratch, first);
      const channelBlock = (count: number): void => {
        rows.phases.forEach((rowPhase, rowIndex) => {
          if (rowPhase.first >= rowPhase.end) return;
          const begin = letExtremum(f, "most", first, rowPhase.first);
          const end = letExtremum(f, "least", letSum(f, blockRows, [first, 1]), rowPhase.end);
          f.get(begin);
          f.get(end);
          f.op("i32.lt_s");
          f.if(() => {
            columns.phases.forEach((columnPhase, columnIndex) => {
              const columnCount = columnPhase.end - columnPhase.first;
              if (columnCount <= 0) return;
              const rowBytes = source.rowPitch * rows.sourceStep * bytes;
              const fromOffset = rowPhase.source * source.rowPitch + columnPhase.first + columnPhase.source;
              pushSum(f, fromOffset * bytes - bias, [start, 1], [begin, rowBytes], [first, -rowBytes]);
              pushSum(f, (rowPhase.weight * filterWidth + columnPhase.weight) * bytes, [weights, 1]);
              const row = rows.targetStart + rowIndex;
              const column = columns.targetStart + columnIndex + columnPhase.first * columns.targetStep;
              const width = targetExtents[1];
              pushSum(f, (row * width + column) * bytes, [to, 1], [begin, rows.targetStep * width * bytes]);
              pushSum(f, 0, [end, 1], [begin, -1]);
              pushSum(f, rows.sourceStart + rowPhase.source, [begin, rows.sourceStep]);
              f.i32(columnPhase.taps > 0 ? rowPhase.taps : 0);
              f.i32(columnPhase.taps);
              f.call(strip(count, columnCount));
            });
          });
        });
        advance(f, weights, count * acrossOwn * bytes);
        advance(f, to, count * targetSize * bytes);
      };
      repeat(f, Math.floor(own / ownBlock), () => channelBlock(ownBlock));
      if (own % ownBlock > 0) f.scope(() => channelBlock(own % ownBlock));
      // The weights of a group lie together, whichever of their channels are those of the result.
      advance(f, weights, ((filterCount / groups) * filterChannels * filterSize - own * acrossOwn) * bytes);
      advance(f, from, channels * sourceSize * bytes);
    });
  });
  return { units: imageCount * blocks, scratchBytes: source.scratchBytes, work };
}
