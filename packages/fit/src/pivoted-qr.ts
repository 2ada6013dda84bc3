/** J D = Q R Pᵀ: the factorisation of a Jacobian with its columns scaled to length one and pivoted. */
export interface PivotedQr {
  /** Number of columns p. */
  readonly size: number;
  /** How many columns are numerically independent. */
  readonly rank: number;
  /** `order[k]` is the column that stands in place k. */
  readonly order: readonly number[];
  /** The lengths the columns had. */
  readonly lengths: Float64Array;
  /** R, row-major [p, p], upper triangular; rows from `rank` on are rounding error. */
  readonly triangle: Float64Array;
}

const SMALLEST_NORMAL = 2 ** -1022;

/**
 * Householder QR with column pivoting (Businger & Golub 1965) of columns scaled to unit length, so that neither the
 * rank nor anything derived from R depends on the units of the parameters.
 *
 * A column counts as dependent when what the columns before it leave unexplained is below 64 ε √n of its length,
 * which is what rounding errors in an exact Jacobian come to.
 *
 * @param columns the matrix, one array of length n per column; not changed
 */
export function pivotedQr(columns: readonly Float64Array[]): PivotedQr {
  const size = columns.length;
  const rows = columns[0]?.length ?? 0;
  // A length without all its digits (subnormal) cannot be divided by: such a column counts as zero.
  const lengths = Float64Array.from(columns, (column) => {
    const length = lengthFrom(column, 0);
    return length < SMALLEST_NORMAL ? 0 : length;
  });
  const work = columns.map((column, j) =>
    column.map((value) => (lengths[j] === 0 ? 0 : value / lengths[j]!)),
  );
  const order = columns.map((_, j) => j);
  const triangle = new Float64Array(size * size);
  const tolerance = 64 * Number.EPSILON * Math.sqrt(rows);
  let rank = 0;
  for (; rank < Math.min(size, rows); rank++) {
    const pivot = longest(work, rank);
    if (lengthFrom(work[pivot]!, rank) <= tolerance) break;
    exchange(work, rank, pivot);
    exchange(order, rank, pivot);
    // Rows above are final: move them with their column.
    for (let i = 0; i < rank; i++) {
      const held = triangle[i * size + rank]!;
      triangle[i * size + rank] = triangle[i * size + pivot]!;
      triangle[i * size + pivot] = held;
    }
    const reflector = work[rank]!;
    triangle[rank * size + rank] = reflect(reflector, rank);
    for (let j = rank + 1; j < size; j++) {
      apply(reflector, work[j]!, rank);
      triangle[rank * size + j] = work[j]![rank]!;
    }
  }
  return { size, rank, order, lengths, triangle };
}

/** Solves R₁₁ᵀ z = b for the leading `rank` rows and columns of R. */
export function solveTransposed({ triangle, size, rank }: PivotedQr, b: Float64Array): Float64Array {
  const z = new Float64Array(rank);
  for (let i = 0; i < rank; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= triangle[k * size + i]! * z[k]!;
    z[i] = sum / triangle[i * size + i]!;
  }
  return z;
}

/**
 * For every dependent column the combination of columns that is zero, (−R₁₁⁻¹ r, 1), in the order of the original
 * columns and for unit-length columns: directions in which the parameters can move without moving the model.
 */
export function nullDirections({ triangle, size, rank, order }: PivotedQr): Float64Array[] {
  const directions: Float64Array[] = [];
  for (let dependent = rank; dependent < size; dependent++) {
    const direction = new Float64Array(size);
    direction[order[dependent]!] = 1;
    for (let i = rank - 1; i >= 0; i--) {
      let sum = -triangle[i * size + dependent]!;
      for (let k = i + 1; k < rank; k++) sum -= triangle[i * size + k]! * direction[order[k]!]!;
      direction[order[i]!] = sum / triangle[i * size + i]!;
    }
    directions.push(direction);
  }
  return directions;
}

/** Euclidean length of the part of a vector from an index on, safe from overflow and underflow. */
function lengthFrom(vector: Float64Array, from: number): number {
  let largest = 0;
  for (let i = from; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i]!));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = from; i < vector.length; i++) sum += (vector[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

function longest(columns: readonly Float64Array[], from: number): number {
  let best = from;
  let bestLength = -1;
  for (let j = from; j < columns.length; j++) {
    const length = lengthFrom(columns[j]!, from);
    if (length > bestLength) [best, bestLength] = [j, length];
  }
  return best;
}

function exchange<T>(list: T[], i: number, j: number): void {
  const held = list[i]!;
  list[i] = list[j]!;
  list[j] = held;
}

/** Turns a column into the Householder vector v of H = I − 2 v vᵀ / vᵀv that sends it to α e; returns α. */
function reflect(column: Float64Array, from: number): number {
  const length = lengthFrom(column, from);
  const alpha = column[from]! > 0 ? -length : length;
  column[from] = column[from]! - alpha;
  return alpha;
}

function apply(reflector: Float64Array, column: Float64Array, from: number): void {
  let square = 0;
  let product = 0;
  for (let i = from; i < column.length; i++) {
    square += reflector[i]! * reflector[i]!;
    product += reflector[i]! * column[i]!;
  }
  const factor = (2 * product) / square;
  for (let i = from; i < column.length; i++) column[i] = column[i]! - factor * reflector[i]!;
}
