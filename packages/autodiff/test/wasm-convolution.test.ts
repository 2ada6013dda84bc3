import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convOps } from "../src/ops/conv.ts";
import type { Geometry } from "../src/ops/kernels/convolution.ts";
import type { Op } from "../src/ops/op.ts";
import { layWindows } from "../src/ops/window.ts";
import { abs, arange, cast, type Tensor } from "../src/index.ts";
import { runKernel } from "./kernel-harness.ts";

const [inputOp, weightsOp, outputOp] = convOps as unknown as readonly [
  Op<Geometry>,
  Op<Geometry>,
  Op<Geometry>,
];

/** Irregular numbers in a given shape. */
const filled = (shape: readonly number[], seed: number, dtype: "f64" | "f32"): Tensor =>
  cast(
    arange(shape.reduce((size, extent) => size * extent, 1))
      .add(seed)
      .mul(1.7)
      .sin()
      .reshape(shape),
    dtype,
  );

interface Plan {
  readonly leading: readonly number[];
  readonly images: number;
  readonly groups: number;
  readonly groupInputs: number;
  readonly groupOutputs: number;
  readonly extents: readonly [number, number];
  readonly sizes: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
}

const pair = (least: number, most: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

const fits = ({ extents, sizes, dilation, padding }: Plan): boolean =>
  [0, 1].every((axis) => {
    const [before, behind] = padding[axis] as [number, number];
    const span = ((sizes[axis] as number) - 1) * (dilation[axis] as number) + 1;
    return (extents[axis] as number) + before + behind >= span;
  });

const plans: fc.Arbitrary<Plan> = fc
  .record({
    leading: fc.constantFrom([], [], [2], [0]),
    images: fc.integer({ min: 0, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    groupInputs: fc.integer({ min: 1, max: 5 }),
    groupOutputs: fc.integer({ min: 1, max: 9 }),
    extents: pair(1, 14),
    sizes: fc.oneof(pair(1, 3), pair(1, 9), fc.constant<[number, number]>([1, 1])),
    stride: fc.oneof(fc.constant<[number, number]>([1, 1]), pair(1, 4)),
    dilation: fc.oneof(fc.constant<[number, number]>([1, 1]), pair(1, 3)),
    padding: fc.tuple(pair(0, 4), pair(0, 4)),
  })
  .filter(fits);

const u = { f64: 2 ** -53, f32: 2 ** -24 } as const;

/** All three factors by their kernels, against sums in f64 that are rounded once. */
function expectKernels(plan: Plan, options: { format: "f64" | "f32"; fma: boolean }): void {
  const { leading, images, groups, groupInputs, groupOutputs, extents, sizes, stride, dilation, padding } =
    plan;
  const [rows, columns] = layWindows("conv2d", extents, sizes, { stride, dilation, padding });
  const geometry: Geometry = { rows, columns, groups };
  const { format } = options;
  const x = filled([...leading, images, groups * groupInputs, ...extents], 1, format);
  const w = filled([...leading, groups * groupOutputs, groupInputs, ...sizes], 100, format);
  const y = filled([...leading, images, groups * groupOutputs, rows.count, columns.count], 1000, format);
  const terms = { output: groupInputs, input: groupOutputs, weights: images * rows.count };
  const perChannel = { output: sizes[0] * sizes[1], input: sizes[0] * sizes[1], weights: columns.count };
  for (const [factor, op, a, b] of [
    ["output", outputOp, x, w],
    ["input", inputOp, w, y],
    ["weights", weightsOp, x, y],
  ] as const) {
    const { kernel, reference, shape } = runKernel(op, [a, b], geometry, options);
    // Each of K products and sums is rounded: K roundings of Σ|a b| at most, and one for the result.
    const magnitude = op.evaluate([abs(a), abs(b)], geometry, { shape, dtype: "f64" }) as Float64Array;
    const roundings = terms[factor] * perChannel[factor] + 2;
    reference.forEach((expected, index) => {
      const bound = 2 * roundings * u[format] * (magnitude[index] as number);
      if (!(Math.abs((kernel[index] as number) - expected) <= bound))
        expect.fail(`${op.name}: element ${index} is ${kernel[index]}, not ${expected}`);
    });
  }
}

const choices = fc.record({ format: fc.constantFrom("f64" as const, "f32" as const), fma: fc.boolean() });

describe("the kernels of a convolution and its adjoints", () => {
  it("are the reference kernels, for every geometry", () => {
    fc.assert(fc.property(plans, choices, expectKernels), { numRuns: 200 });
  });

  const plain: Plan = {
    leading: [],
    images: 2,
    groups: 1,
    groupInputs: 3,
    groupOutputs: 7,
    extents: [9, 10],
    sizes: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
  };
  const same: Plan["padding"] = [
    [1, 1],
    [1, 1],
  ];

  it.each<[string, Partial<Plan>]>([
    ["without padding", {}],
    ["with padding", { padding: same }],
    ["with a kernel as large as the image", { sizes: [9, 10] }],
    ["with a kernel larger than the image", { sizes: [11, 12], padding: same }],
    ["with one channel of many rows", { images: 1, groupInputs: 1, extents: [150, 21], padding: same }],
    ["with many rows in few columns", { extents: [700, 3] }],
    ["with long rows", { images: 1, groupInputs: 1, extents: [2, 3000], sizes: [1, 5], stride: [1, 2] }],
    [
      "with many channels",
      { images: 1, groupInputs: 60, groupOutputs: 13, extents: [17, 13], padding: same },
    ],
    ["with a channel for each group", { groups: 6, groupInputs: 1, groupOutputs: 1, padding: same }],
    ["in patches that do not overlap", { extents: [32, 32], sizes: [16, 16], stride: [16, 16] }],
    ["with gaps between windows", { sizes: [1, 2], stride: [3, 4] }],
    [
      "with strides and dilations that share divisors",
      { extents: [19, 23], stride: [4, 6], dilation: [2, 4] },
    ],
    ["of no images", { images: 0 }],
    ["of no channels", { groupInputs: 0 }],
    ["to no channels", { groupOutputs: 0 }],
    [
      "of images without rows",
      {
        extents: [0, 5],
        padding: [
          [2, 2],
          [1, 1],
        ],
      },
    ],
  ])("are the reference kernels %s", (_, change) => {
    for (const format of ["f64", "f32"] as const)
      for (const fma of [false, true]) expectKernels({ ...plain, ...change }, { format, fma });
  });
});
