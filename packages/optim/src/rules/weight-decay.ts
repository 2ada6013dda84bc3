import { cast, treeMap } from "@steepest/autodiff";
import { chosenLeaves, type Mask } from "./mask.ts";
import { checkNonNegative } from "./options.ts";
import type { UpdateRule } from "./rule.ts";

/** Options of rules with decoupled weight decay. */
export interface WeightDecayOptions {
  /**
   * λ of decoupled weight decay: every step also takes −η λ x, whatever the gradient (Loshchilov & Hutter, ICLR 2019, with η
   * the learning rate, as PyTorch and optax have it).
   */
  readonly weightDecay?: number | undefined;
  /** The parameters that decay: all of them by default. */
  readonly mask?: Mask | undefined;
}

export function checkDecay({ weightDecay = 0 }: WeightDecayOptions): void {
  checkNonNegative("the weight decay", weightDecay);
}

/**
 * Adds λ x to the gradients: the gradient of the penalty λ ‖x‖² / 2 (L² regularisation). In front of a rule in a
 * {@link chain} it is what PyTorch calls `weight_decay` in all its rules but AdamW; the rules' own option `weightDecay` is the
 * decoupled one.
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const rule = chain(addDecayedWeights(0.1), sgd({ learningRate: 0.5 }));
 * const params = { weight: tensor(2), bias: tensor(2) };
 * const gradients = { weight: tensor(1), bias: tensor(1) };
 * rule.update(gradients, rule.init(params), params).updates.weight; // → -0.6
 *
 * @throws {OptimizationError} for a λ below 0
 */
export function addDecayedWeights(
  weightDecay: number,
  { mask }: Pick<WeightDecayOptions, "mask"> = {},
): UpdateRule {
  checkDecay({ weightDecay });
  return {
    name: "decayed weights",
    init: () => ({}),
    update: (gradients, state, params) => {
      const chosen = chosenLeaves(mask, params).values();
      return {
        updates: treeMap(
          (gradient, parameter) =>
            chosen.next().value === true
              ? gradient.add(cast(parameter.mul(weightDecay), gradient.dtype))
              : gradient,
          gradients,
          params,
        ),
        state,
      };
    },
  };
}
