import { semidefiniteRoot } from "../../linalg/cholesky.ts";
import { triangularizeInPlace, type Compressed } from "../../linalg/triangularize.ts";
import { allFinite, at, epsilon, norm, entry } from "../../linalg/vector.ts";
import type { Kept, Linearization } from "./problem.ts";
import { headTotals } from "./sums.ts";

/** Residuals and Jacobian with what a loss makes of them. */
export interface Weighed extends Kept {
  /** w, what each residual weighs in the Hessian (see `correction`); undefined without a loss. */
  readonly curvatures?: Float64Array | undefined;
}

/** What is known of a point however its Jacobian is factored. */
interface Costs {
  readonly x: Float64Array;
  readonly value: number;
  readonly residualSumOfSquares: number;
  readonly firstValue: number | undefined;
}

/** Room to factor in, so that no arrays as large as the Jacobian are made for every point. */
export interface Workspace {
  matrix: Float64Array;
  right: Float64Array;
}

/**
 * The linearised problem by QR of J.
 *
 * @param room is overwritten, and replaced where it is too small
 */
export function fromColumns(
  costs: Costs,
  weighed: Weighed,
  keep: boolean,
  room: Workspace = { matrix: new Float64Array(), right: new Float64Array() },
): Linearization {
  const { residuals, columns, weights, curvatures } = weighed;
  const n = residuals.length;
  const p = columns.length / n;
  const force = weights === undefined ? residuals : residuals.map((value, i) => value * at(weights, i));
  const gradient = transposedTimes(columns, force);
  if (room.matrix.length < n * p) room.matrix = new Float64Array(n * p);
  if (room.right.length < n) room.right = new Float64Array(n);
  const { matrix, right } = room;
  matrix.set(columns);
  right.set(force);
  if (curvatures !== undefined) scaleRows(matrix, right, curvatures, p);
  const { root, transformed, rows } = triangularizeInPlace(matrix, right, n, p);
  return {
    ...costs,
    firstValue: costs.firstValue ?? costs.value,
    gradient,
    columnNorms: columnNorms(root, rows, p),
    root,
    transformed,
    rows,
    kept: keep ? { residuals, columns, weights } : undefined,
  };
}

/** √w J and ρ′ r / √w: the corrected Jacobian and residuals, whose Gauss–Newton step is that of the robust cost. */
function scaleRows(matrix: Float64Array, force: Float64Array, curvatures: Float64Array, p: number): void {
  const n = curvatures.length;
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(at(curvatures, i));
    for (let j = 0; j < p; j++) matrix[j * n + i] = at(matrix, j * n + i) * root;
    // A residual of no curvature has no force either.
    force[i] = root > 0 ? at(force, i) / root : 0;
  }
}

function columnNorms(root: Float64Array, rows: number, p: number): Float64Array {
  const norms = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    let square = 0;
    for (let i = 0; i < rows; i++) square += at(root, j * rows + i) ** 2;
    const plain = square > 1e-280 && square < 1e280;
    norms[j] = plain ? Math.sqrt(square) : norm(root.subarray(j * rows, j * rows + rows));
  }
  return norms;
}

/**
 * The linearised problem by Cholesky factorisation of JᵀJ.
 *
 * @param totals see `sums`: Jᵀr [p] and JᵀJ [p, p] after its head
 */
export function fromSums(costs: Costs, totals: ArrayLike<number>, p: number): Linearization {
  const gradient = new Float64Array(p);
  const matrix = new Float64Array(p * p);
  for (let j = 0; j < p; j++) gradient[j] = entry(totals, headTotals + j);
  for (let k = 0; k < p * p; k++) matrix[k] = entry(totals, headTotals + p + k);
  return fromNormal(costs, gradient, matrix);
}

/** The linearised problem from Jᵀr and JᵀJ. */
export function fromNormal(costs: Costs, gradient: Float64Array, matrix: Float64Array): Linearization {
  const p = gradient.length;
  const firstValue = costs.firstValue ?? costs.value;
  const length = Math.sqrt(2 * costs.value);
  const noise = length > epsilon * Math.sqrt(2 * firstValue) ? 100 * p * epsilon * length : Infinity;
  const norms = new Float64Array(p);
  for (let j = 0; j < p; j++) norms[j] = Math.sqrt(at(matrix, j * p + j));
  const known = { ...costs, firstValue, gradient, columnNorms: norms };
  if (!allFinite(matrix) || !allFinite(gradient)) return { ...known, ...nothing, pivot: 0 };
  const { root, transformed, rank, pivot } = semidefiniteRoot(matrix, p, gradient, noise);
  return { ...known, ...triangularizeInPlace(root, transformed, rank, p), pivot };
}

const nothing: Compressed = { root: Float64Array.of(NaN), transformed: new Float64Array(), rows: 0 };

/**
 * Why a linearisation is of no use; empty when it is.
 *
 * @param residuals to be named, where they are at hand
 */
export function whyNot(
  { value, root, gradient }: Linearization,
  residuals: ArrayLike<number> | undefined,
): string {
  if (!Number.isFinite(value)) {
    for (let i = 0; i < (residuals?.length ?? 0); i++) {
      const residual = residuals?.[i];
      if (!Number.isFinite(residual)) return `residual ${i} is ${residual}`;
    }
    return `the sum of squares is ${value}`;
  }
  if (!allFinite(root) || !allFinite(gradient)) return "a derivative of the residuals is not finite";
  return "";
}

/** Jᵀ f for J by columns. */
export function transposedTimes(columns: Float64Array, f: ArrayLike<number>): Float64Array {
  const n = f.length;
  const product = new Float64Array(columns.length / n);
  for (let j = 0; j < product.length; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += at(columns, j * n + i) * entry(f, i);
    product[j] = sum;
  }
  return product;
}
