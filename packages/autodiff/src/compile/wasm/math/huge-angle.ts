/**
 * Reduction of huge angles modulo π/2: M. Payne and R. Hanek, "Radian reduction for trigonometric functions", ACM SIGNUM
 * Newsletter 18 (1983). x = m·2ᵉ with an integer m; of the bits of 2/π only a window of 192 matters, because what stands
 * above it contributes whole turns and what stands below it less than 2⁻¹³⁵.
 */
import type { FunctionReference, Local } from "../encoder.ts";
import type { PlainInstruction } from "../opcodes.ts";
import { fastTwoSum, twoProduct } from "./double.ts";
import { Expression, type VectorFunction } from "./vector-function.ts";

const halfPi = { high: 1.5707963267948966, low: 6.123233995736766e-17 };

/** Words of 64 bits: one of zeros, then the binary digits of 2/π from the top. */
const wordCount = 20;
let words: readonly bigint[] = [];

/** The digits by J. Machin's formula π = 16·atan(1/5) − 4·atan(1/239), with 84 digits to spare. */
export function twoOverPi(): readonly bigint[] {
  const spare = 84n;
  const unit = 1n << (BigInt(64 * (wordCount - 1)) + spare);
  /** atan(1/n) */
  const angle = (n: bigint): bigint => {
    let sum = 0n;
    let power = unit / n;
    for (let k = 1n; power !== 0n; k += 2n) {
      sum += (k & 2n) === 0n ? power / k : -power / k;
      power /= n * n;
    }
    return sum;
  };
  const digits = ((2n * unit * unit) / (16n * angle(5n) - 4n * angle(239n))) >> spare;
  return Array.from({ length: wordCount }, (_, index) =>
    BigInt.asUintN(64, digits >> BigInt(64 * (wordCount - 1 - index))),
  );
}

type Integer = Local | Expression | bigint;
type IntegerOperation = PlainInstruction extends infer Name
  ? Name extends `i64.${infer Op}`
    ? Op
    : never
  : never;

/** Writes arithmetic on single 64-bit integers in expression form. */
class Integers {
  readonly #v: VectorFunction;

  constructor(v: VectorFunction) {
    this.#v = v;
  }

  push(value: Integer): void {
    if (typeof value === "bigint") this.#v.code.i64(value);
    else this.#v.push(value);
  }

  op(name: IntegerOperation, ...operands: Integer[]): Expression {
    return new Expression(() => {
      for (const operand of operands) this.push(operand);
      this.#v.code.op(`i64.${name}`);
    });
  }

  call(target: FunctionReference, ...operands: Integer[]): Expression {
    return new Expression(() => {
      for (const operand of operands) this.push(operand);
      this.#v.code.call(target);
    });
  }

  let(value: Expression): Local {
    const local = this.#v.code.local("i64");
    this.#v.assign(local, value);
    return local;
  }
}

/** The word of 2/π at an index. */
function word(v: VectorFunction): FunctionReference {
  if (words.length === 0) words = twoOverPi();
  return v.module.helper("2/π", ["i64"], ["i64"], (code) => {
    const [index] = code.parameters as [Local];
    const choose = (from: number, count: number): void => {
      if (count === 1) return code.i64(words[from] as bigint);
      const lower = count >> 1;
      choose(from, lower);
      choose(from + lower, count - lower);
      code.get(index);
      code.i64(BigInt(from + lower));
      code.op("i64.lt_u");
      code.op("select");
    };
    choose(0, wordCount);
  });
}

/** The upper 64 bits of a product of two unsigned 64-bit integers. */
function multiplyHigh(v: VectorFunction): FunctionReference {
  return v.module.helper("multiplyHigh", ["i64", "i64"], ["i64"], (code) => {
    const i = new Integers(v.into(code));
    const [a, b] = code.parameters as [Local, Local];
    const low = (x: Local): Expression => i.op("and", x, 0xffff_ffffn);
    const high = (x: Integer): Expression => i.op("shr_u", x, 32n);
    const mul = (x: Integer, y: Integer): Expression => i.op("mul", x, y);
    const add = (x: Integer, y: Integer): Expression => i.op("add", x, y);
    const first = i.let(add(mul(high(a), low(b)), high(mul(low(a), low(b)))));
    const second = i.let(add(mul(low(a), high(b)), low(first)));
    add(mul(high(a), high(b)), add(high(first), high(second))).write();
  });
}

