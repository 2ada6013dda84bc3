import type { Tensor } from "@steepest/autodiff";

/**
 * A minimum that is known, in doubles, with its multipliers: those of the Lagrangian
 *
 *   L = f − λᵀc_E − μᵀc_I − z_lᵀ(x − l) − z_uᵀ(u − x),   μ, z_l, z_u ≥ 0
 *
 * (J. Nocedal & S. J. Wright, Numerical Optimization, 2nd ed. 2006, §12.1), whose gradient in x is zero. Multipliers of what
 * is not active are 0. Where multipliers are not unique, or do not exist, all are left out.
 */
export interface KnownConstrainedMinimum {
  /** [n] */
  readonly x: readonly number[];
  /** f(x) */
  readonly value: number;
  /** λ, one for each equality, where the problem has any. */
  readonly equalityMultipliers?: readonly number[];
  /** μ ≥ 0, one for each inequality, where the problem has any. */
  readonly inequalityMultipliers?: readonly number[];
  /** z_l ≥ 0, one for each variable, where the problem has lower bounds. */
  readonly lowerMultipliers?: readonly number[];
  /** z_u ≥ 0, one for each variable, where the problem has upper bounds. */
  readonly upperMultipliers?: readonly number[];
}

/** Minimise f(x) subject to c_E(x) = 0, c_I(x) ≥ 0 and l ≤ x ≤ u. */
export interface ConstrainedTestProblem {
  readonly name: string;
  /** Number in the collection. */
  readonly number: number;
  /** n, the number of variables. */
  readonly dimension: number;
  /** The objective: [n] → scalar. */
  readonly f: (x: Tensor) => Tensor;
  /** c_E, zero at feasible points: [n] → [k]. */
  readonly equalities?: (x: Tensor) => Tensor;
  /** c_I, not negative at feasible points: [n] → [l]. */
  readonly inequalities?: (x: Tensor) => Tensor;
  /** [n], −∞ where there is none. */
  readonly lower?: readonly number[];
  /** [n], ∞ where there is none. */
  readonly upper?: readonly number[];
  /** The start, [n], often outside the constraints, sometimes outside the bounds. */
  readonly start: readonly number[];
  /** Points with the lowest value that is known, all to the digits that doubles have. */
  readonly solutions: readonly KnownConstrainedMinimum[];
  /** The functions as formulas of x1, x2, … for `parse` of `@steepest/autodiff/formula`, where they are short. */
  readonly formulas?: ConstrainedFormulas;
  /** What else there is to know. */
  readonly note?: string;
}

/** A problem's functions as text. */
export interface ConstrainedFormulas {
  readonly objective: string;
  readonly equalities: readonly string[];
  readonly inequalities: readonly string[];
}
