import { solveFactorized, type Factors } from "./lu.ts";

/** Half a unit in the last place of 1: the largest relative error of one rounding. */
const roundoff = 2 ** -53;

/**
 * The first column whose pivot rounding alone explains: whatever row could have given the pivot, what is left of its
 * number after elimination is less than one rounding of the numbers that it is made of. Rescaling rows or columns
 * changes nothing about that, so a graded matrix is not mistaken for a singular one.
 */
export function lostPivot(
  { size, lu, rows, singularAt }: Factors,
  matrix: ArrayLike<number>,
): number | undefined {
  if (singularAt !== undefined) return singularAt;
  const isRounding = (column: number, i: number): boolean => {
    let magnitude = Math.abs(matrix[(rows[i] as number) * size + column] as number);
    for (let j = 0; j < column; j++)
      magnitude += Math.abs((lu[i * size + j] as number) * (lu[j * size + column] as number));
    const pivot = lu[column * size + column] as number;
    const left = i === column ? pivot : pivot * (lu[i * size + column] as number);
    return Math.abs(left) <= roundoff * magnitude;
  };
  columns: for (let column = 1; column < size; column++) {
    for (let i = column; i < size; i++) if (!isRounding(column, i)) continue columns;
    return column;
  }
  return undefined;
}

/** x with Aᵀ x = b */
function solveTransposed({ size, lu, rows }: Factors, b: Float64Array): Float64Array {
  const y = b.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) y[i] = (y[i] as number) - (lu[j * size + i] as number) * (y[j] as number);
    y[i] = (y[i] as number) / (lu[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--)
    for (let j = i + 1; j < size; j++)
      y[i] = (y[i] as number) - (lu[j * size + i] as number) * (y[j] as number);
  const x = new Float64Array(size);
  rows.forEach((row, i) => (x[row] = y[i] as number));
  return x;
}

const sumOfSizes = (x: Float64Array): number => x.reduce((total, value) => total + Math.abs(value), 0);

/**
 * An estimate, nearly always within a factor 3, of 1 / (‖A‖₁ ‖A⁻¹‖₁): Hager's maximisation of ‖A⁻¹ x‖₁ over the unit
 * ball (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., algorithm 15.1).
 */
export function reciprocalCondition(factors: Factors, matrix: ArrayLike<number>): number {
  const { size, singularAt } = factors;
  if (singularAt !== undefined) return 0;
  let norm = 0;
  for (let j = 0; j < size; j++) {
    let total = 0;
    for (let i = 0; i < size; i++) total += Math.abs(matrix[i * size + j] as number);
    norm = Math.max(norm, total);
  }
  let x = new Float64Array(size).fill(1 / size);
  let estimate = 0;
  for (let step = 0; step < 5; step++) {
    const y = solveFactorized(factors, x, 1);
    estimate = Math.max(estimate, sumOfSizes(y));
    const slope = solveTransposed(
      factors,
      y.map((value) => (value < 0 ? -1 : 1)),
    );
    let steepest = 0;
    slope.forEach((value, j) => {
      if (Math.abs(value) > Math.abs(slope[steepest] as number)) steepest = j;
    });
    const gain = slope.reduce((total, value, j) => total + value * (x[j] as number), 0);
    if (Math.abs(slope[steepest] as number) <= gain) break;
    x = new Float64Array(size);
    x[steepest] = 1;
  }
  return 1 / norm / estimate;
}
