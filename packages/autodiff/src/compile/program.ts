import { formatShape } from "../tensor/shape.ts";
import { allocate } from "../tensor/dtype.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";
import { formatBytes, mostPages, pagesFor } from "./arena.ts";
import { Block, type Slot, type Span } from "./block.ts";
import { describeBlock } from "./describe.ts";
import type { Graph } from "./graph.ts";
import type { Format } from "./kind.ts";
import { legalize } from "./legalize.ts";
import { planMemory, type Request } from "./memory.ts";
import { controlBytes } from "./threads/control.ts";
import { worthSplitting, type Dispatcher } from "./threads/dispatch.ts";
import type { ThreadedProgram, ThreadPool } from "./threads/threads.ts";
import type { Pass } from "./schedule.ts";
import type { States } from "./states.ts";
import { bytesPerElement } from "./wasm/access.ts";
import { ModuleBuilder, type FunctionBuilder, type FunctionReference } from "./wasm/encoder.ts";
import { supportsRelaxedMadd } from "./wasm/features.ts";
import type { Kernel } from "./wasm/kernel.ts";

/** A program before it has a memory: its code, and where everything is going to be. */
export interface Plan {
  /** The WebAssembly module. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pages of 64 KiB that its memory has. */
  readonly pages: number;
  /** Where arguments go; nothing for those that nobody reads. */
  readonly inputs: readonly (Place | undefined)[];
  /** Where results are found: in memory, known before, or an argument handed on, by its number. */
  readonly outputs: readonly (Place | Tensor | number)[];
  /** Where the state is between runs. */
  readonly state: readonly (Place | Tensor)[];
  readonly known: readonly (readonly [Place, Tensor])[];
  readonly foreign: readonly Foreign[];
  /** For programs that share their work: the threads, and where in memory they find what they need. */
  readonly threads: ({ readonly pool: ThreadPool } & Omit<ThreadedProgram, "module" | "memory">) | undefined;
  /** The plan in words: what was fused into which pass, and what is left to the interpreter. */
  describe(): string;
  /** What needs most of the memory. */
  explain(): string;
}

export interface ProgramOptions {
  /** Whether to multiply and add at once; by default wherever the engine can. */
  readonly fma?: boolean;
  /** How the first inputs stay in memory between runs. */
  readonly states?: States | undefined;
  /** Worker threads, for programs with enough to do. */
  readonly threads?: ThreadPool | undefined;
}

/** An operation that the program asks its host for. */
export interface Foreign {
  readonly node: Tensor;
  readonly inputs: readonly (Tensor | Place)[];
  readonly output: Place;
}

/** A tensor in the arena. */
export interface Place {
  readonly node: Tensor;
  readonly format: Format;
  readonly address: number;
}

/** Vectors may be read beyond the end of the last tensor. */
const spareBytes = 64;
/** Where threads agree on who does what. Address 0 stays unused: it would be a mistake. */
const controlAddress = 64;
const reservedBytes: number = controlAddress + controlBytes;

/** Emits one WebAssembly module for the graph and lays out the memory it works in. */
export function planProgram(graph: Graph, options: ProgramOptions = {}): Plan {
  return new ProgramBuilder(graph, options).build();
}

export class ProgramBuilder {
  readonly module: ModuleBuilder = new ModuleBuilder();
  readonly fma: boolean;
  readonly #graph: Graph;
  readonly #requests: Request[] = [];
  readonly #slots: Slot[] = [];
  readonly #states: States | undefined;
  readonly #foreign: Foreign[] = [];
  #offsets: readonly number[] = [];
  #interpret: FunctionReference | undefined;
  /** Request for the word that kernels set when they refuse. */
  readonly #refusal: number = this.reserve(4, { from: 0, to: Infinity });
  readonly #threads: ThreadPool | undefined;
  #dispatcher: Dispatcher | undefined;
  #scratchBytes = 0;
  #scratch = 0;

  constructor(graph: Graph, { fma = supportsRelaxedMadd(), states, threads }: ProgramOptions) {
    this.#graph = graph;
    this.#threads = threads;
    this.#states = states;
    this.fma = fma;
  }

  // — for blocks —

  reserve(bytes: number, { from, to }: Span): number {
    return this.#requests.push({ bytes, from, to }) - 1;
  }

  slot(node: Tensor, format: Format, span: Span): Slot {
    // Scalars are stored as the first lane of a vector, and totals of sums as two vectors.
    const slot = {
      node,
      format,
      offset: 0,
      request: this.reserve(Math.max(32, node.size * bytesPerElement[format]), span),
    };
    this.#slots.push(slot);
    return slot;
  }

