import { cast, cond, greaterEqual, tensor, treeMap, type Tensor, type Tree } from "@steepest/autodiff";
import { zerosLike } from "./leafwise.ts";
import { checkCount } from "./options.ts";
import type { RuleState, UpdateExtras, UpdateRule } from "./rule.ts";

/** Options of {@link accumulate}. */
export interface AccumulateOptions {
  /** What the rule is given: the mean of the gradients, or their sum. Default `mean`. */
  readonly by?: "mean" | "sum";
}

/**
 * Gathers the gradients of so many steps, whose updates are 0, and then lets the rule make one step with their mean: large
 * batches in little memory. The rule, and with it a schedule of its learning rate, counts its own steps only. Losses given
 * as extras are averaged, too.
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const rule = accumulate(sgd({ learningRate: 1 }), 2);
 * const params = tensor(0);
 * const first = rule.update(tensor(3), rule.init(params), params);
 * first.updates; // → 0
 * rule.update(tensor(5), first.state, params).updates; // → -4
 *
 * @throws {OptimizationError} for a number of steps that is not whole and at least 1
 */
export function accumulate(
  rule: UpdateRule,
  steps: number,
  { by = "mean" }: AccumulateOptions = {},
): UpdateRule {
  checkCount("the steps to accumulate", steps);
  const share = by === "mean" ? 1 / steps : 1;
  return {
    name: `accumulate(${rule.name}, ${steps})`,
    init: (params) => ({
      count: tensor(0),
      value: tensor(0),
      sum: treeMap(zerosLike, params),
      rule: rule.init(params),
    }),
    update: <P>(gradients: P, state: RuleState, params: P, extras?: UpdateExtras) => {
      const count = (state["count"] as Tensor).add(1);
      const value = (state["value"] as Tensor).add(extras?.value ?? 0);
      const sum = treeMap((s, g) => s.add(cast(g, s.dtype)), state["sum"] as P, gradients);
      const inner = state["rule"] as RuleState;
      const step = (): { updates: P; state: RuleState } => {
        const gathered = treeMap((s) => s.mul(share), sum);
        const given = extras?.value === undefined ? extras : { ...extras, value: value.div(steps) };
        const { updates, state: next } = rule.update(gathered, inner, params, given);
        const none = { count: tensor(0), value: tensor(0), sum: treeMap(zerosLike, sum) as Tree };
        return { updates, state: { ...none, rule: next } };
      };
      const wait = (): { updates: P; state: RuleState } => ({
        updates: treeMap(zerosLike, sum),
        state: { count, value, sum: sum as Tree, rule: inner },
      });
      return cond(greaterEqual(count, steps), step, wait);
    },
  };
}
