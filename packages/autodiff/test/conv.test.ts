import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  avgPool,
  cast,
  checkGrad,
  compile,
  conv2d,
  grad,
  jacobian,
  maxPool,
  ShapeError,
  tensor,
  vjp,
  vmap,
  zeros,
  type Conv2dOptions,
  type Padding,
  type Tensor,
} from "../src/index.ts";

/** Irregular numbers in a given shape. */
const filled = (shape: readonly number[], seed: number): Tensor =>
  arange(shape.reduce((size, extent) => size * extent, 1))
    .add(seed)
    .mul(1.7)
    .sin()
    .reshape(shape);

interface Plan {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly options: {
    stride: [number, number];
    padding: Padding;
    dilation: [number, number];
    groups: number;
  };
}

/** The definition, one product at a time, with the padding written out. */
function byLoops({ x, w, options }: Plan): Tensor {
  const { stride, dilation, groups } = options;
  const [n, c, h, width] = x.shape as [number, number, number, number];
  const [o, cg, kh, kw] = w.shape as [number, number, number, number];
  const [[top, bottom], [left, right]] = paddingOf(options, [h, width], [kh, kw]);
  const rows = Math.floor((h + top + bottom - dilation[0] * (kh - 1) - 1) / stride[0]) + 1;
  const columns = Math.floor((width + left + right - dilation[1] * (kw - 1) - 1) / stride[1]) + 1;
  const at = (image: number, channel: number, row: number, column: number): number =>
    row < 0 || row >= h || column < 0 || column >= width
      ? 0
      : (x.data[((image * c + channel) * h + row) * width + column] as number);
  const y = new Float64Array(n * o * rows * columns);
  let position = 0;
  for (let image = 0; image < n; image++)
    for (let filter = 0; filter < o; filter++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          let total = 0;
          const group = Math.floor(filter / (o / groups));
          for (let channel = 0; channel < cg; channel++)
            for (let u = 0; u < kh; u++)
              for (let v = 0; v < kw; v++)
                total +=
                  at(
                    image,
                    group * cg + channel,
                    i * stride[0] + u * dilation[0] - top,
                    j * stride[1] + v * dilation[1] - left,
                  ) * (w.data[((filter * cg + channel) * kh + u) * kw + v] as number);
          y[position++] = total;
        }
  return tensor(y, { shape: [n, o, rows, columns] });
}

type Sides = [[number, number], [number, number]];

/** As TensorFlow's documentation of "SAME" has it. */
function paddingOf(
  { padding, stride, dilation }: Plan["options"],
  extents: [number, number],
  sizes: [number, number],
): Sides {
  if (padding === "valid")
    return [
      [0, 0],
      [0, 0],
    ];
  return [0, 1].map((axis) => {
    if (typeof padding === "object") {
      const one = padding[axis] as number | [number, number];
      return typeof one === "number" ? [one, one] : one;
    }
    if (typeof padding === "number") return [padding, padding];
    const [extent, step] = [extents[axis] as number, stride[axis] as number];
    const span = (dilation[axis] as number) * ((sizes[axis] as number) - 1) + 1;
    const needed = Math.max(span - (extent % step === 0 ? step : extent % step), 0);
    return [Math.floor(needed / 2), needed - Math.floor(needed / 2)];
  }) as Sides;
}

