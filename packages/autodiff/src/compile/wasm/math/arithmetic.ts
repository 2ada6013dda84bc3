import type { Local } from "../encoder.ts";
import type { Expression, Operand, VectorFunction } from "./vector-function.ts";

/** `magnitude`, which is not negative, with the sign of `sign`. */
export function withSign(v: VectorFunction, magnitude: Operand, sign: Local): Expression {
  return v.or(magnitude, v.and(sign, v.signBit));
}

/** −1, 0 or 1; keeps ±0 and NaN. */
export function sign(v: VectorFunction, x: Local): Expression {
  const isNumber = v.or(v.less(x, 0), v.greater(x, 0));
  return v.select(isNumber, withSign(v, 1, x), x);
}

/** max(x, 0); NaN stays NaN, −0 becomes 0. */
export function relu(v: VectorFunction, x: Local): Expression {
  return v.pmax(v.add(x, 0), 0);
}

export function square(v: VectorFunction, x: Local): Expression {
  return v.mul(x, x);
}

/**
 * xⁿ for a small integer exponent, by repeated squaring. Exact in special values; rounded once per product, so at most
 * 0.5, 1, 1.5 ulp for n = 2, 3, 4 and about n/2 ulp in general; a negative exponent adds a division.
 */
export function powInteger(v: VectorFunction, x: Local, exponent: number): Expression {
  if (!Number.isInteger(exponent)) throw new RangeError(`exponent must be an integer: ${exponent}`);
  if (exponent === 0) return v.add(v.bits(0n), 1);
  let rest = Math.abs(exponent);
  let power = x;
  let product: Local | undefined;
  for (;;) {
    if (rest % 2 === 1) product = product === undefined ? power : v.let(v.mul(product, power));
    rest = Math.floor(rest / 2);
    if (rest === 0 && product !== undefined) {
      return exponent < 0 ? v.div(1, product) : v.or(product, v.bits(0n));
    }
    power = v.let(v.mul(power, power));
  }
}
