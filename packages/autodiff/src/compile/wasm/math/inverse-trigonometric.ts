/**
 * The angle of a point in the first quadrant, from which all inverse trigonometric functions follow. The quotient of the
 * smaller coordinate by the larger one is turned by π/4 where it exceeds tan π/8; what is left is an odd polynomial
 * (weighted least squares at Chebyshev points in 200-bit arithmetic) plus constants in two parts.
 */
import type { Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import { divide, fastTwoSum, squareRoot, total, twoProduct, twoSum, type Double } from "./double.ts";
import { promoted, type Build } from "./promote.ts";
import type { Expression, Operand, VectorFunction } from "./vector-function.ts";

/** (atan(t)/t − 1) / t² for |t| ≤ tan π/8 as a polynomial in t², error 2⁻⁵⁹ of atan. */
const coefficients = [
  -0.33333333333333187, 0.19999999999951007, -0.14285714279963618, 0.11111110772814214, -0.0909089747449406,
  0.076920555142578, -0.06663053879729, 0.058475448238, -0.050378340011, 0.038029037808, -0.01787012345,
];

const tanEighth = Math.SQRT2 - 1;
const quarterPi = { high: Math.PI / 4, low: 3.061616997868383e-17 };
const halfPi = { high: Math.PI / 2, low: 6.123233995736766e-17 };
const pi = { high: Math.PI, low: 1.2246467991473532e-16 };

/** constant − angle */
function subtractFrom(v: VectorFunction, constant: { high: number; low: number }, angle: Double): Double {
  const difference = fastTwoSum(v, v.let(constant.high), v.let(v.neg(angle.high)));
  return { high: difference.high, low: v.let(v.add(difference.low, v.sub(constant.low, angle.low))) };
}

function selectDouble(v: VectorFunction, mask: Local, a: Double, b: Double): Double {
  return {
    high: v.let(v.select(mask, a.high, b.high)),
    low: v.let(v.select(mask, a.low, b.low)),
  };
}

/** The angle of the point (x, y), in [0, π/2], for finite x, y ≥ 0 not both zero and x + y finite. */
function firstQuadrantAngle(v: VectorFunction, y: Double, x: Double): Double {
  const steep = v.let(v.greater(y.high, x.high));
  const shorter = selectDouble(v, steep, x, y);
  const longer = selectDouble(v, steep, y, x);
  const turned = v.let(v.greater(shorter.high, v.mul(longer.high, tanEighth)));
  const difference = twoSum(v, shorter.high, v.let(v.neg(longer.high)));
  const sum = twoSum(v, longer.high, shorter.high);
  const numerator = {
    high: v.select(turned, difference.high, shorter.high),
    low: v.select(turned, v.add(difference.low, v.sub(shorter.low, longer.low)), shorter.low),
  };
  const denominator = {
    high: v.let(v.select(turned, sum.high, longer.high)),
    low: v.select(turned, v.add(sum.low, v.add(shorter.low, longer.low)), longer.low),
  };
  const tangent = divide(v, numerator, denominator);
  const t = v.let(total(v, tangent));
  const z = v.let(v.mul(t, t));
  const cubic = v.mul(v.mul(z, t), v.polynomial(z, coefficients));
  const base = v.let(v.and(turned, quarterPi.high));
  const large = fastTwoSum(v, base, tangent.high);
  const small = v.add(v.add(tangent.low, cubic), v.and(turned, quarterPi.low));
  const angle = { high: large.high, low: v.let(v.add(large.low, small)) };
  return selectDouble(v, steep, subtractFrom(v, halfPi, angle), angle);
}

const exactly = (v: VectorFunction, value: Operand): Double => ({ high: v.let(value), low: v.let(0) });

/** √(1 − x²) */
function otherLeg(v: VectorFunction, x: Local): Double {
  const square = twoProduct(v, x, x);
  const difference = fastTwoSum(v, v.let(1), v.let(v.neg(square.high)));
  return squareRoot(v, { high: difference.high, low: v.let(v.sub(difference.low, square.low)) });
}

/** |x| for the domain of arc sine and cosine, NaN outside. */
function unitMagnitude(v: VectorFunction, x: Local): Local {
  const magnitude = v.let(v.abs(x));
  return v.let(v.select(v.lessEqual(magnitude, 1), magnitude, NaN));
}

function atanExact(v: VectorFunction, x: Local): Expression {
  // beyond 2⁶⁰ the result is π/2, and infinity divided by itself would not be
  const magnitude = v.pmin(v.abs(x), 2 ** 60);
  return withSign(v, total(v, firstQuadrantAngle(v, exactly(v, magnitude), exactly(v, 1))), x);
}

function asinExact(v: VectorFunction, x: Local): Expression {
  const magnitude = unitMagnitude(v, x);
  const angle = firstQuadrantAngle(v, exactly(v, magnitude), otherLeg(v, magnitude));
  return withSign(v, total(v, angle), x);
}

function acosExact(v: VectorFunction, x: Local): Expression {
  const magnitude = unitMagnitude(v, x);
  const angle = firstQuadrantAngle(v, otherLeg(v, magnitude), exactly(v, magnitude));
  const obtuse = subtractFrom(v, pi, angle);
  return total(v, selectDouble(v, v.let(v.less(x, 0)), obtuse, angle));
}

function atan2Exact(v: VectorFunction, y: Local, x: Local): Expression {
  const yMagnitude = v.let(v.abs(y));
  const xMagnitude = v.let(v.abs(x));
  const larger = v.let(v.max(yMagnitude, xMagnitude));
  // scaled by a power of two to about 2²⁵⁶ (so that no small quotient loses digits of the other coordinate), and
  // infinities to one, beside which anything finite is zero
  const base = v.pmax(v.pmin(larger, 2 ** 1022), 2 ** -400);
  const exponent = v.let(v.and(base, v.bits(0x7ff0_0000_0000_0000n)));
  const factor = v.let(v.integerSub(v.bits(0x8fe0_0000_0000_0000n), exponent));
  const infinite = v.let(v.equal(larger, Infinity));
  const scaled = (magnitude: Local): Expression =>
    v.select(infinite, v.and(v.equal(magnitude, Infinity), 1), v.mul(magnitude, factor));
  const zero = v.let(v.and(v.equal(larger, 0), 1));
  const xScaled = exactly(v, v.add(scaled(xMagnitude), zero));
  const angle = firstQuadrantAngle(v, exactly(v, scaled(yMagnitude)), xScaled);
  const left = v.let(v.integerCompare("lt_s", x, v.bits(0n)));
  const result = total(v, selectDouble(v, left, subtractFrom(v, pi, angle), angle));
  const isNumber = v.equal(larger, larger);
  return v.select(isNumber, withSign(v, result, y), larger);
}

/** In f64, for f32 lanes: the tangent as a plain quotient, the small terms left out. */
function plainAngle(v: VectorFunction, y: Local, x: Local): Expression {
  const steep = v.let(v.greater(y, x));
  const shorter = v.let(v.select(steep, x, y));
  const longer = v.let(v.select(steep, y, x));
  const turned = v.let(v.greater(shorter, v.mul(longer, tanEighth)));
  const numerator = v.select(turned, v.sub(shorter, longer), shorter);
  const t = v.let(v.div(numerator, v.select(turned, v.add(longer, shorter), longer)));
  const z = v.let(v.mul(t, t));
  const series = v.mulAdd(v.mul(z, t), v.polynomial(z, coefficients), t);
  const angle = v.let(v.add(v.and(turned, quarterPi.high), series));
  return v.select(steep, v.sub(halfPi.high, angle), angle);
}

const plainLeg = (v: VectorFunction, x: Local): Local => v.let(v.sqrt(v.sub(1, v.mul(x, x))));

export const atan: Build = promoted(atanExact, (v, x) =>
  withSign(v, plainAngle(v, v.let(v.pmin(v.abs(x), 2 ** 60)), v.let(1)), x),
);

export const asin: Build = promoted(asinExact, (v, x) => {
  const magnitude = unitMagnitude(v, x);
  return withSign(v, plainAngle(v, magnitude, plainLeg(v, magnitude)), x);
});

export const acos: Build = promoted(acosExact, (v, x) => {
  const magnitude = unitMagnitude(v, x);
  const angle = v.let(plainAngle(v, plainLeg(v, magnitude), magnitude));
  return v.select(v.less(x, 0), v.sub(pi.high, angle), angle);
});

export const atan2: Build = promoted(atan2Exact, (v, y, x) => {
  // f32 numbers can be divided in f64 without scaling; infinities become numbers beside which they are as large
  const yMagnitude = v.let(v.pmin(v.abs(y), 2 ** 300));
  const xMagnitude = v.let(v.pmin(v.abs(x), 2 ** 300));
  const origin = v.and(v.equal(v.add(yMagnitude, xMagnitude), 0), 1);
  const angle = v.let(plainAngle(v, yMagnitude, v.let(v.add(xMagnitude, origin))));
  const left = v.let(v.integerCompare("lt_s", x, v.bits(0n)));
  return withSign(v, v.select(left, v.sub(pi.high, angle), angle), y);
});
