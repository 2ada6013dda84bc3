import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  atan,
  avgPool,
  compile,
  expm,
  full,
  grad,
  hessian,
  jacobian,
  jvp,
  linspace,
  matmul,
  PlaceholderError,
  stack,
  sum,
  tensor,
  toArrays,
  treeLeaves,
  valueAndGrad,
  where,
  type DType,
  type Tensor,
  type TensorLike,
  type Tree,
} from "../src/index.ts";
import { vectorCode } from "../src/compile/wasm/math/index.ts";
import { elementwiseFunctions, type ElementwiseName } from "../src/ops/elementwise.ts";
import * as bessel from "../src/ops/bessel.ts";
import * as faddeeva from "../src/ops/faddeeva.ts";
import * as gamma from "../src/ops/gamma.ts";
import * as normal from "../src/ops/normal.ts";
import * as voigt from "../src/ops/voigt.ts";
import { compileWith } from "./compile-with.ts";

type Callable = (...inputs: TensorLike[]) => Tensor;
const names = Object.keys(elementwiseFunctions) as ElementwiseName[];

/** Both ways to run a function: WebAssembly, and the reference kernels one by one. */
function bothWays<Y>(f: (...args: Tensor[]) => Y, args: Tensor[]): [Tensor[], Tensor[]] {
  const call = f;
  return [treeLeaves(compile(call)(...args)), treeLeaves(compile(call, { webAssembly: false })(...args))];
}

const unit: Record<"f64" | "f32", number> = { f64: 2 ** -52, f32: 2 ** -23 };
/** Below it numbers have fewer digits, and the spacing between them stays what it is here. */
const smallestNormal: Partial<Record<DType, number>> = { f64: 2 ** -1022, f32: 2 ** -126 };

function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  const [a, b] = [actual.data, expected.data];
  for (let i = 0; i < b.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (Object.is(x, y) || x === y) continue;
    if (Math.abs(x - y) <= tolerance * Math.max(Math.abs(y), smallestNormal[expected.dtype] ?? 1)) continue;
    expect.fail(`element ${i}: compiled ${x}, interpreted ${y}, relative difference ${Math.abs(x / y - 1)}`);
  }
}

describe("compiled elementwise operations", () => {
  // The special functions beyond erf run in the interpreter: their kernels branch a lot and are called rarely.
  const interpreted: ReadonlySet<string> = new Set(
    [gamma, bessel, faddeeva, voigt, normal].flatMap((module) => Object.keys(module)),
  );

  it("have vector code, every one of them that is not left to the interpreter", () => {
    for (const name of names)
      if (!interpreted.has(name)) expect(vectorCode(elementwiseFunctions[name].op), name).toBeDefined();
  });

  const specials = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 1e-320, 1e300, -1e300, Infinity, -Infinity, NaN, 40, -40];

  it.each(names)("%s equals its reference kernel, special values included", (name) => {
    const { elementwise } = elementwiseFunctions[name].op;
    if (elementwise === undefined) throw new Error(`${name} is not elementwise`);
    const f = elementwiseFunctions[name] as unknown as Callable;
    for (const dtype of ["f64", "f32"] as const) {
      const samples = elementwise.domain.map(([low, high], index) =>
        Array.from(
          { length: 501 },
          (_, k) => low + (high - low) * ((0.3 * (index + 1) + k * 0.6180339887) % 1),
        ),
      );
      const pairs = specials.flatMap((x) => specials.map((y) => [x, y, -y, x]));
      const inputs = samples.map((sample, index) =>
        tensor([...sample, ...pairs.map((values) => values[index] as number)], { dtype }),
      );
      const call = (...x: Tensor[]): Tensor => f(...x);
      const [[actual], [expected]] = bothWays(call, inputs);
      expectClose(actual as Tensor, expected as Tensor, 4 * unit[dtype]);
      const unfused = compileWith(call, { fma: false })(...inputs);
      expectClose(unfused, expected as Tensor, 4 * unit[dtype]);
    }
  });

  it.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 1000, 1031, 20_000])("handle %d elements", (count) => {
    for (const dtype of ["f64", "f32"] as const) {
      const x = linspace(-1, 2, count, dtype);
      const f = (a: Tensor): unknown => [
        a.mul(3).exp(),
        a.sum(),
        a.square().mean(),
        ...(count > 0 ? [a.max(), a.min()] : []),
      ];
      const [actual, expected] = bothWays(f, [x]);
      actual.forEach((value, index) => expectClose(value, expected[index] as Tensor, 64 * unit[dtype]));
    }
  });
});

