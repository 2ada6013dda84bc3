import { symmetricEigen } from "./symmetric-eigen.ts";
import { along, at, dot, epsilon, maxNorm, norm, scaled } from "./vector.ts";

/** A unit vector and the curvature of a matrix along it. */
export interface Ritz {
  readonly vector: Float64Array;
  readonly value: number;
  /** Magnitude of the largest eigenvalue seen, beside which rounding error is to be judged. */
  readonly size: number;
}

/**
 * The lowest eigenvalue of a symmetric matrix as far as Lanczos' iteration (1950) finds it from a start without structure,
 * with full reorthogonalisation (Golub & Van Loan, Matrix Computations, 4th ed., §10.1 and 10.3.1). With `most` products
 * or after n of them; earlier when the estimate has settled. Kuczyński & Woźniakowski (SIAM J. Matrix Anal. Appl. 13, 1992)
 * bound the odds of missing much of it.
 *
 * @param product A v, undefined where it cannot be computed
 * @param most products, and vectors of memory
 * @returns undefined where not even the first product could be computed
 */
export function lowestRitz(
  product: (v: Float64Array) => Float64Array | undefined,
  n: number,
  most: number,
): Ritz | undefined {
  const basis: Float64Array[] = [];
  const alphas: number[] = [];
  const betas: number[] = [];
  let vector = unstructured(n);
  let lowest: ReturnType<typeof lowestOfTridiagonal>;
  for (let k = 0; k < Math.min(n, most); k++) {
    const image = product(vector);
    if (image === undefined) break;
    basis.push(vector);
    alphas.push(dot(vector, image));
    lowest = lowestOfTridiagonal(alphas, betas);
    if (lowest === undefined) break;
    let rest = image;
    // Once is not enough (Parlett, The Symmetric Eigenvalue Problem, §6.9).
    for (let turn = 0; turn < 2; turn++) for (const v of basis) rest = along(rest, -dot(rest, v), v);
    const beta = norm(rest);
    const error = beta * Math.abs(at(lowest.coordinates, k));
    const settled = error <= 0.01 * Math.abs(lowest.value) && k >= (lowest.value < 0 ? 4 : 9);
    if (beta <= 10 * epsilon * lowest.size || settled) break;
    betas.push(beta);
    vector = scaled(1 / beta, rest);
  }
  if (lowest === undefined) return undefined;
  let direction: Float64Array = new Float64Array(n);
  lowest.coordinates.forEach((c, k) => (direction = along(direction, c, basis[k] as Float64Array)));
  return { vector: direction, value: lowest.value, size: lowest.size };
}

/** A unit vector whose elements look random, the same every time. */
function unstructured(n: number): Float64Array {
  const v = Float64Array.from({ length: n }, (_, i) => {
    // A finaliser of MurmurHash3, which leaves no pattern in the bits of i.
    let h = Math.imul(i + 1, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) + 0.5) / 2 ** 31;
  });
  return scaled(1 / norm(v), v);
}

/** Lowest eigenvalue with its eigenvector of the symmetric tridiagonal matrix with these diagonals, and its largest magnitude. */
function lowestOfTridiagonal(
  diagonal: readonly number[],
  beside: readonly number[],
): { value: number; coordinates: Float64Array; size: number } | undefined {
  const n = diagonal.length;
  const matrix = new Float64Array(n * n);
  diagonal.forEach((value, i) => (matrix[i * n + i] = value));
  beside.forEach((value, i) => {
    matrix[i * n + i + 1] = value;
    matrix[(i + 1) * n + i] = value;
  });
  const eigen = symmetricEigen(matrix, n);
  if (eigen === undefined) return undefined;
  const { values, vectors } = eigen;
  const lowest = values.indexOf(Math.min(...values));
  return {
    value: at(values, lowest),
    coordinates: vectors.slice(lowest * n, (lowest + 1) * n),
    size: maxNorm(values),
  };
}
