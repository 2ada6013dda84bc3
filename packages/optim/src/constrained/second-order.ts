import { modifiedCholesky, negativeCurvature } from "../linalg/modified-cholesky.ts";
import { rangeSpace } from "../linalg/range-space.ts";
import { at, dot, maxNorm, scaled } from "../linalg/vector.ts";
import type { ConstrainedProblem } from "../problem/constrained-problem.ts";
import { boxOf, projectedPoint, roomAlong, type Box } from "./box.ts";
import type { ConstrainedPlace, KktReport, Multipliers } from "./kkt.ts";
import { merit } from "./merit.ts";
import { placeAt } from "./method.ts";
import { linearized, scaledHessian, type Linearized } from "./sqp-subproblem.ts";

/** A multiplier counts as positive when a change of x by its own size would change the value by more than this part. */
const weak = 1e-6;
/** Curvature counts when it promises to lower the value by more than this part over a step of the parameters' size. */
const worthwhile = 1e-8;
const mostTrials = 15;

/** Constraints that hold at a place where the first-order conditions are met. */
interface ActiveRows {
  /** Those that have to stay active: equalities, and others with a multiplier. */
  readonly strong: readonly Float64Array[];
  /** Those that a direction may leave, but not violate: a direction d needs aᵀd ≥ 0. */
  readonly leaving: readonly Float64Array[];
}

/**
 * A direction that lowers the value to second order where the first-order conditions hold: dᵀ∇²L d < 0 along the constraints
 * that have multipliers (Nocedal & Wright, Numerical Optimization, 2nd ed., theorem 12.5). Undefined when there is none to be
 * found: where active constraints have no multiplier it is not easy to decide in general, so only the lowest curvature with
 * and without leaving them is tried. The direction is as long as the parameters' sizes.
 *
 * @param hessian ∇²L, [n, n]
 */
export function escapeDirection(
  place: ConstrainedPlace,
  multipliers: Multipliers,
  report: KktReport,
  hessian: Float64Array,
  box: Box,
): Float64Array | undefined {
  const linear = linearized(place, box);
  const { scale, gradient } = linear;
  const n = scale.length;
  const matrix = scaledHessian(hessian, linear);
  const { strong, leaving } = activeRows(place, linear, multipliers, report, box);
  for (const rows of leaving.length === 0 ? [strong] : [strong, [...strong, ...leaving]]) {
    const { basis, rank, free, reduced } = reducedMatrix(matrix, rows, n);
    const found = free === 0 ? undefined : negativeCurvature(modifiedCholesky(reduced, free));
    if (found === undefined) continue;
    const direction = new Float64Array(n);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < free; k++)
        direction[i] = at(direction, i) + at(basis, i * n + rank + k) * at(found.direction, k);
    const unit = scaled(1 / maxNorm(direction), direction);
    if (!(-quadratic(matrix, unit) / 2 > worthwhile * Math.max(Math.abs(place.value), 1))) continue;
    const down = dot(gradient, unit) > 0 ? -1 : 1;
    for (const sign of [down, -down]) {
      const tried = scaled(sign, unit);
      if (leaving.every((row) => dot(row, tried) >= -1e-12 * maxNorm(row)))
        return tried.map((d, j) => d * at(scale, j));
    }
  }
  return undefined;
}

/**
 * Whether ∇²L curves upwards along the active constraints so much that a change of x by its own size would count, which
 * tells a minimum from a plateau.
 */
export function curvesUpwards(
  place: ConstrainedPlace,
  multipliers: Multipliers,
  report: KktReport,
  hessian: Float64Array,
  box: Box,
): boolean {
  const linear = linearized(place, box);
  const { strong } = activeRows(place, linear, multipliers, report, box);
  const { free, reduced } = reducedMatrix(scaledHessian(hessian, linear), strong, linear.scale.length);
  const least = weak * Math.max(Math.abs(place.value), 1);
  for (let k = 0; k < free; k++) reduced[k * free + k] = at(reduced, k * free + k) - least;
  return modifiedCholesky(reduced, free).definite;
}

/**
 * Whether as many independent constraints have multipliers as there are parameters: such a corner is a minimum, whatever
 * the second derivatives, and no saddle or plateau.
 */
export function isCorner(
  place: ConstrainedPlace,
  multipliers: Multipliers,
  report: KktReport,
  box: Box,
): boolean {
  const linear = linearized(place, box);
  const { strong } = activeRows(place, linear, multipliers, report, box);
  const none = strong.map(() => 0);
  return rangeSpace(strong, none, linear.scale.length).rank === linear.scale.length;
}

