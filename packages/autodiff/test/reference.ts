/** The functions that the vector math is judged by, to about 100 bits. */
import {
  add,
  angle,
  coshDouble,
  div,
  erfcDouble,
  erfSeriesOrOne,
  exact,
  expm1Double,
  expScaled,
  fromProduct,
  fromSum,
  leg,
  ln2,
  log1pDouble,
  logDouble,
  mul,
  neg,
  one,
  sinCos,
  sinhDouble,
  sqrt,
  sub,
  times,
  twoOverRootPi,
  unscaled,
  type Double,
  type Scaled,
} from "./double-double.ts";
import { digamma, lgamma } from "./double-double-gamma.ts";

const odd =
  (f: (x: number) => Double): ((x: number) => Double) =>
  (x) =>
    x < 0 ? neg(f(-x)) : f(x);

/** For f(x) = x·(1 + O(x)): tiny arguments are their own results. */
const identityNearZero =
  (f: (x: number) => Scaled): ((x: number) => Scaled) =>
  (x) =>
    Math.abs(x) < 2 ** -200 ? exact(x) : f(x);

/** log(1 + e^x) for x ≤ 0, scaled as e^x is. */
function softplusOfNegative(x: number): Scaled {
  const e = expScaled(exact(x));
  return e[2] < -200 ? e : log1pDouble(unscaled(e));
}

/** The exponent of x, within one. */
const exponentOf = (x: number): number => Math.floor(Math.log2(Math.abs(x)));
const scaleBy = (x: number, exponent: number): number => {
  const half = Math.trunc(exponent / 2);
  return x * 2 ** half * 2 ** (exponent - half);
};

/** The functions of one argument. */
export const reference: Readonly<Record<string, (x: number) => Scaled>> = {
  sqrt: (x) => {
    const half = Math.floor(exponentOf(x) / 2);
    return [...sqrt(exact(scaleBy(x, -2 * half))), half];
  },
  cbrt: (x) => {
    const third = Math.floor(exponentOf(x) / 3);
    const scaled = scaleBy(x, -3 * third);
    const guess = Math.cbrt(scaled);
    const cube = mul(fromProduct(guess, guess), exact(guess));
    return [...add(exact(guess), exact(sub(exact(scaled), cube)[0] / (3 * guess * guess))), third];
  },
  exp: (x) => expScaled(exact(x)),
  expm1: identityNearZero((x) => (x > 100 ? expScaled(exact(x)) : expm1Double(exact(x)))),
  log: (x) => logDouble(exact(x)),
  log1p: identityNearZero((x) => (Math.abs(x) < 0.002 ? log1pDouble(exact(x)) : logDouble(fromSum(1, x)))),
  log2: (x) => div(logDouble(exact(x)), ln2),
  log10: (x) => div(logDouble(exact(x)), logDouble(exact(10))),
  sin: identityNearZero((x) => sinCos(x).sin),
  cos: (x) => sinCos(x).cos,
  tan: identityNearZero((x) => {
    const { sin, cos } = sinCos(x);
    return div(sin, cos);
  }),
  asin: identityNearZero((x) => angle(exact(x), leg(x))),
  acos: (x) => angle(leg(x), exact(x)),
  atan: identityNearZero((x) =>
    // by atan x = π/2 − 1/x beyond 2²⁰⁰, of which hardly anything is left
    Math.abs(x) > 2 ** 200 ? angle(exact(Math.sign(x)), exact(0)) : angle(exact(x), one),
  ),
  sinh: identityNearZero(sinhDouble),
  cosh: coshDouble,
  tanh: identityNearZero((x) =>
    Math.abs(x) > 40 ? exact(Math.sign(x)) : div(unscaled(sinhDouble(x)), unscaled(coshDouble(x))),
  ),
  asinh: identityNearZero(
    odd((x) => {
      if (x > 2 ** 200) return add(logDouble(exact(x)), ln2);
      const square = fromProduct(x, x);
      return log1pDouble(add(exact(x), div(square, add(one, sqrt(add(one, square))))));
    }),
  ),
  acosh: (x) => {
    if (x > 2 ** 200) return add(logDouble(exact(x)), ln2);
    const above = sub(exact(x), one);
    return log1pDouble(add(above, sqrt(mul(above, add(exact(x), one)))));
  },
  atanh: identityNearZero(odd((x) => times(log1pDouble(div(exact(2 * x), fromSum(1, -x))), 0.5))),
  erf: (x) =>
    Math.abs(x) < 2 ** -200 ? [...mul(exact(scaleBy(x, 500)), twoOverRootPi), -500] : odd(erfSeriesOrOne)(x),
  erfc: erfcDouble,
  sigmoid: (x) => {
    const [high, low, n] = expScaled(exact(-Math.abs(x)));
    if (n < -200) return x < 0 ? [high, low, n] : one;
    const e = unscaled([high, low, n]);
    return div(x < 0 ? e : one, add(one, e));
  },
  sechSquared: (x) => {
    const [high, low, n] = expScaled(exact(-2 * Math.abs(x)));
    if (n < -200) return [high, low, n + 2];
    const e = unscaled([high, low, n]);
    const sum = add(one, e);
    return div(times(e, 4), mul(sum, sum));
  },
  softplus: (x) => (x < 0 ? softplusOfNegative(x) : add(exact(x), unscaled(softplusOfNegative(-x)))),
  lgamma,
  digamma,
  normalCdf,
};

/** ½ erfc(t + r) for −x/√2 = t + r, by the first two terms of Taylor's series. */
function normalCdf(x: number): Scaled {
  const [t, r] = mul(exact(-x), sqrt(exact(0.5)));
  const [high, low, exponent = 0] = erfcDouble(t);
  const slope =
    t > 26 ? 2 * t + 1 / t : ((2 / Math.sqrt(Math.PI)) * Math.exp(-t * t)) / scaleBy(high, exponent);
  return [...mul([high, low], fromSum(1, -slope * r)), exponent - 1];
}

/** |x|^y with the sign of x for odd y. */
function power(x: number, y: number): Scaled {
  const [high, low, n] = expScaled(mul(exact(y), logDouble(exact(Math.abs(x)))));
  const sign = x < 0 && y % 2 !== 0 ? -1 : 1;
  return [sign * high, sign * low, n];
}

/** The functions of two arguments. */
export const reference2: Readonly<Record<string, (x: number, y: number) => Scaled>> = {
  pow: power,
  atan2: (y, x) => {
    const exponent = Math.max(exponentOf(y), exponentOf(x));
    const gap = exponentOf(y) - exponentOf(x);
    if (gap < -200 && x > 0) {
      const quotient = div(exact(scaleBy(y, -exponentOf(y))), exact(scaleBy(x, -exponentOf(x))));
      return [...quotient, gap];
    }
    return angle(exact(scaleBy(y, -exponent)), exact(scaleBy(x, -exponent)));
  },
  hypot: (x, y) => {
    const exponent = Math.max(exponentOf(x), exponentOf(y));
    const [a, b] = [scaleBy(x, -exponent), scaleBy(y, -exponent)];
    return [...sqrt(add(fromProduct(a, a), fromProduct(b, b))), exponent];
  },
};
