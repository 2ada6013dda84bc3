import { asTensor } from "../tensor/convert.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import { transformDepth } from "../tensor/record.ts";
import "../ops/methods.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type MapTree, type TreeLike } from "../tensor/tree.ts";
import { fill } from "./pattern.ts";
import { Specialisations, type CompileOptions } from "./specialise.ts";

export type { CompileOptions } from "./specialise.ts";

/** A compiled function: called like the original, with numbers and arrays welcome in place of tensors. */
export interface Compiled<A extends readonly unknown[], Y> {
  (...args: { [K in keyof A]: TreeLike<A[K]> }): Y;
  /**
   * Compiles for such arguments without blocking, so that a page stays responsive; the first call with them then runs at
   * once. A call that comes earlier compiles for itself.
   */
  prepare(...args: { [K in keyof A]: TreeLike<A[K]> }): Promise<void>;
  /** A copy of the program for such arguments, whose arguments and results are written and read in place. */
  inPlace(...args: { [K in keyof A]: TreeLike<A[K]> }): InPlaceCall<A, Y>;
  /** How a call with such arguments is carried out, in words. */
  describe(...args: { [K in keyof A]: TreeLike<A[K]> }): string;
}

/**
 * A call whose arguments and results are typed arrays that stay where they are: fill `inputs`, `run()`, read `outputs`.
 * Those of floats are the program's own memory (shared memory, where it has threads); integers and truth values, which it
 * keeps as floats, are copied.
 */
export interface InPlaceCall<A extends readonly unknown[], Y> {
  /** The arguments, those of the example at first. */
  readonly inputs: { [K in keyof A]: MapTree<A[K], TypedArray> };
  /** The results of the last run: overwritten by the next one. */
  readonly outputs: MapTree<Y, TypedArray>;
  run(): void;
}

/**
 * Turns a function on tensors into one WebAssembly function, specialised on the shapes and dtypes of its arguments
 * at the first call with them. Derivatives compile like any function: `compile(valueAndGrad(f))`.
 *
 * The function runs once per specialisation, on placeholders without values, so it must depend on its arguments
 * alone: what it closes over is kept as it was, and a choice that depends on a value is written with `where` or `cond`.
 * Inside an active transform (`grad(compile(f))`) it runs as if it were not compiled. Where WebAssembly is missing or a
 * Content-Security-Policy forbids it, the reference kernels give the same results. For a function that hands a state from
 * call to call see {@link compileStep}.
 *
 * Results are copies. `compiled.inPlace(...args)` writes and reads the program's own memory instead:
 *
 * @example
 * const norm = compile((x) => x.mul(x).sum().sqrt());
 * norm(tensor([3, 4])); // → 5
 *
 * @example
 * const { inputs: [x], outputs, run } = compile((x) => x.mul(2)).inPlace(tensor([0, 0]));
 * x.set([3, 4]);
 * run();
 * outputs; // → [6, 8]
 *
 * @throws {PlaceholderError} when the function asks for the value of something it was given.
 * @throws {MemoryError} when a call with such shapes needs more memory than there is; other shapes go on working.
 */
export function compile<Y>(f: (...args: Tensor[]) => Y, options?: CompileOptions): Compiled<Tensor[], Y>;
export function compile<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  options?: CompileOptions,
): Compiled<A, Y>;
export function compile(f: (...args: never[]) => unknown, options: CompileOptions = {}): unknown {
  const call = f as (...args: readonly unknown[]) => unknown;
  const programs = new Specialisations(call, options);
  const compiled = (...args: readonly unknown[]): unknown => {
    if (transformDepth() > 0) return call(...args.map((arg) => asTensors(arg)));
    const found = programs.find(args);
    const program = programs.programOf(found);
    return fill(found.result, program.run(found.leaves));
  };
  return Object.assign(compiled, {
    prepare: (...args: readonly unknown[]) => programs.prepare(args),
    inPlace: (...args: readonly unknown[]): InPlaceCall<readonly unknown[], unknown> => {
      const found = programs.find(args);
      const { inputs, outputs, run } = programs.newProgram(found).inPlace(found.leaves);
      return {
        inputs: fill(found.pattern, inputs) as readonly TypedArray[],
        outputs: fill(found.result, outputs),
        run: () => run(1),
      };
    },
    describe: (...args: readonly unknown[]): string => programs.describe(args),
  });
}

function asTensors(tree: unknown): unknown {
  const { leaves, rebuild } = flatten<TensorLike>(tree);
  return rebuild(leaves.map(asTensor));
}
