import type { Tensor } from "../tensor/tensor.ts";
import type { Format, Kind } from "./kind.ts";
import { isIdentity, type View } from "./view.ts";
import { vectorCode } from "./wasm/math/index.ts";

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

/** When nodes are computed. */
export interface Levels {
  /** For every node the stage that it is best computed in. */
  readonly levels: ReadonlyMap<Tensor, number>;
  /** What is computed again in later stages that read it, rather than kept in memory till then. */
  readonly repeated: ReadonlySet<Tensor>;
}

/** Relative to an addition from and to memory: work that costs no more is done again instead of being stored and loaded. */
const cheap = 3;

/**
 * The earliest stage of a node has all it reads; but a node that is read in later stages only waits for them, if then
 * fewer results have to be kept in memory: such as the decay of a moment, which belongs beside the update at the end of a
 * training step. What is read in several stages, and made cheaply from at most one tensor that is in memory anyway, is
 * made in each.
 */
export function levelsOf(facts: Facts): Levels {
  const levels = new Map<Tensor, number>();
  const uses = new Map<Tensor, Use[]>();
  const formatOf = (node: Tensor): Format => facts.formatOf.get(node) as Format;
  const isElementwise = (node: Tensor): boolean => facts.kindOf.get(node) === "elementwise";
  const isFused = (node: Tensor): boolean =>
    ["elementwise", "reduction", "store"].includes(facts.kindOf.get(node) as string);

  for (const node of facts.nodes) {
    let level = 0;
    if (facts.kindOf.get(node) !== "known")
      for (const operand of node.inputs) {
        const { source } = facts.viewOf(operand);
        const isDirect =
          isFused(node) &&
          readsDirectly(operand, isElementwise(node) ? node.size : operand.size, formatOf(node), facts);
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
    if (!isElementwise(node) || kept.has(node)) continue;
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
      if (isElementwise(source) && source.size > 1 && !isStored(source, levelOf(source))) added++;
    const saved = Number(isStored(node, before)) - Number(isStored(node, latest));
    if (saved >= added) levels.set(node, latest);
  }
  const repeated = new Set<Tensor>();
  for (const node of facts.nodes) {
    if (!isElementwise(node) || node.size === 1 || kept.has(node)) continue;
    const own = uses.get(node) ?? [];
    if (!isStored(node, levelOf(node)) || !own.every(({ isDirect }) => isDirect)) continue;
    const sources = [...new Set(node.inputs.map((input) => facts.viewOf(input).source))];
    const isInMemory = sources.every((source) => !isElementwise(source) || source.size === 1);
    const large = sources.filter((source) => source.size >= node.size).length;
    if (isInMemory && large <= 1 && (vectorCode(node.op)?.cost ?? 1) <= cheap) repeated.add(node);
  }
  return { levels, repeated };
}

/** True where a loop over so many elements meets those of the operand in the same order, as they are computed. */
export function readsDirectly(
  operand: Tensor,
  size: number,
  format: Format,
  { kindOf, formatOf, viewOf }: Omit<Facts, "nodes" | "outputs">,
): boolean {
  const view = viewOf(operand);
  const { source } = view;
  if (kindOf.get(source) !== "elementwise" || formatOf.get(source) !== format) return false;
  // Scalars come before the loops of their stage.
  return source.size === 1 || (isIdentity(view) && source.size === size);
}

export function isGiven(source: Tensor, { kindOf }: Pick<Facts, "kindOf">): boolean {
  const kind = kindOf.get(source);
  return kind === "known" || kind === "input" || kind === "empty";
}
