import { ShapeError, Tensor, zeros } from "@steepest/autodiff";
import { glorotUniform, type Initializer } from "../initializers.ts";
import { formatShape, NetworkError, type Layer, type Params } from "../layer.ts";

/** Options of {@link dense}. */
export interface DenseOptions {
  /** First weights; default {@link glorotUniform}. */
  readonly initializer?: Initializer;
  /** Add a vector that is learned too, zero at first. Default true. */
  readonly bias?: boolean;
}

/**
 * Every output is a weighted sum of all inputs: x W + b, with `weights` [inputs, units] and `bias` [units].
 *
 * @throws {NetworkError} when `units` is not a positive whole number
 */
export function dense(units: number, { initializer = glorotUniform, bias = true }: DenseOptions = {}): Layer {
  if (!Number.isInteger(units) || units < 1)
    throw new NetworkError(`dense needs a positive whole number of units: ${units}`);
  return {
    name: `dense(${units})`,
    init: (key, inputShape, dtype = "f64") => {
      const [inputs, ...more] = inputShape;
      if (inputs === undefined || more.length > 0)
        throw new ShapeError(`takes samples of shape [features]: found ${formatShape(inputShape)}`);
      const weights = initializer(key, [inputs, units], dtype);
      return { params: bias ? { weights, bias: zeros([units], dtype) } : { weights }, outputShape: [units] };
    },
    apply: (params: Params, x: Tensor) => {
      const { weights, bias: shift } = params as { weights?: unknown; bias?: unknown };
      if (!(weights instanceof Tensor) || (shift !== undefined && !(shift instanceof Tensor)))
        throw new ShapeError(
          `needs parameters { weights, bias } made by init; arrays, as read from JSON, become tensors with tensor(): found ${describe(weights)} and ${describe(shift)}`,
        );
      const inputs = weights.shape[0];
      if (x.shape.length !== 2 || x.shape[1] !== inputs)
        throw new ShapeError(
          `has weights of shape ${formatShape(weights.shape)} and takes a batch of shape ${formatShape(["batch", String(inputs)])}: found ${formatShape(x.shape)}`,
        );
      const product = x.matmul(weights);
      return shift === undefined ? product : product.add(shift);
    },
  };
}

function describe(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape ${formatShape(value.shape)}`;
  return Array.isArray(value) ? "an array" : typeof value;
}
