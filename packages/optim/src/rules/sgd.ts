import { OptimizationError } from "../errors.ts";
import { leafwise, zerosLike } from "./leafwise.ts";
import { checkFraction } from "./options.ts";
import type { LearningRate, UpdateRule } from "./rule.ts";

/** Options of {@link sgd}. */
export interface SgdOptions {
  readonly learningRate: LearningRate;
  /** μ, the part of the velocity kept from step to step. Default 0. */
  readonly momentum?: number;
  /** Look ahead along the velocity (needs momentum). Default false. */
  readonly nesterov?: boolean;
}

/** Options of {@link momentum} and {@link nesterov}. */
export interface MomentumOptions {
  readonly learningRate: LearningRate;
  /** μ, the part of the velocity kept from step to step. Default 0.9. */
  readonly momentum?: number;
}

/**
 * Stochastic gradient descent: v ← μ v + g, update −η v; with Nesterov momentum −η (g + μ v)
 * (Sutskever et al., ICML 2013, in the form PyTorch and optax use).
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const rule = sgd({ learningRate: 0.1 });
 * const params = tensor([1, 2]);
 * const { updates } = rule.update(tensor([10, -10]), rule.init(params), params);
 * applyUpdates(params, updates); // → [0, 3]
 *
 * @throws {OptimizationError} for a rate that is not positive, a momentum outside [0, 1) or Nesterov without momentum
 */
export function sgd({ learningRate, momentum = 0, nesterov = false }: SgdOptions): UpdateRule {
  checkFraction("momentum", momentum);
  if (nesterov && momentum === 0)
    throw new OptimizationError("Nesterov's look-ahead needs a momentum above 0, such as 0.9: 0");
  if (momentum === 0)
    return leafwise({
      name: "sgd",
      learningRate,
      memory: {},
      leaf: ({ gradient }) => ({ direction: gradient, memory: {} }),
    });
  return leafwise({
    name: "sgd",
    learningRate,
    memory: { velocity: zerosLike },
    leaf: ({ gradient, memory }) => {
      const velocity = memory.velocity.mul(momentum).add(gradient);
      return {
        direction: nesterov ? gradient.add(velocity.mul(momentum)) : velocity,
        memory: { velocity },
      };
    },
  });
}

/**
 * Gradient descent with the momentum of a heavy ball: v ← μ v + g, update −η v (Polyak, USSR Computational Mathematics and
 * Mathematical Physics 4, 1964).
 *
 * @throws {OptimizationError} for a rate that is not positive or a momentum outside [0, 1)
 */
export function momentum({ learningRate, momentum = 0.9 }: MomentumOptions): UpdateRule {
  return { ...sgd({ learningRate, momentum }), name: "momentum" };
}

/**
 * Nesterov's accelerated gradient: v ← μ v + g, update −η (g + μ v) (Nesterov, 1983, as Sutskever et al., ICML 2013, section
 * 2, write it, at the point looked ahead to).
 *
 * @throws {OptimizationError} for a rate that is not positive or a momentum outside (0, 1)
 */
export function nesterov({ learningRate, momentum = 0.9 }: MomentumOptions): UpdateRule {
  return { ...sgd({ learningRate, momentum, nesterov: true }), name: "nesterov" };
}
