import { at } from "../linalg/vector.ts";
import type { QuadraticProgram } from "./quadratic-program.ts";

/**
 * All constraints of a quadratic program as rows a of length one with aᵀx + b = 0 or ≥ 0: the general ones, then lower
 * bounds, then upper bounds. Rows of absent bounds are never violated.
 */
export interface ConstraintRows {
  /** m + 2 n */
  readonly count: number;
  /** What row i was divided by. */
  scale(row: number): number;
  isEquality(row: number): boolean;
  /** aᵀx + b */
  residual(row: number, x: Float64Array): number;
  /** |b| + Σ |aⱼ| reachⱼ: beside it, a residual of its rounding error is none. */
  size(row: number, reach: Float64Array): number;
  /** a, [n] */
  normal(row: number): Float64Array;
}

export function constraintRows(program: QuadraticProgram): ConstraintRows {
  const { matrix, offsets, equalities, lower, upper } = program;
  const [m, n] = [offsets.length, lower.length];
  const unit = matrix.slice();
  const shift = offsets.slice();
  const scale = new Float64Array(m).fill(1);
  for (let i = 0; i < m; i++) {
    let length = 0;
    for (let j = 0; j < n; j++) length = Math.hypot(length, at(matrix, i * n + j));
    if (!(length > 0)) continue;
    scale[i] = length;
    shift[i] = at(offsets, i) / length;
    for (let j = 0; j < n; j++) unit[i * n + j] = at(matrix, i * n + j) / length;
  }
  /** The variable that a bound's row is about, and the side. */
  const bound = (row: number): readonly [j: number, sign: number, limit: number] => {
    const j = (row - m) % n;
    return row < m + n ? [j, 1, at(lower, j)] : [j, -1, at(upper, j)];
  };
  return {
    count: m + 2 * n,
    scale: (row) => (row < m ? at(scale, row) : 1),
    isEquality(row) {
      if (row < m) return row < equalities;
      const [j] = bound(row);
      return row < m + n && at(lower, j) === at(upper, j);
    },
    residual(row, x) {
      if (row >= m) {
        const [j, sign, limit] = bound(row);
        return sign * (at(x, j) - limit);
      }
      let sum = at(shift, row);
      for (let j = 0; j < n; j++) sum += at(unit, row * n + j) * at(x, j);
      return sum;
    },
    size(row, reach) {
      if (row >= m) {
        const [j, , limit] = bound(row);
        return Math.abs(limit) + at(reach, j);
      }
      let sum = Math.abs(at(shift, row));
      for (let j = 0; j < n; j++) sum += Math.abs(at(unit, row * n + j)) * at(reach, j);
      return sum;
    },
    normal(row) {
      if (row < m) return unit.slice(row * n, (row + 1) * n);
      const [j, sign] = bound(row);
      const normal = new Float64Array(n);
      normal[j] = sign;
      return normal;
    },
  };
}
