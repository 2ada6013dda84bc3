import {
  cast,
  greater,
  maximum,
  minimum,
  norm,
  stack,
  tensor,
  treeLeaves,
  treeMap,
  where,
  type Tensor,
} from "@steepest/autodiff";
import { checkPositive } from "./options.ts";
import { like, type UpdateRule } from "./rule.ts";

/**
 * The Euclidean norm of all numbers in a tree together; it neither overflows nor underflows where its square would.
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * globalNorm({ a: tensor([2, 3]), b: tensor(6) }); // → 7
 */
export function globalNorm(tree: unknown): Tensor {
  const lengths = treeLeaves(tree).map((leaf) => cast(norm(leaf), "f64"));
  return lengths.length === 0 ? tensor(0) : norm(stack(lengths));
}

/**
 * Shortens the gradients where all of them together are longer than `maximumNorm`, in front of a rule in a {@link chain}:
 * g · c / ‖g‖ where ‖g‖ > c (Pascanu, Mikolov & Bengio, ICML 2013, algorithm 1). Gradients that are not finite stay so.
 *
 * @throws {OptimizationError} for a norm that is not positive
 */
export function clipByGlobalNorm(maximumNorm: number): UpdateRule {
  checkPositive("the largest norm", maximumNorm);
  return {
    name: `clipByGlobalNorm(${maximumNorm})`,
    init: () => ({}),
    update: (gradients, state) => {
      const length = globalNorm(gradients);
      const factor = where(greater(length, maximumNorm), length.pow(-1).mul(maximumNorm), 1);
      return { updates: treeMap((gradient) => gradient.mul(like(factor, gradient)), gradients), state };
    },
  };
}

/**
 * Brings every number of the gradients into −limit … limit, in front of a rule in a {@link chain}.
 *
 * @throws {OptimizationError} for a limit that is not positive
 */
export function clipByValue(limit: number): UpdateRule {
  checkPositive("the limit", limit);
  return {
    name: `clipByValue(${limit})`,
    init: () => ({}),
    update: (gradients, state) => ({
      updates: treeMap((gradient) => minimum(maximum(gradient, -limit), limit), gradients),
      state,
    }),
  };
}
