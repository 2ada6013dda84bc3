/** P A = L U, row-major in one array: L below the unit diagonal, U on and above it. */
export interface Factors {
  readonly size: number;
  readonly lu: Float64Array;
  readonly rows: Int32Array;
  /** Whether the rows are an odd permutation of those of A. */
  readonly odd: boolean;
  /** The first column without a usable pivot, for an exactly singular matrix. */
  readonly singularAt: number | undefined;
}

/** LU factorisation with partial pivoting (Golub & Van Loan, Matrix Computations, algorithm 3.4.1). */
export function factorize(matrix: ArrayLike<number>, size: number): Factors {
  const lu = new Float64Array(matrix);
  const rows = Int32Array.from({ length: size }, (_, row) => row);
  let singularAt: number | undefined;
  let odd = false;
  const at = (i: number, j: number): number => lu[i * size + j] as number;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++)
      if (Math.abs(at(i, column)) > Math.abs(at(pivot, column))) pivot = i;
    if (at(pivot, column) === 0) {
      singularAt ??= column;
      continue;
    }
    if (pivot !== column) {
      odd = !odd;
      for (let j = 0; j < size; j++) {
        const held = at(column, j);
        lu[column * size + j] = at(pivot, j);
        lu[pivot * size + j] = held;
      }
      const held = rows[column] as number;
      rows[column] = rows[pivot] as number;
      rows[pivot] = held;
    }
    for (let i = column + 1; i < size; i++) {
      const factor = at(i, column) / at(column, column);
      lu[i * size + column] = factor;
      for (let j = column + 1; j < size; j++) lu[i * size + j] = at(i, j) - factor * at(column, j);
    }
  }
  return { size, lu, rows, odd, singularAt };
}

/** X with A X = B, B row-major with the given number of columns. */
export function solveFactorized(
  { size, lu, rows }: Factors,
  right: ArrayLike<number>,
  columns: number,
): Float64Array {
  const x = new Float64Array(size * columns);
  for (let k = 0; k < columns; k++) {
    for (let i = 0; i < size; i++) {
      let value = right[(rows[i] as number) * columns + k] as number;
      for (let j = 0; j < i; j++) value -= (lu[i * size + j] as number) * (x[j * columns + k] as number);
      x[i * columns + k] = value;
    }
    for (let i = size - 1; i >= 0; i--) {
      let value = x[i * columns + k] as number;
      for (let j = i + 1; j < size; j++)
        value -= (lu[i * size + j] as number) * (x[j * columns + k] as number);
      x[i * columns + k] = value / (lu[i * size + i] as number);
    }
  }
  return x;
}
