import { cholesky, solveCholesky } from "../../linalg/cholesky.ts";
import { at, dot } from "../../linalg/vector.ts";
import type { CorrectionPair } from "../../walk/step.ts";

/**
 * The matrix B = θ I − W M Wᵀ that limited-memory BFGS makes of its pairs (Byrd, Nocedal & Schnabel, Representations of
 * Quasi-Newton Matrices and Their Use in Limited Memory Methods, Math. Programming 63, 1994, §3.2), with
 * W = [Y, θ S] of 2 m columns and M⁻¹ = [−D, Lᵀ; L, θ SᵀS].
 */
export interface CompactHessian {
  /** θ = yᵀy / sᵀy of the last pair; 1 without pairs. */
  readonly theta: number;
  /** 2 m */
  readonly size: number;
  /** Row i of W, [2 m]. */
  row(i: number): Float64Array;
  /** Wᵀ v, [2 m] */
  transposedProduct(v: Float64Array): Float64Array;
  /** M v, [2 m] */
  middle(v: Float64Array): Float64Array;
  /** M⁻¹, row-major [2 m, 2 m] */
  readonly middleInverse: Float64Array;
}

/** The representation, or undefined when rounding has made B indefinite. */
export function compactHessian(pairs: readonly CorrectionPair[]): CompactHessian | undefined {
  const m = pairs.length;
  const last = pairs[m - 1];
  if (last === undefined)
    return {
      theta: 1,
      size: 0,
      row: () => new Float64Array(),
      transposedProduct: () => new Float64Array(),
      middle: (v) => v,
      middleInverse: new Float64Array(),
    };
  const theta = dot(last.y, last.y) / dot(last.s, last.y);
  const size = 2 * m;
  const middleInverse = new Float64Array(size * size);
  // sᵢᵀyⱼ: D is its diagonal, L what is below.
  pairs.forEach(({ s }, i) => {
    pairs.forEach((other, j) => {
      middleInverse[(m + i) * size + m + j] = theta * dot(s, other.s);
      if (j > i) return;
      const product = dot(s, other.y);
      if (j === i) middleInverse[i * size + i] = -product;
      else {
        middleInverse[(m + i) * size + j] = product;
        middleInverse[j * size + m + i] = product;
      }
    });
  });
  const d = Float64Array.from({ length: m }, (_, i) => -at(middleInverse, i * size + i));
  const lower = (i: number, j: number): number => at(middleInverse, (m + i) * size + j);
  // θ SᵀS + L D⁻¹ Lᵀ is positive definite as long as every sᵀy > 0.
  const schur = new Float64Array(m * m);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) {
      let sum = at(middleInverse, (m + i) * size + m + j);
      for (let k = 0; k < m; k++) sum += (lower(i, k) * lower(j, k)) / at(d, k);
      schur[i * m + j] = sum;
    }
  const factor = cholesky(schur, m);
  if (factor === undefined) return undefined;
  return {
    theta,
    size,
    middleInverse,
    row(i) {
      const row = new Float64Array(size);
      pairs.forEach(({ s, y }, k) => {
        row[k] = at(y, i);
        row[m + k] = theta * at(s, i);
      });
      return row;
    },
    transposedProduct(v) {
      const product = new Float64Array(size);
      pairs.forEach(({ s, y }, k) => {
        product[k] = dot(y, v);
        product[m + k] = theta * dot(s, v);
      });
      return product;
    },
    middle(v) {
      // −D p + Lᵀq = v₁ and L p + θ SᵀS q = v₂.
      const right = new Float64Array(m);
      for (let i = 0; i < m; i++) {
        right[i] = at(v, m + i);
        for (let k = 0; k < i; k++) right[i] = at(right, i) + (lower(i, k) * at(v, k)) / at(d, k);
      }
      const q = solveCholesky(factor, m, right);
      const result = new Float64Array(size);
      for (let k = 0; k < m; k++) {
        let sum = -at(v, k);
        for (let i = k + 1; i < m; i++) sum += lower(i, k) * at(q, i);
        result[k] = sum / at(d, k);
        result[m + k] = at(q, k);
      }
      return result;
    },
  };
}
