import type { Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import { divide, fastTwoSum, type Double } from "./double.ts";
import { exp, exponentialDouble } from "./exponential.ts";
import { promoted, type Build } from "./promote.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/**
 * (tanh(x)/x − 1) / x² for |x| ≤ 0.55 as a polynomial in x², errors 2⁻⁶⁰ and 2⁻²⁹ of tanh: weighted least squares at
 * Chebyshev points in 200-bit arithmetic.
 */
const tanhF64 = [
  -0.333333333333333, 0.13333333333326558, -0.05396825396371866, 0.02186948838458437, -0.008863232580109766,
  0.0035920918133519448, -0.0014555414495931898, 0.0005884387766262006, -0.00023336716608935676,
  8.32960249764263e-5, -1.9482223530561022e-5,
];
const tanhF32 = [
  -0.33333316445350647, 0.13332554697990417, -0.053849413990974426, 0.021060897037386894,
  -0.006260193418711424,
];

/** An odd polynomial near zero, elsewhere 1 − 2/(exp(2|x|) + 1) with the quotient in two parts. */
export function tanh(v: VectorFunction, x: Local): Expression {
  const magnitude = v.let(v.abs(x));
  const z = v.let(v.mul(x, x));
  const near = v.mulAdd(v.mul(z, magnitude), v.polynomial(z, v.pick(tanhF64, tanhF32)), magnitude);
  // beyond 20 (10) the result rounds to one
  const bounded = v.pmin(magnitude, v.pick(20, 10));
  const e = exponentialDouble(v, v.let(v.mul(bounded, 2)));
  const high = v.let(v.add(e.high, 1));
  const low = v.add(v.sub(1, v.sub(high, e.high)), e.low);
  const quotient = divide(v, { high: 2 }, { high, low });
  const difference = v.let(v.sub(1, quotient.high));
  const rounding = v.sub(v.sub(1, difference), quotient.high);
  const far = v.add(difference, v.sub(rounding, quotient.low));
  return withSign(v, v.select(v.less(magnitude, 0.55), near, far), x);
}

/** (sinh(x)/x − 1) / x² for |x| ≤ ½ as a polynomial in x², error 2⁻⁶⁴ of sinh. */
const sinhF64 = [
  0.16666666666666666, 0.008333333333333807, 0.0001984126984039191, 2.755732000773969e-6,
  2.5051745070142394e-8, 1.6143122159662923e-10,
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
