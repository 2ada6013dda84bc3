import { asTensor } from "../tensor/convert.ts";
import { allocate, isFloat, roundTo, type TypedArray } from "../tensor/dtype.ts";
import { makeConstant, Tensor } from "../tensor/tensor.ts";
import { releaseMemory, acquireMemory } from "./arena.ts";
import type { Graph } from "./graph.ts";
import { evaluateNode, interpret } from "./interpret.ts";
import type { Format } from "./kind.ts";
import type { Leaf } from "./pattern.ts";
import type { Foreign, Place, Plan } from "./program.ts";
import type { ThreadSession } from "./threads/threads.ts";
import { bytesPerElement } from "./wasm/access.ts";
import {
  webAssembly,
  type WebAssemblyEngine,
  type WebAssemblyImports,
  type WebAssemblyInstance,
  type WebAssemblyMemory,
  type WebAssemblyModule,
} from "./wasm/features.ts";

/** Something to be called with the leaves of its arguments, with a state of its own between calls. */
export interface Program {
  /** Runs so many times on the same arguments and gives what the last run does. */
  run(leaves: readonly Leaf[], count?: number): Tensor[];
  /** Copies of the leaves of the state. */
  state: readonly Tensor[];
  /** Typed arrays to be filled with arguments and read for results, around a run in place. */
  inPlace(leaves: readonly Leaf[]): InPlace;
  /** True when it must not be run again. */
  readonly isLost: boolean;
  /** Says that nobody is going to use it any more. */
  release(): void;
}

export interface InPlace {
  readonly inputs: readonly TypedArray[];
  readonly outputs: readonly TypedArray[];
  run(count?: number): void;
}

/** Elements up to which a loop copies faster than the engine's own function. */
const fewElements = 16;

/** A program in a memory of its own: the host's side of it, which brings tensors in and out. */
export class Runner implements Program {
  readonly imports: WebAssemblyImports;
  readonly #memory: WebAssemblyMemory;
  readonly #views: Readonly<Record<Format, Float64Array | Float32Array>>;
  readonly #plan: Plan;
  /** Tensors whose elements are in their places already. */
  readonly #held: (Tensor | undefined)[];
  readonly #session: ThreadSession | undefined;
  #call: (count: number) => unknown = Number;

  constructor(plan: Plan, module: WebAssemblyModule) {
    const { threads } = plan;
    const memory = acquireMemory(plan.pages, threads !== undefined, plan.explain);
    this.#memory = memory;
    this.#plan = plan;
    this.#views = { f64: new Float64Array(memory.buffer), f32: new Float32Array(memory.buffer) };
    this.#held = plan.inputs.map(() => undefined);
    for (const [place, value] of plan.known) this.#write(place, value);
    this.#session = threads?.pool.attach({ ...threads, module, memory });
    const interpret = (index = 0): undefined => this.#interpret(index);
    this.imports = { steepest: { memory, interpret, ...(this.#session && { wake: this.#session.wake }) } };
  }

  link(instance: WebAssemblyInstance): this {
    const call = instance.exports["run"] as (count: number) => unknown;
    const session = this.#session;
    this.#call = session === undefined ? call : (count) => session.run(() => call(count));
    return this;
  }

  run(leaves: readonly Leaf[], count = 1): Tensor[] {
    const { inputs, outputs } = this.#plan;
    const held = this.#held;
    for (let i = 0; i < inputs.length; i++) {
      const place = inputs[i];
      if (place === undefined) continue;
      const leaf = leaves[i] as Leaf;
      if (typeof leaf === "number") {
        this.#views[place.format][place.address / bytesPerElement[place.format]] = leaf;
        held[i] = undefined;
      } else if (leaf !== held[i]) {
        // Tensors are immutable: what is there already need not be copied again.
        held[i] = leaf instanceof Tensor ? leaf : undefined;
        this.#write(
          place,
          leaf instanceof Float64Array || leaf instanceof Float32Array ? leaf : asTensor(leaf),
        );
      }
    }
    this.#call(count);
    const results: Tensor[] = [];
    for (const place of outputs) {
      results.push(
        typeof place === "number"
          ? asTensor(leaves[place] as Leaf)
          : place instanceof Tensor
            ? place
            : this.#read(place),
      );
    }
    return results;
  }

  get state(): readonly Tensor[] {
    return this.#plan.state.map((place) => (place instanceof Tensor ? place : this.#read(place)));
  }

  set state(values: readonly Tensor[]) {
    this.#plan.state.forEach((place, index) => {
      if (!(place instanceof Tensor)) this.#write(place, values[index] as Tensor);
    });
  }

