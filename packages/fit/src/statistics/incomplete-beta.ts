import { continuedFraction } from "./continued-fraction.ts";
import { deviance, stirlingError } from "./stirling.ts";

/** xᵃ yᵇ / B(a, b) in Loader's saddle-point form. */
function leadingFactor(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(exponent);
}

/**
 * Iₓ(a, b) by the continued fraction of A. R. Didonato & A. H. Morris (ACM TOMS 18, 1992, 360–373), the even
 * part of DLMF 8.17.22, written with λ = a y − b x so that nothing cancels when x is near 1.
 */
function betaFraction(x: number, y: number, a: number, b: number): number {
  const lambda = a * y - b * x;
  const numerator = (k: number): number =>
    ((a + k - 1) * (a + b + k - 1) * k * (b - k) * x * x) / (a + 2 * k - 1) ** 2;
  const denominator = (k: number): number =>
    k + (k * (b - k) * x) / (a + 2 * k - 1) + ((a + k) / (a + 2 * k + 1)) * (lambda + 1 + k * (1 + y));
  const first = (a / (a + 1)) * (lambda + 1);
  return leadingFactor(x, y, a, b) / continuedFraction(first, numerator, denominator);
}

/**
 * The regularised incomplete beta function Iₓ(a, b) for 0 ≤ x ≤ 1 and a, b > 0.
 *
 * `complement` is 1 − x; give it when it is known more accurately than the subtraction would give it.
 * The upper tail 1 − Iₓ(a, b) is `incompleteBeta(1 − x, b, a, x)`.
 */
export function incompleteBeta(x: number, a: number, b: number, complement: number = 1 - x): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(complement >= 0)) return NaN;
  if (x === 0) return 0;
  if (complement === 0) return 1;
  // The fraction converges fast on the near side of the mean; the symmetry Iₓ(a, b) = 1 − I₁₋ₓ(b, a) serves the other.
  return x <= (a + 1) / (a + b + 2)
    ? betaFraction(x, complement, a, b)
    : 1 - betaFraction(complement, x, b, a);
}
