/** Part of a typed array, or all of it. */
type Numbers = ArrayLike<number>;

/**
 * X with T X = B by substitution, T [n, n] and B [n, k] row-major; only the named triangle of T is read. The result
 * of every entry has a small backward error in T (Higham, Accuracy and Stability, theorem 8.5).
 *
 * @returns the first row with a zero on the diagonal instead, if there is one
 */
export function substitute(
  triangle: "lower" | "upper",
  matrix: Numbers,
  size: number,
  right: Numbers,
  columns: number,
): Float64Array | number {
  const x = new Float64Array(right);
  for (let row = 0; row < size; row++) if (matrix[row * size + row] === 0) return row;
  for (let step = 0; step < size; step++) {
    const row = triangle === "lower" ? step : size - 1 - step;
    const [first, last] = triangle === "lower" ? [0, row] : [row + 1, size];
    const own = row * columns;
    for (let j = first; j < last; j++) {
      const factor = matrix[row * size + j] as number;
      if (factor === 0) continue;
      const other = j * columns;
      for (let k = 0; k < columns; k++)
        x[own + k] = (x[own + k] as number) - factor * (x[other + k] as number);
    }
    const pivot = matrix[row * size + row] as number;
    for (let k = 0; k < columns; k++) x[own + k] = (x[own + k] as number) / pivot;
  }
  return x;
}
