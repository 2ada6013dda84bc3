import * as mathjs from "mathjs";
import { describe, expect, it } from "vitest";
import * as autodiff from "../src/index.ts";
import {
  add,
  broadcastTo,
  checkGrad,
  compile,
  concatenate,
  dot,
  DTypeError,
  grad,
  hypot,
  jacobian,
  jvp,
  LinearAlgebraError,
  matmul,
  maximum,
  mul,
  pow,
  relu,
  round,
  ShapeError,
  sign,
  slice,
  solve,
  stack,
  sum,
  tensor,
  where,
  type Tensor,
  type TensorLike,
} from "../src/index.ts";
import { elementwiseFunctions, type ElementwiseName } from "../src/ops/elementwise.ts";
import { ops } from "../src/ops/table.ts";
import * as arithmetic from "../src/ops/arithmetic.ts";
import * as compare from "../src/ops/compare.ts";
import * as elementary from "../src/ops/elementary.ts";
import * as special from "../src/ops/special.ts";

type Callable = (...inputs: TensorLike[]) => Tensor;
type Interval = readonly [number, number];
const names = Object.keys(elementwiseFunctions) as ElementwiseName[];
const callable = (name: ElementwiseName): Callable => elementwiseFunctions[name] as unknown as Callable;

/** Points of an interval that are neither special nor on a grid. */
function points([low, high]: readonly [number, number], count: number, offset: number): number[] {
  return Array.from(
    { length: count },
    (_, k) => low + (high - low) * ((offset + (k + 1) * 0.6180339887) % 1),
  );
}

/** Values from published tables: Abramowitz & Stegun and NIST DLMF, to the digits given there. */
const knownValues: Partial<Record<ElementwiseName, readonly (readonly [readonly number[], number])[]>> = {
  exp: [[[1], 2.718281828459045]],
  expm1: [[[1e-10], 1.00000000005e-10]],
  log: [[[10], 2.302585092994046]],
  log1p: [[[1e-10], 9.9999999995e-11]],
  log2: [[[8], 3]],
  log10: [[[1000], 3]],
  sqrt: [[[2], 1.4142135623730951]],
  cbrt: [[[27], 3]],
  sin: [[[1], 0.8414709848078965]],
  cos: [[[1], 0.5403023058681398]],
  tan: [[[1], 1.5574077246549023]],
  asin: [[[0.5], Math.PI / 6]],
  acos: [[[0.5], Math.PI / 3]],
  atan: [[[1], Math.PI / 4]],
  atan2: [[[1, -1], (3 * Math.PI) / 4]],
  sinh: [[[1], 1.1752011936438014]],
  cosh: [[[1], 1.5430806348152437]],
  tanh: [[[1], 0.7615941559557649]],
  asinh: [[[1], 0.881373587019543]],
  acosh: [[[2], 1.3169578969248166]],
  atanh: [[[0.5], 0.5493061443340549]],
  erf: [
    [[0.5], 0.5204998778130465],
    [[2], 0.9953222650189527],
  ],
  erfc: [
    [[0.5], 0.4795001221869535],
    [[5], 1.5374597944280349e-12],
  ],
  sigmoid: [[[2], 0.8807970779778823]],
  softplus: [[[0], Math.LN2]],
  hypot: [[[3, 4], 5]],
  pow: [
    [[2, 10], 1024],
    [[1, NaN], 1],
    [[-8, 3], -512],
  ],
};

