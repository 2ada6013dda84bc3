import { asTensor } from "../tensor/convert.ts";
import { allocate, toFloat, type TypedArray } from "../tensor/dtype.ts";
import { full } from "../tensor/create.ts";
import { normalizeAxes } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { behindBatch, offsetsAlong, without, withOnes, type Axes } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal, where } from "./compare.ts";
import { exp, log1p } from "./elementary.ts";
import { CompensatedSum } from "./kernels/compensated.ts";
import { apply, storageOf, type Op } from "./op.ts";
import { max, sum, type ReduceOptions } from "./reduce.ts";
import { broadcastTo } from "./shape.ts";

/*
 * With m the largest element, log Σ exp xᵢ = m + log(1 + r) where r is the sum of all exp(xᵢ − m) but one that is 1:
 * nothing overflows, and an element far above the others loses nothing of what they add. An element that equals m
 * counts as exp 0 = 1 even where m is infinite. Hence infinities need no rules of their own: elements at +∞ share
 * the softmax, as ties share the derivative of a maximum, and so do elements that are all −∞.
 */

/** For every line along the axes: its largest element, and the sum r of the others' exponentials. */
function scan(x: Tensor, axes: Axes, visit: (line: Line) => void): void {
  const { starts, along } = offsetsAlong(x.shape, axes);
  const data = x.data;
  starts.forEach((start, index) => {
    let largest = -Infinity;
    for (const offset of along) largest = Math.max(largest, data[start + offset] as number);
    const rest = new CompensatedSum();
    let isCounted = false;
    for (const offset of along) {
      const element = data[start + offset] as number;
      if (element === largest && !isCounted) isCounted = true;
      else rest.add(Math.exp(below(element, largest)));
    }
    visit({ index, start, along, largest, rest: rest.value });
  });
}

interface Line {
  readonly index: number;
  readonly start: number;
  readonly along: Int32Array;
  readonly largest: number;
  readonly rest: number;
}

function below(element: number, largest: number): number {
  return element === largest ? 0 : element - largest;
}

/** A result like x, element by element from those of x and their line. */
function mapLines(x: Tensor, axes: Axes, f: (element: number, line: Line) => number): TypedArray {
  const result = allocate(x.dtype, x.size);
  const data = x.data;
  scan(x, axes, (line) => {
    for (const offset of line.along)
      result[line.start + offset] = f(data[line.start + offset] as number, line);
  });
  return result;
}

/** What the kernels do, in operations for the compiler: xᵢ − m, r and m, with the axes kept. */
function scanned(x: Tensor, axes: Axes): { shifted: Tensor; rest: Tensor; largest: Tensor } {
  const over = { axis: axes, keepDims: true };
  const largest = max(x, over);
  const isLargest = equal(x, largest);
  const shifted = where(isLargest, 0, x.sub(largest));
  const others = sum(where(isLargest, 0, exp(shifted)), over);
  return { shifted, rest: others.add(sum(cast(isLargest, x.dtype), over).sub(1)), largest };
}

function sumKept(x: Tensor, axes: Axes): Tensor {
  return sum(x, { axis: axes, keepDims: true });
}

function spread(reduced: Tensor, x: Tensor, axes: Axes): Tensor {
  return broadcastTo(reduced.reshape(withOnes(x.shape, axes)), x.shape);
}

const logsumexpOp: Op<Axes> = {
  name: "logsumexp",
  infer: ([x], axes) => ({ shape: without((x as Tensor).shape, axes), dtype: (x as Tensor).dtype }),
  evaluate: ([x], axes, { shape, dtype }) => {
    const lines = without((x as Tensor).shape, axes).reduce((count, extent) => count * extent, 1);
    const result = allocate(dtype, lines);
    scan(x as Tensor, axes, ({ index, along, largest, rest }) => {
      result[index] = along.length === 0 ? -Infinity : largest + Math.log1p(rest);
    });
    return storageOf(shape, result);
  },
  // dy = Σ softmax(x)ᵢ dxᵢ
  forward: ([dx], [x], _, axes) =>
    sum(apply(softmaxOp, [x as Tensor], axes).mul(dx as Tensor), { axis: axes }),
  // x̄ = ȳ softmax(x)
  reverse: (adjoint, [x], _, axes) => [
    spread(adjoint, x as Tensor, axes).mul(apply(softmaxOp, [x as Tensor], axes)),
  ],
  batch: ([x], _, axes) => apply(logsumexpOp, [x as Tensor], behindBatch(axes)),
  expand: ([x], axes) => {
    const input = x as Tensor;
    const shape = without(input.shape, axes);
    if (input.size === 0) return full(shape, -Infinity, input.dtype);
    const { rest, largest } = scanned(input, axes);
    return largest.add(log1p(rest)).reshape(shape);
  },
  text: "logsumexp(#1)",
  latex: "\\ln \\sum e^{#1}",
};

