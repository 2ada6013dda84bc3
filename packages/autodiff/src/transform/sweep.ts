import { DifferentiationError } from "../errors.ts";
import { add } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { full } from "../tensor/create.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How a variable reaches the outputs: the nodes in between, as a list that arrays beside it are indexed by. */
interface Path {
  /** The variables first, then everything that depends on one of them, inputs before what they feed. */
  readonly nodes: readonly Tensor[];
  /** The places of the inputs of every node after the variables, in one row; negative for what does not depend. */
  readonly places: readonly number[];
  /** The place of every output, negative for one that does not depend. */
  readonly ends: readonly number[];
}

let lastMark = 0;

/**
 * Finds the path from the variables to the outputs. Ids grow with every node, so nothing older than the oldest
 * variable can depend on one, and the order of ids is one in which inputs come first.
 *
 * While it runs, a node's mark says that it was met and then which place it has: all marks of one call are higher than
 * those of the calls before, so none has to be wiped. Nobody else's code runs in between and no mark is read later.
 */
function findPath(outputs: readonly Tensor[], variables: readonly Tensor[]): Path {
  const met = ++lastMark;
  const first = met + 1;
  let [oldest, deepest] = [Infinity, 0];
  for (const variable of variables) {
    variable.mark = met;
    if (variable.id < oldest) oldest = variable.id;
    if (variable.level > deepest) deepest = variable.level;
  }
  const reached: Tensor[] = [];
  const pending = outputs.slice();
  let descending = true;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.mark === met || node.level > deepest || node.id < oldest) continue;
    node.mark = met;
    if (reached.length > 0 && node.id > (reached[reached.length - 1] as Tensor).id) descending = false;
    reached.push(node);
    for (const input of node.inputs) pending.push(input);
  }
  if (descending) reached.reverse();
  else reached.sort((a, b) => a.id - b.id);

  const nodes = variables.slice();
  const places: number[] = [];
  for (let place = 0; place < nodes.length; place++) (nodes[place] as Tensor).mark = first + place;
  for (const node of reached) {
    let depends = false;
    for (const input of node.inputs) if (input.mark >= first) depends = true;
    if (!depends) continue;
    for (const input of node.inputs) places.push(input.mark - first);
    node.mark = first + nodes.length;
    nodes.push(node);
  }
  lastMark = met + nodes.length;
  return { nodes, places, ends: outputs.map(({ mark }) => mark - first) };
}

/** The variables, and everything that depends on them and that the outputs need, inputs before what they feed. */
export function dependents(outputs: readonly Tensor[], variables: readonly Tensor[]): readonly Tensor[] {
  return findPath(outputs, variables).nodes;
}

/** Reverse mode: the adjoints ∂output/∂variable of the variables that the output depends on. */
export function sweepBack(
  output: Tensor,
  seed: Tensor,
  variables: readonly Tensor[],
): ReadonlyMap<Tensor, Tensor> {
  const { adjoints } = pullBack(output, seed, variables);
  const result = new Map<Tensor, Tensor>();
  variables.forEach((variable, place) => {
    const adjoint = adjoints[place];
    if (adjoint !== undefined) result.set(variable, adjoint);
  });
  return result;
}

/** Reverse mode, with the adjoint of every node between the variables and the output. */
export function sweepBackThrough(
  output: Tensor,
  seed: Tensor,
  variables: readonly Tensor[],
): ReadonlyMap<Tensor, Tensor> {
  const { nodes, adjoints } = pullBack(output, seed, variables);
  const result = new Map<Tensor, Tensor>();
  nodes.forEach((node, place) => {
    const adjoint = adjoints[place];
    if (adjoint !== undefined) result.set(node, adjoint);
  });
  return result;
}

/**
 * Walks from the output back, each node handing its adjoint ∂output/∂node to its inputs by its reverse rule.
 */
function pullBack(
  output: Tensor,
  seed: Tensor,
  variables: readonly Tensor[],
): { readonly nodes: readonly Tensor[]; readonly adjoints: readonly (Tensor | undefined)[] } {
  const { nodes, places, ends } = findPath([output], variables);
  const adjoints = new Array<Tensor | undefined>(nodes.length).fill(undefined);
  for (const place of ends) if (place >= 0) adjoints[place] = seed;
  let row = places.length;
  for (let k = nodes.length - 1; k >= variables.length; k--) {
    const node = nodes[k] as Tensor;
    const adjoint = adjoints[k];
    const { op, inputs } = node;
    row -= inputs.length;
    if (adjoint === undefined) continue;
    const wanted: boolean[] = [];
    for (let i = 0; i < inputs.length; i++) wanted.push((places[row + i] as number) >= 0);
    const contributions = op.reverse(adjoint, inputs, node, node.attributes, wanted);
    for (let i = 0; i < inputs.length; i++) {
      const place = places[row + i] as number;
      const contribution = contributions[i];
      if (place < 0 || contribution === undefined) continue;
      const fitting = cast(contribution, (inputs[i] as Tensor).dtype);
      const before = adjoints[place];
      adjoints[place] = before === undefined ? fitting : add(before, fitting);
    }
  }
  return { nodes, adjoints };
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
  const moving = variables.filter((_, index) => tangents[index] !== undefined);
  const { nodes, places, ends } = findPath(outputs, moving);
  const moved = tangents.filter((tangent) => tangent !== undefined) as (Tensor | undefined)[];
  let row = 0;
  for (let k = moving.length; k < nodes.length; k++) {
    const node = nodes[k] as Tensor;
    const { op, inputs } = node;
    const given: (Tensor | undefined)[] = [];
    let moves = false;
    for (let i = 0; i < inputs.length; i++, row++) {
      const place = places[row] as number;
      const tangent = place < 0 ? undefined : moved[place];
      if (tangent !== undefined) moves = true;
      given.push(tangent);
    }
    const tangent = moves ? op.forward(given, inputs, node, node.attributes) : undefined;
    moved.push(tangent && cast(tangent, node.dtype));
  }
  return ends.map((place) => (place < 0 ? undefined : moved[place]));
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
