import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  argmax,
  argsort,
  cast,
  compile,
  cumsum,
  grad,
  greater,
  oneHot,
  scatterAdd,
  ShapeError,
  sort,
  stack,
  take,
  takeAlongAxis,
  tensor,
  vmap,
  where,
  type Tensor,
} from "../src/index.ts";
import { ops } from "../src/ops/table.ts";
import { scatterOp, takeOp } from "../src/ops/take.ts";
import { makeConstant } from "../src/tensor/tensor.ts";
import { allocate, type DType } from "../src/tensor/dtype.ts";
import { sizeOf, type Shape } from "../src/tensor/shape.ts";
import { kernelRefuses, runKernel } from "./kernel-harness.ts";

/** Numbers of all sizes, some of them equal; a few that are special, where wanted. */
function filled(shape: Shape, dtype: DType, seed: number, special: readonly number[] = []): Tensor {
  let state = seed * 2654435761 + 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  const data = allocate(dtype, sizeOf(shape));
  for (let index = 0; index < data.length; index++) {
    const exotic = special[Math.floor(next() * special.length * 8)];
    if (dtype === "i32") data[index] = Math.floor((next() - 0.5) * 2 ** (next() < 0.5 ? 3 : 32));
    else if (dtype === "bool") data[index] = Number(next() < 0.5);
    else data[index] = exotic ?? (next() - 0.5) * 10 ** Math.floor(6 * next());
  }
  return makeConstant(shape, dtype, data);
}

const dtypes = fc.constantFrom<DType>("f64", "f32", "i32", "bool");
const small = fc.integer({ min: 1, max: 5 });

function indicesInto(shape: Shape, extent: number, seed: number): Tensor {
  const { data } = filled(shape, "f64", seed);
  return makeConstant(
    shape,
    "i32",
    Int32Array.from(data, (x) => (Math.floor(Math.abs(x) * 1e3) % (2 * extent)) - extent),
  );
}

describe("the kernels that take rows and add them up", () => {
  it("are the reference kernels, bit for bit", () => {
    const geometry = fc.record({
      examples: small,
      outer: small,
      extent: fc.integer({ min: 1, max: 12 }),
      choices: fc.integer({ min: 1, max: 12 }),
      inner: fc.oneof(small, fc.integer({ min: 1, max: 70 })),
      dtype: dtypes,
      format: fc.constantFrom("f64" as const, "f32" as const),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(geometry, ({ examples, outer, extent, choices, inner, dtype, format, seed }) => {
        const indices = indicesInto([examples, choices], extent, seed);
        const x = filled([examples, outer, extent, inner], dtype, seed);
        const taken = runKernel(takeOp, [x, indices], { operation: "take" }, { format });
        expect(Array.from(taken.kernel)).toEqual(Array.from(taken.reference));
        if (dtype === "bool") return;
        const updates = filled([examples, outer, choices, inner], dtype, seed);
        const sums = runKernel(scatterOp, [updates, indices], { operation: "scatterAdd", extent });
        expect(Array.from(sums.kernel)).toEqual(Array.from(sums.reference));
      }),
      { numRuns: 100 },
    );
  });

  it("divide a large table into blocks", () => {
    for (const dtype of ["f64", "f32"] as const) {
      const updates = filled([1, 1, 500, 33], dtype, 3);
      const indices = indicesInto([1, 500], 3000, 4);
      const { kernel, reference } = runKernel(scatterOp, [updates, indices], { operation: "", extent: 3000 });
      expect(Array.from(kernel)).toEqual(Array.from(reference));
    }
  });

  it("leave an index that is out of range to the interpreter", () => {
    const x = tensor([1, 2, 3]).reshape([1, 1, 3, 1]);
    for (const index of [3, -4, 2 ** 31 - 1, -(2 ** 31)]) {
      const indices = makeConstant([1, 2], "i32", Int32Array.of(0, index));
      expect(kernelRefuses(takeOp, [x, indices], { operation: "take" })).toBe(true);
      const updates = x.slice([], [], [0, 2]);
      expect(kernelRefuses(scatterOp, [updates, indices], { operation: "take", extent: 3 })).toBe(true);
    }
    const indices = makeConstant([1, 2], "i32", Int32Array.of(2, -3));
    expect(kernelRefuses(takeOp, [x, indices], { operation: "take" })).toBe(false);
  });
});

describe("a compiled function with an index out of range", () => {
  const message = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      expect(error).toBeInstanceOf(ShapeError);
      return (error as Error).message;
    }
    return "";
  };
  const indices = (...all: number[]): Tensor => makeConstant([all.length], "i32", Int32Array.from(all));

  it.each<[string, (x: Tensor, at: Tensor) => Tensor]>([
    ["take", (x, at) => take(x.mul(2), at).exp()],
    ["takeAlongAxis", (x, at) => takeAlongAxis(x, at)],
    ["scatterAdd", (x, at) => scatterAdd(x, at, 1)],
    ["oneHot", (x, at) => oneHot(at, 3).mul(x)],
  ])("throws what %s throws, and works again afterwards", (_, f) => {
    const compiled = compile(f);
    const x = tensor([1, 2, 3]);
    for (const at of [indices(0, 1, 3), indices(-4, 1, 2)]) {
      expect(message(() => compiled(x, at))).toBe(message(() => f(x, at)));
      expect(message(() => compiled(x, at))).not.toBe("");
      expect(compiled(x, indices(2, 0, -1)).data).toEqual(f(x, indices(2, 0, -1)).data);
    }
  });
});

