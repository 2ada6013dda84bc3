import type { Tensor } from "../tensor/tensor.ts";
import type { Block, Span } from "./block.ts";
import type { FunctionBuilder } from "./wasm/encoder.ts";

/** The blocks that a node of control flow runs. */
export function controlBlocks(node: Tensor, block: Block, span: Span): readonly Block[] {
  void node;
  void block;
  void span;
  return [];
}

export function emitControl(code: FunctionBuilder, node: Tensor, block: Block): void {
  block.program.interpret(code, node, block);
}
