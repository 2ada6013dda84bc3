/**
 * The gamma function and the logarithm of its size.
 *
 * lgamma vanishes at 1 and 2; around them it is its zeros times a polynomial. Larger arguments come down to [2, 3]
 * by Γ(x + 1) = x Γ(x), or use Stirling's series (DLMF 5.11.1); negative ones are reflected, Γ(x) Γ(−x) = −π / (x sin πx)
 * (DLMF 5.5.3). Coefficients: interpolation at Chebyshev points in 60-digit arithmetic.
 */
import { polynomial } from "./exponential.ts";
import { sinPi } from "./sin-pi.ts";

/** lgamma x / (x − 1) in x − 0.75 on [0.5, 1], error 2⁻⁵³·⁷ with the coefficients as rounded here. */
const belowOne: readonly number[] = [
  -0.8131238057251815, 1.0909482962451627, -0.7199661103625574, 0.6552243694415055, -0.672987944712019,
  0.7347350816814948, -0.83191157741086, 0.9651524984452418, -1.139603042604453, 1.3637706132785918,
  -1.649503561849544, 2.012532859713047, -2.4736548706160755, 3.0587811367878714, -3.792472658993895,
  4.735752620757527, -6.126941593906933, 7.713228546069879, -7.48243947744518, 9.445602711484627,
  -27.170206235412312, 34.64325505271053,
];
/** lgamma x / ((x − 1)(x − 2)) in x − 1.5 on [1, 2], error 2⁻⁵⁴·⁴ */
const betweenZeros: readonly number[] = [
  0.4831289505409809, -0.14595989591430608, 0.06291140107456439, -0.031308487501010646, 0.01679709863127416,
  -0.009425622448525798, 0.005446457839126065, -0.0032120740737152814, 0.0019229163127905161,
  -0.0011644145847310124, 0.000711519067515296, -0.00043799307479613914, 0.00027131373861446925,
  -0.0001689178215524898, 0.00010535512483785591, -6.614136022346414e-5, 4.30276814976503e-5,
  -2.7201673025504752e-5, 1.3186019073996835e-5, -8.355075869795273e-6, 1.2140008083973407e-5,
  -7.760660152513446e-6,
];
/** lgamma x / (x − 2) in x − 2.5 on [2, 3], error 2⁻⁵³·² */
const aboveTwo: readonly number[] = [
  0.5693657409458384, 0.2675817993988097, -0.0448058426973846, 0.0108770015141976, -0.0030951822936174096,
  0.0009610979285520405, -0.00031505925035239633, 0.00010710021010234954, -3.735336940027229e-5,
  1.3275711130257407e-5, -4.786379987514225e-6, 1.745641275403404e-6, -6.421417451955873e-7,
  2.353723932844072e-7, -8.772358424774663e-8, 3.8720781951940836e-8, -1.4586003484400256e-8,
];
/** Γ(x) in x − 2.5 on [2, 3], error 2⁻⁵⁶ */
const gammaCoefficients: readonly number[] = [
  1.329340388179137, 0.9347345216260855, 0.6545585779813361, 0.2538712468411431, 0.1096732340022263,
  0.028360780594813752, 0.01039240342319837, 0.0016074004859635903, 0.0007544741843398753,
  3.941763325825312e-6, 6.132933686364514e-5, -1.2801398595590587e-5, 7.258179334692199e-6,
  -2.561960809450555e-6, 1.0654567795576118e-6, -4.1866472217648884e-7, 2.0594390312960716e-7,
  -8.228337612513728e-8,
];

/** B₂ₖ / (2k (2k − 1)): the terms of Stirling's series. */
const stirlingCoefficients: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
];
/** From here on Stirling's series gives all digits. */
export const stirlingFrom = 10;

/** What is left of log Γ(x) after (x − ½) log x − x + ½ log 2π, for x ≥ 10. */
export function stirlingCorrection(x: number): number {
  const inverse = 1 / x;
  return inverse * polynomial(inverse * inverse, stirlingCoefficients);
}

/** ½ log 2π − ½ */
const stirlingConstant = 0.4189385332046727;
const rootTwoPi = 2.5066282746310007;

/** log|Γ(x)|; +∞ at the poles 0, −1, −2, … */
export function lgamma(x: number): number {
  if (x !== x) return NaN;
  if (x < 0) {
    if (Number.isInteger(x)) return Infinity;
    if (x === -Infinity) return Infinity;
    return x > -0.5 ? lgamma(1 + x) - Math.log(-x) : Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
  }
  if (x < 0.5) return lgamma(1 + x) - Math.log(x);
  if (x < 1) return (x - 1) * polynomial(x - 0.75, belowOne);
  if (x < 2) return (x - 1) * (x - 2) * polynomial(x - 1.5, betweenZeros);
  if (x < 3) return (x - 2) * polynomial(x - 2.5, aboveTwo);
  if (x < stirlingFrom) {
    let factors = 1;
    let rest = x;
    while (rest >= 3) factors *= rest -= 1;
    return Math.log(factors) + lgamma(rest);
  }
  if (x > 1e17) return x * (Math.log(x) - 1);
  return (x - 0.5) * (Math.log(x) - 1) + (stirlingConstant + stirlingCorrection(x));
}

/** (n − 1)! for n = 1, 2, … as far as it is finite, each rounded once. */
const factorials: readonly number[] = exactFactorials(171);

/* @__NO_SIDE_EFFECTS__ */
function exactFactorials(count: number): number[] {
  let product = 1n;
  return Array.from({ length: count }, (_, n) => Number((product *= BigInt(Math.max(n, 1)))));
}

/** n! for whole n ≥ 0, correctly rounded; ∞ from 171 on. */
export function factorial(n: number): number {
  return factorials[n] ?? Infinity;
}

/** Γ(x); ±∞ at ±0, NaN at the other poles. */
export function gamma(x: number): number {
  if (Number.isInteger(x)) return x > 0 ? factorial(x - 1) : x === 0 ? 1 / x : NaN;
  if (x < 0) return reflected(x);
  if (x >= stirlingFrom) {
    if (x > 171.7) return x !== x ? NaN : Infinity;
    // The power in two halves: the whole of it overflows before Γ does.
    const half = Math.pow(x, x / 2 - 0.25);
    return half * Math.exp(-x) * half * (rootTwoPi * Math.exp(stirlingCorrection(x)));
  }
  let rest = x;
  let factors = 1;
  while (rest >= 3) factors *= rest -= 1;
  let divisor = 1;
  while (rest < 2) {
    divisor *= rest;
    rest += 1;
  }
  return (factors * polynomial(rest - 2.5, gammaCoefficients)) / divisor;
}

/** Γ(x) = −π / (x sin πx Γ(−x)) for x < 0, which underflows gradually. */
function reflected(x: number): number {
  if (x > -stirlingFrom) return -Math.PI / (x * sinPi(x)) / gamma(-x);
  const half = Math.pow(-x, 0.25 + x / 2);
  return (
    (-Math.PI / (x * sinPi(x) * rootTwoPi)) * half * Math.exp(-x) * half * Math.exp(-stirlingCorrection(-x))
  );
}
