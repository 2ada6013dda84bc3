import { DTypeError, normal, randomKey, ShapeError, splitKey, tensor, uniform } from "@steepest/autodiff";
import { describe, expect, it } from "vitest";
import { threefry } from "../src/ops/random.ts";

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

  it("refuse what is no seed, no key, no count", () => {
    expect(() => randomKey(0.5)).toThrow(DTypeError);
    expect(() => uniform(tensor([1, 2]), [1])).toThrow(DTypeError);
    expect(() => uniform(randomKey(1), [2], "i32")).toThrow(DTypeError);
    expect(() => splitKey(randomKey(1), 0)).toThrow(ShapeError);
  });
});

describe("distributions", () => {
  const n = 100_000;

  it.each(["f64", "f32"] as const)("uniform %s fills [0, 1) evenly", (dtype) => {
    const x = uniform(randomKey(3), [n], dtype);
    const values = [...x.data];
    expect(x.dtype).toBe(dtype);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const counts = new Array<number>(10).fill(0);
    for (const value of values) counts[Math.floor(value * 10)]!++;
    // χ² with 9 degrees of freedom exceeds 27.88 once in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0)).toBeLessThan(27.88);
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

  it("fills any shape", () => {
    expect(uniform(randomKey(1), [2, 3]).shape).toEqual([2, 3]);
    expect(normal(randomKey(1), []).shape).toEqual([]);
  });
});
