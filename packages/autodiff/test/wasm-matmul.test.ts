import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModuleBuilder } from "../src/compile/wasm/encoder.ts";
import { webAssembly, type WebAssemblyEngine } from "../src/compile/wasm/features.ts";
import { matmulKernel } from "../src/compile/wasm/matmul.ts";

type Format = "f64" | "f32";

interface Factor {
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
}

interface Product {
  readonly format: Format;
  readonly fma: boolean;
  readonly a: Factor;
  readonly b: Factor;
}

const canary = 1234.5;
const canaries = 16;

const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** All indices of a shape, the last one running fastest. */
function* indices(shape: readonly number[]): Generator<readonly number[]> {
  const [extent, ...others] = shape;
  if (extent === undefined) yield [];
  else for (let i = 0; i < extent; i++) for (const rest of indices(others)) yield [i, ...rest];
}

const dot = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum + i * (strides[axis] as number), 0);

/** First and number of elements from the lowest to the highest address of a factor. */
function extentOf({ shape, strides }: Factor): { lowest: number; count: number } {
  if (size(shape) === 0) return { lowest: 0, count: 0 };
  const reach = (sign: number): number =>
    shape.reduce(
      (sum, extent, axis) => sum + Math.max(0, sign * (strides[axis] as number)) * (extent - 1),
      0,
    );
  return { lowest: -reach(-1), count: reach(1) + reach(-1) + 1 };
}

/** A product in a memory of its own, with canaries around the result. */
function prepare({ format, fma, a, b }: Product) {
  const engine = webAssembly() as WebAssemblyEngine;
  const NumberArray = format === "f64" ? Float64Array : Float32Array;
  const bytes = NumberArray.BYTES_PER_ELEMENT;
  const shape = [...a.shape.slice(0, -1), b.shape.at(-1) as number];
  const strides = shape.map((_, axis) => size(shape.slice(axis + 1)));
  let end = 1024;
  const reserve = (count: number): number => {
    const address = end;
    end = 16 * Math.ceil((end + count * bytes + 64) / 16);
    return address;
  };
  const [extentA, extentB] = [extentOf(a), extentOf(b)];
  const [startA, startB] = [reserve(extentA.count), reserve(extentB.count)];
  const startC = reserve(size(shape) + 2 * canaries) + canaries * bytes;
  const module = new ModuleBuilder();
  module.importMemory("env", "memory", { minimum: 1, maximum: 1000 });
  const { units, scratchBytes, work } = matmulKernel(
    { module, fma, format, refusal: 0 },
    { ...a, dtype: format, format, address: startA - extentA.lowest * bytes },
    { ...b, dtype: format, format, address: startB - extentB.lowest * bytes },
    { shape, strides, dtype: format, format, address: startC },
  );
  module.export("work", work);
  const scratch = reserve(scratchBytes / bytes + canaries);
  const memory = new engine.Memory({ initial: Math.ceil((end + 64) / 65536), maximum: 1000 });
  const instance = new engine.Instance(new engine.Module(module.toBytes()), { env: { memory } });
  const run = instance.exports["work"] as (from: number, to: number, scratch: number) => void;
  const view = (address: number, count: number) => new NumberArray(memory.buffer, address, count);
  const [elementsA, elementsB] = [view(startA, extentA.count), view(startB, extentB.count)];
  const around = view(startC - canaries * bytes, size(shape) + 2 * canaries);
  const afterScratch = view(scratch + 8 * Math.ceil(scratchBytes / 8), canaries);
  return {
    shape,
    units,
    a: elementsA,
    b: elementsB,
    /** Does units number cuts[i] … cuts[i + 1] − 1 in calls of their own, in the order of the cuts. */
    run(cuts: readonly (readonly [number, number])[] = [[0, units]]) {
      around.fill(canary);
      afterScratch.fill(canary);
      // Whatever another product left there.
      view(scratch, Math.floor(scratchBytes / bytes)).fill(NaN);
      for (const [from, to] of cuts) run(from, to, scratch);
      const outside = [...around.slice(0, canaries), ...around.slice(-canaries), ...afterScratch];
      expect(outside.every((value) => value === canary)).toBe(true);
      return around.slice(canaries, -canaries);
    },
    /** Sums of products and of their absolute values, in f64, one term after another. */
    reference() {
      const m = shape.length - 2;
      const k = a.shape.at(-1) as number;
      return [...indices(shape)].map((index) => {
        const batch = index.slice(0, m);
        const [row, column] = index.slice(m) as [number, number];
        let [sum, magnitude] = [0, 0];
        for (let p = 0; p < k; p++) {
          const x = elementsA[dot([...batch, row, p], a.strides) - extentA.lowest] as number;
          const y = elementsB[dot([...batch, p, column], b.strides) - extentB.lowest] as number;
          sum += x * y;
          magnitude += Math.abs(x * y);
        }
        return { sum, magnitude };
      });
    },
  };
}

