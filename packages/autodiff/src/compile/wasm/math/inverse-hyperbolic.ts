/**
 * The inverse hyperbolic functions as logarithms of numbers in two parts, so that nothing cancels near zero or one;
 * where the argument is so small that even two parts are too few, the first terms of the series.
 */
import type { Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import { divide, fastTwoSum, squareRoot, total, twoProduct, twoSum, type Double } from "./double.ts";
import { log, logarithmDouble, logarithmLimits } from "./logarithm.ts";
import { promoted, type Build } from "./promote.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/** Beyond it √(x² ± 1) is x, but for 2⁻⁵⁸ of x, and log(2x) is log x + log 2. */
const large = 2 ** 28;

/** log of `near`, or where the magnitude is large log(2·magnitude), which does not square it. */
function logarithmOrDouble(v: VectorFunction, magnitude: Local, near: Double): Expression {
  const isLarge = v.let(v.greater(magnitude, large));
  const argument = {
    high: v.let(v.select(isLarge, magnitude, near.high)),
    low: v.let(v.andNot(near.low, isLarge)),
  };
  const logarithm = v.let(total(v, logarithmDouble(v, argument, v.and(isLarge, 1))));
  return logarithmLimits(v, argument.high, logarithm);
}

/** sign(x)·log(|x| + √(x² + 1)) */
export const asinh: Build = promoted(
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const square = twoProduct(v, magnitude, magnitude);
    const sum = twoSum(v, square.high, v.let(1));
    const root = squareRoot(v, { high: sum.high, low: v.let(v.add(sum.low, square.low)) });
    const argument = twoSum(v, magnitude, root.high);
    const low = v.let(v.add(argument.low, root.low));
    const far = logarithmOrDouble(v, magnitude, { high: argument.high, low });
    return withSign(v, v.select(v.less(magnitude, 2 ** -28), magnitude, far), x);
  },
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const square = v.let(v.mul(x, x));
    const near = v.subMul(magnitude, v.mul(square, 1 / 6), magnitude);
    const far = log(v, v.let(v.add(magnitude, v.sqrt(v.add(square, 1)))));
    return withSign(v, v.select(v.less(magnitude, 2 ** -8), near, far), x);
  },
);

/** log(x + √(x² − 1)) */
export const acosh: Build = promoted(
  (v, x) => {
    const square = twoProduct(v, x, x);
    const difference = twoSum(v, square.high, v.let(-1));
    const root = squareRoot(v, { high: difference.high, low: v.let(v.add(difference.low, square.low)) });
    const argument = fastTwoSum(v, x, root.high);
    const low = v.let(v.add(argument.low, root.low));
    const result = v.let(logarithmOrDouble(v, x, { high: argument.high, low }));
    return v.select(v.less(x, 1), NaN, result);
  },
  (v, x) => {
    const root = v.sqrt(v.sub(v.mul(x, x), 1));
    const result = v.let(log(v, v.let(v.add(x, root))));
    return v.select(v.less(x, 1), NaN, result);
  },
);

/** sign(x)·½·log((1 + |x|)/(1 − |x|)) */
export const atanh: Build = promoted(
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const one = v.let(1);
    const numerator = fastTwoSum(v, one, magnitude);
    const denominator = fastTwoSum(v, one, v.let(v.neg(magnitude)));
    const quotient = divide(v, numerator, denominator);
    const argument = fastTwoSum(v, quotient.high, quotient.low);
    const logarithm = v.mul(total(v, logarithmDouble(v, argument)), 0.5);
    const far = v.select(v.less(magnitude, 1), logarithm, v.select(v.equal(magnitude, 1), Infinity, NaN));
    const cube = v.mul(v.mul(magnitude, magnitude), magnitude);
    const near = v.mulAdd(cube, 1 / 3, magnitude);
    return withSign(v, v.select(v.less(magnitude, 2 ** -14), near, far), x);
  },
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const far = v.mul(log(v, v.let(v.div(v.add(magnitude, 1), v.sub(1, magnitude)))), 0.5);
    const cube = v.mul(v.mul(magnitude, magnitude), magnitude);
    const near = v.mulAdd(cube, 1 / 3, magnitude);
    return withSign(v, v.select(v.less(magnitude, 2 ** -9), near, far), x);
  },
);