describe("compiled functions", () => {
  const rosenbrock = (x: Tensor): Tensor => {
    const [head, tail] = [x.slice([0, -1]), x.slice([1])];
    return sum(tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()));
  };

  it("give what the function gives, derivatives of any order included", () => {
    const at = tensor([0.5, -1, 2, 0.25]);
    for (const f of [rosenbrock, grad(rosenbrock), hessian(rosenbrock), valueAndGrad(rosenbrock)] as ((
      x: Tensor,
    ) => unknown)[]) {
      const [actual, expected] = [treeLeaves(compile(f)(at)), treeLeaves(f(at))];
      actual.forEach((value, index) => expectClose(value, expected[index] as Tensor, 1e-14));
    }
  });

  it("round products before they subtract them, so that equals cancel", () => {
    const x = linspace(0.1, 15, 101);
    const f = (a: Tensor, b: Tensor): Tensor => a.mul(a).sub(b.mul(b)).sqrt();
    expect(compile(f)(x, x.mul(1)).toArray()).toEqual(new Array(101).fill(0));
    expect(compile(f)(1.1, tensor(1.1)).item()).toBe(0);
  });

  it("take and give trees, numbers and arrays", () => {
    const f = compile(({ w, b }: { w: Tensor; b: Tensor }, x: Tensor) => ({ y: [w.mul(x).add(b)], b }));
    expect(toArrays(f({ w: tensor([1, 2]), b: 3 }, tensor([4, 5])))).toEqual({ y: [[7, 13]], b: 3 });
    expect(compile((x: Tensor, y: Tensor) => x.add(y))(1, 2).item()).toBe(3);
    expect(compile(() => tensor([1, 2]))().toArray()).toEqual([1, 2]);
    expect(compile((x: Tensor) => x)(5).item()).toBe(5);
  });

  it("leave the rest to the interpreter inside the same call", () => {
    const f = (a: Tensor): Tensor => expm(matmul(a.exp(), a.transpose()).mul(0.01)).mul(2).add(a.slice(0, 1));
    const a = tensor([
      [1, 2],
      [3, 4],
    ]);
    expectClose(compile(f)(a), f(a), 1e-13);
    const plan = compile(f).describe(a);
    expect(plan).toContain("kernel: matmul");
    expect(plan).toContain("interpreted: expm");
  });

  it("specialise on shapes and dtypes, and keep right when they alternate", () => {
    const f = compile((x: Tensor) => x.mul(2).sum());
    for (let round = 0; round < 3; round++)
      for (let size = 0; size < 20; size++) expect(f(full([size], 1)).item()).toBe(2 * size);
    expect(f(full([3], 1, "f32")).dtype).toBe("f32");
    expect(f(3).item()).toBe(6);
  });

  it("see new arguments, the same argument again and never a stale one", () => {
    const f = compile((x: Tensor, y: Tensor) => x.mul(y).sum());
    const [x, y] = [tensor([1, 2, 3]), tensor([4, 5, 6])];
    expect(f(x, y).item()).toBe(32);
    expect(f(y, x).item()).toBe(32);
    expect(f(x, x).item()).toBe(14);
    expect(f(x, y).item()).toBe(32);
  });

  it("results stay what they were when the function runs again", () => {
    const f = compile((x: Tensor) => x.mul(2));
    const first = f(tensor([1, 2]));
    f(tensor([3, 4]));
    expect(first.toArray()).toEqual([2, 4]);
  });

  it("are differentiated like any function", () => {
    const f = compile((x: Tensor) => x.pow(3).sum());
    expect(grad(f as (x: Tensor) => Tensor)(tensor([1, 2])).toArray()).toEqual([3, 12]);
    // A variable of the outer derivative that the compiled function closes over counts, too.
    expect(grad((a: Tensor) => compile((x: Tensor) => x.mul(a))(5))(2).item()).toBe(5);
  });

  it("say what to do where a value is asked for", () => {
    const f = compile((x: Tensor) => (x.item() > 0 ? x : x.neg()));
    expect(() => f(1)).toThrow(PlaceholderError);
    expect(() => f(1)).toThrow("use where(condition, a, b)");
    expect(() => compile((x: Tensor) => x.add(1))("2" as never)).toThrow('"2"');
  });

  it("run without WebAssembly", () => {
    const f = (x: Tensor): Tensor => where(x.greater(0), x.exp(), x.square()).sum();
    expect(compile(f, { webAssembly: false })(tensor([-1, 0])).item()).toBe(1);
    expect(compile(f, { webAssembly: false }).describe(tensor([1]))).toContain("interpreted");
  });
});

