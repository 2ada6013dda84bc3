import type { Tensor } from "../tensor/tensor.ts";
import type { LegalGraph } from "./legalize.ts";
import type { Parts } from "./parts.ts";
import { schedule, type Format, type Pass, type Schedule } from "./schedule.ts";
import { isIdentity, runsOf, stridesOver, viewOf } from "./view.ts";
import { bytesPerElement, type Access } from "./wasm/access.ts";
import type { FunctionBuilder } from "./wasm/encoder.ts";
import type { Kernel, Operand } from "./wasm/kernel.ts";
import { matmulKernel } from "./wasm/matmul.ts";
import { emitPass, type Surroundings } from "./wasm/pass.ts";
import { operandsOf, planPass, type PassPlan } from "./wasm/pass-plan.ts";
import { emitScalars } from "./wasm/scalars.ts";
import type { ProgramBuilder } from "./program.ts";

/** Where a node's elements are: a stretch of the arena, or a part of one that belongs to a block around. */
export interface Slot {
  readonly node: Tensor;
  readonly format: Format;
  /** Number of the request for memory. */
  readonly request: number;
  readonly offset: number;
}

/** A stretch of time: of the stages of a block, whose own blocks (bodies of loops) live in between. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Of the time between two stages, what belongs to the blocks that the first one runs. */
const bodyShare = 0.9;

export const forever: Span = { from: 0, to: Infinity };

/**
 * One graph as a piece of a program: the whole function, the body of a loop, a branch. Made in two steps: first it asks
 * for all the memory it needs, then, when addresses are known, it writes its code.
 */
export class Block {
  readonly schedule: Schedule;
  readonly program: ProgramBuilder;
  readonly #span: Span;
  readonly #slots = new Map<Tensor, Slot>();
  readonly #stored = new Set<Tensor>();
  readonly #uses = new Map<Tensor, number>();
  readonly #plans = new Map<Pass, PassPlan>();
  readonly #workspaces = new Map<Pass, number>();
  /** Of every node of control flow: its parts, and the blocks that it runs. */
  readonly #parts: ReadonlyMap<Tensor, Parts>;
  readonly #blocks = new Map<Tensor, readonly Block[]>();
  /** What turned out to have no code of its own. */
  readonly interpreted: Set<Tensor> = new Set();

  /**
   * @param given where the inputs are that belong to somebody else.
   * @param place may put results of its schedule where inputs are.
   */
  constructor(
    graph: LegalGraph,
    program: ProgramBuilder,
    span: Span,
    given: ReadonlyMap<Tensor, Slot>,
    place?: (schedule: Schedule, slots: Map<Tensor, Slot>) => void,
  ) {
    this.program = program;
    this.#span = span;
    this.schedule = schedule(graph);
    this.#parts = graph.parts;
    for (const [node, slot] of given) this.#slots.set(node, slot);
    place?.(this.schedule, this.#slots);
    this.#findStored();
    this.#reserve();
  }

  // — what is needed where —

  #findStored(): void {
    const { stages, graph } = this.schedule;
    const use = (operand: Tensor, pass: Pass | undefined): void => {
      const source = pass && this.ownSource(pass, operand);
      const node = source ?? this.schedule.viewOf(operand).source;
      this.#uses.set(node, (this.#uses.get(node) ?? 0) + 1);
      if (source === undefined) this.#stored.add(node);
    };
    for (const { scalars, passes, others } of stages) {
      for (const pass of [...scalars, ...passes]) {
        for (const node of [...pass.elementwise, ...pass.reductions])
          for (const input of node.inputs) use(input, pass);
        for (const { operand } of pass.stores) use(operand, pass);
      }
      for (const node of others) for (const input of node.inputs) use(input, undefined);
    }
    for (const output of graph.outputs) use(output, undefined);
  }

  /** The node itself where the pass computes it, the same elements in the same order. */
  ownSource(pass: Pass, operand: Tensor): Tensor | undefined {
    const view = this.schedule.viewOf(operand);
    const { source } = view;
    return pass.computes.has(source) && isIdentity(view) ? source : undefined;
  }

  // — memory —

