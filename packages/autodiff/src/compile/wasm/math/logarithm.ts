/**
 * log x = k·ln 2 + log m, with x = 2ᵏ·m and m in [√½, √2). With f = m − 1 and s = f/(2 + f), log m = 2·atanh s, an odd
 * series in s. The arrangement of terms in `log` is that of fdlibm's e_log.c (Sun Microsystems, 1993), the polynomials
 * are weighted least-squares fits at Chebyshev points in 200-bit arithmetic.
 */
import type { FunctionReference, Local } from "../encoder.ts";
import { divide, fastTwoSum, total, twoSum, upperHalf, type Double } from "./double.ts";
import { exp, exponentialDouble, ln2 } from "./exponential.ts";
import { promoted, type Build } from "./promote.ts";
import type { Expression, Operand, VectorFunction } from "./vector-function.ts";

/** (2·atanh(s)/s − 2) / s² as a polynomial in s²; errors 2⁻⁵⁹ and 2⁻³⁵ of the sum. */
const coefficientsF64 = [
  0.6666666666666736, 0.3999999999940528, 0.285714287441396, 0.2222219841558, 0.181835717212, 0.1531387617,
  0.147975825,
];
const coefficientsF32 = [0.6666666, 0.4000085, 0.2851014, 0.24029206];

const smallestNormal = (v: VectorFunction): number => v.pick(2 ** -1022, 2 ** -126);
const largest = (v: VectorFunction): number => v.pick(Number.MAX_VALUE, 2 ** 128 - 2 ** 104);

interface Parts {
  /** The exponent, as a number. */
  readonly k: Local;
  /** The bits to subtract from x: −k in the place of the exponent. */
  readonly exponentBits: Local;
  /** m in [√½, √2). */
  readonly m: Local;
}

/** x = 2ᵏ·m for positive normal x, by integer arithmetic on its bits. */
export function splitExponent(v: VectorFunction, x: Operand): Parts {
  const shift = v.pick(52, 23);
  // √½ rounded so that its lower half is zero; subtracting it makes the exponent field count from √½
  const rootHalf = v.pick(0x3fe6_a09en << 32n, 0x3f35n << 16n);
  const bits = v.let(x);
  const exponentBits = v.let(v.and(v.integerSub(bits, v.bits(rootHalf)), v.bits(-1n << BigInt(shift))));
  const m = v.let(v.integerSub(bits, exponentBits));
  if (v.lane === "f32x4") {
    return {
      k: v.let(v.op("f32x4.convert_i32x4_s", v.shift("shr_s", exponentBits, shift))),
      exponentBits,
      m,
    };
  }
  // there is no conversion from i64 lanes: place k + 2¹⁰ in the significand of 2⁵² and subtract
  const biased = v.shift("shr_u", v.integerAdd(exponentBits, v.bits(1n << 62n)), shift);
  return { k: v.let(v.sub(v.or(biased, 2 ** 52), 2 ** 52 + 2 ** 10)), exponentBits, m };
}

function logarithmNormal(v: VectorFunction, x: Operand, extraExponent?: Local): Expression {
  const parts = splitExponent(v, x);
  const k = extraExponent === undefined ? parts.k : v.let(v.sub(parts.k, extraExponent));
  const f = v.let(v.sub(parts.m, 1));
  const s = v.let(v.div(f, v.add(f, 2)));
  const z = v.let(v.mul(s, s));
  const series = v.mul(z, v.polynomial(z, v.pick(coefficientsF64, coefficientsF32)));
  const halfSquare = v.let(v.mul(v.mul(f, 0.5), f));
  // log m = f − (f²/2 − s·(f²/2 + R)): the large term f is exact
  const correction = v.mulAdd(s, v.add(halfSquare, series), v.mul(k, ln2(v).low));
  return v.mulAdd(k, ln2(v).high, v.sub(f, v.sub(halfSquare, correction)));
}

/** Set where x is not a positive normal number. */
function notPositiveNormal(v: VectorFunction, x: Local): Expression {
  return v.not(v.and(v.greaterEqual(x, smallestNormal(v)), v.lessEqual(x, largest(v))));
}

/**
 * The results for zero (−∞), negative numbers (NaN), +∞ and NaN in place of those lanes of `result`; of a logarithm or
 * anything else that behaves so at these places.
 */
export function logarithmLimits(v: VectorFunction, x: Local, result: Operand): Expression {
  const ordinary = v.and(v.greater(x, 0), v.less(x, Infinity));
  const atLimit = v.select(v.equal(x, 0), -Infinity, v.select(v.less(x, 0), NaN, x));
  return v.select(ordinary, result, atLimit);
}

/** Subnormal lanes of x times 2⁵⁴ (2²⁵), and the exponent to take off again. */
export function normalise(v: VectorFunction, x: Local): { scaled: Local; exponent: Local } {
  const tiny = v.let(v.less(x, smallestNormal(v)));
  const factor = v.pick(54, 25);
  return {
    scaled: v.let(v.select(tiny, v.mul(x, 2 ** factor), x)),
    exponent: v.let(v.and(tiny, factor)),
  };
}

