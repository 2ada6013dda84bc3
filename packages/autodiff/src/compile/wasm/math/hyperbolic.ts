import type { Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import { divide } from "./double.ts";
import { exponentialDouble } from "./exponential.ts";
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
