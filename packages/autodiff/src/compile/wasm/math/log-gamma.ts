/**
 * log|Γ(x)|. Near its zeros 1 and 2, log Γ(2 + t) = t·R(t) for |t| ≤ ½ serves by Γ(x + 1) = x Γ(x); from 2.5 on Stirling's
 * formula, its correction fitted down to there; below −½ the reflection Γ(x) Γ(−x) = −π / (x sin πx) (DLMF 5.5.3, 5.11.1). All
 * terms have two parts, so that what is lost is the cancellation near the zeros on the negative axis alone.
 */
import type { Local } from "../encoder.ts";
import { doubleProduct, doubleSum, fastTwoSum, hornerStep, twoProduct, type Double } from "./double.ts";
import { logarithmDouble, normalise } from "./logarithm.ts";
import { large, type ElementwiseMath } from "./elementwise-math.ts";
import { promoted } from "./promote.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/** (R(t) − 1 + γ − (π²/12 − ½) t) / t², error 2⁻⁵⁹ of R. */
const nearSlope = [
  -0.0673523010531982, 0.020580808427782704, -0.007385551028657786, 0.0028905103309286202,
  -0.0011927539125168424, 0.000509669517724046, -0.00022315473895765948, 9.94576456502444e-5,
  -4.492649672496599e-5, 2.0505786490531346e-5, -9.437423405058979e-6, 4.383909809330444e-6,
  -2.0491576794525076e-6, 9.217840099553506e-7, -4.2107689665386065e-7, 2.771746373661511e-7,
  -1.425481542068132e-7,
];
const oneMinusGamma = { high: 0.42278433509846713, low: 4.942915152430645e-18 };
const halfZeta = { high: 0.3224670334241132, low: 1.520336175199238e-17 };

/** x·(log Γ(x) − (x − ½) log x + x − ½ log 2π) as a polynomial in 1/x² for x ≥ 2.5; error 2⁻⁵⁷ of log Γ. */
const stirling = [
  0.0833333333333332, -0.0027777777776723054, 0.0007936507680122612, -0.0005952351659067211,
  0.0008415593855634823, -0.0019095340266348279, 0.006181026576908881, -0.024769459361305795,
  0.10288640650278394, -0.37300707433627645, 1.0169845428347455, -1.7718115944421775, 1.4477998629289008,
];
const halfLogTwoPi = { high: 0.9189385332046728, low: -3.8782941580672414e-17 };

/** sin(πf)/(πf) = 1 + z·(q₀ + z·Q(z)), z = f² ≤ ¼; error 2⁻⁶⁸. */
const sinePi = [
  0.8117424252833536, -0.19075182412208178, 0.02614784781758821, -0.0023460810344894875,
  0.0001484287847695601, -6.97583062031893e-6, 2.529872297995284e-7, -7.07248593687632e-9,
];
const sixthOfPiSquare = { high: -1.6449340668482264, low: -3.040672350398476e-17 };

/** For x ≥ −½. */
function principal(v: VectorFunction, x: Local): Double {
  const small = v.let(v.less(x, 0.5));
  const middle = v.let(v.less(x, 1.5));
  const near = v.let(v.less(x, 2.5));
  const zero = v.let(v.bits(0n));
  // log Γ(2 + t) = log Γ(x) + log w with w = |x (x + 1)|, x or 1
  const t = { high: v.let(v.sub(x, v.select(small, zero, v.select(middle, 1, 2)))), low: zero };
  const square = twoProduct(v, x, x);
  const quadratic = fastTwoSum(v, x, square.high);
  const sign = v.let(v.and(x, v.signBit));
  const high = v.select(small, v.xor(quadratic.high, sign), v.select(v.andNot(near, middle), 1, x));
  const low = v.let(v.and(small, v.xor(v.add(quadratic.low, square.low), sign)));
  const { scaled, exponent } = normalise(v, v.let(high));
  const logarithm = logarithmDouble(v, { high: scaled, low }, v.neg(exponent));

  const bend = { high: v.let(v.polynomial(t.high, nearSlope)), low: zero };
  const shifted = doubleProduct(v, t, hornerStep(v, oneMinusGamma, t, hornerStep(v, halfZeta, t, bend)));
  const minus = { high: v.let(v.neg(logarithm.high)), low: v.let(v.neg(logarithm.low)) };
  const nearby = doubleSum(v, shifted, minus);

  // x·(log x − 1) − ½ log x + ½ log 2π + …
  const lessOne = fastTwoSum(v, logarithm.high, v.let(-1));
  const lessOneLow = v.let(v.add(lessOne.low, logarithm.low));
  const main = doubleProduct(v, { high: x, low: zero }, { high: lessOne.high, low: lessOneLow });
  const half = { high: v.let(v.mul(minus.high, 0.5)), low: v.let(v.mul(minus.low, 0.5)) };
  const inverse = v.let(v.div(1, x));
  const correction = v.mul(inverse, v.polynomial(v.let(v.mul(inverse, inverse)), stirling));
  const rest = { high: v.let(halfLogTwoPi.high), low: v.let(v.add(correction, halfLogTwoPi.low)) };
  const far = doubleSum(v, main, doubleSum(v, half, rest));
  return {
    high: v.let(v.select(near, nearby.high, far.high)),
    low: v.let(v.select(near, nearby.low, far.low)),
  };
}

/** log(|m sin πm| / π), without its sign, for m > ½; `fraction` is m less the nearest integer. */
function logSine(v: VectorFunction, m: Local, fraction: Local): Double {
  const zero = v.let(v.bits(0n));
  const f = v.let(v.abs(fraction));
  const z = twoProduct(v, f, f);
  const tail = { high: v.let(v.polynomial(z.high, sinePi)), low: zero };
  const sine = hornerStep(v, { high: 1, low: 0 }, z, hornerStep(v, sixthOfPiSquare, z, tail));
  return logarithmDouble(
    v,
    doubleProduct(v, doubleProduct(v, { high: f, low: zero }, sine), { high: m, low: zero }),
  );
}

function exactly(v: VectorFunction, x: Local): Expression {
  const reflected = v.let(v.less(x, -0.5));
  const m = v.let(v.select(reflected, v.neg(x), x));
  const value = principal(v, m);
  const result = v.let(v.add(value.high, value.low));
  v.whenAny(reflected, () => {
    const fraction = v.let(v.sub(m, v.nearest(m)));
    const both = doubleSum(v, value, logSine(v, m, fraction));
    const isOrdinary = v.greater(v.abs(fraction), 0);
    const negative = v.let(v.select(isOrdinary, v.neg(v.add(both.high, both.low)), Infinity));
    v.assign(result, v.select(reflected, negative, result));
  });
  // small parts of infinite numbers are NaN
  const infinite = v.or(v.equal(x, 0), v.equal(v.abs(value.high), Infinity));
  return v.select(infinite, Infinity, result);
}

/** log|Γ(x)|; f32 lanes are computed in f64. */
export const lgamma: ElementwiseMath = large(130, promoted(exactly, exactly));
