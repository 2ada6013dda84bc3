import { treeLeaves, treePaths, type Tensor, type Tree, type TypedArray } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { at } from "../linalg/vector.ts";
import type { Packing } from "./packing.ts";

/** Bounds as a tree like the start, leaves matched by name; −Infinity and Infinity mean no bound, one number stands for a whole leaf. */
export type Bounds = Tree<number | Tensor | TypedArray>;

/** A box around the point. */
export interface BoxOptions {
  lower?: Bounds;
  upper?: Bounds;
}

/**
 * The bounds as flat points.
 *
 * @throws {OptimizationError} for bounds that are no tree like the start, leave no room, or leave the start outside
 */
export function packBox(
  options: BoxOptions,
  packing: Packing,
  start: Float64Array,
): { lower: Float64Array | undefined; upper: Float64Array | undefined } {
  const lower = packBounds(options.lower, packing, "lower");
  const upper = packBounds(options.upper, packing, "upper");
  start.forEach((value, j) => {
    const [least, most] = [lower ? at(lower, j) : -Infinity, upper ? at(upper, j) : Infinity];
    if (!(least <= most))
      throw new OptimizationError(
        `the bounds of ${packing.nameOf(j)} leave no room: lower ${least}, upper ${most}`,
      );
    if (value < least || value > most)
      throw new OptimizationError(
        `the start of ${packing.nameOf(j)} must lie within [${least}, ${most}]: ${value}`,
      );
  });
  return { lower, upper };
}

/** A tree of bounds like the start, leaves matched by their paths, flat; one number stands for a whole leaf. */
function packBounds(bounds: unknown, packing: Packing, which: "lower" | "upper"): Float64Array | undefined {
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