const pair = (least: number, most: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

const plans: fc.Arbitrary<Plan> = fc
  .record({
    images: fc.integer({ min: 0, max: 2 }),
    groups: fc.integer({ min: 1, max: 2 }),
    groupInputs: fc.integer({ min: 1, max: 2 }),
    groupOutputs: fc.integer({ min: 1, max: 2 }),
    extents: pair(1, 6),
    sizes: pair(1, 3),
    stride: pair(1, 3),
    dilation: pair(1, 2),
    padding: fc.oneof(
      fc.constant("valid" as const),
      fc.constant("same" as const),
      fc.integer({ min: 0, max: 3 }),
      fc.tuple(fc.integer({ min: 0, max: 2 }), pair(0, 3)),
    ),
  })
  .map(({ images, groups, groupInputs, groupOutputs, extents, sizes, stride, dilation, padding }) => ({
    x: filled([images, groups * groupInputs, ...extents], 1),
    w: filled([groups * groupOutputs, groupInputs, ...sizes], 100),
    options: { stride, padding, dilation, groups },
  }))
  .filter(({ x, w, options }) => {
    const [extents, sizes] = [x.shape.slice(2), w.shape.slice(2)] as [[number, number], [number, number]];
    return paddingOf(options, extents, sizes).every(
      ([before, behind], axis) =>
        (extents[axis] as number) + before + behind >
        (options.dilation[axis] as number) * ((sizes[axis] as number) - 1),
    );
  });

const inner = (a: Tensor, b: Tensor): number => a.mul(b).sum().item();

describe("conv2d", () => {
  it("is its definition, for every stride, padding, dilation and number of groups", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const value = conv2d(plan.x, plan.w, plan.options);
        const expected = byLoops(plan);
        expect(value.shape).toEqual(expected.shape);
        expected.data.forEach((each, index) => expect(value.data[index]).toBeCloseTo(each, 12));
      }),
      { numRuns: 200 },
    );
  });

  it("has the adjoints of a form linear in three factors: ⟨ȳ, x ⋆ w⟩ = ⟨x̄, x⟩ = ⟨w̄, w⟩", () => {
    fc.assert(
      fc.property(plans, ({ x, w, options }) => {
        const [y, pullBack] = vjp(([a, b]: [Tensor, Tensor]) => conv2d(a, b, options))([x, w]);
        const seed = filled(y.shape, 7);
        const [inputAdjoint, weightAdjoint] = pullBack(seed);
        expect(inputAdjoint.shape).toEqual(x.shape);
        expect(weightAdjoint.shape).toEqual(w.shape);
        expect(inner(inputAdjoint, x)).toBeCloseTo(inner(seed, y), 11);
        expect(inner(weightAdjoint, w)).toBeCloseTo(inner(seed, y), 11);
      }),
      { numRuns: 100 },
    );
  });

  it("has exact derivatives to third order", () => {
    const options: Conv2dOptions = { stride: [2, 1], padding: "same", dilation: [1, 2], groups: 2 };
    const f = ([x, w]: [Tensor, Tensor]): Tensor => {
      const y = conv2d(x.square(), w.sin(), options);
      return y.mul(y.add(1));
    };
    const point: [Tensor, Tensor] = [filled([1, 2, 4, 3], 1), filled([2, 1, 2, 2], 9)];
    expect(checkGrad(f, { order: 3, tolerance: 1e-5 })(point).reverse).toBeLessThan(1e-12);
  });

  it("has the values of ONNX's tests", () => {
    const x = arange(25).reshape([1, 1, 5, 5]);
    const ones = tensor([
      [
        [
          [1, 1, 1],
          [1, 1, 1],
          [1, 1, 1],
        ],
      ],
    ]);
    expect(conv2d(x, ones).toArray()).toEqual([
      [
        [
          [54, 63, 72],
          [99, 108, 117],
          [144, 153, 162],
        ],
      ],
    ]);
    expect(conv2d(x, ones, { padding: "same" }).toArray()).toEqual([
      [
        [
          [12, 21, 27, 33, 24],
          [33, 54, 63, 72, 51],
          [63, 99, 108, 117, 81],
          [93, 144, 153, 162, 111],
          [72, 111, 117, 123, 84],
        ],
      ],
    ]);
  });

  it("with a kernel of one element is a matrix product over the channels", () => {
    const [x, w] = [filled([2, 3, 4, 5], 0), filled([4, 3, 1, 1], 50)];
    const product = w.reshape([4, 3]).matmul(x.reshape([2, 3, 20]));
    conv2d(x, w)
      .reshape([2, 4, 20])
      .data.forEach((each, index) => expect(each).toBeCloseTo(product.data[index] as number, 13));
  });

  it("of one image is the first of a batch of one", () => {
    const [x, w] = [filled([3, 4, 5], 0), filled([2, 3, 2, 2], 50)];
    expect(conv2d(x, w).toArray()).toEqual(
      conv2d(x.reshape([1, 3, 4, 5]), w)
        .slice(0)
        .toArray(),
    );
    expect(grad((each: Tensor) => conv2d(each, w).sum())(x).shape).toEqual([3, 4, 5]);
  });

  it("maps over images, over weights, and over both, and nests", () => {
    const [x, w] = [filled([3, 2, 2, 4, 4], 0), filled([3, 2, 2, 2, 2], 80)];
    const f = (a: Tensor, b: Tensor): Tensor => conv2d(a, b, { padding: 1, stride: 2 });
    for (const axes of [
      [0, 0],
      [0, undefined],
      [undefined, 0],
    ]) {
      const pick = (all: Tensor, axis: number | undefined, k: number): Tensor =>
        axis === undefined ? all.slice(0) : all.slice(k);
      const given = [x, w].map((all, index) => (axes[index] === undefined ? all.slice(0) : all));
      const mapped = vmap(f, { axes })(...given);
      for (let k = 0; k < 3; k++)
        expect(mapped.slice(k).toArray()).toEqual(f(pick(x, axes[0], k), pick(w, axes[1], k)).toArray());
    }
    // Gradients by the weights, one for every image.
    const loss = (b: Tensor, a: Tensor): Tensor => f(a, b).square().sum();
    const each = vmap(grad(loss), { axes: [undefined, 0] })(w.slice(0), x);
    expect(each.shape).toEqual([3, 2, 2, 2, 2]);
    for (let k = 0; k < 3; k++) {
      const expected = grad(loss)(w.slice(0), x.slice(k));
      each.slice(k).data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i] as number, 11));
    }
    const twice = vmap(vmap(f, { axes: [undefined, 0] }), { axes: [0, undefined] })(x, w);
    expect(twice.shape).toEqual([3, 3, 2, 2, 3, 3]);
    expect(twice.slice(2, 1).toArray()).toEqual(f(x.slice(2), w.slice(1)).toArray());
  });

  it("keeps f32, adds up in f64, and makes numbers of integers", () => {
    const x = cast(filled([1, 3, 6, 6], 0), "f32");
    const w = cast(filled([2, 3, 3, 3], 9), "f32");
    const y = conv2d(x, w);
    expect(y.dtype).toBe("f32");
    expect(y.toArray()).toEqual(cast(conv2d(cast(x, "f64"), cast(w, "f64")), "f32").toArray());
    expect(conv2d(cast(ones3(), "i32"), ones3().reshape([1, 1, 3, 3])).dtype).toBe("f64");
  });

  it("keeps to what is in the image: the padding of an infinite image is zero", () => {
    expect(conv2d([[[Infinity]]], [[[[0, 1, 0]]]], { padding: "same" }).toArray()).toEqual([[[Infinity]]]);
  });

  it("compiles with its gradient", () => {
    const [x, w] = [filled([2, 2, 5, 5], 0), filled([3, 2, 3, 3], 50)];
    const loss = ([a, b]: [Tensor, Tensor]): Tensor =>
      maxPool(conv2d(a, b, { padding: "same" }), 2)
        .square()
        .sum();
    const [expected, found] = [grad(loss)([x, w]), compile(grad(loss))([x, w])];
    found.forEach((each, index) =>
      each.data.forEach((value, i) => expect(value).toBeCloseTo(expected[index]?.data[i] as number, 11)),
    );
  });

  it("says what does not fit", () => {
    const x = zeros([1, 2, 4, 4]);
    const w = zeros([3, 2, 2, 2]);
    const refusal = (f: () => unknown, message: string): void => {
      expect(f).toThrow(ShapeError);
      expect(f).toThrow(message);
    };
    refusal(() => conv2d([1, 2], w), "expected images [batch, channels, height, width]");
    refusal(() => conv2d(x, [[1]]), "expected weights [outputs, channels, kernel height, kernel width]");
    refusal(() => conv2d(x, zeros([3, 1, 2, 2])), "2 channels in 1 groups need weights for 2 channels");
    refusal(() => conv2d(x, w, { groups: 2 }), "must divide 2 input and 3 output channels: 2");
    refusal(() => conv2d(x, w, { groups: 0.5 }), "0.5");
    refusal(() => conv2d(x, zeros([3, 2, 0, 2])), "the kernel has no elements");
    refusal(() => conv2d(x, zeros([3, 2, 5, 2])), "spans 5 rows does not fit into 4");
    refusal(() => conv2d(x, w, { dilation: [1, 4] }), "spans 5 columns");
    refusal(() => conv2d(x, w, { stride: 0 }), "the stride must be a positive integer");
    refusal(() => conv2d(x, w, { padding: -1 }), "a padding must be a non-negative integer: -1");
    refusal(() => conv2d(x, w, { padding: "full" as "same" }), '"valid", "same" or numbers: "full"');
    refusal(() => conv2d(x, w, { padding: [1] as unknown as Padding }), "expected two paddings");
  });
});

