import { maximum, sqrt, type Tensor } from "@steepest/autodiff";
import { decayingMean, leafwise, zerosLike } from "./leafwise.ts";
import { checkFraction, checkNonNegative } from "./options.ts";
import type { LearningRate, UpdateRule } from "./rule.ts";

/** Options of {@link rmsprop}. */
export interface RmspropOptions {
  readonly learningRate: LearningRate;
  /** ρ, the decay of the mean of squares. Default 0.9, that of the lecture; PyTorch has 0.99. */
  readonly decay?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  readonly epsilon?: number;
  /** Divide by the standard deviation of the gradients instead of the root of their mean square. Default false. */
  readonly centered?: boolean;
  /** μ, the part of the velocity kept from step to step. Default 0. */
  readonly momentum?: number;
}

/**
 * RMSprop: v ← ρ v + (1 − ρ) g², update −η g / (√v + ε) (Tieleman & Hinton, Coursera lecture 6.5, 2012). Centered, √(v − m²)
 * stands in for √v, with m ← ρ m + (1 − ρ) g (Graves, arXiv:1308.0850, 2013, equations 38–45); with momentum, u ← μ u + g /
 * (√v + ε), update −η u, as in PyTorch.
 *
 * @throws {OptimizationError} for a rate that is not positive, a decay or momentum outside [0, 1), or a negative ε
 */
export function rmsprop({
  learningRate,
  decay = 0.9,
  epsilon = 1e-8,
  centered = false,
  momentum = 0,
}: RmspropOptions): UpdateRule {
  checkFraction("decay", decay);
  checkNonNegative("epsilon", epsilon);
  checkFraction("momentum", momentum);
  type Memory = "meanSquare" | "mean" | "velocity";
  const memory: Partial<Record<Memory, typeof zerosLike>> = {
    meanSquare: zerosLike,
    ...(centered && { mean: zerosLike }),
    ...(momentum > 0 && { velocity: zerosLike }),
  };
  return leafwise({
    name: "rmsprop",
    learningRate,
    memory: memory as Record<Memory, typeof zerosLike>,
    leaf: ({ gradient, memory }) => {
      const meanSquare = decayingMean(decay, memory.meanSquare, gradient.square());
      const next: Partial<Record<Memory, Tensor>> = { meanSquare };
      let spread = meanSquare;
      if (centered) {
        next.mean = decayingMean(decay, memory.mean, gradient);
        // Of gradients that are all alike rounding may leave less than nothing.
        spread = maximum(meanSquare.sub(next.mean.square()), 0);
      }
      let direction = gradient.div(sqrt(spread).add(epsilon));
      if (momentum > 0) direction = next.velocity = memory.velocity.mul(momentum).add(direction);
      return { direction, memory: next as Record<Memory, Tensor> };
    },
  });
}