describe("elementwise operations", () => {
  it.each(Object.entries(knownValues))("%s has its tabled values", (name, cases) => {
    for (const [inputs, expected] of cases) {
      const value = callable(name as ElementwiseName)(...inputs).item();
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(4e-16 * Math.abs(expected));
    }
  });

  it.each(names)("%s: exact derivatives of first and second order in both modes", (name) => {
    const { elementwise } = elementwiseFunctions[name].op;
    if (elementwise === undefined) throw new Error(`${name} is not elementwise`);
    const inputs = elementwise.domain.map((interval, index) =>
      tensor(points(interval, 5, 0.1 + 0.37 * index)),
    );
    const f = callable(name);
    if (elementwise.differentiable) {
      const free = inputs.slice(elementwise.selectors);
      const fixed =
        name === "where"
          ? [tensor([true, false, true, true, false])]
          : inputs.slice(0, elementwise.selectors);
      const report = checkGrad((x: Tensor[]) => f(...fixed, ...x), { order: 2 })(free);
      expect(report.forward).toBeLessThan(1e-6);
    } else {
      const [first, ...rest] = inputs as [Tensor, ...Tensor[]];
      const smooth = grad((x: Tensor) =>
        autodiff
          .cast(f(x, ...rest), "f64")
          .add(x.mul(2))
          .sum(),
      )(first);
      expect(smooth.toArray()).toEqual([2, 2, 2, 2, 2]);
    }
  });

  it.each(names)("%s broadcasts, and its derivative sums back to each input's shape", (name) => {
    const { elementwise } = elementwiseFunctions[name].op;
    if (elementwise === undefined || elementwise.arity - elementwise.selectors < 2) return;
    if (!elementwise.differentiable || name === "where") return;
    const [first, second] = elementwise.domain.slice(elementwise.selectors) as [Interval, Interval];
    // Orders and further inputs are the same everywhere.
    const before = elementwise.domain.slice(0, elementwise.selectors).map(([order]) => order);
    const after = elementwise.domain.slice(elementwise.selectors + 2).map(([low, high]) => (low + high) / 2);
    const a = tensor(points(first, 2, 0.2)).reshape([2, 1]);
    const b = tensor(points(second, 3, 0.6));
    const f = (x: TensorLike, y: TensorLike): Tensor => callable(name)(...before, x, y, ...after);
    const together = f(a, b);
    expect(together.shape).toEqual([2, 3]);
    const pairs = a.data as Float64Array;
    const rows = Array.from(pairs, (x) => Array.from(b.data, (y) => f(x, y).item()));
    expect(together.toArray()).toEqual(rows);
    expect(checkGrad(([x, y]: Tensor[]) => f(x as Tensor, y as Tensor))([a, b]).reverse).toBeLessThan(1e-12);
  });

  it.each(names)("%s is a method, too, if it is an everyday operation", (name) => {
    const isMethod = [arithmetic, compare, elementary, special].some((module) => name in module);
    expect((tensor(1) as unknown as Record<string, unknown>)[name]).toBeTypeOf(
      isMethod ? "function" : "undefined",
    );
  });

  it("keeps f32, computes in f64 when mixed, and lets plain numbers adapt", () => {
    const x = tensor(Float32Array.of(0.1));
    expect(x.mul(2).dtype).toBe("f32");
    expect(x.mul(2).item()).toBe(Math.fround(Math.fround(0.1) * 2));
    expect(x.mul(tensor(2)).dtype).toBe("f64");
    expect(tensor(Int32Array.of(3)).add(1).dtype).toBe("i32");
    expect(tensor(Int32Array.of(3)).add(0.5).item()).toBe(3.5);
    expect(tensor(Int32Array.of(3)).div(2).item()).toBe(1.5);
    expect(tensor([true]).add(1).dtype).toBe("f64");
  });

  it("names shapes that do not broadcast", () => {
    expect(() => add([1, 2], [1, 2, 3])).toThrow(ShapeError);
    expect(() => add([1, 2], [1, 2, 3])).toThrow("add: shapes do not broadcast");
  });

  it("rounds halves to even, with the sign of zero kept", () => {
    expect(round([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -2.6]).toArray()).toEqual([0, 2, 2, -0, -2, 2, -3]);
    expect(round([Infinity, -0]).toArray()).toEqual([Infinity, -0]);
  });
});

