import { dtypeOf, type DType, type TypedArray } from "../tensor/dtype.ts";
import { isTypedArray } from "../tensor/convert.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isLeaf } from "../tensor/tree.ts";
import type { Signature } from "./graph.ts";

/** What stands for one tensor in a tree. */
export type Leaf = Tensor | number | boolean | TypedArray;

/**
 * What a tree is like, apart from its values, in a form made for looking at every call's arguments: plain loops, no
 * strings, nothing allocated.
 */
export interface Pattern {
  /** The parts of an array or a record. */
  readonly parts: readonly Pattern[] | undefined;
  /** Their names, for a record. */
  readonly names: readonly string[] | undefined;
  /** The number of a leaf in the order of the tree. */
  readonly index: number;
  readonly dtype: DType;
  readonly shape: Shape;
}

const noShape: Shape = [];

/** The pattern of a tree whose leaves, in order, have these signatures. */
export function patternOf(tree: unknown, signatures: readonly Signature[]): Pattern {
  let leaves = 0;
  const visit = (node: unknown): Pattern => {
    if (isLeaf(node)) {
      const { dtype, shape } = signatures[leaves] as Signature;
      return { parts: undefined, names: undefined, index: leaves++, dtype, shape };
    }
    const names = Array.isArray(node) ? undefined : Object.keys(node as object);
    const parts = Object.values(node as object).map(visit);
    return { parts, names, index: -1, dtype: "f64", shape: noShape };
  };
  return visit(tree);
}

/** True for a tree of this pattern; its leaves are put into `leaves`, which is left half filled for any other. */
export function matches(pattern: Pattern, tree: unknown, leaves: Leaf[]): boolean {
  const { parts, names, index } = pattern;
  if (parts === undefined) {
    if (!matchesLeaf(pattern, tree)) return false;
    leaves[index] = tree as Leaf;
    return true;
  }
  if (names === undefined) {
    if (!Array.isArray(tree) || tree.length !== parts.length) return false;
    for (let i = 0; i < parts.length; i++) if (!matches(parts[i] as Pattern, tree[i], leaves)) return false;
    return true;
  }
  if (typeof tree !== "object" || tree === null) return false;
  const prototype: unknown = Object.getPrototypeOf(tree);
  if (prototype !== Object.prototype && prototype !== null) return false;
  let count = 0;
  for (const name in tree) {
    if (name !== names[count]) return false;
    if (!matches(parts[count] as Pattern, (tree as Record<string, unknown>)[name], leaves)) return false;
    count++;
  }
  return count === names.length;
}

function matchesLeaf({ dtype, shape }: Pattern, value: unknown): boolean {
  if (value instanceof Tensor)
    return value.dtype === dtype && sameShape(value.shape, shape) && value.hasValue;
  if (typeof value === "number") return dtype === "f64" && shape.length === 0;
  if (typeof value === "boolean") return dtype === "bool" && shape.length === 0;
  return isTypedArray(value) && shape.length === 1 && value.length === shape[0] && dtypeOf(value) === dtype;
}

/** The tree with these leaves. */
export function fill(pattern: Pattern, leaves: readonly unknown[]): unknown {
  const { parts, names, index } = pattern;
  if (parts === undefined) return leaves[index];
  if (names === undefined) {
    const array: unknown[] = [];
    for (const part of parts) array.push(fill(part, leaves));
    return array;
  }
  const record: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) record[names[i] as string] = fill(parts[i] as Pattern, leaves);
  return record;
}
