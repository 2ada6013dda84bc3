import { ShapeError } from "../errors.ts";
import { asTensor, isTypedArray } from "./convert.ts";
import { Tensor, type LeafLike, type NestedArray, type TensorLike, type Storage } from "./tensor.ts";

/** Tensors in arrays and records, nested as one likes: the arguments and results of transforms. */
export type Tree<T = Tensor> = T | readonly Tree<T>[] | { readonly [name: string]: Tree<T> };

/**
 * What may be passed where a function expects the tree `X` of tensors: numbers and typed arrays in place of tensors.
 * A plain array is never one tensor here, since it would arrive as an array; `tensor([1, 2, 3])` is.
 */
export type TreeLike<X> = unknown extends X
  ? X
  : // Any tree at all: mapping over its recursive type would never end.
    [Tree] extends [X]
    ? Tree<LeafLike>
    : // A leaf that takes numbers and typed arrays already, as those of a transformed function do.
      [LeafLike] extends [X]
      ? LeafLike
      : X extends Tensor
        ? LeafLike
        : X extends readonly unknown[]
          ? { readonly [K in keyof X]: TreeLike<X[K]> }
          : X extends object
            ? { readonly [K in keyof X]: TreeLike<X[K]> }
            : X;

/** The tree `X` with every tensor replaced by `L`. */
export type MapTree<X, L> = X extends Tensor
  ? L
  : X extends readonly unknown[]
    ? { [K in keyof X]: MapTree<X[K], L> }
    : X extends object
      ? { [K in keyof X]: MapTree<X[K], L> }
      : X;

/** Leaves in a fixed order, each with its path, and a way back to the tree from a value for each leaf. */
export interface Flattened<T> {
  readonly leaves: readonly T[];
  /** Where each leaf stands, such as `weights.0`; empty for a tree that is a leaf itself. */
  readonly paths: readonly string[];
  /** Equal for trees built alike: arrays of one length, records with the same names in the same order. */
  readonly form: string;
  /** A tree with these values in place of the leaves; its type is the caller's to know. */
  rebuild(leaves: readonly unknown[]): unknown;
}

/** True for what counts as one leaf: a tensor, a number, a boolean or a typed array. */
export function isLeaf(value: unknown): value is Tensor | Storage | boolean {
  return (
    value instanceof Tensor || typeof value === "number" || typeof value === "boolean" || isTypedArray(value)
  );
}

/**
 * Takes a tree apart.
 *
 * @throws {ShapeError} naming the path of anything that is neither a leaf, an array nor a plain record.
 */
export function flatten<T = TensorLike>(
  tree: unknown,
  isLeafOf: (value: unknown) => boolean = isLeaf,
): Flattened<T> {
  if (isLeafOf(tree)) return { leaves: [tree as T], paths: [""], form: "*", rebuild: ([leaf]) => leaf };
  const leaves: T[] = [];
  const paths: string[] = [];
  let form = "";
  type Rebuild = (leaves: readonly unknown[]) => unknown;
  const visit = (node: unknown, path: string): Rebuild => {
    const at = (key: string | number): string => (path === "" ? String(key) : `${path}.${key}`);
    if (isLeafOf(node)) {
      const index = leaves.push(node as T) - 1;
      paths.push(path);
      form += "*";
      return (given) => given[index];
    }
    if (Array.isArray(node)) {
      form += "[";
      const parts = node.map((child, index) => visit(child, at(index)));
      form += "]";
      return (given) => parts.map((part) => part(given));
    }
    if (isRecord(node)) {
      form += "{";
      const parts = Object.entries(node).map(([key, child]) => {
        form += JSON.stringify(key);
        return [key, visit(child, at(key))] as const;
      });
      form += "}";
      return (given) => Object.fromEntries(parts.map(([key, part]) => [key, part(given)]));
    }
    throw new ShapeError(
      `expected tensors, numbers, or arrays and records of them${path === "" ? "" : ` at ${path}`}: ${describe(node)}`,
    );
  };
  const rebuild = visit(tree, "");
  return { leaves, paths, form, rebuild };
}

/** The tensors of a tree, in order. */
export function treeLeaves(tree: unknown): Tensor[] {
  return flatten<TensorLike>(tree).leaves.map(asTensor);
}

/**
 * Where each leaf of a tree stands, in the order of {@link treeLeaves}: names and indices joined by dots, empty for a
 * tree that is a leaf itself.
 *
 * @example
 * treePaths({ rate: 1, weights: [2, 3] }); // → ["rate", "weights.0", "weights.1"]
 */
export function treePaths(tree: unknown): readonly string[] {
  return flatten(tree).paths;
}

/** The tree with `f` applied to every leaf; further trees of the same structure give `f` further arguments. */
export function treeMap<X>(
  f: (leaf: Tensor, ...others: Tensor[]) => Tensor,
  tree: X,
  ...others: readonly X[]
): X {
  const flat = flatten<TensorLike>(tree);
  const rest = others.map((other) => flatten<TensorLike>(other));
  for (const other of rest)
    if (other.paths.join() !== flat.paths.join())
      throw new ShapeError(
        `treeMap: trees differ in structure: [${flat.paths.join(", ")}] and [${other.paths.join(", ")}]`,
      );
  const mapped = flat.leaves.map((leaf, index) =>
    f(asTensor(leaf), ...rest.map((other) => asTensor(other.leaves[index] as TensorLike))),
  );
  return flat.rebuild(mapped) as X;
}

/** The tree as plain data: numbers for scalars, nested arrays for everything else. */
export function toArrays<X>(tree: X): MapTree<X, number | boolean | NestedArray> {
  const flat = flatten<TensorLike>(tree);
  return flat.rebuild(flat.leaves.map((leaf) => asTensor(leaf).toArray())) as MapTree<
    X,
    number | boolean | NestedArray
  >;
}

function isRecord(node: unknown): node is Record<string, unknown> {
  if (typeof node !== "object" || node === null) return false;
  const prototype: unknown = Object.getPrototypeOf(node);
  return prototype === Object.prototype || prototype === null;
}

function describe(node: unknown): string {
  if (node instanceof Promise)
    return "a Promise (asynchronous functions cannot be differentiated; await outside)";
  return typeof node === "string"
    ? JSON.stringify(node)
    : typeof node === "object" && node !== null
      ? node.constructor.name
      : String(node);
}
