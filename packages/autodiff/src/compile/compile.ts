import { transformDepth } from "../tensor/record.ts";
import { asTensor } from "../tensor/convert.ts";
import "../ops/methods.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type Flattened, type TreeLike } from "../tensor/tree.ts";
import { traceGraph, type Traced } from "./graph.ts";
import { interpret } from "./interpret.ts";
import { buildProgram, type Program } from "./program.ts";
import { simplify } from "./simplify.ts";
import { supportsSimd, webAssemblyAvailable } from "./wasm/features.ts";

export interface CompileOptions {
  /** `false` runs the graph with the reference kernels instead of WebAssembly: the same results, slower. */
  readonly webAssembly?: boolean;
}

/** A compiled function: called like the original, with numbers and arrays welcome in place of tensors. */
export interface Compiled<A extends readonly unknown[], Y> {
  (...args: { [K in keyof A]: TreeLike<A[K]> }): Y;
  /** How a call with such arguments is carried out, in words. */
  describe(...args: { [K in keyof A]: TreeLike<A[K]> }): string;
}

/** Programs kept per compiled function, one for each combination of shapes and dtypes met; the oldest goes first. */
const keptPrograms = 16;

interface Specialisation {
  readonly traced: Traced;
  run(args: readonly Tensor[]): Tensor[];
  readonly program: Program | undefined;
}

/**
 * Turns a function on tensors into one WebAssembly function, specialised on the shapes and dtypes of its arguments
 * at the first call with them. Derivatives compile like any function: `compile(valueAndGrad(f))`. Elementwise work and
 * sums, maxima and minima over all elements are emitted; other operations run with their reference kernels inside the
 * same call.
 *
 * The function runs once per specialisation, on placeholders without values, so it must depend on its arguments
 * alone: what it closes over is kept as it was, and a choice that depends on a value is written with `where`.
 * Inside an active transform (`grad(compile(f))`) it runs as if it were not compiled.
 *
 * @example
 * const norm = compile((x) => x.mul(x).sum().sqrt());
 * norm(tensor([3, 4])); // → 5
 *
 * @throws {PlaceholderError} when the function asks for the value of something it was given.
 */
export function compile<Y>(f: (...args: Tensor[]) => Y, options?: CompileOptions): Compiled<Tensor[], Y>;
export function compile<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  options?: CompileOptions,
): Compiled<A, Y>;
export function compile(
  f: (...args: never[]) => unknown,
  options: CompileOptions = {},
): Compiled<readonly never[], unknown> {
  const call = f as (...args: readonly unknown[]) => unknown;
  const programs = new Map<string, Specialisation>();

  const specialise = (
    structures: readonly Flattened<TensorLike>[],
    values: readonly Tensor[],
  ): Specialisation => {
    const key =
      structures.map(({ form }) => form).join(";") +
      values.map(({ dtype, shape }) => ` ${dtype}[${shape.join()}]`).join("");
    let known = programs.get(key);
    // Moved to the end of the map, which keeps insertion order: the first entry is the one unused longest.
    if (known !== undefined) programs.delete(key);
    else {
      const traced = traceGraph(call, structures, values);
      const compiled = options.webAssembly !== false && webAssemblyAvailable() && supportsSimd();
      const program = compiled ? buildProgram(simplify(traced.graph)) : undefined;
      known = { traced, program, run: program ? (args) => program.run(args) : interpret(traced.graph) };
      const [oldest] = programs.keys();
      if (programs.size >= keptPrograms && oldest !== undefined) programs.delete(oldest);
    }
    programs.set(key, known);
    return known;
  };
  const prepare = (args: readonly unknown[]): [Specialisation, Tensor[]] => {
    const structures = args.map((arg) => flatten<TensorLike>(arg));
    const values = structures.flatMap(({ leaves }) => leaves.map(asTensor));
    return [specialise(structures, values), values];
  };

  const compiled = (...args: readonly unknown[]): unknown => {
    if (transformDepth() > 0) return call(...args.map((arg) => asTensors(arg)));
    const [{ traced, run }, values] = prepare(args);
    return traced.result.rebuild(run(values));
  };
  const describe = (...args: readonly unknown[]): string => {
    const [{ program }] = prepare(args);
    return program?.describe() ?? "interpreted: no WebAssembly";
  };
  return Object.assign(compiled, { describe });
}

function asTensors(tree: unknown): unknown {
  const { leaves, rebuild } = flatten<TensorLike>(tree);
  return rebuild(leaves.map(asTensor));
}
