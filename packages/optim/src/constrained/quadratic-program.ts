import { cholesky, solveCholesky } from "../linalg/cholesky.ts";
import { at, norm, scaled } from "../linalg/vector.ts";
import {
  addConstraint,
  dropConstraint,
  emptyFactors,
  freePart,
  solveLower,
  solveUpper,
  transformed,
  type ActiveSetFactors,
} from "./active-set-factors.ts";
import { constraintRows, type ConstraintRows } from "./constraint-rows.ts";

/** min ½ xᵀH x + gᵀx subject to A x + b = 0 (the first rows) or ≥ 0 (the others) and l ≤ x ≤ u. */
export interface QuadraticProgram {
  /** H, symmetric positive definite, row-major [n, n] */
  readonly hessian: Float64Array;
  /** g, [n] */
  readonly gradient: Float64Array;
  /** A, row-major [m, n] */
  readonly matrix: Float64Array;
  /** b, [m] */
  readonly offsets: Float64Array;
  /** How many of the first rows are equalities. */
  readonly equalities: number;
  /** l and u, [n]; −Infinity and Infinity where there is none. Equal ones fix a variable. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /**
   * Size of numbers whose rounding errors are in b, l and u, beside rows of length one: residuals of the rounding error of
   * that count as zero. Default 0: b, l and u are exact.
   */
  readonly unit?: number;
}

/** How a quadratic program ended. */
export type QuadraticProgramResult =
  | QuadraticProgramSolution
  /** No point meets all constraints; `row` is the one that contradicts the others (a bound where it is m or more). */
  | { readonly kind: "infeasible"; readonly row: number }
  /** H is not positive definite, or rounding kept the method from ending. */
  | { readonly kind: "indefinite" | "stalled" };

/** H x + g = Aᵀλ + z_l − z_u; multipliers of inequalities and bounds are ≥ 0 and zero where inactive. */
export interface QuadraticProgramSolution {
  readonly kind: "solved";
  readonly x: Float64Array;
  /** λ, [m] */
  readonly multipliers: Float64Array;
  /** z_l, [n] */
  readonly lower: Float64Array;
  /** z_u, [n] */
  readonly upper: Float64Array;
  /** Active constraints: row i as i, lower bound j as m + j, upper bound j as m + n + j. */
  readonly active: readonly number[];
}

/** A residual below this part of its terms counts as zero. */
const rounding = 1e-13;
/** Below this part of its length a normal counts as dependent on the active ones, */
const dependent = 1e-11;
/** and is no contradiction when its residual is below this part of its terms. */
const consistent = 1e-9;

/** An active constraint, its normal taken with a sign so that the multiplier began positive. */
interface Active {
  readonly row: number;
  readonly sign: number;
  multiplier: number;
}

/**
 * Goldfarb & Idnani's dual active-set method (Math. Programming 27, 1983, 1–33): from the unconstrained minimum, the most
 * violated constraint is made active one after another, those whose multiplier would become negative being dropped on
 * the way. Rows are scaled to length one, and the end is refined on the active set.
 */
export function solveQuadraticProgram(program: QuadraticProgram): QuadraticProgramResult {
  const n = program.gradient.length;
  const factor = cholesky(program.hessian, n);
  if (factor === undefined) return { kind: "indefinite" };
  const rows = constraintRows(program);
  const unit = program.unit ?? 0;
  const factors = emptyFactors(factor, n);
  const x = solveCholesky(factor, n, scaled(-1, program.gradient));
  /** √(H⁻¹)ⱼⱼ: no step changes xⱼ by more than this times its length in the metric of H. */
  const spread = Float64Array.from({ length: n }, (_, j) => norm(factors.J.subarray(j * n, (j + 1) * n)));
  /** How far, in the metric of H, x has come in all. */
  let travelled = norm(transformed(factors, program.gradient));
  const contradicts = (row: number): boolean => {
    const extent = Float64Array.from(reach, (r, j) => Math.max(r, at(spread, j) * travelled));
    return violation(rows, row, x) > consistent * rows.size(row, extent) + 100 * rounding * unit;
  };
  /** Largest magnitude of each variable on the way: what its rounding error is beside. */
  const reach = Float64Array.from(x, Math.abs);
  /** In the order of the columns of R. */
  const active: Active[] = [];
  const redundant = new Set<number>();
  const limit = 20 * (rows.count + n) + 100;
  let refinements = 0;

  for (let round = 0; round < limit; round++) {
    const chosen = mostViolated(rows, x, reach, unit, active, redundant);
    if (chosen < 0) {
      if (refinements++ < 2) {
        refine(program, rows, factors, x, active);
        for (let i = 0; i < n; i++) reach[i] = Math.max(Math.abs(at(x, i)), 1e-3 * at(reach, i));
        continue;
      }
      for (const row of redundant) if (contradicts(row)) return { kind: "infeasible", row };
      return solution(program, rows, x, active);
    }
    const sign = rows.residual(chosen, x) > 0 ? -1 : 1;
    const normal = scaled(sign, rows.normal(chosen));
    let multiplier = 0;
    // Every turn but the last drops an active constraint.
    for (;;) {
      const d = transformed(factors, normal);
      const free = norm(d.subarray(factors.q));
      const r = solveUpper(factors, d);
      const [dual, blocker] = firstToVanish(rows, active, r);
      const residual = -sign * rows.residual(chosen, x);
      const isDependent = !(free > dependent * norm(d));
      const primal = isDependent ? Infinity : Math.max(residual, 0) / (free * free);
      const length = Math.min(primal, dual);
      if (isDependent && !contradicts(chosen)) {
        // It says what the active ones say, but for rounding.
        redundant.add(chosen);
        break;
      }
      if (length === Infinity) return { kind: "infeasible", row: chosen };
      active.forEach((constraint, k) => (constraint.multiplier -= length * at(r, k)));
      multiplier += length;
      if (!isDependent) {
        const z = freePart(factors, d);
        travelled += length * free;
        for (let i = 0; i < n; i++) {
          x[i] = at(x, i) + length * at(z, i);
          reach[i] = Math.max(at(reach, i), Math.abs(at(x, i)));
        }
      }
      if (primal <= dual) {
        addConstraint(factors, d);
        active.push({ row: chosen, sign, multiplier });
        break;
      }
      dropConstraint(factors, blocker);
      active.splice(blocker, 1);
    }
  }
  return { kind: "stalled" };
}

