import { continuedFraction } from "./continued-fraction.ts";
import { deviance, stirlingError } from "./stirling.ts";

/** xᵃ e⁻ˣ / Γ(a + 1), in Loader's form that stays accurate for large a. */
function poissonDensity(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
}

/** P(a, x) by its series γ(a, x) = xᵃ e⁻ˣ Σ xᵏ / (a)ₖ₊₁ (DLMF 8.11.4). */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return poissonDensity(a, x) * sum;
}

/** Q(a, x) by the even part of the continued fraction DLMF 8.9.2. */
function upperFraction(a: number, x: number): number {
  const fraction = continuedFraction(
    x + 1 - a,
    (k) => -k * (k - a),
    (k) => x + 2 * k + 1 - a,
  );
  return (poissonDensity(a, x) * a) / fraction;
}

/** The regularised lower incomplete gamma function P(a, x) = γ(a, x) / Γ(a), for a > 0, x ≥ 0. */
export function lowerGamma(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return NaN;
  if (x === 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** The regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x), accurate far out in its tail. */
export function upperGamma(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return NaN;
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}
