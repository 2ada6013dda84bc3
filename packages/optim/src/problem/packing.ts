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

/** A tree of bounds like the start, leaves matched by their paths, flat; one number stands for a whole leaf. */
export function packBounds(
  bounds: unknown,
  packing: Packing,
  which: "lower" | "upper",
): Float64Array | undefined {
  if (bounds === undefined) return undefined;
  const paths = treePaths(bounds);
  const leafAt = new Map(treeLeaves(bounds).map((leaf, k) => [paths[k] as string, leaf]));
  const unknown = paths.find((path) => packing.places.every((place) => place.path !== path));
  if (unknown !== undefined)
    throw new OptimizationError(
      `${which} must be a tree like the start, which has ${list(packing.places)}: found ${unknown === "" ? "a single leaf" : unknown}`,
    );
  const flat = new Float64Array(packing.dimension);
  for (const { path, from, size, shape } of packing.places) {
    const leaf = leafAt.get(path);
    if (leaf === undefined)
      throw new OptimizationError(
        `${which} must be a tree like the start; give ${which === "lower" ? "-Infinity" : "Infinity"} where there is no bound: nothing found for ${path}`,
      );
    if (leaf.size !== 1 && leaf.size !== size)
      throw new OptimizationError(
        `${which}${path === "" ? "" : ` of ${path}`} must be a number or have shape [${shape.join(", ")}]: found [${leaf.shape.join(", ")}]`,
      );
    if (leaf.size === 1) flat.fill(leaf.item(), from, from + size);
    else flat.set(leaf.data, from);
  }
  return flat;
}

function list(places: Packing["places"]): string {
  const paths = places.map(({ path }) => path);
  if (paths.length === 1 && paths[0] === "") return "a single leaf";
  return paths.length > 8 ? `${paths.slice(0, 8).join(", ")}, …` : paths.join(", ");
}
