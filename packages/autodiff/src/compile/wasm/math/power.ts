import type { Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import {
  divide,
  fastTwoSum,
  squareRoot,
  total,
  twoProduct,
  twoSum,
  upperHalf,
  type Double,
} from "./double.ts";
import { exp, ln2, reduceExponential, scale, scaleInSteps } from "./exponential.ts";
import { log, normalise, splitExponent } from "./logarithm.ts";
import { promoted, type Build } from "./promote.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/**
 * atanh(s)/s = 1 + s²·(1/3 + s²·Q(s²)): Q by weighted least squares at Chebyshev points in 200-bit arithmetic, error
 * 2⁻⁶⁶ of the whole.
 */
const coefficients = [
  0.2000000000000119, 0.14285714285025025, 0.111111112638297, 0.0909089188069, 0.076933913504, 0.06628137076,
  0.066005075,
];
const third = { high: 1 / 3, low: 1.850371707708594e-17 };

/** log(x·2^−exponent) of a positive normal x as the sum of two, with a relative error below 2⁻⁶⁴. */
function preciseLogarithm(v: VectorFunction, x: Local, exponent?: Local): Double {
  const parts = splitExponent(v, x);
  const k = exponent === undefined ? parts.k : v.let(v.sub(parts.k, exponent));
  const f = v.let(v.sub(parts.m, 1));
  const s = divide(v, { high: f }, fastTwoSum(v, v.let(2), f));
  // s.high has half a significand, so its square is exact
  const square = v.let(v.mul(s.high, s.high));
  const squareLow = v.let(v.mul(v.add(v.add(s.high, s.high), s.low), s.low));
  const z = v.let(v.add(square, squareLow));
  const rest = v.let(v.mul(z, v.polynomial(z, coefficients)));
  const factor = fastTwoSum(v, v.let(third.high), rest);
  const factorUpper = v.let(upperHalf(v, factor.high));
  const factorLower = v.add(v.sub(factor.high, factorUpper), v.add(factor.low, third.low));
  const squareUpper = v.let(upperHalf(v, square));
  const squareRest = v.let(v.add(v.sub(square, squareUpper), squareLow));
  // u = s²·(1/3 + …) and cubic = s·u, each as an exact product and the rest
  const u = v.let(v.mul(squareUpper, factorUpper));
  const uLow = v.let(v.add(v.mul(squareUpper, factorLower), v.mul(squareRest, factor.high)));
  const uUpper = v.let(upperHalf(v, u));
  const uRest = v.let(v.add(v.sub(u, uUpper), uLow));
  const cubic = v.let(v.mul(s.high, uUpper));
  const cubicLow = v.add(v.mul(s.high, uRest), v.mul(s.low, v.add(uUpper, uRest)));

  const twice = (a: Local): Local => v.let(v.add(a, a));
  const first = fastTwoSum(v, v.let(v.mul(k, ln2(v).high)), twice(s.high));
  const second = fastTwoSum(v, first.high, twice(cubic));
  const tail = v.mulAdd(k, ln2(v).low, v.mul(v.add(s.low, cubicLow), 2));
  const low = v.let(v.add(v.add(first.low, second.low), tail));
  return fastTwoSum(v, second.high, low);
}

interface Exponent {
  readonly y: Local;
  readonly isInteger: Local;
  /** The sign bit where y is an odd integer. */
  readonly oddSign: Local;
}

function inspectExponent(v: VectorFunction, y: Local): Exponent {
  const isInteger = v.let(v.equal(v.nearest(y), y));
  const half = v.let(v.mul(y, 0.5));
  const odd = v.and(isInteger, v.notEqual(v.nearest(half), half));
  return { y, isInteger, oddSign: v.let(v.and(odd, v.signBit)) };
}

/** What IEEE 754 pow asks for, given |x|^y for ordinary lanes. */
function powerLimits(
  v: VectorFunction,
  x: Local,
  { y, isInteger, oddSign }: Exponent,
  ordinary: Local,
): Expression {
  const magnitude = v.let(v.abs(x));
  const negative = v.let(v.less(x, 0));
  const signed = v.let(v.xor(ordinary, v.and(oddSign, v.and(x, v.signBit))));
  const defined = v.let(v.select(v.andNot(negative, isInteger), NaN, signed));
  // 0 and ∞ to a power: 0 or ∞, with the sign of x for odd integers
  const yPositive = v.greater(y, 0);
  const becomesZero = v.let(v.xor(yPositive, v.greater(magnitude, 1)));
  const extreme = v.or(v.andNot(Infinity, becomesZero), v.and(oddSign, v.and(x, v.signBit)));
  const isExtreme = v.or(v.equal(magnitude, 0), v.equal(magnitude, Infinity));
  const based = v.let(v.select(isExtreme, extreme, defined));
  // an infinite exponent
  const infinite = v.let(v.equal(v.abs(y), Infinity));
  const grows = v.let(v.xor(v.less(y, 0), v.greater(magnitude, 1)));
  const limit = v.select(v.equal(magnitude, 1), 1, v.and(grows, Infinity));
  const limited = v.let(v.select(infinite, limit, based));
  const nan = v.let(v.or(v.notEqual(x, x), v.notEqual(y, y)));
  const one = v.or(v.equal(x, 1), v.equal(y, 0));
  return v.select(one, 1, v.select(nan, NaN, limited));
}

/** exp(y·log|x|) with the logarithm and the product in two parts, for all arguments. */
function powFull(v: VectorFunction, x: Local, y: Local): Expression {
  const { scaled, exponent: taken } = normalise(v, v.let(v.abs(x)));
  const logarithm = preciseLogarithm(v, scaled, taken);
  // |log x| ≥ 2⁻⁵³ unless x = 1, so a greater exponent changes nothing
  const bounded = v.let(v.pmin(v.pmax(y, -(2 ** 65)), 2 ** 65));
  const product = twoProduct(v, bounded, logarithm.high);
  const inRange = v.let(v.less(v.abs(product.high), 800));
  const low = v.and(inRange, v.mulAdd(bounded, logarithm.low, product.low));
  const high = v.let(v.pmin(v.pmax(product.high, -800), 800));
  const { linear, rest, exponent } = reduceExponential(v, high, { low: v.let(low) });
  const magnitude = v.let(scaleInSteps(v, v.add(v.add(linear, rest), 1), exponent));
  return powerLimits(v, x, inspectExponent(v, y), magnitude);
}

/** The same where the base is positive and normal and the result is normal; other lanes are left to `powFull`. */
function powExact(v: VectorFunction, x: Local, y: Local): Expression {
  const logarithm = preciseLogarithm(v, x);
  const product = twoProduct(v, y, logarithm.high);
  const low = v.let(v.mulAdd(y, logarithm.low, product.low));
  const { linear, rest, exponent } = reduceExponential(v, product.high, { low });
  const result = v.let(scale(v, v.add(v.add(linear, rest), 1), exponent));
  const ordinaryBase = v.and(v.greaterEqual(x, 2 ** -1022), v.less(x, Infinity));
  // the product of two parts may be NaN where y is huge, and then so is `low`
  const ordinary = v.and(ordinaryBase, v.less(v.abs(v.add(product.high, low)), 708));
  v.whenAny(v.not(ordinary), () => {
    const full = v.helper("pow", 2, (w, a, b) => w.push(powFull(w, a, b)));
    v.callInto(result, full, x, y);
  });
  return v.value(result);
}

/** In f64, for f32 lanes: exp(y·log|x|) without care. */
function powPlain(v: VectorFunction, x: Local, y: Local): Expression {
  const product = v.let(v.mul(y, log(v, v.let(v.abs(x)))));
  const bounded = v.let(v.pmin(v.pmax(product, -700), 700));
  const result = v.let(exp(v, bounded));
  const ordinaryBase = v.and(v.greater(x, 0), v.less(x, Infinity));
  v.whenAny(v.not(v.and(ordinaryBase, v.less(v.abs(y), Infinity))), () => {
    v.assign(result, powerLimits(v, x, inspectExponent(v, y), result));
  });
  return v.value(result);
}

/** x^y as IEEE 754 defines it: 1^y and x^0 are 1, even for NaN. */
export const pow: Build = promoted(
  (v, x, y) => powExact(v, x, y),
  (v, x, y) => powPlain(v, x, y),
);

/** x^⅓ on [0.7, 5.7] as a polynomial, relative error 2⁻⁹. */
const cubeRootStart = [0.5664, 0.54953, -0.13852, 0.0214904, -0.0013205];

/**
 * A polynomial start on 2ᵏ·m with k a multiple of three, two steps of Halley's method, the first of which triples the
 * digits, and the second in the arrangement of fdlibm's s_cbrt.c: t is rounded to half a significand so that t² is exact.
 */
function cbrtExact(v: VectorFunction, x: Local): Expression {
  const magnitude = v.let(v.abs(x));
  const { scaled, exponent } = normalise(v, magnitude);
  const parts = splitExponent(v, scaled);
  const k = v.let(v.sub(parts.k, exponent));
  const third = v.let(v.floor(v.mul(v.add(k, 0.5), 1 / 3)));
  const left = v.let(v.subMul(k, third, 3));
  // 2^left is 1, 2 or 4
  const factor = v.mulAdd(v.mul(left, 0.5), v.add(left, 1), 1);
  const m = v.let(v.mul(parts.m, factor));
  const start = v.let(v.polynomial(m, cubeRootStart));
  const cube = v.let(v.mul(v.mul(start, start), start));
  const twiceM = v.let(v.add(m, m));
  const halley = v.div(v.add(cube, twiceM), v.add(v.add(cube, cube), m));
  const t = v.let(upperHalf(v, v.mul(start, halley)));
  const quotient = v.let(v.div(m, v.mul(t, t)));
  const step = v.div(v.sub(quotient, t), v.add(v.add(t, t), quotient));
  const root = v.mulAdd(t, step, t);
  const shifted = v.let(v.add(third, 6755399441055744));
  const ordinary = v.and(v.greater(magnitude, 0), v.less(magnitude, Infinity));
  return withSign(v, v.select(ordinary, scale(v, root, shifted), magnitude), x);
}

export const cbrt: Build = promoted(cbrtExact, cbrtExact);

/** √(x² + y²) without overflow; infinite if any is infinite. */
export const hypot: Build = promoted(
  (v, x, y) => {
    const xMagnitude = v.let(v.abs(x));
    const yMagnitude = v.let(v.abs(y));
    const larger = v.let(v.max(xMagnitude, yMagnitude));
    const exponent = v.and(v.pmin(larger, 2 ** 1022), v.bits(0x7ff0_0000_0000_0000n));
    const factor = v.let(v.integerSub(v.bits(0x7fe0_0000_0000_0000n), exponent));
    const xScaled = v.let(v.mul(xMagnitude, factor));
    const yScaled = v.let(v.mul(yMagnitude, factor));
    const xSquare = twoProduct(v, xScaled, xScaled);
    const ySquare = twoProduct(v, yScaled, yScaled);
    const sum = twoSum(v, xSquare.high, ySquare.high);
    const low = v.let(v.add(sum.low, v.add(xSquare.low, ySquare.low)));
    const root = total(v, squareRoot(v, { high: sum.high, low }));
    const infinite = v.or(v.equal(xMagnitude, Infinity), v.equal(yMagnitude, Infinity));
    return v.select(infinite, Infinity, v.div(root, factor));
  },
  (v, x, y) => {
    const [a, b] = [x, y];
    const infinite = v.or(v.equal(v.abs(a), Infinity), v.equal(v.abs(b), Infinity));
    return v.select(infinite, Infinity, v.sqrt(v.mulAdd(a, a, v.mul(b, b))));
  },
);
