import { at, epsilon } from "./vector.ts";

/**
 * Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ; the strict upper triangle of L is zero.
 *
 * @param matrix A, row-major [n, n]; only the lower triangle is read
 * @returns L, row-major [n, n], or undefined when A is not numerically positive definite
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = at(matrix, i * n + j);
      for (let k = 0; k < j; k++) sum -= at(factor, i * n + k) * at(factor, j * n + k);
      if (i === j) {
        if (!(sum > n * epsilon * Math.abs(at(matrix, i * n + i)))) return undefined;
        factor[i * n + i] = Math.sqrt(sum);
      } else {
        factor[i * n + j] = sum / at(factor, j * n + j);
      }
    }
  }
  return factor;
}

/** Solves L Lᵀ x = b for the factor L of {@link cholesky}. */
export function solveCholesky(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    let sum = at(x, i);
    for (let k = 0; k < i; k++) sum -= at(factor, i * n + k) * at(x, k);
    x[i] = sum / at(factor, i * n + i);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = at(x, i);
    for (let k = i + 1; k < n; k++) sum -= at(factor, k * n + i) * at(x, k);
    x[i] = sum / at(factor, i * n + i);
  }
  return x;
}

/** A rectangular root R of a positive semidefinite matrix, A = RᵀR, with z such that Rᵀz is the given right-hand side. */
export interface SemidefiniteRoot {
  /** Column-major, `rank` rows by n columns. */
  root: Float64Array;
  /** Rᵀ z = b, for b in the range of A. */
  transformed: Float64Array;
  rank: number;
  /** The smallest pivot of the matrix with unit diagonal; 0 when the rank is not full, 1 when nothing depends. */
  pivot: number;
}

/**
 * Cholesky with diagonal pivoting of the matrix scaled to unit diagonal, stopped when the remaining pivots are
 * rounding error (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §10.3).
 *
 * Where the matrix is a sum of squares JᵀJ and b = Jᵀr, b still sees directions that JᵀJ has lost: it knows the sine of
 * the angle between columns, JᵀJ its square. A right-hand side that asks for such a direction by more than `noise`
 * gets it with the rounding error for a pivot, which makes for a step too short rather than none.
 *
 * @param matrix A, symmetric positive semidefinite, row-major [n, n]
 * @param b right-hand side in the range of A, [n]
 * @param noise rounding error of b beside the roots of A's diagonal; Infinity to ask for nothing but the matrix
 */
export function semidefiniteRoot(
  matrix: Float64Array,
  n: number,
  b: Float64Array,
  noise: number = Infinity,
): SemidefiniteRoot {
  const scale = Float64Array.from(
    { length: n },
    (_, i) => Math.sqrt(Math.max(at(matrix, i * n + i), 0)) || 1,
  );
  const rest = Float64Array.from(
    matrix,
    (value, k) => value / (at(scale, Math.trunc(k / n)) * at(scale, k % n)),
  );
  const rows: Float64Array[] = [];
  const transformed: number[] = [];
  const remaining = Float64Array.from(b, (value, i) => value / at(scale, i));
  const done = new Uint8Array(n);
  let smallest = 1;
  for (let rank = 0; rank < n; rank++) {
    let pivot = -1;
    let largest = n * epsilon;
    for (let i = 0; i < n; i++) {
      if (done[i] === 0 && at(rest, i * n + i) > largest) {
        largest = at(rest, i * n + i);
        pivot = i;
      }
    }
    if (pivot >= 0) smallest = largest;
    else {
      smallest = 0;
      pivot = largestBeyond(noise, remaining, done);
    }
    if (pivot < 0) break;
    done[pivot] = 1;
    const diagonal = Math.sqrt(largest);
    const row = new Float64Array(n);
    for (let j = 0; j < n; j++) if (done[j] === 0) row[j] = at(rest, pivot * n + j) / diagonal;
    row[pivot] = diagonal;
    const z = at(remaining, pivot) / diagonal;
    for (let i = 0; i < n; i++) {
      if (done[i] === 1) continue;
      remaining[i] = at(remaining, i) - at(row, i) * z;
      for (let j = 0; j < n; j++) rest[i * n + j] = at(rest, i * n + j) - at(row, i) * at(row, j);
    }
    rows.push(row);
    transformed.push(z);
  }
  const rank = rows.length;
  const root = new Float64Array(rank * n);
  rows.forEach((row, i) => {
    for (let j = 0; j < n; j++) root[j * rank + i] = at(row, j) * at(scale, j);
  });
  return { root, transformed: Float64Array.from(transformed), rank, pivot: smallest };
}

/** Index of the largest magnitude above `least` among those not done; −1 when there is none. */
function largestBeyond(least: number, values: Float64Array, done: Uint8Array): number {
  let index = -1;
  let largest = least;
  for (let i = 0; i < values.length; i++)
    if (done[i] === 0 && Math.abs(at(values, i)) > largest) {
      largest = Math.abs(at(values, i));
      index = i;
    }
  return index;
}
