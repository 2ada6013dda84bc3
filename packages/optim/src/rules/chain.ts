import type { RuleState, UpdateRule } from "./rule.ts";

/**
 * Rules one after the other: what the first makes of the gradients is what the second is given, and so on; all see the same
 * parameters. What changes gradients goes before a rule, what changes updates behind it.
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const rule = chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1 }));
 * const params = tensor([0, 0]);
 * rule.update(tensor([30, 40]), rule.init(params), params).updates; // → [-0.06, -0.08]
 */
export function chain(...rules: readonly UpdateRule[]): UpdateRule {
  return {
    name: rules.map(({ name }) => name).join(", "),
    init: (params) => ({ rules: rules.map((rule) => rule.init(params)) }),
    update: (gradients, state, params, extras) => {
      const states = state["rules"] as readonly RuleState[];
      let updates = gradients;
      const next = rules.map((rule, index) => {
        const result = rule.update(updates, states[index] as RuleState, params, extras);
        updates = result.updates;
        return result.state;
      });
      return { updates, state: { rules: next } };
    },
  };
}
