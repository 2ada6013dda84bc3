import { cholesky } from "../linalg/cholesky.ts";
import { modifiedCholesky, modifiedMatrix, solveModified } from "../linalg/modified-cholesky.ts";
import { rangeSpace } from "../linalg/range-space.ts";
import { at, epsilon, maxNorm, norm, scaled } from "../linalg/vector.ts";

/** ½ pᵀH p + gᵀp with H positive definite. */
export interface ConvexModel {
  /** Row-major [n, n]. */
  readonly hessian: Float64Array;
  readonly gradient: Float64Array;
  /** Largest change of a diagonal element that directions within the constraints feel; 0 for none. */
  readonly damping: number;
  /** Whether the Hessian was changed across the constraints. */
  readonly acrossChanged: boolean;
}

/** Constraints aᵢᵀp + bᵢ = 0 that are expected to be active at the minimum. */
export interface WorkingSet {
  readonly rows: readonly Float64Array[];
  readonly offsets: readonly number[];
}

/** Curvature across the constraints is kept above this part of what it is made of, so that the model is well conditioned, */
const leastCurvature = 1e-8;
/** and is given this part where it was not. */
const givenCurvature = 1e-4;
/** Flat directions get at least the curvature that makes this part of the whole slope a step of the longest length. */
const conditioning = 1e-8;

/**
 * A convex model with the same minimum on the working set, if there is one: with an orthogonal basis [Y Z] of the
 * constraints' normals and their null space, only the reduced Hessian ZᵀH Z decides whether the minimum exists. That is
 * made positive definite where it is not (which does change the model); the rest of H gets what it lacks as
 * ½ (Yᵀp − q)ᵀE (Yᵀp − q), zero where the constraints hold, Yᵀp = q (convexification as in Gill & Robinson, A Globally
 * Convergent Stabilized SQP Method, SIAM J. Optim. 23, 2013, §2, with the least E instead of a multiple of YYᵀ). Full
 * steps thus stay Newton steps although H is indefinite, as it usually is at the minimum of a constrained problem.
 *
 * @param longest where the reduced Hessian had to be changed, about how long a step it may give
 */
export function convexModel(
  hessian: Float64Array,
  gradient: Float64Array,
  { rows, offsets }: WorkingSet,
  longest: number,
): ConvexModel {
  const n = gradient.length;
  if (cholesky(lowered(hessian, n), n) !== undefined)
    return { hessian, gradient, damping: 0, acrossChanged: false };
  const { basis, coordinates } = rangeSpace(
    rows,
    offsets.map((b) => -b),
    n,
  );
  const rotated = congruent(basis, hessian, n);
  const slope = new Float64Array(n);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) slope[k] = at(slope, k) + at(basis, i * n + k) * at(gradient, i);
  const damping = makeReducedConvex(rotated, slope, coordinates, n, longest);
  const pull = makeWholeConvex(rotated, slope, coordinates, n, longest);
  if (damping === 0 && pull === undefined) return { hessian, gradient, damping, acrossChanged: false };
  const changed = gradient.slice();
  pull?.forEach((value, j) => {
    for (let i = 0; i < n; i++) changed[i] = at(changed, i) - value * at(basis, i * n + j);
  });
  return {
    hessian: congruent(transposed(basis, n), rotated, n),
    gradient: changed,
    damping,
    acrossChanged: pull !== undefined,
  };
}

/** A with its diagonal made a little smaller: what is still positive definite then is so without doubt. */
function lowered(matrix: Float64Array, n: number): Float64Array {
  const result = matrix.slice();
  for (let k = 0; k < n * n; k += n + 1) result[k] = (1 - leastCurvature) * at(matrix, k);
  return result;
}

/** Makes H_zz positive definite, in place; how much was added to the diagonal at most. */
function makeReducedConvex(
  rotated: Float64Array,
  slope: Float64Array,
  coordinates: Float64Array,
  n: number,
  longest: number,
): number {
  const rank = coordinates.length;
  const free = n - rank;
  if (free === 0) return 0;
  const reduced = block(rotated, n, rank, free);
  // What rounding has made of a zero is no curvature.
  const noise = 10 * n * epsilon * maxNorm(rotated);
  if (modifiedCholesky(shifted(reduced, free, -noise), free).definite) return 0;
  // Flat directions have no length scale of their own: let the slope and the longest step set one.
  const along = slope.slice(rank);
  for (let k = 0; k < free; k++)
    for (let j = 0; j < rank; j++)
      along[k] = at(along, k) + at(rotated, (rank + k) * n + j) * at(coordinates, j);
  const floor = Math.max(norm(along), conditioning * norm(slope)) / longest || noise || 1;
  const changed = convexMatrix(reduced, free, floor);
  let damping = 0;
  for (let i = 0; i < free; i++)
    for (let j = 0; j < free; j++) {
      const place = (rank + i) * n + rank + j;
      const value = at(changed, i * free + j);
      if (i === j) damping = Math.max(damping, value - at(rotated, place));
      rotated[place] = value;
    }
  return damping;
}

