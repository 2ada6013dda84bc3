import { at, maxNorm } from "../linalg/vector.ts";
import type { Box } from "./box.ts";
import { convexModel, type ConvexModel, type WorkingSet } from "./convex-model.ts";
import type { ConstrainedPlace, Multipliers } from "./kkt.ts";
import { solveQuadraticProgram, type QuadraticProgram } from "./quadratic-program.ts";

/**
 * The constraints of a place linearised, in variables p̂ⱼ = pⱼ / max(|xⱼ|, 1), which have similar sizes: rows of
 * equalities first.
 */
export interface Linearized {
  /** Rounding errors are those of numbers of this size. */
  readonly unit: 1;
  /** max(|xⱼ|, 1), [n] */
  readonly scale: Float64Array;
  readonly gradient: Float64Array;
  /** [m, n] */
  readonly matrix: Float64Array;
  /** c, [m] */
  readonly offsets: Float64Array;
  readonly equalities: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A step of the quadratic model. */
export interface QuadraticStep {
  /** p, [n] */
  readonly step: Float64Array;
  readonly multipliers: Multipliers;
  /** Violations that remain of the linearised constraints, [m]; zeros unless they contradict each other. */
  readonly remaining: Float64Array;
  /** Active constraints: row i as i, lower bound j as m + j, upper bound j as m + n + j. */
  readonly active: readonly number[];
  /** The model that was minimised, for corrections. */
  readonly model: ConvexModel;
  /** Euclidean-like length pᵀH p of the model. */
  readonly curvature: number;
}

export function linearized(place: ConstrainedPlace, { lower, upper }: Box): Linearized {
  const { x, gradient, equalities, inequalities, equalityJacobian, inequalityJacobian } = place;
  const n = x.length;
  const scale = Float64Array.from(x, (xj) => Math.max(Math.abs(xj), 1));
  const matrix = new Float64Array((equalities.length + inequalities.length) * n);
  matrix.set(equalityJacobian);
  matrix.set(inequalityJacobian, equalityJacobian.length);
  for (let k = 0; k < matrix.length; k++) matrix[k] = at(matrix, k) * at(scale, k % n);
  const offsets = new Float64Array(equalities.length + inequalities.length);
  offsets.set(equalities);
  offsets.set(inequalities, equalities.length);
  return {
    unit: 1,
    scale,
    gradient: gradient.map((slope, j) => slope * at(scale, j)),
    matrix,
    offsets,
    equalities: equalities.length,
    lower: lower.map((bound, j) => (bound - at(x, j)) / at(scale, j)),
    upper: upper.map((bound, j) => (bound - at(x, j)) / at(scale, j)),
  };
}

/** D H D */
export function scaledHessian(hessian: Float64Array, { scale }: Linearized): Float64Array {
  const n = scale.length;
  return hessian.map((value, k) => value * at(scale, Math.trunc(k / n)) * at(scale, k % n));
}

/** The normals and residuals of constraints given by the numbers of {@link QuadraticStep.active}. */
function workingSet(linear: Linearized, active: readonly number[]): WorkingSet {
  const [m, n] = [linear.offsets.length, linear.scale.length];
  const rows: Float64Array[] = [];
  const offsets: number[] = [];
  for (const row of active) {
    let normal: Float64Array = new Float64Array(n);
    let offset: number;
    if (row < m) {
      normal = linear.matrix.subarray(row * n, (row + 1) * n);
      offset = at(linear.offsets, row);
    } else {
      const j = (row - m) % n;
      normal[j] = 1;
      offset = -at(row < m + n ? linear.lower : linear.upper, j);
    }
    if (!(maxNorm(normal) > 0) || !Number.isFinite(offset)) continue;
    rows.push(normal);
    offsets.push(offset);
  }
  return { rows, offsets };
}

/** About the longest scaled step where the Hessian does not say how long it should be. */
const longest = 10;
const mostRounds = 4;
/** The linear penalty of a violation rises by about this part towards the largest one. */
const elasticCurvature = 1e-4;

/**
 * The step and multipliers of min ½ pᵀH p + gᵀp under the linearised constraints, with H made convex for the constraints
 * that turn out active; undefined where these contradict each other.
 *
 * @param hessian scaled
 * @param expected active constraints to begin with
 * @param convexEverywhere makes H itself positive definite, whatever the constraints: always a direction of descent
 */
export function quadraticStep(
  linear: Linearized,
  hessian: Float64Array,
  expected: readonly number[],
  convexEverywhere: boolean,
): QuadraticStep | undefined {
  let active = convexEverywhere ? [] : expected;
  for (let round = 1; ; round++) {
    const model = convexModel(hessian, linear.gradient, workingSet(linear, active), longest);
    const result = solveQuadraticProgram({ ...linear, ...model });
    if (result.kind !== "solved") return undefined;
    const same = sameMembers(result.active, active);
    if (same || convexEverywhere || (!model.acrossChanged && model.damping === 0) || round === mostRounds)
      return stepOf(linear, model, result.x, result.multipliers, result.active);
    active = result.active;
  }
}

function sameMembers(a: readonly number[], b: readonly number[]): boolean {
  const all = new Set(a);
  return a.length === b.length && b.every((member) => all.has(member));
}

function stepOf(
  linear: Linearized,
  model: ConvexModel,
  scaledStep: Float64Array,
  multipliers: Float64Array,
  active: readonly number[],
): QuadraticStep {
  const { scale, matrix, offsets, equalities } = linear;
  const [m, n] = [offsets.length, scale.length];
  const remaining = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    let c = at(offsets, i);
    for (let j = 0; j < n; j++) c += at(matrix, i * n + j) * at(scaledStep, j);
    remaining[i] = i < equalities ? Math.abs(c) : Math.max(-c, 0);
  }
  let curvature = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      curvature += at(scaledStep, i) * at(model.hessian, i * n + j) * at(scaledStep, j);
  return {
    step: scaledStep.map((p, j) => p * at(scale, j)),
    multipliers: {
      equalities: multipliers.slice(0, equalities),
      inequalities: multipliers.slice(equalities),
    },
    remaining,
    active,
    model,
    curvature,
  };
}

