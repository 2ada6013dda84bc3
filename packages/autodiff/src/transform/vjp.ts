import { asTensor } from "../tensor/convert.ts";
import { transformDepth, withoutRecording, withTransform } from "../tensor/record.ts";
import type { LeafLike, Tensor, TensorLike } from "../tensor/tensor.ts";
import type { TreeLike } from "../tensor/tree.ts";
import { call, floatOutput, makeVariables, release, type AnyFunction } from "./function.ts";
import { checkLike, fullLike, sweepBack } from "./sweep.ts";

/**
 * Vector–Jacobian products: the value of a function of any shape, and a function that pulls a cotangent of that
 * shape back to a tree like the first argument, vᵀJ. It can be called many times; the function ran once.
 *
 * @throws {DifferentiationError} when the cotangent does not have the value's shape.
 */
export function vjp<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
): (x: LeafLike, ...rest: R) => [value: Tensor, pullBack: (cotangent: LeafLike) => Tensor];
export function vjp<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: TreeLike<X>, ...rest: R) => [value: Tensor, pullBack: (cotangent: LeafLike) => X];
export function vjp(f: AnyFunction): AnyFunction {
  return (x: unknown, ...rest: readonly unknown[]) =>
    withTransform((level) => {
      const { argument, leaves, structure } = makeVariables("vjp", x, level);
      const output = floatOutput("vjp", call(f, argument, rest));
      const pullBack = (cotangent: LeafLike): unknown => {
        // Called inside a later transform, whose variable the cotangent may depend on, the sweep is part of its history.
        const swept = Math.max(level, transformDepth() + 1);
        return withoutRecording(swept, () => {
          const seed = checkLike("vjp", "the cotangent", asTensor(cotangent), output);
          const adjoints = sweepBack(output, seed, leaves);
          return structure.rebuild(
            leaves.map((leaf) => release(adjoints.get(leaf) ?? fullLike(leaf, 0), swept)),
          );
        });
      };
      return [release(output, level), pullBack];
    });
}
