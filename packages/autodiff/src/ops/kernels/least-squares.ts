import { applyReflection, distanceOf, reflect } from "./householder.ts";

/**
 * X that minimises ‖A X − B‖, A [m, n] with m ≥ n and B [m, k] row-major, by Householder's QR (Golub & Van Loan,
 * Matrix Computations, section 5.3.3).
 *
 * @returns the first column whose distance from the span of those before it is at most `tolerance` times its length
 * instead, if there is one
 */
export function leastSquares(
  a: ArrayLike<number>,
  rows: number,
  columns: number,
  b: ArrayLike<number>,
  sides: number,
  tolerance: number,
): Float64Array | number {
  const reflections = reflect(a, rows, columns);
  const { matrix, scales } = reflections;
  for (let j = 0; j < columns; j++) {
    const { distance, length } = distanceOf(reflections, j);
    if (distance <= tolerance * length) return j;
  }
  const x = new Float64Array(columns * sides);
  for (let k = 0; k < sides; k++) {
    const side = Float64Array.from({ length: rows }, (_, i) => b[i * sides + k] as number);
    for (let j = 0; j < columns; j++) applyReflection(reflections, j, side, 0);
    for (let i = columns - 1; i >= 0; i--) {
      const value = (side[i] as number) / (matrix[i * rows + i] as number);
      for (let j = 0; j < i; j++) side[j] = (side[j] as number) - (matrix[i * rows + j] as number) * value;
      // The columns had been scaled.
      x[i * sides + k] = value * (scales[i] as number);
    }
  }
  return x;
}
