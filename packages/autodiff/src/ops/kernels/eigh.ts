import { mostSweeps, rotate, rotationFor, turn } from "./jacobi.ts";
import { largestSize, powerTowardsOne } from "./scale.ts";

export interface Eigen {
  /** In ascending order. */
  readonly values: Float64Array;
  /** [n, n] row-major, an eigenvector in every column. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric row-major matrix by cyclic Jacobi rotations (Golub & Van
 * Loan, Matrix Computations, section 8.5), O(n³) per sweep and some 6 to 10 sweeps. Rotating until aᵢⱼ is
 * negligible beside √|aᵢᵢ aⱼⱼ| keeps small eigenvalues of positive definite matrices accurate to their own size
 * (Demmel & Veselić, SIAM J. Matrix Anal. Appl. 13, 1992).
 *
 * @returns nothing when it does not converge
 */
export function symmetricEigen(matrix: ArrayLike<number>, size: number): Eigen | undefined {
  const scale = powerTowardsOne(largestSize(matrix, 0, size * size));
  const a = Float64Array.from(matrix, (value) => value * scale);
  // Row i holds what becomes eigenvector i: rotations run along rows.
  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rows[i * size + i] = 1;
  let sweeps = 0;
  while (sweep(a, rows, size)) if (++sweeps === mostSweeps) return undefined;
  const order = Array.from({ length: size }, (_, i) => i);
  const value = (i: number): number => a[i * size + i] as number;
  order.sort((i, j) => value(i) - value(j));
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    const sign = turn(rows, from * size, size);
    for (let k = 0; k < size; k++) vectors[k * size + to] = sign * (rows[from * size + k] as number);
  });
  return { values: Float64Array.from(order, (i) => value(i) / scale), vectors };
}

/** One rotation for every pair whose entry is not negligible; tells whether there was one. */
function sweep(a: Float64Array, vectors: Float64Array, size: number): boolean {
  let rotated = false;
  for (let p = 0; p < size; p++)
    for (let q = p + 1; q < size; q++) {
      const first = a[p * size + p] as number;
      const second = a[q * size + q] as number;
      const between = a[p * size + q] as number;
      const bound = 2 ** -53 * Math.sqrt(Math.abs(first)) * Math.sqrt(Math.abs(second));
      if (Math.abs(between) <= Math.max(bound, 2 ** -1000)) continue;
      rotated = true;
      const rotation = rotationFor((second - first) / between / 2);
      rotate(a, p * size, q * size, size, rotation);
      for (let k = 0; k < size; k++) {
        a[k * size + p] = a[p * size + k] as number;
        a[k * size + q] = a[q * size + k] as number;
      }
      a[p * size + p] = first - rotation.tangent * between;
      a[q * size + q] = second + rotation.tangent * between;
      a[p * size + q] = a[q * size + p] = 0;
      rotate(vectors, p * size, q * size, size, rotation);
    }
  return rotated;
}
