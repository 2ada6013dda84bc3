import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cholesky,
  compile,
  determinant,
  inverse,
  norm,
  solve,
  tensor,
  triangularSolve,
  type Tensor,
} from "../src/index.ts";
import { LinearAlgebraError } from "../src/errors.ts";
import { ops } from "../src/ops/table.ts";
import { allocate } from "../src/tensor/dtype.ts";
import { sizeOf, type Shape } from "../src/tensor/shape.ts";
import { makeConstant } from "../src/tensor/tensor.ts";
import { kernelRefuses, runKernel, type KernelRun } from "./kernel-harness.ts";

type Float = "f64" | "f32";

/** Numbers between −1 and 1, on the diagonal of the last two axes moved by so much. */
function filled(shape: Shape, dtype: Float, seed: number, onDiagonal = 0): Tensor {
  const data = allocate(dtype, sizeOf(shape));
  const [rows = 1, columns = 1] = shape.slice(-2);
  let state = seed * 2654435761 + 1;
  for (let index = 0; index < data.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const [row, column] = [Math.floor(index / columns) % rows, index % columns];
    data[index] = (state >> 8) / 2 ** 23 + (row === column ? onDiagonal : 0);
  }
  return makeConstant(shape, dtype, data);
}

function run(name: string, inputs: readonly Tensor[], attributes: unknown): KernelRun {
  return runKernel(ops.get(name) as never, inputs, attributes as never);
}

function refuses(name: string, inputs: readonly Tensor[], attributes: unknown): boolean {
  return kernelRefuses(ops.get(name) as never, inputs, attributes as never);
}

function expectSame({ kernel, reference }: KernelRun): void {
  expect(Array.from(kernel)).toEqual(Array.from(reference));
}

const floats = fc.constantFrom<Float>("f64", "f32");
const systems = fc.record({
  leading: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
  n: fc.integer({ min: 1, max: 12 }),
  columns: fc.integer({ min: 1, max: 7 }),
  left: floats,
  right: floats,
  seed: fc.nat(1000),
});

