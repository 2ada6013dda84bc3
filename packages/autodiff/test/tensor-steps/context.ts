import { mean, sum, type DType, type ReduceOptions, type Shape, type Tensor } from "../../src/index.ts";
import { broadcastShapes, sizeOf } from "../../src/tensor/shape.ts";

/** No value of a program has more elements. */
export const mostElements = 40_000;

/** What a step may ask for while it runs. */
export interface StepContext {
  /** The dtype of the program's floating-point inputs. */
  readonly dtype: "f64" | "f32";
  /** One of so many numbers from 0, or the place of a name, the same in every run of the program; the choice is shown under its label. */
  choose(label: string, options: number | readonly string[]): number;
  /** For the body of a loop: every turn makes the same choices, however often it is run or traced. */
  readonly repeated: StepContext;
  /** The step decides something by the sign of these numbers: one too close to 0 makes the result arbitrary. */
  jump(distances: () => Tensor): void;
  /** The same for a result that is continuous there, while its derivative is not. */
  kink(distances: () => Tensor): void;
}

/** A step makes one value of two earlier ones; its numbers stay near 1, or `bounded` brings them back. */
export type Step = (x: Tensor, y: Tensor, c: StepContext) => Tensor;
export type Shaped = (x: Tensor, c: StepContext) => Tensor;

export const isFloat = (dtype: DType): boolean => dtype === "f64" || dtype === "f32";
export const asFloat = (x: Tensor, { dtype }: StepContext): Tensor => (isFloat(x.dtype) ? x : x.cast(dtype));
/** From any number to one between −1 and 1. */
export const bounded = (x: Tensor): Tensor => x.div(x.square().add(1).sqrt());

/** Means along axes that stay, and zeros over no elements. */
export const average = (x: Tensor, axis: readonly number[]): Tensor => {
  const options = { axis, keepDims: true };
  return axis.some((a) => x.shape[a] === 0) ? sum(x, options) : mean(x, options);
};

/** `y` with the axes averaged away along which it can't be broadcast against a shape. */
export function fit(y: Tensor, shape: Shape): Tensor {
  const shift = shape.length - y.shape.length;
  const clashes = y.shape.flatMap((extent, axis) => {
    const other = shape[axis + shift] ?? 1;
    return extent !== other && extent !== 1 && other !== 1 ? [axis] : [];
  });
  const fitted = clashes.length > 0 ? average(y, clashes) : y;
  const together = broadcastShapes(fitted.shape, shape, "fit");
  return sizeOf(together) <= mostElements ? fitted : average(fitted, [...fitted.shape.keys()]).reshape([]);
}

/** An operation on two operands that broadcast. */
export const binary =
  (f: (x: Tensor, y: Tensor, c: StepContext) => Tensor): Step =>
  (x, y, c) =>
    f(asFloat(x, c), fit(asFloat(y, c), x.shape), c);

export const chooseAxis = ({ shape }: Tensor, c: StepContext): number => c.choose("axis", shape.length);
/** For steps that need an axis: a scalar is a vector of one number. */
export const withAxis = (x: Tensor): Tensor => (x.shape.length === 0 ? x.reshape([1]) : x);

export function chooseReduction({ shape }: Tensor, c: StepContext): ReduceOptions & { axis: number[] } {
  const subset = shape.length === 0 ? 0 : 1 + c.choose("axes (bits − 1)", 2 ** shape.length - 1);
  return {
    axis: [...shape.keys()].filter((axis) => ((subset >> axis) & 1) === 1),
    keepDims: c.choose("keepDims", 2) === 1,
  };
}

export const countAlong = ({ shape }: Tensor, axis: readonly number[]): number =>
  axis.reduce((count, a) => count * (shape[a] as number), 1);