/**
 * A symmetric matrix made positive definite: negative curvatures with their sign changed, plus `floor` times the identity,
 * which is all that flat directions get.
 */
export function convexMatrix(matrix: Float64Array, n: number, floor: number): Float64Array {
  // The factorisation gives zero rows a small curvature of no units.
  const unit = Math.max(maxNorm(matrix), floor);
  const factor = modifiedCholesky(scaled(1 / unit, matrix), n);
  return shifted(scaled(unit, modifiedMatrix(factor)), n, floor);
}

/**
 * Adds E to H_yy, in place, so that H is positive definite where H_zz is: S = H_yy − H_yz H_zz⁻¹ H_zy has to be, too. E q, or
 * undefined when nothing was added.
 */
function makeWholeConvex(
  rotated: Float64Array,
  slope: Float64Array,
  coordinates: Float64Array,
  n: number,
  longest: number,
): Float64Array | undefined {
  const rank = coordinates.length;
  const free = n - rank;
  if (rank === 0) return undefined;
  const schur = block(rotated, n, 0, rank);
  const reduced = modifiedCholesky(block(rotated, n, rank, free), free);
  const column = new Float64Array(free);
  const size = new Float64Array(rank);
  const least = Math.max(norm(slope) / longest, Number.MIN_VALUE);
  for (let j = 0; j < rank; j++) {
    for (let k = 0; k < free; k++) column[k] = at(rotated, (rank + k) * n + j);
    const solved = solveModified(reduced, column);
    for (let i = 0; i < rank; i++) {
      let product = 0;
      for (let k = 0; k < free; k++) product += at(rotated, i * n + rank + k) * at(solved, k);
      if (i === j) size[i] = Math.max(Math.abs(at(rotated, i * n + i)), product, least);
      schur[i * rank + j] = at(schur, i * rank + j) - product;
    }
  }
  const lifted = (part: number): Float64Array =>
    schur.map((value, k) => (k % (rank + 1) === 0 ? value + part * at(size, k / (rank + 1)) : value));
  if (modifiedCholesky(lifted(-leastCurvature), rank).definite) return undefined;
  const target = modifiedMatrix(modifiedCholesky(schur, rank));
  const pull = new Float64Array(rank);
  for (let i = 0; i < rank; i++)
    for (let j = 0; j < rank; j++) {
      const given = i === j ? givenCurvature * at(size, i) : 0;
      const added = at(target, i * rank + j) + given - at(schur, i * rank + j);
      rotated[i * n + j] = at(rotated, i * n + j) + added;
      pull[i] = at(pull, i) + added * at(coordinates, j);
    }
  return pull;
}

/** The square block on the diagonal from row `from` on. */
function block(matrix: Float64Array, n: number, from: number, size: number): Float64Array {
  const part = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) part[i * size + j] = at(matrix, (from + i) * n + from + j);
  return part;
}

function shifted(matrix: Float64Array, n: number, by: number): Float64Array {
  return matrix.map((value, k) => (k % (n + 1) === 0 ? value + by : value));
}

/** QᵀA Q */
function congruent(q: Float64Array, a: Float64Array, n: number): Float64Array {
  const half = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const value = at(a, i * n + k);
      if (value !== 0)
        for (let j = 0; j < n; j++) half[i * n + j] = at(half, i * n + j) + value * at(q, k * n + j);
    }
  const result = new Float64Array(n * n);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) {
      const value = at(q, k * n + i);
      if (value !== 0)
        for (let j = 0; j < n; j++) result[i * n + j] = at(result, i * n + j) + value * at(half, k * n + j);
    }
  // Rounding makes it slightly unsymmetric.
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const mean = (at(result, i * n + j) + at(result, j * n + i)) / 2;
      result[i * n + j] = mean;
      result[j * n + i] = mean;
    }
  return result;
}

function transposed(a: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[j * n + i] = at(a, i * n + j);
  return result;
}
