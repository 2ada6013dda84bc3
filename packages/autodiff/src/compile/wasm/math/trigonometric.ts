/**
 * sin, cos and tan by reduction to |r| ≤ π/4 and a quadrant. The arrangement of the polynomials, which keeps the errors
 * of r and of 1 − r²/2, is that of fdlibm's k_sin.c and k_cos.c (Sun Microsystems, 1993); the coefficients are weighted
 * least-squares fits at Chebyshev points in 200-bit arithmetic.
 */
import type { Local } from "../encoder.ts";
import { divide, fastTwoSum, total, type Double } from "./double.ts";
import { reduceHuge } from "./huge-angle.ts";
import { inDoublePrecision, promoted, type Build } from "./promote.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/** (sin(r)/r − 1) / r² as a polynomial in r²; errors 2⁻⁵⁸ and 2⁻³². */
const sineF64 = [
  -0.1666666666666663, 0.008333333333321973, -0.000198412698295207, 2.755731360707e-6, -2.5050746453e-8,
  1.58961898e-10,
];
const sineF32 = [-0.16666667, 0.008333373, -0.00019850302, 2.804503e-6];

/** (cos r − 1 + r²/2) / r⁴ as a polynomial in r²; errors 2⁻⁶³ and 2⁻³³. */
const cosineF64 = [
  0.04166666666666659, -0.0013888888888872344, 2.48015872884652e-5, -2.7557314079882e-7, 2.0875688599e-9,
  -1.13579546e-11,
];
const cosineF32 = [0.041666646, -0.0013887311, 2.4432564e-5];

/**
 * π/2 in three parts; n times each of the first two is exact for all n that occur, |n| ≤ 2¹⁶ (f64) and 2⁸ (f32). Then
 * n·(the third) is off by at most 2⁻¹¹¹ (2⁻⁴⁸), far below the distance of any such argument from a multiple of π/2.
 */
type Parts = readonly [number, number, number];
const halfPiF64: Parts = [1.5707963267923333, 2.5633441515839558e-12, 1.0562999066987428e-23];
const halfPiF32: Parts = [1.570770263671875, 2.6063062250614166e-5, 6.07710062827671e-11];

interface ReducedAngle {
  /** x = n·π/2 + high + low. */
  readonly high: Local;
  readonly low: Local;
  /** n in the lowest bits of an integer lane. */
  readonly quadrant: Local;
}

/** Reduces |x|, not x, so that the sign of zero survives: sine and tangent take the sign of x afterwards. */
function reduceAngle(v: VectorFunction, magnitude: Local): ReducedAngle {
  const shift = v.pick(6755399441055744, 12582912);
  const [first, second, third] = v.pick(halfPiF64, halfPiF32);
  const quadrant = v.let(v.mulAdd(magnitude, 2 / Math.PI, shift));
  const n = v.let(v.sub(quadrant, shift));
  const a = v.let(v.subMul(magnitude, n, first));
  const b = v.let(v.mul(n, second));
  const high = v.let(v.sub(a, b));
  const low = v.let(v.subMul(v.sub(v.sub(a, high), b), n, third));
  return { high, low, quadrant };
}

/** Where `reduceAngle` is not accurate enough; also set for NaN. */
function beyondReduction(v: VectorFunction, magnitude: Local): Expression {
  return v.not(v.lessEqual(magnitude, v.pick(100_000, 400)));
}

/** sin and cos of the reduced angle, each as a large term and a small one. */
function reducedSinCos(v: VectorFunction, { high: r, low }: ReducedAngle): { sin: Double; cos: Double } {
  const z = v.let(v.mul(r, r));
  const halfSquare = v.let(v.mul(z, 0.5));
  const cubic = v.mul(v.mul(z, r), v.polynomial(z, v.pick(sineF64, sineF32)));
  const sinTail = v.let(v.add(cubic, v.subMul(low, halfSquare, low)));
  const cosLarge = v.let(v.sub(1, halfSquare));
  const quartic = v.mul(v.mul(z, z), v.polynomial(z, v.pick(cosineF64, cosineF32)));
  const rounding = v.sub(v.sub(1, cosLarge), halfSquare);
  const cosTail = v.let(v.add(rounding, v.subMul(quartic, r, low)));
  return { sin: { high: r, low: sinTail }, cos: { high: cosLarge, low: cosTail } };
}

/** All ones where the reduced sine and cosine change places. */
function isOdd(v: VectorFunction, quadrant: Local): Expression {
  const one = v.bits(1n);
  return v.integerCompare("eq", v.and(quadrant, one), v.bits(1n));
}

/** Bit 1 of the quadrant, moved to the sign. */
function quadrantSign(v: VectorFunction, quadrant: Expression | Local): Expression {
  return v.shift("shl", quadrant, v.pick(62, 30));
}

