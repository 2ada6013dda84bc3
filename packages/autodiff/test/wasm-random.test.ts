import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bernoulli,
  compile,
  foldIn,
  grad,
  normal,
  permutation,
  randomInteger,
  randomKey,
  splitKey,
  stack,
  uniform,
  type Tensor,
} from "../src/index.ts";
import { ops } from "../src/ops/table.ts";
import type { DType } from "../src/tensor/dtype.ts";
import { makeConstant } from "../src/tensor/tensor.ts";
import { runKernel, type KernelRun } from "./kernel-harness.ts";

const seeds = fc.maxSafeInteger();
const manySeeds = fc.array(seeds, { minLength: 1, maxLength: 4 });
const floats = fc.constantFrom<DType>("f64", "f32");
const sizes = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1100 }));

/** One key, or a batch of them. */
const keysOf = (all: readonly number[]): Tensor =>
  all.length === 1 ? randomKey(all[0] as number) : stack(all.map(randomKey));

function run(name: string, inputs: readonly Tensor[], attributes: unknown, fma = false): KernelRun {
  return runKernel(ops.get(name) as never, inputs, attributes as never, { fma });
}

function expectSame({ kernel, reference }: KernelRun): void {
  expect(Array.from(kernel)).toEqual(Array.from(reference));
}

describe("the kernels that draw random numbers", () => {
  it("draw the numbers of the reference from [0, 1), bit for bit", () => {
    fc.assert(
      fc.property(manySeeds, sizes, floats, (all, size, dtype) => {
        expectSame(run("uniform", [keysOf(all)], { shape: [size], dtype }));
      }),
      { numRuns: 50 },
    );
  });

  it("draw normal and exponential numbers to the last digits", () => {
    fc.assert(
      fc.property(manySeeds, sizes, floats, fc.boolean(), (all, size, dtype, fma) => {
        for (const name of ["normal", "exponential"]) {
          const { kernel, reference } = run(name, [keysOf(all)], { shape: [size], dtype }, fma);
          const accepted = dtype === "f64" ? 8 * 2 ** -52 : 2 ** -23;
          kernel.forEach((value, index) => {
            const expected = reference[index] as number;
            // The sine of an angle near a multiple of π is as wrong as the angle, relative to 1.
            if (Math.abs(value - expected) > accepted * Math.max(1, Math.abs(expected)))
              expect.fail(`${name} ${index}: ${value}, expected ${expected}`);
          });
        }
      }),
      { numRuns: 50 },
    );
  });

  it("draw the whole numbers of the reference", () => {
    const bounds = fc.oneof(
      fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 10, max: 40 })),
      fc.tuple(fc.integer(), fc.integer()).filter(([low, high]) => low < high),
      // Nearly half of all words are drawn again.
      fc.constantFrom<[number, number]>([-(2 ** 31), 2 ** 31], [-(2 ** 31), 7], [0, 2 ** 31 - 1]),
    );
    fc.assert(
      fc.property(manySeeds, fc.integer({ min: 1, max: 60 }), bounds, (all, size, [low, high]) => {
        const attributes = { shape: [size], dtype: "i32", low, high };
        expectSame(run("randomInteger", [keysOf(all)], attributes));
      }),
      { numRuns: 100 },
    );
  });

  it("shuffle, split and fold keys like the reference", () => {
    fc.assert(
      fc.property(manySeeds, fc.integer({ min: 1, max: 60 }), fc.integer(), (all, size, data) => {
        const keys = keysOf(all);
        expectSame(run("permutation", [keys], { shape: [size], dtype: "i32" }));
        expectSame(run("splitKey", [keys], { shape: [size, 2], dtype: "i32" }));
        const shape = keys.shape.slice(0, -1);
        const folded = makeConstant(
          shape,
          "i32",
          shape.length === 0 ? data : Int32Array.from(all, (_, index) => data ^ index),
        );
        expectSame(run("foldIn", [keys, folded], undefined));
      }),
      { numRuns: 50 },
    );
  });
});

describe("a compiled function that draws", () => {
  it("has no need of the interpreter, and draws what it draws interpreted", () => {
    const f = (key: Tensor): Tensor[] => {
      const [a, b] = [splitKey(key)[1] as Tensor, foldIn(key, 7)];
      return [uniform(a, [5]), randomInteger(b, 0, 9, [3]), permutation(a, 6), bernoulli(b, 0.3, [8])];
    };
    const compiled = compile(f);
    expect(compiled.describe(randomKey(1))).not.toContain("interpreted");
    for (const seed of [1, 2, 3]) {
      const [found, expected] = [compiled(randomKey(seed)), f(randomKey(seed))];
      expect(found.map(({ data }) => Array.from(data))).toEqual(expected.map(({ data }) => Array.from(data)));
    }
  });

  it("drops the same elements in both directions of a training step", () => {
    const loss = (w: Tensor, key: Tensor): Tensor => {
      const kept = bernoulli(key, 0.5, [100]);
      return kept
        .where(w.mul(2), 0)
        .add(normal(key, [100]).mul(0))
        .sum();
    };
    const gradient = compile((w: Tensor, key: Tensor) => grad((x: Tensor) => loss(x, key))(w));
    const w = uniform(randomKey(0), [100]);
    expect(gradient.describe(w, randomKey(3))).not.toContain("interpreted");
    const kept = bernoulli(randomKey(3), 0.5, [100]);
    expect(Array.from(gradient(w, randomKey(3)).data)).toEqual(Array.from(kept.data, (bit) => 2 * bit));
  });
});
