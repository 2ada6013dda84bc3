import { at } from "../linalg/vector.ts";
import type { ConstrainedProblem } from "../problem/constrained-problem.ts";
import type { Evaluation, ScalarProblem } from "../problem/scalar-problem.ts";
import type { ConstrainedPlace, Multipliers } from "./kkt.ts";
import { placeAt } from "./method.ts";

/** Multipliers and penalties of an augmented Lagrangian. */
export interface Augmentation {
  readonly multipliers: Multipliers;
  /** ρᵢ of every constraint, the equalities first, positive, [m]. */
  readonly penalties: Float64Array;
}

/** An evaluation of the augmented Lagrangian with what it was made of. */
export interface AugmentedEvaluation extends Evaluation {
  readonly of: ConstrainedPlace;
}

/**
 * λ − ρ c_E and max(μ − ρ c_I, 0): the multipliers that make the gradient of the Lagrangian equal to that of the augmented
 * Lagrangian at the same place.
 */
export function firstOrderMultipliers(
  { equalities, inequalities }: Pick<ConstrainedPlace, "equalities" | "inequalities">,
  { multipliers, penalties }: Augmentation,
): Multipliers {
  const m = equalities.length;
  return {
    equalities: multipliers.equalities.map((λ, i) => λ - at(penalties, i) * at(equalities, i)),
    inequalities: multipliers.inequalities.map((μ, i) =>
      Math.max(μ - at(penalties, m + i) * at(inequalities, i), 0),
    ),
  };
}

/**
 * L_A = f − λᵀc_E + Σ ½ ρ c_E² + Σ (max(μ − ρ c_I, 0)² − μ²) / (2 ρ): the augmented Lagrangian of Powell, Hestenes and
 * Rockafellar, inequalities without slacks (Nocedal & Wright, Numerical Optimization, 2nd ed., (17.36) and (17.55)).
 */
function augmentedAt(place: ConstrainedPlace, augmentation: Augmentation): AugmentedEvaluation {
  const { multipliers, penalties } = augmentation;
  const estimate = firstOrderMultipliers(place, augmentation);
  const m = place.equalities.length;
  let value = place.value;
  const gradient = place.gradient.slice();
  const n = gradient.length;
  const subtract = (jacobian: Float64Array, i: number, weight: number): void => {
    if (weight === 0) return;
    for (let j = 0; j < n; j++) gradient[j] = at(gradient, j) - weight * at(jacobian, i * n + j);
  };
  place.equalities.forEach((c, i) => {
    value += c * ((at(penalties, i) * c) / 2 - at(multipliers.equalities, i));
    subtract(place.equalityJacobian, i, at(estimate.equalities, i));
  });
  place.inequalities.forEach((c, i) => {
    const [μ, ρ] = [at(multipliers.inequalities, i), at(penalties, m + i)];
    // (max(μ − ρ c, 0)² − μ²) / (2 ρ) without cancellation.
    value += μ - ρ * c > 0 ? c * ((ρ * c) / 2 - μ) : (-μ * μ) / (2 * ρ);
    subtract(place.inequalityJacobian, i, at(estimate.inequalities, i));
  });
  return { value, gradient, of: place };
}

/**
 * The augmented Lagrangian in the box as a problem of its own. Its evaluations are counted as those of the whole problem.
 *
 * @param known a place that is not evaluated again
 */
export function augmentedProblem(
  problem: ConstrainedProblem,
  augmentation: Augmentation,
  known: ConstrainedPlace,
): ScalarProblem {
  const placeOf = (x: Float64Array): ConstrainedPlace | undefined =>
    samePoint(x, known.x) ? known : placeAt(problem, x);
  const evaluate = (x: Float64Array): AugmentedEvaluation | undefined => {
    const place = placeOf(x);
    return place && augmentedAt(place, augmentation);
  };
  return {
    dimension: problem.dimension,
    evaluations: problem.evaluations,
    lower: problem.lower,
    upper: problem.upper,
    get lastFailure() {
      return problem.lastFailure;
    },
    value: (x) => evaluate(x)?.value,
    evaluate,
    hessian(x) {
      const place = placeOf(x);
      if (place === undefined) return undefined;
      const estimate = firstOrderMultipliers(place, augmentation);
      const hessian = problem.hessian(x, { objective: 1, ...estimate });
      if (hessian === undefined) return undefined;
      const m = place.equalities.length;
      place.equalities.forEach((_, i) =>
        addOuter(hessian, place.equalityJacobian, i, at(augmentation.penalties, i)),
      );
      place.inequalities.forEach((_, i) => {
        if (at(estimate.inequalities, i) > 0)
          addOuter(hessian, place.inequalityJacobian, i, at(augmentation.penalties, m + i));
      });
      return hessian;
    },
    hessianProduct(x, v) {
      const place = placeOf(x);
      if (place === undefined) return undefined;
      const estimate = firstOrderMultipliers(place, augmentation);
      const product = problem.hessianProduct(x, v, { objective: 1, ...estimate });
      if (product === undefined) return undefined;
      const n = v.length;
      const add = (jacobian: Float64Array, i: number, penalty: number): void => {
        let along = 0;
        for (let j = 0; j < n; j++) along += at(jacobian, i * n + j) * at(v, j);
        for (let j = 0; j < n; j++) product[j] = at(product, j) + penalty * along * at(jacobian, i * n + j);
      };
      const m = place.equalities.length;
      place.equalities.forEach((_, i) => add(place.equalityJacobian, i, at(augmentation.penalties, i)));
      place.inequalities.forEach((_, i) => {
        if (at(estimate.inequalities, i) > 0)
          add(place.inequalityJacobian, i, at(augmentation.penalties, m + i));
      });
      return product;
    },
  };
}

/** Whether two points are the same, if not the same array: a walk that was resumed has arrays of its own. */
export function samePoint(a: Float64Array, b: Float64Array): boolean {
  return a === b || a.every((value, i) => value === at(b, i));
}

/** A ← A + w a aᵀ for row i of a Jacobian. */
function addOuter(matrix: Float64Array, jacobian: Float64Array, i: number, weight: number): void {
  const n = Math.sqrt(matrix.length);
  for (let j = 0; j < n; j++) {
    const factor = weight * at(jacobian, i * n + j);
    if (factor === 0) continue;
    for (let k = 0; k < n; k++) matrix[j * n + k] = at(matrix, j * n + k) + factor * at(jacobian, i * n + k);
  }
}
