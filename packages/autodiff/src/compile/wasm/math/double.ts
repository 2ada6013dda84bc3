/**
 * Arithmetic with unevaluated sums of two numbers ("double-double"), built only from operations that are rounded once,
 * never from `mulAdd`. T. J. Dekker, "A floating-point technique for extending the available precision", Numerische
 * Mathematik 18 (1971); J.-M. Muller et al., "Handbook of Floating-Point Arithmetic", 2nd edition, chapter 4.
 */
import type { Local } from "../encoder.ts";
import type { Expression, Operand, VectorFunction } from "./vector-function.ts";

/** The number high + low, where low is a small correction. */
export interface Double {
  readonly high: Local;
  readonly low: Local;
}

/** x with the lower half of its significand cleared: products of two such numbers are exact. */
export function upperHalf(v: VectorFunction, x: Operand): Expression {
  return v.and(x, v.bits(v.pick(-1n << 27n, -1n << 12n)));
}

/** a + b exactly, if |a| ≥ |b| or a = 0. */
export function fastTwoSum(v: VectorFunction, a: Local, b: Local): Double {
  const high = v.let(v.add(a, b));
  const low = v.let(v.sub(b, v.sub(high, a)));
  return { high, low };
}

/** a + b exactly. */
export function twoSum(v: VectorFunction, a: Local, b: Local): Double {
  const high = v.let(v.add(a, b));
  const shadow = v.let(v.sub(high, a));
  const low = v.let(v.add(v.sub(a, v.sub(high, shadow)), v.sub(b, shadow)));
  return { high, low };
}

/** a · b, exactly but for a last bit of `low`. */
export function twoProduct(v: VectorFunction, a: Local, b: Local): Double {
  const high = v.let(v.mul(a, b));
  const aUpper = v.let(upperHalf(v, a));
  const bUpper = v.let(upperHalf(v, b));
  const aLower = v.let(v.sub(a, aUpper));
  const bLower = v.let(v.sub(b, bUpper));
  const cross = v.add(v.sub(v.mul(aUpper, bUpper), high), v.mul(aUpper, bLower));
  const low = v.let(v.add(v.add(cross, v.mul(aLower, bUpper)), v.mul(aLower, bLower)));
  return { high, low };
}

/**
 * numerator / denominator with a relative error near 2⁻⁷⁸ (2⁻³⁴ for f32). The quotient's `high` has only half a
 * significand, so that the remainder of the division is exact without FMA and squares of `high` are exact as well;
 * high + low rounds to a quotient that is off by hardly more than half an ulp.
 */
export function divide(
  v: VectorFunction,
  numerator: { high: Operand; low?: Operand },
  denominator: { high: Local; low?: Operand },
): Double {
  const n = typeof numerator.high === "number" ? numerator.high : v.let(numerator.high);
  const d = denominator.high;
  const inverse = v.let(v.div(1, d));
  const high = v.let(upperHalf(v, v.mul(n, inverse)));
  const dUpper = v.let(upperHalf(v, d));
  const exact = v.sub(v.sub(n, v.mul(high, dUpper)), v.mul(high, v.sub(d, dUpper)));
  const withNumerator = numerator.low === undefined ? exact : v.add(exact, numerator.low);
  const remainder =
    denominator.low === undefined ? withNumerator : v.subMul(withNumerator, high, denominator.low);
  return { high, low: v.let(v.mul(remainder, inverse)) };
}

/** The square root of high + low with a relative error near 2⁻¹⁰⁴; zero gives zero. */
export function squareRoot(v: VectorFunction, { high, low }: Double): Double {
  const root = v.let(v.sqrt(high));
  const square = twoProduct(v, root, root);
  const remainder = v.add(v.sub(v.sub(high, square.high), square.low), low);
  const correction = v.div(v.mul(remainder, 0.5), root);
  return { high: root, low: v.let(v.and(correction, v.notEqual(root, 0))) };
}

/** a · b with a relative error near 2⁻¹⁰³. */
export function doubleProduct(v: VectorFunction, a: Double, b: Double): Double {
  const large = twoProduct(v, a.high, b.high);
  const cross = v.mulAdd(a.high, b.low, v.mul(a.low, b.high));
  return { high: large.high, low: v.let(v.add(large.low, cross)) };
}

/** a + b; nothing moves from `low` to `high`. */
export function doubleSum(v: VectorFunction, a: Double, b: Double): Double {
  const large = twoSum(v, a.high, b.high);
  return { high: large.high, low: v.let(v.add(large.low, v.add(a.low, b.low))) };
}

/** constant + x · factor, of which the constant is the larger one. */
export function hornerStep(
  v: VectorFunction,
  constant: { readonly high: number; readonly low: number },
  x: Double,
  factor: Double,
): Double {
  const rest = doubleProduct(v, x, factor);
  const large = fastTwoSum(v, v.let(constant.high), rest.high);
  return { high: large.high, low: v.let(v.add(large.low, v.add(rest.low, constant.low))) };
}

/** The sum as one number. */
export function total(v: VectorFunction, { high, low }: Double): Expression {
  return v.add(high, low);
}
