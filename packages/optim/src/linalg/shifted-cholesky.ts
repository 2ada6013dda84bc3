import { solveCholesky } from "./cholesky.ts";
import { at, norm, scaled } from "./vector.ts";

/** A + λ I = L Lᵀ, or why there is no such L. */
export type ShiftedCholesky =
  | { readonly kind: "definite"; readonly factor: Float64Array }
  /** uᵀ(A + λ I)u = −lack for u = `direction`, lack ≥ 0. */
  | { readonly kind: "indefinite"; readonly direction: Float64Array; readonly lack: number };

/**
 * The Cholesky factor of A + λ I. When its row k has no positive pivot, the leading block of k + 1 rows has a direction
 * of no positive curvature, u with uₖ = 1 (Conn, Gould & Toint, Trust-Region Methods, 2000, §7.3.4).
 *
 * @param matrix A, row-major [n, n]; only the lower triangle is read
 */
export function shiftedCholesky(matrix: Float64Array, n: number, shift: number): ShiftedCholesky {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      let sum = at(matrix, i * n + j) + (i === j ? shift : 0);
      for (let k = 0; k < j; k++) sum -= (factor[row + k] as number) * (factor[j * n + k] as number);
      if (i > j) factor[i * n + j] = sum / at(factor, j * n + j);
      else if (sum > 0) factor[i * n + i] = Math.sqrt(sum);
      else return { kind: "indefinite", direction: deficient(factor, n, i), lack: -sum };
    }
  }
  return { kind: "definite", factor };
}

/** (−L₁₁⁻ᵀ l, 1, 0), where l is row k of the factor and L₁₁ the block before it. */
function deficient(factor: Float64Array, n: number, k: number): Float64Array {
  const u = new Float64Array(n);
  u[k] = 1;
  for (let i = k - 1; i >= 0; i--) {
    let sum = 0;
    for (let j = i + 1; j <= k; j++) sum += at(factor, j * n + i) * at(u, j);
    u[i] = -sum / at(factor, i * n + i);
  }
  return u;
}

/** Solves L x = b. */
export function solveLower(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    let sum = at(x, i);
    for (let k = 0; k < i; k++) sum -= at(factor, i * n + k) * at(x, k);
    x[i] = sum / at(factor, i * n + i);
  }
  return x;
}

/**
 * A unit vector z for which zᵀL Lᵀ z is small, near to the least: a right-hand side of ±1 chosen so that the solution grows,
 * then a step of inverse iteration (Cline, Moler, Stewart & Wilkinson, An Estimate for the Condition Number of a Matrix,
 * SIAM J. Numer. Anal. 16, 1979).
 */
export function nearNullVector(factor: Float64Array, n: number): Float64Array {
  const w = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < i; k++) sum += at(factor, i * n + k) * at(w, k);
    w[i] = ((sum > 0 ? -1 : 1) - sum) / at(factor, i * n + i);
  }
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = at(w, i);
    for (let k = i + 1; k < n; k++) sum -= at(factor, k * n + i) * at(x, k);
    x[i] = sum / at(factor, i * n + i);
  }
  const unit = scaled(1 / norm(x), x);
  const again = solveCholesky(factor, n, unit);
  return scaled(1 / norm(again), again);
}
