import { sign } from "@steepest/autodiff";
import { decayingMean, leafwise, zerosLike } from "./leafwise.ts";
import { checkFraction } from "./options.ts";
import type { LearningRate, UpdateRule } from "./rule.ts";
import type { WeightDecayOptions } from "./weight-decay.ts";

/** Options of {@link lion}; no weight decay by default. */
export interface LionOptions extends WeightDecayOptions {
  /** A third to a tenth of Adam's, with a weight decay as many times larger. */
  readonly learningRate: LearningRate;
  /** Weight of the mean in the direction. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of the gradients. Default 0.99. */
  readonly beta2?: number;
}

/**
 * Lion: update −η (sign(β₁ m + (1 − β₁) g) + λ x), then m ← β₂ m + (1 − β₂) g: every parameter moves by ±η, and there is one
 * memory where Adam has two (Chen et al., NeurIPS 2023, algorithm 2).
 *
 * @throws {OptimizationError} for a rate that is not positive, a β outside [0, 1) or a negative λ
 */
export function lion({ learningRate, beta1 = 0.9, beta2 = 0.99, ...decay }: LionOptions): UpdateRule {
  checkFraction("beta1", beta1);
  checkFraction("beta2", beta2);
  return leafwise({
    name: "lion",
    learningRate,
    decay,
    memory: { mean: zerosLike },
    leaf: ({ gradient, memory }) => ({
      direction: sign(decayingMean(beta1, memory.mean, gradient)),
      memory: { mean: decayingMean(beta2, memory.mean, gradient) },
    }),
  });
}
