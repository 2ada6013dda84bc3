import { pow, sqrt, type Tensor } from "@steepest/autodiff";
import { decayingMean, leafwise, zerosLike } from "./leafwise.ts";
import { checkFraction, checkNonNegative } from "./options.ts";
import type { LearningRate, UpdateRule } from "./rule.ts";
import type { WeightDecayOptions } from "./weight-decay.ts";

/** Options of {@link adam}. */
export interface AdamOptions {
  readonly learningRate: LearningRate;
  /** Decay of the mean of the gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  readonly epsilon?: number;
}

/** Options of {@link adamw}; its weight decay is 0.01 by default. */
export interface AdamwOptions extends AdamOptions, WeightDecayOptions {}

export function checkAdam({ beta1 = 0, beta2 = 0, epsilon = 0 }: Omit<AdamOptions, "learningRate">): void {
  checkFraction("beta1", beta1);
  checkFraction("beta2", beta2);
  checkNonNegative("epsilon", epsilon);
}

/** 1 / (1 − βᵗ), by which a mean that began at 0 is too small after t steps. */
export function biasCorrection(beta: number, t: Tensor): Tensor {
  return pow(beta, t).neg().add(1).pow(-1);
}

/**
 * Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², update −η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ) and
 * v̂ = v / (1 − β₂ᵗ) (Kingma & Ba, ICLR 2015, algorithm 1).
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const rule = adam({ learningRate: 0.1 });
 * const params = { slope: tensor(1), offset: tensor(0) };
 * const { updates, state } = rule.update({ slope: tensor(20), offset: tensor(-3) }, rule.init(params), params);
 * updates; // → { slope: -0.1, offset: 0.1 }
 * state.mean; // → { slope: 2, offset: -0.3 }
 *
 * @throws {OptimizationError} for a rate that is not positive, a β outside [0, 1) or a negative ε
 */
export function adam(options: AdamOptions): UpdateRule {
  return momentsRule("adam", options, {});
}

/**
 * Adam with decoupled weight decay: update −η (m̂ / (√v̂ + ε) + λ x), with m̂ and v̂ of {@link adam} (Loshchilov & Hutter, ICLR
 * 2019, algorithm 2; there η is the schedule's factor alone, here and in PyTorch the learning rate).
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const rule = adamw({ learningRate: 0.1, weightDecay: 0.5, mask: { weight: true, bias: false } });
 * const params = { weight: tensor(2), bias: tensor(2) };
 * rule.update({ weight: tensor(1), bias: tensor(1) }, rule.init(params), params).updates; // → { weight: -0.2, bias: -0.1 }
 *
 * @throws {OptimizationError} for a rate that is not positive, a β outside [0, 1), a negative ε or λ
 */
export function adamw({ weightDecay = 0.01, mask, ...options }: AdamwOptions): UpdateRule {
  return momentsRule("adamw", options, { weightDecay, mask });
}

function momentsRule(
  name: string,
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
  decay: WeightDecayOptions,
): UpdateRule {
  checkAdam({ beta1, beta2, epsilon });
  return leafwise({
    name,
    learningRate,
    decay,
    memory: { mean: zerosLike, meanSquare: zerosLike },
    shared: (t) => ({ toMean: biasCorrection(beta1, t), toSquare: biasCorrection(beta2, t) }),
    leaf: ({ gradient, memory, shared }) => {
      const mean = decayingMean(beta1, memory.mean, gradient);
      const meanSquare = decayingMean(beta2, memory.meanSquare, gradient.square());
      return {
        direction: mean.mul(shared.toMean).div(sqrt(meanSquare.mul(shared.toSquare)).add(epsilon)),
        memory: { mean, meanSquare },
      };
    },
  });
}
