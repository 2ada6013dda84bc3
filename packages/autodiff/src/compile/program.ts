import { allocate, isFloat, roundTo, type TypedArray } from "../tensor/dtype.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";
import { nodesOf, type Graph } from "./graph.ts";
import { evaluateNode } from "./interpret.ts";
import { planMemory, type Request } from "./memory.ts";
import { schedule, stageLimit, withoutReshapes, type Format, type Schedule, type Stage } from "./schedule.ts";
import { ModuleBuilder } from "./wasm/encoder.ts";
import {
  supportsRelaxedMadd,
  webAssembly,
  type WebAssemblyFunction,
  type WebAssemblyMemory,
} from "./wasm/features.ts";
import { bytesPerElement, type Surroundings } from "./wasm/body.ts";
import { totalBytes } from "./wasm/accumulators.ts";
import { emitLoop, emitScalars } from "./wasm/loops.ts";

/** A graph made ready to run on the values of its inputs. */
export interface Program {
  run(args: readonly Tensor[]): Tensor[];
  /** The plan in words: what was fused into which pass, and what is left to the interpreter. */
  describe(): string;
  /** The WebAssembly module. */
  readonly bytes: Uint8Array;
}

/** A node's elements in the arena, in the number format in which emitted code reads and writes them. */
interface Slot {
  readonly node: Tensor;
  readonly format: Format;
}

/** One thing to do in a run: call emitted code, or interpret one operation. */
type Step = { readonly call: string } | { readonly interpret: Tensor };

const pageBytes = 65536;

/** Emits one WebAssembly module for the graph and lays out the memory it works in. */
export function buildProgram(graph: Graph): Program {
  return new ProgramBuilder(graph).build();
}

