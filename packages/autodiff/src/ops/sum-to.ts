import { sameShape, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Sums a tensor down to a shape that broadcasts to its own: the transpose of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const leading = x.shape.length - shape.length;
  const axes = x.shape.flatMap((extent, axis) =>
    axis < leading || (shape[axis - leading] === 1 && extent !== 1) ? [axis] : [],
  );
  return x.sum({ axis: axes }).reshape(shape);
}
