/** erf and erfc by the formulas of the reference kernel, which explains them. */
import type { Local } from "../encoder.ts";
import {
  complementVanishes,
  nearCoefficients,
  nearLimit,
  scaledCoefficients,
  scaledConstant,
} from "../../../ops/kernels/erf.ts";
import { withSign } from "./arithmetic.ts";
import { divide, fastTwoSum, total, twoProduct, type Double } from "./double.ts";
import { exp, reduceExponential, scaleInSteps } from "./exponential.ts";
import { promoted, type Build } from "./promote.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/** For f32 lanes: errors 2⁻²⁹ and 2⁻³². */
const plainNearCoefficients = [
  0.1283791657, -0.3761262557, 0.1128358225, -0.026853691, 0.005188099, -0.000800819, 7.8473e-5,
];
const plainScaledCoefficients = [
  1.23299511876, -0.13962111854, 0.01537962712, 0.06809715078, -0.10103823469, 0.09373172553, -0.06634076034,
  0.03716685915, -0.01614358685, 0.0050851736, -0.0008443626, -0.0003713947, 8.05946e-5,
];

/** erfc(x + xRest) = (high + low)·2ⁿ for 0.7 ≤ x ≤ 27.3. */
function complement(v: VectorFunction, x: Local, xRest?: Local): Double & { exponent: Local } {
  const square = twoProduct(v, x, x);
  const squareRest = xRest === undefined ? square.low : v.mulAdd(v.add(x, x), xRest, square.low);
  const { linear, rest, exponent } = reduceExponential(v, v.let(v.neg(square.high)), {
    low: v.let(v.neg(squareRest)),
  });
  const fraction = fastTwoSum(v, linear, rest);
  const eHigh = v.let(v.add(fraction.high, 1));
  const eLow = v.let(v.add(v.sub(fraction.high, v.sub(eHigh, 1)), fraction.low));
  const q = v.let(v.div(v.sub(x, 4), v.add(x, 4)));
  const p = fastTwoSum(v, v.let(scaledConstant.high), v.let(v.mul(q, v.polynomial(q, scaledCoefficients))));
  const pLow = v.add(p.low, scaledConstant.low);
  const product = twoProduct(v, eHigh, p.high);
  const low = v.add(product.low, v.add(v.mul(eHigh, pLow), v.mul(eLow, p.high)));
  const twice = v.let(v.add(x, x));
  const denominator = v.let(v.add(twice, 1));
  const denominatorLow = v.sub(1, v.sub(denominator, twice));
  const quotient = divide(v, { high: product.high, low }, { high: denominator, low: denominatorLow });
  if (xRest === undefined) return { ...quotient, exponent };
  // beside e^(−x²), erfc falls about as 1 / (x + ½)
  const fall = v.div(v.mul(v.mul(quotient.high, xRest), 2), denominator);
  return { high: quotient.high, low: v.let(v.sub(quotient.low, fall)), exponent };
}

function nearZero(v: VectorFunction, x: Local, coefficients: readonly number[]): Expression {
  return v.mulAdd(x, v.polynomial(v.let(v.mul(x, x)), coefficients), x);
}

/** constant − (high + low)·2ⁿ */
function subtractComplement(v: VectorFunction, constant: number, x: Local, xRest?: Local): Expression {
  const { high, low, exponent } = complement(v, x, xRest);
  const power = v.let(scaleInSteps(v, 1, exponent));
  const large = fastTwoSum(v, v.let(constant), v.let(v.neg(v.mul(high, power))));
  return v.add(large.high, v.sub(large.low, v.mul(low, power)));
}

export const erf: Build = promoted(
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const result = v.let(nearZero(v, magnitude, nearCoefficients));
    const isFar = v.let(v.not(v.less(magnitude, nearLimit)));
    v.whenAny(isFar, () => {
      const far = subtractComplement(v, 1, v.let(v.pmin(magnitude, 6)));
      v.assign(result, v.select(isFar, far, result));
    });
    return withSign(v, result, x);
  },
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const near = nearZero(v, magnitude, plainNearCoefficients);
    const far = v.sub(1, plainComplement(v, v.let(v.pmin(magnitude, 6))));
    return withSign(v, v.select(v.less(magnitude, nearLimit), near, far), x);
  },
);

export const erfc: Build = promoted((v, x) => erfcExactly(v, x), erfcPlain);

/** erfc(x + xRest) */
export function erfcExactly(v: VectorFunction, x: Local, xRest?: Local): Expression {
  const start = fastTwoSum(v, v.let(1), v.let(v.neg(x)));
  const square = v.let(v.mul(x, x));
  // the slope of erf is 2/√π e^(−x²)
  const startLow =
    xRest === undefined
      ? start.low
      : v.subMul(start.low, xRest, v.subMul(2 / Math.sqrt(Math.PI), square, 0.9));
  const result = v.let(v.add(start.high, v.subMul(startLow, x, v.polynomial(square, nearCoefficients))));
  v.whenAny(v.not(v.less(x, nearLimit)), () => {
    const magnitude = v.let(v.pmin(x, complementVanishes));
    const { high, low, exponent } = complement(v, magnitude, xRest);
    const far = scaleInSteps(v, total(v, { high, low }), exponent);
    v.assign(result, v.select(v.less(x, nearLimit), result, far));
  });
  const isNegative = v.let(v.less(x, -nearLimit));
  v.whenAny(isNegative, () => {
    const rest = xRest && v.let(v.neg(xRest));
    const reflected = subtractComplement(v, 2, v.let(v.pmin(v.abs(x), 6)), rest);
    v.assign(result, v.select(isNegative, reflected, result));
  });
  return v.value(result);
}

export function erfcPlain(v: VectorFunction, x: Local): Expression {
  const tail = v.let(plainComplement(v, v.let(v.pmin(v.abs(x), complementVanishes))));
  return v.select(v.less(x, 0), v.sub(2, tail), tail);
}

/** erfc x for x ≥ 0 in f64, for f32 lanes. */
function plainComplement(v: VectorFunction, x: Local): Expression {
  const e = exp(v, v.let(v.neg(v.mul(x, x))));
  const q = v.let(v.div(v.sub(x, 4), v.add(x, 4)));
  return v.div(v.mul(e, v.polynomial(q, plainScaledCoefficients)), v.add(v.add(x, x), 1));
}
