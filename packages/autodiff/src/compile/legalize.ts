import { castOps } from "../ops/cast.ts";
import { apply, type Op } from "../ops/op.ts";
import { reshape } from "../ops/shape.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";
import { nodesOf, type Graph } from "./graph.ts";
import { evaluateNode } from "./interpret.ts";
import { kindOf, readsViews } from "./kind.ts";
import type { Parts } from "./parts.ts";
import "../ops/methods.ts";
import { isContiguous, viewOf } from "./view.ts";

export const castOp: Op<DType> = castOps[0] as unknown as Op<DType>;

/** A copy: a cast to the dtype that the tensor has. */
export function copyOf(node: Tensor, dtype: DType = node.dtype): Tensor {
  return apply(castOp, [node], dtype);
}

/** A graph whose nodes can all be scheduled. */
export interface LegalGraph extends Graph {
  /** The results of every operation that has several. */
  readonly parts: ReadonlyMap<Tensor, Parts>;
}

/**
 * Graph to graph: puts copies where elements must lie one after another and a view would have them scattered, and gives
 * both factors of matrix products and convolutions one dtype. What follows from empty tensors alone is computed now.
 */
export function legalize({ inputs, outputs }: Graph): LegalGraph {
  const parts = new Map<Tensor, Parts>();
  const replacements = new Map<Tensor, Tensor>();
  const copies = new Map<Tensor, Tensor>();
  const copy = (node: Tensor, dtype = node.dtype): Tensor => {
    let copied = copies.get(node);
    if (copied === undefined) copies.set(node, (copied = copyOf(node, dtype)));
    return copied;
  };
  const contiguous = (node: Tensor): Tensor => (isContiguous(viewOf(node)) ? node : copy(node));

  const packed = (node: Tensor): Tensor => parts.get(node)?.whole ?? node;

  const legal = (node: Tensor): Tensor => {
    if (node.hasValue || node.op.name === "placeholder") return node;
    const [only] = node.inputs.map((input) => parts.get(replacements.get(input) as Tensor));
    const part = only?.pick(node);
    if (part !== undefined) return part;
    const operands = node.inputs.map((input) => packed(replacements.get(input) as Tensor));
    if (node.size > 0 && operands.length > 0 && operands.every(({ size }) => size === 0)) {
      const empty = operands.map(({ shape, dtype }) => makeConstant(shape, dtype, allocate(dtype, 0)));
      return evaluateNode(node, empty);
    }
    const made = (all: readonly Tensor[]): Tensor =>
      all.every((operand, index) => operand === node.inputs[index])
        ? node
        : apply(node.op, all, node.attributes);
    const { name } = node.op;
    const [first] = operands;
    // What was narrow once is so again without a loss.
    if (
      name === "cast" &&
      first?.op === castOp &&
      first.dtype === "f64" &&
      first.inputs[0]?.dtype === node.dtype
    )
      return first.inputs[0];
    // Both factors of a product of matrices or a convolution are read in its own format.
    const typed =
      node.op.linearity === "bilinear" && node.op.elementwise === undefined
        ? operands.map((operand) => (operand.dtype === node.dtype ? operand : copy(operand, node.dtype)))
        : operands;
    const again = made(typed);
    if (node.op.control !== undefined) {
      const run = made(typed.map(contiguous));
      const several = node.op.control.parts(run);
      if (several !== undefined) parts.set(run, several);
      return run;
    }
    const kind = kindOf(again);
    // Over axes of extent 1 there is nothing to reduce.
    if (kind === "reduction" && again.size === operands[0]?.size) return reshape(operands[0], again.shape);
    if (kind === "empty" || kind === "view" || kind === "known" || readsViews(again)) return again;
    return made(typed.map((operand) => (name === "reshape" ? copy(operand) : contiguous(operand))));
  };
  for (const node of nodesOf(outputs)) replacements.set(node, legal(node));
  return {
    inputs,
    outputs: outputs.map((output) => contiguous(packed(replacements.get(output) as Tensor))),
    parts,
  };
}
