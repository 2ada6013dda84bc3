import { replay, type Subprogram } from "../control/subprogram.ts";
import { makePlaceholder } from "../ops/leaf.ts";
import { sizeOf } from "../tensor/shape.ts";
import { withTracing } from "../tensor/record.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Block, type Slot, type Span } from "./block.ts";
import { copyOf, legalize } from "./legalize.ts";
import type { Parts } from "./parts.ts";
import { simplify } from "./simplify.ts";
import { viewOf } from "./view.ts";
import { bytesPerElement } from "./wasm/access.ts";
import { advance, countDown } from "./wasm/counter.ts";
import type { FunctionBuilder, FunctionReference, Local } from "./wasm/encoder.ts";

/** How an operation that runs parts of a program becomes code. */
export interface Control {
  /** Its results where it has several. */
  parts(run: Tensor): Parts | undefined;
  /** The pieces that it runs, which ask for their memory. */
  blocks(node: Tensor, block: Block, span: Span): readonly Block[];
  emit(code: FunctionBuilder, node: Tensor, block: Block): void;
}

/** What a piece reads: the elements of an operand where they are, or a place of its own that is filled before each run. */
export type Given =
  { readonly operand: Tensor } | { readonly slot: Slot; readonly like: Tensor } | { readonly like: Tensor };

/**
 * A piece of a program as a block: `given` stands for what it captures and its inputs, in this order. Of the outputs, those
 * that are no more than another one's carry are copied, so that carries can be replaced one after another.
 */
export function makeBlock(program: Subprogram, given: readonly Given[], around: Block, span: Span): Block {
  const slots = new Map<Tensor, Slot>();
  const carries: Tensor[] = [];
  const graph = withTracing((level) => {
    const inputs = given.map((each) => {
      const known = "operand" in each && each.operand.hasValue ? each.operand : undefined;
      if (known !== undefined) return known;
      const { shape, dtype } = "operand" in each ? each.operand : each.like;
      const input = makePlaceholder(shape, dtype, level, "an input of a loop or branch");
      if ("operand" in each && sizeOf(shape) > 0) slots.set(input, around.slotOf(each.operand));
      if ("slot" in each) {
        slots.set(input, each.slot);
        carries.push(input);
      }
      return input;
    });
    const outputs = replay(program, inputs);
    const simple = legalize(simplify({ inputs, outputs }));
    const isMoved = (output: Tensor, index: number): boolean => {
      const { source } = viewOf(output);
      return carries.includes(source) && carries.indexOf(source) !== index;
    };
    return {
      ...simple,
      outputs: simple.outputs.map((output, index) => (isMoved(output, index) ? copyOf(output) : output)),
    };
  });
  return new Block(graph, around.program, span, slots);
}

/** The block as a function of its own. */
export function blockFunction(block: Block): FunctionReference {
  return block.program.module.function([], [], (code) => {
    block.emit(code);
  });
}

/** Copies all elements from one place to another, `step` times so many elements further on. */
export function emitCopy(
  code: FunctionBuilder,
  block: Block,
  from: Slot,
  to: Slot,
  size: number,
  { fromStep, toStep }: { readonly fromStep?: Local | undefined; readonly toStep?: Local | undefined } = {},
): void {
  const [source, target] = [block.addressOf(from), block.addressOf(to)];
  if (size === 0 || (source === target && fromStep === toStep)) return;
  const push = (address: number, step: Local | undefined, bytes: number): void => {
    code.put(address);
    if (step !== undefined) code.put(step, bytes, "i32.mul", "i32.add");
  };
  const [read, written] = [bytesPerElement[from.format], bytesPerElement[to.format]];
  if (from.format === to.format && size > 2) {
    push(target, toStep, size * written);
    push(source, fromStep, size * read);
    code.put(size * read);
    return code.memoryCopy();
  }
  code.scope(() => {
    push(source, fromStep, size * read);
    const input = code.let("i32");
    push(target, toStep, size * written);
    const output = code.let("i32");
    countDown(code, code.let("i32", size), () => {
      code.get(output);
      code.get(input);
      code.memory(`${from.format}.load`);
      if (from.format !== to.format) code.op(to.format === "f64" ? "f64.promote_f32" : "f32.demote_f64");
      code.memory(`${to.format}.store`);
      advance(code, input, read);
      advance(code, output, written);
    });
  });
}

/** Moves results of a block to where they are wanted, those from number `stacked` on that many steps further on. */
export function copyOutputs(
  code: FunctionBuilder,
  block: Block,
  targets: readonly Slot[],
  stacked: number = Infinity,
  step?: Local,
): void {
  const { outputs } = block.schedule.graph;
  targets.forEach((target, index) => {
    const output = outputs[index] as Tensor;
    const toStep = index < stacked ? undefined : step;
    if (output.size > 0) emitCopy(code, block, block.slotOf(output), target, output.size, { toStep });
  });
}

/** Leaves on the stack whether the number is not zero. */
export function pushTruth(code: FunctionBuilder, block: Block, node: Tensor): void {
  const slot = block.slotOf(node);
  code.i32(block.addressOf(slot));
  code.memory(`${slot.format}.load`);
  if (slot.format === "f64") code.f64(0);
  else code.f32(0);
  code.op(`${slot.format}.ne`);
}
