import { equal, tensor, treeMap, where, type Tensor, type Tree } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { checkCount } from "./options.ts";
import { applyUpdates, type RuleState, type UpdateRule } from "./rule.ts";

/** Options of {@link lookahead}. */
export interface LookaheadOptions {
  /** k, steps of the fast weights between two of the slow ones. Default 5. */
  readonly period?: number;
  /** α, the part of the way to the fast weights that the slow ones go. Default 0.5. */
  readonly slowRate?: number;
}

/**
 * Lookahead: the rule leads fast weights, and after every k of its steps slow weights φ go after them, φ ← φ + α (x − φ), from
 * where the fast ones begin anew: x ← φ (Zhang, Lucas, Hinton & Ba, NeurIPS 2019, algorithm 1). The parameters are the fast
 * weights; `state.slow` are the slow ones, which are to be evaluated where a training ends between.
 *
 * @throws {OptimizationError} for a period that is not whole and at least 1, or an α outside (0, 1]
 */
export function lookahead(
  rule: UpdateRule,
  { period = 5, slowRate = 0.5 }: LookaheadOptions = {},
): UpdateRule {
  checkCount("the period", period);
  if (!(slowRate > 0 && slowRate <= 1))
    throw new OptimizationError(`the slow rate must be above 0 and at most 1: ${slowRate}`);
  return {
    name: `lookahead(${rule.name})`,
    init: (params) => ({ count: tensor(0), slow: treeMap((leaf) => leaf, params), rule: rule.init(params) }),
    update: (gradients, state, params, extras) => {
      const { updates, state: next } = rule.update(gradients, state["rule"] as RuleState, params, extras);
      const count = (state["count"] as Tensor).add(1);
      const isLast = equal(count, period);
      const fast = applyUpdates(params, updates);
      const slow = treeMap(
        (s, f) => where(isLast, s.add(f.sub(s).mul(slowRate)), s),
        state["slow"] as typeof params,
        fast,
      );
      return {
        updates: treeMap((u, s, x) => where(isLast, s.sub(x), u), updates, slow, params),
        state: { count: where(isLast, 0, count), slow: slow as Tree, rule: next },
      };
    },
  };
}
