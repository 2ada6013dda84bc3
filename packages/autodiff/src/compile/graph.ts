import { makePlaceholder } from "../ops/leaf.ts";
import { asTensor } from "../tensor/convert.ts";
import type { DType } from "../tensor/dtype.ts";
import { withTracing } from "../tensor/record.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { explainingArrays } from "../tensor/explain-arrays.ts";
import { flatten, type Flattened } from "../tensor/tree.ts";

/** What one leaf of an argument is like, apart from its value. */
export interface Signature {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A function written out as nodes: its inputs are placeholders, everything else follows from them. */
export interface Graph {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

export interface Traced {
  readonly graph: Graph;
  readonly result: Flattened<TensorLike>;
}

/** Runs a function on placeholders instead of values, and keeps the graph that it builds. */
export function traceGraph(
  f: (...all: readonly unknown[]) => unknown,
  structures: readonly Flattened<TensorLike>[],
  signatures: readonly Signature[],
): Traced {
  return withTracing((level) => {
    const inputs: Tensor[] = [];
    const args = structures.map(({ paths, rebuild }, position) =>
      rebuild(
        paths.map((path) => {
          const { shape, dtype } = signatures[inputs.length] as Signature;
          const name = path === "" ? `argument ${position}` : `argument ${position}.${path}`;
          const input = makePlaceholder(shape, dtype, level, name);
          inputs.push(input);
          return input;
        }),
      ),
    );
    const result = flatten<TensorLike>(explainingArrays(f, args));
    return { graph: { inputs, outputs: result.leaves.map(asTensor) }, result };
  });
}

/** Every node the outputs need, inputs before what they feed; what the `stops` need is left out. */
export function nodesOf(outputs: readonly Tensor[], stops?: ReadonlySet<Tensor>): Tensor[] {
  const reached = new Set<Tensor>();
  const pending = [...outputs];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    // What is known already is a constant here, whatever made it.
    if (!node.hasValue && stops?.has(node) !== true) for (const input of node.inputs) pending.push(input);
  }
  return [...reached].sort((a, b) => a.id - b.id);
}
