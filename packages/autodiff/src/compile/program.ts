import { isFloat, allocate, roundTo } from "../tensor/dtype.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";
import { Block, type Slot, type Span } from "./block.ts";
import { describeBlock } from "./describe.ts";
import type { Graph } from "./graph.ts";
import { evaluateNode } from "./interpret.ts";
import type { Format } from "./kind.ts";
import { legalize } from "./legalize.ts";
import { planMemory, type Request } from "./memory.ts";
import { bytesPerElement } from "./wasm/access.ts";
import { ModuleBuilder, type FunctionBuilder, type FunctionReference } from "./wasm/encoder.ts";
import { supportsRelaxedMadd, webAssembly, type WebAssemblyEngine } from "./wasm/features.ts";

/** A graph made ready to run on the values of its inputs. */
export interface Program {
  run(args: readonly Tensor[]): Tensor[];
  /** The plan in words: what was fused into which pass, and what is left to the interpreter. */
  describe(): string;
  /** The WebAssembly module. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface ProgramOptions {
  /** Whether to multiply and add at once; by default wherever the engine can. */
  readonly fma?: boolean;
}

const pageBytes = 65536;
/** Vectors may be read beyond the end of the last tensor. */
const spareBytes = 64;
/** What is 0 at address 0 stays unused: an address of 0 is a mistake. */
const reservedBytes = 16;

/** Emits one WebAssembly module for the graph and lays out the memory it works in. */
export function buildProgram(graph: Graph, options: ProgramOptions = {}): Program {
  return new ProgramBuilder(graph, options).build();
}

/** An operation that the program asks its host for. */
interface Foreign {
  readonly node: Tensor;
  readonly inputs: readonly (Tensor | Place)[];
  readonly output: Place;
}

/** A tensor in the arena. */
interface Place {
  readonly node: Tensor;
  readonly format: Format;
  readonly address: number;
}

export class ProgramBuilder {
  readonly module: ModuleBuilder = new ModuleBuilder();
  readonly fma: boolean;
  readonly #graph: Graph;
  readonly #requests: Request[] = [];
  readonly #known: Slot[] = [];
  readonly #foreign: Foreign[] = [];
  #offsets: readonly number[] = [];
  #interpret: FunctionReference | undefined;
  /** Request for the word that kernels set when they refuse. */
  readonly #refusal: number = this.reserve(4, { from: 0, to: Infinity });
  #scratchBytes = 0;
  #scratch = 0;

  constructor(graph: Graph, { fma = supportsRelaxedMadd() }: ProgramOptions) {
    this.#graph = graph;
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
    if (node.hasValue) this.#known.push(slot);
    return slot;
  }

  addressOf(request: number): number {
    return reservedBytes + (this.#offsets[request] as number);
  }

  /** Does all units of work. */
  dispatch(
    code: FunctionBuilder,
    work: FunctionReference,
    units: number,
    _cost: number,
    scratchBytes: number,
  ): void {
    this.#scratchBytes = Math.max(this.#scratchBytes, scratchBytes);
    code.i32(0);
    code.i32(units);
    code.i32(this.#scratch);
    code.call(work);
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

  build(): Program {
    const graph = legalize(this.#graph);
    const { module } = this;
    module.importMemory("steepest", "memory", { minimum: 1 });
    this.#interpret = module.importFunction("steepest", "interpret", ["i32"], []);
    const block = new Block(graph, this, { from: 0, to: 1 }, new Map());
    const { offsets, bytes } = planMemory(this.#requests);
    this.#offsets = offsets;
    this.#scratch = Math.ceil((reservedBytes + bytes) / 16) * 16;
    const run = module.function([], [], (code) => block.emit(code));
    module.export("run", run);
    const pages = Math.ceil((this.#scratch + this.#scratchBytes + spareBytes) / pageBytes);
    const binary = module.toBytes();
    const engine = webAssembly() as WebAssemblyEngine;
    const memory = new engine.Memory({ initial: pages });
    const placeOf = (node: Tensor): Place | Tensor => {
      if (node.hasValue || node.size === 0) return node;
      const slot = block.slotOf(node);
      return { node, format: slot.format, address: block.addressOf(slot) };
    };
    const runner = new Runner(memory.buffer, this.#foreign);
    for (const slot of this.#known)
      runner.write({ node: slot.node, format: slot.format, address: block.addressOf(slot) }, slot.node);
    const instance = new engine.Instance(new engine.Module(binary), {
      steepest: { memory, interpret: (index = 0) => runner.interpret(index) },
    });
    const call = instance.exports["run"] as () => void;
    const { inputs, outputs } = graph;
    const inputPlaces = inputs.map((input) =>
      input.size > 0 && block.hasSlot(input) ? (placeOf(input) as Place) : undefined,
    );
    const outputPlaces = outputs.map((output) => {
      const position = inputs.indexOf(block.schedule.viewOf(output).source);
      return position >= 0 && inputs[position] === output ? position : placeOf(output);
    });
    const held: (Tensor | undefined)[] = inputs.map(() => undefined);
    return {
      bytes: binary,
      describe: () => describeBlock(block),
      run: (args) => {
        inputPlaces.forEach((place, index) => {
          const value = args[index] as Tensor;
          // Tensors are immutable: what is there already need not be copied again.
          if (place === undefined || held[index] === value) return;
          runner.write(place, value);
          held[index] = value;
        });
        call();
        return outputPlaces.map((place) =>
          typeof place === "number"
            ? (args[place] as Tensor)
            : "address" in place
              ? runner.read(place)
              : valueless(place),
        );
      },
    };
  }
}

/** What needs no memory: a constant, or a tensor without elements. */
function valueless(node: Tensor): Tensor {
  return node.hasValue ? node : makeConstant(node.shape, node.dtype, allocate(node.dtype, 0));
}

/** The host's side of a running program: tensors in and out of the arena. */
class Runner {
  readonly #views: Readonly<Record<Format, Float64Array | Float32Array>>;
  readonly #foreign: readonly Foreign[];

  constructor(buffer: ArrayBuffer, foreign: readonly Foreign[]) {
    this.#views = { f64: new Float64Array(buffer), f32: new Float32Array(buffer) };
    this.#foreign = foreign;
  }

  interpret(index: number): undefined {
    const { node, inputs, output } = this.#foreign[index] as Foreign;
    const values = inputs.map((input) => ("address" in input ? this.read(input) : input));
    this.write(output, evaluateNode(node, values));
  }

  write({ format, address }: Place, value: Tensor): void {
    const start = address / bytesPerElement[format];
    if (typeof value.storage === "number") this.#views[format][start] = value.storage;
    else this.#views[format].set(value.data, start);
  }

  read({ node, format, address }: Place): Tensor {
    const { shape, dtype, size } = node;
    const view = this.#views[format];
    const start = address / bytesPerElement[format];
    if (shape.length === 0) return makeConstant(shape, dtype, roundTo(dtype, view[start] as number));
    if (isFloat(dtype)) return makeConstant(shape, dtype, view.slice(start, start + size));
    const data = allocate(dtype, size);
    data.set(view.subarray(start, start + size));
    return makeConstant(shape, dtype, data);
  }
}
