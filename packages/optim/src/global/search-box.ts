import { treeLeaves, treePaths } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { at } from "../linalg/vector.ts";
import { packBox, type Bounds } from "../problem/box.ts";
import { packStart, type Packing } from "../problem/packing.ts";

/** The box to search. Bounds are finite; parameters whose bounds are equal stay there. */
export interface SearchBox<X> {
  /** A tree that gives the structure of x. */
  readonly lower: X;
  /** A tree like `lower`, leaves matched by name; one number stands for a whole leaf. */
  readonly upper: Bounds;
}

interface PackedBox {
  readonly packing: Packing;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly start: Float64Array | undefined;
}

/**
 * The bounds as flat points, and a point within them if one is given.
 *
 * @throws {OptimizationError} for bounds that are not finite, are no trees alike, leave no room or are farther apart than
 * numbers reach, or a start that is not within them
 */
export function packSearchBox(box: SearchBox<unknown>, start: unknown): PackedBox {
  requireFinite(box.lower, "lower");
  requireFinite(box.upper, "upper");
  const { packing, start: lower } = packStart(box.lower);
  const { upper = lower } = packBox({ upper: box.upper }, packing, lower);
  for (let i = 0; i < lower.length; i++)
    if (!Number.isFinite(at(upper, i) - at(lower, i)))
      throw new OptimizationError(
        `the bounds of ${packing.nameOf(i)} are too far apart: ${at(lower, i)}, ${at(upper, i)}`,
      );
  return {
    packing,
    lower,
    upper,
    start: start === undefined ? undefined : packPoint(start, packing, lower, upper),
  };
}

function packPoint(start: unknown, packing: Packing, lower: Float64Array, upper: Float64Array): Float64Array {
  // A point is a bound like any other, by which leaves are matched and numbers stand for whole leaves.
  const { lower: point = lower } = packBox(
    { lower: start as Bounds },
    packing,
    new Float64Array(lower.length).fill(Infinity),
  );
  point.forEach((value, i) => {
    if (!(value >= at(lower, i) && value <= at(upper, i)))
      throw new OptimizationError(
        `the start of ${packing.nameOf(i)} must lie within [${at(lower, i)}, ${at(upper, i)}]: ${value}`,
      );
  });
  return point;
}

function requireFinite(bounds: unknown, which: string): void {
  const paths = treePaths(bounds);
  treeLeaves(bounds).forEach((leaf, k) => {
    const wrong = leaf.data.find((value) => !Number.isFinite(value));
    const name = paths[k] === undefined || paths[k] === "" ? "x" : paths[k];
    if (wrong !== undefined)
      throw new OptimizationError(`a global search needs finite bounds; the ${which} of ${name} is ${wrong}`);
  });
}
