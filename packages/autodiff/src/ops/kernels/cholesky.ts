/**
 * L with A = L Lᵀ, row-major, zeros above the diagonal; reads the lower triangle of A (Golub & Van Loan, Matrix
 * Computations, algorithm 4.2.1, by rows). Never fails on a positive definite matrix unless rounding makes it
 * indefinite; ‖A − L Lᵀ‖ ≤ (n + 1) ε ‖L‖² (Higham, Accuracy and Stability, theorem 10.3).
 *
 * @returns the first row whose pivot is not positive instead, with what was found there
 */
export function choleskyFactor(
  matrix: ArrayLike<number>,
  size: number,
): Float64Array | { readonly row: number; readonly pivot: number } {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const own = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let value = matrix[own + j] as number;
      for (let k = 0; k < j; k++) value -= (factor[own + k] as number) * (factor[other + k] as number);
      if (j < i) factor[own + j] = value / (factor[other + j] as number);
      else if (value > 0) factor[own + i] = Math.sqrt(value);
      else return { row: i, pivot: value };
    }
  }
  return factor;
}
