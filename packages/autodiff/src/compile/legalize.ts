import { castOps } from "../ops/cast.ts";
import { apply, type Op } from "../ops/op.ts";
import { reshape } from "../ops/shape.ts";
import { allocate, isFloat, type DType } from "../tensor/dtype.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";
import { nodesOf, type Graph } from "./graph.ts";
import { evaluateNode } from "./interpret.ts";
import { kindOf, readsViews } from "./kind.ts";
import { isContiguous, viewOf } from "./view.ts";

const [castOp] = castOps as unknown as readonly [Op<DType>];

/** A graph whose nodes can all be scheduled. */
export interface LegalGraph extends Graph {
  /** The results of every operation that has several. */
  readonly parts: ReadonlyMap<Tensor, readonly Tensor[]>;
}

/**
 * Graph to graph: puts copies where elements must lie one after another and a view would have them scattered, and gives
 * both factors of a matrix product one dtype. What follows from empty tensors alone is computed now.
 */
export function legalize({ inputs, outputs }: Graph): LegalGraph {
  const parts = new Map<Tensor, readonly Tensor[]>();
  const replacements = new Map<Tensor, Tensor>();
  const copies = new Map<Tensor, Tensor>();
  /** A cast to the dtype that a tensor has copies it. */
  const copy = (node: Tensor, dtype = node.dtype): Tensor => {
    let copied = copies.get(node);
    if (copied === undefined) copies.set(node, (copied = apply(castOp, [node], dtype)));
    return copied;
  };
  const contiguous = (node: Tensor): Tensor => (isContiguous(viewOf(node)) ? node : copy(node));

  const legal = (node: Tensor): Tensor => {
    if (node.hasValue || node.op.name === "placeholder") return node;
    const operands = node.inputs.map((input) => replacements.get(input) as Tensor);
    if (node.size > 0 && operands.length > 0 && operands.every(({ size }) => size === 0)) {
      const empty = operands.map(({ shape, dtype }) => makeConstant(shape, dtype, allocate(dtype, 0)));
      return evaluateNode(node, empty);
    }
    const made = (all: readonly Tensor[]): Tensor =>
      all.every((operand, index) => operand === node.inputs[index]) ? node : apply(node.op, all, node.attributes);
    const { name } = node.op;
    // Both factors of a product are read in its own format.
    const typed =
      name === "matmul" && isFloat(node.dtype)
        ? operands.map((operand) => (operand.dtype === node.dtype ? operand : copy(operand, node.dtype)))
        : operands;
    const again = made(typed);
    const kind = kindOf(again);
    // Over axes of extent 1 there is nothing to reduce.
    if (kind === "reduction" && again.size === operands[0]?.size) return reshape(operands[0], again.shape);
    if (kind === "empty" || kind === "view" || kind === "known" || readsViews(again)) return again;
    return made(typed.map((operand) => (name === "reshape" ? copy(operand) : contiguous(operand))));
  };
  for (const node of nodesOf(outputs)) replacements.set(node, legal(node));
  return { inputs, outputs: outputs.map((output) => contiguous(replacements.get(output) as Tensor)), parts };
}
