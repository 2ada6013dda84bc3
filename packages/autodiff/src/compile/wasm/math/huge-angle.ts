/**
 * Reduction of huge angles modulo π/2: M. Payne and R. Hanek, "Radian reduction for trigonometric functions", ACM SIGNUM
 * Newsletter 18 (1983). x = m·2ᵉ with an integer m; of the bits of 2/π only a window of 192 matters, because what stands
 * above it contributes whole turns and what stands below it less than 2⁻¹³⁵.
 */
import type { FunctionBuilder, FunctionReference, Local } from "../encoder.ts";
import { Expression, type Operand, type VectorFunction } from "./vector-function.ts";

/** 64 zero bits, then the binary digits of 2/π = 0.a2f9836e…₁₆, as 64-bit words from the top. */
const twoOverPi: readonly bigint[] = [
  0n,
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn,
];

const halfPiHigh = 1.5707963267948966;
const halfPiLow = 6.123233995736766e-17;

/** Writes scalar code in expression form. */
class Scalars {
  readonly code: FunctionBuilder;
  readonly #vector: VectorFunction;

  constructor(v: VectorFunction) {
    this.#vector = v;
    this.code = v.code;
  }

  op(...args: Parameters<VectorFunction["op"]>): Expression {
    return this.#vector.op(...args);
  }

  i32(value: number): Expression {
    return new Expression(() => this.code.i32(value));
  }

  i64(value: bigint): Expression {
    return new Expression(() => this.code.i64(value));
  }

  f64(value: number): Expression {
    return new Expression(() => this.code.f64(value));
  }

  let(type: "i32" | "i64" | "f64", value: Operand): Local {
    const local = this.code.local(type);
    this.#vector.assign(local, value);
    return local;
  }
}

/** The word of `twoOverPi` at an index. */
function word(v: VectorFunction): FunctionReference {
  return v.module.helper("2/π", ["i32"], ["i64"], (code) => {
    const [index] = code.parameters as [Local];
    const choose = (from: number, count: number): void => {
      if (count === 1) return code.i64(twoOverPi[from] ?? 0n);
      const lower = count >> 1;
      choose(from, lower);
      choose(from + lower, count - lower);
      code.get(index);
      code.i32(from + lower);
      code.op("i32.lt_u");
      code.op("select");
    };
    choose(0, twoOverPi.length);
  });
}

/** The upper 64 bits of a product of two unsigned 64-bit integers. */
function multiplyHigh(v: VectorFunction): FunctionReference {
  return v.module.helper("multiplyHigh", ["i64", "i64"], ["i64"], (code) => {
    const s = new Scalars(v.into(code));
    const [a, b] = code.parameters as [Local, Local];
    const low = (x: Local): Expression => s.op("i64.and", x, s.i64(0xffff_ffffn));
    const high = (x: Operand): Expression => s.op("i64.shr_u", x, s.i64(32n));
    const mul = (x: Operand, y: Operand): Expression => s.op("i64.mul", x, y);
    const first = s.let("i64", s.op("i64.add", mul(high(a), low(b)), high(mul(low(a), low(b)))));
    const second = s.let("i64", s.op("i64.add", mul(low(a), high(b)), low(first)));
    const upper = s.op("i64.add", high(first), high(second));
    s.op("i64.add", mul(high(a), high(b)), upper).write();
  });
}

