import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, tensor, type ReduceOptions, type Tensor } from "../src/index.ts";
import { supportsRelaxedMadd } from "../src/compile/wasm/features.ts";
import { compileWith } from "./compile-with.ts";

/*
 * Sums are off by no more than their tree of additions allows: k u Σ |xᵢ| for the k that is derived in
 * `compile/wasm/accumulators.ts`, against exact sums.
 */

/** A number times 2¹⁰⁷⁴, without rounding. */
function exact(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return x < 0 ? -magnitude : magnitude;
}

type Format = "f64" | "f32";
const digits: Readonly<Record<Format, bigint>> = { f64: 53n, f32: 24n };
/** Elements that a sum adds in the format of the data before they join a better one, and the few additions after them. */
const steps: Readonly<Record<Format, number>> = { f64: 32 + 20, f32: 8 + 4 };

type Reduce = (x: Tensor, options: ReduceOptions) => Tensor;

/** How a sum goes over memory, and what that adds to its bound, for so many steps of the outer axes. */
interface Kind {
  readonly shape: (count: number) => number[];
  readonly axis: number[];
  readonly added: (outer: number, format: Format) => number;
  /** The view of the data that is summed. */
  readonly view?: (x: Tensor) => Tensor;
}

const kinds: Readonly<Record<string, Kind>> = {
  everything: { shape: (n) => [n], axis: [0], added: () => 0 },
  "everything, a slice of it": {
    shape: (n) => [Math.ceil(n / 4), 4],
    axis: [0, 1],
    added: () => 0,
    view: (x) => x.slice([], [0, 3]),
  },
  "everything, transposed": {
    shape: (n) => [Math.ceil(n / 50), 50],
    axis: [0, 1],
    added: () => 0,
    view: (x) => x.slice([], [1, 48]).transpose(),
  },
  rows: { shape: (n) => [3, Math.ceil(n / 3)], axis: [1], added: () => 0 },
  "short rows": { shape: (n) => [Math.ceil(n / 37), 37], axis: [1], added: () => 0 },
  planes: {
    shape: (n) => [2, Math.ceil(n / 10), 5],
    axis: [1, 2],
    added: () => 0,
    view: (x) => x.slice([], [], [0, 4]),
  },
  columns: {
    shape: (n) => [Math.ceil(n / 7), 7],
    axis: [0],
    added: (r, format) => (format === "f64" ? r : 0),
  },
  middle: {
    shape: (n) => [2, Math.ceil(n / 6), 3],
    axis: [1],
    added: (r, format) => (format === "f64" ? r : 0),
  },
  "outer and inner, wide": {
    shape: (n) => [Math.ceil(n / 600), 2, 300],
    axis: [0, 2],
    added: () => 0,
  },
  "second and fourth, in groups": {
    shape: (n) => [20, Math.ceil(n / 400), 4, 5],
    axis: [1, 3],
    added: () => 0,
  },
  "first, third and fifth": {
    shape: (n) => [3, 2, Math.ceil(n / 36), 2, 3],
    axis: [0, 2, 4],
    added: () => 0,
  },
  "outer and inner": { shape: (n) => [Math.ceil(n / 60), 3, 20], axis: [0, 2], added: () => 0 },
};

/** Data on which additions lose as much as they can. */
const patterns: Readonly<Record<string, (i: number, seed: number) => number>> = {
  /** Equal numbers round the same way for long stretches. */
  equal: (_, seed) => 0.1 + seed * 2 ** -40,
  /** Large ones that cancel, and small ones between them. */
  cancelling: (i, seed) => [1e10 + seed, 3.7e-7 * (i + 1), -1e10 - seed, 1e3 / (i + 1)][i % 4] as number,
  growing: (i, seed) => (1 + i) ** 1.5 * 1.1 ** (seed % 5),
  falling: (i, seed) => (1 + (seed % 7)) / (1 + i),
  irregular: (i, seed) => Math.sin(1.7 * i * i + i + seed) * 2 ** ((i * 7 + seed) % 31),
  tiny: (i, seed) => (seed + i) * 2 ** -1070,
};