describe("whatever crosses the border of emitted code", () => {
  const v = tensor([1, 2, 3]);
  const narrow = tensor([1, 2, 3], { dtype: "f32" });
  const mask = tensor([true, false, true]);
  const cases: Record<string, [(...args: Tensor[]) => unknown, Tensor[]]> = {
    "a reshaped argument": [(x) => x.reshape([3, 1]), [v]],
    "the same value as several results": [(x) => [x, x.mul(2), x.mul(2).reshape([1, 3])], [v]],
    "truth values as results": [(x) => [x.greater(1.5), x.greater(1.5).logicalNot()], [v]],
    "truth values counted": [(x) => [x.greater(1.5).sum(), x.greater(1.5).cast("f64").sum()], [v]],
    "truth values as arguments of both widths": [
      (m, x, y) => [where(m, x, 0).sum(), where(m, y, 1).sum()],
      [mask, narrow, v],
    ],
    "truth values compared and chosen": [
      (x) => [x.greater(2).equal(x.less(5)), where(x.greater(0), x.greater(2), x.less(-5))],
      [v],
    ],
    "numbers as truth values": [(x) => x.logicalAnd(x.sub(1)), [v]],
    "mixed dtypes": [(x, y) => x.add(y), [narrow, v]],
    integers: [(i, x) => [i.add(1), x.mul(i.cast("f64"))], [tensor(Int32Array.of(1, 2, 3)), v]],
    "empty tensors": [(x) => [x.sum().mul(x), x.sum(), x.mean()], [full([0], 1)]],
    "operands of different layouts": [(x, y) => x.add(y).sum({ axis: 0 }), [tensor([[1], [2]]), v]],
    "sums along an axis": [
      (x) =>
        x
          .sub(x.mean({ axis: 1, keepDims: true }))
          .square()
          .sum(),
      [
        tensor([
          [1, 2],
          [3, 5],
        ]),
      ],
    ],
    "reductions back in arithmetic": [(x) => x.mul(x.sum()).sum().mul(x).sum(), [v]],
    "scalars side by side": [(x) => stack([x.sum(), x.max(), x.min()]).mul(x), [v]],
    "a condition on a sum": [(x) => where(x.sum().greater(0), x, x.neg()), [v]],
    // The slope of relu is 0 in some places: which elements that concerns is a convolution of truth values.
    "a convolution with truth values": [
      grad((x: Tensor) => avgPool(x.square(), [2, 1], { stride: 1 }).sub(3).relu().sin().sum()),
      [
        tensor([
          [
            [1, -2],
            [1.5, 3],
          ],
        ]),
      ],
    ],
    "constants as results": [(x) => [full([2], 3).add(x), full([2], 3)], [tensor(1)]],
  };

  it.each(Object.entries(cases))("%s", (_, [f, args]) => {
    const [actual, expected] = [treeLeaves(compile(f)(...args)), treeLeaves(f(...args))];
    expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      expected.map(({ shape, dtype }) => ({ shape, dtype })),
    );
    expect(toArrays(actual)).toEqual(toArrays(expected));
  });
});