/** One lane: f64 → (high, low, quadrant). */
function reduceScalar(v: VectorFunction): FunctionReference {
  return v.module.helper("reduceAngle", ["f64"], ["f64", "f64", "i64"], (code) => {
    const s = new Scalars(v.into(code));
    const [x] = code.parameters as [Local];
    const shl = (a: Operand, b: Operand): Expression => s.op("i64.shl", a, b);
    const shr = (a: Operand, b: Operand): Expression => s.op("i64.shr_u", a, b);
    const add = (a: Operand, b: Operand): Expression => s.op("i64.add", a, b);
    const mul = (a: Operand, b: Operand): Expression => s.op("i64.mul", a, b);

    // x = mantissa·2^(exponent − 1075)
    const bits = s.let("i64", s.op("i64.reinterpret_f64", x));
    const exponent = s.let("i32", s.op("i32.wrap_i64", shr(bits, s.i64(52n))));
    const fraction = s.op("i64.and", bits, s.i64((1n << 52n) - 1n));
    const mantissa = s.let("i64", s.op("i64.or", fraction, s.i64(1n << 52n)));

    // the window starts two bits above the binary point of x·2/π; its place is counted from the leading zero word
    const offset = s.let("i32", s.op("i32.sub", exponent, s.i32(1075 + 2 - 64)));
    const index = s.let("i32", s.op("i32.shr_u", offset, s.i32(6)));
    const shift = s.let("i64", s.op("i64.extend_i32_u", s.op("i32.and", offset, s.i32(63))));
    const words = [0, 1, 2, 3].map((i) => {
      s.op("i32.add", index, s.i32(i)).write();
      code.call(word(v));
      const local = code.local("i64");
      code.set(local);
      return local;
    });
    const [w2, w1, w0] = [0, 1, 2].map((i) => {
      const below = shr(shr(words[i + 1] as Local, s.i64(1n)), s.op("i64.sub", s.i64(63n), shift));
      return s.let("i64", s.op("i64.or", shl(words[i] as Local, shift), below));
    }) as [Local, Local, Local];

    // the product modulo 2¹⁹²: two bits of quadrant, 190 bits of fraction
    const highProduct = (a: Local, b: Local): Expression =>
      new Expression(() => {
        code.get(a);
        code.get(b);
        code.call(multiplyHigh(v));
      });
    const p0 = s.let("i64", highProduct(mantissa, w0));
    const lowest = s.let("i64", mul(mantissa, w1));
    const p1 = s.let("i64", add(p0, lowest));
    const carry = s.op("i64.extend_i32_u", s.op("i64.lt_u", p1, lowest));
    const p2 = s.let("i64", add(mul(mantissa, w2), add(highProduct(mantissa, w1), carry)));

    // the fraction as a signed number of 128 bits in [−½, ½): f1 + f0
    const f1 = s.let("i64", s.op("i64.or", shl(p2, s.i64(2n)), shr(p1, s.i64(62n))));
    const f0 = s.let("i64", s.op("i64.or", shl(p1, s.i64(2n)), shr(mul(mantissa, w0), s.i64(62n))));
    const negative = s.let("i64", s.op("i64.shr_s", f1, s.i64(63n)));
    const quadrant = s.let("i64", add(shr(p2, s.i64(62n)), shr(f1, s.i64(63n))));
    // its magnitude, by complement (one unit of 2⁻¹²⁸ does not matter)
    const m1 = s.let("i64", s.op("i64.xor", f1, negative));
    const m0 = s.let("i64", s.op("i64.xor", f0, negative));

    // normalised, then split into 53 and 64 bits
    const zeros = s.let("i64", s.op("i64.clz", m1));
    const spill = shr(shr(m0, s.i64(1n)), s.op("i64.sub", s.i64(63n), zeros));
    const n1 = s.let("i64", s.op("i64.or", shl(m1, zeros), spill));
    const n0 = s.let("i64", shl(m0, zeros));
    const upperBits = s.op("i64.and", n1, s.i64(~0x7ffn));
    const lowerBits = s.op("i64.or", shl(n1, s.i64(53n)), shr(n0, s.i64(11n)));
    // 2^(−64 − zeros), with the sign of the fraction
    const power = shl(s.op("i64.sub", s.i64(1023n - 64n), zeros), s.i64(52n));
    const sign = s.op("i64.and", negative, s.i64(1n << 63n));
    const unit = s.let("f64", s.op("f64.reinterpret_i64", s.op("i64.or", power, sign)));
    const convert = (integer: Expression): Expression => s.op("f64.convert_i64_u", integer);
    const upper = s.let("f64", s.op("f64.mul", convert(upperBits), unit));
    const lower = s.let("f64", s.op("f64.mul", s.op("f64.mul", convert(lowerBits), s.f64(2 ** -53)), unit));

    // (upper + lower)·π/2 in two parts, by Dekker's product
    const fmul = (a: Operand, b: Operand): Expression => s.op("f64.mul", a, b);
    const fadd = (a: Operand, b: Operand): Expression => s.op("f64.add", a, b);
    const fsub = (a: Operand, b: Operand): Expression => s.op("f64.sub", a, b);
    const halfPiUpper = 1.5707963109016418;
    const upperUpper = s.let(
      "f64",
      s.op("f64.reinterpret_i64", s.op("i64.and", s.op("i64.reinterpret_f64", upper), s.i64(~0x7ff_ffffn))),
    );
    const upperLower = s.let("f64", fsub(upper, upperUpper));
    const high = s.let("f64", fmul(upper, s.f64(halfPiHigh)));
    const rest = s.f64(halfPiHigh - halfPiUpper);
    const exact = fadd(fsub(fmul(upperUpper, s.f64(halfPiUpper)), high), fmul(upperUpper, rest));
    const error = fadd(
      fadd(exact, fmul(upperLower, s.f64(halfPiUpper))),
      fmul(upperLower, s.f64(halfPiHigh - halfPiUpper)),
    );
    const small = fadd(fmul(upper, s.f64(halfPiLow)), fmul(lower, s.f64(halfPiHigh)));
    const low = s.let("f64", fadd(error, small));

    // ∞ and NaN have no angle: x − x is NaN
    fadd(high, fsub(x, x)).write();
    code.get(low);
    code.get(quadrant);
  });
}

/** A function of |x| ≥ 2⁻³⁶·2⁵² in f64 lanes, giving the vectors (high, low, quadrant): x = quadrant·π/2 + high + low. */
export function reduceHuge(v: VectorFunction): FunctionReference {
  return v.helper(
    "reduceHuge",
    1,
    (w, x) => {
      const { code } = w;
      // a smaller argument in another lane would reach beyond the table: its result is not used
      const magnitude = w.let(w.select(w.less(x, 100_000), 100_000, x));
      const results = (["f64x2", "f64x2", "i64x2"] as const).map((type) => ({
        type,
        local: code.local("v128"),
      }));
      for (const lane of [0, 1]) {
        code.get(magnitude);
        code.lane("f64x2.extract_lane", lane);
        code.call(reduceScalar(w));
        for (const { type, local } of results.toReversed()) {
          const value = code.local(type === "i64x2" ? "i64" : "f64");
          code.set(value);
          code.get(local);
          code.get(value);
          code.lane(`${type}.replace_lane`, lane);
          code.set(local);
        }
      }
      for (const { local } of results) code.get(local);
    },
    3,
  );
}