function logarithmFull(v: VectorFunction): FunctionReference {
  return v.helper("log", 1, (w, x) => {
    const { scaled, exponent } = normalise(w, x);
    w.push(logarithmLimits(w, x, w.let(logarithmNormal(w, scaled, exponent))));
  });
}

export function log(v: VectorFunction, x: Local): Expression {
  const result = v.let(logarithmNormal(v, x));
  v.whenAny(notPositiveNormal(v, x), () => v.callInto(result, logarithmFull(v), x));
  return v.value(result);
}

/**
 * log(high + low) for a positive normal number as the sum of two, with a relative error near 2⁻⁵⁸, even where the
 * number is close to one. `extraExponent` is added to the exponent of two.
 */
export function logarithmDouble(
  v: VectorFunction,
  x: { high: Local; low?: Local },
  extraExponent?: Operand,
): Double {
  const parts = splitExponent(v, x.high);
  const k = extraExponent === undefined ? parts.k : v.let(v.add(parts.k, extraExponent));
  const f = v.let(v.sub(parts.m, 1));
  const denominator = fastTwoSum(v, v.let(2), f);
  let s: Double;
  if (x.low === undefined) s = divide(v, { high: f }, denominator);
  else {
    // times 2⁻ᵏ in two steps, because k may be 1024
    const low = v.let(v.mul(v.mul(x.low, v.integerSub(2, parts.exponentBits)), 0.5));
    s = divide(v, { high: f, low }, { high: denominator.high, low: v.add(denominator.low, low) });
  }
  const sum = v.let(v.add(s.high, s.low));
  const z = v.let(v.mul(sum, sum));
  const tail = v.mul(v.mul(sum, z), v.polynomial(z, v.pick(coefficientsF64, coefficientsF32)));
  const large = fastTwoSum(v, v.let(v.mul(k, ln2(v).high)), v.let(v.add(s.high, s.high)));
  const small = v.add(v.mulAdd(k, ln2(v).low, tail), v.add(s.low, s.low));
  return fastTwoSum(v, large.high, v.let(v.add(large.low, small)));
}

/** log(1 + x) with 1 + x in two parts. */
export const log1p: Build = promoted(
  (v, x) => {
    const sum = twoSum(v, v.let(1), x);
    const logarithm = v.let(total(v, logarithmDouble(v, sum)));
    const limited = logarithmLimits(v, sum.high, logarithm);
    const near = v.subMul(x, v.mul(x, x), 0.5);
    return v.select(v.less(v.abs(x), 2 ** -30), near, limited);
  },
  (v, x) => {
    const near = v.subMul(x, v.mul(x, x), 0.5);
    return v.select(v.less(v.abs(x), 2 ** -20), near, log(v, v.let(v.add(x, 1))));
  },
);

/**
 * log x times a constant that is given as upper + lower, with few enough bits in `upper` that its product with the
 * upper half of log x is exact.
 */
/* @__NO_SIDE_EFFECTS__ */
function scaledLogarithm(upper: number, lower: number): Build {
  return promoted(
    (v, x) => {
      const { scaled, exponent } = normalise(v, x);
      const logarithm = logarithmDouble(v, { high: scaled }, v.neg(exponent));
      const high = v.let(upperHalf(v, logarithm.high));
      const low = v.let(v.add(v.sub(logarithm.high, high), logarithm.low));
      const small = v.add(v.mul(high, lower), v.mul(low, upper + lower));
      const result = v.let(v.add(v.mul(high, upper), small));
      return logarithmLimits(v, x, result);
    },
    (v, x) => v.mul(log(v, x), upper + lower),
  );
}

export const log2: Build = scaledLogarithm(1.4426950216293335, 1.9259629911266175e-8);
export const log10: Build = scaledLogarithm(0.4342944771051407, 4.798111141615973e-9);

/** log(1 + eˣ) = max(x, 0) + log(1 + e), e = exp(−|x|). */
export const softplus: Build = promoted(
  (v, x) => {
    const e = exponentialDouble(v, v.let(v.neg(v.pmin(v.abs(x), 600))), { precise: true });
    const one = fastTwoSum(v, v.let(1), e.high);
    const logarithm = logarithmDouble(v, { high: one.high, low: v.let(v.add(one.low, e.low)) });
    const positive = v.let(v.pmax(x, 0));
    const sum = twoSum(v, positive, logarithm.high);
    const far = v.add(sum.high, v.add(sum.low, logarithm.low));
    const near = v.add(e.high, v.subMul(e.low, v.mul(e.high, e.high), 0.5));
    const result = v.let(v.select(v.less(x, -21), near, far));
    // beyond ±600 it is x, or exp(x), of which a part would underflow above
    const extreme = v.let(v.not(v.lessEqual(v.abs(x), 600)));
    v.whenAny(extreme, () => {
      const tiny = v.let(exp(v, x));
      v.assign(result, v.select(extreme, v.select(v.less(x, 0), tiny, x), result));
    });
    return v.value(result);
  },
  (v, x) => {
    const e = v.let(exp(v, v.let(v.neg(v.abs(x)))));
    const near = v.subMul(e, v.mul(e, e), 0.5);
    const logarithm = v.select(v.less(e, 2 ** -20), near, log(v, v.let(v.add(e, 1))));
    return v.add(v.pmax(x, 0), logarithm);
  },
);
