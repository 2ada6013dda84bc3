import type { Loop } from "../control/scan.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Slot } from "./block.ts";
import { blockFunction, copyOutputs, emitCopy, makeBlock, type Control } from "./control.ts";
import { partsOf } from "./parts.ts";
import { advance, countDown } from "./wasm/counter.ts";

/** The operands of the loop: what the body captures, the first carries, and what it walks along. */
function operandsOf(node: Tensor): { captured: Tensor[]; initial: Tensor[]; xs: Tensor[] } {
  const { body, carries } = node.attributes as Loop;
  const captured = body.captured.length;
  const { inputs } = node;
  return {
    captured: inputs.slice(0, captured),
    initial: inputs.slice(captured, captured + carries),
    xs: inputs.slice(captured + carries),
  };
}

/** A loop whose carries live where its last ones are wanted, and whose elements are copied to a place of their own. */
export const scanControl: Control = {
  parts: partsOf,
  blocks: (node, block, span) => {
    const { body, length } = node.attributes as Loop;
    if (length === 0) return [];
    const { captured, initial, xs } = operandsOf(node);
    const parts = block.partsOf(node);
    const given = [
      ...captured.map((operand) => ({ operand })),
      ...initial.map((like, index) => ({ like, slot: block.slotOf(parts[index] as Tensor) })),
      ...xs.map((_, index) => ({ like: body.inputs[initial.length + index] as Tensor })),
    ];
    return [makeBlock(body, given, block, span)];
  },

  emit: (code, node, block) => {
    const { carries, length, reverse } = node.attributes as Loop;
    const { captured, initial, xs } = operandsOf(node);
    const parts = block.partsOf(node);
    const slots = parts.map((part) => (part.size > 0 ? block.slotOf(part) : undefined));
    initial.forEach((operand, index) => {
      const slot = slots[index];
      if (slot !== undefined) emitCopy(code, block, block.slotOf(operand), slot, operand.size);
    });
    const [body] = block.blocksOf(node);
    if (body === undefined) return;
    const run = blockFunction(body);
    const elements = body.schedule.graph.inputs.slice(captured.length + carries);
    code.scope(() => {
      const index = code.let("i32", reverse ? length - 1 : 0);
      countDown(code, code.let("i32", length), () => {
        xs.forEach((x, position) => {
          const element = elements[position] as Tensor;
          if (element.size > 0 && body.hasSlot(element))
            emitCopy(code, block, block.slotOf(x), body.slotOf(element), element.size, { fromStep: index });
        });
        code.call(run);
        copyOutputs(code, body, slots as Slot[], carries, index);
        advance(code, index, reverse ? -1 : 1);
      });
    });
  },
};