class ProgramBuilder {
  readonly #graph: Graph;
  readonly #plan: Schedule;
  /** Nodes whose data is needed, each with those who need it; the outside world counts as `undefined`. */
  readonly #consumers = new Map<Tensor, (Tensor | undefined)[]>();
  readonly #slots = new Map<string, number>();
  readonly #slotList: Slot[] = [];
  readonly #requests: Request[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#plan = schedule(graph);
    const use = (node: Tensor, consumer: Tensor | undefined): void => {
      const source = withoutReshapes(node);
      const uses = this.#consumers.get(source);
      if (uses === undefined) this.#consumers.set(source, [consumer]);
      else uses.push(consumer);
    };
    for (const node of nodesOf(graph.outputs))
      if (!node.hasValue && node.op.name !== "reshape") for (const input of node.inputs) use(input, node);
    for (const output of graph.outputs) use(output, undefined);
  }

  build(): Program {
    const { stages } = this.#plan;
    stages.forEach((stage, index) => this.#reserve(stage, index));
    const { offsets, bytes } = planMemory(this.#requests);
    const pages = Math.max(1, Math.ceil(bytes / pageBytes));
    const module = new ModuleBuilder();
    module.importMemory("steepest", "memory", { minimum: pages });
    const around: Surroundings = {
      module,
      fma: supportsRelaxedMadd(),
      addressOf: (node, format) => offsets[this.#slots.get(slotKey(node, format)) as number] as number,
      isStored: (node) => this.#isStored(node),
      isUsedOnce: (node) => this.#consumers.get(node)?.length === 1,
    };
    const steps = this.#emit(module, around);
    const binary = module.toBytes();
    const engine = webAssembly();
    if (engine === undefined) throw new Error("no WebAssembly engine");
    const memory = new engine.Memory({ initial: pages });
    const instance = new engine.Instance(new engine.Module(binary), { steepest: { memory } });
    const slotOffsets = this.#slotList.map((_, index) => offsets[index] as number);
    return new Runner(
      this.#graph,
      this.#plan,
      steps,
      this.#slotList,
      slotOffsets,
      memory,
      instance.exports,
      binary,
    );
  }

  /** Space for everything the code of a stage reads from or leaves in memory. */
  #reserve(stage: Stage, index: number): void {
    const { placeOf, stageOf, formatOf } = this.#plan;
    const read = (node: Tensor, format: Format): void => {
      const source = withoutReshapes(node);
      const place = placeOf.get(source);
      if (place === "known" && typeof source.storage === "number") return;
      if (place === "known" || place === "input") this.#slot(source, format, 0, this.#plan.stages.length);
      else if (place === "interpreted")
        this.#slot(source, format, stageOf.get(source) ?? 0, this.#lastUse(source));
    };
    const write = (node: Tensor): void => {
      if (this.#isStored(node)) this.#slot(node, formatOf.get(node) as Format, index, this.#lastUse(node));
    };
    for (const loop of stage.loops)
      for (const node of [...loop.elementwise, ...loop.reductions]) {
        for (const input of node.inputs) read(input, loop.format);
        write(node);
      }
    for (const node of stage.scalars) {
      for (const input of node.inputs) read(input, formatOf.get(node) as Format);
      write(node);
    }
  }

  #slot(node: Tensor, format: Format, from: number, to: number): void {
    const key = slotKey(node, format);
    if (this.#slots.has(key)) return;
    this.#slots.set(key, this.#requests.length);
    this.#slotList.push({ node, format });
    // A scalar is read as one vector of copies; where it is a sum, its total needs more room on the way.
    const bytes = node.size === 1 ? totalBytes : Math.ceil((node.size * bytesPerElement[format]) / 16) * 16;
    this.#requests.push({ bytes, from, to });
  }

  #lastUse(node: Tensor): number {
    const last = this.#plan.stages.length;
    return (this.#consumers.get(node) ?? []).reduce(
      (latest, consumer) =>
        Math.max(latest, consumer === undefined ? last : (this.#plan.stageOf.get(consumer) ?? last)),
      0,
    );
  }

  /** True when a computed node is needed outside the section of code that computes it. */
  #isStored(node: Tensor): boolean {
    const { placeOf, stageOf } = this.#plan;
    const place = placeOf.get(node);
    if (place === "reduction") return true;
    if (place !== "loop" && place !== "scalar") return false;
    return (this.#consumers.get(node) ?? []).some((consumer) => {
      if (consumer === undefined || stageOf.get(consumer) !== stageOf.get(node)) return true;
      const consumedBy = placeOf.get(consumer);
      return place === "scalar"
        ? consumedBy !== "scalar"
        : consumedBy !== "loop" && consumedBy !== "reduction";
    });
  }

  /** One function for every run of stages without an interpreted operation in between, unless it gets too long. */
  #emit(module: ModuleBuilder, around: Surroundings): Step[] {
    const steps: Step[] = [];
    let sections: Stage[] = [];
    let nodes = 0;
    const flush = (): void => {
      const work = sections.filter(({ scalars, loops }) => scalars.length > 0 || loops.length > 0);
      sections = [];
      nodes = 0;
      if (work.length === 0) return;
      const name = `section${steps.length}`;
      const code = module.function([], [], (f) => {
        for (const { scalars, loops } of work) {
          emitScalars(f, scalars, this.#plan.formatOf, around);
          for (const loop of loops) emitLoop(f, loop, around);
        }
      });
      module.export(name, code);
      steps.push({ call: name });
    };
    for (const stage of this.#plan.stages) {
      const own = emittedNodes(stage);
      if (nodes + own > stageLimit) flush();
      nodes += own;
      sections.push(stage);
      if (stage.interpreted.length > 0) {
        flush();
        for (const node of stage.interpreted) steps.push({ interpret: node });
      }
    }
    flush();
    return steps;
  }
}

function emittedNodes({ scalars, loops }: Stage): number {
  return loops.reduce(
    (total, { elementwise, reductions }) => total + elementwise.length + reductions.length,
    scalars.length,
  );
}

function slotKey(node: Tensor, format: Format): string {
  return `${node.id} ${format}`;
}

class Runner implements Program {
  readonly bytes: Uint8Array;
  readonly #graph: Graph;
  readonly #plan: Schedule;
  readonly #steps: readonly (WebAssemblyFunction | Tensor)[];
  readonly #slots: readonly Slot[];
  readonly #slotOf = new Map<Tensor, number[]>();
  readonly #offsets: readonly number[];
  readonly #views: Readonly<Record<Format, Float64Array | Float32Array>>;
  /** What each argument's slot holds already: tensors are immutable, so the same tensor need not be copied again. */
  readonly #held = new Map<Tensor, Tensor>();

  constructor(
    graph: Graph,
    plan: Schedule,
    steps: readonly Step[],
    slots: readonly Slot[],
    offsets: readonly number[],
    memory: WebAssemblyMemory,
    exports: Readonly<Record<string, WebAssemblyFunction>>,
    bytes: Uint8Array,
  ) {
    this.bytes = bytes;
    this.#graph = graph;
    this.#plan = plan;
    this.#steps = steps.map((step) =>
      "call" in step ? (exports[step.call] as WebAssemblyFunction) : step.interpret,
    );
    this.#slots = slots;
    this.#offsets = offsets;
    this.#views = { f64: new Float64Array(memory.buffer), f32: new Float32Array(memory.buffer) };
    slots.forEach(({ node }, index) => {
      const own = this.#slotOf.get(node);
      if (own === undefined) this.#slotOf.set(node, [index]);
      else own.push(index);
    });
    for (const { node } of slots) if (node.hasValue) this.#write(node, node);
  }

  run(args: readonly Tensor[]): Tensor[] {
    const { inputs, outputs } = this.#graph;
    const values = new Map<Tensor, Tensor>();
    inputs.forEach((input, index) => {
      const value = args[index] as Tensor;
      values.set(input, value);
      if (this.#held.get(input) === value) return;
      this.#write(input, value);
      if (input.size > 1) this.#held.set(input, value);
    });
    const valueOf = (node: Tensor): Tensor => {
      if (node.hasValue) return node;
      const known = values.get(node);
      if (known !== undefined) return known;
      const source = withoutReshapes(node);
      const { shape, dtype } = node;
      const value =
        source === node
          ? this.#read(node)
          : makeConstant(shape, dtype, valueOf(source).storage as TypedArray);
      values.set(
        node,
        shape.length === 0 && source !== node ? makeConstant(shape, dtype, valueOf(source).item()) : value,
      );
      return values.get(node) as Tensor;
    };
    for (const step of this.#steps) {
      if (typeof step === "function") {
        step();
        continue;
      }
      const value = evaluateNode(step, step.inputs.map(valueOf));
      values.set(step, value);
      this.#write(step, value);
    }
    return outputs.map(valueOf);
  }

  #write(node: Tensor, value: Tensor): void {
    for (const index of this.#slotOf.get(node) ?? []) {
      const { format } = this.#slots[index] as Slot;
      const view = this.#views[format];
      const start = (this.#offsets[index] as number) / bytesPerElement[format];
      if (node.size === 1) view.fill(value.item(), start, start + 16 / bytesPerElement[format]);
      else view.set(value.data, start);
    }
  }

  #read(node: Tensor): Tensor {
    const index = this.#slotOf.get(node)?.[0] as number;
    const { format } = this.#slots[index] as Slot;
    const start = (this.#offsets[index] as number) / bytesPerElement[format];
    const view = this.#views[format];
    if (node.shape.length === 0)
      return makeConstant(node.shape, node.dtype, roundTo(node.dtype, view[start] as number));
    if (isFloat(node.dtype))
      return makeConstant(node.shape, node.dtype, view.slice(start, start + node.size));
    const data = allocate(node.dtype, node.size);
    data.set(view.subarray(start, start + node.size));
    return makeConstant(node.shape, node.dtype, data);
  }

  describe(): string {
    const lines: string[] = [];
    const names = (nodes: readonly Tensor[]): string => nodes.map(({ op }) => op.name).join(", ");
    this.#plan.stages.forEach(({ scalars, loops, interpreted }, index) => {
      lines.push(`stage ${index + 1}`);
      if (scalars.length > 0) lines.push(`  scalars: ${names(scalars)}`);
      for (const { size, format, elementwise, reductions } of loops)
        lines.push(
          `  one pass over ${size} × ${format}: ${names(elementwise) || "nothing elementwise"}` +
            (reductions.length > 0 ? `; reductions: ${names(reductions)}` : ""),
        );
      if (interpreted.length > 0) lines.push(`  interpreted: ${names(interpreted)}`);
    });
    return lines.join("\n");
  }
}
