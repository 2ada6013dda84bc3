import { at, dot, epsilon } from "./vector.ts";

/** A = Vᵀ diag(values) V. */
export interface SymmetricEigen {
  /** Eigenvalues in no particular order, [n]. */
  readonly values: Float64Array;
  /** V, row-major [n, n]: row k is the eigenvector of length one that belongs to value k. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reflections make it tridiagonal, implicit QR steps with
 * Wilkinson's shift diagonal (Golub & Van Loan, Matrix Computations, 4th ed., algorithms 8.3.1 to 8.3.3).
 *
 * @param matrix A, row-major [n, n], finite; not changed
 * @returns undefined when the steps do not converge, which has not been seen for finite matrices
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen | undefined {
  const { diagonal, beside, vectors } = tridiagonalize(matrix.slice(), n);
  let most = 30 * n + 30;
  for (let high = n - 1; high > 0;) {
    let low = high;
    while (low > 0 && !negligibleBeside(diagonal, beside, low - 1)) low--;
    if (low > 0) beside[low - 1] = 0;
    if (low === high) high--;
    else if (most-- > 0) qrStep(diagonal, beside, vectors, n, low, high);
    else return undefined;
  }
  return { values: diagonal, vectors };
}

function negligibleBeside(diagonal: Float64Array, beside: Float64Array, k: number): boolean {
  return Math.abs(at(beside, k)) <= epsilon * (Math.abs(at(diagonal, k)) + Math.abs(at(diagonal, k + 1)));
}

/** A = Vᵀ T V with T tridiagonal; overwrites the matrix. */
function tridiagonalize(
  a: Float64Array,
  n: number,
): { diagonal: Float64Array; beside: Float64Array; vectors: Float64Array } {
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  const beside = new Float64Array(Math.max(n - 1, 0));
  for (let k = 0; k + 2 < n; k++) {
    const v = new Float64Array(n);
    let largest = 0;
    for (let i = k + 1; i < n; i++) largest = Math.max(largest, Math.abs(at(a, i * n + k)));
    if (largest === 0) continue;
    for (let i = k + 1; i < n; i++) v[i] = at(a, i * n + k) / largest;
    const length = Math.sqrt(dot(v, v));
    const alpha = at(v, k + 1) > 0 ? -length : length;
    v[k + 1] = at(v, k + 1) - alpha;
    const beta = 2 / dot(v, v);
    reflectBothSides(a, n, k, v, beta);
    beside[k] = alpha * largest;
    reflectRows(vectors, n, k, v, beta);
  }
  if (n > 1) beside[n - 2] = at(a, (n - 1) * n + n - 2);
  const diagonal = Float64Array.from({ length: n }, (_, i) => at(a, i * n + i));
  return { diagonal, beside, vectors };
}

/** H A H for H = I − β v vᵀ, below and right of k: A − v wᵀ − w vᵀ with w = β A v − ½ β² (vᵀA v) v. */
function reflectBothSides(a: Float64Array, n: number, k: number, v: Float64Array, beta: number): void {
  const w = new Float64Array(n);
  for (let i = k + 1; i < n; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += at(a, i * n + j) * at(v, j);
    w[i] = beta * sum;
  }
  const half = (beta / 2) * dot(v, w);
  for (let i = k + 1; i < n; i++) w[i] = at(w, i) - half * at(v, i);
  for (let i = k + 1; i < n; i++)
    for (let j = k + 1; j < n; j++)
      a[i * n + j] = at(a, i * n + j) - at(v, i) * at(w, j) - at(w, i) * at(v, j);
}

/** H V for H = I − β v vᵀ, whose v begins behind k. */
function reflectRows(vectors: Float64Array, n: number, k: number, v: Float64Array, beta: number): void {
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = k + 1; i < n; i++) sum += at(v, i) * at(vectors, i * n + j);
    sum *= beta;
    for (let i = k + 1; i < n; i++) vectors[i * n + j] = at(vectors, i * n + j) - sum * at(v, i);
  }
}

/** One implicit QR step on the block from `low` to `high`; the rotations turn the rows of V. */
function qrStep(
  diagonal: Float64Array,
  beside: Float64Array,
  vectors: Float64Array,
  n: number,
  low: number,
  high: number,
): void {
  const last = at(beside, high - 1);
  const half = (at(diagonal, high - 1) - at(diagonal, high)) / 2;
  const root = Math.hypot(half, last);
  const shift = at(diagonal, high) - last * (last / (half + (half < 0 ? -root : root)));
  let x = at(diagonal, low) - shift;
  let z = at(beside, low);
  for (let k = low; k < high; k++) {
    const length = Math.hypot(x, z);
    const [c, s] = length === 0 ? [1, 0] : [x / length, z / length];
    if (k > low) beside[k - 1] = length;
    const [a, b, g] = [at(diagonal, k), at(beside, k), at(diagonal, k + 1)];
    diagonal[k] = c * c * a + 2 * c * s * b + s * s * g;
    diagonal[k + 1] = s * s * a - 2 * c * s * b + c * c * g;
    beside[k] = (c * c - s * s) * b + c * s * (g - a);
    if (k + 1 < high) {
      x = at(beside, k);
      z = s * at(beside, k + 1);
      beside[k + 1] = c * at(beside, k + 1);
    }
    for (let i = 0; i < n; i++) {
      const [p, q] = [at(vectors, k * n + i), at(vectors, (k + 1) * n + i)];
      vectors[k * n + i] = c * p + s * q;
      vectors[(k + 1) * n + i] = c * q - s * p;
    }
  }
}
