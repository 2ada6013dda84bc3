import { at, entry } from "./vector.ts";

/** P A Pᵀ = L D Lᵀ with L unit lower triangular and D symmetric with blocks of one or two rows. */
export interface SymmetricFactorization {
  /** Row k of P A Pᵀ is row order[k] of A, [n]. */
  readonly order: Int32Array;
  /** L, row-major [n, n]. */
  readonly lower: Float64Array;
  /** Diagonal of D, [n]. */
  readonly diagonal: Float64Array;
  /** D below its diagonal: element k couples rows k and k + 1, [n]; zero between blocks. */
  readonly coupling: Float64Array;
}

/** Bounds the growth of a step with one pivot by that of a step with two (Bunch & Kaufman 1977). */
const pivotRatio = (1 + Math.sqrt(17)) / 8;

/**
 * The block LDLᵀ factorisation of a symmetric matrix, with rook pivoting that begins at the largest diagonal element: the
 * elements of L stay below 2.79, and a positive definite matrix gets the L of a pivoted Cholesky factorisation (Ashcraft,
 * Grimes & Lewis, Accurate Symmetric Indefinite Linear Equation Solvers, SIAM J. Matrix Anal. Appl. 20, 1998, §2.4;
 * Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §11.1.3).
 *
 * @param matrix A, row-major [n, n], both triangles
 */
export function factorSymmetric(matrix: Float64Array, n: number): SymmetricFactorization {
  const work = matrix.slice();
  const order = Int32Array.from({ length: n }, (_, k) => k);
  const diagonal = new Float64Array(n);
  const coupling = new Float64Array(n);
  for (let k = 0; k < n;) {
    const [first, second] = choosePivot(work, n, k);
    exchange(work, order, n, k, first);
    if (second === undefined) {
      diagonal[k] = at(work, k * n + k);
      eliminateOne(work, n, k);
      k += 1;
    } else {
      exchange(work, order, n, k + 1, second === k ? first : second);
      diagonal[k] = at(work, k * n + k);
      diagonal[k + 1] = at(work, (k + 1) * n + k + 1);
      coupling[k] = at(work, (k + 1) * n + k);
      eliminateTwo(work, n, k);
      k += 2;
    }
  }
  for (let i = 0; i < n; i++) {
    work[i * n + i] = 1;
    work.fill(0, i * n + i + 1, (i + 1) * n);
    if (at(coupling, i) !== 0) work[(i + 1) * n + i] = 0;
  }
  return { order, lower: work, diagonal, coupling };
}

/** The row of the next pivot, or the two rows of a pivot block, among those from k on. */
function choosePivot(work: Float64Array, n: number, k: number): readonly [number, number?] {
  let row = k;
  for (let i = k + 1; i < n; i++)
    if (Math.abs(at(work, i * n + i)) > Math.abs(at(work, row * n + row))) row = i;
  let column = largestBeside(work, n, k, row);
  // Every turn that goes on has found a larger element, so there are fewer turns than rows.
  while (column !== undefined) {
    const largest = Math.abs(at(work, row * n + column));
    if (largest === 0 || Math.abs(at(work, row * n + row)) >= pivotRatio * largest) break;
    const next = largestBeside(work, n, k, column) as number;
    const beyond = Math.abs(at(work, column * n + next));
    if (Math.abs(at(work, column * n + column)) >= pivotRatio * beyond) return [column];
    if (!(beyond > largest)) return [row, column];
    [row, column] = [column, next];
  }
  return [row];
}

/** Column of the largest element of a row beside its diagonal, from k on; undefined when there is no other. */
function largestBeside(work: Float64Array, n: number, k: number, row: number): number | undefined {
  let column: number | undefined;
  let largest = -1;
  for (let j = k; j < n; j++) {
    const size = Math.abs(work[row * n + j] as number);
    if (size > largest && j !== row) [column, largest] = [j, size];
  }
  return column;
}

/** Exchanges rows and columns i and j. */
function exchange(work: Float64Array, order: Int32Array, n: number, i: number, j: number): void {
  if (i === j) return;
  [order[i], order[j]] = [entry(order, j), entry(order, i)];
  const row = work.slice(i * n, (i + 1) * n);
  work.copyWithin(i * n, j * n, (j + 1) * n);
  work.set(row, j * n);
  for (let k = 0; k < n * n; k += n) {
    const value = work[k + i] as number;
    work[k + i] = work[k + j] as number;
    work[k + j] = value;
  }
}

/** A ← A − l d lᵀ on the rows after k, with l = A[:, k] / d left in column k. */
function eliminateOne(work: Float64Array, n: number, k: number): void {
  const above = k * n;
  const pivot = at(work, above + k);
  if (pivot === 0) return;
  for (let i = k + 1; i < n; i++) {
    const row = i * n;
    const factor = at(work, row + k) / pivot;
    if (factor === 0) continue;
    for (let j = k + 1; j < n; j++)
      work[row + j] = (work[row + j] as number) - factor * (work[above + j] as number);
    work[row + k] = factor;
  }
}

/** The same with a block of two: the rows of l are A[i, k:k+2] D⁻¹. */
function eliminateTwo(work: Float64Array, n: number, k: number): void {
  const above = k * n;
  const below = (k + 1) * n;
  const b = at(work, below + k);
  // Divided by b, which pivoting has made the largest of the three, so that nothing overflows.
  const [a, c] = [at(work, above + k) / b, at(work, below + k + 1) / b];
  const determinant = (a * c - 1) * b;
  for (let i = k + 2; i < n; i++) {
    const row = i * n;
    const [u, v] = [at(work, row + k), at(work, row + k + 1)];
    const [p, q] = [(c * u - v) / determinant, (a * v - u) / determinant];
    if (p === 0 && q === 0) continue;
    for (let j = k + 2; j < n; j++)
      work[row + j] =
        (work[row + j] as number) - p * (work[above + j] as number) - q * (work[below + j] as number);
    work[row + k] = p;
    work[row + k + 1] = q;
  }
}
