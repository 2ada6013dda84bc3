import { greater, norm, sqrt, where } from "@steepest/autodiff";
import { biasCorrection, checkAdam, type AdamOptions } from "./adam.ts";
import { decayingMean, leafwise, zerosLike } from "./leafwise.ts";
import type { UpdateRule } from "./rule.ts";
import type { WeightDecayOptions } from "./weight-decay.ts";

/** Options of {@link lamb}; ε is 1e-6 and there is no weight decay by default. */
export interface LambOptions extends AdamOptions, WeightDecayOptions {}

/**
 * LAMB, for very large batches: Adam's direction with weight decay, d = m̂ / (√v̂ + ε) + λ x, as long as the parameter is:
 * update −η ‖x‖ / ‖d‖ · d, with the norms of each leaf of the parameters; the ratio is 1 where one of them is 0 (You et al.,
 * ICLR 2020, algorithm 2 with φ(z) = z).
 *
 * @throws {OptimizationError} for a rate that is not positive, a β outside [0, 1), a negative ε or λ
 */
export function lamb({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-6,
  ...decay
}: LambOptions): UpdateRule {
  checkAdam({ beta1, beta2, epsilon });
  return leafwise({
    name: "lamb",
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
    finish: (direction, parameter) => {
      const length = norm(direction);
      const size = norm(parameter);
      const bothMove = greater(length, 0).logicalAnd(greater(size, 0));
      return direction.mul(where(bothMove, size.div(length), 1));
    },
  });
}
