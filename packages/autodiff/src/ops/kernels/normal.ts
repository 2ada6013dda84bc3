/**
 * The distribution function of the normal distribution, its logarithm and its inverse.
 *
 * Φ(x) = ½ erfc(−x/√2) with the rounding of x/√2 put right, which in the tails would take three digits. The inverse is
 * M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988), followed in
 * the tails by one step of Halley's method.
 */
import { erfc } from "./erf.ts";
import { polynomial } from "./exponential.ts";
import { faddeeva } from "./faddeeva.ts";
import { productError } from "./two-parts.ts";

/** 1/√2 in two parts. */
export const rootHalf: { readonly high: number; readonly low: number } = {
  high: Math.SQRT1_2,
  low: -4.833646656726457e-17,
};
export const rootTwoPi = 2.5066282746310007;

/** Φ(x) */
export function normalCdf(x: number): number {
  if (Math.abs(x) > 39) return x > 0 ? 1 : 0;
  const t = -x * rootHalf.high;
  const low = productError(-x, rootHalf.high, t) - x * rootHalf.low;
  const value = erfc(t);
  // erfc(t + low) = erfc t · (1 − low · 2/√π e^(−t²) / erfc t), and where t is large the quotient is 2t + 1/t.
  const slope = t > 5 ? 2 * t + 1 / t : (2 / Math.sqrt(Math.PI)) * (Math.exp(-t * t) / value);
  return 0.5 * (value - value * (slope * low));
}

/** log Φ(x); for negative x by Φ(x) = ½ e^(−x²/2) w(−ix/√2), which does not underflow. */
export function logNormalCdf(x: number): number {
  if (x > -1) return Math.log1p(-normalCdf(-x));
  const square = x * x;
  if (square === Infinity) return -Infinity;
  const scaled = faddeeva(0, 0, -x * Math.SQRT1_2)[0];
  return -square / 2 + Math.log(scaled / 2);
}

/** x with Φ(x) = p; ∓∞ at 0 and 1, NaN outside. */
export function normalQuantile(p: number): number {
  if (p <= 0.5) return quantile(p - 0.5, p);
  return quantile(p - 0.5, 1 - p);
}

/** x with erf x = y; ±∞ at ±1, NaN outside. */
export function erfInverse(y: number): number {
  return quantile(y / 2, (1 - Math.abs(y)) / 2) * Math.SQRT1_2;
}

/** x with erfc x = y; ∞ at 0, −∞ at 2, NaN outside. */
export function erfcInverse(y: number): number {
  return quantile((1 - y) / 2, (y <= 1 ? y : 2 - y) / 2) * Math.SQRT1_2;
}

/** The quantile of ½ + q, when the smaller tail is `tail` = ½ − |q|. */
function quantile(q: number, tail: number): number {
  if (!(tail >= 0)) return NaN;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(r, central.numerator)) / polynomial(r, central.denominator);
  }
  if (tail === 0) return q < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-Math.log(tail));
  const estimate =
    r <= 5
      ? polynomial(r - 1.6, middle.numerator) / polynomial(r - 1.6, middle.denominator)
      : polynomial(r - 5, far.numerator) / polynomial(r - 5, far.denominator);
  const x = refine(estimate, tail);
  return q < 0 ? -x : x;
}

/** One step of Halley's method for Φ(−x) = tail; the density is −x times Φ for its own logarithmic slope. */
function refine(x: number, tail: number): number {
  const found = normalCdf(-x);
  if (found < 1e-300) return x;
  const step = ((found - tail) / found) * (found / (Math.exp((-x * x) / 2) / rootTwoPi));
  return x + step / (1 + (x * step) / 2);
}

export interface Quotient {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

export const central: Quotient = {
  numerator: [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  denominator: [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
    39307.89580009271061, 28729.085735721942674, 5226.495278852545925,
  ],
};
export const middle: Quotient = {
  numerator: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  denominator: [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
};
export const far: Quotient = {
  numerator: [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  denominator: [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
};
