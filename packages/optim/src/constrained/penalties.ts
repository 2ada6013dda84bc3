import { at } from "../linalg/vector.ts";
import type { ConstrainedProblem } from "../problem/constrained-problem.ts";
import { boxOf, projectedGradient } from "./box.ts";
import { relativeSize, type ConstrainedPlace, type Multipliers } from "./kkt.ts";

/*
 * How the augmented Lagrangian method weighs and judges the constraints, each scaled by its own sᵢ.
 */

/** Multipliers beyond this, in scaled constraints, are cut off. */
const largestMultiplier = 1e12;

/** Makes objective and penalty alike in size (Birgin & Martínez 2014, §12.4). */
export function firstPenalty(place: ConstrainedPlace, scale: Float64Array): number {
  let square = 0;
  const m = place.equalities.length;
  place.equalities.forEach((c, i) => (square += (at(scale, i) * c) ** 2));
  place.inequalities.forEach((c, i) => (square += (at(scale, m + i) * Math.min(c, 0)) ** 2));
  const size = Math.max(Math.abs(place.value), relativeSize(place.gradient, place.x), 1);
  return Math.max((10 * size) / Math.max(square, 1), 1e-3 * size);
}

/** ρᵢ = ρ sᵢ² */
export function penalties(penalty: number, scale: Float64Array): Float64Array {
  return scale.map((s) => penalty * s * s);
}

/** Multipliers within bounds, so that they cannot run away from a penalty that is too small. */
export function cut({ equalities, inequalities }: Multipliers, scale: Float64Array): Multipliers {
  const m = equalities.length;
  return {
    equalities: equalities.map((λ, i) => {
      const most = largestMultiplier * at(scale, i);
      return Math.min(Math.max(λ, -most), most);
    }),
    inequalities: inequalities.map((μ, i) => Math.min(μ, largestMultiplier * at(scale, m + i))),
  };
}

/** max |s c_E| and |s min(c_I, μ/ρ)|, which is zero where feasibility and complementarity hold. */
export function infeasibilityAndSlack(
  { equalities, inequalities }: ConstrainedPlace,
  multipliers: Multipliers,
  rho: Float64Array,
  scale: Float64Array,
): number {
  const m = equalities.length;
  let largest = 0;
  equalities.forEach((c, i) => (largest = Math.max(largest, Math.abs(at(scale, i) * c))));
  inequalities.forEach((c, i) => {
    const slack = Math.min(c, at(multipliers.inequalities, i) / at(rho, m + i));
    largest = Math.max(largest, Math.abs(at(scale, m + i) * slack));
  });
  return largest;
}

/** Whether the sum of squares of the violations is stationary within the box, and not zero. */
export function isStationaryViolation(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  scale: Float64Array,
): boolean {
  const { x, equalities, inequalities, equalityJacobian, inequalityJacobian } = place;
  const n = x.length;
  const gradient = new Float64Array(n);
  const m = equalities.length;
  let square = 0;
  const add = (jacobian: Float64Array, i: number, c: number, s: number): void => {
    square += (s * c) ** 2;
    for (let j = 0; j < n; j++) gradient[j] = at(gradient, j) + s * s * c * at(jacobian, i * n + j);
  };
  equalities.forEach((c, i) => add(equalityJacobian, i, c, at(scale, i)));
  inequalities.forEach((c, i) => add(inequalityJacobian, i, Math.min(c, 0), at(scale, m + i)));
  const free = projectedGradient(boxOf(problem), x, gradient);
  return relativeSize(free, x) <= 1e-4 * square;
}
