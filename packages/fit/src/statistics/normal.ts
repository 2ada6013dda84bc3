import { continuedFraction } from "./continued-fraction.ts";

const INVERSE_SQRT_TWO_PI = 0.39894228040143267794;

/** The density of the standard normal distribution. */
export function normalDensity(z: number): number {
  // e^(−z²/2) with z² split so that the rounding of the square does not grow in the tail (Cody 1969).
  const head = Math.trunc(z * 16) / 16;
  const rest = (z - head) * (z + head);
  return INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * head * head) * Math.exp(-0.5 * rest);
}

/** Φ(z) − ½ = φ(z) (z + z³/3 + z⁵/(3·5) + …) (DLMF 7.6.2). */
function centralArea(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > Math.abs(sum) * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return normalDensity(z) * sum;
}

/** 1 − Φ(z) for z > 0 by Laplace's continued fraction φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))) (DLMF 7.9.1). */
function upperTail(z: number): number {
  const fraction = continuedFraction(
    z,
    (k) => k,
    () => z,
  );
  return normalDensity(z) / fraction;
}

/** The standard normal distribution function Φ(z), accurate relative to its size far into the lower tail. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return NaN;
  if (z <= -40) return 0;
  if (z >= 40) return 1;
  if (Math.abs(z) < 1.5) return 0.5 + centralArea(z);
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}

/** P(x) / Q(x) of two polynomials, coefficients from the constant term up. */
function rational(x: number, numerator: readonly number[], denominator: readonly number[]): number {
  const horner = (coefficients: readonly number[]): number =>
    coefficients.reduceRight((sum, c) => sum * x + c, 0);
  return horner(numerator) / horner(denominator);
}

/**
 * The quantile Φ⁻¹(p) of the standard normal distribution; ∓∞ at p = 0 and 1, NaN outside.
 *
 * M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477–484; relative accuracy about 1e-15.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * rational(0.180625 - q * q, CENTRE_NUMERATOR, CENTRE_DENOMINATOR);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const size =
    r <= 5
      ? rational(r - 1.6, MIDDLE_NUMERATOR, MIDDLE_DENOMINATOR)
      : rational(r - 5, TAIL_NUMERATOR, TAIL_DENOMINATOR);
  return q < 0 ? -size : size;
}

const CENTRE_NUMERATOR = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
  45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
];
const CENTRE_DENOMINATOR = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
  39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
];
const MIDDLE_NUMERATOR = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
  1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
];
const MIDDLE_DENOMINATOR = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
  0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
];
const TAIL_NUMERATOR = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
  0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
];
const TAIL_DENOMINATOR = [
  1, 0.59983220655588793769, 0.1369298809227358053, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
];
