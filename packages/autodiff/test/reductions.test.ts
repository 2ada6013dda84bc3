import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  all,
  any,
  argmax,
  argmin,
  arange,
  checkGrad,
  cumprod,
  cumsum,
  full,
  grad,
  hessian,
  jacobian,
  prod,
  ShapeError,
  standardDeviation,
  tensor,
  variance,
  zeros,
  type Tensor,
} from "../src/index.ts";

const integers = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 40 });

describe("prod", () => {
  it("is the product, of any number of factors", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 40 }), (factors) => {
        const product = factors.reduce((total, factor) => total * factor, 1);
        expect(prod(factors).item() + 0).toBe(product + 0);
      }),
    );
  });

  it.each([[[2, 3, 5]], [[0, 3, 5]], [[0, 3, 0, 7]], [[0, 0, 0]], [[4, 0, 0, 2, 5]]])(
    "has the first and second derivatives of %j, zeros or not",
    (x) => {
      const without = (...left: number[]): number =>
        x.reduce((total, factor, index) => (left.includes(index) ? total : total * factor), 1);
      expect(grad((t: Tensor) => prod(t))(tensor(x)).toArray()).toEqual(x.map((_, i) => without(i)));
      expect(hessian((t: Tensor) => prod(t))(tensor(x)).toArray()).toEqual(
        x.map((_, i) => x.map((__, j) => (i === j ? 0 : without(i, j)))),
      );
    },
  );

  it("has the third derivative at three zeros", () => {
    const third = grad((t: Tensor) =>
      grad((s: Tensor) => grad((r: Tensor) => prod(r))(s).slice(0))(t).slice(1),
    );
    expect(third(tensor([0, 0, 0, 5])).toArray()).toEqual([0, 0, 5, 0]);
  });

  it("counts truth, keeps integers, and takes axes in any order", () => {
    expect(prod([true, false]).dtype).toBe("i32");
    expect(prod(tensor(Int32Array.of(3, 4))).dtype).toBe("i32");
    expect(prod(arange(24).add(1).reshape([2, 3, 4]), { axis: [-1, 0] }).toArray()).toEqual([
      1 * 2 * 3 * 4 * 13 * 14 * 15 * 16,
      5 * 6 * 7 * 8 * 17 * 18 * 19 * 20,
      9 * 10 * 11 * 12 * 21 * 22 * 23 * 24,
    ]);
    expect(prod(5).item()).toBe(5);
    expect(() => prod([1], { axis: 1 })).toThrow(ShapeError);
  });
});

describe("cumsum and cumprod", () => {
  it("are what a loop adds up and multiplies, from either end", () => {
    fc.assert(
      fc.property(integers, (x) => {
        const sums = x.map((_, k) => x.slice(0, k + 1).reduce((a, b) => a + b, 0) + 0);
        expect(cumsum(x).toArray()).toEqual(sums);
        const tails = x.map((_, k) => x.slice(k).reduce((a, b) => a + b, 0) + 0);
        expect(cumsum(x, { reverse: true }).toArray()).toEqual(tails);
        const signs = x.map((each) => (each % 3) - 1);
        const plain = (list: readonly number[]): number[] => list.map((each) => each + 0);
        expect(plain(cumprod(signs).toArray() as number[])).toEqual(
          plain(signs.map((_, k) => signs.slice(0, k + 1).reduce((a, b) => a * b, 1))),
        );
        expect(plain(cumprod(signs, { reverse: true }).toArray() as number[])).toEqual(
          plain(signs.map((_, k) => signs.slice(k).reduce((a, b) => a * b, 1))),
        );
      }),
    );
  });

  it("round sums once: tenths add up to the doubles nearest to their sums", () => {
    const sums = cumsum(full([100_000], 0.1)).data;
    // 0.1 is stored as 3602879701896397 · 2⁻⁵⁵.
    for (const k of [1, 10, 1000, 99_999, 100_000])
      expect(sums[k - 1]).toBe(Number(BigInt(k) * 3602879701896397n) * 2 ** -55);
    expect(cumsum([1e16, 1, 1, -1e16]).toArray()).toEqual([1e16, 1e16, 10000000000000002, 2]);
  });

  it("pass infinities on", () => {
    expect(cumsum([1, Infinity, 2, -Infinity, 3]).toArray()).toEqual([1, Infinity, Infinity, NaN, NaN]);
  });

  it("have triangular derivatives", () => {
    const x = tensor([3, 0, 5]);
    expect(jacobian((t: Tensor) => cumsum(t))(x).toArray()).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ]);
    expect(jacobian((t: Tensor) => cumprod(t))(tensor(x)).toArray()).toEqual([
      [1, 0, 0],
      [0, 3, 0],
      [0, 15, 0],
    ]);
  });

  it("need an axis unless there is only one", () => {
    expect(() => cumsum(zeros([2, 2]))).toThrow("cumsum: expected an axis to run along, as in { axis: 0 }");
    expect(() => cumprod(1)).toThrow(ShapeError);
    expect(cumsum([true, true]).toArray()).toEqual([1, 2]);
    expect(cumsum([true, true]).dtype).toBe("i32");
  });
});

