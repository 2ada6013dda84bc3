import { isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { viewOf } from "./view.ts";
import { vectorCode } from "./wasm/math/index.ts";

/** The number format of elements in memory and in vectors; integers are f64 there, truth values 1 and 0 of either. */
export type Format = "f64" | "f32";

/**
 * How a node comes to its elements. `known`: constants; `input`: the caller's; `empty`: there are none. `view`: they are
 * those of another node. In fused loops: `elementwise`, `reduction`, and `store`, which puts its operands in their places
 * in a larger whole. In code of their own: `kernel`, and `control` with its `part`s. `interpreted`: by the reference kernel.
 */
export type Kind =
  | "known"
  | "input"
  | "empty"
  | "view"
  | "elementwise"
  | "reduction"
  | "store"
  | "kernel"
  | "control"
  | "part"
  | "interpreted";

const reductions = new Set(["sum", "max", "min"]);
const stores = new Set(["embed", "concatenate", "stack"]);
const views = new Set(["reshape", "broadcastTo", "transpose", "slice", "flip"]);

export function kindOf(node: Tensor): Kind {
  if (node.hasValue) return "known";
  const { op, dtype } = node;
  const { name } = op;
  if (name === "placeholder") return "input";
  if (name === "part") return "part";
  if (op.control !== undefined) return "control";
  if (node.size === 0) return "empty";
  if (views.has(name)) return viewOf(node).source === node ? "interpreted" : "view";
  if (stores.has(name)) return "store";
  if (node.inputs.some(({ size }) => size === 0)) return "interpreted";
  if (reductions.has(name)) return "reduction";
  if (op.kernel !== undefined || (name === "matmul" && isFloat(dtype))) return "kernel";
  return name === "cast" || vectorCode(op) !== undefined ? "elementwise" : "interpreted";
}

/** True for nodes that read elements wherever they are; all others need them one after another. */
export function readsViews(node: Tensor): boolean {
  const kind = kindOf(node);
  if (kind === "kernel") return node.op.name === "matmul";
  return kind === "elementwise" || kind === "reduction" || kind === "store";
}
