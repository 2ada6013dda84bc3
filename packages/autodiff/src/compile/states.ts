import { makeNode, type Tensor } from "../tensor/tensor.ts";
import { forever, type Block, type Slot } from "./block.ts";
import { castOp, type LegalGraph } from "./legalize.ts";
import type { Pattern } from "./pattern.ts";
import type { ProgramBuilder } from "./program.ts";
import type { Schedule } from "./schedule.ts";
import { isIdentity, viewOf } from "./view.ts";
import { bytesPerElement } from "./wasm/access.ts";
import type { FunctionBuilder, Local } from "./wasm/encoder.ts";
import { operandsOf } from "./wasm/pass-plan.ts";

/** Operations of their own stage that work on any operands: none of these is singular or out of range to them. */
const cannotThrow = new Set(
  "matmul conv2d conv2dInput conv2dWeights maxPool meanAtMaximum shareAtMaximum norm cumsum".split(" "),
);

/**
 * How a program keeps the first of its inputs in memory between runs, each replaced by the output of the same number.
 * Beside the program it would be in every bundle; only compiled steps use it.
 */
export class States {
  readonly count: number;
  /** Where the states are, and what takes their places. */
  readonly #homes = new Map<Tensor, Slot>();
  readonly #successors = new Map<Tensor, Tensor>();

  constructor(count: number) {
    this.count = count;
  }

  /**
   * Copies outputs that would change when the state does: those that are the old elements of a state in another place
   * than its own, and next states that no operation of the graph computes.
   */
  withOwnSuccessors(graph: LegalGraph): LegalGraph {
    const { inputs, outputs } = graph;
    const changed = inputs.slice(0, this.count).filter((input, index) => outputs[index] !== input);
    return {
      ...graph,
      outputs: outputs.map((output, index) => {
        const { source } = viewOf(output);
        const isForeign =
          index < this.count && (source.hasValue || inputs.includes(source)) && output !== inputs[index];
        if (output.size === 0 || (!isForeign && !changed.includes(source))) return output;
        return makeNode(castOp, [output], output.dtype, output.shape, output.dtype, undefined);
      }),
    };
  }

  /** Asks for places that nothing else uses. */
  reserve({ inputs, outputs }: LegalGraph, program: ProgramBuilder): ReadonlyMap<Tensor, Slot> {
    for (const input of inputs.slice(0, this.count)) {
      if (input.size === 0) continue;
      const successor = outputs[inputs.indexOf(input)] as Tensor;
      this.#homes.set(input, program.slot(input, input.dtype === "f32" ? "f32" : "f64", forever));
      if (successor !== input) this.#successors.set(input, successor);
    }
    return this.#homes;
  }

  /** Has next states computed right where the old ones are, if that is safe. */
  replaceInPlace(schedule: Schedule, slots: Map<Tensor, Slot>): void {
    for (const [input, output] of this.#successors) replaceInPlace(input, output, schedule, slots);
  }

  /** Runs as often as the function's parameter says; at the end of a run the new state takes the place of the old one. */
  repeat(code: FunctionBuilder, block: Block, run: () => void): void {
    const [left] = code.parameters as [Local];
    code.loop((again) => {
      run();
      for (const [input, output] of this.#successors) {
        const [from, to] = [block.slotOf(output), this.#homes.get(input) as Slot];
        // It may have been computed there.
        if (from.request === to.request) continue;
        const bytes = to.node.size * bytesPerElement[to.format];
        code.put(block.addressOf(to), block.addressOf(from), bytes);
        code.memoryCopy();
      }
      code.set(left, left, 1, "i32.sub");
      code.get(left);
      code.brIf(again);
    });
  }
}

/**
 * Has the output computed over the input that it replaces, if nothing that still needs the old value can miss it.
 * - The output is elementwise, the same elements in the same order and format: each is stored where its own old value was.
 * - What reads the old value runs in an earlier stage, or in the output's own pass, element by element: a pass stores
 *   what it computes after everything that it reads, in each turn. All else in the same stage counts as later.
 * - Nothing from the output's stage on asks the host, which may throw: the old value is then still there.
 */
function replaceInPlace(input: Tensor, output: Tensor, schedule: Schedule, slots: Map<Tensor, Slot>): void {
  const home = slots.get(input) as Slot;
  const view = schedule.viewOf(output);
  const { source } = view;
  const stage = schedule.stageOf.get(source) as number;
  const pass = schedule.passOf.get(source);
  if (schedule.kindOf.get(source) !== "elementwise" || !isIdentity(view) || slots.has(source)) return;
  if (schedule.formatOf.get(source) !== home.format) return;
  const isOld = (operand: Tensor): boolean => schedule.viewOf(operand).source === input;
  const isAligned = (operand: Tensor): boolean => !isOld(operand) || isIdentity(schedule.viewOf(operand));
  for (const later of schedule.stages.slice(stage)) {
    if (later.others.some((node) => !cannotThrow.has(node.op.name) || node.inputs.some(isOld))) return;
    for (const other of [...later.scalars, ...later.passes])
      if (other === pass ? !operandsOf(other).every(isAligned) : operandsOf(other).some(isOld)) return;
  }
  slots.set(source, { ...home, node: source });
}

/** The pattern of what a step gives beside its next state, as leaves of their own. */
export function withoutState({ parts }: Pattern, states: number): Pattern {
  const [, output] = parts as [Pattern, Pattern];
  const renumbered = (pattern: Pattern): Pattern => ({
    ...pattern,
    index: pattern.index - states,
    parts: pattern.parts?.map(renumbered),
  });
  return renumbered(output);
}
