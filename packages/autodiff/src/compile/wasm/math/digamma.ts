/**
 * ψ(x) = Γ′(x)/Γ(x). On [1, 2] (x − x₀)·R(x − x₀) with its zero x₀ = 1.4616…, below by ψ(x + 1) = ψ(x) + 1/x, from 2 on the
 * asymptotic series (DLMF 5.11.2) with coefficients fitted down to there; for negative x the reflection
 * ψ(x) = ψ(−x) − 1/x − π cot πx (DLMF 5.5.2, 5.5.4).
 */
import type { Local } from "../encoder.ts";
import {
  divide,
  doubleProduct,
  doubleSum,
  fastTwoSum,
  hornerStep,
  total,
  twoProduct,
  twoSum,
  type Double,
} from "./double.ts";
import { logarithmDouble } from "./logarithm.ts";
import { large, type ElementwiseMath } from "./elementwise-math.ts";
import { promoted } from "./promote.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/** R(t) = c₀ + c₁ t + t² times a polynomial in t, error 2⁻⁵⁸ of R; c₀ and c₁ are ψ′ and ½ ψ″ at x₀. */
const nearCoefficients = [
  0.25849976095564936, -0.16394270544240702, 0.1078240506916175, -0.0721995612565086, 0.04880428813774788,
  -0.03316112646243643, 0.022597649201537784, -0.015424766611747522, 0.010538771237347894,
  -0.00720451488267177, 0.0049270445175761905, -0.0033701095449208116, 0.0023029850512367627,
  -0.0015739722881129156, 0.0010896659005919184, -0.0007557116950937811, 0.00047321137822703326,
  -0.000282784954860013, 0.00027795487718554584, -0.0002797869450817437, 0.00012089856821496056,
];
const nearConstant = { high: 0.9676722454476212, low: -3.387874303038943e-17 };
const nearSlope = { high: -0.4427631689835921, low: -2.4685968258808798e-17 };
/** x₀ − 1 and x₀ */
const zeroLessOne = { high: 0.46163214496836236, low: -1.5522348162858677e-17 };
const zero = { high: 1.4616321449683622, low: 9.549995429965697e-17 };

/** x²·(log x − 1/(2x) − ψ(x)) as a polynomial in 1/x² for x ≥ 2, error 2⁻⁵⁶ of ψ. */
const asymptotic = [
  0.08333333333332607, -0.008333333329626035, 0.003968253298039096, -0.0041666043850186445,
  0.007572238535449329, -0.020959289383141202, 0.07968817538096784, -0.367417121643428, 1.7807723942269154,
  -8.009124732964349, 30.53962559725194, -92.42441093609507, 209.22817566267582, -329.5363651951542,
  320.2157464794671, -144.04249323567086,
];

/** πf·cot πf = 1 − π²/3 z + z² times a polynomial in z = f² ≤ ¼, error 2⁻⁵⁸ of 1. */
const cotangent = [
  -2.1646464674218873, -2.0346861240559906, -2.008154704626951, -2.001989528425727, -2.0004807013810595,
  -2.000355501271051, -1.9967258158351178, -2.033525180435044, -1.7544285953941454, -3.2966276539854555,
  2.849702101000886, -14.353408911470769, 17.724722773911484, -18.051245549395922,
];
const minusThirdOfPiSquare = { high: -3.289868133696453, low: -6.081344700796952e-17 };

/** ψ(m) for m ≥ 1, ψ(m + 1) for 0 ≤ m < 1. */
function principal(v: VectorFunction, m: Local, small: Local, inverse: Double): Double {
  const part = (name: "high" | "low"): Local => v.let(v.select(small, -zeroLessOne[name], -zero[name]));
  const start = twoSum(v, m, part("high"));
  const t = { high: start.high, low: v.let(v.add(start.low, part("low"))) };
  const tail = { high: v.let(v.polynomial(t.high, nearCoefficients)), low: v.let(v.bits(0n)) };
  const near = doubleProduct(v, t, hornerStep(v, nearConstant, t, hornerStep(v, nearSlope, t, tail)));

  const logarithm = logarithmDouble(v, { high: m });
  const whole = v.let(total(v, inverse));
  const z = v.let(v.mul(whole, whole));
  const half = v.let(v.mul(whole, -0.5));
  const large = fastTwoSum(v, logarithm.high, half);
  const series = v.mul(z, v.polynomial(z, asymptotic));
  const low = v.add(large.low, v.sub(logarithm.low, series));
  const isNear = v.let(v.less(m, 2));
  return {
    high: v.let(v.select(isNear, near.high, large.high)),
    low: v.let(v.select(isNear, near.low, low)),
  };
}

/** π cot πm, with f = m less the nearest integer. */
function poles(v: VectorFunction, f: Local): Double {
  const z = twoProduct(v, f, f);
  const tail = { high: v.let(v.polynomial(z.high, cotangent)), low: v.let(v.bits(0n)) };
  const numerator = hornerStep(v, { high: 1, low: 0 }, z, hornerStep(v, minusThirdOfPiSquare, z, tail));
  return divide(v, numerator, { high: f });
}

function exactly(v: VectorFunction, x: Local): Expression {
  const m = v.let(v.abs(x));
  const negative = v.let(v.integerCompare("lt_s", x, v.bits(0n)));
  const small = v.let(v.less(m, 1));
  const inverse = divide(v, { high: 1 }, { high: m });
  const value = principal(v, m, small, inverse);
  // − 1/x for 0 < x < 1, + 1/m for x ≤ −1
  const counts = v.let(v.xor(negative, small));
  const sign = v.let(v.andNot(v.signBit, negative));
  const step = (local: Local): Local => v.let(v.and(counts, v.xor(local, sign)));
  let sum = doubleSum(v, value, { high: step(inverse.high), low: step(inverse.low) });
  const high = v.let(sum.high);
  const result = v.let(total(v, sum));
  v.whenAny(negative, () => {
    const pole = poles(v, v.let(v.sub(m, v.nearest(m))));
    sum = doubleSum(v, sum, pole);
    v.assign(high, v.select(negative, sum.high, high));
    v.assign(result, v.select(negative, total(v, sum), result));
  });
  // at ±0 the parts are infinite, and m is so at infinity; at the other poles only their sum is
  const infinite = v.let(v.equal(v.abs(high), Infinity));
  const atPole = v.select(v.andNot(negative, small), NaN, high);
  return v.select(infinite, atPole, v.select(v.equal(x, Infinity), Infinity, result));
}

/** ψ(x); f32 lanes are computed in f64. */
export const digamma: ElementwiseMath = large(130, promoted(exactly, exactly));
