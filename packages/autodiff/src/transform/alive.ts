import { cast } from "../ops/cast.ts";
import { logicalAnd, logicalOr, notEqual, where } from "../ops/compare.ts";
import { constant } from "../ops/leaf.ts";
import { broadcastTo } from "../ops/shape.ts";
import { sumTo } from "../ops/sum-to.ts";
import { ones } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Where a node is alive: in which of its elements a change gets past all choices to the output. A tensor is positive
 * there, `true` and `false` stand for everywhere and nowhere, and nothing for a node that no choice has been met behind.
 *
 * A branch that `where` does not take must not reach the gradient, not even by 0 · ∞. Its adjoint is 0 there, but so may
 * be others, whose own derivatives are not; what is alive follows from the conditions and from how nodes are connected
 * alone, and so stays right when the sweep itself is differentiated.
 */
export type Alive = Tensor | boolean | undefined;

/** Where the inputs of a node are alive, given where the node is; only those asked for are worked out. */
export function aliveInputs(node: Tensor, alive: Alive, asked: readonly boolean[]): Alive[] {
  const { op, inputs, shape } = node;
  const chooses = op.elementwise?.chooses;
  if (alive === undefined && chooses === undefined) return [];
  if (op.elementwise === undefined) return aliveParts(node, alive as Tensor | boolean, asked);
  return inputs.map((input, position) => {
    if (!asked[position]) return undefined;
    const chosen = chooses?.(inputs, position);
    if (chosen === undefined && typeof alive !== "object") return alive;
    const both = typeof alive === "object" ? (chosen ? logicalAnd(alive, chosen) : alive) : chosen;
    return settle(sumTo(broadcastTo(both as Tensor, shape), input.shape));
  });
}

/**
 * An element is alive if it has a part in one that is. The reverse rule of a linear operation or a product knows the
 * parts, given 1 for every factor that may be something else than 0.
 */
function aliveParts(node: Tensor, alive: Tensor | boolean, asked: readonly boolean[]): Alive[] {
  const { op, inputs, attributes, shape } = node;
  const isConstant = (input: Tensor): boolean => input.op === constant;
  if (op.linearity === "linear" || (op.linearity === "bilinear" && inputs.some(isConstant))) {
    const factors = inputs.map((input) => (isConstant(input) ? notEqual(input, 0) : ones(input.shape)));
    const parts = typeof alive === "object" ? cast(alive, "f64") : ones(shape);
    return op.reverse(parts, factors, node, attributes, asked).map(settle);
  }
  return inputs.map((input) => (typeof alive === "object" ? acrossMembers(node, alive, input) : alive));
}

/** Which members of a batch are alive in any of their elements, for every element of a tensor that has a part in them. */
function acrossMembers({ op, inputs, shape }: Tensor, alive: Tensor, part: Tensor): Tensor {
  const leading = op.memberAxes === undefined ? 0 : (inputs[0] as Tensor).shape.length - op.memberAxes;
  const axes = shape.map((_, axis) => axis).slice(leading);
  const any = alive.sum({ axis: axes });
  const ones = new Array<number>(part.shape.length - leading).fill(1);
  return broadcastTo(any.reshape([...shape.slice(0, leading), ...ones]), part.shape);
}

/** The reverse rule of a node that is alive in some elements only: nothing but 0 comes back from the others. */
export function reverseAlive(
  node: Tensor,
  adjoint: Tensor,
  wanted: readonly boolean[],
  alive: Tensor,
): readonly (Tensor | undefined)[] {
  const { op, attributes } = node;
  const contributions = op.reverse(adjoint, livingFactors(node, alive), node, attributes, wanted, alive);
  if (op.elementwise || op.linearity) return contributions;
  return contributions.map(
    (contribution) => contribution && where(acrossMembers(node, alive, contribution), contribution, 0),
  );
}

/**
 * A factor that only dead elements of a product contain as 0 instead of infinite or NaN, as in a row of missing data
 * that `where` leaves out.
 */
function livingFactors(node: Tensor, alive: Tensor): readonly Tensor[] {
  const { op, inputs, attributes } = node;
  if (op.elementwise || op.linearity !== "bilinear" || inputs.every(isFinite)) return inputs;
  const all = inputs.map((input) => ones(input.shape));
  const parts = op.reverse(cast(alive, "f64"), all, node, attributes, [true, true]);
  return inputs.map((input, position) => where(parts[position] as Tensor, input, 0));
}

function isFinite({ storage }: Tensor): boolean {
  return typeof storage !== "object" || storage.every(Number.isFinite);
}

/** What two ways lead to is alive where one of them is. */
export function eitherAlive(one: Alive, other: Alive): Alive {
  if (typeof one === "object" && typeof other === "object") return logicalOr(one, other);
  return one && other && true;
}

/** What is known to be the same everywhere needs no tensor. */
function settle(alive: Tensor | undefined): Alive {
  const { storage } = alive ?? {};
  if (storage === undefined) return alive;
  const values = typeof storage === "number" ? [storage] : storage;
  if (!values.includes(0)) return true;
  return values.some((value: number) => value > 0) && alive;
}
