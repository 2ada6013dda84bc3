import { at } from "./vector.ts";

/**
 * Factors s for which the largest element of every row of the symmetric matrix sᵢ Aᵢⱼ sⱼ is one in magnitude, but for rows of
 * zeros, where s = 1 (Bunch, Equilibration of Symmetric Matrices in the Max-Norm, J. ACM 18, 1971). What is computed from
 * the scaled matrix does not depend on the units of the parameters.
 *
 * @param matrix A, row-major [n, n]
 */
export function equilibrate(matrix: Float64Array, n: number): Float64Array {
  const scale = new Float64Array(n);
  const later: number[] = [];
  for (let i = 0; i < n; i++) {
    let largest = Math.sqrt(Math.abs(at(matrix, i * n + i)));
    for (let j = 0; j < i; j++) largest = Math.max(largest, at(scale, j) * Math.abs(at(matrix, i * n + j)));
    scale[i] = largest > 0 ? 1 / largest : 1;
    if (largest === 0) later.push(i);
  }
  // Rows of zeros up to their diagonal have no elements in common, and take their size from those after it.
  for (const i of later) {
    let largest = 0;
    for (let j = i + 1; j < n; j++)
      largest = Math.max(largest, at(scale, j) * Math.abs(at(matrix, i * n + j)));
    if (largest > 0) scale[i] = 1 / largest;
  }
  return scale;
}

/** sᵢ Aᵢⱼ sⱼ, row-major [n, n]. */
export function scaleSymmetric(matrix: Float64Array, n: number, scale: Float64Array): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) result[i * n + j] = at(scale, i) * at(matrix, i * n + j) * at(scale, j);
  return result;
}
