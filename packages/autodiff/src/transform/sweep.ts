import { DifferentiationError } from "../errors.ts";
import { add } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import type { Op } from "../ops/op.ts";
import { full } from "../tensor/create.ts";
import { aliveInputs, eitherAlive, reverseAlive, type Alive } from "./alive.ts";
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
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.mark === met || node.level > deepest || node.id < oldest) continue;
    node.mark = met;
    reached.push(node);
    for (const input of node.inputs) pending.push(input);
  }
  reached.sort((a, b) => a.id - b.id);

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

type Adjoints = ReadonlyMap<Tensor, Tensor | undefined>;

/**
 * Reverse mode: the adjoints of all variables from those of the outputs; undefined where no output that has one depends.
 */
export function sweepBack(
  outputs: readonly Tensor[],
  seeds: readonly (Tensor | undefined)[],
  variables: readonly Tensor[],
): Adjoints {
  const [, adjoints] = pullBack(outputs, seeds, variables);
  return new Map(variables.map((variable, place) => [variable, adjoints[place]]));
}

/** Reverse mode from one output, with the adjoints of all nodes between the variables and it. */
export function sweepBackThrough(output: Tensor, seed: Tensor, variables: readonly Tensor[]): Adjoints {
  const [nodes, adjoints] = pullBack([output], [seed], variables);
  return new Map(nodes.map((node, place) => [node, adjoints[place]]));
}

/** Types say that an operation has its rules; one that was made without them is told from a mistake in here. */
function checkRule(op: Op, direction: "forward" | "reverse"): void {
  if (typeof op[direction] !== "function")
    throw new DifferentiationError(
      `${op.name}: an operation without a ${direction} rule; take derivatives in the other mode, or use stopGradient`,
    );
}

/**
 * Walks from the outputs back, each node handing its adjoint ∂output/∂node to its inputs by its reverse rule.
 */
function pullBack(
  outputs: readonly Tensor[],
  seeds: readonly (Tensor | undefined)[],
  variables: readonly Tensor[],
): [nodes: readonly Tensor[], adjoints: readonly (Tensor | undefined)[]] {
  const { nodes, places, ends } = findPath(outputs, variables);
  const adjoints = new Array<Tensor | undefined>(nodes.length).fill(undefined);
  const alive = new Array<Alive>(nodes.length).fill(undefined);
  ends.forEach((place, index) => {
    const [seed, before] = [seeds[index], adjoints[place]];
    if (seed !== undefined && place >= 0) adjoints[place] = before === undefined ? seed : add(before, seed);
  });
  let row = places.length;
  for (let k = nodes.length - 1; k >= variables.length; k--) {
    const node = nodes[k] as Tensor;
    const adjoint = adjoints[k];
    const { op, inputs, attributes } = node;
    row -= inputs.length;
    if (adjoint === undefined) continue;
    const wanted: boolean[] = [];
    const asked: boolean[] = [];
    for (let i = 0; i < inputs.length; i++) {
      const place = places[row + i] as number;
      wanted.push(place >= 0);
      asked.push(place >= variables.length);
    }
    checkRule(op, "reverse");
    const here = alive[k];
    const behind = aliveInputs(node, here, asked);
    const contributions =
      typeof here === "object"
        ? reverseAlive(node, adjoint, wanted, here)
        : op.reverse(adjoint, inputs, node, attributes, wanted);
    for (let i = 0; i < inputs.length; i++) {
      const contribution = contributions[i];
      const place = places[row + i] as number;
      if (contribution === undefined || place < 0 || behind[i] === false) continue;
      const fitting = cast(contribution, (inputs[i] as Tensor).dtype);
      const before = adjoints[place];
      adjoints[place] = before === undefined ? fitting : add(before, fitting);
      alive[place] = before === undefined ? behind[i] : eitherAlive(alive[place], behind[i]);
    }
  }
  return [nodes, adjoints];
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
    if (moves) checkRule(op, "forward");
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
