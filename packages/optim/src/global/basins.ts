import type { SamplePoint } from "../walk/step.ts";
import { distance, type Cube } from "./cube.ts";

/** A local minimum and how often a search ended there. */
export interface Basin extends SamplePoint {
  readonly count: number;
}

/** Relative difference of values that local searches cannot tell apart. */
const valueTolerance = 1e-6;

/**
 * The basins with one more minimum, best first. It belongs to a basin there is when it is within `tolerance` of it along
 * every axis of the cube and as high; that basin keeps the lower of the two points.
 */
export function withMinimum(
  basins: readonly Basin[],
  { x, value }: SamplePoint,
  cube: Cube,
  tolerance: number,
): readonly Basin[] {
  const known = basinOf(basins, { x, value }, cube, tolerance);
  const others = basins.filter((basin) => basin !== known);
  const best = known !== undefined && known.value <= value ? known : { x, value };
  const basin = { x: best.x, value: best.value, count: (known?.count ?? 0) + 1 };
  const place = others.findIndex((other) => other.value > basin.value);
  return place < 0 ? [...others, basin] : others.toSpliced(place, 0, basin);
}

/** The basin that a minimum belongs to, if it is known. */
export function basinOf(
  basins: readonly Basin[],
  { x, value }: SamplePoint,
  cube: Cube,
  tolerance: number,
): Basin | undefined {
  const here = cube.coordinates(x);
  return basins.find(
    (basin) =>
      Math.abs(basin.value - value) <= valueTolerance * Math.max(Math.abs(value), Math.abs(basin.value), 1) &&
      distance(cube.coordinates(basin.x), here) <= tolerance,
  );
}
