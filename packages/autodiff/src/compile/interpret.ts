import { storageOf } from "../ops/op.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";
import { nodesOf, type Graph } from "./graph.ts";

/** The value of one node from those of its inputs, by its reference kernel. */
export function evaluateNode(node: Tensor, inputs: readonly Tensor[]): Tensor {
  const { op, attributes, shape, dtype } = node;
  return makeConstant(shape, dtype, op.evaluate(inputs, attributes, { shape, dtype }));
}

/** Runs a graph node by node with the reference kernels: the oracle for compiled code, and what runs without WebAssembly. */
export function interpret({ inputs, outputs }: Graph): (args: readonly Tensor[]) => Tensor[] {
  const given = new Set(inputs);
  const nodes = nodesOf(outputs, given).filter(
    (node) => !node.hasValue && node.op.name !== "placeholder" && !given.has(node),
  );
  return (args) => {
    const values = new Map<Tensor, Tensor>();
    inputs.forEach((input, index) => values.set(input, args[index] as Tensor));
    const valueOf = (node: Tensor): Tensor => values.get(node) ?? node;
    for (const node of nodes) values.set(node, evaluateNode(node, node.inputs.map(valueOf)));
    return outputs.map(valueOf).map(detached);
  };
}

/** A result that owns its history no longer. */
function detached(value: Tensor): Tensor {
  return value.op.name === "constant"
    ? value
    : makeConstant(value.shape, value.dtype, storageOf(value.shape, value.data));
}
