import type { Tensor } from "../tensor/tensor.ts";
import type { Format, Kind } from "./kind.ts";
import { isIdentity, type View } from "./view.ts";

/** What is known about the nodes of a graph before its work is put into passes. */
export interface Facts {
  readonly nodes: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly kindOf: ReadonlyMap<Tensor, Kind>;
  readonly formatOf: ReadonlyMap<Tensor, Format>;
  viewOf(node: Tensor): View;
}

/** One reading of a node's elements. */
interface Use {
  readonly consumer: Tensor;
  /** Element by element in a loop over just these, so that nothing need be in memory. */
  readonly isDirect: boolean;
}

/**
 * For every node the stage that it is best computed in. The earliest one has all it reads; but a node that is read in
 * later stages only waits for them, if then fewer results have to be kept in memory: such as the decay of a moment, which
 * belongs beside the update at the end of a training step.
 */
export function levelsOf(facts: Facts): Map<Tensor, number> {
  const levels = new Map<Tensor, number>();
  const uses = new Map<Tensor, Use[]>();
  const isFused = (node: Tensor): boolean =>
    ["elementwise", "reduction", "store"].includes(facts.kindOf.get(node) as string);

  for (const node of facts.nodes) {
    let level = 0;
    if (facts.kindOf.get(node) !== "known")
      for (const operand of node.inputs) {
        const { source } = facts.viewOf(operand);
        const isDirect = isFused(node) && readsDirectly(node, operand, facts);
        const own = levels.get(source) ?? 0;
        level = Math.max(level, own + (isDirect || !isFused(node) || isGiven(source, facts) ? 0 : 1));
        if (facts.kindOf.get(node) === "view" || facts.kindOf.get(node) === "part") continue;
        const list = uses.get(source);
        if (list === undefined) uses.set(source, [{ consumer: node, isDirect }]);
        else list.push({ consumer: node, isDirect });
      }
    levels.set(node, level);
  }

  const kept = new Set(facts.outputs.map((output) => facts.viewOf(output).source));
  const levelOf = (node: Tensor): number => levels.get(node) as number;
  const isStored = (node: Tensor, at: number): boolean =>
    kept.has(node) ||
    (uses.get(node) ?? []).some(({ consumer, isDirect }) => !isDirect || levelOf(consumer) > at);
  for (const node of facts.nodes.toReversed()) {
    if (facts.kindOf.get(node) !== "elementwise" || kept.has(node)) continue;
    const before = levelOf(node);
    const latest = (uses.get(node) ?? []).reduce(
      (least, { consumer, isDirect }) =>
        Math.min(least, levelOf(consumer) - (isDirect || !isFused(consumer) ? 0 : 1)),
      Infinity,
    );
    if (latest === Infinity || latest <= before) continue;
    const sources = new Set(node.inputs.map((input) => facts.viewOf(input).source));
    let added = 0;
    for (const source of sources)
      if (facts.kindOf.get(source) === "elementwise" && source.size > 1 && !isStored(source, levelOf(source)))
        added++;
    const saved = Number(isStored(node, before)) - Number(isStored(node, latest));
    if (saved >= added) levels.set(node, latest);
  }
  return levels;
}

/** True where a loop over a node's elements meets those of the operand in the same order, as they are computed. */
function readsDirectly(node: Tensor, operand: Tensor, { kindOf, formatOf, viewOf }: Facts): boolean {
  const view = viewOf(operand);
  const { source } = view;
  if (kindOf.get(source) !== "elementwise" || formatOf.get(source) !== formatOf.get(node)) return false;
  // Scalars come before the loops of their stage.
  if (source.size === 1) return operand.size === 1;
  return isIdentity(view) && (kindOf.get(node) !== "elementwise" || node.size === source.size);
}

function isGiven(source: Tensor, { kindOf }: Facts): boolean {
  const kind = kindOf.get(source);
  return kind === "known" || kind === "input" || kind === "empty";
}
