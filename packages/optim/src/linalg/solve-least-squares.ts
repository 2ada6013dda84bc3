import { applyReflection, reflectColumn } from "./householder.ts";
import { at, epsilon, negligible } from "./vector.ts";

/** A basic solution of min ‖A x − b‖. */
export interface LeastSquaresSolve {
  x: Float64Array;
  /** By how much x lowers the sum of squares, ‖b‖² − ‖A x − b‖². */
  reduction: number;
  /** Numerical rank of A; the x of dependent columns are zero. */
  rank: number;
}

/**
 * Householder QR with column pivoting (Businger & Golub 1965) of A with its columns scaled to length one, so that
 * neither the answer nor the rank depends on the units of the unknowns. Columns of negligible length are left out.
 *
 * @param columns A, column-major [m, n]; not changed
 * @param b right-hand side [m]; not changed
 * @param tolerance a column counts as dependent when the part of it not explained by the others is below this
 */
export function solveLeastSquares(
  columns: Float64Array,
  b: Float64Array,
  m: number,
  n: number,
  tolerance: number = Math.max(m, n) * epsilon,
): LeastSquaresSolve {
  const matrix = columns.slice();
  const right = b.slice();
  const scale = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const length = columnNorm(matrix, m, j, 0);
    if (!(length > negligible)) continue;
    scale[j] = length;
    for (let i = 0; i < m; i++) matrix[j * m + i] = at(matrix, j * m + i) / length;
  }
  const order = Array.from({ length: n }, (_, j) => j);
  const steps = Math.min(m, n);
  let rank = 0;
  for (; rank < steps; rank++) {
    let pivot = rank;
    let longest = -1;
    for (let j = rank; j < n; j++) {
      const length = columnNorm(matrix, m, at(order, j), rank);
      if (length > longest) [pivot, longest] = [j, length];
    }
    if (longest <= tolerance) break;
    [order[rank], order[pivot]] = [at(order, pivot), at(order, rank)];
    const column = at(order, rank);
    const beta = reflectColumn(matrix, m, column, rank);
    for (let j = rank + 1; j < n; j++) applyReflection(matrix, m, column, rank, beta, matrix, at(order, j));
    applyReflection(matrix, m, column, rank, beta, right, 0);
  }
  const x = new Float64Array(n);
  let reduction = 0;
  for (let k = rank - 1; k >= 0; k--) {
    let sum = at(right, k);
    reduction += sum * sum;
    for (let j = k + 1; j < rank; j++) sum -= at(matrix, at(order, j) * m + k) * at(x, at(order, j));
    x[at(order, k)] = sum / at(matrix, at(order, k) * m + k);
  }
  for (let j = 0; j < n; j++) if (at(scale, j) > 0) x[j] = at(x, j) / at(scale, j);
  return { x, reduction, rank };
}

function columnNorm(matrix: Float64Array, rows: number, column: number, from: number): number {
  let largest = 0;
  for (let i = from; i < rows; i++) largest = Math.max(largest, Math.abs(at(matrix, column * rows + i)));
  if (largest === 0) return 0;
  let sum = 0;
  for (let i = from; i < rows; i++) sum += (at(matrix, column * rows + i) / largest) ** 2;
  return largest * Math.sqrt(sum);
}
