import { at } from "./vector.ts";

/** JᵀJ = RᵀR, row-major [p, p], for R column-major [rows, p]. */
export function normalMatrix(root: Float64Array, rows: number, p: number): Float64Array {
  const matrix = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < rows; k++) sum += at(root, i * rows + k) * at(root, j * rows + k);
      matrix[i * p + j] = sum;
      matrix[j * p + i] = sum;
    }
  }
  return matrix;
}
