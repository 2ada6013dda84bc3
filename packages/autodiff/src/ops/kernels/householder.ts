import { euclideanLength, largestSize, powerTowardsOne } from "./scale.ts";

/** Beside a column of size 1, numbers below this are nothing: their squares leave the range of numbers. */
const negligible = 2 ** -500;

/**
 * Q R = A, with Q as a product of reflections H = I − β v vᵀ. Column-major: R on and above the diagonal, below it
 * the v, whose first component is 1 and not kept. Every column of A has been multiplied by its power of two.
 */
export interface Reflections {
  readonly rows: number;
  readonly columns: number;
  readonly matrix: Float64Array;
  readonly betas: Float64Array;
  readonly scales: Float64Array;
  /** Which column of A each one is. */
  readonly order: Int32Array;
}

/**
 * Householder's QR factorisation of a row-major matrix (Golub & Van Loan, Matrix Computations, algorithms 5.1.1 and
 * 5.2.1). Every column of A has a backward error relative to its own size (Higham, theorem 19.4), whatever the
 * sizes of the others. With pivoting (algorithm 5.4.1) the
 * longest of the columns that are left comes next, so that the diagonal of R descends in size.
 */
export function reflect(
  a: ArrayLike<number>,
  rows: number,
  columns: number,
  { pivoting = false }: { readonly pivoting?: boolean } = {},
): Reflections {
  const matrix = new Float64Array(rows * columns);
  const scales = new Float64Array(columns);
  const betas = new Float64Array(Math.min(rows, columns));
  for (let j = 0; j < columns; j++) {
    const scale = powerTowardsOne(largestSize(a, j, rows, columns));
    scales[j] = scale;
    for (let i = 0; i < rows; i++) matrix[j * rows + i] = (a[i * columns + j] as number) * scale;
  }
  const order = Int32Array.from({ length: columns }, (_, j) => j);
  const reflections = { rows, columns, matrix, betas, scales, order };
  for (let j = 0; j < betas.length; j++) {
    if (pivoting) exchange(reflections, j, longestFrom(reflections, j));
    betas[j] = reflectColumn(matrix, rows, j);
    for (let k = j + 1; k < columns; k++) applyReflection(reflections, j, matrix, k * rows);
  }
  return reflections;
}

/** The column, among those from j on, that is longest from row j on. */
function longestFrom({ matrix, rows, columns, scales }: Reflections, j: number): number {
  let [longest, most] = [j, -1];
  for (let k = j; k < columns; k++) {
    const length = euclideanLength(matrix, k * rows + j, (k + 1) * rows) / (scales[k] as number);
    if (length > most) [longest, most] = [k, length];
  }
  return longest;
}

function exchange({ matrix, rows, scales, order }: Reflections, j: number, k: number): void {
  if (j === k) return;
  const column = matrix.slice(j * rows, (j + 1) * rows);
  matrix.copyWithin(j * rows, k * rows, (k + 1) * rows);
  matrix.set(column, k * rows);
  for (const held of [scales, order]) [held[j], held[k]] = [held[k] as number, held[j] as number];
}

/** Reflects column j from row j on onto its first element α, leaving v below it. */
function reflectColumn(matrix: Float64Array, rows: number, j: number): number {
  const [head, end] = [j * rows + j, (j + 1) * rows];
  if (largestSize(matrix, head + 1, end - head - 1) < negligible) return 0;
  const length = euclideanLength(matrix, head, end);
  const first = matrix[head] as number;
  const alpha = first > 0 ? -length : length;
  const pivot = first - alpha;
  for (let i = head + 1; i < end; i++) matrix[i] = (matrix[i] as number) / pivot;
  matrix[head] = alpha;
  return -pivot / alpha;
}

/** Applies the reflection of column j to one column, which starts at `start` of `onto`. */
export function applyReflection(
  { matrix, rows, betas }: Reflections,
  j: number,
  onto: Float64Array,
  start: number,
): void {
  const beta = betas[j] as number;
  if (beta === 0) return;
  const v = j * rows;
  let product = onto[start + j] as number;
  for (let i = j + 1; i < rows; i++) product += (matrix[v + i] as number) * (onto[start + i] as number);
  product *= beta;
  onto[start + j] = (onto[start + j] as number) - product;
  for (let i = j + 1; i < rows; i++)
    onto[start + i] = (onto[start + i] as number) - product * (matrix[v + i] as number);
}

/** The sign that makes the diagonal of R positive. */
export function signOfRow({ matrix, rows }: Reflections, j: number): number {
  return (matrix[j * rows + j] as number) < 0 ? -1 : 1;
}

/** How far column j is from the span of those before it, and its own length. */
export function distanceOf({ matrix, rows }: Reflections, j: number): { distance: number; length: number } {
  const distance = Math.abs(matrix[j * rows + j] as number);
  return { distance, length: Math.hypot(euclideanLength(matrix, j * rows, j * rows + j), distance) };
}

/**
 * The upper triangle R [min(m, n), n], row-major, its diagonal not negative; exactly 0 where a column is no further
 * from the span of those before it than `tolerance` times its length.
 */
export function triangleOf(reflections: Reflections, tolerance: number): Float64Array {
  const { rows, columns, matrix, scales, betas } = reflections;
  const r = new Float64Array(betas.length * columns);
  for (let i = 0; i < betas.length; i++) {
    const sign = signOfRow(reflections, i);
    for (let j = i; j < columns; j++)
      r[i * columns + j] = (sign * (matrix[j * rows + i] as number)) / (scales[j] as number);
    const { distance, length } = distanceOf(reflections, i);
    if (distance <= tolerance * length) r[i * columns + i] = 0;
  }
  return r;
}

/** The first min(m, n) columns of Q, column-major, with the signs that belong to `triangleOf`. */
export function orthogonalColumns(reflections: Reflections): Float64Array {
  const { rows, betas } = reflections;
  const count = betas.length;
  const q = new Float64Array(rows * count);
  for (let j = 0; j < count; j++) q[j * rows + j] = signOfRow(reflections, j);
  for (let j = count - 1; j >= 0; j--)
    for (let k = j; k < count; k++) applyReflection(reflections, j, q, k * rows);
  return q;
}
