import { withoutRecording, withTransform } from "../tensor/record.ts";
import type { LeafLike, Tensor, TensorLike } from "../tensor/tensor.ts";
import type { TreeLike } from "../tensor/tree.ts";
import { call, makeVariables, release, scalarOutput, type AnyFunction } from "./function.ts";
import { fullLike, sweepBack } from "./sweep.ts";

/**
 * The gradient of a scalar function with respect to its first argument, by reverse mode: a function that gives
 * the partial derivatives in a tree like that argument. Further arguments pass through.
 *
 * @example
 * const f = ([x, y]) => x.pow(2).mul(y);
 * grad(f)([1, 2]); // → [4, 1]
 *
 * @throws {DifferentiationError} when the function does not return a scalar.
 * @throws {DTypeError} when an argument or the result is not floating point.
 */
export function grad<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
): (x: LeafLike, ...rest: R) => Tensor;
export function grad<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: TreeLike<X>, ...rest: R) => X;
export function grad(f: AnyFunction): AnyFunction {
  return (x: unknown, ...rest: readonly unknown[]) => differentiate("grad", f, x, rest)[1];
}

/**
 * Like {@link grad}, with the function's value: `[value, gradient]` at the cost of one forward and one backward
 * sweep.
 *
 * @example
 * valueAndGrad((x) => x.mul(x))(3); // → [9, 6]
 */
export function valueAndGrad<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
): (x: LeafLike, ...rest: R) => [value: Tensor, gradient: Tensor];
export function valueAndGrad<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: TreeLike<X>, ...rest: R) => [value: Tensor, gradient: X];
export function valueAndGrad(f: AnyFunction): AnyFunction {
  return (x: unknown, ...rest: readonly unknown[]) => differentiate("valueAndGrad", f, x, rest);
}

function differentiate(
  transform: string,
  f: AnyFunction,
  x: unknown,
  rest: readonly unknown[],
): [value: Tensor, gradient: unknown] {
  return withTransform((level) => {
    const { argument, leaves, structure } = makeVariables(transform, x, level);
    const output = scalarOutput(transform, call(f, argument, rest));
    return withoutRecording(level, () => {
      const adjoints = sweepBack([output], [fullLike(output, 1)], leaves);
      const gradient = leaves.map((leaf) => release(adjoints.get(leaf) ?? fullLike(leaf, 0), level));
      return [release(output, level), structure.rebuild(gradient)];
    });
  });
}
