import { LinearAlgebraError } from "../errors.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";

/** Which matrix of a batch is meant, for the end of a message; nothing if there is only one. */
export function memberOf(leading: Shape, index: number): string {
  if (leading.length === 0) return "";
  const position: number[] = [];
  for (let axis = leading.length - 1, rest = index; axis >= 0; axis--) {
    const extent = leading[axis] as number;
    position.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return `, matrix ${formatShape(position)} of the batch`;
}

/** @throws {LinearAlgebraError} when a number of the matrix is NaN or infinite, with its place. */
export function requireFinite(
  operation: string,
  matrix: ArrayLike<number>,
  columns: number,
  leading: Shape,
  index: number,
): void {
  for (let at = 0; at < matrix.length; at++)
    if (!Number.isFinite(matrix[at]))
      throw new LinearAlgebraError(
        `${operation}: expected a matrix of finite numbers: found ${matrix[at]} in row ${Math.floor(at / columns)}, ` +
          `column ${at % columns}${memberOf(leading, index)}`,
      );
}

/** A square matrix that has no inverse, or none that rounding leaves any digit of. */
export function singularError(
  operation: string,
  column: number,
  reciprocalCondition: number,
  shape: Shape,
  leading: Shape,
  index: number,
): LinearAlgebraError {
  const precision = reciprocalCondition === 0 ? "" : " to working precision";
  return new LinearAlgebraError(
    `${operation}: the matrix is singular${precision}, so it has no inverse, and systems with it no unique solution ` +
      `(remove dependent rows, use lstsq, or look at conditionNumber): no pivot left in column ${column} of a ${formatShape(shape)} matrix, ` +
      `reciprocal condition number ${Number(reciprocalCondition.toPrecision(2))}${memberOf(leading, index)}`,
  );
}
