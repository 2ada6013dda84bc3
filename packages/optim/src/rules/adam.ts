import { pow, sqrt, tensor, treeMap, zeros, type Tensor, type Tree } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import {
  checkFraction,
  checkRate,
  like,
  rateAt,
  type LearningRate,
  type RuleState,
  type UpdateRule,
} from "./rule.ts";

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

/**
 * Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², update −η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ) and
 * v̂ = v / (1 − β₂ᵗ) (Kingma & Ba, ICLR 2015, algorithm 1).
 *
 * @throws {OptimizationError} for a rate that is not positive, a β outside [0, 1) or a negative ε
 */
export function adam({ learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions): UpdateRule {
  checkRate(learningRate);
  checkFraction("beta1", beta1);
  checkFraction("beta2", beta2);
  if (!(epsilon >= 0)) throw new OptimizationError(`epsilon must be 0 or more: ${epsilon}`);
  const zerosLike = (leaf: Tensor): Tensor => zeros(leaf.shape, leaf.dtype);
  return {
    name: "adam",
    init: (params) => ({
      step: tensor(0),
      mean: treeMap(zerosLike, params),
      meanSquare: treeMap(zerosLike, params),
    }),
    update: <P>(gradients: P, state: RuleState) => {
      const step = state["step"] as Tensor;
      const next = step.add(1);
      const rate = rateAt(learningRate, step);
      const mean = treeMap((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), state["mean"] as P, gradients);
      const meanSquare = treeMap(
        (v, g) => v.mul(beta2).add(g.mul(g).mul(1 - beta2)),
        state["meanSquare"] as P,
        gradients,
      );
      const meanFactor = rate.neg().div(pow(beta1, next).neg().add(1));
      const squareFactor = pow(beta2, next).neg().add(1).pow(-1);
      const updates = treeMap(
        (m, v) => m.mul(like(meanFactor, m)).div(sqrt(v.mul(like(squareFactor, v))).add(epsilon)),
        mean,
        meanSquare,
      );
      return { updates, state: { step: next, mean: mean as Tree, meanSquare: meanSquare as Tree } };
    },
  };
}
