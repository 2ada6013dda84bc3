import { applyReflection, reflectColumn } from "./householder.ts";
import { at, norm, entry } from "./vector.ts";

/** An orthogonal basis [Y Z] of ℝⁿ, its first columns spanning given rows. */
export interface RangeSpace {
  /** Q = [Y Z], row-major [n, n]. */
  readonly basis: Float64Array;
  /** Columns of Y: how many of the rows are independent. */
  readonly rank: number;
  /** Yᵀp for the shortest p with Aᵢ p = bᵢ for the independent rows, [rank]. */
  readonly coordinates: Float64Array;
}

/** A row of length one counts as dependent when its part that the others do not span is below this. */
const dependent = 1e-8;

/**
 * Householder QR with column pivoting of the transposed rows (Golub & Van Loan, Matrix Computations, 4th ed., §5.4.2), and
 * the shortest solution of the equations that they are the matrix of.
 *
 * @param rows A, each of n elements and not zero
 * @param b right-hand sides, one for each row
 */
export function rangeSpace(rows: readonly Float64Array[], b: readonly number[], n: number): RangeSpace {
  const w = rows.length;
  const columns = new Float64Array(n * w);
  const right = new Float64Array(w);
  rows.forEach((row, i) => {
    const length = norm(row);
    right[i] = entry(b, i) / length;
    for (let j = 0; j < n; j++) columns[i * n + j] = at(row, j) / length;
  });
  const order = Int32Array.from({ length: w }, (_, i) => i);
  const betas: number[] = [];
  for (let rank = 0; rank < Math.min(n, w); rank++) {
    let pivot = rank;
    let longest = -1;
    for (let i = rank; i < w; i++) {
      const from = entry(order, i) * n;
      const length = norm(columns.subarray(from + rank, from + n));
      if (length > longest) [pivot, longest] = [i, length];
    }
    if (longest <= dependent) break;
    [order[rank], order[pivot]] = [entry(order, pivot), entry(order, rank)];
    const column = entry(order, rank);
    const beta = reflectColumn(columns, n, column, rank);
    for (let i = rank + 1; i < w; i++)
      applyReflection(columns, n, column, rank, beta, columns, entry(order, i));
    betas.push(beta);
  }
  const rank = betas.length;
  // Aᵀ P = Q R, so Rᵀ (Yᵀp) = Pᵀ b.
  const coordinates = new Float64Array(rank);
  for (let i = 0; i < rank; i++) {
    const column = entry(order, i) * n;
    let sum = at(right, entry(order, i));
    for (let k = 0; k < i; k++) sum -= at(columns, column + k) * at(coordinates, k);
    coordinates[i] = sum / at(columns, column + i);
  }
  // Columns of Q = H₁ H₂ … eⱼ.
  const basis = new Float64Array(n * n);
  const unit = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit.fill(0);
    unit[j] = 1;
    for (let k = rank - 1; k >= 0; k--)
      applyReflection(columns, n, entry(order, k), k, betas[k] as number, unit, 0);
    for (let i = 0; i < n; i++) basis[i * n + j] = at(unit, i);
  }
  return { basis, rank, coordinates };
}
