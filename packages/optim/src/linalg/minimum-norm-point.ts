import { solveLeastSquares } from "./solve-least-squares.ts";
import { at, dot, epsilon, entry } from "./vector.ts";

/**
 * The point of the convex hull of `points` that is nearest to the origin, by Wolfe's finite algorithm (Finding the Nearest
 * Point in a Polytope, Math. Programming 11, 1976): the nearest point of a growing simplex, whose corners with negative
 * weights are left out again.
 */
export function minimumNormPoint(points: readonly Float64Array[]): Float64Array {
  const largest = Math.max(...points.map((point) => dot(point, point)));
  let corners = [points.reduce((a, b) => (dot(b, b) < dot(a, a) ? b : a))];
  let weights = [1];
  let nearest = combination(corners, weights);
  // Every major step shortens the point; the limit is for rounding error.
  for (let major = 0; major < 10 * points.length; major++) {
    const lowest = points.reduce((a, b) => (dot(nearest, b) < dot(nearest, a) ? b : a));
    if (dot(nearest, lowest) >= dot(nearest, nearest) - 10 * epsilon * largest || corners.includes(lowest))
      break;
    corners = [...corners, lowest];
    weights = [...weights, 0];
    for (;;) {
      const affine = affineWeights(corners);
      if (affine.every((weight) => weight > 0) || corners.length === 1) {
        weights = affine;
        break;
      }
      // As far towards the affine minimum as the weights stay positive; the corners that stop it go.
      let share = 1;
      affine.forEach((target, k) => {
        const weight = entry(weights, k);
        if (target <= 0) share = Math.min(share, weight - target > 0 ? weight / (weight - target) : 0);
      });
      const moved = affine.map((target, k) => entry(weights, k) + share * (target - entry(weights, k)));
      const stopped = Math.min(...moved.map((weight, k) => (entry(affine, k) <= 0 ? weight : Infinity)));
      const stays = (k: number): boolean => entry(affine, k) > 0 || entry(moved, k) > stopped;
      corners = corners.filter((_, k) => stays(k));
      weights = moved.filter((_, k) => stays(k));
    }
    nearest = combination(corners, weights);
  }
  return nearest;
}

/** Weights of sum 1 that make the affine combination of the corners shortest: a least-squares problem in their differences. */
function affineWeights(corners: readonly Float64Array[]): number[] {
  const [first, ...others] = corners as [Float64Array, ...Float64Array[]];
  const m = first.length;
  const columns = new Float64Array(m * others.length);
  others.forEach((corner, j) => {
    for (let i = 0; i < m; i++) columns[j * m + i] = at(corner, i) - at(first, i);
  });
  const { x } = solveLeastSquares(
    columns,
    first.map((value) => -value),
    m,
    others.length,
  );
  return [1 - x.reduce((sum, weight) => sum + weight, 0), ...x];
}

function combination(points: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const result = new Float64Array(points[0]?.length ?? 0);
  points.forEach((point, k) => {
    for (let i = 0; i < result.length; i++) result[i] = at(result, i) + entry(weights, k) * at(point, i);
  });
  return result;
}
