import { entry } from "../linalg/vector.ts";
import type { Random } from "./random.ts";
import { sobolDimensions, sobolPoints } from "./sobol.ts";

/** How points are spread over the box. */
export type Sampler = "sobol" | "latinHypercube" | "uniform";

/**
 * Points of the unit cube.
 *
 * - `sobol`: the next points of the scrambled sequence; above 101 dimensions, where the table of direction numbers ends,
 *   a Latin hypercube instead;
 * - `latinHypercube`: one point in each of `count` slices along every axis, at a random place within it (McKay, Beckman &
 *   Conover, Technometrics 21, 1979);
 * - `uniform`: independent points.
 *
 * @param from points drawn before, where Sobol's sequence goes on
 * @param seed of the scrambling, the same for all points of one sequence
 */
export function samplePoints(
  sampler: Sampler,
  dimension: number,
  from: number,
  count: number,
  seed: number,
  random: Random,
): readonly Float64Array[] {
  if (sampler === "sobol" && dimension <= sobolDimensions) return sobolPoints(dimension, from, count, seed);
  if (sampler !== "uniform") return latinHypercube(dimension, count, random);
  return Array.from({ length: count }, () => Float64Array.from({ length: dimension }, random.uniform));
}

function latinHypercube(dimension: number, count: number, random: Random): readonly Float64Array[] {
  const points = Array.from({ length: count }, () => new Float64Array(dimension));
  for (let axis = 0; axis < dimension; axis++) {
    const slices = shuffled(count, random);
    points.forEach((point, k) => (point[axis] = (entry(slices, k) + random.uniform()) / count));
  }
  return points;
}

/** 0 to n − 1 in random order (Fisher & Yates 1938). */
export function shuffled(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [order[k], order[other]] = [entry(order, other), entry(order, k)];
  }
  return order;
}