describe("the kernels that go along lines", () => {
  const geometry = fc.record({
    shape: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
    at: fc.nat(2),
    dtype: dtypes,
    seed: fc.nat(1000),
    reverse: fc.boolean(),
    format: fc.constantFrom("f64" as const, "f32" as const),
  });
  const special = [NaN, Infinity, -Infinity, 0, -0, 1, 1e308, -1e308];

  it("are the reference kernels, bit for bit", () => {
    fc.assert(
      fc.property(geometry, ({ shape, at, dtype, seed, reverse, format }) => {
        const axis = at % shape.length;
        const x = filled(shape, dtype, seed, special);
        for (const name of ["cumsum", "argmax", "argmin", "argsort"]) {
          if (name === "cumsum" && dtype === "bool") continue;
          const attributes = name === "cumsum" ? { axis, reverse } : axis;
          const { kernel, reference } = runKernel(ops.get(name) as never, [x], attributes as never, {
            format,
          });
          expect(Array.from(kernel)).toEqual(Array.from(reference));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("sort long lines, equals in their order", () => {
    const x = filled([3, 1000], "i32", 5);
    const few = makeConstant(
      [3, 1000],
      "f64",
      Float64Array.from(x.data, (value) => value % 7),
    );
    for (const each of [x, few]) {
      const { kernel, reference } = runKernel(ops.get("argsort") as never, [each], 1 as never);
      expect(Array.from(kernel)).toEqual(Array.from(reference));
    }
  });

  it("keep running sums as exact as their last rounding", () => {
    const f = compile((x: Tensor) => cumsum(x));
    expect(Array.from(f(tensor([1, 1e100, 1, -1e100])).data)).toEqual([1, 1e100, 1e100, 2]);
    expect(Array.from(f(makeConstant([3], "i32", Int32Array.of(2 ** 31 - 1, 1, 1))).data)).toEqual([
      2 ** 31 - 1,
      -(2 ** 31),
      1 - 2 ** 31,
    ]);
  });

  it("need no interpreter in a compiled function", () => {
    const f = compile((x: Tensor) => [sort(x), argsort(x), argmax(x), cumsum(x)]);
    const x = tensor([3, 1, 2]);
    expect(f.describe(x)).not.toContain("interpreted");
    expect(f(x).map(({ data }) => Array.from(data))).toEqual([[1, 2, 3], [1, 2, 0], [0], [3, 4, 6]]);
  });
});

describe("compiled functions that take and scatter", () => {
  const at = makeConstant([6], "i32", Int32Array.of(0, 1, -1, 2, 1, 0));
  const weights = filled([6, 3], "f64", 2);

  it.each<DType>(["f64", "f32"])("have their gradients, mapped or not, in %s", (dtype) => {
    const loss = (x: Tensor, indices: Tensor): Tensor =>
      take(x, indices)
        .mul(cast(weights, dtype))
        .sin()
        .sum()
        .add(takeAlongAxis(x, argsort(x)).square().sum());
    const x = filled([3, 3], dtype, 1);
    const gradient = (y: Tensor, indices: Tensor): Tensor => grad((z: Tensor) => loss(z, indices))(y);
    const mapped = vmap(gradient);
    const accepted = dtype === "f64" ? 1e-13 : 1e-5;
    const check = (f: (y: Tensor, indices: Tensor) => Tensor, y: Tensor, indices: Tensor): void => {
      const compiled = compile(f);
      expect(compiled.describe(y, indices)).not.toContain("interpreted");
      const [found, expected] = [compiled(y, indices), f(y, indices)];
      expect(found.dtype).toBe(dtype);
      const scale = Math.max(...Array.from(expected.data, Math.abs));
      expected.data.forEach((value, index) => {
        expect(Math.abs((found.data[index] as number) - value)).toBeLessThanOrEqual(accepted * scale);
      });
    };
    check(gradient, x, at);
    check(mapped, stack([x, x.mul(2)]), stack([at, at.mul(-1)]));
  });

  it.each<DType>(["f64", "f32", "i32", "bool"])("take and mark truth values that come from %s", (dtype) => {
    const f = (x: Tensor, indices: Tensor): Tensor[] => {
      const truth = dtype === "bool" ? x : greater(x, 0);
      return [
        take(truth, indices),
        oneHot(indices, 3, "bool"),
        argmax(truth),
        where(take(truth, indices), 1, x.sum()),
      ];
    };
    const x = filled([3], dtype, 7);
    const found = compile(f)(x, at);
    f(x, at).forEach((expected, index) => {
      expect(found[index]?.dtype).toBe(expected.dtype);
      expect(Array.from(found[index]?.data ?? [])).toEqual(Array.from(expected.data));
    });
  });
});
