import { greater, pow, sqrt, where, type Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { biasCorrection, checkAdam, type AdamOptions } from "./adam.ts";
import { decayingMean, leafwise, zerosLike } from "./leafwise.ts";
import type { UpdateRule } from "./rule.ts";
import type { WeightDecayOptions } from "./weight-decay.ts";

/** Options of {@link radam}; no weight decay by default. */
export interface RadamOptions extends AdamOptions, WeightDecayOptions {
  /**
   * How long the average of squares must be, in samples, before it is divided by: at least 4, the paper's bound. Default 5, as
   * in the authors' code and in PyTorch.
   */
  readonly threshold?: number;
}

/**
 * Rectified Adam, which needs no warm-up: it divides by the root of the mean square only once that is an average of enough
 * gradients, and then in proportion. With m and v of {@link adam}, m̂ = m / (1 − β₁ᵗ), ρ∞ = 2 / (1 − β₂) − 1 and
 * ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ): update −η (r m̂ √(1 − β₂ᵗ) / (√v + ε) + λ x) with
 * r = √((ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ)) where ρ is above the threshold, else −η (m̂ + λ x) (Liu et al., ICLR 2020,
 * algorithm 2; ε where PyTorch has it).
 *
 * @throws {OptimizationError} for a rate that is not positive, a β outside [0, 1), a negative ε or λ, or a threshold below 4
 */
export function radam({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  threshold = 5,
  ...decay
}: RadamOptions): UpdateRule {
  checkAdam({ beta1, beta2, epsilon });
  if (!(threshold >= 4 && Number.isFinite(threshold)))
    throw new OptimizationError(`the threshold must be a number of at least 4: ${threshold}`);
  const longest = 2 / (1 - beta2) - 1;
  /** ρ, for how many samples the average stands after t steps. */
  const lengthAt = (t: Tensor): Tensor => {
    const power = pow(beta2, t);
    return t.mul(-2).mul(power).div(power.neg().add(1)).add(longest);
  };
  return leafwise({
    name: "radam",
    learningRate,
    decay,
    memory: { mean: zerosLike, meanSquare: zerosLike },
    shared: (t) => {
      const length = lengthAt(t);
      const rectification = sqrt(
        length
          .sub(4)
          .mul(length.sub(2))
          .mul(longest / ((longest - 4) * (longest - 2)))
          .div(length),
      );
      return {
        toMean: biasCorrection(beta1, t),
        adapts: greater(length, threshold),
        scale: where(greater(length, threshold), rectification.div(sqrt(biasCorrection(beta2, t))), 1),
      };
    },
    leaf: ({ gradient, memory, shared }) => {
      const mean = decayingMean(beta1, memory.mean, gradient);
      const meanSquare = decayingMean(beta2, memory.meanSquare, gradient.square());
      const corrected = mean.mul(shared.toMean);
      const adapted = corrected.mul(shared.scale).div(sqrt(meanSquare).add(epsilon));
      return { direction: where(shared.adapts, adapted, corrected), memory: { mean, meanSquare } };
    },
  });
}
