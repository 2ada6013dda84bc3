import { traceGraph, type Graph } from "../src/compile/graph.ts";
import { planProgram, type Plan, type ProgramOptions } from "../src/compile/program.ts";
import { instantiate } from "../src/compile/runner.ts";
import { simplify } from "../src/compile/simplify.ts";
import { webAssembly, type WebAssemblyEngine } from "../src/compile/wasm/features.ts";
import { asTensor } from "../src/tensor/convert.ts";
import type { TensorLike } from "../src/tensor/tensor.ts";
import { flatten, type Flattened } from "../src/tensor/tree.ts";

interface Prepared {
  readonly graph: Graph;
  readonly result: Flattened<TensorLike>;
  readonly leaves: readonly ReturnType<typeof asTensor>[];
}

function prepare(f: (...args: never[]) => unknown, args: readonly unknown[]): Prepared {
  const structures = args.map((arg) => flatten<TensorLike>(arg));
  const leaves = structures.flatMap((structure) => structure.leaves.map(asTensor));
  return { ...traceGraph(f as (...all: readonly unknown[]) => unknown, structures, leaves), leaves };
}

/** What `compile` makes of a function, specialised on arguments like these, with options that callers can't choose. */
export function planOf(
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  options: ProgramOptions = {},
): Plan {
  return planProgram(simplify(prepare(f, args).graph), options);
}

/** Like `compile`, with options that callers can't choose; every call compiles anew. */
export function compileWith<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  options: ProgramOptions,
): (...args: A) => Y {
  return (...args) => {
    const { graph, result, leaves } = prepare(f, args);
    const plan = planProgram(simplify(graph), options);
    const program = instantiate(plan, new (webAssembly() as WebAssemblyEngine).Module(plan.bytes));
    const results = program.run(leaves);
    program.release();
    return result.rebuild(results) as Y;
  };
}
