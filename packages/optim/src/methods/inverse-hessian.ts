import { dot } from "../linalg/vector.ts";
import type { Change } from "./quasi-newton.ts";

/** value · I, [n, n] */
export function diagonal(value: number, n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = value;
  return matrix;
}

/** −A v for a symmetric A, [n, n], in four sums a row that do not wait for each other. */
export function minusProduct(matrix: Float64Array, v: Float64Array): Float64Array {
  const n = v.length;
  const whole = n - (n % 4);
  const result = new Float64Array(n);
  for (let i = 0, row = 0; i < n; i++, row += n) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0; j < whole; j += 4) {
      const k = row + j;
      s0 += (matrix[k] as number) * (v[j] as number);
      s1 += (matrix[k + 1] as number) * (v[j + 1] as number);
      s2 += (matrix[k + 2] as number) * (v[j + 2] as number);
      s3 += (matrix[k + 3] as number) * (v[j + 3] as number);
    }
    let sum = s0 + s1 + (s2 + s3);
    for (let j = whole; j < n; j++) sum += (matrix[row + j] as number) * (v[j] as number);
    result[i] = -sum;
  }
  return result;
}

/**
 * The BFGS update of the inverse Hessian, (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ with ρ = 1 / yᵀs (Nocedal & Wright,
 * equation 6.17), in a new matrix: with u = ½ (ρ + ρ² yᵀHy) s − ρ Hy it is H + u sᵀ + s uᵀ.
 */
export function updatedInverse(inverse: Float64Array, { s, y, curvature }: Change): Float64Array {
  const n = s.length;
  const u = minusProduct(inverse, y);
  const half = (1 - dot(y, u) / curvature) / (2 * curvature);
  for (let i = 0; i < n; i++) u[i] = half * (s[i] as number) + (u[i] as number) / curvature;
  const result = new Float64Array(n * n);
  for (let i = 0, k = 0; i < n; i++) {
    const si = s[i] as number;
    const ui = u[i] as number;
    for (let j = 0; j < n; j++, k++)
      result[k] = (inverse[k] as number) + (ui * (s[j] as number) + si * (u[j] as number));
  }
  return result;
}
