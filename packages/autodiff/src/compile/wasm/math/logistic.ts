/**
 * Quotients by d = 1 + u with u = e^−y, y ≥ 0: the logistic function, tanh and its slope. Numerator, d and quotient have two
 * parts, because the roundings of u, of d and of a plain division would each take half a unit in the last place.
 */
import type { Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import { fastTwoSum, upperHalf } from "./double.ts";
import { exponentialFull, reduceExponential, scale, scaleInSteps } from "./exponential.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

interface Quotient {
  /** Half a significand. */
  readonly high: Local;
  /** The rest of the quotient is remainder · inverse. */
  readonly remainder: Expression;
  readonly inverse: Local;
}

/** (1 − u) / (1 + u) with `complement`, else u / (1 + u) — or 1 / (1 + u) where `inverted` is set — for u = exp(minusY). */
function quotient(v: VectorFunction, minusY: Local, complement: boolean, inverted?: Local): Quotient {
  const options = complement ? { difference: true, lowest: v.pick(-53, -24) } : {};
  const { linear, rest, exponent } = reduceExponential(v, minusY, options);
  // t = u or 1 − u, and d = 1 + u or 2 − t
  const power = v.let(scale(v, complement ? -1 : 1, exponent));
  const start = complement ? v.let(v.add(power, 1)) : power;
  const t = fastTwoSum(v, start, v.let(v.mul(power, linear)));
  const low = v.let(v.mulAdd(power, rest, t.low));
  const [constant, combine] = complement ? [2, v.sub.bind(v)] : [1, v.add.bind(v)];
  const d = v.let(combine(v.let(combine(constant, t.high)), low));
  const inverse = v.let(v.div(1, d));
  const sum = v.let(v.add(t.high, low));
  const dHigh = v.let(upperHalf(v, d));
  const dLow = combine(combine(v.sub(constant, dHigh), t.high), low);
  const [numerator, nHigh, nLow] =
    inverted === undefined
      ? [sum, t.high, low]
      : [v.select(inverted, 1, sum), v.select(inverted, 1, t.high), v.andNot(low, inverted)];
  const high = v.let(upperHalf(v, v.mul(numerator, inverse)));
  // the product with dHigh is exact, and so are both sums
  const exact = v.add(v.subMul(nHigh, high, dHigh), nLow);
  return { high, remainder: v.subMul(exact, high, dLow), inverse };
}

function rounded(v: VectorFunction, { high, remainder, inverse }: Quotient): Expression {
  return v.mulAdd(remainder, inverse, high);
}

/** Up to here e^−y is a normal number. */
const limit = (v: VectorFunction): number => v.pick(708, 86);

/** 1 / (1 + e^−x): with y = |x|, u / (1 + u) for negative x and 1 / (1 + u) for others. */
export function sigmoid(v: VectorFunction, x: Local): Expression {
  const magnitude = v.let(v.abs(x));
  const negative = v.let(v.less(x, 0));
  const minusY = v.let(v.neg(v.pmin(magnitude, limit(v))));
  const result = v.let(rounded(v, quotient(v, minusY, false, v.let(v.not(negative)))));
  v.whenAny(v.beyond(magnitude, limit(v)), () => {
    const [tiny] = v.call(exponentialFull(v), x) as [Local];
    v.assign(result, v.select(v.greater(magnitude, limit(v)), v.pmin(tiny, 1), result));
  });
  return v.value(result);
}

/** (1 − u) / (1 + u) with y = 2|x|, and the sign of x. */
export function tanh(v: VectorFunction, x: Local): Expression {
  // from 19.07 (9.02) on it rounds to one
  const minusY = v.let(v.mul(v.pmin(v.abs(x), v.pick(19.1, 9.1)), -2));
  return withSign(v, rounded(v, quotient(v, minusY, true)), x);
}

/** 1 − tanh² x = 4q·(1 − q) with q = u / (1 + u), y = 2|x|. */
export function sechSquared(v: VectorFunction, x: Local): Expression {
  const minusY = v.let(v.mul(v.abs(x), -2));
  const bounded = v.let(v.pmax(minusY, -limit(v)));
  const { high, remainder, inverse } = quotient(v, bounded, false);
  const low = v.let(v.mul(remainder, inverse));
  // q − q² with an exact square
  const large = fastTwoSum(v, high, v.let(v.neg(v.mul(high, high))));
  const slope = v.sub(v.sub(1, v.add(high, high)), low);
  const result = v.let(v.mul(v.add(large.high, v.mulAdd(low, slope, large.low)), 4));
  v.whenAny(v.beyond(v.abs(minusY), limit(v)), () => {
    const tail = v.helper("sechSquared", 1, (w, y) => {
      const { linear, rest, exponent } = reduceExponential(w, w.let(w.pmax(y, w.pick(-750, -108))));
      w.push(scaleInSteps(w, w.mul(w.add(w.add(linear, rest), 1), 4), exponent));
    });
    const [tiny] = v.call(tail, minusY) as [Local];
    v.assign(result, v.select(v.less(minusY, -limit(v)), tiny, result));
  });
  return v.value(result);
}
