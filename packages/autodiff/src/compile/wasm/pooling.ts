import type { AxisWindows } from "../../ops/window.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { advance } from "./counter.ts";
import { eachUnit, letSum, repeat } from "./counting.ts";
import type { Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { Lanes } from "./lanes.ts";
import { copyPadded, paddedBytes, type PaddedImage } from "./padded-image.ts";

/** Elements of a window that are written out one after another. */
const mostUnrolled = 16;

/**
 * Max pooling, and what its derivatives are made of; a unit is one image.
 *
 * - "maximum" of x: the largest element of each window;
 * - "mean" of dx, x, y: the mean of dx over the elements of each window where x is the maximum y;
 * - "share" of ȳ, x, y: each window's ȳ in equal shares where x is the maximum y, added up where windows overlap.
 *
 * Padding is never the maximum: it is −∞ to find it, and afterwards NaN, which equals nothing.
 */
export function poolKernel(
  context: KernelContext,
  what: "maximum" | "mean" | "share",
  inputs: readonly Operand[],
  output: Operand,
  [rows, columns]: readonly [AxisWindows, AxisWindows],
): Kernel {
  const { module, format } = context;
  const bytes = format === "f64" ? 8 : 4;
  const work = module.function(["i32", "i32", "i32"], []);
  const lanes = new Lanes(work, context);
  const f = work;
  const scratch = work.parameters[2] as Local;
  const images = sizeOf(output.shape.slice(0, -2));
  const imageBytes = rows.extent * columns.extent * bytes;
  const windowBytes = rows.count * columns.count * bytes;

  const [height, width] = [covered(rows), covered(columns)];
  const padded = rows.before + columns.before > 0 || height > rows.extent || width > columns.extent;
  const pitch = padded ? width : columns.extent;
  const copyOf = (fill: number): PaddedImage => ({
    channels: 1,
    extents: [rows.extent, columns.extent],
    rows: height,
    planes: [{ start: -columns.before, step: 1 }],
    columns: width,
    fill,
  });
  const copyBytes = padded ? paddedBytes(copyOf(0), bytes) : 0;
  const copies = what === "maximum" ? 1 : 2;

  eachUnit(work, (unit) => {
    /** An image where it is, or in the scratch memory with its padding. */
    const place = (operand: Operand, fill: number, slot: number): Local => {
      const image = letSum(f, operand.address, [unit, imageBytes]);
      if (!padded) return image;
      const copy = letSum(f, slot * copyBytes, [scratch, 1]);
      copyPadded(lanes, copyOf(fill), image, copy, -rows.before);
      return copy;
    };
    const window = (operand: Operand): Local => letSum(f, operand.address, [unit, windowBytes]);
    const [a, b, c] = inputs as [Operand, Operand, Operand];
    const x = what === "maximum" ? place(a, -Infinity, 0) : place(b, NaN, 0);
    let slopes: Local | undefined;
    if (what === "mean") slopes = place(a, 0, 1);
    if (what === "share") {
      slopes = padded ? letSum(f, copyBytes, [scratch, 1]) : letSum(f, output.address, [unit, imageBytes]);
      f.get(slopes);
      f.i32(0);
      f.i32(padded ? height * width * bytes : imageBytes);
      f.memoryFill();
    }
    const imagePlaces = slopes ? [x, slopes] : [x];
    const windowPlaces = { maximum: [output], mean: [output, c], share: [a, c] }[what].map(window);
    const emit = { maximum, mean, share }[what];
    repeat(f, rows.count, () => {
      const at = imagePlaces.map((start) => letSum(f, 0, [start, 1]));
      const some = (valid: number): void => {
        emit(valid, at, windowPlaces);
        for (const each of at) advance(f, each, lanes.count * columns.stride * bytes);
        for (const each of windowPlaces) advance(f, each, Math.min(valid, lanes.count) * bytes);
      };
      repeat(f, Math.floor(columns.count / lanes.count), () => some(lanes.count));
      if (columns.count % lanes.count > 0) f.scope(() => some(columns.count % lanes.count));
      for (const each of imagePlaces) advance(f, each, rows.stride * pitch * bytes);
    });
    if (what === "share" && padded) copyBack(letSum(f, copyBytes, [scratch, 1]), unit);
  });

  /** Elements of as many windows as there are lanes, one of each at a time: addresses, and an offset to them. */
  function eachElement(at: readonly Local[], body: (offset: number, ...at: Local[]) => void): void {
    if (rows.size * columns.size <= mostUnrolled) {
      for (let u = 0; u < rows.size; u++)
        for (let v = 0; v < columns.size; v++) f.scope(() => body((u * pitch + v) * bytes, ...at));
      return;
    }
    f.scope(() => {
      const moving = at.map((each) => letSum(f, 0, [each, 1]));
      repeat(f, rows.size, () => {
        repeat(f, columns.size, () => {
          body(0, ...moving);
          for (const each of moving) advance(f, each, bytes);
        });
        for (const each of moving) advance(f, each, (pitch - columns.size) * bytes);
      });
    });
  }

  function maximum(valid: number, at: readonly Local[], [y]: readonly Local[]): void {
    lanes.constant(-Infinity);
    const largest = lanes.keep();
    eachElement(at, (offset, x) => {
      lanes.gather(x, offset, columns.stride, valid);
      f.get(largest);
      lanes.op("max");
      f.set(largest);
    });
    lanes.store(y as Local, 0, largest, valid);
  }

  /** Leaves a mask on the stack: where the element is the maximum. */
  function reaches(valid: number, x: Local, offset: number, y: Local): void {
    lanes.gather(x, offset, columns.stride, valid);
    f.get(y);
    lanes.op("eq");
  }

  function add(sum: Local): void {
    f.get(sum);
    lanes.op("add");
    f.set(sum);
  }

  function zero(): Local {
    lanes.constant(0);
    return lanes.keep();
  }

  function mean(valid: number, at: readonly Local[], [target, maxima]: readonly Local[]): void {
    lanes.load(maxima as Local);
    const [y, count, total] = [lanes.keep(), zero(), zero()];
    eachElement(at, (offset, x, dx) => {
      reaches(valid, x, offset, y);
      const mask = lanes.keep();
      lanes.constant(1);
      f.get(mask);
      f.op("v128.and");
      add(count);
      lanes.gather(dx, offset, columns.stride, valid);
      f.get(mask);
      f.op("v128.and");
      add(total);
    });
    // In a window with NaN nothing reaches the maximum: 0 / 0.
    f.get(total);
    f.get(count);
    lanes.op("div");
    lanes.store(target as Local, 0, lanes.keep(), valid);
  }

  function share(valid: number, at: readonly Local[], [adjoints, maxima]: readonly Local[]): void {
    const overlap = rows.size > rows.stride || columns.size > columns.stride;
    lanes.load(maxima as Local);
    const [y, count] = [lanes.keep(), zero()];
    eachElement(at, (offset, x) => {
      reaches(valid, x, offset, y);
      lanes.constant(1);
      f.op("v128.and");
      add(count);
    });
    // A window with NaN gives NaN to all its elements.
    f.get(y);
    f.get(y);
    lanes.op("ne");
    const unknown = lanes.keep();
    f.get(y);
    lanes.load(adjoints as Local);
    f.get(count);
    lanes.op("div");
    f.get(unknown);
    f.op("v128.bitselect");
    const part = lanes.keep();
    eachElement(at, (offset, x, slopes) => {
      reaches(valid, x, offset, y);
      f.get(unknown);
      f.op("v128.or");
      f.get(part);
      f.op("v128.and");
      if (overlap) {
        lanes.gather(slopes, offset, columns.stride, valid);
        lanes.op("add");
      }
      lanes.store(slopes, offset, lanes.keep(), valid, columns.stride);
    });
  }

  /** The image inside its padding, to its place in the result. */
  function copyBack(copy: Local, unit: Local): void {
    const target = letSum(f, output.address, [unit, imageBytes]);
    advance(f, copy, (rows.before * pitch + columns.before) * bytes);
    // Rows and columns behind the last window have no part in any.
    const [keptRows, kept] = [
      Math.min(rows.extent, height - rows.before),
      Math.min(columns.extent, width - columns.before),
    ];
    if (keptRows < rows.extent || kept < columns.extent) {
      f.get(target);
      f.i32(0);
      f.i32(imageBytes);
      f.memoryFill();
    }
    repeat(f, keptRows, () => {
      const move = (valid: number): void => {
        lanes.load(copy);
        lanes.store(target, 0, lanes.keep(), valid);
        advance(f, copy, valid * bytes);
        advance(f, target, valid * bytes);
      };
      repeat(f, Math.floor(kept / lanes.count), () => move(lanes.count));
      if (kept % lanes.count > 0) f.scope(() => move(kept % lanes.count));
      advance(f, copy, (pitch - kept) * bytes);
      advance(f, target, (columns.extent - kept) * bytes);
    });
  }

  return { units: images, scratchBytes: copies * copyBytes, work };
}

/** Positions from the first window's first to the last window's last. */
function covered({ count, stride, size }: AxisWindows): number {
  return (count - 1) * stride + size;
}
