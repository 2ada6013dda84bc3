import { convolutionKernel } from "../compile/wasm/convolution.ts";
import type { Operand } from "../compile/wasm/kernel.ts";
import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { allocate, promote, toFloat } from "../tensor/dtype.ts";
import { formatShape, sizeOf, type Shape } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import {
  accumulateInput,
  accumulateOutput,
  accumulateWeights,
  type Accumulate,
  type Extents,
  type Geometry,
} from "./kernels/convolution.ts";
import { allBatched, apply, type Op } from "./op.ts";
import { layWindows, type Padding, type PerAxis } from "./window.ts";

/**
 * A convolution and both its derivatives come from one form that is linear in each of three factors,
 *
 *     T(x, w, y) = Σ x[n, c, i·s + u·d − p, j·s + v·d − p] w[o, c, u, v] y[n, o, i, j],
 *
 * with x[..., n, c, h, w], w[..., o, c / groups, u, v], y[..., n, o, i, j] and equal leading axes: conv2d is ∂T/∂y, the
 * adjoint of its input is ∂T/∂x, that of its weights ∂T/∂w. Each of the three is bilinear in the other two factors,
 * and its own derivatives are the other two again, to any order.
 */
const factors = ["input", "weights", "output"] as const;
type Factor = (typeof factors)[number];
type Pair = readonly [Tensor, Tensor];

interface Definition {
  readonly name: string;
  readonly accumulate: Accumulate;
  readonly latex: string;
}

const definitions: Readonly<Record<Factor, Definition>> = {
  input: {
    name: "conv2dInput",
    accumulate: accumulateInput,
    latex: "\\operatorname{conv2dInput}\\left(#1, #2\\right)",
  },
  weights: {
    name: "conv2dWeights",
    accumulate: accumulateWeights,
    latex: "\\operatorname{conv2dWeights}\\left(#1, #2\\right)",
  },
  output: { name: "conv2d", accumulate: accumulateOutput, latex: "#1 \\star #2" },
};

// Marked as pure so that whoever does not convolve does not download it.
const convolutionOps: Readonly<Record<Factor, Op<Geometry>>> = {
  input: /* @__PURE__ */ derivativeBy("input"),
  weights: /* @__PURE__ */ derivativeBy("weights"),
  output: /* @__PURE__ */ derivativeBy("output"),
};

/** The operation ∂T/∂factor, from the other two factors in the order of T. */
function derivativeBy(factor: Factor): Op<Geometry> {
  const { name, accumulate, latex } = definitions[factor];
  const others = factors.filter((other) => other !== factor);
  const apart = (a: Tensor, b: Tensor, geometry: Geometry): Tensor =>
    apply(convolutionOps[factor], [a, b], geometry);
  return {
    name,
    infer: ([a, b], geometry) => ({
      shape: shapeOf(factor, extentsOf(factor, [a, b] as unknown as Pair, geometry), geometry, a as Tensor),
      dtype: promote((a as Tensor).dtype, (b as Tensor).dtype),
    }),
    evaluate: ([a, b], geometry, { shape, dtype }) => {
      const sums = new Float64Array(sizeOf(shape));
      const extents = extentsOf(factor, [a, b] as unknown as Pair, geometry);
      accumulate((a as Tensor).data, (b as Tensor).data, sums, geometry, extents);
      if (dtype === "f64") return sums;
      const result = allocate(dtype, sums.length);
      result.set(sums);
      return result;
    },
    // d(∂T/∂z) = ∂T/∂z (da, b) + ∂T/∂z (a, db)
    forward: ([da, db], [a, b], _, geometry) => {
      const first = da && apart(da, b as Tensor, geometry);
      const second = db && apart(a as Tensor, db, geometry);
      return first && second ? first.add(second) : (first ?? second);
    },
    // ā = ∂T/∂a with the adjoint in the place of the result, and b̄ likewise
    reverse: (adjoint, [a, b], _, geometry, wanted) =>
      others.map((other, index) => {
        if (!wanted[index]) return undefined;
        const known = { [others[0] as Factor]: a, [others[1] as Factor]: b, [factor]: adjoint };
        const rest = factors.filter((each) => each !== other).map((each) => known[each] as Tensor);
        return apply(convolutionOps[other], rest, geometry);
      }),
    batch: (inputs, batched, geometry) => {
      const images = factor === "input" ? 1 : 0;
      const stack = inputs[images] as Tensor;
      // With the same weights for all, the images of all examples are images of one convolution.
      if (factor !== "weights" && !batched[1 - images] && stack.shape.length === 5) {
        const [extent, count, ...rest] = stack.shape as [number, number, ...number[]];
        const merged = stack.reshape([extent * count, ...rest]);
        const result = apply(convolutionOps[factor], inputs.with(images, merged), geometry);
        return result.reshape([extent, count, ...result.shape.slice(1)]);
      }
      return apply(convolutionOps[factor], allBatched(inputs, batched), geometry);
    },
    linearity: "bilinear",
    kernel: (context, [a, b], output, geometry) =>
      convolutionKernel(context, factor, a as Operand, b as Operand, output, geometry),
    text: `${name}(#1, #2)`,
    latex,
  };
}

