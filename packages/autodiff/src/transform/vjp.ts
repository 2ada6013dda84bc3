import { DifferentiationError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { isFloat } from "../tensor/dtype.ts";
import { transformDepth, withoutRecording, withTransform } from "../tensor/record.ts";
import type { LeafLike, Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { call, checkTreeLike, makeVariables, release, type AnyFunction } from "./function.ts";
import { checkLike, fullLike, sweepBack } from "./sweep.ts";

/** What may be given as a cotangent: where the value is one tensor, nested arrays, too. */
export type CotangentOf<Y> = Y extends Tensor ? TensorLike : TreeLike<Y>;

/**
 * Vector–Jacobian products: the value of a function, any tree, and a function that pulls a cotangent, a tree like the
 * value, back to a tree like the first argument, vᵀJ. It can be called many times; the function ran once.
 *
 * @example
 * const [value, pullBack] = vjp((x) => x.mul(x))(tensor([1, 2]));
 * value; // → [1, 4]
 * pullBack([1, 1]); // → [2, 4]
 *
 * @throws {DifferentiationError} when the cotangent is not like the value.
 */
export function vjp<Y, R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => Y,
): (x: LeafLike, ...rest: R) => [value: Y, pullBack: (cotangent: CotangentOf<Y>) => Tensor];
export function vjp<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
): (x: TreeLike<X>, ...rest: R) => [value: Y, pullBack: (cotangent: CotangentOf<Y>) => X];
export function vjp(f: AnyFunction): AnyFunction {
  return (x: unknown, ...rest: readonly unknown[]) =>
    withTransform((level) => {
      const { argument, leaves, structure } = makeVariables("vjp", x, level);
      const result = flatten<TensorLike>(call(f, argument, rest));
      const outputs = result.leaves.map(asTensor);
      if (!outputs.some(({ dtype }) => isFloat(dtype)))
        throw new DifferentiationError(
          `vjp: the function must return floating-point numbers: ${outputs.map(({ dtype }) => dtype).join(", ") || "nothing"}`,
        );
      const pullBack = (cotangent: unknown): unknown => {
        // Called inside a later transform, whose variable the cotangent may depend on, the sweep is part of its history.
        const swept = Math.max(level, transformDepth() + 1);
        return withoutRecording(swept, () => {
          const given = checkTreeLike("vjp", "the cotangent", "the value", cotangent, result);
          const seeds = given.map((leaf, index) => {
            const output = outputs[index] as Tensor;
            return isFloat(output.dtype) ? checkLike("vjp", "the cotangent", leaf, output) : undefined;
          });
          const adjoints = sweepBack(outputs, seeds, leaves);
          return structure.rebuild(
            leaves.map((leaf) => release(adjoints.get(leaf) ?? fullLike(leaf, 0), swept)),
          );
        });
      };
      return [result.rebuild(outputs.map((output) => release(output, level))), pullBack];
    });
}
