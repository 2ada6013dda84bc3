import { at, norm, entry } from "../linalg/vector.ts";
import type { ConstrainedEvaluation } from "../problem/constrained-problem.ts";
import { heldBounds, type Box } from "./box.ts";

/** A parameter this near to a bound, beside max(|bound|, 1), is at it but for rounding. */
const rounding = 1e-14;

/** A point with everything of first order. */
export interface ConstrainedPlace extends ConstrainedEvaluation {
  readonly x: Float64Array;
}

/** Lagrange multipliers of the constraints, those of inequalities ≥ 0. */
export interface Multipliers {
  /** λ, [mE] */
  readonly equalities: Float64Array;
  /** μ, [mI] */
  readonly inequalities: Float64Array;
}

/**
 * By how much the conditions of Karush, Kuhn and Tucker (Nocedal & Wright, Numerical Optimization, 2nd ed., theorem
 * 12.1) are missed. Largest magnitudes, made independent of units as far as numbers beyond 1 are concerned.
 */
export interface KktResiduals {
  /** max |∂L/∂xⱼ| max(|xⱼ|, 1) / max(|f|, 1), bounds taking up what holds a parameter at them. */
  readonly stationarity: number;
  /** max vᵢ / max(1, maxⱼ |∂cᵢ/∂xⱼ| max(|xⱼ|, 1)), where vᵢ is |c_E| or what a c_I lacks to 0: a relative distance in x. */
  readonly feasibility: number;
  /**
   * (Σ |λᵢ c_Eᵢ| + Σ |μᵢ c_Iᵢ|, and the same of bounds) / max(|f|, 1): to first order, by how much violation and slack change
   * the value.
   */
  readonly complementarity: number;
}

/** λ, then μ, [mE + mI] */
export function allMultipliers({ equalities, inequalities }: Multipliers): Float64Array {
  const all = new Float64Array(equalities.length + inequalities.length);
  all.set(equalities);
  all.set(inequalities, equalities.length);
  return all;
}

/** ∇f − J_Eᵀλ − J_Iᵀμ: the gradient of the Lagrangian but for bounds. */
export function lagrangianGradient(place: ConstrainedPlace, multipliers: Multipliers): Float64Array {
  const gradient = place.gradient.slice();
  subtractRows(gradient, place.equalityJacobian, multipliers.equalities);
  subtractRows(gradient, place.inequalityJacobian, multipliers.inequalities);
  return gradient;
}

function subtractRows(from: Float64Array, jacobian: Float64Array, weights: Float64Array): void {
  const n = from.length;
  for (let i = 0; i < weights.length; i++) {
    const weight = at(weights, i);
    if (weight !== 0) for (let j = 0; j < n; j++) from[j] = at(from, j) - weight * at(jacobian, i * n + j);
  }
}

/** |c_E| and what c_I lacks to 0, the equalities first, [mE + mI]. */
export function violations({ equalities, inequalities }: ConstrainedEvaluation): Float64Array {
  const all = new Float64Array(equalities.length + inequalities.length);
  for (let i = 0; i < equalities.length; i++) all[i] = Math.abs(at(equalities, i));
  for (let i = 0; i < inequalities.length; i++)
    all[equalities.length + i] = Math.max(-at(inequalities, i), 0);
  return all;
}

/** maxⱼ |∂cᵢ/∂xⱼ| max(|xⱼ|, 1) of every constraint, the equalities first: what a change of x by its own size does to it. */
export function constraintSizes(place: ConstrainedPlace): Float64Array {
  const { x, equalities, inequalities, equalityJacobian, inequalityJacobian } = place;
  const n = x.length;
  const sizes = new Float64Array(equalities.length + inequalities.length);
  for (let i = 0; i < sizes.length; i++) {
    const ofEquality = i < equalities.length;
    const jacobian = ofEquality ? equalityJacobian : inequalityJacobian;
    const from = (ofEquality ? i : i - equalities.length) * n;
    for (let j = 0; j < n; j++)
      sizes[i] = Math.max(at(sizes, i), Math.abs(at(jacobian, from + j)) * Math.max(Math.abs(at(x, j)), 1));
  }
  return sizes;
}

/** max vᵢ / max(1, size of cᵢ). */
export function infeasibility(place: ConstrainedPlace): number {
  const sizes = constraintSizes(place);
  return violations(place).reduce((most, v, i) => Math.max(most, v / Math.max(at(sizes, i), 1)), 0);
}

/** Everything that first-order conditions say about a place. */
export interface KktReport {
  readonly residuals: KktResiduals;
  /** z_l − z_u, [n]: what bounds take up of the gradient of the Lagrangian. */
  readonly boundMultipliers: Float64Array;
  readonly activeBounds: Int8Array;
  /** Euclidean length of the gradient of the Lagrangian, bounds included. */
  readonly gradientNorm: number;
  /**
   * The largest of |λᵢ| times the size of cᵢ beside max(|f|, size of ∇f, 1). Without bound where the gradients of active
   * constraints become dependent.
   */
  readonly leverage: number;
}

export function kktReport(place: ConstrainedPlace, multipliers: Multipliers, box: Box): KktReport {
  const { x, value } = place;
  const lagrangian = lagrangianGradient(place, multipliers);
  const activeBounds = heldBounds(box, x, lagrangian, rounding);
  const boundMultipliers = lagrangian.map((slope, j) => (entry(activeBounds, j) === 0 ? 0 : slope));
  const free = lagrangian.map((slope, j) => (entry(activeBounds, j) === 0 ? slope : 0));
  const beside = Math.max(Math.abs(value), 1);
  let complementarity = 0;
  const pairs = [
    [multipliers.equalities, place.equalities],
    [multipliers.inequalities, place.inequalities],
  ] as const;
  for (const [weights, values] of pairs)
    for (let i = 0; i < weights.length; i++)
      complementarity += Math.abs(at(weights, i) * at(values, i)) / beside;
  activeBounds.forEach((side, j) => {
    if (side === 0) return;
    const room = at(x, j) - at(side < 0 ? box.lower : box.upper, j);
    complementarity += Math.abs(at(boundMultipliers, j) * room) / beside;
  });
  const sizes = constraintSizes(place);
  const all = allMultipliers(multipliers);
  const pull = all.reduce((most, weight, i) => Math.max(most, Math.abs(weight) * at(sizes, i)), 0);
  return {
    residuals: {
      stationarity: relativeSize(free, x) / beside,
      feasibility: infeasibility(place),
      complementarity,
    },
    boundMultipliers,
    activeBounds,
    gradientNorm: norm(free),
    leverage: pull / Math.max(beside, relativeSize(place.gradient, x)),
  };
}

/** max |gⱼ| max(|xⱼ|, 1) */
export function relativeSize(gradient: Float64Array, x: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < x.length; j++)
    largest = Math.max(largest, Math.abs(at(gradient, j)) * Math.max(Math.abs(at(x, j)), 1));
  return largest;
}