const softmaxOp: Op<Axes> = {
  name: "softmax",
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x], axes) =>
    mapLines(
      x as Tensor,
      axes,
      (element, { largest, rest }) => Math.exp(below(element, largest)) / (1 + rest),
    ),
  // dyᵢ = yᵢ (dxᵢ − Σ yₖ dxₖ)
  forward: ([dx], _, y, axes) => y.mul((dx as Tensor).sub(sumKept(y.mul(dx as Tensor), axes))),
  // x̄ᵢ = yᵢ (ȳᵢ − Σ yₖ ȳₖ): its matrix of derivatives is symmetric
  reverse: (adjoint, _, y, axes) => [y.mul(adjoint.sub(sumKept(y.mul(adjoint), axes)))],
  batch: ([x], _, axes) => apply(softmaxOp, [x as Tensor], behindBatch(axes)),
  expand: ([x], axes) => {
    if ((x as Tensor).size === 0) return x as Tensor;
    const { shifted, rest } = scanned(x as Tensor, axes);
    return exp(shifted).div(rest.add(1));
  },
  text: "softmax(#1)",
  latex: "\\operatorname{softmax}\\left(#1\\right)",
};

const logSoftmaxOp: Op<Axes> = {
  name: "logSoftmax",
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x], axes) =>
    mapLines(x as Tensor, axes, (element, { largest, rest }) => below(element, largest) - Math.log1p(rest)),
  // dyᵢ = dxᵢ − Σ softmax(x)ₖ dxₖ
  forward: ([dx], [x], _, axes) =>
    (dx as Tensor).sub(sumKept(apply(softmaxOp, [x as Tensor], axes).mul(dx as Tensor), axes)),
  // x̄ᵢ = ȳᵢ − softmax(x)ᵢ Σ ȳₖ
  reverse: (adjoint, [x], _, axes) => [
    adjoint.sub(apply(softmaxOp, [x as Tensor], axes).mul(sumKept(adjoint, axes))),
  ],
  batch: ([x], _, axes) => apply(logSoftmaxOp, [x as Tensor], behindBatch(axes)),
  expand: ([x], axes) => {
    if ((x as Tensor).size === 0) return x as Tensor;
    const { shifted, rest } = scanned(x as Tensor, axes);
    return shifted.sub(log1p(rest));
  },
  text: "logSoftmax(#1)",
  latex: "\\ln\\operatorname{softmax}\\left(#1\\right)",
};

function prepared(x: TensorLike, axis: ReduceOptions["axis"], operation: string): [Tensor, Axes] {
  const input = asTensor(x);
  return [cast(input, toFloat(input.dtype)), normalizeAxes(axis, input.shape.length, operation)];
}

/**
 * log Σ exp xᵢ over the given axes, over all of them by default, without overflow; −∞ over no elements. It is −∞ where
 * all elements are, +∞ where one is, NaN where one is. Its derivative is the {@link softmax}. The error is below 2.5·2⁻⁵³
 * times the largest |xᵢ| or the result, whichever is larger.
 *
 * @example
 * ```ts
 * logsumexp([1000, 1000]); // → 1000.693147
 * ```
 */
export function logsumexp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const [input, axes] = prepared(x, options.axis, "logsumexp");
  const result = axes.length === 0 ? input : apply(logsumexpOp, [input], axes);
  return options.keepDims === true ? result.reshape(withOnes(input.shape, axes)) : result;
}

/** The axis, or the axes taken together, over which shares add up to 1: the last by default. */
export interface SoftmaxOptions {
  readonly axis?: number | readonly number[];
}

/**
 * exp xᵢ / Σ exp xₖ along the last axis, or along others, without overflow. Elements at +∞ share 1 equally and leave
 * nothing to the others; elements that are all −∞ share it, too. A NaN makes its whole line NaN. The relative error is
 * below (4 + |xᵢ − max x|)·2⁻⁵³: what rounding the elements themselves makes of it.
 *
 * @example
 * ```ts
 * softmax([0, Math.log(3)]); // → [0.25, 0.75]
 * ```
 *
 * @throws {ShapeError} when there is no such axis: a scalar has none.
 */
export function softmax(x: TensorLike, { axis = -1 }: SoftmaxOptions = {}): Tensor {
  const [input, axes] = prepared(x, axis, "softmax");
  return apply(softmaxOp, [input], axes);
}

/**
 * The logarithm of {@link softmax}, accurate where shares are nearly 0 or nearly 1: the cross-entropy of a label k is
 * −logSoftmax(x)ₖ.
 *
 * @throws {ShapeError} when there is no such axis: a scalar has none.
 */
export function logSoftmax(x: TensorLike, { axis = -1 }: SoftmaxOptions = {}): Tensor {
  const [input, axes] = prepared(x, axis, "logSoftmax");
  return apply(logSoftmaxOp, [input], axes);
}

/** The primitive operations of this file. */
export const softmaxOps: readonly Op<never>[] = [logsumexpOp, softmaxOp, logSoftmaxOp];
