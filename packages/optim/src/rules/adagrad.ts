import { full, sqrt } from "@steepest/autodiff";
import { leafwise } from "./leafwise.ts";
import { checkNonNegative } from "./options.ts";
import type { LearningRate, UpdateRule } from "./rule.ts";

/** Options of {@link adagrad}. */
export interface AdagradOptions {
  readonly learningRate: LearningRate;
  /** What the sums of squares begin with. Default 0. */
  readonly initialAccumulator?: number;
  /** Added to the root of the sum of squares. Default 1e-10. */
  readonly epsilon?: number;
}

/**
 * Adagrad: G ← G + g², update −η g / (√G + ε): rates fall for each parameter as its own gradients add up, so that rare
 * features keep large ones (Duchi, Hazan & Singer, JMLR 12, 2011, figure 1 with diagonal matrices).
 *
 * @throws {OptimizationError} for a rate that is not positive, a negative ε or a negative first sum
 */
export function adagrad({
  learningRate,
  initialAccumulator = 0,
  epsilon = 1e-10,
}: AdagradOptions): UpdateRule {
  checkNonNegative("the initial accumulator", initialAccumulator);
  checkNonNegative("epsilon", epsilon);
  return leafwise({
    name: "adagrad",
    learningRate,
    memory: { sumOfSquares: (leaf) => full(leaf.shape, initialAccumulator, leaf.dtype) },
    leaf: ({ gradient, memory }) => {
      const sumOfSquares = memory.sumOfSquares.add(gradient.square());
      return { direction: gradient.div(sqrt(sumOfSquares).add(epsilon)), memory: { sumOfSquares } };
    },
  });
}
