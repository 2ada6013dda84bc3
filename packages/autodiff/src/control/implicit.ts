import { DifferentiationError } from "../errors.ts";
import { concatenate } from "../ops/shape.ts";
import { solve } from "../ops/solve.ts";
import { asTensor } from "../tensor/convert.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { jacobian } from "../transform/jacobian.ts";
import { jvp } from "../transform/jvp.ts";
import { customDerivative } from "./custom-derivative.ts";
import { flattenAll } from "./subprogram.ts";

/**
 * A function that solves for x, with exact derivatives that do not look at how it was solved: `solution(...args)` finds
 * x, by whatever iteration, so that `optimality(x, ...args)`, a tree of as many numbers as x, is zero. For a minimum the
 * optimality condition is the gradient, `(x, a) => grad((x) => f(x, a))(x)`.
 *
 * By the implicit function theorem F(x(a), a) = 0 gives ∂F/∂x ẋ = −∂F/∂a ȧ, a linear system of the size of x. The
 * derivatives are those of the exact solution: x should have converged. They can be taken again, to any order.
 *
 * @example
 * const root = implicit(
 *   (a) => Math.sqrt(a.item()),
 *   (x, a) => x.mul(x).sub(a),
 * );
 * grad(root)(4); // → 0.25
 *
 * @throws {DifferentiationError} when the condition has another number of elements than x.
 * @throws {LinearAlgebraError} when ∂F/∂x is singular: the solution is not isolated there.
 */
export function implicit<A extends readonly unknown[], X>(
  solution: (...args: A) => TreeLike<X>,
  optimality: (x: X, ...args: A) => unknown,
): (...args: { [K in keyof A]: TreeLike<A[K]> }) => X {
  const condition = (x: unknown, args: readonly unknown[]): Tensor =>
    joined(optimality(x as X, ...(args as A)));
  return customDerivative<A, X>((...args) => solution(...args) as X, {
    forward: (tangents, args, x) => {
      const { structures, rebuild } = flattenAll([x]);
      const parts = (structures[0]?.leaves ?? []).map(asTensor);
      const unjoined = (vector: Tensor): Tensor[] => {
        let at = 0;
        return parts.map(({ shape, size }) => vector.slice([at, (at += size)]).reshape(shape));
      };
      const unknowns = joined(x);
      const byUnknowns = jacobian((vector: Tensor) => condition(rebuild(unjoined(vector))[0], args))(
        unknowns,
      );
      if (byUnknowns.shape[0] !== unknowns.size)
        throw new DifferentiationError(
          `implicit: the optimality condition must have as many elements as the solution, ${unknowns.size}: ${byUnknowns.shape[0]}`,
        );
      const [, moved] = jvp((given: readonly unknown[]) => condition(x, given) as unknown)(
        args,
        tangents,
      ) as [unknown, Tensor];
      return rebuild(unjoined(solve(byUnknowns, moved.neg())))[0] as TreeLike<X>;
    },
  });
}

/** All elements of a tree as one vector. */
function joined(tree: unknown): Tensor {
  return concatenate(flatten<TensorLike>(tree).leaves.map((leaf) => asTensor(leaf).reshape([-1])));
}
