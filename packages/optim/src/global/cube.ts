import { at } from "../linalg/vector.ts";

/**
 * The box seen as the unit cube of its free parameters: those whose bounds are equal are left out. Global methods work in
 * the cube, so that what they do does not depend on the units of the parameters.
 */
export interface Cube {
  /** Number of free parameters. */
  readonly dimension: number;
  /** The point of the box, [n], for coordinates in [0, 1]; others are clipped. */
  point(coordinates: Float64Array): Float64Array;
  /** The coordinates of a point of the box. */
  coordinates(point: Float64Array): Float64Array;
  /** Index of each coordinate in the point. */
  readonly free: readonly number[];
  /** Width of the box along each coordinate. */
  readonly widths: Float64Array;
}

export function cubeOf(lower: Float64Array, upper: Float64Array): Cube {
  const free = Array.from(lower.keys()).filter((i) => at(lower, i) < at(upper, i));
  return {
    dimension: free.length,
    free,
    widths: Float64Array.from(free, (i) => at(upper, i) - at(lower, i)),
    point(coordinates) {
      const x = lower.slice();
      free.forEach((i, k) => {
        const [least, most] = [at(lower, i), at(upper, i)];
        x[i] = Math.min(Math.max(least + at(coordinates, k) * (most - least), least), most);
      });
      return x;
    },
    coordinates: (point) =>
      Float64Array.from(free, (i) => (at(point, i) - at(lower, i)) / (at(upper, i) - at(lower, i))),
  };
}

/** Largest distance along an axis. */
export function distance(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(at(a, i) - at(b, i)));
  return largest;
}
