import { equilibrate, scaleSymmetric } from "./equilibrate.ts";
import { factorSymmetric, type SymmetricFactorization } from "./symmetric-factorization.ts";
import { at, dot, epsilon, entry } from "./vector.ts";

/** A positive definite A + E beside a symmetric A: P S (A + E) S Pᵀ = L Q Λ Qᵀ Lᵀ. */
export interface ModifiedCholesky {
  readonly n: number;
  /** S, which takes the units of the unknowns out of A, [n]. */
  readonly scale: Float64Array;
  readonly order: Int32Array;
  /** L, unit lower triangular, row-major [n, n]. */
  readonly lower: Float64Array;
  /** Rotations that make blocks of two diagonal: cosine and sine for the first row of a block, 1 and 0 elsewhere, [n]. */
  readonly cosine: Float64Array;
  readonly sine: Float64Array;
  /** Eigenvalues of D, as many negative ones as A has, [n]. */
  readonly eigenvalues: Float64Array;
  /** Λ, [n]: the eigenvalues, those that are not safely positive replaced. */
  readonly modified: Float64Array;
  /** Whether E = 0. */
  readonly definite: boolean;
}

/**
 * The modified Cholesky factorisation of Cheng & Higham (A Modified Cholesky Algorithm Based on a Symmetric Indefinite
 * Factorization, SIAM J. Matrix Anal. Appl. 19, 1998): where D of P S A S Pᵀ = L D Lᵀ is not positive definite, its
 * eigenvalues are made so. A positive definite A stays as it is, E is bounded by what A lacks times the condition of LLᵀ,
 * which rook pivoting bounds, and the same factorisation tells how many negative eigenvalues A has and a direction of
 * negative curvature (see {@link negativeCurvature}), which Gill–Murray–Wright and Schnabel–Eskow do not.
 *
 * A negative eigenvalue λ becomes |λ| (as in Gill, Murray & Wright, Practical Optimization, 1981, §4.4.2), not a small
 * positive number: along negative curvature the step then is as long as the curvature says.
 *
 * @param matrix A, row-major [n, n], both triangles
 */
export function modifiedCholesky(matrix: Float64Array, n: number): ModifiedCholesky {
  const scale = equilibrate(matrix, n);
  const { order, lower, diagonal, coupling } = factorSymmetric(scaleSymmetric(matrix, n, scale), n);
  const { eigenvalues, cosine, sine } = diagonalize(diagonal, coupling);
  // S A S has no element above 1.
  const zero = n * epsilon;
  const modified = eigenvalues.map((value) =>
    value > zero ? value : Math.max(Math.abs(value), Math.sqrt(epsilon)),
  );
  const definite = eigenvalues.every((value) => value > zero);
  return { n, scale, order, lower, cosine, sine, eigenvalues, modified, definite };
}

/** Eigenvalues of D, and the rotations of its blocks of two (Golub & Van Loan, Matrix Computations, 4th ed., §8.5.2). */
function diagonalize(
  diagonal: Float64Array,
  coupling: SymmetricFactorization["coupling"],
): Pick<ModifiedCholesky, "eigenvalues" | "cosine" | "sine"> {
  const eigenvalues = diagonal.slice();
  const cosine = new Float64Array(diagonal.length).fill(1);
  const sine = new Float64Array(diagonal.length);
  for (let k = 0; k < diagonal.length; k++) {
    const b = at(coupling, k);
    if (b === 0) continue;
    const half = (at(diagonal, k + 1) - at(diagonal, k)) / (2 * b);
    const t = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.hypot(half, 1));
    const c = 1 / Math.hypot(t, 1);
    [cosine[k], sine[k]] = [c, t * c];
    eigenvalues[k] = at(diagonal, k) - t * b;
    eigenvalues[k + 1] = at(diagonal, k + 1) + t * b;
  }
  return { eigenvalues, cosine, sine };
}

/** Solves (A + E) x = b. */
export function solveModified(factor: ModifiedCholesky, b: Float64Array): Float64Array {
  const { n, scale, order, lower, modified } = factor;
  const y = Float64Array.from(order, (row) => at(b, row) * at(scale, row));
  for (let i = 0; i < n; i++) {
    let sum = at(y, i);
    for (let k = 0; k < i; k++) sum -= at(lower, i * n + k) * at(y, k);
    y[i] = sum;
  }
  rotate(factor, y, -1);
  for (let i = 0; i < n; i++) y[i] = at(y, i) / at(modified, i);
  rotate(factor, y, 1);
  return solveTransposed(factor, y);
}

/** S Pᵀ L⁻ᵀ y; `y` is overwritten. */
function solveTransposed({ n, scale, order, lower }: ModifiedCholesky, y: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    let sum = at(y, i);
    for (let k = i + 1; k < n; k++) sum -= at(lower, k * n + i) * at(y, k);
    y[i] = sum;
  }
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) x[entry(order, i)] = at(y, i) * at(scale, entry(order, i));
  return x;
}

/** y ← Q y, or Qᵀ y for `sign` −1. */
function rotate({ n, cosine, sine }: ModifiedCholesky, y: Float64Array, sign: 1 | -1): void {
  for (let k = 0; k + 1 < n; k++) {
    const s = sign * at(sine, k);
    if (s === 0) continue;
    const [u, v, c] = [at(y, k), at(y, k + 1), at(cosine, k)];
    y[k] = c * u + s * v;
    y[k + 1] = c * v - s * u;
  }
}

/** A + E, row-major [n, n]. */
export function modifiedMatrix(factor: ModifiedCholesky): Float64Array {
  const { n, scale, order, lower, modified } = factor;
  // Rows of L Q Λ½.
  const roots = Array.from({ length: n }, (_, i) => {
    const row = lower.slice(i * n, (i + 1) * n);
    rotate(factor, row, -1);
    for (let k = 0; k < n; k++) row[k] = at(row, k) * Math.sqrt(at(modified, k));
    return row;
  });
  const matrix = new Float64Array(n * n);
  roots.forEach((u, i) => {
    for (let j = 0; j <= i; j++) {
      const [p, q] = [entry(order, i), entry(order, j)];
      const value = dot(u, roots[j] as Float64Array) / (at(scale, p) * at(scale, q));
      matrix[p * n + q] = value;
      matrix[q * n + p] = value;
    }
  });
  return matrix;
}

/**
 * A direction d with dᵀA d < 0, if A has one: with L Q Λ₀ Qᵀ Lᵀ = P S A S Pᵀ and λₖ the lowest eigenvalue, d = S Pᵀ L⁻ᵀ Q eₖ has
 * dᵀA d = λₖ (Moré & Sorensen, On the Use of Directions of Negative Curvature in a Modified Newton Method, Math.
 * Programming 16, 1979, §4).
 */
export function negativeCurvature(
  factor: ModifiedCholesky,
): { direction: Float64Array; curvature: number } | undefined {
  const { n, eigenvalues } = factor;
  let lowest = 0;
  for (let k = 1; k < n; k++) if (at(eigenvalues, k) < at(eigenvalues, lowest)) lowest = k;
  const curvature = at(eigenvalues, lowest);
  // Less than the rounding error of a factorisation whose elements are about 1.
  if (!(curvature < -10 * n * epsilon)) return undefined;
  const y = new Float64Array(n);
  y[lowest] = 1;
  rotate(factor, y, 1);
  return { direction: solveTransposed(factor, y), curvature };
}
