/**
 * The polygamma functions ψ⁽ⁿ⁾, the derivatives of ψ: ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n + 1, x) with Hurwitz's zeta function
 * ζ(s, x) = Σ 1/(x + k)ˢ over k ≥ 0 (DLMF 25.11.12).
 */
import { digamma } from "./digamma.ts";
import { factorial } from "./gamma.ts";

/** B₂ₖ / (2k)! for k = 1, 2, … */
const tailCoefficients: readonly number[] = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
];
/** Below it the poles on the negative axis are summed from both sides, above it one by one. */
const reflectBelow = -12;
/** Higher derivatives take sums of thousands of terms. */
const largestOrder = 1000;

/**
 * ψ⁽ⁿ⁾(x) for whole n from 0 to 1000, NaN for other n. At its poles 0, −1, −2, … it is +∞ for odd n; for even n it changes its sign
 * there and is NaN, or ∓∞ at ±0.
 */
export function polygamma(n: number, x: number): number {
  if (!(n >= 0 && n <= largestOrder) || !Number.isInteger(n)) return NaN;
  if (n === 0) return digamma(x);
  const s = n + 1;
  if (x === Infinity) return n % 2 === 0 ? -0 : 0;
  if (x !== x || x === -Infinity) return NaN;
  if (x <= 0 && Number.isInteger(x)) return n % 2 === 1 ? Infinity : x === 0 ? -1 / x : NaN;
  const sign = n % 2 === 0 ? -1 : 1;
  if (x >= reflectBelow) return sign * scaledZeta(n, s, x);
  // Σ over all k in ℤ of 1/(x + k)ˢ depends on the fraction f of x only; the terms k < 0 are ζ(s, 1 − x) up to a sign.
  const f = x - Math.floor(x);
  const parity = s % 2 === 0 ? 1 : -1;
  return sign * (scaledZeta(n, s, f) + parity * (scaledZeta(n, s, 1 - f) - scaledZeta(n, s, 1 - x)));
}

/** n! ζ(s, x) by the first terms and the Euler–Maclaurin formula for the rest (DLMF 25.11.5). */
function scaledZeta(n: number, s: number, x: number): number {
  // From here on the nine terms of the formula are enough for every s.
  const start = 10 + s;
  let sum = 0;
  let y = x;
  const scaled = (base: number, exponent: number): number => factorialTimesPower(n, base, exponent);
  for (; y < start; y++) sum += scaled(y, s);
  const first = scaled(y, s);
  let factor = s / y;
  let tail = 0.5;
  for (const [k, coefficient] of tailCoefficients.entries()) {
    tail += coefficient * factor;
    factor *= ((s + 2 * k + 1) / y) * ((s + 2 * k + 2) / y);
  }
  return sum + first * (y / (s - 1) + tail);
}

/** n! / baseˢ, also where one of both alone overflows or underflows. */
function factorialTimesPower(n: number, base: number, s: number): number {
  const power = Math.pow(base, s);
  const top = factorial(n);
  if (Number.isFinite(top) && Math.abs(power) < Infinity && Math.abs(power) > 1e-300) return top / power;
  let product = 1 / base;
  for (let k = 1; k <= n; k++) product *= k / base;
  return product;
}
