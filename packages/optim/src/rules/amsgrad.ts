import { maximum, sqrt } from "@steepest/autodiff";
import { biasCorrection, checkAdam, type AdamOptions } from "./adam.ts";
import { decayingMean, leafwise, zerosLike } from "./leafwise.ts";
import type { UpdateRule } from "./rule.ts";
import type { WeightDecayOptions } from "./weight-decay.ts";

/** Options of {@link amsgrad}; no weight decay by default. */
export interface AmsgradOptions extends AdamOptions, WeightDecayOptions {}

/**
 * Adam whose steps only get shorter: V ← max(V, v), update −η (m̂ / (√V̂ + ε) + λ x) with m and v of {@link adam}, m̂ =
 * m / (1 − β₁ᵗ) and V̂ = V / (1 − β₂ᵗ) (Reddi, Kale & Kumar, ICLR 2018, algorithm 2, with the corrections of bias that PyTorch
 * adds).
 *
 * @throws {OptimizationError} for a rate that is not positive, a β outside [0, 1), a negative ε or λ
 */
export function amsgrad({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  ...decay
}: AmsgradOptions): UpdateRule {
  checkAdam({ beta1, beta2, epsilon });
  return leafwise({
    name: "amsgrad",
    learningRate,
    decay,
    memory: { mean: zerosLike, meanSquare: zerosLike, largest: zerosLike },
    shared: (t) => ({ toMean: biasCorrection(beta1, t), toSquare: biasCorrection(beta2, t) }),
    leaf: ({ gradient, memory, shared }) => {
      const mean = decayingMean(beta1, memory.mean, gradient);
      const meanSquare = decayingMean(beta2, memory.meanSquare, gradient.square());
      const largest = maximum(memory.largest, meanSquare);
      return {
        direction: mean.mul(shared.toMean).div(sqrt(largest.mul(shared.toSquare)).add(epsilon)),
        memory: { mean, meanSquare, largest },
      };
    },
  });
}