describe("fusion", () => {
  it("reads the data once for a model, its derivatives and all their products", () => {
    const t = linspace(0, 10, 1001);
    const y = t.mul(0.3).sin();
    const model = ([a, b, c]: Tensor[]): Tensor =>
      (a as Tensor)
        .mul((b as Tensor).mul(t).neg().exp())
        .add(c as Tensor)
        .sub(y);
    const normalEquations = (p: Tensor[]): Tensor[] => {
      const columns = p.map(
        (_, k) =>
          jvp<Tensor[], Tensor, []>(model)(
            p,
            p.map((__, j) => Number(j === k)),
          )[1],
      );
      const r = model(p);
      return [
        r.square().sum(),
        ...columns.flatMap((u, i) => [u.mul(r).sum(), ...columns.slice(0, i + 1).map((v) => u.mul(v).sum())]),
      ];
    };
    const compiled = compile(normalEquations);
    const at = [2, 0.5, 0.1];
    const plan = compiled.describe(at).split("\n");
    expect(plan.filter((line) => line.includes("one pass"))).toHaveLength(1);
    expect(plan.some((line) => line.includes("interpreted"))).toBe(false);
    const reference = normalEquations(at.map((value) => tensor(value)));
    compiled(at).forEach((value, index) => expectClose(value, reference[index] as Tensor, 1e-13));
  });

  it("keeps scalar arithmetic between passes in the same module", () => {
    const softmaxLike = (x: Tensor): Tensor => {
      const e = x.sub(x.max()).exp();
      return e.div(e.sum());
    };
    const plan = compile(softmaxLike).describe(tensor([1, 2, 3]));
    expect(plan).not.toContain("interpreted");
    expect(plan.match(/one pass/g)).toHaveLength(3);
    expectClose(compile(softmaxLike)(tensor([1, 2, 3])), softmaxLike(tensor([1, 2, 3])), 1e-15);
  });

  it("computes equal expressions once", () => {
    const plan = compile((x: Tensor) => x.exp().add(x.exp().mul(x.exp()))).describe(tensor([1, 2]));
    expect(plan.match(/exp/g)).toHaveLength(1);
  });
});

/** Random programs: a list of steps, each an operation on earlier values, all of them kept tame enough to compare. */
interface Step {
  readonly name: string;
  readonly first: number;
  readonly second: number;
}

const unaries: Record<string, (x: Tensor) => Tensor> = {
  sin: (x) => x.sin(),
  tanh: (x) => x.tanh(),
  exp: (x) => x.tanh().exp(),
  log: (x) => x.square().add(1).log(),
  sqrt: (x) => x.square().add(0.5).sqrt(),
  atan: (x) => atan(x),
  sigmoid: (x) => x.sigmoid(),
  abs: (x) => x.abs(),
  neg: (x) => x.neg(),
  reshape: (x) => x.reshape([x.size]),
  total: (x) => x.mean(),
  largest: (x) => x.max(),
};
const binaries: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  add: (x, y) => x.add(y),
  sub: (x, y) => x.sub(y),
  mul: (x, y) => x.mul(y),
  div: (x, y) => x.div(y.square().add(1)),
  minimum: (x, y) => x.minimum(y),
  maximum: (x, y) => x.maximum(y),
  where: (x, y) => where(x.less(y), x, y.sub(1)),
  pow: (x, y) => x.abs().add(0.5).pow(y.tanh()),
};

const step = fc.record({
  name: fc.constantFrom(...Object.keys(unaries), ...Object.keys(binaries)),
  first: fc.nat(),
  second: fc.nat(),
});

function run(steps: readonly Step[], inputs: readonly Tensor[]): Tensor[] {
  const values = [...inputs];
  for (const { name, first, second } of steps) {
    const x = values[first % values.length] as Tensor;
    const y = values[second % values.length] as Tensor;
    const value = unaries[name]?.(x) ?? (binaries[name] as (x: Tensor, y: Tensor) => Tensor)(x, y);
    // Bounded again, so that a long program cannot overflow: then only rounding can differ.
    values.push(value.div(value.square().add(1).sqrt()));
  }
  return values.slice(-3);
}

