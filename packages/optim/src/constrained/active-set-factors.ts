import { at } from "../linalg/vector.ts";

/**
 * The factors that Goldfarb & Idnani's method keeps of the active constraints' normals N = [n₁ … n_q]: J with
 * Jᵀ H J = I and Jᵀ N = [R; 0], R upper triangular (Math. Programming 27, 1983, §4). Changed in place.
 */
export interface ActiveSetFactors {
  readonly n: number;
  /** J, row-major [n, n]. Its last n − q columns span the directions that leave the active constraints as they are. */
  readonly J: Float64Array;
  /** R, row-major [n, n], of which the leading q by q triangle counts. */
  readonly R: Float64Array;
  /** Number of active constraints. */
  q: number;
}

/**
 * Factors without active constraints: J = L⁻ᵀ.
 *
 * @param factor L of H = L Lᵀ, row-major [n, n]
 */
export function emptyFactors(factor: Float64Array, n: number): ActiveSetFactors {
  const J = new Float64Array(n * n);
  // Row i of L⁻¹, which is column i of J, solves L y = eᵢ column by column.
  for (let k = 0; k < n; k++) {
    J[k * n + k] = 1 / at(factor, k * n + k);
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k; j < i; j++) sum += at(factor, i * n + j) * at(J, k * n + j);
      J[k * n + i] = -sum / at(factor, i * n + i);
    }
  }
  return { n, J, R: new Float64Array(n * n), q: 0 };
}

/** z = J₂ J₂ᵀ v for d = Jᵀv: v as far as the active constraints allow, in the metric of H⁻¹. */
export function freePart({ n, J, q }: ActiveSetFactors, d: Float64Array): Float64Array {
  const z = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = q; k < n; k++) sum += at(J, i * n + k) * at(d, k);
    z[i] = sum;
  }
  return z;
}

/** Jᵀ v */
export function transformed({ n, J }: ActiveSetFactors, v: Float64Array): Float64Array {
  const d = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const vi = at(v, i);
    if (vi !== 0) for (let k = 0; k < n; k++) d[k] = at(d, k) + at(J, i * n + k) * vi;
  }
  return d;
}

/** R r = b, of the first q elements of b. */
export function solveUpper({ n, R, q }: ActiveSetFactors, b: Float64Array): Float64Array {
  const r = b.slice(0, q);
  for (let i = q - 1; i >= 0; i--) {
    let sum = at(r, i);
    for (let k = i + 1; k < q; k++) sum -= at(R, i * n + k) * at(r, k);
    r[i] = sum / at(R, i * n + i);
  }
  return r;
}

/** Rᵀ w = b. */
export function solveLower({ n, R, q }: ActiveSetFactors, b: Float64Array): Float64Array {
  const w = b.slice(0, q);
  for (let i = 0; i < q; i++) {
    let sum = at(w, i);
    for (let k = 0; k < i; k++) sum -= at(R, k * n + i) * at(w, k);
    w[i] = sum / at(R, i * n + i);
  }
  return w;
}

/** Adds a constraint with normal v, given d = Jᵀv, which is changed. */
export function addConstraint(factors: ActiveSetFactors, d: Float64Array): void {
  const { n, R, q } = factors;
  for (let k = n - 1; k > q; k--) {
    const [c, s, length] = rotation(at(d, k - 1), at(d, k));
    if (s === 0) continue;
    d[k - 1] = length;
    d[k] = 0;
    rotateColumns(factors, k - 1, k, c, s);
  }
  for (let i = 0; i <= q; i++) R[i * n + q] = at(d, i);
  factors.q = q + 1;
}

/** Drops the active constraint at `position`; those behind it move up. */
export function dropConstraint(factors: ActiveSetFactors, position: number): void {
  const { n, R, q } = factors;
  for (let column = position + 1; column < q; column++) {
    for (let i = 0; i <= column; i++) R[i * n + column - 1] = at(R, i * n + column);
    // The element below the diagonal goes by a rotation of two rows of R and two columns of J.
    const [k, j] = [column - 1, column];
    const [c, s, length] = rotation(at(R, k * n + k), at(R, j * n + k));
    if (s === 0) continue;
    R[k * n + k] = length;
    R[j * n + k] = 0;
    for (let i = column + 1; i < q; i++) {
      const [a, b] = [at(R, k * n + i), at(R, j * n + i)];
      R[k * n + i] = c * a + s * b;
      R[j * n + i] = -s * a + c * b;
    }
    rotateColumns(factors, k, j, c, s);
  }
  factors.q = q - 1;
}

/** c and s with [c s; −s c] [a; b] = [length; 0]. */
function rotation(a: number, b: number): [c: number, s: number, length: number] {
  if (b === 0) return [1, 0, a];
  const length = Math.hypot(a, b);
  return [a / length, b / length, length];
}

function rotateColumns({ n, J }: ActiveSetFactors, k: number, j: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const [a, b] = [at(J, i * n + k), at(J, i * n + j)];
    J[i * n + k] = c * a + s * b;
    J[i * n + j] = -s * a + c * b;
  }
}