describe("derivatives at special points", () => {
  it("are decided", () => {
    expect(grad((x) => x.abs())(0).item()).toBe(0);
    expect(grad((x) => relu(x))(0).item()).toBe(0);
    expect(grad((x) => sign(x))(0).item()).toBe(0);
    expect(autodiff.toArrays(grad(([x, y]: [Tensor, Tensor]) => maximum(x, y))([1, 1]))).toEqual([0.5, 0.5]);
    expect(grad((x) => tensor([1, 3, 3]).mul(x).max())(1).item()).toBe(3);
    expect(grad((x) => x.max())(tensor([1, 3, 3])).toArray()).toEqual([0, 0.5, 0.5]);
    expect(autodiff.toArrays(grad(([x, y]: [Tensor, Tensor]) => hypot(x, y))([0, 0]))).toEqual([0, 0]);
  });

  it("of tanh keep their digits far out, in eager and compiled code", () => {
    const big = mathjs.create(mathjs.all as mathjs.FactoryFunctionMap, {
      number: "BigNumber",
      precision: 90,
    });
    const exactly = (x: number): mathjs.BigNumber => big.bignumber(x.toPrecision(90));
    // sech² x = 4 / (eˣ + e⁻ˣ)²
    const slope = (x: number): mathjs.BigNumber => {
      const grown = exactly(x).exp();
      return big.bignumber(4).div(grown.plus(big.bignumber(1).div(grown)).pow(2));
    };
    const xs = Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i / 3) * Math.SQRT2);
    xs.push(0, 15, -20, 1e-9, 0.5, 350, -350);
    const slopes = (x: Tensor): Tensor => grad((y: Tensor) => y.tanh().sum())(x);
    for (const [values, units] of [
      [slopes(tensor(xs)), 4],
      [compile(slopes)(tensor(xs)), 2],
    ] as const)
      xs.forEach((x, i) => {
        const exact = slope(x);
        const ulp = 2 ** (Math.floor(Math.log2(exact.toNumber())) - 52);
        const error = exactly(values.slice(i).item()).minus(exact).toNumber();
        expect(Math.abs(error) / ulp, `x = ${x}`).toBeLessThan(units);
      });
    const ends = tensor([Infinity, -Infinity, 800, -800, NaN]);
    expect(slopes(ends).toArray()).toEqual([0, 0, 0, 0, NaN]);
    expect(compile(slopes)(ends).toArray()).toEqual([0, 0, 0, 0, NaN]);
  });

  it("of tanh are right to higher orders, at zero and far out", () => {
    // tanh″ = −2 t s, tanh‴ = s (4 t² − 2 s) for t = tanh x, s = sech² x
    expect(
      autodiff
        .derivative(
          (x) => x.tanh(),
          2,
        )(1e-12)
        .item(),
    ).toBe(-2e-12);
    expect(
      autodiff
        .derivative(
          (x) => x.tanh(),
          3,
        )(0)
        .item(),
    ).toBe(-2);
    for (const order of [2, 3, 4, 5])
      expect(
        Math.abs(
          autodiff
            .derivative(
              (x) => x.tanh(),
              order,
            )(1000)
            .item(),
        ),
      ).toBe(0);
    const s = 4 * Math.exp(-40);
    expect(
      autodiff
        .derivative(
          (x) => x.tanh(),
          2,
        )(20)
        .item() /
        (-2 * s),
    ).toBeCloseTo(1, 14);
    expect(grad(grad((x) => x.tanh()))(20).item() / (-2 * s)).toBeCloseTo(1, 14);
  });

  it("of powers at zero are those of polynomials, to any order, in both modes", () => {
    const sum = (exponent: number | number[]) => (x: Tensor) => x.pow(exponent).sum();
    const byReverse =
      (f: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) =>
      (x) =>
        grad(f)(x).sum();
    const byForward =
      (f: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) =>
      (x) =>
        jvp(f)(x, x.mul(0).add(1))[1];
    const factorials = [1, 1, 2, 6, 24];
    for (const way of [byReverse, byForward])
      for (const exponent of [0, 1, 2, 3]) {
        const vector = exponent === 0 ? [0, 0] : [0, exponent];
        let [scalarWise, vectorWise] = [sum(exponent), sum(vector)];
        for (let order = 1; order <= 6; order++) {
          [scalarWise, vectorWise] = [way(scalarWise), way(vectorWise)];
          const expected = order === exponent ? factorials[order] : 0;
          expect(scalarWise(tensor(0)).item() + 0, `x^${exponent}, order ${order}`).toBe(expected);
          expect(vectorWise(tensor([0, 0])).item() + 0, `x^[${vector}], order ${order}`).toBe(expected);
        }
      }
    const third = byReverse(byReverse(byReverse(sum([1, 2]))));
    expect(third(tensor([0, 0])).item()).toBe(0);
    expect(third(tensor([1e-310, 1e-310])).item()).toBe(0);
  });

  it("of powers near a variable exponent of zero", () => {
    // ∂²(xʸ)/∂x∂y = xʸ⁻¹ (1 + y log x), which is 1/x at y = 0.
    const f = ([x, y]: [Tensor, Tensor]): Tensor => pow(x, y);
    expect(autodiff.toArrays(autodiff.hessian(f)([2, 0]))).toEqual([
      [expect.closeTo(0, 15), 0.5],
      [0.5, expect.closeTo(Math.LN2 ** 2, 15)],
    ]);
  });

  it("of hypot at the origin are 0 to any order, as those of |x| are", () => {
    const cone = ([x, y]: [Tensor, Tensor]): Tensor => hypot(x, y);
    const toNumbers = (tree: unknown): number[] => autodiff.treeLeaves(tree).map(Number);
    expect(toNumbers(autodiff.hessian(cone)([0, 0])).map(Math.abs)).toEqual([0, 0, 0, 0]);
    const third = grad((p: [Tensor, Tensor]) => {
      const [a, b] = autodiff.hessian(cone)(p) as unknown as [Tensor[], Tensor[]];
      return [...a, ...b].reduce((total, entry) => total.add(entry));
    });
    expect(toNumbers(third([0, 0])).map(Math.abs)).toEqual([0, 0]);
    // ∂²r/∂x² = y²/r³ elsewhere.
    expect(toNumbers(autodiff.hessian(cone)([3, 4]))[0]).toBeCloseTo(16 / 125, 15);
  });

  it("of powers at zero have no NaN", () => {
    const slope = ([x, y]: [number, number]): unknown =>
      autodiff.toArrays(grad(([a, b]: [Tensor, Tensor]) => pow(a, b))([x, y]));
    expect(slope([0, 2])).toEqual([0, 0]);
    expect(slope([0, 1])).toEqual([1, 0]);
    expect(slope([0, 0])).toEqual([0, -Infinity]);
    expect(grad((x) => x.pow(2))(0).item()).toBe(0);
    expect(grad(grad((x) => x.pow(2)))(0).item()).toBe(2);
    expect(grad(grad(grad((x) => x.pow(2))))(0).item()).toBe(0);
  });

  it("go to the branch of where that is chosen", () => {
    expect(grad((x) => where(x.greater(0), x.log(), x.neg()).sum())(tensor([-1, 2])).toArray()).toEqual([
      -1, 0.5,
    ]);
    expect(grad((x) => where(x.greater(0), x.square(), tensor(NaN)))(3).item()).toBe(6);
  });
});