/** ZᵀA Z for a basis [Y Z] of the space that rows span and its complement. */
function reducedMatrix(
  matrix: Float64Array,
  rows: readonly Float64Array[],
  n: number,
): { basis: Float64Array; rank: number; free: number; reduced: Float64Array } {
  const { basis, rank } = rangeSpace(
    rows,
    rows.map(() => 0),
    n,
  );
  const free = n - rank;
  const reduced = new Float64Array(free * free);
  const image = new Float64Array(n);
  for (let k = 0; k < free; k++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += at(matrix, i * n + j) * at(basis, j * n + rank + k);
      image[i] = sum;
    }
    for (let l = 0; l < free; l++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += at(basis, i * n + rank + l) * at(image, i);
      reduced[l * free + k] = sum;
    }
  }
  return { basis, rank, free, reduced };
}

function quadratic(matrix: Float64Array, v: Float64Array): number {
  const n = v.length;
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += at(v, i) * at(matrix, i * n + j) * at(v, j);
  return sum;
}

/** Rows in scaled variables. */
function activeRows(
  place: ConstrainedPlace,
  { matrix, offsets, equalities, scale }: Linearized,
  { inequalities }: Multipliers,
  { boundMultipliers }: KktReport,
  { lower, upper }: Box,
): ActiveRows {
  const n = scale.length;
  const strong: Float64Array[] = [];
  const leaving: Float64Array[] = [];
  const counts = weak * Math.max(Math.abs(place.value), 1);
  for (let i = 0; i < offsets.length; i++) {
    const row = matrix.slice(i * n, (i + 1) * n);
    const size = maxNorm(row);
    if (!(size > 0)) continue;
    if (i < equalities || at(inequalities, i - equalities) * size > counts) strong.push(row);
    else if (at(offsets, i) <= weak * Math.max(size, 1)) leaving.push(row);
  }
  for (let j = 0; j < n; j++) {
    const [low, high] = [at(place.x, j) === at(lower, j), at(place.x, j) === at(upper, j)];
    if (!low && !high) continue;
    const row = new Float64Array(n);
    row[j] = low ? 1 : -1;
    const held = Math.abs(at(boundMultipliers, j)) * at(scale, j) > counts;
    (held || (low && high) ? strong : leaving).push(row);
  }
  return { strong, leaving };
}

/**
 * A step along such a direction that lowers the merit function, found by shortening. The constraints' curvature is taken
 * back by the shortest step to where the active ones, linearised, are as they were.
 */
export function followEscape(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  multipliers: Multipliers,
  direction: Float64Array,
  weights: Float64Array,
): { place: ConstrainedPlace | undefined; stepLength: number } {
  const box = boxOf(problem);
  const [room] = roomAlong(box, place.x, direction);
  const start = merit(place, weights);
  const linear = linearized(place, box);
  let stepLength = Math.min(1, room);
  for (let trial = 0; trial < mostTrials; trial++) {
    const straight = placeAt(problem, projectedPoint(box, place.x, stepLength, direction));
    const reached = straight && back(problem, straight, linear, multipliers, box);
    for (const candidate of [straight, reached])
      if (candidate !== undefined && start - merit(candidate, weights) > 1e-10 * Math.max(Math.abs(start), 1))
        return { place: candidate, stepLength };
    stepLength /= 4;
  }
  return { place: undefined, stepLength };
}

/** From a point beside the constraints back to them, by the shortest step that their linearisation at the start tells. */
function back(
  problem: ConstrainedProblem,
  beside: ConstrainedPlace,
  { matrix, equalities, scale }: Linearized,
  { inequalities }: Multipliers,
  box: Box,
): ConstrainedPlace | undefined {
  const n = scale.length;
  const values = [...beside.equalities, ...beside.inequalities];
  const rows: Float64Array[] = [];
  const targets: number[] = [];
  values.forEach((c, i) => {
    const row = matrix.slice(i * n, (i + 1) * n);
    const stays = i < equalities || at(inequalities, i - equalities) > 0;
    if (!(maxNorm(row) > 0) || (!stays && c >= 0)) return;
    rows.push(row);
    targets.push(-c);
  });
  if (rows.length === 0) return undefined;
  const { basis, rank, coordinates } = rangeSpace(rows, targets, n);
  const step = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < rank; k++) step[i] = at(step, i) + at(basis, i * n + k) * at(coordinates, k);
    step[i] = at(step, i) * at(scale, i);
  }
  return placeAt(problem, projectedPoint(box, beside.x, 1, step));
}
