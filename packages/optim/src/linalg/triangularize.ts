import { applyReflection, reflectColumn } from "./householder.ts";
import { at } from "./vector.ts";

/** What is left of a tall least-squares problem min ‖A x + b‖ after an orthogonal transformation. */
export interface Compressed {
  /** R with RᵀR = AᵀA, column-major, `rows` by n. */
  root: Float64Array;
  /** Qᵀb in the range of A: ‖A x + b‖² = ‖R x + z‖² + rest. */
  transformed: Float64Array;
  /** min(m, n) */
  rows: number;
}

/**
 * Householder QR without pivoting: replaces m rows by at most n without forming AᵀA.
 *
 * @param columns A, column-major [m, n]; not changed
 * @param b right-hand side [m]
 */
export function triangularize(columns: Float64Array, b: Float64Array, m: number, n: number): Compressed {
  return triangularizeInPlace(columns.slice(), b.slice(), m, n);
}

/** {@link triangularize} of arrays that may be overwritten. */
export function triangularizeInPlace(
  matrix: Float64Array,
  right: Float64Array,
  m: number,
  n: number,
): Compressed {
  const rows = Math.min(m, n);
  for (let k = 0; k < rows; k++) {
    const beta = reflectColumn(matrix, m, k, k);
    for (let j = k + 1; j < n; j++) applyReflection(matrix, m, k, k, beta, matrix, j);
    applyReflection(matrix, m, k, k, beta, right, 0);
  }
  const root = new Float64Array(rows * n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= Math.min(j, rows - 1); i++) root[j * rows + i] = at(matrix, j * m + i);
  }
  return { root, transformed: right.slice(0, rows), rows };
}
