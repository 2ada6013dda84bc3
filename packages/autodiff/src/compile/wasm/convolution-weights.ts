import type { Geometry } from "../../ops/kernels/convolution.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { convolutionAxis } from "./convolution-axis.ts";
import { sourceOf } from "./convolution-source.ts";
import { advance } from "./counter.ts";
import { eachUnit, letDivided, letExtremum, letSum, pushSum, repeat, type Count } from "./counting.ts";
import type { FunctionReference, Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { Lanes } from "./lanes.ts";
import { blockOf, multiply } from "./register-block.ts";

/** Products in each lane that are added up in the format of the data, before they join a total in f64. */
const chunk = 128;
/** Units that are made at least, as far as there are blocks of weights, so that threads can share the work. */
const parts = 16;
/** Output channels in a unit at most: an image is copied once for all of them. */
const mostOutputs = 64;

/**
 * w[o, c, u, v] = Σ x[n, c, i·s + u·d − p, j·s + v·d − p] y[n, o, i, j], the weights of some output channels and one
 * channel of the input in each unit.
 *
 * Each lane adds up at most max(128, a row of products) in the format of the data, all else is added up in f64: f32 sums
 * are at most about 128 roundings of 2⁻²⁴ Σ|x y| off, however many images there are, and rounded once.
 */
export function weightsKernel(
  context: KernelContext,
  images: Operand,
  adjoints: Operand,
  result: Operand,
  geometry: Geometry,
): Kernel {
  const { module, format } = context;
  const { groups } = geometry;
  const bytes = format === "f64" ? 8 : 4;
  const lanesCount = 16 / bytes;
  const [rows, columns] = [convolutionAxis(geometry.rows), convolutionAxis(geometry.columns)];
  const [imageCount, imageChannels, ...extents] = images.shape.slice(-4) as [number, number, number, number];
  const [outputs, height, width] = adjoints.shape.slice(-3) as [number, number, number];
  const [, channels, tapRows, tapColumns] = result.shape.slice(-4) as [number, number, number, number];
  const filterSize = tapRows * tapColumns;
  const imageSize = sizeOf(extents);
  if (sizeOf(result.shape) === 0)
    return { units: 0, scratchBytes: 0, work: module.function(["i32", "i32", "i32"], []) };

  // Neighbouring weights are those of neighbouring taps in a row; of taps in a column or channels if a row has but one.
  const unitChannels = filterSize === 1 ? channels : 1;
  const neighbours = tapColumns > 1 ? tapColumns : tapRows > 1 ? tapRows : channels;
  const own = outputs / groups;
  const [block, taps] = blockOf(own, neighbours);
  const blocks = Math.ceil(own / block);
  const leading = sizeOf(result.shape.slice(0, -4));
  const elsewhere = leading * groups * (channels / unitChannels);
  const unitsInGroup = Math.max(Math.min(blocks, Math.ceil(parts / elsewhere)), Math.ceil(own / mostOutputs));
  const unitOutputs = Math.ceil(blocks / unitsInGroup) * block;
  const units = Math.ceil(own / unitOutputs);
  const tapCount = unitChannels * filterSize;
  const totalBytes = unitOutputs * tapCount * 16;

  const vectorsInRow = Math.ceil(width / lanesCount);
  const blockRows = Math.min(height, Math.max(1, Math.floor(chunk / vectorsInRow)));
  const source = sourceOf(unitChannels, extents, rows, columns, blockRows, bytes);
  const acrossTaps =
    tapColumns > 1 ? source.tapStep : tapRows > 1 ? rows.tapStep * source.rowPitch : source.channelPitch;

  /** (source, adjoint, totals, rows) → (): adds the products of some rows to the totals of some weights. */
  const dots = new Map<string, FunctionReference>();
  const dot = (outputCount: number, tapsHere: number): FunctionReference => {
    const key = `${outputCount} ${tapsHere}`;
    const known = dots.get(key);
    if (known !== undefined) return known;
    const f = module.function(["i32", "i32", "i32", "i32"], []);
    dots.set(key, f);
    const lanes = new Lanes(f, context);
    const [from, adjoint, totals, rowCount] = f.parameters as [Local, Local, Local, Local];
    const sums = Array.from({ length: outputCount * tapsHere }, () => f.local("v128"));
    repeat(f, rowCount, () => {
      const pixel = letSum(f, 0, [from, 1]);
      const slope = letSum(f, 0, [adjoint, 1]);
      // Spare lanes may be anything in memory, infinite too, so both factors are made zero there.
      const addProducts = (valid: number): void => {
        const load = (address: Local, offset: number): void => {
          lanes.load(address, offset * bytes);
          if (valid === lanesCount) return;
          lanes.firstLanes(valid);
          f.op("v128.and");
        };
        const factors = [
          { size: outputCount, load: (m: number) => load(slope, m * height * width) },
          { size: tapsHere, load: (t: number) => load(pixel, t * acrossTaps) },
        ] as const;
        multiply(lanes, factors, (m, t) => sums[m * tapsHere + t] as Local);
      };
      repeat(f, Math.floor(width / lanesCount), () => {
        addProducts(lanesCount);
        advance(f, pixel, 16);
        advance(f, slope, 16);
      });
      if (width % lanesCount > 0) f.scope(() => addProducts(width % lanesCount));
      advance(f, from, rows.sourceStep * source.rowPitch * bytes);
      advance(f, adjoint, width * bytes);
    });
    sums.forEach((sum, index) => {
      const offset = 16 * (Math.floor(index / tapsHere) * tapCount + (index % tapsHere));
      f.get(totals);
      lanes.load(totals, offset);
      f.get(sum);
      if (format === "f32") {
        f.op("f64x2.promote_low_f32x4");
        f.get(sum);
        f.get(sum);
        f.shuffle64([1, 1]);
        f.op("f64x2.promote_low_f32x4");
        f.op("f64x2.add");
      }
      f.op("f64x2.add");
      f.memory("v128.store", offset);
    });
    return f;
  };

  const work = module.function(["i32", "i32", "i32"], []);
  const lanes = new Lanes(work, context);
  const scratch = work.parameters[2] as Local;

  /** The weights of `count` outputs, from one on. */
  const emitUnit = (count: number, image: Local, adjoint: Local, target: Local): void => {
    const f = work;
    const copy = letSum(f, totalBytes, [scratch, 1]);
    f.get(scratch);
    f.i32(0);
    f.i32(totalBytes);
    f.memoryFill();
    repeat(f, imageCount, () => {
      const first: Count = blockRows === height ? 0 : letSum(f, 0);
      const slope = letSum(f, 0, [adjoint, 1]);
      repeat(f, Math.ceil(height / blockRows), () => {
        const start = source.place(lanes, image, copy, first);
        const rowCount = letExtremum(f, "least", blockRows, letSum(f, height, [first, -1]));
        const totals = letSum(f, 0, [scratch, 1]);
        const rowSlope = letSum(f, 0, [slope, 1]);
        const addBlock = (outputCount: number): void => {
          const pixelRow = letSum(f, 0, [start, 1]);
          repeat(f, tapColumns > 1 ? tapRows : 1, () => {
            const pixel = letSum(f, 0, [pixelRow, 1]);
            const add = (tapsHere: number): void => {
              for (const each of [pixel, rowSlope, totals, rowCount]) f.get(each);
              f.call(dot(outputCount, tapsHere));
              advance(f, pixel, tapsHere * acrossTaps * bytes);
              advance(f, totals, tapsHere * 16);
            };
            repeat(f, Math.floor(neighbours / taps), () => add(taps));
            if (neighbours % taps > 0) add(neighbours % taps);
            advance(f, pixelRow, rows.tapStep * source.rowPitch * bytes);
          });
          advance(f, totals, (outputCount - 1) * tapCount * 16);
          advance(f, rowSlope, outputCount * height * width * bytes);
        };
        repeat(f, Math.floor(count / block), () => addBlock(block));
        if (count % block > 0) f.scope(() => addBlock(count % block));
        advance(f, slope, blockRows * width * bytes);
        if (typeof first !== "number") advance(f, first, blockRows);
      });
      advance(f, image, imageChannels * imageSize * bytes);
      advance(f, adjoint, outputs * height * width * bytes);
    });
    const totals = letSum(f, 0, [scratch, 1]);
    repeat(f, count, () => {
      repeat(f, tapCount, () => {
        f.get(target);
        for (const half of [0, 1]) {
          f.get(totals);
          f.memory("f64.load", 8 * half);
        }
        f.op("f64.add");
        if (format === "f32") f.op("f32.demote_f64");
        f.memory(`${format}.store`);
        advance(f, totals, 16);
        advance(f, target, bytes);
      });
      advance(f, target, (channels * filterSize - tapCount) * bytes);
    });
  };

  eachUnit(work, (unit) => {
    const f = work;
    const [filter, channel] = letDivided(f, unit, channels / unitChannels);
    const [group, inGroup] = letDivided(f, filter, units);
    const [member, ownGroup] = letDivided(f, group, groups);
    const output = letSum(f, 0, [group, own], [inGroup, unitOutputs]);
    const image = letSum(
      f,
      images.address,
      [member, imageCount * imageChannels * imageSize * bytes],
      [ownGroup, channels * imageSize * bytes],
      [channel, unitChannels * imageSize * bytes],
    );
    const adjoint = letSum(
      f,
      adjoints.address,
      [member, (imageCount - 1) * outputs * height * width * bytes],
      [output, height * width * bytes],
    );
    const target = letSum(
      f,
      result.address,
      [output, channels * filterSize * bytes],
      [channel, unitChannels * filterSize * bytes],
    );
    const last = own - (units - 1) * unitOutputs;
    if (last === unitOutputs) return emitUnit(unitOutputs, image, adjoint, target);
    pushSum(f, 1 - units, [inGroup, 1]);
    f.if(
      () => f.scope(() => emitUnit(unitOutputs, image, adjoint, target)),
      () => f.scope(() => emitUnit(last, image, adjoint, target)),
    );
  });
  return {
    units: elsewhere * units,
    scratchBytes: totalBytes + source.scratchBytes,
    work,
  };
}