function violation(rows: ConstraintRows, row: number, x: Float64Array): number {
  const residual = rows.residual(row, x);
  return rows.isEquality(row) ? Math.abs(residual) : -residual;
}

/** The constraint that is violated most; equalities come first. −1 when all are met. */
function mostViolated(
  rows: ConstraintRows,
  x: Float64Array,
  reach: Float64Array,
  unit: number,
  active: readonly Active[],
  redundant: ReadonlySet<number>,
): number {
  let worst = -1;
  let largest = 0;
  for (let row = 0; row < rows.count; row++) {
    const by = violation(rows, row, x);
    if (!(by > rounding * (rows.size(row, reach) + unit)) || redundant.has(row)) continue;
    if (active.some((constraint) => constraint.row === row)) continue;
    const rank = rows.isEquality(row) ? Infinity : by;
    if (rank > largest) [worst, largest] = [row, rank];
  }
  return worst;
}

/** Along r, the step at which a multiplier of an inequality reaches zero first, and its position. */
function firstToVanish(
  rows: ConstraintRows,
  active: readonly Active[],
  r: Float64Array,
): readonly [length: number, position: number] {
  let [length, position] = [Infinity, -1];
  active.forEach(({ row, multiplier }, k) => {
    if (rows.isEquality(row) || !(at(r, k) > 0)) return;
    const ratio = Math.max(multiplier, 0) / at(r, k);
    if (ratio < length) [length, position] = [ratio, k];
  });
  return [length, position];
}

/** One step of iterative refinement of H x + g = N u, Nᵀx + b = 0. */
function refine(
  { hessian, gradient }: QuadraticProgram,
  rows: ConstraintRows,
  factors: ActiveSetFactors,
  x: Float64Array,
  active: readonly Active[],
): void {
  const n = x.length;
  const { q } = factors;
  const rest = scaled(-1, gradient);
  for (let i = 0; i < n; i++) {
    let sum = at(rest, i);
    for (let j = 0; j < n; j++) sum -= at(hessian, i * n + j) * at(x, j);
    rest[i] = sum;
  }
  active.forEach(({ row, sign, multiplier }) => {
    const normal = rows.normal(row);
    for (let i = 0; i < n; i++) rest[i] = at(rest, i) + sign * multiplier * at(normal, i);
  });
  // With x + J w and u + v: Rᵀw₁ = −(Nᵀx + b), w₂ = J₂ᵀ rest and R v = w₁ − J₁ᵀ rest.
  const w = transformed(factors, rest);
  const across = solveLower(
    factors,
    Float64Array.from(active, ({ row, sign }) => -sign * rows.residual(row, x)),
  );
  const change = solveUpper(
    factors,
    Float64Array.from(across, (wi, i) => wi - at(w, i)),
  );
  for (let k = 0; k < q; k++) w[k] = at(across, k);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += at(factors.J, i * n + k) * at(w, k);
    x[i] = at(x, i) + sum;
  }
  active.forEach((constraint, k) => {
    const refined = constraint.multiplier + at(change, k);
    constraint.multiplier = rows.isEquality(constraint.row) ? refined : Math.max(refined, 0);
  });
}

function solution(
  { offsets, lower, upper }: QuadraticProgram,
  rows: ConstraintRows,
  x: Float64Array,
  active: readonly Active[],
): QuadraticProgramSolution {
  const [m, n] = [offsets.length, x.length];
  const multipliers = new Float64Array(m);
  const [ofLower, ofUpper] = [new Float64Array(n), new Float64Array(n)];
  for (const { row, sign, multiplier } of active) {
    const value = sign * multiplier;
    if (row < m) multipliers[row] = value / rows.scale(row);
    else {
      const j = (row - m) % n;
      // The row of a fixed variable is its lower bound's, whatever the sign.
      if (row < m + n && value >= 0) ofLower[j] = value;
      else ofUpper[j] = Math.abs(value);
      x[j] = row < m + n ? at(lower, j) : at(upper, j);
    }
  }
  for (let j = 0; j < n; j++) x[j] = Math.min(Math.max(at(x, j), at(lower, j)), at(upper, j));
  return {
    kind: "solved",
    x,
    multipliers,
    lower: ofLower,
    upper: ofUpper,
    active: active.map(({ row }) => row),
  };
}
