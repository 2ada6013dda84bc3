import type { Geometry } from "../../ops/kernels/convolution.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { convolutionAxis, transposedAxis } from "./convolution-axis.ts";
import { sourceOf } from "./convolution-source.ts";
import { Strips } from "./convolution-strip.ts";
import { weightsKernel } from "./convolution-weights.ts";
import { advance } from "./counter.ts";
import { eachUnit, letDivided, letExtremum, letSum, pushSum, repeat, type Count } from "./counting.ts";
import type { Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { Lanes } from "./lanes.ts";
import { blockOf } from "./register-block.ts";

/** Bytes of a padded block of rows, which is read once for every few channels of the result, that a cache holds. */
const cachedBytes = 2 ** 17;
/** Parts that the images are cut into at least, as far as they have rows, so that threads can share the work. */
const parts = 16;

/**
 * One factor of T(x, w, y) = Σ x[n, c, i·s + u·d − p, j·s + v·d − p] w[o, c, u, v] y[n, o, i, j] from the other two, in
 * that order. A unit is a block of rows of one image, or some of the weights.
 *
 * Sums are added up in the format of the data, in chunks of at most 256 products or, if those are more, the taps of one
 * channel, and then chunk by chunk: K products are at most 256 + K / 256 roundings off in terms of Σ|x w|. Padding is
 * written out as zeros, so an infinite weight times padding is not a number.
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
  const strips = new Strips(
    context,
    {
      rows,
      columns,
      source,
      sourceRows: sourceExtents[0],
      targetColumns: targetExtents[1],
      targetSize,
      filterColumns: filterWidth,
      filterSize,
      acrossTarget: acrossOwn,
      acrossSource: acrossChannels,
      vectors,
    },
    bytes,
  );

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
              pushSum(f, fromOffset * bytes - strips.bias, [start, 1], [begin, rowBytes], [first, -rowBytes]);
              pushSum(f, (rowPhase.weight * filterWidth + columnPhase.weight) * bytes, [weights, 1]);
              const row = rows.targetStart + rowIndex;
              const column = columns.targetStart + columnIndex + columnPhase.first * columns.targetStep;
              const width = targetExtents[1];
              pushSum(f, (row * width + column) * bytes, [to, 1], [begin, rows.targetStep * width * bytes]);
              pushSum(f, 0, [end, 1], [begin, -1]);
              pushSum(f, rows.sourceStart + rowPhase.source, [begin, rows.sourceStep]);
              f.i32(columnPhase.taps > 0 ? rowPhase.taps : 0);
              f.i32(columnPhase.taps);
              f.call(strips.function(count, columnCount));
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
