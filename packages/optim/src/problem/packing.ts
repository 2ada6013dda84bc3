import { tensor, treeLeaves, treeMap, type Tensor, type TypedArray } from "@steepest/autodiff";
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
  /** For each leaf, where it begins in the flat point and its shape. */
  readonly places: readonly {
    readonly from: number;
    readonly size: number;
    readonly shape: readonly number[];
  }[];
}

/** The packing of a start, and the start as a flat point. */
export function packStart(x0: unknown): { packing: Packing; start: Float64Array } {
  const template = treeLeaves(x0);
  let dimension = 0;
  const places = template.map((leaf) => {
    const place = { from: dimension, size: leaf.size, shape: leaf.shape };
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
  start.forEach((value, i) => {
    if (!Number.isFinite(value))
      throw new OptimizationError(`the start must be finite; parameter ${i} is ${value}`);
  });
  const packing: Packing = {
    dimension,
    places,
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

/** A tree of bounds like the start, flat; one number stands for a whole leaf. */
export function packBounds(
  bounds: unknown,
  packing: Packing,
  which: "lower" | "upper",
): Float64Array | undefined {
  if (bounds === undefined) return undefined;
  const leaves = treeLeaves(bounds);
  if (leaves.length !== packing.places.length)
    throw new OptimizationError(
      `${which} must be a tree like the start: ${packing.places.length} leaves expected, found ${leaves.length}`,
    );
  const flat = new Float64Array(packing.dimension);
  packing.places.forEach(({ from, size, shape }, k) => {
    const leaf = leaves[k] as Tensor;
    if (leaf.size !== 1 && leaf.size !== size)
      throw new OptimizationError(
        `leaf ${k} of ${which} must be a number or have shape [${shape.join(", ")}]: found [${leaf.shape.join(", ")}]`,
      );
    if (leaf.size === 1) flat.fill(leaf.item(), from, from + size);
    else flat.set(leaf.data, from);
  });
  return flat;
}
