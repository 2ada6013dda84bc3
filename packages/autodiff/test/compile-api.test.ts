import { afterEach, describe, expect, it, vi } from "vitest";
import {
  compile,
  compileStep,
  cumsum,
  DTypeError,
  full,
  grad,
  MemoryError,
  PlaceholderError,
  SteepestError,
  tensor,
  toArrays,
  type Tensor,
} from "../src/index.ts";
import { webAssembly, type WebAssemblyEngine } from "../src/compile/wasm/features.ts";

const engine = webAssembly() as WebAssemblyEngine;
const double = (x: Tensor): Tensor => x.mul(2);

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a call looks at its arguments only", () => {
  it("and tells numbers, truth values, arrays and tensors of any kind apart", () => {
    let traced = 0;
    const f = compile((x: Tensor) => {
      traced++;
      return x.mul(1);
    });
    const same: [unknown, number][] = [
      [2, 1],
      [3, 1],
      [tensor(4), 1],
      [true, 2],
      [tensor(false), 2],
      [tensor(1, { dtype: "f32" }), 3],
      [Float64Array.of(1, 2), 4],
      [tensor([3, 4]), 4],
      [Float32Array.of(1, 2), 5],
      [tensor([1, 2], { dtype: "f32" }), 5],
      [Int32Array.of(1, 2), 6],
      [Uint8Array.of(1, 0), 7],
      [tensor([true, false]), 7],
      [Float64Array.of(1, 2, 3), 8],
      [tensor([[1, 2, 3]]), 9],
      [Float64Array.of(), 10],
      [7, 10],
    ];
    for (const [argument, programs] of same) {
      const x = tensor(argument as number);
      expect(f(argument as number).toArray()).toEqual(x.mul(1).toArray());
      expect(f(argument as number).dtype).toBe(x.mul(1).dtype);
      expect(traced, String(argument)).toBe(programs);
    }
  });

  it("and tells trees apart by their structure", () => {
    const names = compile((tree: Record<string, Tensor> | Tensor[]) =>
      Object.keys(tree).map((_, i) => tensor(i)),
    );
    const trees = [
      { a: 1, b: 2 },
      { b: 1, a: 2 },
      { a: 1 },
      { a: 1, b: 2, c: 3 },
      [1, 2],
      [1],
      [],
      {},
      [[1, 2]],
    ];
    for (let round = 0; round < 2; round++)
      for (const tree of trees) {
        const result = compile((x: unknown) => x as Tensor)(tree as never);
        expect(toArrays(result)).toEqual(tree);
        expect(names(tree as never)).toHaveLength(Object.keys(tree).length);
      }
    expect(() => names(new Date() as never)).toThrow("Date");
    expect(() => names(Object.create({ a: 1 }) as never)).toThrow(SteepestError);
    expect(() => names("a" as never)).toThrow('"a"');
    expect(() => names({ a: undefined } as never)).toThrow("a");
    // After a call that was refused the others are still told apart.
    expect(names({ a: 1, b: 2 })).toHaveLength(2);
  });

  it("also where they change in place, are ±0, or are the same tensor again", () => {
    const f = compile((x: Tensor, y: Tensor) => [x.mul(1), y.mul(1)]);
    const array = Float64Array.of(1, 2);
    expect(toArrays(f(array, 0))).toEqual([[1, 2], 0]);
    array[0] = 5;
    expect(toArrays(f(array, -0))).toEqual([[5, 2], -0]);
    const x = tensor([7, 8]);
    expect(toArrays(f(x, NaN))).toEqual([[7, 8], NaN]);
    expect(toArrays(f(array, NaN))).toEqual([[5, 2], NaN]);
    expect(toArrays(f(x, tensor(1)))).toEqual([[7, 8], 1]);
    expect(toArrays(f(x, 2))).toEqual([[7, 8], 2]);
    expect(toArrays(f(x, tensor(1)))).toEqual([[7, 8], 1]);
  });

  it("keeps as many programs as it is told, the ones used last", () => {
    let traced = 0;
    const f = compile(
      (x: Tensor) => {
        traced++;
        return x.sum();
      },
      { cacheSize: 2 },
    );
    const call = (size: number): number => {
      expect(f(full([size], 3)).item()).toBe(3 * size);
      return traced;
    };
    expect([1, 2, 1, 2, 3, 2, 3, 1, 3, 2].map(call)).toEqual([1, 2, 2, 2, 3, 3, 3, 4, 4, 5]);
  });

  it("passes on what the function throws, and keeps nothing of it", () => {
    let fails = true;
    const f = compile((x: Tensor) => {
      if (fails) throw new DTypeError("not today");
      return x.add(1);
    });
    expect(() => f(1)).toThrow("not today");
    expect(() => f(1)).toThrow(DTypeError);
    fails = false;
    expect(f(1).item()).toBe(2);
    expect(() => compile((x: Tensor) => x.item())(1)).toThrow(PlaceholderError);
    expect(grad((x: Tensor) => x.square())(3).item()).toBe(6);
  });
});

