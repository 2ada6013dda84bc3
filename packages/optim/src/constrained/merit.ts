import { at, epsilon } from "../linalg/vector.ts";
import { violations, type ConstrainedPlace, type Multipliers } from "./kkt.ts";

/** φ(x) = f + Σ νᵢ vᵢ, the ℓ₁ merit function with a weight for every constraint (Powell 1978). */
export function merit(place: ConstrainedPlace, weights: Float64Array): number {
  const all = violations(place);
  let sum = place.value;
  for (let i = 0; i < weights.length; i++) sum += at(weights, i) * at(all, i);
  return sum;
}

/** Rounding error of φ, counted generously. */
export function meritNoise(place: ConstrainedPlace, weights: Float64Array): number {
  const all = violations(place);
  let size = Math.abs(place.value);
  for (let i = 0; i < weights.length; i++) size += at(weights, i) * at(all, i);
  return 10 * epsilon * size;
}

/** gᵀp − Σ νᵢ (vᵢ − what remains of vᵢ): at least the slope of φ along p (Nocedal & Wright, theorem 18.2). */
export function meritSlope(
  place: ConstrainedPlace,
  step: Float64Array,
  remaining: Float64Array,
  weights: Float64Array,
): number {
  const all = violations(place);
  let sum = 0;
  for (let j = 0; j < step.length; j++) sum += at(place.gradient, j) * at(step, j);
  for (let i = 0; i < weights.length; i++) sum -= at(weights, i) * (at(all, i) - at(remaining, i));
  return sum;
}

/** Weights above the multipliers, so that a step of the quadratic program lowers φ; they also come down, but slowly. */
export function updatedWeights(weights: Float64Array, multipliers: Multipliers): Float64Array {
  const { equalities, inequalities } = multipliers;
  return weights.map((weight, i) => {
    const multiplier = Math.abs(
      i < equalities.length ? at(equalities, i) : at(inequalities, i - equalities.length),
    );
    return Math.max(1.1 * multiplier, (weight + 1.1 * multiplier) / 2);
  });
}