function extentsOf(factor: Factor, [a, b]: Pair, { groups }: Geometry): Extents {
  const leading = sizeOf(a.shape.slice(0, -4));
  const [first, second] = [a.shape.slice(-4), b.shape.slice(-4)] as [number, number][];
  const [[p, q], [r, s]] = [first, second] as [[number, number], [number, number]];
  switch (factor) {
    case "input":
      return { leading, images: r, inputChannels: q * groups, outputChannels: p };
    case "weights":
      return { leading, images: p, inputChannels: q, outputChannels: s };
    case "output":
      return { leading, images: p, inputChannels: q, outputChannels: r };
  }
}

function shapeOf(factor: Factor, extents: Extents, { rows, columns, groups }: Geometry, like: Tensor): Shape {
  const leading = like.shape.slice(0, -4);
  const { images, inputChannels, outputChannels } = extents;
  switch (factor) {
    case "input":
      return [...leading, images, inputChannels, rows.extent, columns.extent];
    case "weights":
      return [...leading, outputChannels, inputChannels / groups, rows.size, columns.size];
    case "output":
      return [...leading, images, outputChannels, rows.count, columns.count];
  }
}

export interface Conv2dOptions {
  /** How far neighbouring windows lie apart; 1 by default. */
  readonly stride?: PerAxis;
  /** Zeros around the image; `"valid"`, none, by default. */
  readonly padding?: Padding;
  /** How far neighbouring elements of a window lie apart; 1 by default. */
  readonly dilation?: PerAxis;
  /** Channels are split into so many groups, each with filters of its own; 1 by default. */
  readonly groups?: number;
}

/**
 * Two-dimensional convolution as neural networks mean it (a cross-correlation: the kernel is not turned round) of
 * images [batch, channels, height, width], or of one image [channels, height, width], with weights [outputs,
 * channels / groups, kernel height, kernel width]:
 *
 *     y[n, o, i, j] = Σ x[n, c, i·stride + u·dilation − padding, j·stride + v·dilation − padding] w[o, c, u, v]
 *
 * A bias [outputs] is added as `y.add(bias.reshape([-1, 1, 1]))`. Products are added up in f64, in order: over 400 terms
 * at most 1.4 · 2⁻⁵³ Σ|x w| off the exact sum (measured in rational arithmetic); an f32 result is rounded once.
 * Compiled, they are added up in the format of the data, in chunks: f32 results with 72 to 2304 terms were at most
 * 11 · 2⁻²⁴ Σ|x w| off.
 *
 * @example
 * ```ts
 * conv2d([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], [[[[1, 0], [0, -1]]]]); // → [[[-4, -4], [-4, -4]]]
 * conv2d(zeros([8, 1, 28, 28]), zeros([16, 1, 5, 5]), { stride: 2, padding: "same" }).shape; // → [8, 16, 14, 14]
 * ```
 *
 * @throws {ShapeError} when the channels do not fit, the kernel is empty or larger than the padded image, or a stride,
 * padding, dilation or number of groups makes no sense.
 */
export function conv2d(x: TensorLike, weights: TensorLike, options: Conv2dOptions = {}): Tensor {
  const { stride = 1, padding = "valid", dilation = 1, groups = 1 } = options;
  const [image, filters] = [asTensor(x), asTensor(weights)];
  const single = image.shape.length === 3;
  if (!single && image.shape.length !== 4)
    throw new ShapeError(
      `conv2d: expected images [batch, channels, height, width] or one image [channels, height, width]: shape ${formatShape(image.shape)}`,
    );
  if (filters.shape.length !== 4)
    throw new ShapeError(
      `conv2d: expected weights [outputs, channels, kernel height, kernel width]: shape ${formatShape(filters.shape)}`,
    );
  const images = single ? image.reshape([1, ...image.shape]) : image;
  const [, channels, height, width] = images.shape as [number, number, number, number];
  const [outputs, groupChannels, kernelHeight, kernelWidth] = filters.shape as [
    number,
    number,
    number,
    number,
  ];
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0 || outputs % groups !== 0)
    throw new ShapeError(
      `conv2d: the number of groups must divide ${channels} input and ${outputs} output channels: ${groups}`,
    );
  if (groupChannels !== channels / groups)
    throw new ShapeError(
      `conv2d: ${channels} channels in ${groups} groups need weights for ${channels / groups} channels: shape ${formatShape(filters.shape)}`,
    );
  if (kernelHeight === 0 || kernelWidth === 0)
    throw new ShapeError(`conv2d: the kernel has no elements: shape ${formatShape(filters.shape)}`);
  const [rows, columns] = layWindows("conv2d", [height, width], [kernelHeight, kernelWidth], {
    stride,
    padding,
    dilation,
  });
  const dtype = toFloat(promote(image.dtype, filters.dtype));
  const result = apply(convolutionOps.output, [cast(images, dtype), cast(filters, dtype)], {
    rows,
    columns,
    groups,
  });
  return single ? result.reshape(result.shape.slice(1)) : result;
}

/** The primitive operations of this file. */
export const convOps: readonly Op<never>[] = /* @__PURE__ */ Object.values(convolutionOps);
