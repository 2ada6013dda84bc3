import { cholesky, solveCholesky } from "../../linalg/cholesky.ts";
import { at, dot } from "../../linalg/vector.ts";
import type { CorrectionPair } from "../../walk/step.ts";

/**
 * The matrix B = θ I − W M Wᵀ that limited-memory BFGS makes of its pairs (Byrd, Nocedal & Schnabel, Representations of
 * Quasi-Newton Matrices and Their Use in Limited Memory Methods, Math. Programming 63, 1994, §3.2), with
 * W = [Y, θ S] of 2 m columns and M⁻¹ = [−D, Lᵀ; L, θ SᵀS].
 */
export interface CompactHessian {
  /** θ = yᵀy / sᵀy of the last pair. */
  readonly theta: number;
  /** 2 m */
  readonly size: number;
  /** W, row-major [n, 2 m] */
  readonly W: Float64Array;
  /** M, row-major [2 m, 2 m] */
  readonly M: Float64Array;
  /** M⁻¹, row-major [2 m, 2 m] */
  readonly inverseM: Float64Array;
}

/**
 * The representation, or undefined when rounding has made B indefinite.
 *
 * @param pairs oldest first, at least one
 */
export function compactHessian(pairs: readonly CorrectionPair[]): CompactHessian | undefined {
  const m = pairs.length;
  const size = 2 * m;
  const last = pairs[m - 1] as CorrectionPair;
  const n = last.s.length;
  const theta = dot(last.y, last.y) / dot(last.s, last.y);
  const W = new Float64Array(n * size);
  pairs.forEach(({ s, y }, k) => {
    for (let i = 0; i < n; i++) {
      W[i * size + k] = at(y, i);
      W[i * size + m + k] = theta * at(s, i);
    }
  });
  const inverseM = new Float64Array(size * size);
  // sᵢᵀyⱼ: D is its diagonal, L what is below.
  pairs.forEach(({ s }, i) => {
    for (let j = 0; j <= i; j++) {
      const other = pairs[j] as CorrectionPair;
      const product = dot(s, other.y);
      if (j === i) inverseM[i * size + i] = -product;
      else {
        inverseM[(m + i) * size + j] = product;
        inverseM[j * size + m + i] = product;
      }
      const square = theta * dot(s, other.s);
      inverseM[(m + i) * size + m + j] = square;
      inverseM[(m + j) * size + m + i] = square;
    }
  });
  const M = inverted(inverseM, m);
  return M && { theta, size, W, M, inverseM };
}

/**
 * M from its inverse, column by column: −D p + Lᵀq = v₁ and L p + θ SᵀS q = v₂. Eliminating p leaves θ SᵀS + L D⁻¹ Lᵀ, which is
 * positive definite as long as every sᵀy > 0.
 */
function inverted(inverse: Float64Array, m: number): Float64Array | undefined {
  const size = 2 * m;
  const d = Float64Array.from({ length: m }, (_, i) => -at(inverse, i * size + i));
  const lower = (i: number, j: number): number => at(inverse, (m + i) * size + j);
  const schur = new Float64Array(m * m);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) {
      let sum = at(inverse, (m + i) * size + m + j);
      for (let k = 0; k < Math.min(i, j); k++) sum += (lower(i, k) * lower(j, k)) / at(d, k);
      schur[i * m + j] = sum;
    }
  const factor = cholesky(schur, m);
  if (factor === undefined) return undefined;
  const M = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const right = new Float64Array(m);
    if (column >= m) right[column - m] = 1;
    else for (let i = column + 1; i < m; i++) right[i] = lower(i, column) / at(d, column);
    const q = solveCholesky(factor, m, right);
    for (let k = 0; k < m; k++) {
      let sum = column === k ? -1 : 0;
      for (let i = k + 1; i < m; i++) sum += lower(i, k) * at(q, i);
      M[k * size + column] = sum / at(d, k);
      M[(m + k) * size + column] = at(q, k);
    }
  }
  return M;
}

/** out ← M v */
export function middleProduct({ M, size }: CompactHessian, v: Float64Array, out: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += at(M, i * size + k) * at(v, k);
    out[i] = sum;
  }
}

/** Wᵀ v, [2 m] */
export function transposedProduct({ W, size }: CompactHessian, v: Float64Array): Float64Array {
  const product = new Float64Array(size);
  for (let i = 0; i < v.length; i++) {
    const vi = at(v, i);
    if (vi !== 0) for (let k = 0; k < size; k++) product[k] = at(product, k) + at(W, i * size + k) * vi;
  }
  return product;
}
