import { SteepestError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { flatten } from "../tensor/tree.ts";
import type { TensorLike } from "../tensor/tensor.ts";
import { traceGraph, type Graph, type Signature } from "./graph.ts";
import { matches, patternOf, type Leaf, type Pattern } from "./pattern.ts";
import { planProgram, type Plan } from "./program.ts";
import { instantiate, Interpreted, Runner, type Program } from "./runner.ts";
import { simplify } from "./simplify.ts";
import type { States } from "./states.ts";
import type { ThreadPool } from "./threads/threads.ts";
import {
  canCompile,
  supportsSimd,
  webAssembly,
  webAssemblyAvailable,
  type WebAssemblyEngine,
  type WebAssemblyModule,
} from "./wasm/features.ts";

export interface CompileOptions {
  /** `false` runs the graph with the reference kernels instead of WebAssembly: the same results, slower. */
  readonly webAssembly?: boolean;
  /**
   * Programs kept, one for each combination of shapes and dtypes met (16 by default). Beyond that the one unused longest
   * goes, and the next one works in its memory.
   */
  readonly cacheSize?: number;
  /**
   * Worker threads, made by `workerPool`, that long passes over data and large products of matrices are split over; the
   * results are the same to the last bit. Without it the calling thread does everything.
   */
  readonly threads?: ThreadPool;
}

/** The function for arguments that are alike but for their values. */
export interface Specialisation {
  readonly pattern: Pattern;
  /** The leaves of the arguments that it was found for last. */
  leaves: Leaf[];
  readonly result: Pattern;
  readonly graph: Graph;
  /** Nothing where there is no WebAssembly. */
  plan: Plan | undefined;
  module: WebAssemblyModule | undefined;
  program: Program | undefined;
  preparing: Promise<void> | undefined;
}

/** A state that the function's first argument stands for, which callers do not pass. */
export interface StateLike {
  /** The argument, and the signatures of its leaves. */
  readonly tree: unknown;
  readonly signatures: readonly Signature[];
  /** How a new program keeps it. */
  readonly keep: () => States;
  /** What of the function's result is a call's result. */
  readonly output: (result: Pattern) => Pattern;
  /** Called before a program is let go. */
  readonly onRelease: (program: Program) => void;
}

/**
 * The programs that one function is compiled to. A call compares its arguments with the patterns of those there are, most
 * recently used first: with one, that is all there is to do.
 */
export class Specialisations {
  readonly #f: (...args: readonly unknown[]) => unknown;
  readonly #options: CompileOptions;
  readonly #state: StateLike | undefined;
  readonly #known: Specialisation[] = [];

  constructor(f: (...args: readonly unknown[]) => unknown, options: CompileOptions, state?: StateLike) {
    if (typeof options.threads === "number")
      throw new SteepestError(
        `threads: expected a pool, as in { threads: workerPool(4) }: ${options.threads}`,
      );
    this.#f = f;
    this.#options = options;
    this.#state = state;
  }

  /** The specialisation for these arguments, which has their leaves. */
  find(args: readonly unknown[]): Specialisation {
    const known = this.#known;
    for (let index = 0; index < known.length; index++) {
      const each = known[index] as Specialisation;
      if (!matches(each.pattern, args, each.leaves)) continue;
      if (index > 0) {
        known.splice(index, 1);
        known.unshift(each);
      }
      return each;
    }
    return this.#make(args);
  }

  /** The program of a specialisation, compiled now if it has not been. */
  programOf(each: Specialisation): Program {
    if (each.program?.isLost === true) {
      this.#release(each);
      each.program = undefined;
    }
    return (each.program ??= this.newProgram(each));
  }

  /** A program of its own. */
  newProgram(each: Specialisation): Program {
    const { plan } = each;
    if (plan !== undefined && each.module === undefined) {
      try {
        each.module = new (webAssembly() as WebAssemblyEngine).Module(plan.bytes);
      } catch (error) {
        // A page may forbid it at any time, by adding a Content-Security-Policy.
        if (canCompile()) throw error;
        each.plan = undefined;
      }
    }
    return each.module !== undefined && plan !== undefined
      ? instantiate(plan, each.module)
      : this.#interpreted(each);
  }

  /** Compiles without blocking; calls that cannot wait compile for themselves. */
  async prepare(args: readonly unknown[]): Promise<void> {
    const each = this.find(args);
    if (each.program !== undefined) return;
    await (each.preparing ??= this.#compile(each).finally(() => (each.preparing = undefined)));
  }

  async #compile(each: Specialisation): Promise<void> {
    const { plan } = each;
    const engine = webAssembly();
    if (plan === undefined || engine === undefined) return void this.programOf(each);
    try {
      each.module ??= await engine.compile(plan.bytes);
    } catch (error) {
      if (canCompile()) throw error;
      each.plan = undefined;
      return void this.programOf(each);
    }
    if (each.program !== undefined || !this.#known.includes(each)) return;
    const runner = new Runner(plan, each.module);
    const instance = await engine.instantiate(each.module, runner.imports);
    if (each.program === undefined && this.#known.includes(each)) each.program = runner.link(instance);
    else runner.release();
  }

  describe(args: readonly unknown[]): string {
    return this.find(args).plan?.describe() ?? "interpreted: no WebAssembly";
  }

  #interpreted({ graph }: Specialisation): Program {
    return new Interpreted(graph, this.#state?.signatures.length ?? 0);
  }

  #make(args: readonly unknown[]): Specialisation {
    const structures = args.map((arg) => flatten<TensorLike>(arg));
    const values = structures.flatMap(({ leaves }) => leaves.map(asTensor));
    const { tree, signatures = [] } = this.#state ?? {};
    const given = this.#state === undefined ? structures : [flatten<TensorLike>(tree), ...structures];
    const { graph, result } = traceGraph(this.#f, given, [...signatures, ...values]);
    const emits = this.#options.webAssembly !== false && webAssemblyAvailable() && supportsSimd();
    const pattern = patternOf(result.rebuild(graph.outputs), graph.outputs);
    const made: Specialisation = {
      pattern: patternOf(args, values),
      leaves: values,
      result: this.#state?.output(pattern) ?? pattern,
      graph,
      plan: emits
        ? planProgram(simplify(graph), { states: this.#state?.keep(), threads: this.#options.threads })
        : undefined,
      module: undefined,
      program: undefined,
      preparing: undefined,
    };
    const { cacheSize = 16 } = this.#options;
    while (this.#known.length > 0 && !(this.#known.length < cacheSize))
      this.#release(this.#known.pop() as Specialisation);
    this.#known.unshift(made);
    return made;
  }

  #release({ program }: Specialisation): void {
    if (program === undefined) return;
    this.#state?.onRelease(program);
    program.release();
  }
}
