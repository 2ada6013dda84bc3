import type { Tensor } from "../tensor/tensor.ts";
import type { Block } from "./block.ts";

/** The plan of a block in words. */
export function describeBlock(block: Block, indent = ""): string {
  const names = (nodes: readonly Tensor[]): string => nodes.map(({ op }) => op.name).join(", ");
  const lines: string[] = [];
  block.schedule.stages.forEach(({ scalars, passes, others }, index) => {
    lines.push(`stage ${index + 1}`);
    for (const { elementwise, stores } of scalars)
      lines.push(`  scalars: ${names([...elementwise, ...stores.map(({ node }) => node)])}`);
    for (const { size, format, elementwise, reductions, stores } of passes)
      lines.push(
        `  one pass over ${size} × ${format}: ${names([...elementwise, ...stores.map(({ node }) => node)]) || "nothing elementwise"}` +
          (reductions.length > 0 ? `; reductions: ${names(reductions)}` : ""),
      );
    for (const node of others) {
      const blocks = block.blocksOf(node);
      if (blocks.length > 0)
        lines.push(`  ${node.op.name}`, ...blocks.map((inner) => describeBlock(inner, `${indent}    `)));
      else {
        const kind = block.interpreted.has(node) ? "interpreted" : block.schedule.kindOf.get(node);
        lines.push(`  ${kind}: ${node.op.name}`);
      }
    }
  });
  return lines.map((line) => (line.startsWith(`${indent}    `) ? line : indent + line)).join("\n");
}
