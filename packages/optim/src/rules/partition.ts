import { treeLeaves, treeMap, treePaths, type Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import type { RuleState, UpdateRule } from "./rule.ts";

/** Leaves by their paths. */
type Group = Record<string, Tensor>;

/**
 * Different rules for different parameters: `labelOf` names for each one, by its path such as `layers.0.weights` and its shape,
 * the rule that is to change it. Each rule sees its parameters as one record by path.
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const rule = partition(
 *   { quick: sgd({ learningRate: 1 }), slow: sgd({ learningRate: 0.1 }) },
 *   (path) => (path.startsWith("head") ? "quick" : "slow"),
 * );
 * const params = { body: tensor(0), head: { weight: tensor(0) } };
 * const gradients = { body: tensor(1), head: { weight: tensor(1) } };
 * rule.update(gradients, rule.init(params), params).updates; // → { body: -0.1, head: { weight: -1 } }
 *
 * @throws {OptimizationError} without rules; when it is used, for a label that names none of them
 */
export function partition<Label extends string>(
  rules: Readonly<Record<Label, UpdateRule>>,
  labelOf: (path: string, leaf: Tensor) => NoInfer<Label>,
): UpdateRule {
  const labels = Object.keys(rules) as Label[];
  if (labels.length === 0) throw new OptimizationError("a partition needs at least one rule: {}");
  const labelled = (params: unknown): readonly (readonly [string, Label])[] => {
    const leaves = treeLeaves(params);
    return treePaths(params).map((path, index) => {
      const label = labelOf(path, leaves[index] as Tensor);
      if (!labels.includes(label))
        throw new OptimizationError(
          `a partition into [${labels.join(", ")}] has no such rule for ${path || "a single tensor"}: ${label}`,
        );
      return [path, label];
    });
  };
  /** The leaves of a tree like the parameters that belong to one rule. */
  const groupOf = (label: Label, places: ReturnType<typeof labelled>, leaves: readonly Tensor[]): Group =>
    Object.fromEntries(
      places.flatMap(([path, own], index) => (own === label ? [[path, leaves[index] as Tensor]] : [])),
    );
  return {
    name: `partition(${labels.map((label) => rules[label].name).join(", ")})`,
    init: (params) => {
      const places = labelled(params);
      const leaves = treeLeaves(params);
      return Object.fromEntries(
        labels.map((label) => [label, rules[label].init(groupOf(label, places, leaves))]),
      );
    },
    update: (gradients, state, params, extras) => {
      const places = labelled(params);
      const leaves = treeLeaves(params);
      // Together with the parameters, so that gradients of another structure are refused.
      const given = treeLeaves(treeMap((gradient) => gradient, gradients, params));
      const parts = labels.map((label) => {
        const { updates, state: next } = rules[label].update(
          groupOf(label, places, given),
          state[label] as RuleState,
          groupOf(label, places, leaves),
          extras,
        );
        return { updates, label, next };
      });
      const all: Group = Object.assign({}, ...parts.map(({ updates }) => updates)) as Group;
      const paths = places.values();
      return {
        updates: treeMap(() => all[(paths.next().value as readonly [string, Label])[0]] as Tensor, gradients),
        state: Object.fromEntries(parts.map(({ label, next }) => [label, next])),
      };
    },
  };
}