describe("memory that programs hand on", () => {
  it("is as good as new", () => {
    // Zeros around what is padded come from memory that nobody has written to.
    const f = compile((x: Tensor) => [x.mul(1), grad((y: Tensor) => y.slice([1, -1]).square().sum())(x)], {
      cacheSize: 1,
    });
    for (let round = 0; round < 12; round++) {
      const size = 3 + ((5 * round) % 11);
      const x = full([size], 1e300);
      const [, slope] = f(x);
      expect(slope?.toArray()).toEqual(
        Array.from({ length: size }, (_, i) => (i % (size - 1) === 0 ? 0 : 2e300)),
      );
    }
  });

  it("is not that of arrays in use", () => {
    const f = compile(double, { cacheSize: 1 });
    const { outputs, run } = f.inPlace(full([4], 1));
    run();
    for (let size = 5; size < 20; size++) f(full([size], 7));
    expect([...outputs]).toEqual([2, 2, 2, 2]);
  });

  it("is refused with advice where there is not enough, and other shapes go on", () => {
    const f = compile((n: Tensor, x: Tensor) =>
      cumsum(x.broadcastTo([30_000, ...x.shape]).add(n), { axis: 0 }).sum(),
    );
    expect(f(1, full([2], 0)).item()).toBe(900_030_000);
    const call = (): unknown => f(1, full([30_000], 0));
    expect(call).toThrow(MemoryError);
    expect(call).toThrow(/4 GiB.*GiB wanted, most of it for .*\[30000, 30000\]/);
    expect(f(1, full([2], 0)).item()).toBe(900_030_000);
    vi.spyOn(engine, "Memory").mockImplementation(function () {
      throw new RangeError("could not allocate memory");
    });
    const large = compile(double);
    expect(() => large(full([10_000_000], 1))).toThrow(MemoryError);
    expect(() => large(full([10_000_000], 1))).toThrow(/MiB wanted, most of it for .*\[10000000\]/);
    vi.restoreAllMocks();
    expect(large(full([3], 1)).toArray()).toEqual([2, 2, 2]);
  });
});

describe("preparing", () => {
  it("compiles once for all who wait", async () => {
    const compiles = vi.spyOn(engine, "compile");
    let traced = 0;
    const f = compile((x: Tensor) => {
      traced++;
      return x.mul(2);
    });
    await Promise.all([f.prepare(tensor([1, 2])), f.prepare(tensor([3, 4])), f.prepare(full([3], 1))]);
    expect(compiles).toHaveBeenCalledTimes(2);
    const modules = vi.spyOn(engine, "Module");
    expect(f(tensor([1, 2])).toArray()).toEqual([2, 4]);
    await f.prepare(tensor([5, 6]));
    expect([traced, compiles.mock.calls.length, modules.mock.calls.length]).toEqual([2, 2, 0]);
  });

  it("does not stand in the way of calls that cannot wait, nor of new shapes", async () => {
    const f = compile(double, { cacheSize: 1 });
    const waiting = f.prepare(tensor([1, 2]));
    expect(f(tensor([3, 4])).toArray()).toEqual([6, 8]);
    await waiting;
    const other = f.prepare(full([5], 1));
    expect(f(full([6], 1)).size).toBe(6);
    await other;
    expect(f(full([5], 1)).size).toBe(5);
    const step = compileStep((s: Tensor, x: Tensor) => [s.add(x), s], 1);
    await step.prepare(2);
    expect(step(2).item()).toBe(1);
    expect(step.state.item()).toBe(3);
  });

  it("rejects what a call would throw", async () => {
    await expect(compile((x: Tensor) => x.item()).prepare(1)).rejects.toThrow(PlaceholderError);
    await expect(compile(double).prepare("1" as never)).rejects.toThrow('"1"');
  });
});

