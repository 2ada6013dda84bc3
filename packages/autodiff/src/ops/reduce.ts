import { ShapeError } from "../errors.ts";
import { allocate, toFloat, type TypedArray } from "../tensor/dtype.ts";
import { asTensor } from "../tensor/convert.ts";
import { formatShape, normalizeAxes, type Shape } from "../tensor/shape.ts";
import type { Storage, Tensor, TensorLike } from "../tensor/tensor.ts";
import { behindBatch, countAlong, offsetsAlong, without, withOnes, type Axes } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal } from "./compare.ts";
import { apply, storageOf, type Op } from "./op.ts";
import { broadcastTo } from "./shape.ts";

/** Which axes a reduction runs over (all by default), and whether they stay with extent 1. */
export interface ReduceOptions {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** Combines the elements at `base + offsets[i]`, from `first` to before `last`. */
type Fold = (data: TypedArray, base: number, offsets: Int32Array, first: number, last: number) => number;

/** Rounding errors grow with log n instead of n when halves are added up apart. */
const pairwiseSum: Fold = (data, base, offsets, first, last) => {
  if (last - first <= 128) {
    let total = 0;
    for (let i = first; i < last; i++) total += data[base + (offsets[i] as number)] as number;
    return total;
  }
  const middle = first + ((last - first) >> 1);
  return pairwiseSum(data, base, offsets, first, middle) + pairwiseSum(data, base, offsets, middle, last);
};

function extremum(choose: (a: number, b: number) => number): Fold {
  return (data, base, offsets, first, last) => {
    let best = data[base + (offsets[first] as number)] as number;
    for (let i = first + 1; i < last; i++) best = choose(best, data[base + (offsets[i] as number)] as number);
    return best;
  };
}

function reduce(x: Tensor, axes: Axes, shape: Shape, fold: Fold): Storage {
  const { starts, along } = offsetsAlong(x.shape, axes);
  const result = allocate(x.dtype, starts.length);
  const data = x.data;
  for (let i = 0; i < starts.length; i++) result[i] = fold(data, starts[i] as number, along, 0, along.length);
  return storageOf(shape, result);
}

/** The result of a reduction, repeated along the reduced axes. */
function spread(reduced: Tensor, shape: Shape, axes: Axes): Tensor {
  return broadcastTo(reduced.reshape(withOnes(shape, axes)), shape);
}

const sumOp: Op<Axes> = {
  name: "sum",
  infer: ([x], axes) => ({ shape: without((x as Tensor).shape, axes), dtype: (x as Tensor).dtype }),
  evaluate: ([x], axes, { shape }) => reduce(x as Tensor, axes, shape, pairwiseSum),
  forward: ([dx], _, __, axes) => apply(sumOp, [dx as Tensor], axes),
  reverse: (adjoint, [x], _, axes) => [spread(adjoint, (x as Tensor).shape, axes)],
  batch: ([x], _, axes) => apply(sumOp, [x as Tensor], behindBatch(axes)),
  linearity: "linear",
  text: "sum(#1)",
  latex: "\\sum #1",
};

/** The derivative of an extremum belongs to the elements that reach it, in equal shares. */
function extremumOp(name: string, choose: (a: number, b: number) => number): Op<Axes> {
  const shares = (x: Tensor, output: Tensor, axes: Axes): Tensor => {
    const reached = cast(equal(x, spread(output, x.shape, axes)), x.dtype);
    return reached.div(spread(apply(sumOp, [reached], axes), x.shape, axes));
  };
  const op: Op<Axes> = {
    name,
    infer: ([x], axes) => {
      const input = x as Tensor;
      if (axes.some((axis) => input.shape[axis] === 0))
        throw new ShapeError(`${name}: no elements to choose from: shape ${formatShape(input.shape)}`);
      return { shape: without(input.shape, axes), dtype: input.dtype };
    },
    evaluate: ([x], axes, { shape }) => reduce(x as Tensor, axes, shape, extremum(choose)),
    forward: ([dx], [x], output, axes) =>
      apply(sumOp, [(dx as Tensor).mul(shares(x as Tensor, output, axes))], axes),
    reverse: (adjoint, [x], output, axes) => [
      spread(adjoint, (x as Tensor).shape, axes).mul(shares(x as Tensor, output, axes)),
    ],
    batch: ([x], _, axes) => apply(op, [x as Tensor], behindBatch(axes)),
    text: `${name}(#1)`,
    latex: `\\${name}\\left(#1\\right)`,
  };
  return op;
}

const maxOp: Op<Axes> = extremumOp("max", Math.max);
const minOp: Op<Axes> = extremumOp("min", Math.min);

function reduction(op: Op<Axes>, x: TensorLike, { axis, keepDims = false }: ReduceOptions): Tensor {
  const input = asTensor(x);
  const axes = normalizeAxes(axis, input.shape.length, op.name);
  const numeric = input.dtype === "bool" ? cast(input, "i32") : input;
  const result = axes.length === 0 ? numeric : apply(op, [numeric], axes);
  return keepDims ? result.reshape(withOnes(input.shape, axes)) : result;
}

/** The sum over the given axes, over all of them by default; true counts as 1. */
export function sum(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduction(sumOp, x, options);
}

/** The arithmetic mean over the given axes; NaN over no elements. */
export function mean(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const input = asTensor(x);
  const axes = normalizeAxes(options.axis, input.shape.length, "mean");
  return reduction(sumOp, cast(input, toFloat(input.dtype)), options).div(countAlong(input.shape, axes));
}

/** The largest element over the given axes, NaN if there is one; ties share the derivative. */
export function max(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduction(maxOp, x, options);
}

/** The smallest element over the given axes, NaN if there is one; ties share the derivative. */
export function min(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduction(minOp, x, options);
}

/** The primitive operations of this file. */
export const reduceOps: readonly Op<never>[] = [sumOp, maxOp, minOp];
