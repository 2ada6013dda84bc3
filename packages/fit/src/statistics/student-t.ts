import { incompleteBeta } from "./incomplete-beta.ts";
import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";
import { stirlingError } from "./stirling.ts";

/** The density of Student's t distribution with ν > 0 degrees of freedom (ν = ∞ is the normal distribution). */
export function studentTDensity(t: number, degreesOfFreedom: number): number {
  const nu = degreesOfFreedom;
  if (nu === Infinity) return normalDensity(t);
  // Γ((ν+1)/2) / (√(νπ) Γ(ν/2)) written with Stirling errors, so that large ν cancels nothing.
  const logRatio = stirlingError((nu + 1) / 2) - stirlingError(nu / 2) + (nu / 2) * Math.log1p(1 / nu) - 0.5;
  return (Math.exp(logRatio) / Math.sqrt(2 * Math.PI)) * Math.exp(-((nu + 1) / 2) * Math.log1p((t * t) / nu));
}

/**
 * P(T ≤ t) for Student's t with ν > 0 degrees of freedom, accurate relative to its size in the lower tail.
 *
 * For t ≤ 0 it is ½ I_{ν/(ν+t²)}(ν/2, ½) (DLMF 8.17 with Abramowitz & Stegun 26.5.27).
 */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  const nu = degreesOfFreedom;
  if (!(nu > 0) || Number.isNaN(t)) return NaN;
  if (nu === Infinity) return normalCdf(t);
  if (t > 0) return 1 - studentTCdf(-t, nu);
  if (t === -Infinity) return 0;
  const sum = nu + t * t;
  return 0.5 * incompleteBeta(nu / sum, nu / 2, 0.5, (t * t) / sum);
}

/** The expansion of the quantile around the normal one in powers of 1/ν (Abramowitz & Stegun 26.7.5). */
function quantileStart(p: number, nu: number): number {
  const z = normalQuantile(p);
  const z2 = z * z;
  return z + (z * (z2 + 1)) / (4 * nu) + (z * ((5 * z2 + 16) * z2 + 3)) / (96 * nu * nu);
}

/**
 * The quantile of Student's t distribution: the t with P(T ≤ t) = p; ∓∞ at p = 0 and 1, NaN outside.
 *
 * Newton's iteration on the distribution function; in the tail on ln P against ln |t|, where the function is
 * concave and nearly straight, so that it converges from every start.
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  const nu = degreesOfFreedom;
  if (!(nu > 0) || !(p >= 0 && p <= 1)) return NaN;
  if (nu === Infinity) return normalQuantile(p);
  if (p === 0) return -Infinity;
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentTQuantile(1 - p, nu);
  let t = quantileStart(p, nu);
  for (let k = 0; k < 60; k++) {
    const cdf = studentTCdf(t, nu);
    const density = studentTDensity(t, nu);
    const next =
      p < 0.25 ? t * Math.exp((Math.log(cdf / p) * cdf) / (-t * density)) : t - (cdf - p) / density;
    const done = Math.abs(next - t) <= 4 * Number.EPSILON * Math.abs(t);
    t = next;
    if (done) break;
  }
  return t;
}