describe("reductions", () => {
  const x = tensor([
    [1, 5, 3],
    [4, 2, 6],
  ]);

  it("run over any axes", () => {
    expect(x.sum().item()).toBe(21);
    expect(x.sum({ axis: 0 }).toArray()).toEqual([5, 7, 9]);
    expect(x.sum({ axis: -1, keepDims: true }).toArray()).toEqual([[9], [12]]);
    expect(x.mean({ axis: 1 }).toArray()).toEqual([3, 4]);
    expect(x.max({ axis: 0 }).toArray()).toEqual([4, 5, 6]);
    expect(x.min({ axis: [0, 1] }).item()).toBe(1);
    expect(sum([true, true, false]).item()).toBe(2);
  });

  it("know what nothing sums to, and that nothing has no largest element", () => {
    expect(autodiff.zeros([0, 3]).sum({ axis: 0 }).toArray()).toEqual([0, 0, 0]);
    expect(autodiff.zeros([0]).sum().item()).toBe(0);
    expect(() => autodiff.zeros([0]).max()).toThrow(ShapeError);
    expect(() => x.sum({ axis: 2 })).toThrow("sum: no such axis in a tensor of 2 axes: 2");
  });

  it("add up pairwise: a million tenths are off by rounding, not by drift", () => {
    expect(Math.abs(autodiff.full([1_000_000], 0.1).sum().item() - 100_000)).toBeLessThan(1e-9);
  });

  it.each([
    ["sum", (t: Tensor) => t.sum({ axis: 0 })],
    ["mean", (t: Tensor) => t.mean({ axis: 1, keepDims: true }).mul(t)],
    ["max", (t: Tensor) => t.max({ axis: 1 }).mul(t.sum())],
    ["min", (t: Tensor) => t.min().mul(t)],
  ] as const)("%s has exact derivatives", (_, f) => {
    expect(checkGrad(f, { order: 2 })(x).reverse).toBeLessThan(1e-12);
  });
});

