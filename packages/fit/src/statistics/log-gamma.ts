import { stirlingLogGamma } from "./stirling.ts";

const ONE_MINUS_EULER = 0.42278433509846713939;

/** ζ(k) − 1 for k = 2, 3, …, 30. */
const ZETA_MINUS_ONE = [
  0.644934066848226436, 0.202056903159594285, 0.0823232337111381915, 0.0369277551433699263,
  0.0173430619844491397, 0.0083492773819228268, 0.00407735619794433938, 0.00200839282608221442,
  0.000994575127818085337, 0.000494188604119464559, 0.000246086553308048299, 0.000122713347578489147,
  6.12481350587048293e-5, 3.05882363070204936e-5, 1.52822594086518717e-5, 7.63719763789976227e-6,
  3.81729326499983986e-6, 1.90821271655393893e-6, 9.53962033872796113e-7, 4.76932986787806463e-7,
  2.38450502727732991e-7, 1.19219925965311073e-7, 5.96081890512594796e-8, 2.98035035146522802e-8,
  1.49015548283650412e-8, 7.45071178983542949e-9, 3.72533402478845705e-9, 1.86265972351304901e-9,
  9.31327432419668183e-10,
] as const;

/** ln Γ(2 + z) = (1 − γ) z + Σ (−1)ᵏ (ζ(k) − 1) zᵏ / k for |z| ≤ ½ (DLMF 5.7.3). */
function logGammaNearTwo(z: number): number {
  let sum = 0;
  for (let k = ZETA_MINUS_ONE.length + 1; k >= 2; k--) {
    sum = sum * -z + (ZETA_MINUS_ONE[k - 2] ?? 0) / k;
  }
  return z * (ONE_MINUS_EULER + z * sum);
}

/**
 * The logarithm of the gamma function, ln Γ(x), for x > 0; NaN otherwise.
 *
 * Relative accuracy about 1e-15, kept at the zeros x = 1 and x = 2 by a Taylor series around 2.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return NaN;
  if (x === Infinity) return Infinity;
  if (x < 0.5) return logGamma(1 + x) - Math.log(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  if (x < 2.5) return logGammaNearTwo(x - 2);
  return stirlingLogGamma(x);
}