describe("random programs", () => {
  const size = fc.constantFrom(1, 2, 3, 5, 8, 37);
  const program = fc.array(step, { minLength: 1, maxLength: 25 });

  it.each(["f64", "f32"] satisfies DType[])("compiled equal interpreted in %s", (dtype) => {
    fc.assert(
      fc.property(program, size, fc.integer(), (steps, count, seed) => {
        const vector = tensor(
          Array.from({ length: count }, (_, k) => Math.sin(k * 1.7 + (seed % 1000))),
          { dtype },
        );
        const inputs = [vector, tensor(0.7, { dtype }), vector.mul(0.5).add(0.25)];
        const [actual, expected] = bothWays((...x) => run(steps, x), inputs);
        // A difference between nearly equal values magnifies rounding, so the comparison is absolute, near 1.
        actual.forEach((value, index) => {
          const error = value
            .sub(expected[index] as Tensor)
            .abs()
            .max()
            .item();
          expect(error).toBeLessThanOrEqual(2000 * unit[dtype]);
        });
      }),
      { numRuns: 150 },
    );
  });

  it("have equal compiled and interpreted gradients", () => {
    const smooth = step.filter(
      ({ name }) => !["minimum", "maximum", "where", "largest", "abs"].includes(name),
    );
    fc.assert(
      fc.property(fc.array(smooth, { minLength: 1, maxLength: 10 }), size, (steps, count) => {
        const x = tensor(Array.from({ length: count }, (_, k) => Math.sin(k * 1.7 + 0.4)));
        const f = (v: Tensor): Tensor => stack(run(steps, [v]).map((value) => value.sum())).sum();
        const [[actual], [expected]] = bothWays(grad(f) as (v: Tensor) => Tensor, [x]);
        const scale = 1 + (expected as Tensor).abs().max().item();
        expect(
          (actual as Tensor)
            .sub(expected as Tensor)
            .abs()
            .max()
            .item(),
        ).toBeLessThanOrEqual(1e-11 * scale);
      }),
      { numRuns: 100 },
    );
  });

  it("have compiled Jacobians equal to the columns of compiled products", () => {
    const f = (x: Tensor): Tensor => x.sin().mul(x.sum()).slice([1]);
    const at = tensor([0.3, 0.6, -1]);
    const matrix = compile(jacobian(f) as (x: Tensor) => Tensor)(at);
    const column = compile((x: Tensor, v: Tensor) => jvp(f)(x, v)[1])(at, tensor([0, 1, 0]));
    expectClose(column, matrix.slice([], 1), 1e-14);
  });
});

describe("compiled functions of any size", () => {
  it("may chain more operations than one WebAssembly function can hold", { timeout: 30_000 }, () => {
    const chain = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 30_000; i++) y = y.mul(0.9999).add(1e-4);
      return y.sum();
    };
    for (const at of [tensor(2), tensor([2, 3, 4])]) expectClose(compile(chain)(at), chain(at), 1e-10);
  });

  it("may have more outputs than one pass can hold", () => {
    const x = linspace(0, 1, 5);
    const f = (v: Tensor): Tensor[] =>
      Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? v.mul(i) : v.sub(i).sum()));
    const actual = compile(f)(x);
    f(x).forEach((expected, i) => expectClose(actual[i] as Tensor, expected, 1e-15));
  });

  it("may join very many tensors", () => {
    const f = compile((x: Tensor) => stack(new Array<Tensor>(200_000).fill(x)).sum());
    expect(f(1).item()).toBe(200_000);
  });
});

describe("programs are kept apart", () => {
  it("for trees with the same leaves in another arrangement", () => {
    const extras = compile((x: { a: Tensor; extra?: Tensor[] }) => ({ ...x }));
    expect(toArrays(extras({ a: 1, extra: [] }))).toEqual({ a: 1, extra: [] });
    expect(toArrays(extras({ a: 1 }))).toEqual({ a: 1 });
    const inner = compile(({ tree }: { tree: Tree }): unknown => tree);
    const trees: Tree<number>[] = [[1], { 0: 1 }, { "a.b": 1 }, { a: { b: 1 } }, [[], 1], [{}, 1]];
    for (const tree of trees) expect(toArrays(inner({ tree }))).toEqual(tree);
  });
});

