import { applyReflection, reflectColumn } from "./householder.ts";
import { at, epsilon, negligible, norm, entry } from "./vector.ts";

/** Householder QR with column pivoting, A S Π = Q R, S making the columns of A one long. */
export interface PivotedQr {
  readonly m: number;
  readonly n: number;
  /** R above and on the diagonal, reflections below it, column-major [m, n]; columns in A's order. */
  readonly matrix: Float64Array;
  readonly betas: Float64Array;
  /** Π: the columns of A in the order in which they were taken. */
  readonly order: Int32Array;
  /** Numerical rank of A. */
  readonly rank: number;
  /** Lengths of the columns of A; 0 for those of negligible length, which are left out. */
  readonly scale: Float64Array;
}

/**
 * Factors A with its columns scaled to length one (Businger & Golub 1965), so that neither the rank nor what is solved
 * depends on the units of the unknowns.
 *
 * @param columns A, column-major [m, n]; not changed
 * @param tolerance a column counts as dependent when the part of it not explained by the others is below this
 */
export function pivotedQr(
  columns: Float64Array,
  m: number,
  n: number,
  tolerance: number = Math.max(m, n) * epsilon,
): PivotedQr {
  const matrix = columns.slice();
  const scale = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const length = norm(matrix.subarray(j * m, j * m + m));
    if (!(length > negligible)) continue;
    scale[j] = length;
    for (let i = 0; i < m; i++) matrix[j * m + i] = at(matrix, j * m + i) / length;
  }
  const order = Int32Array.from({ length: n }, (_, j) => j);
  const steps = Math.min(m, n);
  const betas = new Float64Array(steps);
  let rank = 0;
  for (; rank < steps; rank++) {
    let pivot = rank;
    let longest = -1;
    for (let j = rank; j < n; j++) {
      const length = at(scale, entry(order, j)) > 0 ? tailLength(matrix, m, entry(order, j), rank) : 0;
      if (length > longest) {
        pivot = j;
        longest = length;
      }
    }
    if (longest <= tolerance) break;
    const column = entry(order, pivot);
    order[pivot] = entry(order, rank);
    order[rank] = column;
    const beta = reflectColumn(matrix, m, column, rank);
    betas[rank] = beta;
    for (let j = rank + 1; j < n; j++)
      applyReflection(matrix, m, column, rank, beta, matrix, entry(order, j));
  }
  return { m, n, matrix, betas, order, rank, scale };
}

/** Columns have length one or less, so that squares only lose what is negligible beside them. */
function tailLength(matrix: Float64Array, rows: number, column: number, from: number): number {
  let sum = 0;
  for (let i = from; i < rows; i++) sum += at(matrix, column * rows + i) ** 2;
  return Math.sqrt(sum);
}

/** b ← Qᵀ b, [m]; its first `rank` elements are the part in the range of A. */
export function applyTransposedQ({ matrix, m, betas, order, rank }: PivotedQr, b: Float64Array): void {
  for (let k = 0; k < rank; k++) applyReflection(matrix, m, entry(order, k), k, at(betas, k), b, 0);
}

/** b ← Q b, [m] */
export function applyQ({ matrix, m, betas, order, rank }: PivotedQr, b: Float64Array): void {
  for (let k = rank - 1; k >= 0; k--) applyReflection(matrix, m, entry(order, k), k, at(betas, k), b, 0);
}

/**
 * The basic solution x of min ‖A x − b‖: columns that others explain get zeros.
 *
 * @param turned Qᵀ b
 */
export function basicSolution(
  { matrix, m, n, order, rank, scale }: PivotedQr,
  turned: Float64Array,
): Float64Array {
  const x = new Float64Array(n);
  for (let k = rank - 1; k >= 0; k--) {
    let sum = at(turned, k);
    for (let j = k + 1; j < rank; j++) sum -= at(matrix, entry(order, j) * m + k) * at(x, entry(order, j));
    x[entry(order, k)] = sum / at(matrix, entry(order, k) * m + k);
  }
  for (let j = 0; j < n; j++) if (at(scale, j) > 0) x[j] = at(x, j) / at(scale, j);
  return x;
}

/**
 * Qᵀ(A⁻)ᵀ t for the generalised inverse A⁻ that gives the {@link basicSolution}: its first `rank` elements, the others
 * being zero.
 */
export function turnedAdjoint(
  { matrix, m, order, rank, scale }: PivotedQr,
  t: ArrayLike<number>,
): Float64Array {
  const y = new Float64Array(rank);
  for (let k = 0; k < rank; k++) {
    const column = entry(order, k);
    let sum = entry(t, column) / at(scale, column);
    for (let i = 0; i < k; i++) sum -= at(matrix, column * m + i) * at(y, i);
    y[k] = sum / at(matrix, column * m + k);
  }
  return y;
}
