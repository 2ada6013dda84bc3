/**
 * The error function and its complement to less than one unit in the last place.
 *
 * Near zero erf x / x is a polynomial in x². Elsewhere erfc x = exp(−x²)·p(q)/(1 + 2x) for x ≥ 0, where p stands for
 * (1 + 2x)·exp(x²)·erfc x, which is nearly constant, and q = (x − 4)/(x + 4) maps the half-line to a short interval:
 * M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of (1 + 2x)exp(x²)erfc x in 0 ≤ x < ∞", Mathematics of
 * Computation 36 (1981). The coefficients are weighted least-squares fits at Chebyshev points in 160-bit arithmetic.
 * Products and quotients that must not lose the last bit are kept in two parts.
 */
import { exponentialParts, polynomial } from "./exponential.ts";
import { productError } from "./two-parts.ts";

/** Below it the polynomial in x² is used: beyond, its terms begin to cancel. */
export const nearLimit = 0.7;

/** erf(x)/x − 1 as a polynomial in x² for |x| ≤ 1, error 2⁻⁵⁶ of erf(x)/x. */
export const nearCoefficients: readonly number[] = [
  0.1283791670955126, -0.37612638903183876, 0.11283791670958743, -0.02686617064561954, 0.00522397762909566,
  -0.00085483271896066, 0.0001205533777781, -1.49257385042e-5, 1.6463087095e-6, -1.63706383e-7, 1.47865484e-8,
  -1.183059e-9, 6.6848e-11,
];

/** The constant term of p in two parts. */
export const scaledConstant: { readonly high: number; readonly low: number } = {
  high: 1.2329951186255526,
  low: -4.5094249582512846e-17,
};

/** p without its constant term, divided by q, as a polynomial in q; error 2⁻⁵⁹ of p. */
export const scaledCoefficients: readonly number[] = [
  -0.13962111684056253, 0.0153796521026196, 0.06809705425469435, -0.10103906603629675, 0.0937328349982876,
  -0.06633036581237105, 0.037167515538501145, -0.016197734056238332, 0.005031969968906423,
  -0.0007577732977566, -0.000199256645944428, 0.000150621710832198, -2.4399377962493e-5, -1.12221286592e-5,
  5.71007278706e-6, 2.9402694749e-7, -8.2583077888e-7, 7.430056602e-8, 1.1027054251e-7, -1.76228206e-8,
  -1.408453144e-8, 1.7275602e-9, 1.21599615e-9,
];

/** Beyond it erfc rounds to zero. */
export const complementVanishes = 27.3;

/** erfc x = (high + low)·2ⁿ for 0.7 ≤ x ≤ 27.3. */
function complement(x: number): { high: number; low: number; n: number } {
  const square = x * x;
  const e = exponentialParts(-square, -productError(x, x, square));
  const q = (x - 4) / (x + 4);
  const rest = q * polynomial(q, scaledCoefficients);
  const p = scaledConstant.high + rest;
  const pLow = rest - (p - scaledConstant.high) + scaledConstant.low;
  const numerator = e.high * p;
  const numeratorLow = productError(e.high, p, numerator) + e.high * pLow + e.small * p;
  const denominator = 1 + 2 * x;
  const denominatorLow = 1 - (denominator - 2 * x);
  const high = numerator / denominator;
  const product = high * denominator;
  const remainder = numerator - product - productError(high, denominator, product) + numeratorLow;
  return { high, low: (remainder - high * denominatorLow) / denominator, n: e.n };
}

/** constant − erfc x for 0.7 ≤ x ≤ 6 */
function subtractComplement(constant: number, x: number): number {
  const { high, low, n } = complement(x);
  const power = 2 ** n;
  const difference = constant - high * power;
  return difference + (constant - difference - high * power - low * power);
}

/** 2/√π ∫₀ˣ exp(−t²) dt */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < nearLimit) return x + x * polynomial(x * x, nearCoefficients);
  if (magnitude > 6) return Math.sign(x);
  if (Number.isNaN(x)) return NaN;
  return Math.sign(x) * subtractComplement(1, magnitude);
}

/** 1 − erf x, accurate where it is tiny */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > complementVanishes) return 0;
  if (x < -6) return 2;
  if (Math.abs(x) < nearLimit) {
    const high = 1 - x;
    return high + (1 - high - x - x * polynomial(x * x, nearCoefficients));
  }
  if (x < 0) return subtractComplement(2, -x);
  const { high, low, n } = complement(x);
  // in two steps, because 2ⁿ alone may be too small for a number
  return (high + low) * 2 ** (n + 100) * 2 ** -100;
}