/** Deterministic numbers in (−1, 1). */
function fill(values: Float64Array | Float32Array, seed: number): void {
  let state = seed + 1;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = state / 2 ** 31;
  }
}

/** The bound that matmulKernel states, with the error of the reference. */
function expectAccurate(
  product: Product,
  prepared: ReturnType<typeof prepare>,
  result: ArrayLike<number>,
): void {
  const k = product.a.shape.at(-1) as number;
  const unit = product.format === "f64" ? 2 ** -53 : 2 ** -24;
  const terms = Math.min(k, 256) + Math.ceil(k / 256) + 4;
  prepared.reference().forEach(({ sum, magnitude }, i) => {
    const bound = 1.01 * (terms * unit + k * 2 ** -53) * magnitude;
    expect(Math.abs((result[i] as number) - sum), `element ${i}`).toBeLessThanOrEqual(bound);
  });
}

const layouts = [
  "row-major",
  "column-major",
  "padded rows",
  "padded columns",
  "one row",
  "one column",
  "one number",
  "every second",
  "reversed",
] as const;
type Layout = (typeof layouts)[number];

/** A matrix, or a batch of them, of which all share one where `shares` says so. */
function factor(
  batch: readonly number[],
  rows: number,
  columns: number,
  layout: Layout,
  shares: readonly boolean[],
): Factor {
  const matrix: Readonly<Record<Layout, readonly [number, number]>> = {
    "row-major": [columns, 1],
    "column-major": [1, rows],
    "padded rows": [columns + 3, 1],
    "padded columns": [1, rows + 5],
    "one row": [0, 1],
    "one column": [1, 0],
    "one number": [0, 0],
    "every second": [2 * columns + 1, 2],
    reversed: [-columns, -1],
  };
  const strides = matrix[layout];
  const one = extentOf({ shape: [rows, columns], strides }).count;
  let next = Math.max(1, one);
  const batchStrides = batch.map(() => 0);
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    if (shares[axis] === true) continue;
    batchStrides[axis] = next;
    next *= batch[axis] as number;
  }
  return { shape: [...batch, rows, columns], strides: [...batchStrides, ...strides] };
}

const extents = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 9 }) },
  { weight: 2, arbitrary: fc.integer({ min: 10, max: 40 }) },
);
const lengths = fc.oneof(
  { weight: 4, arbitrary: extents },
  { weight: 1, arbitrary: fc.integer({ min: 250, max: 1100 }) },
);
const flags = fc.array(fc.boolean(), { minLength: 2, maxLength: 2 });

const products: fc.Arbitrary<Product> = fc
  .record({
    format: fc.constantFrom<Format>("f64", "f32"),
    fma: fc.boolean(),
    batch: fc.oneof(
      { weight: 3, arbitrary: fc.constant<number[]>([]) },
      { weight: 2, arbitrary: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 2 }) },
    ),
    m: extents,
    k: lengths,
    n: extents,
    layoutA: fc.constantFrom(...layouts),
    layoutB: fc.constantFrom(...layouts),
    sharesA: flags,
    sharesB: flags,
  })
  .map(({ format, fma, batch, m, k, n, layoutA, layoutB, sharesA, sharesB }) => ({
    format,
    fma,
    a: factor(batch, m, k, layoutA, sharesA),
    b: factor(batch, k, n, layoutB, sharesB),
  }));

