import { applyTransposedQ, basicSolution, pivotedQr } from "./pivoted-qr.ts";
import { at } from "./vector.ts";

/** A basic solution of min ‖A x − b‖. */
export interface LeastSquaresSolve {
  x: Float64Array;
  /** By how much x lowers the sum of squares, ‖b‖² − ‖A x − b‖². */
  reduction: number;
  /** Numerical rank of A; the x of dependent columns are zero. */
  rank: number;
}

/**
 * Least squares by QR with column pivoting (see `pivotedQr`).
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
  tolerance?: number,
): LeastSquaresSolve {
  const factor = pivotedQr(columns, m, n, tolerance);
  const right = b.slice();
  applyTransposedQ(factor, right);
  let reduction = 0;
  for (let k = 0; k < factor.rank; k++) reduction += at(right, k) ** 2;
  return { x: basicSolution(factor, right), reduction, rank: factor.rank };
}