/**
 * One lane: x to (a, b, c, quadrant) with x = (quadrant + a·2⁻⁶⁴ + b·2⁻¹⁰⁶ + c·2⁻¹²⁸)·π/2 modulo 2π, |a| ≤ 2⁶³ and
 * b and c not negative.
 */
function reduceScalar(v: VectorFunction): FunctionReference {
  return v.module.helper("reduceAngle", ["f64"], ["f64", "f64", "f64", "i64"], (code) => {
    const w = v.into(code);
    const i = new Integers(w);
    const [x] = code.parameters as [Local];
    const shl = (a: Integer, b: Integer): Expression => i.op("shl", a, b);
    const shr = (a: Integer, b: Integer): Expression => i.op("shr_u", a, b);
    const add = (a: Integer, b: Integer): Expression => i.op("add", a, b);
    const or = (a: Integer, b: Integer): Expression => i.op("or", a, b);
    const and = (a: Integer, b: Integer): Expression => i.op("and", a, b);

    // x = mantissa·2^(exponent − 1075)
    const bits = i.let(w.op("i64.reinterpret_f64", x));
    const mantissa = i.let(or(and(bits, (1n << 52n) - 1n), 1n << 52n));
    // the window starts two bits above the binary point of x·2/π; its place is counted from the leading zero word
    const offset = i.let(i.op("sub", shr(bits, 52n), 1075n + 2n - 64n));
    const index = i.let(shr(offset, 6n));
    const [w3, w2, w1, w0] = [0n, 1n, 2n, 3n].map((n) => i.let(i.call(word(v), add(index, n)))) as [
      Local,
      Local,
      Local,
      Local,
    ];
    /** 64 bits from `offset` modulo 64 on: shifts are by their count modulo 64. */
    const window = (upper: Local, lower: Local): Local =>
      i.let(or(shl(upper, offset), shr(shr(lower, 1n), i.op("sub", 63n, offset))));
    const [d2, d1, d0] = [window(w3, w2), window(w2, w1), window(w1, w0)];

    // the product modulo 2¹⁹², without its lowest word: two bits of quadrant, 126 bits of fraction
    const high = (a: Local): Expression => i.call(multiplyHigh(v), mantissa, a);
    const lowest = i.let(i.op("mul", mantissa, d1));
    const p1 = i.let(add(high(d0), lowest));
    const carry = w.op("i64.extend_i32_u", i.op("lt_u", p1, lowest));
    const p2 = i.let(add(i.op("mul", mantissa, d2), add(high(d1), carry)));

    // the fraction as a signed number of 128 bits in [−½, ½), cut into pieces that f64 holds exactly
    const f1 = i.let(or(shl(p2, 2n), shr(p1, 62n)));
    const f0 = i.let(shl(p1, 2n));
    const middle = or(shl(and(f1, 0x7ffn), 42n), shr(f0, 22n));
    for (const piece of [and(f1, ~0x7ffn), middle, and(f0, 0x3f_ffffn)])
      w.push(w.op("f64.convert_i64_s", piece));
    add(shr(p2, 62n), shr(f1, 63n)).write();
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
      const reduced = (["f64x2", "f64x2", "f64x2", "i64x2"] as const).map((type) => ({
        type,
        vector: code.local("v128"),
      }));
      for (const lane of [0, 1]) {
        code.get(magnitude);
        code.lane("f64x2.extract_lane", lane);
        const values = w.call(reduceScalar(w));
        reduced.forEach(({ type, vector }, index) => {
          code.get(vector);
          code.get(values[index] as Local);
          code.lane(`${type}.replace_lane`, lane);
          code.set(vector);
        });
      }
      const [a, b, c, quadrant] = reduced.map(({ vector }) => vector) as [Local, Local, Local, Local];
      const fraction = fastTwoSum(w, w.let(w.mul(a, 2 ** -64)), w.let(w.mul(b, 2 ** -106)));
      const rest = w.add(fraction.low, w.mul(c, 2 ** -128));
      const product = twoProduct(w, fraction.high, w.let(halfPi.high));
      // ∞ and NaN have no angle: x − x is NaN
      w.push(w.add(product.high, w.sub(x, x)));
      w.push(w.add(product.low, w.add(w.mul(fraction.high, halfPi.low), w.mul(rest, halfPi.high))));
      w.push(quadrant);
    },
    3,
  );
}
