/** The inverses of Φ, erf and erfc as the reference has them: Wichura's algorithm AS 241, in the tails with a step of Halley's method. */
import { central, far, middle, rootTwoPi, type Quotient } from "../../../ops/kernels/normal.ts";
import type { Local } from "../encoder.ts";
import { withSign } from "./arithmetic.ts";
import { large, type ElementwiseMath } from "./elementwise-math.ts";
import { erfc } from "./error-function.ts";
import { exp } from "./exponential.ts";
import { log } from "./logarithm.ts";
import { promoted, type Build } from "./promote.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

function quotient(v: VectorFunction, x: Local, { numerator, denominator }: Quotient): Expression {
  return v.div(v.polynomial(x, numerator), v.polynomial(x, denominator));
}

/**
 * The quantile of ½ + q, when the smaller tail is ½ − |q|. The algorithm has 16 digits; what it loses to the rounding of its
 * terms a step of Halley's method restores where it is `refined`.
 */
function quantile(v: VectorFunction, q: Local, tail: Local, isRefined: boolean): Expression {
  const result = v.let(v.mul(q, quotient(v, v.let(v.sub(0.180625, v.mul(q, q))), central)));
  const isOutside = v.let(v.greater(v.abs(q), 0.425));
  v.whenAny(isOutside, () => {
    const r = v.let(v.sqrt(v.neg(log(v, tail))));
    const x = v.let(quotient(v, v.let(v.sub(r, 1.6)), middle));
    const isFar = v.let(v.not(v.lessEqual(r, 5)));
    v.whenAny(isFar, () => {
      v.assign(x, v.select(isFar, quotient(v, v.let(v.sub(r, 5)), far), x));
    });
    if (isRefined) v.assign(x, refined(v, x, tail));
    v.assign(x, v.select(v.equal(tail, 0), Infinity, x));
    v.assign(result, v.select(isOutside, withSign(v, x, q), result));
  });
  return v.value(result);
}

/**
 * A step for Φ(−x) = ½ erfc(x/√2) = tail. The rounding of x/√2 counts x² times in erfc; Φ over its density is about 1/x, so
 * in x it counts once.
 */
function refined(v: VectorFunction, x: Local, tail: Local): Expression {
  const found = v.let(v.mul(erfc(v, v.let(v.mul(x, Math.SQRT1_2))), 0.5));
  const density = v.div(exp(v, v.let(v.mul(v.mul(x, x), -0.5))), rootTwoPi);
  const step = v.let(v.mul(v.div(v.sub(found, tail), found), v.div(found, density)));
  const better = v.add(x, v.div(step, v.mulAdd(v.mul(x, step), v.let(0.5), 1)));
  return v.select(v.less(found, 1e-300), x, better);
}

/** The inverse of a function, from what it makes of its argument: q, the smaller tail, and a factor for the result. */
function inverse(
  parts: (v: VectorFunction, y: Local) => { q: Expression; tail: Expression },
  factor: number,
): ElementwiseMath {
  const build =
    (isRefined: boolean): Build =>
    (v, y) => {
      const { q, tail } = parts(v, y);
      return v.mul(quantile(v, v.let(q), v.let(tail), isRefined), factor);
    };
  return large(150, promoted(build(true), build(false)));
}

export const normalQuantile: ElementwiseMath = /* @__PURE__ */ inverse(
  (v, p) => ({ q: v.sub(p, 0.5), tail: v.min(p, v.sub(1, p)) }),
  1,
);

export const erfInverse: ElementwiseMath = /* @__PURE__ */ inverse(
  (v, y) => ({ q: v.mul(y, 0.5), tail: v.mul(v.sub(1, v.abs(y)), 0.5) }),
  Math.SQRT1_2,
);

export const erfcInverse: ElementwiseMath = /* @__PURE__ */ inverse(
  (v, y) => ({ q: v.mul(v.sub(1, y), 0.5), tail: v.mul(v.min(y, v.sub(2, y)), 0.5) }),
  Math.SQRT1_2,
);
