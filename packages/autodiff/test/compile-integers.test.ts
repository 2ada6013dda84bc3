import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as autodiff from "../src/index.ts";
import { cast, compile, type Tensor } from "../src/index.ts";
import type { DType } from "../src/tensor/dtype.ts";
import { makeConstant } from "../src/tensor/tensor.ts";

const edge = [0, 1, -1, 2, 3, 7, 2 ** 31 - 1, -(2 ** 31), 2 ** 30, 65536, 65535, -46341, 46341];
const integers = fc.oneof(fc.constantFrom(...edge), fc.integer(), fc.integer({ min: -20, max: 20 }));
const numbers = fc.oneof(
  fc.double(),
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  fc.constantFrom(0.5, -0.5, 1.5, 2 ** 31, 2 ** 32 + 0.5, -(2 ** 31) - 1, 1e20, -1e300, NaN, Infinity, -0),
);

function tensorOf(dtype: DType, values: readonly number[]): Tensor {
  if (dtype === "i32") return makeConstant([values.length], "i32", Int32Array.from(values));
  if (dtype === "bool")
    return makeConstant(
      [values.length],
      "bool",
      Uint8Array.from(values, (x) => x & 1),
    );
  const data = Float64Array.from(values);
  return makeConstant([values.length], dtype, dtype === "f64" ? data : Float32Array.from(data));
}

/** Compiled, interpreted and at once: the same dtype and the same numbers, where a bit is not up to rounding. */
function expectSame(f: (...inputs: Tensor[]) => Tensor, ...inputs: readonly Tensor[]): void {
  const expected = f(...inputs);
  for (const webAssembly of [true, false]) {
    const found = compile(f, { webAssembly })(...inputs);
    expect(found.dtype).toBe(expected.dtype);
    expect(Array.from(found.data)).toEqual(Array.from(expected.data));
  }
}

const length = 5;
const many = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(each, { minLength: length, maxLength: length });

type Name = keyof typeof autodiff;
const call = (name: string, ...inputs: Tensor[]): Tensor =>
  (autodiff[name as Name] as (...all: Tensor[]) => Tensor)(...inputs);

describe("compiled integers", () => {
  it.each(["add", "sub", "mul", "minimum", "maximum", "less", "lessEqual", "greater", "greaterEqual"])(
    "are as interpreted: %s",
    (name) => {
      const dtypes = fc.constantFrom<DType>("i32", "bool");
      fc.assert(
        fc.property(many(integers), many(integers), dtypes, dtypes, (a, b, left, right) => {
          expectSame((x, y) => call(name, x, y), tensorOf(left, a), tensorOf(right, b));
          expectSame((x, y) => call(name, x.slice(0), y), tensorOf(left, a), tensorOf(right, b));
        }),
        { numRuns: 40 },
      );
    },
  );

  it.each(["neg", "abs", "sign", "floor", "ceil", "round", "square", "relu", "logicalNot", "cast"])(
    "are as interpreted: %s",
    (name) => {
      fc.assert(
        fc.property(many(integers), fc.constantFrom<DType>("i32", "bool"), (a, dtype) => {
          expectSame((x) => (name === "cast" ? x.mul(x) : call(name, x)), tensorOf(dtype, a));
        }),
        { numRuns: 40 },
      );
    },
  );

  it("are raised to powers exactly, as long as f64 holds them", () => {
    for (let power = 0; power < 32; power++) {
      const bases = Array.from({ length: 201 }, (_, k) => k - 100).filter(
        (base) => Math.abs(base) ** power < 2 ** 53,
      );
      expectSame(
        (x, y) => call("pow", x, y),
        tensorOf("i32", bases),
        tensorOf(
          "i32",
          bases.map(() => power),
        ),
      );
      expectSame((x) => x.pow(makeConstant([], "i32", power)), tensorOf("i32", bases));
    }
  });

  it("are made of other numbers, and become others, as interpreted", () => {
    const dtypes = fc.constantFrom<DType>("f64", "f32", "i32", "bool");
    fc.assert(
      fc.property(many(numbers), dtypes, dtypes, dtypes, (a, from, to, last) => {
        const values = from === "bool" || from === "i32" ? a.map((x) => Math.trunc(x) | 0) : a;
        expectSame((x) => cast(cast(x, to), last), tensorOf(from, values));
        expectSame((x) => cast(cast(x.slice(1), to), last), tensorOf(from, values));
      }),
      { numRuns: 300 },
    );
  });

  it("are added up and compared along axes as interpreted", () => {
    fc.assert(
      fc.property(
        fc.array(integers, { minLength: 12, maxLength: 12 }),
        fc.constantFrom("sum", "max", "min", "argmax", "argmin", "cumsum"),
        fc.constantFrom<DType>("i32", "bool"),
        fc.constantFrom(0, 1),
        (values, name, dtype, axis) => {
          const reduce = autodiff[name as "sum"];
          const matrix = (x: Tensor): Tensor => x.reshape([3, 4]);
          expectSame((x) => reduce(matrix(x), { axis }), tensorOf(dtype, values));
          expectSame((x) => reduce(matrix(x).transpose(), { axis }), tensorOf(dtype, values));
          if (name !== "cumsum") expectSame((x) => reduce(x), tensorOf(dtype, values));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("wrap around in long sums", () => {
    const values = Array.from({ length: 20000 }, (_, k) => 2 ** 31 - 1 - k);
    expectSame((x) => x.sum(), tensorOf("i32", values));
    expectSame((x) => x.reshape([100, 200]).sum({ axis: 0 }), tensorOf("i32", values));
    expectSame((x) => x.reshape([100, 200]).sum({ axis: 1 }), tensorOf("i32", values));
  });

  it("mix with numbers and truth values as interpreted", () => {
    const dtypes = fc.constantFrom<DType>("f64", "f32", "i32", "bool");
    fc.assert(
      fc.property(many(integers), many(integers), dtypes, dtypes, (a, b, left, right) => {
        const [x, y] = [tensorOf(left, a), tensorOf(right, b)];
        expectSame((p, q) => call("where", call("less", p, q), p, q), x, y);
        expectSame((p, q) => call("equal", p.add(q), q), x, y);
        expectSame((p, q) => p.mul(2).sub(q).add(1), x, y);
        expectSame((p, q) => call("logicalAnd", p, call("logicalOr", q, call("logicalNot", p))), x, y);
        expectSame((p, q) => cast(call("notEqual", p, q), "i32").mul(cast(p, "i32")), x, y);
        expectSame((p, q) => call("where", p, 3 as never, q), x, y);
      }),
      { numRuns: 150 },
    );
  });

  it("run through loops of integers without a float between", () => {
    const f = (x: Tensor): Tensor => {
      let y = x;
      for (let k = 0; k < 10; k++) y = y.mul(1664525).add(1013904223);
      return y;
    };
    expectSame(f, tensorOf("i32", [1, 2, 3, 4, 5]));
  });
});