  addressOf(request: number): number {
    return reservedBytes + (this.#offsets[request] as number);
  }

  /** Does all units of a kernel, which is the code of some work. */
  dispatch(code: FunctionBuilder, kernel: Kernel, work: Pass | Tensor): void {
    // Every thread has a working space of its own, in cache lines of its own.
    this.#scratchBytes = Math.max(this.#scratchBytes, Math.ceil(kernel.scratchBytes / 64) * 64);
    if (this.#dispatcher !== undefined)
      return this.#dispatcher.parallel(code, kernel, (this.#threads as ThreadPool).cost(work));
    code.i32(0);
    code.i32(kernel.units);
    code.i32(this.#scratch);
    code.call(kernel.work);
  }

  /** Address of the word that kernels set when they refuse. */
  get refusal(): number {
    return this.addressOf(this.#refusal);
  }

  /** Has the host compute a node that a kernel has refused. */
  interpretIfRefused(code: FunctionBuilder, node: Tensor, block: Block): void {
    code.i32(this.refusal);
    code.memory("i32.load");
    code.if(() => {
      code.i32(this.refusal);
      code.i32(0);
      code.memory("i32.store");
      this.interpret(code, node, block);
    });
  }

  /** Has the host compute one node. */
  interpret(code: FunctionBuilder, node: Tensor, block: Block): void {
    const place = (tensor: Tensor): Place => {
      const slot = block.slotOf(tensor);
      return { node: tensor, format: slot.format, address: block.addressOf(slot) };
    };
    const inputs = node.inputs.map((input) =>
      input.hasValue || input.size === 0 ? valueless(input) : place(input),
    );
    code.i32(this.#foreign.push({ node, inputs, output: place(node) }) - 1);
    code.call(this.#interpret as FunctionReference);
  }

  build(): Plan {
    const states = this.#states;
    const count = states?.count ?? 0;
    const legal = legalize(this.#graph);
    const graph = states?.withOwnSuccessors(legal) ?? legal;
    const { inputs, outputs } = graph;
    const { module } = this;
    const homes = states?.reserve(graph, this) ?? new Map<Tensor, Slot>();
    const block = new Block(graph, this, { from: 0, to: 1 }, homes, (schedule, slots) =>
      states?.replaceInPlace(schedule, slots),
    );
    const { offsets, bytes } = planMemory(this.#requests);
    this.#offsets = offsets;
    this.#scratch = Math.ceil((reservedBytes + bytes) / 64) * 64;
    this.#interpret = module.importFunction("steepest", "interpret", ["i32"], []);
    const pool = this.#threads;
    const shares =
      pool !== undefined &&
      pool.threads > 1 &&
      block.shareable.some((work) => pool.cost(work) >= worthSplitting);
    module.importMemory("steepest", "memory", {
      minimum: 1,
      ...(shares && { maximum: mostPages, shared: true }),
    });
    if (shares) this.#dispatcher = pool.dispatcher(module, controlAddress, this.#scratch);
    const explain = (): string => this.#explain();
    pagesFor(this.#scratch, explain);
    const run = module.function(["i32"], [], (code) => {
      const once = (): void => block.emit(code);
      if (states === undefined) once();
      else states.repeat(code, block, once);
    });
    module.export("run", run);
    this.#dispatcher?.finish();
    const threads = shares
      ? { pool, control: controlAddress, scratch: this.#scratch, scratchBytes: this.#scratchBytes }
      : undefined;
    const spaces = (threads?.pool.threads ?? 1) * this.#scratchBytes;
    const place = (slot: Slot): Place => ({
      node: slot.node,
      format: slot.format,
      address: block.addressOf(slot),
    });
    const placeOf = (node: Tensor): Place | Tensor =>
      node.hasValue || node.size === 0 ? valueless(node) : place(block.slotOf(node));
    const args = inputs.slice(count);
    return {
      bytes: module.toBytes(),
      pages: pagesFor(this.#scratch + spaces + spareBytes, explain),
      threads,
      inputs: args.map((input) =>
        input.size > 0 && block.hasSlot(input) ? place(block.slotOf(input)) : undefined,
      ),
      outputs: outputs.slice(count).map((output) => {
        const position = args.indexOf(output);
        return position >= 0 ? position : placeOf(output);
      }),
      state: inputs.slice(0, count).map(placeOf),
      known: this.#slots.filter(({ node }) => node.hasValue).map((slot) => [place(slot), slot.node]),
      foreign: this.#foreign,
      describe: () => describeBlock(block),
      explain,
    };
  }

  #explain(): string {
    const bytes = ({ request }: Slot): number => (this.#requests[request] as Request).bytes;
    const largest = this.#slots.toSorted((a, b) => bytes(b) - bytes(a)).slice(0, 4);
    return `most of it for ${largest.map((slot) => `${slot.node.op.name} ${formatShape(slot.node.shape)} (${formatBytes(bytes(slot))})`).join(", ")}`;
  }
}

/** What needs no memory: a constant, or a tensor without elements. */
function valueless(node: Tensor): Tensor {
  return node.hasValue ? node : makeConstant(node.shape, node.dtype, allocate(node.dtype, 0));
}