function ones3(): Tensor {
  return tensor([
    [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ],
  ]);
}

describe("pooling", () => {
  const square = arange(25).add(1).reshape([1, 1, 5, 5]);
  const plain = (pooled: Tensor): unknown => pooled.slice(0, 0).toArray();

  it("has the values of ONNX's tests", () => {
    expect(plain(maxPool(square, 2))).toEqual([
      [7, 9],
      [17, 19],
    ]);
    expect(plain(maxPool(square, 5, { stride: 1, padding: 2 }))).toEqual([
      [13, 14, 15, 15, 15],
      [18, 19, 20, 20, 20],
      [23, 24, 25, 25, 25],
      [23, 24, 25, 25, 25],
      [23, 24, 25, 25, 25],
    ]);
    expect(plain(avgPool(square, 2))).toEqual([
      [4, 6],
      [14, 16],
    ]);
    expect(plain(avgPool(square, 5, { stride: 1, padding: 2 }))).toEqual([
      [7, 7.5, 8, 8.5, 9],
      [9.5, 10, 10.5, 11, 11.5],
      [12, 12.5, 13, 13.5, 14],
      [14.5, 15, 15.5, 16, 16.5],
      [17, 17.5, 18, 18.5, 19],
    ]);
  });

  it("is the extremum and the mean of what is in each window", () => {
    fc.assert(
      fc.property(pair(1, 7), pair(1, 3), pair(1, 4), pair(0, 2), ([h, w], size, stride, [above, left]) => {
        fc.pre(above < size[0] && left < size[1] && h + above >= size[0] && w + left >= size[1]);
        const x = filled([2, h, w], 3);
        const padding = [
          [above, 0],
          [left, 0],
        ] as const;
        const highest = maxPool(x, size, { stride, padding });
        const mean = avgPool(x, size, { stride, padding });
        const rows = Math.floor((h + above - size[0]) / stride[0]) + 1;
        const columns = Math.floor((w + left - size[1]) / stride[1]) + 1;
        expect(highest.shape).toEqual([2, rows, columns]);
        for (let image = 0; image < 2; image++)
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              const [top, first] = [i * stride[0] - above, j * stride[1] - left];
              const window = x.slice(
                image,
                [Math.max(0, top), top + size[0]],
                [Math.max(0, first), first + size[1]],
              );
              expect(highest.slice(image, i, j).item()).toBe(window.max().item());
              expect(mean.slice(image, i, j).item()).toBeCloseTo(window.mean().item(), 14);
            }
      }),
    );
  });

  it("shares the derivative of a maximum among all that reach it", () => {
    const slope = (x: number[][], size: number, padding = 0): unknown =>
      grad((each: Tensor) => maxPool(each, size, { padding, stride: size }).sum())(tensor(x)).toArray();
    expect(
      slope(
        [
          [3, 1],
          [3, 2],
        ],
        2,
      ),
    ).toEqual([
      [0.5, 0],
      [0.5, 0],
    ]);
    // Zeros of the padding are no elements: where the maximum is zero, too, the image has it all.
    expect(slope([[0]], 2, 1)).toEqual([[1]]);
    expect(slope([[-5]], 2, 1)).toEqual([[1]]);
  });

  it("adds up the derivatives of overlapping windows", () => {
    const x = tensor([
      [1, 2, 1],
      [2, 9, 2],
      [1, 2, 1],
    ]);
    expect(grad((each: Tensor) => maxPool(each, 2, { stride: 1 }).sum())(x).toArray()).toEqual([
      [0, 0, 0],
      [0, 4, 0],
      [0, 0, 0],
    ]);
    expect(grad((each: Tensor) => avgPool(each, 2, { stride: 1 }).sum())(x).toArray()).toEqual([
      [0.25, 0.5, 0.25],
      [0.5, 1, 0.5],
      [0.25, 0.5, 0.25],
    ]);
  });

  it("has exact derivatives to second order, padding and all", () => {
    const x = filled([2, 4, 5], 5);
    for (const pool of [maxPool, avgPool]) {
      const f = (each: Tensor): Tensor =>
        pool(each.square(), [3, 2], { stride: [2, 1], padding: "same" }).exp();
      expect(checkGrad(f, { order: 2 })(x).reverse).toBeLessThan(1e-12);
    }
    const matrix = jacobian((each: Tensor) => maxPool(each, 2))(filled([4, 4], 1));
    expect(matrix.sum().item()).toBe(4);
  });

  it("knows NaN and ±∞", () => {
    expect(
      maxPool(
        [
          [NaN, 1, -Infinity, -Infinity],
          [2, 3, -Infinity, -Infinity],
        ],
        2,
      ).toArray(),
    ).toEqual([[NaN, -Infinity]]);
  });

  it("keeps f32, and says what does not fit", () => {
    expect(maxPool(cast(filled([4, 4], 0), "f32"), 2).dtype).toBe("f32");
    expect(avgPool(cast(filled([4, 4], 0), "f32"), 2).dtype).toBe("f32");
    expect(() => maxPool([1, 2], 2)).toThrow("maxPool: expected images with axes for height and width");
    expect(() => maxPool(zeros([2, 2]), 3)).toThrow("spans 3 rows does not fit into 2");
    expect(() => avgPool(zeros([4, 4]), 2, { padding: 2 })).toThrow("less than its size of 2: 2");
    expect(() => avgPool(zeros([4, 0]), 1)).toThrow(ShapeError);
    expect(() => maxPool(zeros([4, 4]), 0)).toThrow("the size must be a positive integer");
  });
});