  /** When a stage runs. */
  #time(stage: number): number {
    const { from, to } = this.#span;
    return from + ((to - from) * (stage + 1)) / (this.schedule.stages.length + 2);
  }

  #reserve(): void {
    const { stages, graph, kindOf } = this.schedule;
    const lastUse = new Map<Tensor, number>();
    const touch = (node: Tensor, stage: number): void => {
      const { source } = this.schedule.viewOf(node);
      lastUse.set(source, Math.max(lastUse.get(source) ?? 0, stage));
      const kind = kindOf.get(source);
      if (kind === "known" || kind === "input")
        this.#slotFor(source, kind === "known" ? forever : this.#span);
    };
    stages.forEach(({ scalars, passes, others }, stage) => {
      for (const pass of [...scalars, ...passes]) {
        for (const operand of operandsOf(pass))
          if (typeof operand.storage !== "number") touch(operand, stage);
        // Several stages may write to one whole, whoever reads it.
        for (const { node } of pass.stores) touch(node, stage);
      }
      for (const node of others) for (const input of node.inputs) touch(input, stage);
    });
    for (const output of graph.outputs) touch(output, stages.length);

    stages.forEach(({ scalars, passes, others }, stage) => {
      const now = this.#time(stage);
      // What nobody reads, such as a whole of which only empty parts are used, is written all the same.
      const untilLastUse = (node: Tensor): Span => ({
        from: now,
        // Whatever else the stage does, loops and branches included, comes before the next one.
        to: this.#time(Math.max(stage, lastUse.get(node) ?? 0) + bodyShare),
      });
      for (const pass of [...scalars, ...passes]) {
        if (pass.size > 1) this.#reserveWorkspace(pass, now);
        for (const node of pass.reductions) this.#slotFor(node, untilLastUse(node));
        for (const node of pass.elementwise)
          if (this.#stored.has(node)) this.#slotFor(node, untilLastUse(node));
        // What is around an embedded window are zeros: memory that nobody else writes to is zero from the start.
        for (const { node } of pass.stores)
          this.#slotFor(node, node.op.name === "embed" ? forever : untilLastUse(node));
      }
      const next = this.#time(stage + 1);
      for (const node of others) {
        for (const part of this.partsOf(node)) this.#slotFor(part, untilLastUse(part));
        const span = { from: now, to: now + (next - now) * bodyShare };
        const blocks = node.op.control?.blocks(node, this, span);
        if (blocks !== undefined) this.#blocks.set(node, blocks);
      }
    });
  }

  #reserveWorkspace(pass: Pass, now: number): void {
    const plan = planPass(pass);
    this.#plans.set(pass, plan);
    if (plan.workspaceBytes === 0) return;
    this.#workspaces.set(pass, this.program.reserve(plan.workspaceBytes, { from: now, to: now }));
  }

  #slotFor(node: Tensor, span: Span): void {
    if (this.#slots.has(node)) return;
    const format = this.schedule.formatOf.get(node) ?? viewFormat(node);
    this.#slots.set(node, this.program.slot(node, format, span));
  }

  /** Where the elements of a node are that lie one after another. */
  slotOf(node: Tensor): Slot {
    const view = this.schedule.viewOf(node);
    const slot = this.#slots.get(view.source);
    if (slot === undefined) throw new Error(`no memory for the result of ${view.source.op.name}`);
    return { ...slot, node, offset: slot.offset + view.offset * bytesPerElement[slot.format] };
  }

  hasSlot(node: Tensor): boolean {
    return this.#slots.has(this.schedule.viewOf(node).source);
  }

  partsOf(node: Tensor): readonly Tensor[] {
    return this.#parts.get(node)?.results ?? [node];
  }

  blocksOf(node: Tensor): readonly Block[] {
    return this.#blocks.get(node) ?? [];
  }

  addressOf(slot: Slot): number {
    return this.program.addressOf(slot.request) + slot.offset;
  }

  // — code —

  emit(code: FunctionBuilder): void {
    const { program } = this;
    const around: Surroundings = {
      module: program.module,
      fma: program.fma,
      ownSource: (pass, operand) => this.ownSource(pass, operand),
      accessOf: (operand, extents) => this.#accessOf(operand, extents),
      isStored: (node) => this.#stored.has(node),
      isUsedOnce: (node) => this.#uses.get(node) === 1,
      workspaceOf: (pass) => program.addressOf(this.#workspaces.get(pass) as number),
    };
    for (const { scalars, passes, others } of this.schedule.stages) {
      for (const pass of scalars) emitScalars(code, pass, around);
      for (const pass of passes) {
        const plan = this.#plans.get(pass) as PassPlan;
        const { work, begin, finish } = emitPass(pass, plan, around);
        begin(code);
        program.dispatch(code, { work, units: plan.groups, scratchBytes: 0 }, pass);
        finish(code);
      }
      for (const node of others) this.#emitOther(code, node);
    }
  }

  #emitOther(code: FunctionBuilder, node: Tensor): void {
    if (node.op.control !== undefined) return node.op.control.emit(code, node, this);
    const kernel = this.schedule.kindOf.get(node) === "kernel" ? this.#kernel(node) : undefined;
    if (kernel === undefined) {
      this.interpreted.add(node);
      return this.program.interpret(code, node, this);
    }
    this.program.dispatch(code, kernel, node);
    if (kernel.mayRefuse === true) this.program.interpretIfRefused(code, node, this);
  }

  /** The pieces of work that several threads could share. */
  get shareable(): (Pass | Tensor)[] {
    const { stages, kindOf } = this.schedule;
    return stages.flatMap(({ passes, others }) => [
      ...passes.filter((pass) => (this.#plans.get(pass) as PassPlan).groups > 1),
      ...others.filter((node) => kindOf.get(node) === "kernel"),
      ...others.flatMap((node) => this.blocksOf(node).flatMap((block) => block.shareable)),
    ]);
  }

  #kernel(node: Tensor): Kernel | undefined {
    const { format } = this.slotOf(node);
    const operands = node.inputs.map((input) => this.#operandOf(input));
    const { module, fma, refusal } = this.program;
    const [context, output] = [{ module, fma, format, refusal }, this.#operandOf(node)];
    if (node.op.name === "matmul") return matmulKernel(context, ...(operands as [Operand, Operand]), output);
    return node.op.kernel?.(context, operands, output, node.attributes);
  }

  #operandOf(node: Tensor): Operand {
    const { shape, strides } = this.schedule.viewOf(node);
    const slot = this.slotOf(node);
    return { address: this.addressOf(slot), shape, strides, dtype: node.dtype, format: slot.format };
  }

  #accessOf(operand: Tensor, extents: readonly number[]): Access {
    const slot = this.slotOf(operand);
    const bytes = bytesPerElement[slot.format];
    const strides = extents.length === 0 ? [] : stridesOver(runsOf(this.schedule.viewOf(operand)), extents);
    return {
      address: this.addressOf(slot),
      format: slot.format,
      strides: strides.map((stride) => stride * bytes),
    };
  }
}

/** The format of a node that no stage computes: an input that is only handed on. */
function viewFormat(node: Tensor): Format {
  return viewOf(node).source.dtype === "f64" || node.dtype === "i32" ? "f64" : "f32";
}
