import {
  ShapeError,
  SteepestError,
  type DType,
  type Shape,
  type Tensor,
  type Tree,
} from "@steepest/autodiff";

/** Parameters of a layer: a tree of tensors, empty for layers that learn nothing. */
export type Params = Tree;

/** What a layer needs to know to make its parameters. Shapes are those of one sample, without the batch axis. */
export interface Initialized {
  readonly params: Params;
  readonly outputShape: Shape;
}

/** A function with parameters: a plain value. */
export interface Layer {
  /** As in error messages: `dense(8)`. */
  readonly name: string;
  /**
   * First parameters for samples of `inputShape`, and the shape of what comes out.
   *
   * @throws {ShapeError} for samples of a shape the layer cannot take
   */
  init(key: Tensor, inputShape: Shape, dtype?: DType): Initialized;
  /**
   * The layer's value for a batch, [batch, ...inputShape] to [batch, ...outputShape]: a pure tensor function.
   *
   * @throws {ShapeError} naming the layer when shapes do not fit
   */
  apply(params: Params, x: Tensor): Tensor;
}

/** An option that a layer or the training cannot work with. */
export class NetworkError extends SteepestError {
  override name = "NetworkError";
}

export function formatShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(", ")}]`;
}

/** Runs `f` and puts the layer's place in front of what a ShapeError says. */
export function inLayer<R>(index: number, layer: Layer, f: () => R): R {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`layer ${index}, ${layer.name}: ${error.message}`, { cause: error });
  }
}