  inPlace(leaves: readonly Leaf[]): InPlace {
    const { inputs, outputs } = this.#plan;
    const before: (() => void)[] = [];
    const after: (() => void)[] = [];
    const arrays = leaves.map((leaf, index) => {
      const value = asTensor(leaf);
      const place = inputs[index];
      if (place === undefined) return value.toTypedArray();
      this.#write(place, value);
      if (isFloat(value.dtype)) return this.#window(place);
      const copy = value.toTypedArray();
      before.push(() => this.#window(place).set(copy));
      return copy;
    });
    const results = outputs.map((place) => {
      if (typeof place === "number") return arrays[place] as TypedArray;
      if (place instanceof Tensor) return place.toTypedArray();
      if (isFloat(place.node.dtype)) return this.#window(place);
      const copy = allocate(place.node.dtype, place.node.size);
      after.push(() => copy.set(this.#window(place)));
      return copy;
    });
    return {
      inputs: arrays,
      outputs: results,
      run: (count = 1) => {
        for (const copy of before) copy();
        this.#call(count);
        for (const copy of after) copy();
      },
    };
  }

  /** True when a worker was lost that may still write to the memory. */
  get isLost(): boolean {
    return this.#session?.lost === true;
  }

  release(): void {
    if (this.#session === undefined) releaseMemory(this.#memory);
    else this.#session.detach();
  }

  #interpret(index: number): undefined {
    const { node, inputs, output } = this.#plan.foreign[index] as Foreign;
    const values = inputs.map((input) => (input instanceof Tensor ? input : this.#read(input)));
    this.#write(output, evaluateNode(node, values));
  }

  /** The elements of a place as they are in memory. */
  #window({ node, format, address }: Place): Float64Array | Float32Array {
    const start = address / bytesPerElement[format];
    return this.#views[format].subarray(start, start + node.size);
  }

  #write({ format, address }: Place, value: Tensor | Float64Array | Float32Array): void {
    const start = address / bytesPerElement[format];
    const view = this.#views[format];
    const data = value instanceof Tensor ? (value.storage ?? value.data) : value;
    if (typeof data === "number") view[start] = data;
    else if (data.length > fewElements) view.set(data, start);
    else for (let i = 0; i < data.length; i++) view[start + i] = data[i] as number;
  }

  #read({ node, format, address }: Place): Tensor {
    const { shape, dtype, size } = node;
    const view = this.#views[format];
    const start = address / bytesPerElement[format];
    if (shape.length === 0) return makeConstant(shape, dtype, roundTo(dtype, view[start] as number));
    if (size > fewElements && isFloat(dtype))
      return makeConstant(shape, dtype, view.slice(start, start + size));
    const data = allocate(dtype, size);
    if (size > fewElements) data.set(view.subarray(start, start + size));
    else for (let i = 0; i < size; i++) data[i] = view[start + i] as number;
    return makeConstant(shape, dtype, data);
  }
}

/** Makes a program that runs at once. */
export function instantiate(plan: Plan, module: WebAssemblyModule): Runner {
  const runner = new Runner(plan, module);
  return runner.link(new (webAssembly() as WebAssemblyEngine).Instance(module, runner.imports));
}

/** The same for a graph whose first inputs and outputs are a state, with the reference kernels. */
export class Interpreted implements Program {
  readonly isLost = false;
  state: readonly Tensor[];
  readonly #run: (args: readonly Tensor[]) => Tensor[];
  readonly #results: readonly Tensor[];

  constructor(graph: Graph, states: number) {
    this.#results = graph.outputs.slice(states);
    this.#run = interpret(graph);
    this.state = graph.inputs.slice(0, states);
  }

  run(leaves: readonly Leaf[], count = 1): Tensor[] {
    const args = leaves.map(asTensor);
    const states = this.state.length;
    let results: Tensor[] = [];
    for (let done = 0; done < count; done++) {
      results = this.#run([...this.state, ...args]);
      this.state = results.slice(0, states);
    }
    return results.slice(states);
  }

  inPlace(leaves: readonly Leaf[]): InPlace {
    const values = leaves.map(asTensor);
    const inputs = values.map((value) => value.toTypedArray());
    const now = (): Tensor[] =>
      values.map(({ shape, dtype }, index) => {
        const data = (inputs[index] as TypedArray).slice();
        return makeConstant(shape, dtype, shape.length === 0 ? (data[0] as number) : data);
      });
    const outputs = this.#results.map(({ dtype, size }) => allocate(dtype, size));
    return {
      inputs,
      outputs,
      run: (count = 1) => {
        this.run(now(), count).forEach((value, index) => (outputs[index] as TypedArray).set(value.data));
      },
    };
  }

  release(): void {
    // The garbage collector's to free.
  }
}
