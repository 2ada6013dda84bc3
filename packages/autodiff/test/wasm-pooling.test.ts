import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { poolOps } from "../src/ops/pool.ts";
import type { Op } from "../src/ops/op.ts";
import { layWindows, type AxisWindows } from "../src/ops/window.ts";
import { tensor, type Tensor } from "../src/index.ts";
import { runKernel } from "./kernel-harness.ts";

type Windows = readonly [AxisWindows, AxisWindows];
type Format = "f64" | "f32";

const [maxPoolOp, meanOp, shareOp] = poolOps as unknown as readonly [Op<Windows>, Op<Windows>, Op<Windows>];

interface Plan {
  readonly leading: readonly number[];
  readonly windows: Windows;
  readonly format: Format;
  readonly fma: boolean;
  /** Draws the numbers of an image. */
  readonly seed: number;
  readonly choice: readonly number[];
}

const pair = (least: number, most: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

/** Few different numbers, so that many elements reach the maximum, and what is no ordinary number. */
const choices = [
  [0, -0, 1, 2],
  [-3, -2, -1],
  [0.1, 0.2, 0.3, 0.7, 1.1, -0.3, 5.5],
  [1, NaN, 2, 3, 4, 5],
  [-Infinity, 1, Infinity],
  [-Infinity],
  [Infinity, NaN, -Infinity],
] as const;

const plans: fc.Arbitrary<Plan> = fc
  .record({
    leading: fc.constantFrom([], [3], [2, 2], [0, 2], [1]),
    extents: fc.oneof(pair(1, 19), pair(1, 5)),
    size: fc.oneof(pair(1, 3), pair(1, 7), fc.constant<[number, number]>([2, 2])),
    stride: fc.oneof(pair(1, 4), fc.constant<[number, number]>([2, 2])),
    padding: fc.tuple(pair(0, 6), pair(0, 6)),
    format: fc.constantFrom("f64" as const, "f32" as const),
    fma: fc.boolean(),
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    choice: fc.constantFrom(...choices),
  })
  .filter(({ extents, size, padding }) =>
    [0, 1].every((axis) => {
      const [extent, elements] = [extents[axis] as number, size[axis] as number];
      const [before, behind] = padding[axis] as [number, number];
      return before < elements && behind < elements && extent + before + behind >= elements;
    }),
  )
  .map(({ extents, size, stride, padding, ...rest }) => ({
    ...rest,
    windows: layWindows("pool", extents, size, { stride, padding, dilation: 1 }),
  }));

/** Numbers from a linear congruential generator (Numerical Recipes), the first of them from the seed. */
function drawn(shape: readonly number[], from: readonly number[], seed: number, format: Format): Tensor {
  let state = seed;
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = Float64Array.from({ length: size }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)] as number;
  });
  return tensor(data, { shape, dtype: format });
}

const regular = [0.5, -1.25, 3, 0.1, 7.7, -2.2];

function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = -1): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [found, value] = [actual[i] as number, expected[i] as number];
    if (Object.is(found, value) || Math.abs(found - value) <= tolerance) continue;
    expect.fail(`element ${i}: ${found}, not ${value}`);
  }
}

describe("the kernels of max pooling", () => {
  it("give the very maxima of the reference kernel, NaN, infinities and zeros of both signs included", () => {
    fc.assert(
      fc.property(plans, ({ leading, windows, format, fma, seed, choice }) => {
        const x = drawn([...leading, windows[0].extent, windows[1].extent], choice, seed, format);
        const { kernel, reference } = runKernel(maxPoolOp, [x], windows, { format, fma });
        expectSame(kernel, reference);
      }),
      { numRuns: 200 },
    );
  });

  it("give the derivatives of the reference kernels, with every tie and in windows with NaN", () => {
    fc.assert(
      fc.property(plans, ({ leading, windows, format, fma, seed, choice }) => {
        const [rows, columns] = windows;
        const imageShape = [...leading, rows.extent, columns.extent];
        const x = drawn(imageShape, choice, seed, format);
        const { reference: maxima, shape } = runKernel(maxPoolOp, [x], windows, { format, fma });
        const y = tensor(maxima, { shape, dtype: format });
        // At most 49 terms of at most 7.7, each of them rounded, and their sums.
        const tolerance = 49 * 49 * 7.7 * (format === "f64" ? 2 ** -53 : 2 ** -24);
        const dx = drawn(imageShape, regular, seed + 1, format);
        const mean = runKernel(meanOp, [dx, x, y], windows, { format, fma });
        expectSame(mean.kernel, mean.reference, tolerance);
        const adjoint = drawn(shape, regular, seed + 2, format);
        const share = runKernel(shareOp, [adjoint, x, y], windows, { format, fma });
        expectSame(share.kernel, share.reference, tolerance);
      }),
      { numRuns: 200 },
    );
  });

  it("leave what no window reaches without a derivative, and what is infinite elsewhere alone", () => {
    const windows = layWindows("pool", [2, 5], [2, 2], { stride: 2, padding: "valid", dilation: 1 });
    const x = tensor([
      [1, 2, 5, 5, 9],
      [2, 0, 5, 3, 9],
    ]);
    const y = tensor([[2, 5]]);
    const { kernel } = runKernel(shareOp, [tensor([[Infinity, 6]]), x, y], windows, {
      format: "f64",
      fma: false,
    });
    expect([...kernel]).toEqual([0, Infinity, 2, 2, 0, Infinity, 0, 2, 0, 0]);
  });
});