describe("the kernels of linear systems", () => {
  it("solve them with the operations of the reference, bit for bit", () => {
    fc.assert(
      fc.property(systems, ({ leading, n, columns, left, right, seed }) => {
        const b = filled([...leading, n, columns], right, seed + 1);
        const a = filled([...leading, n, n], left, seed);
        const dominant = filled([...leading, n, n], left, seed, n);
        expectSame(run("solve", [a, b], "solve"));
        expectSame(run("solveLower", [dominant, b], "solveLower"));
        expectSame(run("solveUpper", [dominant, b], "solveUpper"));
        const symmetric = dominant.add(
          dominant.transpose([...leading.keys(), leading.length + 1, leading.length]),
        );
        expectSame(run("cholesky", [symmetric], undefined));
      }),
      { numRuns: 100 },
    );
  });

  it("find determinants, with the reference's pivots", () => {
    fc.assert(
      fc.property(systems, floats, ({ leading, n, left, seed }, scale) => {
        const size = scale === "f64" ? 1 : 1e-9;
        const random = filled([...leading, n, n], left, seed);
        const a = makeConstant(
          random.shape,
          left,
          random.data.map((value) => value * size),
        );
        const accepted = left === "f64" ? 2 ** -51 : 2 ** -23;
        const { kernel, reference } = run("determinant", [a], undefined);
        kernel.forEach((value, index) => {
          const expected = reference[index] as number;
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(accepted * Math.abs(expected));
        });
        const logs = run("logDeterminant", [a], undefined);
        logs.kernel.forEach((value, index) => {
          const expected = logs.reference[index] as number;
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(accepted * Math.abs(expected));
        });
      }),
      { numRuns: 100 },
    );
  });

  it("leave determinants that are exact, none, or out of range to the interpreter", () => {
    const pair = (a: number, b: number): Tensor =>
      tensor([
        [a, 0],
        [0, b],
      ]);
    for (const name of ["determinant", "logDeterminant"]) {
      for (const a of [
        pair(3, 5),
        pair(0.5, 0),
        pair(0.5, NaN),
        pair(1.5e200, 1e200),
        pair(1.5e-200, 1e-200),
      ])
        expect(refuses(name, [a], undefined)).toBe(true);
      expect(refuses(name, [pair(0.5, 3)], undefined)).toBe(false);
    }
    const f = compile((a: Tensor) => determinant(a));
    for (const [a, b] of [
      [3, 5],
      [0.5, 0],
      [1.5e-200, 1e-100],
    ] as const)
      expect(f(pair(a, b)).item()).toBe(determinant(pair(a, b)).item());
  });

  it("refuse what the reference throws at", () => {
    const b = tensor([[1], [2]]);
    const ones = tensor([
      [1, 1],
      [1, 1],
    ]);
    const singular = tensor([
      [0.1, 0.3],
      [0.2, 0.6],
    ]);
    const undefinedNumber = tensor([
      [1, NaN],
      [0, 1],
    ]);
    const upper = tensor([
      [1, 5],
      [0, 0],
    ]);
    for (const a of [ones, singular, undefinedNumber, upper]) {
      expect(() => solve(a, b)).toThrow(LinearAlgebraError);
      expect(refuses("solve", [a, b], "solve")).toBe(true);
    }
    expect(refuses("solveUpper", [upper, b], "")).toBe(true);
    expect(refuses("solveLower", [ones, b], "")).toBe(false);
    for (const a of [upper, undefinedNumber, ones]) expect(refuses("cholesky", [a], undefined)).toBe(true);
  });

  it("throw the same error from a compiled function, which works again afterwards", () => {
    const message = (f: () => unknown): string => {
      try {
        f();
      } catch (error) {
        expect(error).toBeInstanceOf(LinearAlgebraError);
        return (error as Error).message;
      }
      return "";
    };
    const functions: ((a: Tensor, b: Tensor) => Tensor)[] = [
      (a, b) => solve(a.mul(2), b),
      (a, b) => triangularSolve(a.mul(2), b),
      (a, b) => cholesky(a.mul(2)).mul(b),
      (a, b) => inverse(a.mul(2)).mul(b),
    ];
    const [good, b] = [
      tensor([
        [
          [2, 1],
          [1, 3],
        ],
        [
          [1, 0],
          [0, 4],
        ],
      ]),
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ];
    const bad = tensor([
      [
        [2, 1],
        [1, 3],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
    for (const f of functions) {
      const compiled = compile(f);
      expect(compiled.describe(good, b)).not.toContain("interpreted");
      expect(message(() => f(bad, b))).toContain("matrix [1] of the batch");
      expect(message(() => compiled(bad, b))).toBe(message(() => f(bad, b)));
      // Products of matrices may be rounded in another order.
      expect(compiled(good, b).sub(f(good, b)).abs().max().item()).toBeLessThan(1e-15);
    }
  });
});

describe("the kernel of Euclidean lengths", () => {
  it("is exact to a few roundings, at every size of numbers", () => {
    const scales = fc.constantFrom(1, 1e-160, 1e200, 2 ** -1060, 1e307, 0);
    const lengths = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3000 }));
    fc.assert(
      fc.property(
        lengths,
        fc.integer({ min: 1, max: 3 }),
        floats,
        scales,
        fc.nat(1000),
        (n, rows, dtype, scale, seed) => {
          const x = filled([rows, n], dtype, seed);
          const data = x.data.map((value) => value * scale);
          const { kernel, reference } = run("norm", [makeConstant([rows, n], dtype, data)], 2);
          kernel.forEach((value, row) => {
            const expected = reference[row] as number;
            if (Object.is(value, expected)) return;
            expect(Math.abs(value - expected)).toBeLessThanOrEqual(
              (dtype === "f64" ? 2 ** -49 : 2 ** -23) * expected,
            );
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is NaN or infinite where an element is", () => {
    const x = tensor([
      [1, NaN, 3],
      [-Infinity, 2, 3],
      [NaN, Infinity, 0],
    ]);
    expect(Array.from(run("norm", [x], 2).kernel)).toEqual([NaN, Infinity, NaN]);
    expect(compile((y: Tensor) => norm(y)).describe(x)).not.toContain("interpreted");
  });
});
