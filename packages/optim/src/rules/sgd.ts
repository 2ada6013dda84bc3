import { tensor, treeMap, zeros, type Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { checkFraction, checkRate, like, rateAt, type LearningRate, type UpdateRule } from "./rule.ts";

/** Options of {@link sgd}. */
export interface SgdOptions {
  readonly learningRate: LearningRate;
  /** μ, the part of the velocity kept from step to step. Default 0. */
  readonly momentum?: number;
  /** Look ahead along the velocity (needs momentum). Default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent: v ← μ v + g, update −η v; with Nesterov momentum −η (g + μ v)
 * (Sutskever et al., ICML 2013, in the form PyTorch and optax use).
 *
 * @throws {OptimizationError} for a rate that is not positive, a momentum outside [0, 1) or Nesterov without momentum
 */
export function sgd({ learningRate, momentum = 0, nesterov = false }: SgdOptions): UpdateRule {
  checkRate(learningRate);
  checkFraction("momentum", momentum);
  if (nesterov && momentum === 0)
    throw new OptimizationError("Nesterov's look-ahead needs a momentum above 0, such as 0.9: 0");
  return {
    name: "sgd",
    init: (params) => ({
      step: tensor(0),
      ...(momentum > 0 && { velocity: treeMap((leaf: Tensor) => zeros(leaf.shape, leaf.dtype), params) }),
    }),
    update: <P>(gradients: P, state: Parameters<UpdateRule["update"]>[1]) => {
      const step = state["step"] as Tensor;
      const rate = rateAt(learningRate, step).neg();
      const next = step.add(1);
      if (momentum === 0)
        return {
          updates: treeMap((gradient) => gradient.mul(like(rate, gradient)), gradients),
          state: { step: next },
        };
      const velocity = treeMap((v, g) => v.mul(momentum).add(g), state["velocity"] as P, gradients);
      const updates = treeMap(
        (v, g) => (nesterov ? g.add(v.mul(momentum)) : v).mul(like(rate, g)),
        velocity,
        gradients,
      );
      return { updates, state: { step: next, velocity: velocity as (typeof state)[string] } };
    },
  };
}
