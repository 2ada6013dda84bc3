import type { Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import { divide, fastTwoSum, type Double } from "./double.ts";
import { exp, exponentialDouble } from "./exponential.ts";
import { promoted, type Build } from "./promote.ts";
import type { VectorFunction } from "./vector-function.ts";

/** (sinh(x)/x − 1) / x² for |x| ≤ ½ as a polynomial in x², error 2⁻⁶⁴ of sinh. */
const sinhF64 = [
  0.16666666666666666, 0.008333333333333807, 0.000198412698403919, 2.755732000774e-6, 2.505174507e-8,
  1.6143122e-10,
];

/** e^|x|/4 and its counterpart e^−|x|/4: a quarter, so that neither overflows before their sum does. */
function quarterExponentials(v: VectorFunction, magnitude: Local): { growing: Double; decaying: Double } {
  // beyond 710.6 the results overflow in any case
  const growing = exponentialDouble(v, v.let(v.pmin(magnitude, 710.6)), {
    exponentOffset: -2,
    precise: true,
  });
  return { growing, decaying: divide(v, { high: 1 / 16 }, growing) };
}

export const sinh: Build = promoted(
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const z = v.let(v.mul(x, x));
    const near = v.mulAdd(v.mul(z, magnitude), v.polynomial(z, sinhF64), magnitude);
    const { growing, decaying } = quarterExponentials(v, magnitude);
    const difference = fastTwoSum(v, growing.high, v.let(v.neg(decaying.high)));
    const small = v.add(difference.low, v.sub(growing.low, decaying.low));
    const far = v.mul(v.add(difference.high, small), 2);
    return withSign(v, v.select(v.less(magnitude, 0.5), near, far), x);
  },
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const z = v.let(v.mul(x, x));
    const near = v.mulAdd(v.mul(z, magnitude), v.polynomial(z, sinhF64), magnitude);
    const e = v.let(exp(v, magnitude));
    const far = v.mul(v.sub(e, v.div(1, e)), 0.5);
    return withSign(v, v.select(v.less(magnitude, 0.5), near, far), x);
  },
);

export const cosh: Build = promoted(
  (v, x) => {
    const { growing, decaying } = quarterExponentials(v, v.let(v.abs(x)));
    const sum = fastTwoSum(v, growing.high, decaying.high);
    const small = v.add(sum.low, v.add(growing.low, decaying.low));
    return v.mul(v.add(sum.high, small), 2);
  },
  (v, x) => {
    const e = v.let(exp(v, v.let(v.abs(x))));
    return v.mul(v.add(e, v.div(1, e)), 0.5);
  },
);
