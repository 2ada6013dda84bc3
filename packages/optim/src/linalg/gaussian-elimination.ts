import { at } from "./vector.ts";

/**
 * Solves A x = b by Gaussian elimination with partial pivoting (Golub & Van Loan, Matrix Computations, 4th ed., algorithm
 * 3.4.1), for small systems.
 *
 * @param matrix A, row-major [n, n]; not changed
 * @returns x, or undefined when A is singular to working precision
 */
export function solveSquare(matrix: Float64Array, b: Float64Array): Float64Array | undefined {
  const n = b.length;
  const work = matrix.slice();
  const x = b.slice();
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(at(work, i * n + k)) > Math.abs(at(work, pivot * n + k))) pivot = i;
    const head = at(work, pivot * n + k);
    if (!(Math.abs(head) > 0)) return undefined;
    if (pivot !== k) {
      for (let j = k; j < n; j++)
        [work[k * n + j], work[pivot * n + j]] = [at(work, pivot * n + j), at(work, k * n + j)];
      [x[k], x[pivot]] = [at(x, pivot), at(x, k)];
    }
    for (let i = k + 1; i < n; i++) {
      const factor = at(work, i * n + k) / head;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) work[i * n + j] = at(work, i * n + j) - factor * at(work, k * n + j);
      x[i] = at(x, i) - factor * at(x, k);
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = at(x, i);
    for (let j = i + 1; j < n; j++) sum -= at(work, i * n + j) * at(x, j);
    x[i] = sum / at(work, i * n + i);
  }
  return x;
}
