import { DifferentiationError } from "../errors.ts";
import { cast } from "../ops/cast.ts";
import { full } from "../tensor/create.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The nodes on the way from the given variables to the outputs, inputs before what they feed. Ids grow with
 * every node, so nothing older than the oldest variable can depend on one, and sorting by id sorts the graph.
 */
export function dependents(outputs: readonly Tensor[], variables: readonly Tensor[]): Tensor[] {
  const oldest = variables.reduce((least, { id }) => Math.min(least, id), Infinity);
  const reached = new Set<Tensor>();
  const pending = [...outputs];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.id < oldest || reached.has(node)) continue;
    reached.add(node);
    for (const input of node.inputs) pending.push(input);
  }
  const depending = new Set(variables);
  const sorted = [...reached].sort((a, b) => a.id - b.id);
  return sorted.filter((node) => {
    if (!depending.has(node) && !node.inputs.some((input) => depending.has(input))) return false;
    depending.add(node);
    return true;
  });
}

/**
 * Reverse mode: walks from the outputs back, each node handing its adjoint ∂output/∂node to its inputs by its
 * reverse rule. The outputs' own adjoints are given. Gives every adjoint that was reached.
 */
export function sweepBack(
  outputs: readonly Tensor[],
  seeds: readonly (Tensor | undefined)[],
  variables: readonly Tensor[],
): Map<Tensor, Tensor> {
  const nodes = dependents(outputs, variables);
  const depending = new Set(nodes);
  const stops = new Set(variables);
  const adjoints = new Map<Tensor, Tensor>();
  outputs.forEach((output, index) => {
    const seed = seeds[index];
    const before = adjoints.get(output);
    if (seed !== undefined) adjoints.set(output, before === undefined ? seed : before.add(seed));
  });
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index] as Tensor;
    const adjoint = adjoints.get(node);
    if (adjoint === undefined || stops.has(node)) continue;
    const wanted = node.inputs.map((input) => depending.has(input));
    const contributions = node.op.reverse(adjoint, node.inputs, node, node.attributes, wanted);
    node.inputs.forEach((input, position) => {
      const contribution = wanted[position] ? contributions[position] : undefined;
      if (contribution === undefined) return;
      const before = adjoints.get(input);
      const fitting = cast(contribution, input.dtype);
      adjoints.set(input, before === undefined ? fitting : before.add(fitting));
    });
  }
  return adjoints;
}

/**
 * Forward mode: carries tangents from the variables to the outputs, each node's from those of its inputs by its
 * forward rule. An output that does not move has no tangent.
 */
export function sweepForward(
  outputs: readonly Tensor[],
  variables: readonly Tensor[],
  tangents: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  const moving = new Map<Tensor, Tensor>();
  variables.forEach((variable, index) => {
    const tangent = tangents[index];
    if (tangent !== undefined) moving.set(variable, tangent);
  });
  const stops = new Set(variables);
  for (const node of dependents(outputs, [...moving.keys()])) {
    if (stops.has(node) || !node.inputs.some((input) => moving.has(input))) continue;
    const tangent = node.op.forward(
      node.inputs.map((input) => moving.get(input)),
      node.inputs,
      node,
      node.attributes,
    );
    if (tangent !== undefined) moving.set(node, cast(tangent, node.dtype));
  }
  return outputs.map((output) => moving.get(output));
}

/** Zeros or any other constant in the likeness of a tensor. */
export function fullLike(tensor: Tensor, value: number): Tensor {
  return full(tensor.shape, value, tensor.dtype);
}

export function checkLike(transform: string, what: string, given: Tensor, expected: Tensor): Tensor {
  if (!sameShape(given.shape, expected.shape))
    throw new DifferentiationError(
      `${transform}: ${what} must have shape ${formatShape(expected.shape)}, found ${formatShape(given.shape)}`,
    );
  return cast(given, expected.dtype);
}