describe("variance and standard deviation", () => {
  it("have the values of textbooks", () => {
    const x = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(variance(x).item()).toBe(4);
    expect(standardDeviation(x).item()).toBe(2);
    expect(variance(x, { correction: 1 }).item()).toBeCloseTo(32 / 7, 14);
    expect(variance([5]).item()).toBe(0);
    expect([variance([5], { correction: 1 }).item(), variance([]).item()]).toEqual([NaN, NaN]);
    expect(variance(tensor(Int32Array.of(1, 3))).item()).toBe(1);
  });

  it("keep the digits of data far away from 0 (NIST StRD, NumAcc2 to NumAcc4)", () => {
    for (const [centre, digits] of [
      [1.2, 14],
      [1_000_000.2, 9],
      [10_000_000.2, 8],
    ] as const) {
      const x = [centre, ...Array.from({ length: 1000 }, (_, k) => centre + (k % 2 === 0 ? -0.1 : 0.1))];
      expect(standardDeviation(x, { correction: 1 }).item()).toBeCloseTo(0.1, digits);
    }
    // Exactly representable deviations ±1 from 2⁵⁰, and one at 2⁵⁰ + 1/2: Σd² − (Σd)²/n = 2.25 − 0.25/3.
    const far = [2 ** 50 - 1, 2 ** 50 + 1, 2 ** 50 + 0.5];
    expect(variance(far).item()).toBeCloseTo((2.25 - 0.25 / 3) / 3, 15);
    expect(variance(tensor(Float32Array.of(65535, 65537, 65536.5))).item()).toBeCloseTo(
      (2.25 - 0.25 / 3) / 3,
      6,
    );
  });

  it("are translated and scaled as they should be", () => {
    const x = tensor([1, 4, 9, 16]);
    expect(variance(x.mul(3).add(7)).item()).toBeCloseTo(9 * variance(x).item(), 11);
    const gradient = grad((t: Tensor) => variance(t))(x);
    expect(gradient.toArray()).toEqual([1, 4, 9, 16].map((each) => (2 * (each - 7.5)) / 4));
    expect(checkGrad((t: Tensor) => standardDeviation(t), { order: 2 })(x).reverse).toBeLessThan(1e-12);
  });

  it("have no slope at the tip where all elements are equal", () => {
    expect(grad((t: Tensor) => standardDeviation(t))(tensor([3, 3])).toArray()).toEqual([0, 0]);
    expect(grad((t: Tensor) => standardDeviation(t))(tensor([3, NaN])).toArray()).toEqual([NaN, NaN]);
  });
});

describe("argmax and argmin", () => {
  it("find the first of equals, and a NaN before any number", () => {
    expect(argmax([1, 3, 3]).item()).toBe(1);
    expect(argmin([2, 1, 1]).item()).toBe(1);
    expect(argmax([1, NaN, 3, NaN]).item()).toBe(1);
    expect(argmin([NaN, 1, -Infinity]).item()).toBe(0);
    expect(argmax([-Infinity, -Infinity]).item()).toBe(0);
    expect(argmax([-0, 0]).item()).toBe(0);
  });

  it("agree with max and min", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (x) => {
        expect(x[argmax(x).item()]).toBeCloseTo(Math.max(...x), 300);
        expect(argmax(x).item()).toBe(x.findIndex((each) => each === x.reduce((a, b) => (b > a ? b : a))));
        expect(argmin(x).item()).toBe(x.findIndex((each) => each === x.reduce((a, b) => (b < a ? b : a))));
      }),
    );
  });

  it("count along an axis, or through everything", () => {
    const x = tensor([
      [1, 5, 3],
      [4, 2, 6],
    ]);
    expect(argmax(x).item()).toBe(5);
    expect(argmax(x, { axis: 0, keepDims: true }).toArray()).toEqual([[1, 0, 1]]);
    expect(argmin(x, { axis: -1 }).dtype).toBe("i32");
    expect(() => argmax(zeros([2, 0]), { axis: 1 })).toThrow(
      "argmax: no elements to choose from: shape [2, 0]",
    );
    expect(argmax(zeros([0, 2]), { axis: 1 }).shape).toEqual([0]);
    expect(() => argmin([])).toThrow(ShapeError);
  });
});

describe("any and all", () => {
  it("count NaN as true, as it is not zero", () => {
    expect([any([0, NaN]).item(), any([0, -0]).item(), all([1, NaN]).item(), all([1, 0]).item()]).toEqual([
      1, 0, 1, 0,
    ]);
    expect(any([]).toArray()).toBe(false);
    expect(all([]).toArray()).toBe(true);
    expect(any([[true], [false]], { axis: 1, keepDims: true }).toArray()).toEqual([[true], [false]]);
  });

  it("do not break a derivative", () => {
    const f = (x: Tensor): Tensor => x.mul(any(x.greater(1))).sum();
    expect(grad(f)(tensor([1, 2])).toArray()).toEqual([1, 1]);
  });
});
