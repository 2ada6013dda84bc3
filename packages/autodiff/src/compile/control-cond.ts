import type { Choice } from "../control/cond.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Slot } from "./block.ts";
import { blockFunction, copyOutputs, makeBlock, pushTruth, type Control } from "./control.ts";
import { partsOf } from "./parts.ts";

/** One of two branches, of which only the chosen one runs. */
export const condControl: Control = {
  parts: partsOf,
  blocks: (node, block, span) => {
    const { branches } = node.attributes as Choice;
    const [first, second] = branches.map(({ captured }) => captured.length) as [number, number];
    const rest = node.inputs.slice(1);
    const operands = rest.slice(first + second);
    const given = [
      [...rest.slice(0, first), ...operands],
      [...rest.slice(first, first + second), ...operands],
    ];
    return branches.map((branch, index) =>
      makeBlock(
        branch,
        (given[index] as Tensor[]).map((operand) => ({ operand })),
        block,
        span,
      ),
    );
  },

  emit: (code, node, block) => {
    const targets = block
      .partsOf(node)
      .map((part) => (part.size > 0 ? block.slotOf(part) : undefined)) as Slot[];
    const [whenTrue, whenFalse] = block.blocksOf(node).map((branch) => () => {
      code.call(blockFunction(branch));
      copyOutputs(code, branch, targets);
    }) as [() => void, () => void];
    pushTruth(code, block, node.inputs[0] as Tensor);
    code.if(whenTrue, whenFalse);
  },
};