interface Wanted {
  readonly sin?: Local;
  readonly cos?: Local;
}

/** Sets the wanted locals from a reduced |x|. */
function finish(v: VectorFunction, x: Local, angle: ReducedAngle, wanted: Wanted): void {
  const { sin, cos } = reducedSinCos(v, angle);
  const sine = v.let(v.add(sin.high, sin.low));
  const cosine = v.let(v.add(cos.high, cos.low));
  const odd = v.let(isOdd(v, angle.quadrant));
  if (wanted.sin !== undefined) {
    const sign = v.and(v.xor(quadrantSign(v, angle.quadrant), x), v.signBit);
    v.assign(wanted.sin, v.xor(v.select(odd, cosine, sine), sign));
  }
  if (wanted.cos !== undefined) {
    const next = v.integerAdd(angle.quadrant, v.bits(1n));
    const sign = v.and(quadrantSign(v, next), v.signBit);
    v.assign(wanted.cos, v.xor(v.select(odd, sine, cosine), sign));
  }
}

/** The same for an argument of any size, out of line. */
function sinCosFull(v: VectorFunction): ReturnType<VectorFunction["helper"]> {
  return v.helper(
    "sincos",
    1,
    (w, x) => {
      if (w.lane === "f32x4") {
        const results = inDoublePrecision(w, [x], (wide, y) => {
          const { sin, cos } = emitSinCos(wide, y);
          return [sin, cos];
        });
        for (const result of results) w.push(result);
        return;
      }
      const [high, low, quadrant] = w.call(reduceHuge(w), w.let(w.abs(x))) as [Local, Local, Local];
      const sin = w.code.local("v128");
      const cos = w.code.local("v128");
      finish(w, x, { high, low, quadrant }, { sin, cos });
      w.push(sin);
      w.push(cos);
    },
    2,
  );
}

function emitWanted(v: VectorFunction, x: Local, wanted: Wanted): void {
  v.code.scope(() => {
    const magnitude = v.let(v.abs(x));
    finish(v, x, reduceAngle(v, magnitude), wanted);
    const beyond = v.let(beyondReduction(v, magnitude));
    v.whenAny(beyond, () => {
      const [sin, cos] = v.call(sinCosFull(v), x) as [Local, Local];
      if (wanted.sin !== undefined) v.assign(wanted.sin, v.select(beyond, sin, wanted.sin));
      if (wanted.cos !== undefined) v.assign(wanted.cos, v.select(beyond, cos, wanted.cos));
    });
  });
}

/** Sine and cosine of the same argument for little more than the price of one. */
export function emitSinCos(v: VectorFunction, x: Local): { sin: Local; cos: Local } {
  const sin = v.code.local("v128");
  const cos = v.code.local("v128");
  emitWanted(v, x, { sin, cos });
  return { sin, cos };
}

export function sin(v: VectorFunction, x: Local): Expression {
  const result = v.code.local("v128");
  emitWanted(v, x, { sin: result });
  return v.value(result);
}

export function cos(v: VectorFunction, x: Local): Expression {
  const result = v.code.local("v128");
  emitWanted(v, x, { cos: result });
  return v.value(result);
}

/** sin/cos, or −cos/sin in odd quadrants, as a quotient of numbers in two parts. */
function tangent(v: VectorFunction, x: Local, angle: ReducedAngle): Expression {
  const { sin, cos } = reducedSinCos(v, angle);
  const sine = fastTwoSum(v, sin.high, sin.low);
  const cosine = fastTwoSum(v, cos.high, cos.low);
  const odd = v.let(isOdd(v, angle.quadrant));
  const numerator = { high: v.select(odd, cosine.high, sine.high), low: v.select(odd, cosine.low, sine.low) };
  const denominator = {
    high: v.let(v.select(odd, sine.high, cosine.high)),
    low: v.select(odd, sine.low, cosine.low),
  };
  const quotient = total(v, divide(v, numerator, denominator));
  return v.xor(quotient, v.and(v.xor(odd, x), v.signBit));
}

export const tan: Build = promoted(
  (v, x) => {
    const magnitude = v.let(v.abs(x));
    const result = v.let(tangent(v, x, reduceAngle(v, magnitude)));
    const beyond = v.let(beyondReduction(v, magnitude));
    v.whenAny(beyond, () => {
      const full = v.helper("tan", 1, (w, y) => {
        const [high, low, quadrant] = w.call(reduceHuge(w), w.let(w.abs(y))) as [Local, Local, Local];
        w.push(tangent(w, y, { high, low, quadrant }));
      });
      const [huge] = v.call(full, x) as [Local];
      v.assign(result, v.select(beyond, huge, result));
    });
    return v.value(result);
  },
  (v, x) => {
    const { sin, cos } = emitSinCos(v, x);
    return v.div(sin, cos);
  },
);
