import { asTensor } from "../tensor/convert.ts";
import { withoutRecording, withTransform } from "../tensor/record.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import type { Tree, TreeLike } from "../tensor/tree.ts";
import { floatOutput, makeVariables, release } from "./function.ts";
import { checkLike, fullLike, sweepBack } from "./sweep.ts";

/**
 * Vector–Jacobian products: the value of a function of any shape, and a function that pulls a cotangent of that
 * shape back to a tree like the first argument, vᵀJ. It can be called many times; the function ran once.
 *
 * @throws {DifferentiationError} when the cotangent does not have the value's shape.
 */
export function vjp<X extends Tree, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: TreeLike<X>, ...rest: R) => [value: Tensor, pullBack: (cotangent: TensorLike) => X] {
  return (x, ...rest) =>
    withTransform((level) => {
      const { argument, leaves, structure } = makeVariables<X>("vjp", x, level);
      const output = floatOutput("vjp", f(argument, ...rest));
      const pullBack = (cotangent: TensorLike): X =>
        withoutRecording(level, () => {
          const seed = checkLike("vjp", "the cotangent", asTensor(cotangent), output);
          const adjoints = sweepBack(output, seed, leaves);
          const pulled = leaves.map((leaf) => release(adjoints.get(leaf) ?? fullLike(leaf, 0), level));
          return structure.rebuild(pulled) as X;
        });
      return [release(output, level), pullBack];
    });
}
