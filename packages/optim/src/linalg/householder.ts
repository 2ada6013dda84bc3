import { at, negligible } from "./vector.ts";

/*
 * Householder reflections on one column-major matrix [rows, …]: H = I − β v vᵀ with v₀ = 1 sends a column to
 * (α, 0, …, 0) (Golub & Van Loan, Matrix Computations, 4th ed., algorithm 5.1.1).
 */

/**
 * Reflects column `column` from row `from` on onto its first element; v is left below that element, which
 * becomes α.
 *
 * @returns β; 0 when the column is already of that form
 */
export function reflectColumn(matrix: Float64Array, rows: number, column: number, from: number): number {
  const start = column * rows;
  const length = lengthToReflect(matrix, rows, start, from);
  if (length === 0) return 0;
  const head = at(matrix, start + from);
  const alpha = head > 0 ? -length : length;
  const pivot = head - alpha;
  for (let i = from + 1; i < rows; i++) matrix[start + i] = at(matrix, start + i) / pivot;
  matrix[start + from] = alpha;
  return -pivot / alpha;
}

/**
 * Length of the part of a column from row `from` on; 0 when all below its first element is negligible, however small
 * that is beside the first element: it may be all that another column has.
 */
function lengthToReflect(matrix: Float64Array, rows: number, start: number, from: number): number {
  const head = at(matrix, start + from);
  let below = 0;
  for (let i = from + 1; i < rows; i++) below += at(matrix, start + i) ** 2;
  const square = head * head + below;
  if (below > 2 ** -900 && square < 2 ** 1000) return Math.sqrt(square);
  let largest = 0;
  for (let i = from + 1; i < rows; i++) largest = Math.max(largest, Math.abs(at(matrix, start + i)));
  if (largest < negligible) return 0;
  largest = Math.max(largest, Math.abs(head));
  let scaled = 0;
  for (let i = from; i < rows; i++) scaled += (at(matrix, start + i) / largest) ** 2;
  return largest * Math.sqrt(scaled);
}

/** Applies the reflection stored in column `column` of `matrix` to column `target` of `onto`. */
export function applyReflection(
  matrix: Float64Array,
  rows: number,
  column: number,
  from: number,
  beta: number,
  onto: Float64Array,
  target: number,
): void {
  if (beta === 0) return;
  const v = column * rows;
  const w = target * rows;
  let product = at(onto, w + from);
  for (let i = from + 1; i < rows; i++) product += at(matrix, v + i) * at(onto, w + i);
  product *= beta;
  onto[w + from] = at(onto, w + from) - product;
  for (let i = from + 1; i < rows; i++) onto[w + i] = at(onto, w + i) - product * at(matrix, v + i);
}