describe("shape operations", () => {
  const x = autodiff.arange(6).reshape([2, 3]);

  it("rearrange", () => {
    expect(x.transpose().toArray()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(x.reshape([3, -1]).shape).toEqual([3, 2]);
    expect(broadcastTo([1, 2, 3], [2, 3]).toArray()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(autodiff.arange(24).reshape([2, 3, 4]).transpose([1, 2, 0]).slice(2, 1, 1).item()).toBe(21);
  });

  it("slice says when a bound is not an integer", () => {
    expect(() => slice(x, [0.5])).toThrow("slice: the bounds on axis 0 must be integers: 0.5");
    expect(() => slice(x, [], [0, NaN])).toThrow(/axis 1 must be integers: NaN/);
    expect(slice(x, [0, Infinity]).shape).toEqual(x.shape);
  });

  it("slice like Python", () => {
    expect(slice(x, 0).toArray()).toEqual([0, 1, 2]);
    expect(x.slice([], 1).toArray()).toEqual([1, 4]);
    expect(x.slice([1]).toArray()).toEqual([[3, 4, 5]]);
    expect(x.slice([], [0, -1]).toArray()).toEqual([
      [0, 1],
      [3, 4],
    ]);
    expect(autodiff.arange(7).slice([1, undefined, 2]).toArray()).toEqual([1, 3, 5]);
    expect(x.slice(-1, -1).item()).toBe(5);
    expect(() => x.slice(2)).toThrow("no such index on axis 0 of extent 2: 2");
    expect(() => x.slice([], [], [])).toThrow(ShapeError);
  });

  it("join", () => {
    expect(concatenate([x, x], 1).shape).toEqual([2, 6]);
    expect(concatenate([[1], [2, 3]]).toArray()).toEqual([1, 2, 3]);
    expect(stack([1, 2]).toArray()).toEqual([1, 2]);
    expect(
      stack(
        [
          [1, 2],
          [3, 4],
        ],
        1,
      ).toArray(),
    ).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(() => concatenate([1, 2])).toThrow("use stack");
    expect(() => concatenate([])).toThrow(ShapeError);
    expect(() => stack([[1], [1, 2]])).toThrow("shapes must be equal");
    expect(() => x.reshape([4])).toThrow(ShapeError);
    expect(() => x.transpose([0, 0])).toThrow(ShapeError);
  });

  it.each([
    [
      "reshape",
      (t: Tensor) =>
        t
          .reshape([3, 2])
          .mul(tensor([1, 2]))
          .square(),
    ],
    ["transpose", (t: Tensor) => t.transpose().square()],
    ["slice", (t: Tensor) => t.slice([1], [0, 3, 2]).square()],
    ["broadcastTo", (t: Tensor) => t.slice(0).broadcastTo([4, 3]).square()],
    ["concatenate", (t: Tensor) => concatenate([t, t.square(), tensor([[1, 2, 3]])]).square()],
    ["stack", (t: Tensor) => stack([t, t.exp()], 1).square()],
  ] as const)("%s has exact derivatives", (_, f) => {
    expect(checkGrad(f, { order: 2 })(x).reverse).toBeLessThan(1e-12);
  });
});

describe("linear algebra", () => {
  const a = tensor([
    [2, 1],
    [1, 3],
  ]);

  it("multiplies", () => {
    expect(matmul(a, [1, 2]).toArray()).toEqual([4, 7]);
    expect(matmul([1, 2], a).toArray()).toEqual([4, 7]);
    expect(matmul([1, 2], [3, 4]).item()).toBe(11);
    expect(dot([1, 2], [3, 4]).item()).toBe(11);
    const batch = stack([a, a.mul(2)]);
    expect(batch.matmul(a).toArray()).toEqual(stack([a.matmul(a), a.matmul(a).mul(2)]).toArray());
    expect(() => matmul(a, [1, 2, 3])).toThrow("2 columns on the left and 3 rows on the right");
    expect(() => matmul(2, a)).toThrow("use mul for scalars");
  });

  it("solves, and says why it cannot", () => {
    expect(solve(a, [3, 5]).toArray()).toEqual([0.8, 1.4]);
    // Hilbert matrix of order 3: its inverse has integer entries.
    const hilbert = tensor([1, 2, 3].map((i) => [0, 1, 2].map((j) => 1 / (i + j))));
    const inverse = solve(hilbert, autodiff.eye(3)).toArray() as number[][];
    [
      [9, -36, 30],
      [-36, 192, -180],
      [30, -180, 180],
    ].forEach((row, i) => row.forEach((entry, j) => expect(inverse[i]?.[j]).toBeCloseTo(entry, 9)));
    expect(() =>
      solve(
        [
          [1, 2],
          [2, 4],
        ],
        [1, 1],
      ),
    ).toThrow(LinearAlgebraError);
    expect(() =>
      solve(
        [
          [1, 2, 3],
          [2, 4, 5],
        ],
        [1, 1],
      ),
    ).toThrow("expected a square matrix");
    expect(() => solve(a, [1, 1, 1])).toThrow(ShapeError);
  });

  it.each([
    ["matmul", (m: Tensor) => m.matmul(m.square())],
    ["batched matmul", (m: Tensor) => stack([m, m.exp()]).matmul(m)],
    ["solve", (m: Tensor) => solve(m, m.square())],
    ["solve for a vector", (m: Tensor) => solve(m.square(), m.slice(0))],
    ["dot", (m: Tensor) => dot(m.slice(0), m.slice(1)).exp()],
  ] as const)("%s has exact derivatives", (_, f) => {
    expect(checkGrad(f, { order: 2 })(a).reverse).toBeLessThan(1e-12);
  });

  it("gives the Jacobian of a linear map as its matrix", () => {
    expect(jacobian((x: Tensor) => a.matmul(x))(tensor([5, 7])).toArray()).toEqual(a.toArray());
  });
});

describe("the op table", () => {
  it("knows every operation by its name and how to write it", () => {
    expect(ops.size).toBeGreaterThanOrEqual(45);
    for (const [name, op] of ops) {
      expect(op.name).toBe(name);
      expect(op.text.length).toBeGreaterThan(0);
      expect(op.latex.length).toBeGreaterThan(0);
    }
  });

  it("refuses to differentiate integers", () => {
    expect(() => grad((x) => x.sum())(tensor(Int32Array.of(1)))).toThrow(DTypeError);
    expect(mul(true, 3).item()).toBe(3);
  });
});
