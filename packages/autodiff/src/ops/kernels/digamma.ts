/**
 * The digamma function ψ = Γ′/Γ.
 *
 * Around its positive zero it is x − x₀ times a polynomial (interpolated at Chebyshev points in 60-digit arithmetic);
 * other small arguments come there by ψ(x + 1) = ψ(x) + 1/x, large ones use the asymptotic series (DLMF 5.11.2), negative
 * ones are reflected: ψ(1 − x) − ψ(x) = π cot πx (DLMF 5.5.4).
 */
import { polynomial } from "./exponential.ts";
import { cosPi, sinPi } from "./sin-pi.ts";

/** The positive zero in two parts. */
const zero: { readonly high: number; readonly low: number } = {
  high: 1.4616321449683622,
  low: 9.549995429965697e-17,
};
/** ψ(x) / (x − x₀) in x − 1.5 on [1, 2], error 2⁻⁵⁴·² */
const aroundZero: readonly number[] = [
  0.9510558760318328, -0.4236274212814606, 0.24054248424078697, -0.14840492305388092, 0.09498872445289039,
  -0.06192213327548831, 0.040760833940846085, -0.026975796659787055, 0.017907248317313294,
  -0.011908220105959716, 0.007927021796868154, -0.005279937255532708, 0.003518106563802472,
  -0.0023454947397380833, 0.0015633696313653504, -0.0010364584817312839, 0.0006909255761282986,
  -0.00048595039220036254, 0.00032395945401345196, -0.00014480643368061614, 9.653646261410062e-5,
  -0.0001782188548855923, 0.00011881232908510335,
];
/** B₂ₖ / 2k */
const seriesCoefficients: readonly number[] = [
  1 / 12,
  -1 / 120,
  1 / 252,
  -1 / 240,
  1 / 132,
  -691 / 32760,
  1 / 12,
  -3617 / 8160,
];

/** ψ(x); ∓∞ at ±0, NaN at the poles −1, −2, … */
export function digamma(x: number): number {
  if (x <= 0) {
    if (x === 0) return -1 / x;
    if (Number.isInteger(x) || x === -Infinity) return NaN;
    return x > -0.5 ? digamma(1 + x) - 1 / x : digamma(1 - x) - (Math.PI * cosPi(x)) / sinPi(x);
  }
  if (x < 1) return digamma(1 + x) - 1 / x;
  if (x <= 2) return (x - zero.high - zero.low) * polynomial(x - 1.5, aroundZero);
  if (x < 10) {
    let rest = x;
    let steps = 0;
    while (rest > 2) steps += 1 / (rest -= 1);
    return digamma(rest) + steps;
  }
  const inverse = 1 / x;
  const square = inverse * inverse;
  return Math.log(x) - (0.5 * inverse + square * polynomial(square, seriesCoefficients));
}
