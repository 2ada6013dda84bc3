import {
  bernoulli,
  compile,
  DTypeError,
  exponential,
  foldIn,
  full,
  grad,
  normal,
  permutation,
  randomInteger,
  randomKey,
  ShapeError,
  splitKey,
  stack,
  SteepestError,
  tensor,
  uniform,
  vmap,
  type Tensor,
} from "@steepest/autodiff";
import { describe, expect, it } from "vitest";
import { normalCdf } from "../src/ops/kernels/normal.ts";
import { below, threefry } from "../src/ops/kernels/threefry.ts";

describe("threefry", () => {
  // The known-answer vectors published with Random123, threefry2x32 with 20 rounds: counter, key, result.
  it.each<[number[], number[], number[]]>([
    [
      [0x00000000, 0x00000000],
      [0x00000000, 0x00000000],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])("scrambles %j under the key %j as published", (counter, key, expected) => {
    expect(threefry(key as [number, number], counter as [number, number])).toEqual(expected);
  });
});

describe("keys", () => {
  it("give the same numbers every time and others for another seed", () => {
    expect(uniform(randomKey(7), [5]).toArray()).toEqual(uniform(randomKey(7), [5]).toArray());
    expect(uniform(randomKey(7), [5]).toArray()).not.toEqual(uniform(randomKey(8), [5]).toArray());
    expect(uniform(randomKey(2 ** 40), [3]).toArray()).not.toEqual(uniform(randomKey(0), [3]).toArray());
  });

  it("split into keys that share nothing", () => {
    const key = randomKey(1);
    const draws = [key, ...splitKey(key, 100)].flatMap((each) => uniform(each, [20]).toArray() as number[]);
    expect(new Set(draws).size).toBe(101 * 20);
  });

  it("fold numbers in, each for an independent key", () => {
    const key = randomKey(1);
    const keys = Array.from({ length: 100 }, (_, step) => foldIn(key, step));
    const draws = [key, ...splitKey(key, 3), ...keys].flatMap(
      (each) => uniform(each, [20]).toArray() as number[],
    );
    expect(new Set(draws).size).toBe(104 * 20);
    expect(foldIn(key, Int32Array.of(0, 1, 2)).toArray()).toEqual(
      keys.slice(0, 3).map((each) => each.toArray()),
    );
    expect(foldIn(key, -1).toArray()).toEqual(foldIn(key, 2 ** 32 - 1).toArray());
    expect(foldIn(stack(keys.slice(0, 2)), 7).toArray()).toEqual(
      keys.slice(0, 2).map((each) => foldIn(each, 7).toArray()),
    );
    expect(() => foldIn(key, 0.5)).toThrow(DTypeError);
    expect(() => foldIn(key, 2 ** 32)).toThrow("32 bits: 4294967296");
    expect(() => foldIn(key, tensor([1]))).toThrow('cast(x, "i32")');
    expect(() => foldIn(stack(keys.slice(0, 2)), Int32Array.of(1, 2, 3))).toThrow(ShapeError);
  });

  /** Logarithms, cosines and sines may differ in the last digit from what the interpreter finds them to be. */
  function expectDigits(found: Tensor, expected: Tensor): void {
    expect(found.shape).toEqual(expected.shape);
    found.data.forEach((value, index) => {
      const wanted = expected.data[index] as number;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(Number.isInteger(wanted) ? 0 : 2e-15);
    });
  }

  it("come in batches: each gives what it gives alone", () => {
    const keys = splitKey(randomKey(3), 4);
    const batch = stack(keys);
    for (const draw of [
      (key: Tensor) => uniform(key, [3]),
      (key: Tensor) => uniform(key, [2], { low: -1, dtype: "f32" }),
      (key: Tensor) => normal(key, [5]),
      (key: Tensor) => exponential(key, [2, 2]),
      (key: Tensor) => randomInteger(key, -5, 12, [4]),
      (key: Tensor) => permutation(key, 9),
      (key: Tensor) => bernoulli(key, 0.4, [6]),
      (key: Tensor) => stack(splitKey(key, 3)),
      (key: Tensor) => foldIn(key, 3),
      (key: Tensor) => normal(splitKey(key)[1] as Tensor, []),
    ]) {
      const alone = keys.map((key) => draw(key).toArray());
      expect(vmap(draw)(batch).toArray()).toEqual(alone);
      expectDigits(compile(vmap(draw))(batch), stack(keys.map(draw)));
      for (const key of keys) expectDigits(compile(draw)(key), draw(key));
    }
    expect(normal(batch, [5]).toArray()).toEqual(keys.map((key) => normal(key, [5]).toArray()));
    expect(normal(batch.reshape([2, 2, 2]), [5]).shape).toEqual([2, 2, 5]);
    expect(splitKey(batch, 3).map(({ shape }) => shape)).toEqual([
      [4, 2],
      [4, 2],
      [4, 2],
    ]);
  });

  it("that are not mapped over give all examples the same numbers", () => {
    const noise = vmap((x: Tensor, key: Tensor) => x.mul(0).add(uniform(key, [2])), { axes: [0, undefined] });
    const [first, second] = noise(full([2], 1), randomKey(1)).toArray() as number[][];
    expect(first).toEqual(second);
  });

  it("are no variables: numbers drawn are constants to a derivative", () => {
    const noisy = (x: Tensor, key: Tensor): Tensor => x.mul(uniform(key, [3])).sum();
    const key = randomKey(5);
    expect(grad(noisy)(2, key).item()).toBe(uniform(key, [3]).sum().item());
    expect(compile(grad(noisy))(2, key).item()).toBeCloseTo(uniform(key, [3]).sum().item(), 14);
  });

  it("refuse what is no seed, no key, no count", () => {
    expect(() => randomKey(0.5)).toThrow(DTypeError);
    expect(() => uniform(tensor([1, 2]), [1])).toThrow(DTypeError);
    expect(() => uniform(randomKey(1), [2], "i32")).toThrow(DTypeError);
    expect(() => splitKey(randomKey(1), 0)).toThrow(ShapeError);
    expect(() => splitKey(tensor(Int32Array.of(1, 2, 3)))).toThrow("made by randomKey or splitKey");
    expect(() => uniform(randomKey(1), [-1])).toThrow(ShapeError);
    expect(() => permutation(randomKey(1), 2.5)).toThrow(ShapeError);
    for (const [low, high] of [
      [3, 3],
      [0, 0.5],
      [0, 2 ** 31 + 1],
      [-(2 ** 31) - 1, 0],
    ] as const)
      expect(() => randomInteger(randomKey(1), low, high, [1])).toThrow(DTypeError);
    for (const wrong of [-0.1, 1.1, NaN, [0.5, 2]])
      expect(() => bernoulli(randomKey(1), wrong, [2])).toThrow(SteepestError);
    expect(() => bernoulli(randomKey(1), [0.5, 0.5], [3])).toThrow(ShapeError);
  });
});

/** Σ (observed − expected)²/expected for as many kinds of equal probability. */
function chiSquared<T>(values: readonly T[], kinds: number, kindOf: (value: T) => number): number {
  const counts = new Array<number>(kinds).fill(0);
  for (const value of values) counts[kindOf(value)]!++;
  const expected = values.length / kinds;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("distributions", () => {
  const n = 100_000;

  it.each(["f64", "f32"] as const)("uniform %s fills [0, 1) evenly", (dtype) => {
    const x = uniform(randomKey(3), [n], dtype);
    const values = [...x.data];
    expect(x.dtype).toBe(dtype);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    // χ² with 9 degrees of freedom exceeds 27.88 once in a thousand.
    expect(chiSquared(values, 10, (value) => Math.floor(value * 10))).toBeLessThan(27.88);
  });

  it("normal has the moments and tails of the normal distribution", () => {
    const values = [...normal(randomKey(4), [n]).data];
    const moment = (k: number): number => values.reduce((sum, value) => sum + value ** k, 0) / n;
    // Within four standard errors.
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    const beyond = values.filter((value) => Math.abs(value) > 1.959963984540054).length / n;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / n));
  });

  it("normal pairs are independent", () => {
    const values = normal(randomKey(5), [n]).data;
    let product = 0;
    for (let i = 0; i < n; i += 2) product += values[i]! * values[i + 1]!;
    expect(Math.abs(product / (n / 2))).toBeLessThan(4 / Math.sqrt(n / 2));
  });

  it.each<[string, (key: Tensor) => Tensor, (x: number) => number]>([
    ["uniform", (key) => uniform(key, [n]), (x) => x],
    ["uniform between bounds", (key) => uniform(key, [n], { low: -2, high: 3 }), (x) => (x + 2) / 5],
    ["normal", (key) => normal(key, [n]), normalCdf],
    ["exponential", (key) => exponential(key, [n]), (x) => -Math.expm1(-x)],
  ])("%s has its distribution function", (_, draw, distribution) => {
    const sorted = Float64Array.from(draw(randomKey(6)).data).sort();
    let distance = 0;
    sorted.forEach((x, k) => {
      const expected = distribution(x);
      distance = Math.max(distance, Math.abs(expected - k / n), Math.abs(expected - (k + 1) / n));
    });
    // Kolmogorov's statistic √n D exceeds 1.95 once in a thousand.
    expect(Math.sqrt(n) * distance).toBeLessThan(1.95);
  });

  it("randomInteger gives every number equally often", () => {
    const x = randomInteger(randomKey(7), -3, 8, [n]);
    expect(x.dtype).toBe("i32");
    // χ² with 10 degrees of freedom exceeds 29.59 once in a thousand.
    expect(chiSquared([...x.data], 11, (value) => value + 3)).toBeLessThan(29.59);
    const all = randomInteger(randomKey(7), -(2 ** 31), 2 ** 31, [1000]).data;
    expect(Math.min(...all)).toBeLessThan(-(2 ** 31) * 0.98);
    expect(Math.max(...all)).toBeGreaterThan(2 ** 31 * 0.98);
    expect([...randomInteger(randomKey(7), 4, 5, [10]).data]).toEqual(new Array(10).fill(4));
  });

  it("no number is more likely than another, where a remainder would make it so", () => {
    // Of 3·2³⁰ numbers the first third would come twice as often if words were only taken modulo.
    const range = 3 * 2 ** 30;
    const thirds = Array.from({ length: 30_000 }, (_, index) => below([1, 2], index, range));
    // χ² with 2 degrees of freedom exceeds 13.82 once in a thousand.
    expect(chiSquared(thirds, 3, (value) => Math.floor(value / 2 ** 30))).toBeLessThan(13.82);
  });

  it("permutation gives every order equally often", () => {
    const keys = stack(splitKey(randomKey(8), 24_000));
    const orders = permutation(keys, 4).data;
    const codes = Array.from({ length: 24_000 }, (_, k) => orders.subarray(4 * k, 4 * k + 4).join(""));
    const kinds = [...new Set(codes)];
    expect(kinds).toHaveLength(24);
    // χ² with 23 degrees of freedom exceeds 49.73 once in a thousand.
    expect(
      chiSquared(
        codes.map((code) => kinds.indexOf(code)),
        24,
        (kind) => kind,
      ),
    ).toBeLessThan(49.73);
    const long = [...permutation(randomKey(9), 1000).data];
    expect(long.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, k) => k));
    expect(permutation(randomKey(9), 0).shape).toEqual([0]);
    expect(permutation(randomKey(9), 1).toArray()).toEqual([0]);
  });

  it("bernoulli is true as often as it says", () => {
    const x = bernoulli(randomKey(10), 0.3, [n]);
    expect(x.dtype).toBe("bool");
    expect(Math.abs(x.sum().item() / n - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / n));
    expect(bernoulli(randomKey(10), [0, 1, 0, 1]).toArray()).toEqual([false, true, false, true]);
    const columns = bernoulli(randomKey(11), [0.1, 0.9], [n, 2]).cast("f64").mean({ axis: 0 }).toArray();
    expect(columns).toEqual([expect.closeTo(0.1, 2), expect.closeTo(0.9, 2)]);
    const chances = tensor([[0, 1, 0.5]]);
    expect(
      vmap((p: Tensor, key: Tensor) => bernoulli(key, p))(chances, stack([randomKey(1)])).toArray(),
    ).toEqual([bernoulli(randomKey(1), [0, 1, 0.5]).toArray()]);
  });

  it("numbers between bounds keep the dtype that was asked for", () => {
    const options = { low: -1, high: 1, dtype: "f32" } as const;
    expect(uniform(randomKey(1), [2], options).dtype).toBe("f32");
    expect(uniform(randomKey(1), [2], { low: tensor(-1, { dtype: "f32" }), dtype: "f32" }).dtype).toBe("f32");
    expect(uniform(randomKey(1), [2], { low: -1 }).dtype).toBe("f64");
  });

  it("bounds have derivatives", () => {
    const key = randomKey(12);
    const mean = ([low, high]: [Tensor, Tensor]): Tensor => uniform(key, [100], { low, high }).mean();
    const [dLow, dHigh] = grad(mean)([2, 5]);
    expect(dLow.item() + dHigh.item()).toBeCloseTo(1, 14);
    expect(dHigh.item()).toBeCloseTo(uniform(key, [100]).mean().item(), 14);
  });

  it("fills any shape", () => {
    expect(uniform(randomKey(1), [2, 3]).shape).toEqual([2, 3]);
    expect(normal(randomKey(1), []).shape).toEqual([]);
  });
});
