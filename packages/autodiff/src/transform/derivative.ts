import { DifferentiationError } from "../errors.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import type { Tree, TreeLike } from "../tensor/tree.ts";
import { grad } from "./grad.ts";
import { jvp } from "./jvp.ts";

/**
 * The derivative of a function of one number, of any order, by forward mode; the function may return a tensor of
 * any shape.
 *
 * @example
 * derivative((x) => x.pow(3))(2); // → 12
 * derivative((x) => x.pow(3), 2)(2); // → 12
 *
 * @throws {DifferentiationError} when the order is not a positive integer.
 */
export function derivative(f: (x: Tensor) => Tensor, order = 1): (x: TensorLike) => Tensor {
  if (!Number.isInteger(order) || order < 1)
    throw new DifferentiationError(`derivative: the order must be a positive integer: ${order}`);
  const inner = order === 1 ? f : derivative(f, order - 1);
  return (x) => jvp((y: Tensor) => inner(y))(x, 1)[1];
}

/**
 * The product H·v of the Hessian of a scalar function with a vector, a tree like the argument, without forming H:
 * the forward derivative of the gradient (Pearlmutter 1994).
 */
export function hvp<X extends Tree, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: TreeLike<X>, vector: TreeLike<X>, ...rest: R) => X {
  const product = jvp(grad(f) as unknown as (x: X, ...rest: R) => X);
  return (x, vector, ...rest) => product(x, vector, ...rest)[1];
}
