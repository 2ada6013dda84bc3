import { DifferentiationError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import type { LeafLike, Tensor, TensorLike } from "../tensor/tensor.ts";
import type { TreeLike } from "../tensor/tree.ts";
import type { AnyFunction } from "./function.ts";
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
export function derivative(f: (x: Tensor) => TensorLike, order = 1): (x: LeafLike) => Tensor {
  if (!Number.isInteger(order) || order < 1)
    throw new DifferentiationError(`derivative: the order must be a positive integer: ${order}`);
  const inner = order === 1 ? f : derivative(f, order - 1);
  return (x) => jvp((y: Tensor) => asTensor(inner(y)))(x, 1)[1];
}

/**
 * The product H·v of the Hessian of a scalar function with a vector, a tree like the argument, without forming H:
 * the forward derivative of the gradient (Pearlmutter 1994).
 */
export function hvp<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
): (x: LeafLike, vector: LeafLike, ...rest: R) => Tensor;
export function hvp<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: TreeLike<X>, vector: TreeLike<X>, ...rest: R) => X;
export function hvp(f: AnyFunction): AnyFunction {
  const gradient = grad(f as (x: Tensor, ...rest: unknown[]) => TensorLike);
  const product = jvp(gradient as AnyFunction as (x: Tensor, ...rest: unknown[]) => Tensor);
  return (x: unknown, vector: unknown, ...rest: readonly unknown[]) =>
    product(x as LeafLike, vector as LeafLike, ...rest)[1];
}
