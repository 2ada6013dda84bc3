import {
  cast,
  ShapeError,
  tensor,
  type DType,
  type Tensor,
  type TensorLike,
  type TypedArray,
} from "@steepest/autodiff";
import { formatShape, NetworkError } from "./layer.ts";

/** Samples and what should come out for them; the first axis counts samples. */
export interface TrainingData {
  /** [n, ...sample shape] */
  readonly x: TensorLike;
  /** [n, ...target shape] */
  readonly y: TensorLike;
}

/** Training data as tensors, with a way to pick samples. */
export interface Samples {
  readonly count: number;
  readonly x: Tensor;
  readonly y: Tensor;
  /** Samples order[from] … order[to − 1], as one batch. */
  batch(order: Int32Array, from: number, to: number): { x: Tensor; y: Tensor };
}

/**
 * Checked data with floating-point values in the training's dtype; class numbers stay whole.
 *
 * @throws {ShapeError} when x and y differ in the number of samples, or samples have no axis of their own
 * @throws {NetworkError} when a value is not finite, naming its sample
 */
export function samplesOf(data: TrainingData, dtype: DType): Samples {
  const x = inDType(tensor(data.x), dtype);
  const y = inDType(tensor(data.y), dtype);
  const count = x.shape[0] ?? 0;
  if (x.shape.length < 2)
    throw new ShapeError(
      `x must have a first axis of samples and one of features (reshape([n, 1]) makes one): found shape ${formatShape(x.shape)}`,
    );
  if (count === 0 || y.shape[0] !== count)
    throw new ShapeError(
      `x and y must have the same number of samples, at least one: found shapes ${formatShape(x.shape)} and ${formatShape(y.shape)}`,
    );
  checkFinite("x", x);
  checkFinite("y", y);
  return {
    count,
    x,
    y,
    batch: (order, from, to) => ({ x: rows(x, order, from, to), y: rows(y, order, from, to) }),
  };
}

/** A NaN would spread to every parameter in one step, and look like a learning rate too high. */
function checkFinite(name: string, values: Tensor): void {
  const { data } = values;
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i]))
      throw new NetworkError(
        `${name} must have finite numbers only (leave out samples with missing values): found ${data[i]} in sample ` +
          `${Math.floor(i / (values.size / (values.shape[0] as number)))}`,
      );
}

function inDType(values: Tensor, dtype: DType): Tensor {
  const isFloat = values.dtype === "f64" || values.dtype === "f32";
  return isFloat && values.dtype !== dtype ? cast(values, dtype) : values;
}

function rows(source: Tensor, order: Int32Array, from: number, to: number): Tensor {
  const width = source.size / (source.shape[0] as number);
  const data = source.data;
  const Kind = data.constructor as new (length: number) => TypedArray;
  const picked = new Kind((to - from) * width);
  for (let k = from; k < to; k++) {
    const start = (order[k] as number) * width;
    picked.set(data.subarray(start, start + width), (k - from) * width);
  }
  return tensor(picked, { shape: [to - from, ...source.shape.slice(1)] });
}
