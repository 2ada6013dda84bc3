/**
 * The beta function B(x, y) = Γ(x) Γ(y) / Γ(x + y) and log|B|.
 *
 * Where arguments are large, Γ is taken apart by Stirling's series, so that powers of the quotients x/(x + y) and y/(x + y)
 * take the place of quotients of huge numbers (A. R. DiDonato and A. H. Morris, "Algorithm 708", ACM Transactions on
 * Mathematical Software 18, 1992). The roundings of x + y and of these quotients count in high powers; they are kept as
 * second parts and put right to first order. Negative arguments are reflected (DLMF 5.5.3).
 */
import { digamma } from "./digamma.ts";
import { gamma, lgamma, stirlingCorrection, stirlingFrom } from "./gamma.ts";
import { cosPi, sinPi } from "./sin-pi.ts";
import { productError, sumError } from "./two-parts.ts";

const rootTwoPi = 2.5066282746310007;
const halfLogTwoPi = 0.9189385332046728;

/**
 * B(x, y). At the poles x or y = 0, −1, −2, … it is NaN, or ±∞ at ±0; but where the other argument is a positive whole
 * number, B is a quotient of polynomials and has the value of that.
 */
export function beta(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  const [a, b] = x <= y ? [x, y] : [y, x];
  if (a > 0) return positive(a, b);
  const sum = a + b;
  if (!Number.isFinite(sum)) return NaN;
  const low = sumError(a, b, sum);
  if (b > 0 && sum <= 0) {
    // B(a, b) = sin π(a + b) / sin πa · B(b, 1 − a − b)
    if (Number.isInteger(b)) return (b % 2 === 0 ? 1 : -1) * positiveOfParts(b, 0, ...oneMinus(sum, low));
    if (Number.isInteger(a)) return a === 0 ? 1 / a : NaN;
    return (sinPiParts(sum, low) / sinPi(a)) * positiveOfParts(b, 0, ...oneMinus(sum, low));
  }
  if (Number.isInteger(a) || (b <= 0 && Number.isInteger(b))) return atPole(a, b);
  const [reflected, reflectedLow] = oneMinus(a, 0);
  // B(a, b) = π / (sin πa · b · B(1 − a, a + b))
  if (b > 0) return Math.PI / (sinPi(a) * b * positiveOfParts(reflected, reflectedLow, sum, low));
  // B(a, b) = π sin π(a + b) / (sin πa sin πb (1 − a − b) B(1 − a, 1 − b))
  const quotient = (Math.PI * sinPiParts(sum, low)) / (sinPi(a) * sinPi(b));
  return quotient / ((1 - sum) * positiveOfParts(reflected, reflectedLow, ...oneMinus(b, 0)));
}

/** 1 − x − low in two parts. */
function oneMinus(x: number, low: number): [number, number] {
  const high = 1 - x;
  return [high, sumError(1, -x, high) - low];
}

/** B of two arguments in two parts each, by the slope B (ψ(a) − ψ(a + b)). */
function positiveOfParts(a: number, aLow: number, b: number, bLow: number): number {
  const value = positive(a, b);
  if (aLow === 0 && bLow === 0) return value;
  const common = digamma(a + b);
  const change =
    (aLow === 0 ? 0 : aLow * (digamma(a) - common)) + (bLow === 0 ? 0 : bLow * (digamma(b) - common));
  return value * (1 + change);
}

/** Near ±0 B is 1/a + 1/b, whatever sign the zero comes from; at the other poles it has no value. */
function atPole(a: number, b: number): number {
  if (a === 0 || b === 0) return Number.isInteger(a) && a < 0 ? NaN : 1 / a + 1 / b;
  return NaN;
}

/** sin π(high + low) */
function sinPiParts(high: number, low: number): number {
  return sinPi(high) + Math.PI * low * cosPi(high);
}

/**
 * B(a, b) for positive arguments; with a ≤ b and s = a + b, for a ≥ 10 by
 * √(2π/a) (a/s)ᵃ (b/s)^(b−½) exp(Δ(a) + Δ(b) − Δ(s)), Δ being Stirling's series.
 */
function positive(first: number, second: number): number {
  const [a, b] = first <= second ? [first, second] : [second, first];
  if (b < 1e-17) return 1 / a + 1 / b;
  const sum = a + b;
  if (sum === Infinity) return 0;
  const low = sumError(a, b, sum);
  if (b < stirlingFrom) {
    const ratio = gamma(a) * (gamma(b) / gamma(sum));
    return low === 0 ? ratio : ratio * (1 - low * digamma(sum));
  }
  if (a < stirlingFrom) return gamma(a) * gammaQuotient(a, b, sum, low);
  const corrections = stirlingCorrection(a) + stirlingCorrection(b) - stirlingCorrection(sum);
  return (
    (rootTwoPi / Math.sqrt(a)) *
    quotientPower(a, sum, low, a) *
    quotientPower(b, sum, low, b - 0.5) *
    Math.exp(corrections)
  );
}

/** Γ(b) / Γ(a + b) = (b/s)^(b−½) s⁻ᵃ eᵃ exp(Δ(b) − Δ(s)) for b ≥ 10, s = a + b, Δ Stirling's series. */
function gammaQuotient(a: number, b: number, sum: number, low: number): number {
  return (
    quotientPower(b, sum, low, b - 0.5) *
    Math.pow(sum, -a) *
    Math.exp(a) *
    Math.exp(stirlingCorrection(b) - stirlingCorrection(sum) - (a * low) / sum)
  );
}

/** (b/(sum + low))^power with the remainder of the division counted. */
function quotientPower(b: number, sum: number, low: number, power: number): number {
  const quotient = b / sum;
  const product = quotient * sum;
  const remainder = b - product - (sum < 1e290 ? productError(quotient, sum, product) : 0) - quotient * low;
  return Math.pow(quotient, power) * Math.exp((power * remainder) / b);
}

/** log|B(x, y)| */
export function logBeta(x: number, y: number): number {
  const value = Math.abs(beta(x, y));
  if (value !== value || (value > 1e-290 && value < 1e290)) return Math.log(value);
  const [a, b] = x <= y ? [x, y] : [y, x];
  const sum = a + b;
  if (a > 0 && sum === Infinity) return -Infinity;
  if (a <= 0 && (Number.isInteger(a) || Number.isInteger(b) || Number.isInteger(sum))) return Math.log(value);
  if (b < 1e-17 && a > 0) return Math.log(sum / b) - Math.log(a);
  if (a <= 0 || b < stirlingFrom) return lgamma(a) + (lgamma(b) - lgamma(sum));
  const ratio = -(b - 0.5) * Math.log1p(a / b);
  if (a < stirlingFrom)
    return lgamma(a) + (ratio - a * (Math.log(sum) - 1) + (stirlingCorrection(b) - stirlingCorrection(sum)));
  const corrections = stirlingCorrection(a) + stirlingCorrection(b) - stirlingCorrection(sum);
  return a * Math.log(a / sum) + ratio - 0.5 * Math.log(a) + halfLogTwoPi + corrections;
}
