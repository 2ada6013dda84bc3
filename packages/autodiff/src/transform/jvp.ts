import { asTensor } from "../tensor/convert.ts";
import { withoutRecording, withTransform } from "../tensor/record.ts";
import type { LeafLike, Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { call, checkTreeLike, makeVariables, release, type AnyFunction } from "./function.ts";
import { checkLike, fullLike, sweepForward } from "./sweep.ts";

/**
 * Jacobian–vector products by forward mode: the value of a function at x and how it moves, J·v, when x moves with
 * the given tangent, a tree like x. The function may return any tree; so does the tangent.
 *
 * @example
 * jvp((x) => x.sin())(0, 2); // → [0, 2]
 *
 * @throws {DifferentiationError} when the tangent is not like x.
 */
export function jvp<Y, R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => Y,
): (x: LeafLike, tangent: LeafLike, ...rest: R) => [value: Y, tangent: Y];
export function jvp<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
): (x: TreeLike<X>, tangent: TreeLike<X>, ...rest: R) => [value: Y, tangent: Y];
export function jvp(f: AnyFunction): AnyFunction {
  return (x: unknown, tangent: unknown, ...rest: readonly unknown[]) =>
    withTransform((level) => {
      const { argument, leaves, structure } = makeVariables("jvp", x, level);
      const tangents = checkTreeLike("jvp", "the tangent", "the argument", tangent, structure).map(
        (leaf, index) => checkLike("jvp", "the tangent", leaf, leaves[index] as Tensor),
      );
      const result = flatten<TensorLike>(call(f, argument, rest));
      const outputs = result.leaves.map(asTensor);
      const moved = withoutRecording(level, () => sweepForward(outputs, leaves, tangents.map(withoutZeros)));
      const values = outputs.map((output) => release(output, level));
      const movements = outputs.map((output, index) => release(moved[index] ?? fullLike(output, 0), level));
      return [result.rebuild(values), result.rebuild(movements)];
    });
}

/**
 * A tangent that is zero whatever happens is left out of the sweep: it costs nothing, and 0 · ∞ never makes a NaN
 * of a direction in which the function does not move.
 */
export function withoutZeros(tangent: Tensor): Tensor | undefined {
  const { storage } = tangent;
  if (tangent.op.name !== "constant" || storage === undefined) return tangent;
  const isZero =
    typeof storage === "number" ? storage === 0 : storage.every((element: number) => element === 0);
  return isZero ? undefined : tangent;
}
