import type { Tensor } from "../src/index.ts";
import { traceGraph } from "../src/compile/graph.ts";
import { planProgram } from "../src/compile/program.ts";
import { simplify } from "../src/compile/simplify.ts";
import type { TensorLike } from "../src/tensor/tensor.ts";
import { flatten } from "../src/tensor/tree.ts";

/**
 * The module that `compile` emits for a function of tensors, specialised on arguments like these; of these so many are a
 * state, which the first results replace.
 */
export function emitted(
  f: (...args: Tensor[]) => unknown,
  args: readonly Tensor[],
  states = 0,
): Uint8Array<ArrayBuffer> {
  const structures = args.map((arg) => flatten<TensorLike>(arg));
  const { graph } = traceGraph(f as (...all: readonly unknown[]) => unknown, structures, args);
  return Uint8Array.from(planProgram(simplify(graph), { states }).bytes);
}
