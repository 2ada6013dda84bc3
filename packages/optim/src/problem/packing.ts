import { tensor, treeLeaves, treeMap, treePaths, type Tensor, type TypedArray } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { at } from "../linalg/vector.ts";

/** What a function of a start of type `X` receives: the same tree with tensors for leaves. */
export type TensorsOf<X> = X extends Tensor | number | boolean | TypedArray
  ? Tensor
  : X extends readonly unknown[]
    ? { -readonly [K in keyof X]: TensorsOf<X[K]> }
    : X extends object
      ? { -readonly [K in keyof X]: TensorsOf<X[K]> }
      : Tensor;

/** The flat view of a tree: its leaves one after another, each row-major. */
export interface Packing {
  /** Number of parameters. */
  readonly dimension: number;
  /** One tensor per leaf holding the parameters of a flat point. */
  leaves(flat: Float64Array): Tensor[];
  /** The tree of the start's structure with these leaves. */
  rebuild(leaves: readonly Tensor[]): unknown;
  /** A flat copy of one tensor per leaf. */
  flatten(leaves: readonly Tensor[]): Float64Array;
  /** For each leaf, its path in the tree, where it begins in the flat point and its shape. */
  readonly places: readonly {
    readonly path: string;
    readonly from: number;
    readonly size: number;
    readonly shape: readonly number[];
  }[];
  /** What the user calls a parameter of the flat point: `rate`, `weights[1, 0]`, or `parameter 3` where it has no name. */
  nameOf(index: number): string;
}

/** The packing of a start, and the start as a flat point. */
export function packStart(x0: unknown): { packing: Packing; start: Float64Array } {
  const template = treeLeaves(x0);
  const paths = treePaths(x0);
  let dimension = 0;
  const places = template.map((leaf, k) => {
    const place = { path: paths[k] as string, from: dimension, size: leaf.size, shape: leaf.shape };
    dimension += leaf.size;
    return place;
  });
  if (dimension === 0) throw new OptimizationError("the start must hold at least one number: it is empty");
  const flatten = (leaves: readonly Tensor[]): Float64Array => {
    const flat = new Float64Array(dimension);
    leaves.forEach((leaf, k) => {
      const place = places[k];
      if (place === undefined) return;
      if (place.size === 1) flat[place.from] = leaf.item();
      else flat.set(leaf.data, place.from);
    });
    return flat;
  };
  const start = flatten(template);
  const nameOf = (index: number): string => {
    const place = places.findLast(({ from }) => from <= index);
    return place === undefined ? `parameter ${index}` : nameAt(place, index - place.from);
  };
  start.forEach((value, i) => {
    if (!Number.isFinite(value))
      throw new OptimizationError(`the start must be finite; ${nameOf(i)} is ${value}`);
  });
  const packing: Packing = {
    dimension,
    places,
    nameOf,
    flatten,
    leaves: (flat) =>
      places.map(({ from, size, shape }) =>
        shape.length === 0 ? tensor(at(flat, from)) : tensor(flat.subarray(from, from + size), { shape }),
      ),
    rebuild: (leaves) => {
      let next = 0;
      return treeMap(() => leaves[next++] as Tensor, x0);
    },
  };
  return { packing, start };
}

/** The name of one element of a leaf. */
function nameAt({ path, size, shape }: Packing["places"][number], element: number): string {
  if (path === "") return `parameter ${element}`;
  const name = /^\d/.test(path) ? `parameter ${path}` : path;
  if (shape.length === 0 || size === 1) return name;
  const index: number[] = [];
  let rest = element;
  for (const extent of shape.toReversed()) {
    index.unshift(rest % extent);
    rest = Math.trunc(rest / extent);
  }
  return `${name}[${index.join(", ")}]`;
}
