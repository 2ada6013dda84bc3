import { completeBasis } from "./basis.ts";
import { applyReflection, reflect, signOfRow, triangleOf, type Reflections } from "./householder.ts";
import { mostSweeps, rotate, rotationFor, turn } from "./jacobi.ts";
import { euclideanLength, largestSize, powerTowardsOne } from "./scale.ts";

/** A = U diag(s) Vᵀ */
export interface SingularValues {
  /** [m, k] row-major, k = min(m, n). */
  readonly u: Float64Array;
  /** In descending order. */
  readonly s: Float64Array;
  /** [k, n] row-major. */
  readonly vt: Float64Array;
}

/** Numbers of the largest size are brought here, so that those at the other end of the range keep their digits. */
const top = 2 ** 400;
/** Columns shorter than this are nothing. */
const smallest = 2 ** -960;
/** The angle that makes a column orthogonal to one so many times its length leaves the range of numbers. */
const unreachable = 2 ** -900;

/**
 * The reduced singular value decomposition of a row-major matrix: Householder's QR with column pivoting, then
 * one-sided Jacobi rotations that make the columns of Rᵀ orthogonal (Drmač & Veselić, SIAM J. Matrix Anal. Appl. 29,
 * 2008). Small singular values are accurate to their own size where scaling the columns of A makes it
 * well-conditioned.
 *
 * @returns nothing when it does not converge
 */
export function singularValues(
  a: ArrayLike<number>,
  rows: number,
  columns: number,
): SingularValues | undefined {
  const wide = rows < columns;
  const [m, n] = wide ? [columns, rows] : [rows, columns];
  const scale = Math.min(powerTowardsOne(largestSize(a, 0, rows * columns)) * top, 2 ** 1000);
  const tall = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      tall[i * n + j] = (a[wide ? j * columns + i : i * columns + j] as number) * scale;
  // A P = Q R; row-major, R holds the columns of Rᵀ. Rotating them gives Rᵀ J = W, hence R = J Wᵀ.
  const reflections = reflect(tall, m, n, { pivoting: true });
  const work = triangleOf(reflections, 0);
  const rotations = new Float64Array(n * n);
  for (let j = 0; j < n; j++) rotations[j * n + j] = 1;
  const sizes = Float64Array.from({ length: n }, (_, j) => settle(work, j, n, 0));
  let sweeps = 0;
  while (sweep(work, rotations, sizes, n)) if (++sweeps === mostSweeps) return undefined;

  normalizeColumns(work, sizes, n);
  const left = throughReflections(reflections, rotations);
  const right = new Float64Array(n * n);
  for (let j = 0; j < n; j++)
    reflections.order.forEach((from, k) => (right[j * n + from] = work[j * n + k] as number));
  const [ofU, ofV] = wide ? [right, left] : [left, right];
  const order = Array.from({ length: n }, (_, j) => j);
  order.sort((i, j) => (sizes[j] as number) - (sizes[i] as number));
  const u = new Float64Array(rows * n);
  const vt = new Float64Array(n * columns);
  order.forEach((from, to) => {
    const sign = turn(ofU, from * rows, rows);
    for (let i = 0; i < rows; i++) u[i * n + to] = sign * (ofU[from * rows + i] as number);
    for (let i = 0; i < columns; i++) vt[to * columns + i] = sign * (ofV[from * columns + i] as number);
  });
  return { u, s: Float64Array.from(order, (j) => (sizes[j] as number) / scale), vt };
}

/** Makes every pair of columns orthogonal by a rotation, unless it is so already; tells whether there was one. */
function sweep(work: Float64Array, rotations: Float64Array, sizes: Float64Array, n: number): boolean {
  const tolerance = 2 ** -52 * Math.sqrt(n);
  let rotated = false;
  for (let p = 0; p < n; p++)
    for (let q = p + 1; q < n; q++) {
      // The longer column comes first, which makes it converge in fewer sweeps (de Rijk 1989).
      if ((sizes[p] as number) < (sizes[q] as number)) {
        exchangeColumns(work, p, q, n);
        exchangeColumns(rotations, p, q, n);
        [sizes[p], sizes[q]] = [sizes[q] as number, sizes[p] as number];
      }
      const first = sizes[p] as number;
      const second = sizes[q] as number;
      if (second === 0) continue;
      let cosine = 0;
      for (let k = 0; k < n; k++)
        cosine += ((work[p * n + k] as number) / first) * ((work[q * n + k] as number) / second);
      if (Math.abs(cosine) <= tolerance) continue;
      rotated = true;
      const rotation = rotationFor((second / first - first / second) / cosine / 2);
      rotate(work, p * n, q * n, n, rotation);
      rotate(rotations, p * n, q * n, n, rotation);
      sizes[p] = settle(work, p, n, tolerance * first);
      sizes[q] = settle(work, q, n, Math.max(tolerance * second, unreachable * first));
    }
  return rotated;
}

/** The length of column j; one that is not longer than `errors` is none of the matrix and becomes 0. */
function settle(work: Float64Array, j: number, n: number, errors: number): number {
  const size = euclideanLength(work, j * n, (j + 1) * n);
  if (size > Math.max(errors, smallest)) return size;
  work.fill(0, j * n, (j + 1) * n);
  return 0;
}

function exchangeColumns(matrix: Float64Array, p: number, q: number, n: number): void {
  const column = matrix.slice(p * n, (p + 1) * n);
  matrix.copyWithin(p * n, q * n, (q + 1) * n);
  matrix.set(column, q * n);
}

/** Columns of length 1; those that are zero are replaced by some that complete the others to a basis. */
function normalizeColumns(work: Float64Array, sizes: Float64Array, n: number): void {
  const missing: number[] = [];
  sizes.forEach((size, j) => {
    if (size === 0) missing.push(j);
    else for (let k = j * n; k < (j + 1) * n; k++) work[k] = (work[k] as number) / size;
  });
  completeBasis(work, n, missing);
}

/** Q times column-major columns of R's height. */
function throughReflections(reflections: Reflections, columns: Float64Array): Float64Array {
  const { rows: m, columns: n } = reflections;
  const result = new Float64Array(m * n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++)
      result[j * m + i] = signOfRow(reflections, i) * (columns[j * n + i] as number);
    for (let i = n - 1; i >= 0; i--) applyReflection(reflections, i, result, j * m);
  }
  return result;
}
