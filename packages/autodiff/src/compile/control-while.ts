import type { While } from "../control/while-loop.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Slot } from "./block.ts";
import { blockFunction, copyOutputs, emitCopy, makeBlock, pushTruth, type Control } from "./control.ts";
import { partsOf } from "./parts.ts";

/** A loop that goes on while its condition holds; the carries live where the last ones are wanted. */
export const whileControl: Control = {
  parts: partsOf,
  blocks: (node, block, span) => {
    const { test, turn } = node.attributes as While;
    const [first, second] = [test.captured.length, turn.captured.length];
    const parts = block.partsOf(node);
    const carries = node.inputs
      .slice(first + second)
      .map((like, index) => ({ like, slot: block.slotOf(parts[index] as Tensor) }));
    const captured = node.inputs.slice(0, first + second).map((operand) => ({ operand }));
    return [
      makeBlock(test, [...captured.slice(0, first), ...carries], block, span),
      makeBlock(turn, [...captured.slice(first), ...carries], block, span),
    ];
  },

  emit: (code, node, block) => {
    const { test, turn } = node.attributes as While;
    const targets = block
      .partsOf(node)
      .map((part) => (part.size > 0 ? block.slotOf(part) : undefined)) as Slot[];
    node.inputs.slice(test.captured.length + turn.captured.length).forEach((operand, index) => {
      if (operand.size > 0)
        emitCopy(code, block, block.slotOf(operand), targets[index] as Slot, operand.size);
    });
    const [condition, body] = block.blocksOf(node) as [typeof block, typeof block];
    const [check, run] = [blockFunction(condition), blockFunction(body)];
    code.loop((again) => {
      code.call(check);
      pushTruth(code, condition, condition.schedule.graph.outputs[0] as Tensor);
      code.if(() => {
        code.call(run);
        copyOutputs(code, body, targets);
        code.br(again);
      });
    });
  },
};
