import { at, epsilon } from "./vector.ts";

/** Least ratio of a diagonal element to its column below which columns count as nearly dependent. */
const nearlyDependent = Math.sqrt(epsilon);

/** Columns whose squares are below this have few digits left. */
const smallestSquare = 2 ** -960;

/**
 * x with R x = −z for an upper triangular R, column-major [n, n].
 *
 * @param least a diagonal element below this part of its column's length means that columns are (nearly) dependent
 * @returns undefined when they are, or when a column is all but zero
 */
export function solveUpper(
  root: Float64Array,
  z: Float64Array,
  n: number,
  least: number = nearlyDependent,
): Float64Array | undefined {
  const x = new Float64Array(n);
  for (let j = n - 1; j >= 0; j--) {
    const diagonal = at(root, j * n + j);
    let square = 0;
    for (let i = 0; i <= j; i++) square += at(root, j * n + i) ** 2;
    if (!(Math.abs(diagonal) > least * Math.sqrt(square)) || square < smallestSquare) return undefined;
    let sum = -at(z, j);
    for (let k = j + 1; k < n; k++) sum -= at(root, k * n + j) * at(x, k);
    x[j] = sum / diagonal;
  }
  return x;
}

/** x with RᵀR x = b. */
export function solveNormal(root: Float64Array, b: Float64Array, n: number): Float64Array {
  const x = b.slice();
  for (let j = 0; j < n; j++) {
    let sum = at(x, j);
    for (let i = 0; i < j; i++) sum -= at(root, j * n + i) * at(x, i);
    x[j] = sum / at(root, j * n + j);
  }
  for (let j = n - 1; j >= 0; j--) {
    const value = at(x, j) / at(root, j * n + j);
    x[j] = value;
    for (let i = 0; i < j; i++) x[i] = at(x, i) - at(root, j * n + i) * value;
  }
  return x;
}

/** A damped problem ‖R δ + z‖² + ‖W δ‖² as ‖U δ + u‖² + rest. */
export interface Damped {
  /** U, upper triangular, column-major [n, n]. */
  readonly root: Float64Array;
  /** u, [n] */
  readonly transformed: Float64Array;
}

/**
 * Takes the rows of a diagonal matrix W up into an upper triangular or trapezoidal R by plane rotations
 * (Moré, The Levenberg–Marquardt algorithm, 1978, §3).
 *
 * @param given R, column-major [rows, n], rows ≤ n
 * @param z [rows]
 * @param weights the diagonal of W, [n]
 */
export function dampUpper(given: Float64Array, z: Float64Array, rows: number, weights: Float64Array): Damped {
  const n = weights.length;
  const root = new Float64Array(n * n);
  const transformed = new Float64Array(n);
  for (let j = 0; j < n; j++)
    for (let i = 0; i < rows && i <= j; i++) root[j * n + i] = at(given, j * rows + i);
  transformed.set(z);
  const row = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    row.fill(0);
    row[j] = at(weights, j);
    let right = 0;
    for (let k = j; k < n; k++) {
      const a = at(root, k * n + k);
      const b = at(row, k);
      if (b === 0) continue;
      const large = Math.abs(a) >= Math.abs(b);
      const ratio = large ? b / a : a / b;
      const length = 1 / Math.sqrt(1 + ratio * ratio);
      const cosine = large ? length : length * ratio;
      const sine = large ? length * ratio : length;
      for (let l = k; l < n; l++) {
        const upper = at(root, l * n + k);
        const lower = at(row, l);
        root[l * n + k] = cosine * upper + sine * lower;
        row[l] = cosine * lower - sine * upper;
      }
      const above = at(transformed, k);
      transformed[k] = cosine * above + sine * right;
      right = cosine * right - sine * above;
    }
  }
  return { root, transformed };
}