const matrices = (
  format: Format,
  m: number,
  k: number,
  n: number,
  a: Layout,
  b: Layout,
  fma = true,
): Product => ({
  format,
  fma,
  a: factor([], m, k, a, []),
  b: factor([], k, n, b, []),
});

const formats: readonly Format[] = ["f64", "f32"];

describe("matrix products", () => {
  it("are the sums of products, within the stated bound, for all shapes and strides", () => {
    fc.assert(
      fc.property(products, fc.nat(), (product, seed) => {
        const prepared = prepare(product);
        fill(prepared.a, seed);
        fill(prepared.b, seed + 77);
        expectAccurate(product, prepared, prepared.run());
      }),
      { numRuns: 200 },
    );
  });

  it("do not depend on how the units are split into calls", () => {
    fc.assert(
      fc.property(
        products,
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.boolean(),
        (product, numbers, backwards) => {
          const prepared = prepare(product);
          fill(prepared.a, 1);
          fill(prepared.b, 2);
          const { units } = prepared;
          const cuts = [0, units, ...numbers.map((number) => number % (units + 1))].sort((x, y) => x - y);
          const calls = cuts.slice(1).map((to, i) => [cuts[i] as number, to] as const);
          if (backwards) calls.reverse();
          const whole = prepared.run();
          expect(prepared.run(calls)).toEqual(whole);
          expect(prepared.run(Array.from({ length: units }, (_, unit) => [unit, unit + 1] as const))).toEqual(
            whole,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(formats)("multiply every pair of layouts (%s)", (format) => {
    for (const a of layouts)
      for (const b of layouts)
        for (const [m, k, n] of [
          [13, 11, 19],
          [1, 37, 21],
          [21, 37, 1],
          [2, 5, 3],
          [1, 9, 1],
        ] as const) {
          const product = matrices(format, m, k, n, a, b);
          const prepared = prepare(product);
          fill(prepared.a, m);
          fill(prepared.b, n);
          expectAccurate(product, prepared, prepared.run());
        }
  });

  it.each(formats)(
    "multiply factors whose terms are far apart, or too many rows for the cache (%s)",
    (format) => {
      const far = 2000;
      for (const [m, k, n, stridesA, stridesB] of [
        [50, 40, 70, [1, far], [far, 1]],
        [50, 40, 70, [40, 1], [1, far]],
        [50, 40, 70, [1, -far], [-far, 1]],
        [1, 100, 150, [1, 1], [far, 1]],
        [150, 100, 1, [1, far], [1, 1]],
        [1, 5000, 99, [1, 1], [99, 1]],
        [300, 256, 9, [256, 1], [9, 1]],
        [300, 256, 9, [1, 300], [1, 256]],
      ] as const) {
        const product = {
          format,
          fma: true,
          a: { shape: [m, k], strides: stridesA },
          b: { shape: [k, n], strides: stridesB },
        };
        const prepared = prepare(product);
        fill(prepared.a, 3);
        fill(prepared.b, 4);
        const result = prepared.run();
        const cut = Math.floor(prepared.units / 3);
        expectAccurate(product, prepared, result);
        expect(
          prepared.run([
            [cut, prepared.units],
            [0, cut],
          ]),
        ).toEqual(result);
      }
    },
  );

  it.each(formats)("are exact for small integers, with and without fused multiplication (%s)", (format) => {
    for (const fma of [true, false])
      for (const [m, k, n] of [
        [17, 600, 10],
        [1, 3000, 1],
        [1, 500, 50],
        [50, 500, 1],
        [3, 3, 3],
      ] as const) {
        const prepared = prepare(matrices(format, m, k, n, "row-major", "row-major", fma));
        prepared.a.forEach((_, i) => (prepared.a[i] = (i % 7) - 3));
        prepared.b.forEach((_, i) => (prepared.b[i] = (i % 5) - 2));
        expect([...prepared.run()]).toEqual(prepared.reference().map(({ sum }) => sum));
      }
  });

  it.each(formats)(
    "have an error that does not grow with the number of terms as a plain sum's does (%s)",
    (format) => {
      const k = 100_000;
      const unit = format === "f64" ? 2 ** -53 : 2 ** -24;
      for (const [m, n] of [
        [1, 1],
        [1, 8],
        [7, 8],
      ] as const) {
        const prepared = prepare(matrices(format, m, k, n, "row-major", "row-major"));
        // One third, rounded, times 1: every partial sum is rounded in the same direction for a while.
        prepared.a.fill(1 / 3);
        prepared.b.fill(1);
        const third = format === "f64" ? 1 / 3 : Math.fround(1 / 3);
        for (const value of prepared.run())
          expect(Math.abs(value / (k * third) - 1)).toBeLessThanOrEqual((256 + k / 256 + 4) * unit);
      }
    },
  );

  it("are zero where there are no terms", () => {
    for (const format of formats)
      for (const [m, n] of [
        [3, 5],
        [1, 9],
        [20, 1],
        [20, 20],
        [1, 1],
      ] as const) {
        const result = prepare(matrices(format, m, 0, n, "row-major", "column-major")).run();
        expect(result.length).toBe(m * n);
        expect(result.every((value) => Object.is(value, 0))).toBe(true);
      }
  });

  it.each(formats)("propagate infinities and NaN, and nothing between rows or columns (%s)", (format) => {
    for (const [m, k, n] of [
      [9, 7, 11],
      [1, 7, 11],
      [11, 7, 1],
      [2, 300, 2],
      [1, 50, 1],
    ] as const)
      for (const layout of ["row-major", "column-major"] as const) {
        const prepared = prepare(matrices(format, m, k, n, layout, layout));
        const { a, b } = prepared;
        for (const special of [NaN, Infinity, -Infinity])
          for (const other of [0, 1]) {
            a.fill(1);
            b.fill(other);
            a[a.length - 1] = special;
            // ∞·0 is NaN, ∞·1 + … is ∞.
            const result = [...prepared.run()];
            expect(result).toEqual(prepared.reference().map(({ sum }) => sum));
            expect(result.some((value) => !Number.isFinite(value))).toBe(true);
            a.fill(other);
            b.fill(1);
            b[0] = special;
            expect([...prepared.run()]).toEqual(prepared.reference().map(({ sum }) => sum));
          }
      }
  });

  it("keep signs of zero as sums that begin with 0 do", () => {
    for (const format of formats)
      for (const [m, k, n] of [
        [1, 1, 1],
        [5, 3, 5],
        [1, 9, 1],
      ] as const) {
        const prepared = prepare(matrices(format, m, k, n, "row-major", "row-major"));
        prepared.a.fill(-0);
        prepared.b.fill(1);
        expect(prepared.run().every((value) => Object.is(value, 0))).toBe(true);
      }
  });

  it("repeat a broadcast factor for every matrix of a batch", () => {
    const batch = [3, 2];
    for (const format of formats)
      for (const [shares, m, n] of [
        [[true, true], 4, 5],
        [[false, true], 4, 5],
        [[true, false], 1, 5],
        [[true, true], 3, 1],
        [[true, true], 1, 1],
      ] as const)
        for (const second of [shares, [false, false], [true, true]] as const) {
          const product = {
            format,
            fma: true,
            a: factor(batch, m, 6, "row-major", second),
            b: factor(batch, 6, n, "row-major", shares),
          };
          const prepared = prepare(product);
          fill(prepared.a, 5);
          fill(prepared.b, 6);
          expectAccurate(product, prepared, prepared.run());
        }
  });
});
