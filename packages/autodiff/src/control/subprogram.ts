import { nodesOf, traceGraph, type Graph } from "../compile/graph.ts";
import { interpret } from "../compile/interpret.ts";
import { constant } from "../ops/leaf.ts";
import { apply } from "../ops/op.ts";
import { asTensor } from "../tensor/convert.ts";
import { makeConstant, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { flatten, type Flattened } from "../tensor/tree.ts";
import { dependents } from "../transform/sweep.ts";
import type { Signature } from "../ops/op.ts";

/**
 * A function that is part of an operation: the body of a loop, a branch. It was written out once, on placeholders; what
 * it uses from around it is found, so that the operation can have it among its inputs and derivatives reach it.
 */
export interface Subprogram {
  /** What it uses from around it: first among the values that {@link replay} and `run` take. */
  readonly captured: readonly Tensor[];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The tree that the function returned. */
  readonly result: Flattened<TensorLike>;
  /** Computes the outputs by reference kernels, from values of what is captured and then of the inputs. */
  run(values: readonly Tensor[]): Tensor[];
}

/**
 * Writes a function of trees out for arguments of these structures, shapes and dtypes. What does not depend on them is
 * left outside, once for all turns of a loop; for a branch, which may not run at all, everything it computes is inside.
 */
export function makeSubprogram(
  f: (...args: readonly unknown[]) => unknown,
  structures: readonly Flattened<TensorLike>[],
  signatures: readonly Signature[],
  kind: "loop" | "branch" = "loop",
): Subprogram {
  const { id: before } = makeConstant([], "f64", 0);
  const { graph, result } = traceGraph(f, structures, signatures);
  const captured =
    kind === "loop"
      ? capturedBy(graph.outputs, graph.inputs)
      : metFrom(graph.outputs, graph.inputs, ({ id, hasValue }) => id > before && !hasValue);
  let compiled: ((values: readonly Tensor[]) => Tensor[]) | undefined;
  const whole: Graph = { inputs: [...captured, ...graph.inputs], outputs: graph.outputs };
  return {
    captured,
    ...graph,
    result,
    run: (values) => (compiled ??= interpret(whole))(values),
  };
}

/** Applies the operations of a subprogram again, to other values: with their history, or to placeholders. */
export function replay({ captured, inputs, outputs }: Subprogram, values: readonly Tensor[]): Tensor[] {
  const replaced = new Map<Tensor, Tensor>();
  [...captured, ...inputs].forEach((node, index) => replaced.set(node, values[index] as Tensor));
  for (const node of nodesOf(outputs, new Set(replaced.keys()))) {
    if (replaced.has(node) || node.hasValue) continue;
    const operands = node.inputs.map((input) => replaced.get(input) ?? input);
    replaced.set(
      node,
      node.op.name === "variable" ? (operands[0] as Tensor) : apply(node.op, operands, node.attributes),
    );
  }
  return outputs.map((output) => replaced.get(output) ?? output);
}

/**
 * The nodes from outside on which the outputs depend, apart from the inputs: those whose value is not there yet, or whose
 * history an active transform may ask for. Of a computation that does not involve the inputs only the end counts.
 */
function capturedBy(outputs: readonly Tensor[], inputs: readonly Tensor[]): Tensor[] {
  const depending = new Set(dependents(outputs, inputs));
  return metFrom(outputs, inputs, (node) => depending.has(node));
}

/**
 * Like that for a function that will run again, and make everything new that it made: what it depends on that was there
 * before its inputs.
 */
export function capturedBefore(outputs: readonly Tensor[], inputs: readonly Tensor[]): Tensor[] {
  const oldest = inputs.reduce((least, { id }) => Math.min(least, id), Infinity);
  return metFrom(outputs, inputs, ({ id }) => id > oldest);
}

/** Walks back from the outputs through what is inside, and gives what it meets there that is no constant. */
function metFrom(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  isInside: (node: Tensor) => boolean,
): Tensor[] {
  const met = new Set<Tensor>(inputs);
  const captured: Tensor[] = [];
  const pending = [...outputs];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (met.has(node)) continue;
    met.add(node);
    if (isInside(node)) pending.push(...node.inputs);
    else if (node.op !== constant) captured.push(node);
  }
  return captured;
}

export function signaturesOf(tensors: readonly Tensor[]): Signature[] {
  return tensors.map(({ shape, dtype }) => ({ shape, dtype }));
}

/** Takes several trees apart into one list of leaves, and puts lists of leaves together to such trees again. */
export function flattenAll(trees: readonly unknown[]): {
  readonly structures: readonly Flattened<TensorLike>[];
  rebuild(leaves: readonly unknown[]): unknown[];
} {
  const structures = trees.map((tree) => flatten<TensorLike>(tree));
  return {
    structures,
    rebuild: (leaves) => {
      let at = 0;
      return structures.map((structure) => {
        const start = at;
        at += structure.leaves.length;
        return structure.rebuild(leaves.slice(start, at));
      });
    },
  };
}

/** A function of trees as one of the leaves of its arguments, for one call. */
export interface OnLeaves<A, Y> {
  /** The leaves of all arguments. */
  readonly operands: readonly Tensor[];
  /** What stands behind each argument. */
  readonly structures: readonly Flattened<TensorLike>[];
  /** Calls the function with other leaves; its results as leaves. */
  readonly flat: (values: readonly Tensor[]) => Tensor[];
  /** The arguments with these leaves. */
  argumentsOf(leaves: readonly Tensor[]): A;
  /** The function's last result with these leaves. */
  resultOf(leaves: readonly Tensor[]): Y;
}

export function onLeaves<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  args: readonly unknown[],
): OnLeaves<A, Y> {
  const { structures, rebuild } = flattenAll(args);
  const argumentsOf = (leaves: readonly Tensor[]): A => rebuild(leaves) as unknown as A;
  let result: Flattened<TensorLike> | undefined;
  return {
    operands: structures.flatMap(({ leaves }) => leaves.map(asTensor)),
    structures,
    flat: (values) => {
      result = flatten<TensorLike>(f(...argumentsOf(values)));
      return result.leaves.map(asTensor);
    },
    argumentsOf,
    resultOf: (leaves) => result?.rebuild(leaves) as Y,
  };
}
