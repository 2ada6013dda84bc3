/**
 * exp x = 2ⁿ·exp r, with n the integer nearest to x/ln 2 and r = x − n·ln 2 in two parts (W. J. Cody and W. Waite,
 * "Software Manual for the Elementary Functions", 1980). exp r is a polynomial that is near-minimax relative to exp on
 * |r| ≤ ln 2 / 2, found by weighted least squares at Chebyshev points in 200-bit arithmetic.
 */
import { exponentialCoefficients, ln2 as ln2F64 } from "../../../ops/kernels/exponential.ts";
import type { FunctionReference, Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import { fastTwoSum, upperHalf, type Double } from "./double.ts";
import { promoted, type Build } from "./promote.ts";
import type { Expression, Operand, VectorFunction } from "./vector-function.ts";

/** (exp r − 1 − r) / r² for |r| ≤ ln 2 / 2, error 2⁻²⁸ of exp r. */
const coefficientsF32 = [0.49999988, 0.16666518, 0.04166965, 0.008368947, 0.0013745326];

/** The same with errors of 2⁻⁶¹ and 2⁻³⁰ relative to exp r − 1. */
const differenceF64 = [
  0.5, 0.16666666666666677, 0.04166666666666661, 0.008333333333321442, 0.001388888888892385,
  0.00019841269886577, 2.48015872374e-5, 2.7557243768e-6, 2.755735303e-7, 2.5109189e-8, 2.088946e-9,
];
const differenceF32 = [0.5, 0.16666666, 0.041666478, 0.008333566, 0.0013933708, 0.00019744282];

/** ln 2 in two parts: the upper one times n is exact. */
const ln2F32 = { high: 0.693145751953125, low: 1.428606765330187e-6 };
export const ln2 = (v: VectorFunction): { readonly high: number; readonly low: number } =>
  v.pick(ln2F64, ln2F32);

/** Adding 1.5·2⁵² (1.5·2²³) rounds to an integer, which then stands in the lowest bits. */
const roundingShift = (v: VectorFunction): number => v.pick(6755399441055744, 12582912);

/** Bits of the significand below the leading one. */
const fractionBits = (v: VectorFunction): number => v.pick(52, 23);

/** exp of the argument is (1 + linear + rest)·2ⁿ: `linear` is the larger one. */
export interface ReducedExponential {
  readonly linear: Local;
  readonly rest: Local;
  /** n in the lowest bits of an integer lane (the bits above are not zero). */
  readonly exponent: Local;
}

/** The fraction with r²/2 split into an exact square and a small part, which joins the terms from r³ on. */
function preciseFraction(
  v: VectorFunction,
  linear: Local,
  lower: Local,
  r: Local,
): { linear: Local; rest: Local } {
  const upper = v.let(upperHalf(v, r));
  const large = fastTwoSum(v, linear, v.let(v.mul(v.mul(upper, upper), 0.5)));
  const squareRest = v.mul(v.mul(v.sub(r, upper), v.add(r, upper)), 0.5);
  const cubic = v.mul(v.mul(v.mul(r, r), r), v.polynomial(r, differenceF64.slice(1)));
  // what rounding took from r, times the derivative of the terms beyond the linear one
  const lost = v.mul(r, v.add(v.sub(linear, r), lower));
  const small = v.add(v.add(v.add(squareRest, cubic), v.add(large.low, lost)), lower);
  return { linear: large.high, rest: v.let(small) };
}

interface ExponentialOptions {
  /** A small part of the argument, added to x. */
  readonly low?: Operand | undefined;
  /** A small error relative to exp x − 1 as well. */
  readonly difference?: boolean;
  /** No smaller n than this one; a little below, where r is not small, exp r keeps three digits. */
  readonly lowest?: number;
  /** An error near 2⁻⁵⁹ instead of 2⁻⁵⁶ (f64 only): for differences of exponentials. */
  readonly precise?: boolean;
}

/** Reduces x (+ low); it must be within the range of finite results, or the outcome is arbitrary. */
export function reduceExponential(
  v: VectorFunction,
  x: Local,
  { low, difference = false, lowest, precise = false }: ExponentialOptions = {},
): ReducedExponential {
  const shift = roundingShift(v);
  const { high: ln2High, low: ln2Low } = ln2(v);
  const nearest = v.mulAdd(x, Math.LOG2E, shift);
  const exponent = v.let(lowest === undefined ? nearest : v.pmax(nearest, shift + lowest));
  const n = v.let(v.sub(exponent, shift));
  const linear = v.let(v.subMul(x, n, ln2High));
  const lower = v.let(low === undefined ? v.mul(n, -ln2Low) : v.mulAdd(n, -ln2Low, low));
  const r = v.let(v.add(linear, lower));
  if (precise) return { ...preciseFraction(v, linear, lower, r), exponent };
  const coefficients = difference
    ? v.pick<readonly number[]>(differenceF64, differenceF32)
    : v.pick(exponentialCoefficients, coefficientsF32);
  const polynomial = v.polynomial(r, coefficients);
  const rest = v.let(v.mulAdd(v.mul(r, r), polynomial, lower));
  return { linear, rest, exponent };
}

/** y·2ⁿ for normal results, by adding n to the exponent of y. */
export function scale(v: VectorFunction, y: Operand, exponent: Local): Expression {
  return v.integerAdd(y, v.shift("shl", exponent, fractionBits(v)));
}

/** y·2ⁿ for y in [½, 2] with gradual underflow and overflow: two factors of half the exponent each. */
export function scaleInSteps(v: VectorFunction, y: Operand, exponent: Local): Expression {
  const half = v.let(v.shift("shr_u", exponent, 1));
  const first = scale(v, y, half);
  return v.mul(first, scale(v, 1, v.let(v.integerSub(exponent, half))));
}

/** exp(x + low)·2^exponentOffset as the sum of two numbers, for results in the normal range. */
export function exponentialDouble(
  v: VectorFunction,
  x: Local,
  { exponentOffset = 0, ...options }: ExponentialOptions & { exponentOffset?: number } = {},
): Double {
  const { linear, rest, exponent } = reduceExponential(v, x, options);
  const fraction = fastTwoSum(v, linear, rest);
  const upper = v.let(v.add(fraction.high, 1));
  const lower = v.add(v.sub(fraction.high, v.sub(upper, 1)), fraction.low);
  const power = v.let(scale(v, 2 ** exponentOffset, exponent));
  return { high: v.let(v.mul(upper, power)), low: v.let(v.mul(lower, power)) };
}

/** Where exp(x) or exp(−x) may leave the normal range; also set for NaN. */
export function beyondNormalExponential(v: VectorFunction, x: Local): Expression {
  return v.beyond(v.abs(x), v.pick(708, 86));
}

/** exp for every argument: out of line, for the rare lanes near overflow or underflow. */
export function exponentialFull(v: VectorFunction): FunctionReference {
  return v.helper("exp", 1, (w, x) => {
    const clamped = w.let(w.pmin(w.pmax(x, w.pick(-746, -104)), w.pick(710, 89)));
    const { linear, rest, exponent } = reduceExponential(w, clamped);
    w.push(scaleInSteps(w, w.add(w.add(linear, rest), 1), exponent));
  });
}

export function exp(v: VectorFunction, x: Local): Expression {
  const { linear, rest, exponent } = reduceExponential(v, x);
  const result = v.let(scale(v, v.add(v.add(linear, rest), 1), exponent));
  v.whenAny(beyondNormalExponential(v, x), () => v.callInto(result, exponentialFull(v), x));
  return v.value(result);
}

/** 2ⁿ·(1 + s) − 1 with s = exp(r) − 1, summed from the large terms to the small ones. */
export const expm1: Build = promoted(
  (v, x) => {
    const { linear, rest, exponent } = reduceExponential(v, x, { precise: true });
    const s = fastTwoSum(v, linear, rest);
    const power = v.let(scale(v, 1, exponent));
    const whole = v.let(v.sub(power, 1));
    const wholeRounding = v.sub(v.sub(power, whole), 1);
    const sum = fastTwoSum(v, whole, v.let(v.mul(power, s.high)));
    const small = v.add(v.add(sum.low, wholeRounding), v.mul(power, s.low));
    const result = v.let(withSign(v, v.add(sum.high, small), x));
    const extreme = v.let(beyondNormalExponential(v, x));
    v.whenAny(extreme, () => {
      const [large] = v.call(exponentialFull(v), x) as [Local];
      v.assign(result, v.select(extreme, v.sub(large, 1), result));
    });
    return v.value(result);
  },
  (v, x) => {
    const near = v.mulAdd(v.mul(x, x), 0.5, x);
    return withSign(v, v.select(v.less(v.abs(x), 2 ** -18), near, v.sub(exp(v, x), 1)), x);
  },
);