describe("types", () => {
  it("of compiled derivatives are those of the derivative, extra arguments included", () => {
    interface Model {
      readonly weight: Tensor;
      readonly layers: readonly [Tensor, { readonly bias: Tensor }];
    }
    const loss = ({ weight, layers: [scale, { bias }] }: Model, x: Tensor): Tensor =>
      weight.mul(x).add(bias).mul(scale).sum();
    const start = { weight: 2, layers: [3, { bias: 1 }] } as const;
    const gradient: Model = compile(grad(loss))(start, tensor([1, 2]));
    const bias: Tensor = gradient.layers[1].bias;
    expect(bias.item()).toBe(6);
    const [value, again]: [Tensor, Model] = compile(valueAndGrad(loss))(start, tensor([1, 2]));
    expect([value.item(), again.weight.item()]).toEqual([24, 9]);
  });
});

describe("compiled sums", () => {
  const total = compile((x: Tensor) => x.sum());
  const squares = compile((x: Tensor) => x.mul(x).sum());
  const data = (count: number, dtype: "f64" | "f32", at: (i: number) => number): Tensor => {
    const values = Float64Array.from({ length: count }, (_, i) => at(i));
    return tensor(dtype === "f64" ? values : Float32Array.from(values));
  };

  // Fewer lanes than a vector, and just below, at and above where chunks and blocks end.
  const counts = [1, 3, 31, 32, 33, 63, 64, 65, 1023, 1024, 1025, 2047, 2048, 2049, 4097, 10_007];

  it.each(["f64", "f32"] as const)("take every element once (%s)", (dtype) => {
    for (const count of counts) {
      const x = data(count, dtype, (i) => (i % 7) - 2);
      const expected = Array.from(x.data).reduce((sum, value) => sum + value, 0);
      expect(total(x).item(), `${count} elements`).toBe(expected);
      expect(squares(x).item(), `${count} squares`).toBe(
        Array.from(x.data).reduce((sum, value) => sum + value * value, 0),
      );
    }
  });

  it("take many sums of one pass, each its own", () => {
    const powers = Array.from({ length: 12 }, (_, k) => k);
    const f = compile((x: Tensor) => powers.map((k) => x.mul(k).add(1).sum()));
    for (const count of counts) {
      const x = data(count, "f64", (i) => i % 5);
      const sum = Array.from(x.data).reduce((all, value) => all + value, 0);
      expect(toArrays(f(x)), `${count} elements`).toEqual(powers.map((k) => k * sum + count));
    }
  });

  it.each([
    ["f64", 5e-15],
    ["f32", 1.2e-7],
  ] as const)("do not lose digits with the number of elements (%s)", (dtype, accepted) => {
    const count = 3_000_001;
    // Every addition of equal numbers rounds the same way for long stretches.
    const one = data(1, dtype, () => 0.1).item();
    const equal = data(count, dtype, () => 0.1);
    expect(Math.abs(total(equal).item() / (count * one) - 1)).toBeLessThanOrEqual(accepted);
    const square = dtype === "f32" ? Math.fround(one * one) : one * one;
    expect(Math.abs(squares(equal).item() / (count * square) - 1)).toBeLessThanOrEqual(accepted);
    expect(total(equal).item()).toBe(total(equal).item());
  });

  it.each(["f64", "f32"] as const)("are infinite or not a number where they have to be (%s)", (dtype) => {
    const count = 5000;
    const beside = (special: number, other = 1): Tensor =>
      data(count, dtype, (i) => (i === 700 ? special : i === 3001 ? other : 1));
    expect(total(beside(Infinity)).item()).toBe(Infinity);
    expect(total(beside(-Infinity)).item()).toBe(-Infinity);
    expect(total(beside(NaN)).item()).toBeNaN();
    expect(total(beside(Infinity, -Infinity)).item()).toBeNaN();
    expect(total(data(count, dtype, () => (dtype === "f64" ? 1e305 : 1e38))).item()).toBe(Infinity);
  });
});
