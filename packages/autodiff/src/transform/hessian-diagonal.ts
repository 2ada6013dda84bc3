import { allocate } from "../tensor/dtype.ts";
import { withoutRecording, withTransform } from "../tensor/record.ts";
import { makeConstant, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { makeVariables, release, type AnyFunction } from "./function.ts";
import { grad } from "./grad.ts";
import { dependencies, groupsApart } from "./sparsity.ts";
import { fullLike, sweepForward } from "./sweep.ts";

/**
 * The second derivatives ∂²f/∂xᵢ² of a scalar function, a tree like its first argument, without the rest of the Hessian.
 * Which second derivatives can differ from zero is read off the graph of the gradient; variables that never meet in a row
 * share one Hessian–vector product. A separable function of any number of variables takes one of them, a chain two or
 * three, a dense Hessian as many as there are variables.
 *
 * @example
 * hessianDiagonal((x) => x.pow(3).sum())(tensor([1, 2])); // → [6, 12]
 *
 * @throws {DifferentiationError} when the function does not return a scalar.
 */
export function hessianDiagonal<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
): (x: TensorLike, ...rest: R) => Tensor;
export function hessianDiagonal<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: TreeLike<X>, ...rest: R) => X;
export function hessianDiagonal(f: AnyFunction): AnyFunction {
  const gradientOf = grad(f as (x: unknown, ...rest: unknown[]) => TensorLike) as (
    ...all: unknown[]
  ) => unknown;
  return (x: unknown, ...rest: readonly unknown[]) =>
    withTransform((level) => {
      const { argument, leaves, structure } = makeVariables("hessianDiagonal", x, level);
      const gradients = flatten<Tensor>(gradientOf(argument, ...rest)).leaves;
      return withoutRecording(level, () => {
        const count = leaves.reduce((total, { size }) => total + size, 0);
        const groups = groupsApart(dependencies(gradients, leaves).flat(), count);
        let diagonal: (Tensor | undefined)[] = leaves.map(() => undefined);
        for (const group of groups) {
          const direction = indicator(leaves, group);
          const moved = sweepForward(gradients, leaves, direction);
          // Of the product, a group's own rows hold their diagonal elements alone.
          diagonal = diagonal.map((so, index) => {
            const [mask, product] = [direction[index], moved[index]];
            if (mask === undefined || product === undefined) return so;
            return mask.where(product, so ?? 0);
          });
        }
        return structure.rebuild(
          leaves.map((leaf, index) => release(diagonal[index] ?? fullLike(leaf, 0), level)),
        );
      });
    });
}

/** Ones for the elements of a group, counted through all leaves, zeros for all others; nothing for a leaf without any. */
function indicator(leaves: readonly Tensor[], group: readonly number[]): (Tensor | undefined)[] {
  const members = new Set(group);
  let first = 0;
  return leaves.map(({ shape, dtype, size }) => {
    const data = allocate(dtype, size);
    let any = false;
    for (let element = 0; element < size; element++)
      if (members.has(first + element)) {
        data[element] = 1;
        any = true;
      }
    first += size;
    if (!any) return undefined;
    return makeConstant(shape, dtype, shape.length === 0 ? (data[0] as number) : data);
  });
}
