import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { equal, greater, notEqual } from "./compare.ts";
import { sum, type ReduceOptions } from "./reduce.ts";

/** Whether any element over the given axes, over all of them by default, is true or not zero; false for none at all. */
export function any(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return greater(sum(notEqual(x, 0), options), 0);
}

/** Whether all elements over the given axes, over all of them by default, are true or not zero; true for none at all. */
export function all(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return equal(sum(equal(x, 0), options), 0);
}