/** Whether every result is within the bound, as what is left over of it: at most 1. */
function used(
  x: Tensor,
  factors: Tensor | undefined,
  result: Tensor,
  axis: readonly number[],
  k: number,
  format: Format,
): number {
  const { shape, data } = x;
  const kept = shape.map((extent, a) => (axis.includes(a) ? 1 : extent));
  const count = kept.reduce((product, extent) => product * extent, 1);
  const sums = new Array<bigint>(count).fill(0n);
  const sizes = new Array<bigint>(count).fill(0n);
  const other = factors?.data;
  data.forEach((value, index) => {
    let [rest, place, stride] = [index, 0, 1];
    for (let a = shape.length - 1; a >= 0; a--) {
      const extent = shape[a] as number;
      if (!axis.includes(a)) {
        place += (rest % extent) * stride;
        stride *= extent;
      }
      rest = Math.floor(rest / extent);
    }
    const term = other === undefined ? exact(value) : (exact(value) * exact(other[index] as number)) >> 1074n;
    sums[place] = (sums[place] as bigint) + term;
    sizes[place] = (sizes[place] as bigint) + (term < 0n ? -term : term);
  });
  let worst = 0;
  result.data.forEach((value, place) => {
    const difference = exact(value) - (sums[place] as bigint);
    const error = (difference < 0n ? -difference : difference) << digits[format];
    const size = sizes[place] as bigint;
    // Half a unit of the smallest number there is comes for nothing.
    const bound = BigInt(k) * size + ((format === "f32" ? 1n << 925n : 1n) << digits[format]);
    worst = Math.max(worst, Number((error * 1000n) / bound) / 1000);
  });
  return worst;
}

const counts = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 30_000 }));

describe.each(["f64", "f32"] as const)(
  "compiled sums in %s are off by no more than they may, over",
  (format) => {
    const sum: Reduce = (x, options) => x.sum(options);

    it.each(Object.entries(kinds))("%s", (_, { shape, axis, added, view = (x) => x }) => {
      fc.assert(
        fc.property(
          counts,
          fc.constantFrom(...Object.keys(patterns)),
          fc.nat({ max: 99 }),
          (count, pattern, seed) => {
            const extents = shape(count);
            const size = extents.reduce((product, extent) => product * extent, 1);
            const at = patterns[pattern] as (i: number, seed: number) => number;
            const numbers = Float64Array.from({ length: size }, (__, i) => at(i, seed));
            const x = tensor(format === "f64" ? numbers : Float32Array.from(numbers)).reshape(extents);
            const seen = view(x);
            const outer = axis.includes(0) ? (seen.shape[0] as number) : (seen.shape[1] ?? 0);
            const k = steps[format] + added(outer, format);
            const total = compile((z: Tensor) => sum(view(z), { axis }))(x);
            expect(used(seen, undefined, total, axis, k, format), "of the bound").toBeLessThanOrEqual(1);
            if (pattern === "tiny") return;
            // A product may be rounded before it is added.
            const product = (z: Tensor): Tensor => sum(view(z).mul(view(z)), { axis });
            for (const fma of supportsRelaxedMadd() ? [true, false] : [false]) {
              const squares = compileWith(product, { fma })(x);
              expect(used(seen, seen, squares, axis, k + 1, format), "of the bound").toBeLessThanOrEqual(1);
            }
          },
        ),
        { numRuns: 12 },
      );
    });
  },
);

describe("the error of a compiled sum does not grow with the number of elements", () => {
  const count = 1_000_000;
  const equal = tensor(new Float64Array(count).fill(0.1));
  const whole = exact(0.1) * BigInt(count);
  const unitsOff = (value: number, parts = 1): number => {
    const difference = exact(value) * BigInt(parts) - whole;
    return Math.abs(Number((difference * 10n ** 18n) / whole) / 10 ** 18 / 2 ** -53);
  };
  it.each<[string, (x: Tensor) => Tensor]>([
    ["all of them", (x) => x.sum()],
    ["a row", (x) => x.reshape([1, count]).sum({ axis: 1 }).reshape([])],
    ["pairs", (x) => stackOfTwo(x).sum()],
    ["many sums side by side", (x) => x.sum().add(x.mul(0).sum()).add(x.abs().sum()).mul(0.5)],
  ])("%s", (_, f) => {
    expect(unitsOff(compile(f)(equal).item())).toBeLessThanOrEqual(52);
  });

  /** The same numbers where a loop must step over others. */
  function stackOfTwo(x: Tensor): Tensor {
    return x
      .reshape([count / 2, 2])
      .transpose()
      .reshape([2, count / 2]);
  }
});