describe.each([true, false])("arguments and results in place, WebAssembly: %s", (wasm) => {
  it("are arrays that stay where they are", () => {
    const f = compile(
      ({ w, b }: { w: Tensor; b: Tensor }, x: Tensor) => ({ y: [w.mul(x).add(b)], b, n: x.sum() }),
      {
        webAssembly: wasm,
      },
    );
    const { inputs, outputs, run } = f.inPlace(
      { w: tensor([1, 2], { dtype: "f32" }), b: 3 },
      tensor([4, 5], { dtype: "f32" }),
    );
    run();
    expect(
      Object.values(outputs)
        .flat()
        .map((array) => [...array]),
    ).toEqual([[7, 13], [3], [9]]);
    inputs[0].b[0] = 1;
    inputs[1].set([0, 1]);
    run();
    expect(
      Object.values(outputs)
        .flat()
        .map((array) => [...array]),
    ).toEqual([[1, 3], [1], [1]]);
    // A call of its own is apart.
    f({ w: tensor([9, 9], { dtype: "f32" }), b: 9 }, tensor([9, 9], { dtype: "f32" }));
    expect([...(outputs.y[0] as Float32Array)]).toEqual([1, 3]);
    expect(inputs[0].w).toBeInstanceOf(Float32Array);
    expect(outputs.y[0]).toBeInstanceOf(Float64Array);
  });

  it("are copies of integers and truth values, and constants and what is handed on besides", () => {
    const f = compile(
      (i: Tensor, m: Tensor, unused: Tensor) => [
        i.add(i),
        m.logicalNot(),
        i,
        m,
        tensor([1, 2]),
        full([0], 0),
        unused,
      ],
      { webAssembly: wasm },
    );
    const { inputs, outputs, run } = f.inPlace(Int32Array.of(1, 2), tensor([true, false]), 5);
    expect(inputs.map(({ constructor }) => constructor)).toEqual([Int32Array, Uint8Array, Float64Array]);
    run();
    const now = (): number[][] => outputs.map((array) => [...array]);
    expect(now()).toEqual([[2, 4], [0, 1], [1, 2], [1, 0], [1, 2], [], [5]]);
    inputs[0]?.set([-3, 4]);
    inputs[1]?.set([0, 0]);
    inputs[2]?.set([6]);
    run();
    expect(now()).toEqual([[-6, 8], [1, 1], [-3, 4], [0, 0], [1, 2], [], [6]]);
  });
});

describe("where a Content-Security-Policy forbids WebAssembly", () => {
  const forbid = (): void => {
    vi.spyOn(engine, "Module").mockImplementation(function () {
      throw new Error("violates the following Content Security policy directive");
    });
    vi.spyOn(engine, "compile").mockRejectedValue(new Error("violates the policy"));
  };

  it("functions run without it, also when they are prepared", async () => {
    forbid();
    const f = compile((x: Tensor) => x.mul(x).sum());
    expect(f(tensor([1, 2])).item()).toBe(5);
    expect(f.describe(tensor([1, 2]))).toContain("interpreted");
    const g = compile(double);
    await g.prepare(3);
    expect(g(3).item()).toBe(6);
    const { outputs, run } = g.inPlace(4);
    run();
    expect(outputs[0]).toBe(8);
    const step = compileStep((s: Tensor) => [s.mul(2), s], 1);
    expect(step.repeat(3).item()).toBe(4);
    expect(step.state.item()).toBe(8);
  });

  it("errors of the engine for any other reason are not hidden", async () => {
    const { Module } = engine;
    vi.spyOn(engine, "Module").mockImplementation(function (bytes: Uint8Array<ArrayBuffer>) {
      if (bytes.length > 20) throw new Error("a bug of ours");
      return new Module(bytes);
    });
    vi.spyOn(engine, "compile").mockRejectedValue(new Error("a bug of ours"));
    expect(() => compile(double)(1)).toThrow("a bug of ours");
    await expect(compile(double).prepare(1)).rejects.toThrow("a bug of ours");
  });
});
