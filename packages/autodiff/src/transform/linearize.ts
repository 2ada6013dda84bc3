import { asTensor } from "../tensor/convert.ts";
import { transformDepth, withoutRecording, withTransform } from "../tensor/record.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { call, checkTreeLike, makeVariables, release, type AnyFunction } from "./function.ts";
import { withoutZeros } from "./jvp.ts";
import { checkLike, fullLike, sweepForward } from "./sweep.ts";

/**
 * The best linear approximation of a function at x: its value there, a tree, and the map J·v from a tangent, a tree like
 * x, to how the value moves. The map can be called many times; the function ran once.
 *
 * @example
 * const [value, push] = linearize((x) => x.mul(x), tensor([1, 2]));
 * value; // → [1, 4]
 * push([1, 1]); // → [2, 4]
 *
 * @throws {DifferentiationError} when the tangent is not like x.
 */
export function linearize<Y>(
  f: (x: Tensor) => Y,
  x: TensorLike,
): [value: Y, push: (tangent: TensorLike) => Y];
export function linearize<X, Y>(
  f: (x: X) => Y,
  x: TreeLike<X>,
): [value: Y, push: (tangent: TreeLike<X>) => Y];
export function linearize(f: AnyFunction, x: unknown): [unknown, (tangent: unknown) => unknown] {
  return withTransform((level) => {
    const { argument, leaves, structure } = makeVariables("linearize", x, level);
    const result = flatten<TensorLike>(call(f, argument, []));
    const outputs = result.leaves.map(asTensor);
    const push = (tangent: unknown): unknown => {
      // Called inside a later transform, whose variable the tangent may depend on, the sweep is part of its history.
      const swept = Math.max(level, transformDepth() + 1);
      return withoutRecording(swept, () => {
        const tangents = checkTreeLike("linearize", "the tangent", "the argument", tangent, structure).map(
          (leaf, index) => withoutZeros(checkLike("linearize", "the tangent", leaf, leaves[index] as Tensor)),
        );
        const moved = sweepForward(outputs, leaves, tangents);
        return result.rebuild(
          outputs.map((output, index) => release(moved[index] ?? fullLike(output, 0), swept)),
        );
      });
    };
    return [result.rebuild(outputs.map((output) => release(output, level))), push];
  });
}