/** The step of the same model with other values of the constraints: p with c + A p in place of c(x) + A p. */
export function correctedStep(
  linear: Linearized,
  { model }: QuadraticStep,
  offsets: Float64Array,
): Float64Array | undefined {
  const result = solveQuadraticProgram({ ...linear, ...model, offsets });
  return result.kind === "solved" ? result.x.map((p, j) => p * at(linear.scale, j)) : undefined;
}

/**
 * The step where the linearised constraints have no common point within the bounds: all violations are lowered by the
 * same part 1 − δ, with δ ≥ 0 as small as a price of `weight` makes it (Powell 1978; Kraft, A Software Package for
 * Sequential Quadratic Programming, DFVLR-FB 88-28, 1988, §2.2.3).
 */
export function relaxedStep(
  linear: Linearized,
  hessian: Float64Array,
  weight: number,
): QuadraticStep | undefined {
  const model = convexModel(hessian, linear.gradient, { rows: [], offsets: [] }, longest);
  const { matrix, offsets, equalities } = linear;
  const [m, n] = [offsets.length, linear.scale.length];
  const size = n + 1;
  const enlarged: QuadraticProgram = {
    hessian: new Float64Array(size * size),
    gradient: Float64Array.of(...model.gradient, weight),
    matrix: new Float64Array(m * size),
    offsets,
    equalities,
    lower: Float64Array.of(...linear.lower, 0),
    upper: Float64Array.of(...linear.upper, 1),
    unit: linear.unit,
  };
  for (let i = 0; i < n; i++) enlarged.hessian.set(model.hessian.subarray(i * n, (i + 1) * n), i * size);
  enlarged.hessian[size * size - 1] = elasticCurvature * weight;
  for (let i = 0; i < m; i++) {
    enlarged.matrix.set(matrix.subarray(i * n, (i + 1) * n), i * size);
    const c = at(offsets, i);
    enlarged.matrix[i * size + n] = i < equalities ? -c : Math.max(-c, 0);
  }
  const result = solveQuadraticProgram(enlarged);
  if (result.kind !== "solved") return undefined;
  return stepOf(
    linear,
    model,
    result.x.slice(0, n),
    result.multipliers,
    withoutExtra(result.active, m, n, size),
  );
}

/** The numbers of active constraints without the bounds of variables from n on. */
function withoutExtra(active: readonly number[], m: number, n: number, size: number): number[] {
  return active.flatMap((row) => {
    if (row < m) return [row];
    const k = (row - m) % size;
    if (k >= n) return [];
    return [row < m + size ? m + k : m + n + k];
  });
}

/**
 * The step where the linearised constraints contradict each other: every constraint may be violated by t ≥ 0 at the price
 * ν t (the ℓ₁ elastic mode; Nocedal & Wright, Numerical Optimization, 2nd ed., §18.2 and (18.12)), with a slight ½ ε t²
 * that keeps the program strictly convex. Multipliers are at most ν (1 + 10⁻⁴).
 *
 * @param weights ν of every constraint, positive, [m]
 */
export function elasticStep(
  linear: Linearized,
  hessian: Float64Array,
  weights: Float64Array,
): QuadraticStep | undefined {
  const model = convexModel(hessian, linear.gradient, { rows: [], offsets: [] }, longest);
  const { matrix, offsets, equalities } = linear;
  const [m, n] = [offsets.length, linear.scale.length];
  const size = n + m + equalities;
  const enlarged: QuadraticProgram = {
    hessian: new Float64Array(size * size),
    gradient: new Float64Array(size),
    matrix: new Float64Array(m * size),
    offsets,
    equalities,
    lower: new Float64Array(size),
    upper: new Float64Array(size).fill(Infinity),
    unit: linear.unit,
  };
  enlarged.lower.set(linear.lower);
  enlarged.upper.set(linear.upper);
  enlarged.gradient.set(model.gradient);
  for (let i = 0; i < n; i++) enlarged.hessian.set(model.hessian.subarray(i * n, (i + 1) * n), i * size);
  const typical = Math.max(maxNorm(offsets), Number.MIN_VALUE);
  for (let k = n; k < size; k++) {
    const row = (k - n) % m;
    const weight = at(weights, row);
    enlarged.gradient[k] = weight;
    enlarged.hessian[k * size + k] = (elasticCurvature * weight) / typical;
    // The second variable of an equality lets it be exceeded.
    enlarged.matrix[row * size + k] = k < n + m ? 1 : -1;
  }
  for (let i = 0; i < m; i++) enlarged.matrix.set(matrix.subarray(i * n, (i + 1) * n), i * size);
  const result = solveQuadraticProgram(enlarged);
  if (result.kind !== "solved") return undefined;
  return stepOf(
    linear,
    model,
    result.x.slice(0, n),
    result.multipliers,
    withoutExtra(result.active, m, n, size),
  );
}
