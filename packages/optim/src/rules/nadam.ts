import { pow, sqrt, type Tensor } from "@steepest/autodiff";
import { biasCorrection, checkAdam, type AdamOptions } from "./adam.ts";
import { decayingMean, leafwise, zerosLike } from "./leafwise.ts";
import { checkNonNegative } from "./options.ts";
import type { UpdateRule } from "./rule.ts";
import type { WeightDecayOptions } from "./weight-decay.ts";

/** Options of {@link nadam}; no weight decay by default. */
export interface NadamOptions extends AdamOptions, WeightDecayOptions {
  /** ψ, how fast the momentum warms up. Default 0.004, as in PyTorch and Keras. */
  readonly momentumDecay?: number;
}

/**
 * Adam with Nesterov's look-ahead and a momentum that warms up from β₁ / 2 to β₁: with μₜ = β₁ (1 − ½ · 0.96^(ψ t)),
 * Πₜ = μ₁ ⋯ μₜ, and m and v of {@link adam},
 *
 * update −η (((1 − μₜ) / (1 − Πₜ) · g + μₜ₊₁ / (1 − Πₜ₊₁) · m) / (√(v / (1 − β₂ᵗ)) + ε) + λ x)
 *
 * (Dozat, ICLR workshop 2016, section 3 with the warm-up of its experiments; in the form of PyTorch, where m is not corrected
 * by its own bias).
 *
 * @throws {OptimizationError} for a rate that is not positive, a β outside [0, 1), a negative ε, ψ or λ
 */
export function nadam({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  momentumDecay = 0.004,
  ...decay
}: NadamOptions): UpdateRule {
  checkAdam({ beta1, beta2, epsilon });
  checkNonNegative("the momentum decay", momentumDecay);
  const momentumAt = (t: Tensor): Tensor => pow(0.96, t.mul(momentumDecay)).mul(-0.5).add(1).mul(beta1);
  return leafwise({
    name: "nadam",
    learningRate,
    decay,
    memory: { mean: zerosLike, meanSquare: zerosLike },
    carried: { momentumProduct: 1 },
    shared: (t, carried) => {
      const momentum = momentumAt(t);
      const nextMomentum = momentumAt(t.add(1));
      const momentumProduct = carried.momentumProduct.mul(momentum);
      return {
        momentumProduct,
        ofGradient: momentum.neg().add(1).div(momentumProduct.neg().add(1)),
        ofMean: nextMomentum.div(momentumProduct.mul(nextMomentum).neg().add(1)),
        toSquare: biasCorrection(beta2, t),
      };
    },
    leaf: ({ gradient, memory, shared }) => {
      const mean = decayingMean(beta1, memory.mean, gradient);
      const meanSquare = decayingMean(beta2, memory.meanSquare, gradient.square());
      const ahead = gradient.mul(shared.ofGradient).add(mean.mul(shared.ofMean));
      return {
        direction: ahead.div(sqrt(meanSquare.mul(shared.toSquare)).add(epsilon)),
        memory: { mean, meanSquare },
      };
    },
  });
}
