import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asin,
  checkGrad,
  compile,
  derivative,
  DifferentiationError,
  grad,
  GradientCheckError,
  hessian,
  hvp,
  jacobian,
  jvp,
  ShapeError,
  sin,
  stopGradient,
  sum,
  tensor,
  toArrays,
  trace,
  valueAndGrad,
  vjp,
  vmap,
  where,
  type Tensor,
  type TensorLike,
} from "../src/index.ts";

type Pair = [Tensor, Tensor];

/** f(x, y) = x² y + sin y */
const f = ([x, y]: Pair): Tensor => x.pow(2).mul(y).add(sin(y));

function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice([0, -1]), x.slice([1])];
  return sum(tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()));
}

describe("grad", () => {
  it("gives a tree like the argument", () => {
    expect(toArrays(grad(f)([1, 2]))).toEqual([4, 1 + Math.cos(2)]);
    const g = grad(({ a, b }: { a: Tensor; b: Tensor }) => a.mul(b).sum());
    expect(toArrays(g({ a: tensor([1, 2]), b: 3 }))).toEqual({ a: [3, 3], b: 3 });
  });

  it("passes further arguments through", () => {
    expect(
      grad((x: Tensor, scale: number, name: string) => x.mul(scale * name.length))(1, 2, "abc").item(),
    ).toBe(6);
  });

  it("comes with the value", () => {
    expect(toArrays(valueAndGrad(f)([1, 2]))).toEqual([2 + Math.sin(2), [4, 1 + Math.cos(2)]]);
  });

  it("is zero for what plays no part", () => {
    expect(toArrays(grad(([x, y]: Pair) => x.add(y.mul(0).floor()))([1, 2]))).toEqual([1, 0]);
    expect(grad(() => 3)(1).item()).toBe(0);
  });

  it("of a gradient of a gradient has known values", () => {
    const third = grad(grad(grad((x: Tensor) => x.pow(4))));
    expect(third(2).item()).toBe(48);
    // d³/dx³ (x³ eˣ) = (x³ + 9x² + 18x + 6) eˣ
    const g = grad(grad(grad((x: Tensor) => x.pow(3).mul(x.exp()))));
    expect(g(1).item()).toBeCloseTo(34 * Math.E, 11);
    // tanh‴ = −2 (1 − t²)(1 − 3t²)
    const t = Math.tanh(0.3);
    const h = grad(grad(grad((x: Tensor) => x.tanh())));
    expect(h(0.3).item()).toBeCloseTo(-2 * (1 - t * t) * (1 - 3 * t * t), 13);
  });

  it("keeps nested derivatives apart (perturbation confusion)", () => {
    // d/dx x · (d/dy (x + y)) = 1, also where y = x
    expect(grad((x: Tensor) => x.mul(grad((y: Tensor) => x.add(y))(1)))(1).item()).toBe(1);
    expect(grad((x: Tensor) => x.mul(grad((y: Tensor) => x.add(y))(x)))(3).item()).toBe(1);
    // d/dx (x · d/dy (x y)) = d/dx x² = 2x
    expect(grad((x: Tensor) => x.mul(grad((y: Tensor) => x.mul(y))(2)))(3).item()).toBe(6);
    expect(derivative((x) => x.mul(derivative((y) => x.add(y))(x)))(3).item()).toBe(1);
    expect(grad((x: Tensor) => x.mul(derivative((y) => x.mul(y))(2)))(3).item()).toBe(6);
    expect(derivative((x) => x.mul(grad((y: Tensor) => x.mul(y).mul(y))(x)))(3).item()).toBe(54);
  });

  it("follows host control flow on values", () => {
    const power = (x: Tensor): Tensor => {
      let result: Tensor = tensor(1);
      while (result.item() < 100) result = result.mul(x);
      return result;
    };
    expect(grad(power)(3).item()).toBe(5 * 3 ** 4);
  });

  it("holds no history outside and releases it at the end", () => {
    const x = tensor(2);
    expect(x.mul(3).inputs).toEqual([]);
    expect(grad((y: Tensor) => y.mul(y))(x).inputs).toEqual([]);
    expect(valueAndGrad((y: Tensor) => y.mul(y))(x)[0].inputs).toEqual([]);
  });

  it("refuses what has no gradient and says what to do", () => {
    expect(() => grad((x) => x.mul(2))(tensor([1, 2]))).toThrow(DifferentiationError);
    expect(() => grad((x) => x.mul(2))(tensor([1, 2]))).toThrow(
      "reduce it with sum() or mean(), or use jacobian",
    );
    expect(() => grad((async (x: Tensor) => Promise.resolve(x)) as never)(1)).toThrow("await outside");
    expect(() => derivative((x) => x, 0)).toThrow("positive integer");
  });

  it("survives a function that throws", () => {
    expect(() =>
      grad(() => {
        throw new RangeError("mine");
      })(1),
    ).toThrow("mine");
    expect(tensor(1).add(1).inputs).toEqual([]);
    expect(grad((x) => x.mul(x))(3).item()).toBe(6);
  });
});

describe("other transforms", () => {
  it("jvp and vjp are transposes of each other", () => {
    const g = (x: Tensor): Tensor =>
      x
        .sin()
        .mul(x.slice([1]).sum())
        .slice([0, 3]);
    const vector = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(vector, vector, vector, (at, v, w) => {
        const u = tensor(w.slice(0, 3));
        const [, moved] = jvp(g)(tensor(at), tensor(v));
        const [, pull] = vjp(g)(tensor(at));
        const left = u.mul(moved).sum().item();
        const right = pull(u).mul(tensor(v)).sum().item();
        expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-13 * (1 + Math.abs(left)) * 10);
      }),
    );
  });

  it("jvp moves trees", () => {
    const [value, moved] = jvp(([x, y]: Pair) => ({ product: x.mul(y), total: x.add(y) }))([2, 3], [1, 0]);
    expect(toArrays(value)).toEqual({ product: 6, total: 5 });
    expect(toArrays(moved)).toEqual({ product: 3, total: 1 });
    expect(() => jvp(f)([1, 2], [1] as never)).toThrow("tree like the argument");
  });

  it("a zero tangent never makes NaN", () => {
    const [, moved] = jvp(([x, y]: Pair) => x.add(y.sqrt()))([1, 0], [1, 0]);
    expect(moved.item()).toBe(1);
  });

  it("jacobian picks rows or columns and agrees with both", () => {
    const wide = (x: Tensor): Tensor => x.square().sum().reshape([1]);
    expect(jacobian(wide)(tensor([1, 2, 3])).toArray()).toEqual([[2, 4, 6]]);
    const tall = (x: Tensor): Tensor => x.mul(tensor([1, 2, 3])).square();
    expect(jacobian(tall)(2).toArray()).toEqual([4, 16, 36]);
    const polar = jacobian(([r, t]: Pair) => [r.mul(t.cos()), r.mul(t.sin())] as Pair)([2, 0]);
    expect(toArrays(polar)).toEqual([
      [1, -0],
      [0, 2],
    ]);
  });

  it("hessian is symmetric and right on Rosenbrock's valley", () => {
    // At (1, 1): [[802, −400], [−400, 200]]
    expect(hessian(rosenbrock)(tensor([1, 1])).toArray()).toEqual([
      [802, -400],
      [-400, 200],
    ]);
    expect(toArrays(hessian(f)([1, 2]))).toEqual([
      [4, 2],
      [2, -Math.sin(2)],
    ]);
  });

  it("hvp is the Hessian times a vector, without the Hessian", () => {
    const at = tensor([0.5, -1, 2, 0.3]);
    const v = tensor([1, -2, 0.5, 3]);
    const full = hessian(rosenbrock)(at).matmul(v).toArray() as number[];
    const product = hvp(rosenbrock)(at, v).toArray() as number[];
    product.forEach((entry, index) => expect(entry).toBeCloseTo(full[index] as number, 9));
  });

  it("derivatives of high order are exact", () => {
    // dⁿ/dxⁿ eˣ sin x = 2^(n/2) eˣ sin(x + nπ/4)
    for (let n = 1; n <= 8; n++)
      expect(derivative((x) => x.exp().mul(x.sin()), n)(1).item()).toBeCloseTo(
        2 ** (n / 2) * Math.E * Math.sin(1 + (n * Math.PI) / 4),
        10,
      );
    expect(derivative((x) => x.mul(tensor([1, 2])))(5).toArray()).toEqual([1, 2]);
  });

  it("third derivatives are symmetric in any order of variables", () => {
    const g = ([x, y]: Pair): Tensor => x.mul(y).sin().mul(y.exp());
    const by = (first: 0 | 1, h: (p: Pair) => Tensor) => (p: Pair) => grad(h)(p)[first];
    const at: [number, number] = [0.7, -0.4];
    const mixed = [by(0, by(0, by(1, g))), by(0, by(1, by(0, g))), by(1, by(0, by(0, g)))].map((h) =>
      h(at as never).item(),
    );
    for (const value of mixed) expect(value).toBeCloseTo(mixed[0] as number, 12);
  });

  it("checkGrad notices a wrong derivative", () => {
    // Rounding hides a slope of 1 from the exact rule, but not from finite differences of a staircase that is all jump.
    const jumps = (x: Tensor): Tensor => where(x.greater(1), x.mul(2), x).sum();
    expect(() => checkGrad(jumps)(tensor([1]))).toThrow(GradientCheckError);
    expect(checkGrad(rosenbrock, { order: 3 })(tensor([0.5, -1, 2])).reverse).toBeLessThan(1e-12);
  });

  it("checkGrad takes rounding error for what it is", () => {
    const constants: ((x: Tensor) => Tensor)[] = [
      (x) => x.sin().square().add(x.cos().square()),
      (x) => x.exp().log().sub(x),
      (x) => x.mul(3).sin().square().add(x.mul(3).cos().square()).sub(1).mul(50),
    ];
    for (const f of constants)
      for (const at of [0.3, -1.7, 2.9]) expect(checkGrad(f, { order: 2 })(at).forward).toBeLessThan(1e-6);
  });

  it.each<[string, (x: Tensor) => Tensor, number | number[]]>([
    ["near the edge of a domain", (x) => x.log(), 1e-3],
    ["far out and near the edge at once", (x) => x.log().sum(), [1e5, 1e-9]],
    ["very near the edge", (x) => x.sqrt(), 1e-200],
    ["far from the origin", (x) => x.square(), 1e12],
    ["at the origin", (x) => x.sin().mul(x.exp()), 0],
    ["inside a narrow domain", (x) => asin(x.sub(1).mul(1e4)), 1.00005],
  ])("checkGrad finds a step %s", (_, f, at) => {
    const point = tensor(at);
    expect(checkGrad(f)(point).forward).toBeLessThan(1e-6);
    // The same values, but derivatives that are 1 % too large.
    const wrong = (x: Tensor): Tensor => f(x.mul(1.01).sub(stopGradient(x.mul(0.01))));
    expect(() => checkGrad(wrong)(point)).toThrow(/finite-difference estimate disagree by/);
  });

  it("checkGrad says where nothing can be estimated", () => {
    expect(() => checkGrad((x: Tensor) => x.log())(-1)).toThrow(
      /^checkGrad: .* cannot be estimated here, because the function is not finite around this point; check it at/,
    );
    expect(() => checkGrad((x: Tensor) => x.add(1e18))(2)).toThrow(
      /changes by no more than its rounding error/,
    );
  });
});

describe("trace", () => {
  it.each<[string, (x: Tensor) => Tensor, text: string, latex: string]>([
    ["subtracted", (x) => x.sub(-1), "x - (-1)", "x - \\left(-1\\right)"],
    ["a factor", (x) => x.mul(-2), "x * (-2)", "x \\cdot \\left(-2\\right)"],
    ["in front", (x) => tensor(-2).mul(x), "-2 * x", "-2 \\cdot x"],
    ["a base", (x) => tensor(-2).pow(x), "(-2) ^ x", "{\\left(-2\\right)}^{x}"],
    ["an exponent", (x) => x.pow(-2), "x ^ (-2)", "{x}^{-2}"],
    ["a denominator", (x) => x.div(-2), "x / (-2)", "\\frac{x}{-2}"],
    ["an argument", (x) => x.maximum(-2), "maximum(x, -2)", "\\max\\left(x, -2\\right)"],
    ["compared with", (x) => where(x.greater(-2), x, x).mul(1), "x > -2", "x > -2"],
    ["positive", (x) => x.sub(1), "x - 1", "x - 1"],
  ])("brackets a negative constant where it has to: %s", (_, f, text, latex) => {
    const entry = trace(f)(2).entries.find(({ op }) => op !== "argument");
    expect(entry).toMatchObject({ text: `v1 = ${text}`, latex: `v_{1} = ${latex}` });
  });

  it("shows every step with values, local derivatives and adjoints", () => {
    const tape = trace((x: Tensor, y: Tensor) => x.mul(y).add(x.square().mul(3)))(2, 5);
    expect(tape.entries.map(({ text }) => text)).toEqual([
      "x",
      "y",
      "v1 = x * y",
      "v2 = x ^ 2",
      "v3 = v2 * 3",
      "v4 = v1 + v3",
    ]);
    expect(tape.entries.map(({ value }) => value)).toEqual([2, 5, 10, 4, 12, 22]);
    expect(tape.entries.map(({ adjoint }) => adjoint)).toEqual([17, 2, 1, 3, 1, 1]);
    expect(tape.entries[2]?.derivatives).toEqual([5, 2]);
    expect(tape.entries[4]?.derivatives).toEqual([3, undefined]);
    expect(tape.output).toBe("v4");
    expect(tape.entries[5]?.latex).toBe("v_{4} = v_{1} + v_{3}");
    expect(String(tape).split("\n")).toHaveLength(7);
  });

  it("names the parts of trees and traces tensors", () => {
    const tape = trace(({ w, b }: { w: Tensor; b: Tensor }, x: Tensor) => w.mul(x).sum().add(b))(
      { w: tensor([1, 2]), b: 3 },
      tensor([4, 5]),
    );
    expect(tape.entries.map(({ name }) => name)).toEqual(["w", "b", "y", "v1", "v2", "v3"]);
    expect(tape.entries[0]?.adjoint).toEqual([4, 5]);
  });

  it("prints tapes of any length", () => {
    const long = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 150_000; i++) y = y.add(1);
      return y;
    };
    expect(String(trace(long)(1)).split("\n")).toHaveLength(150_002);
  });
});

describe("a pull-back inside a later transform", () => {
  it("is differentiated with respect to its cotangent", () => {
    const [, pull] = vjp((x: Tensor) => x.square())(tensor([1, 2]));
    // The pull-back of u is 2 x u, so that the gradient of Σ (2 x u)² is 8 x² u.
    const squares = (u: Tensor): Tensor => pull(u).square().sum();
    expect(grad(squares)(tensor([3, 4])).toArray()).toEqual([24, 128]);
    expect(jvp(squares)(tensor([3, 4]), tensor([1, 1]))[1].item()).toBe(152);
    expect(hessian(squares)(tensor([3, 4])).toArray()).toEqual([
      [8, 0],
      [0, 32],
    ]);
    expect(compile(grad(squares))(tensor([3, 4])).toArray()).toEqual([24, 128]);
  });

  it("keeps apart the transforms around it", () => {
    // With y = x: ∂/∂y of y² x pulled back by u is 2 x² u; Σ ∂/∂u (2 x² u)² at u = x is 8 x⁵, whose slope is 40 x⁴.
    const f = (x: Tensor): Tensor => {
      const [, pull] = vjp((y: Tensor) => y.square().mul(x))(x);
      return grad((u: Tensor) => pull(u).square().sum())(x).sum();
    };
    expect(grad(f)(tensor([1, 2])).toArray()).toEqual([40, 640]);
  });
});

describe("a plain array where the function means one tensor", () => {
  const square = (x: Tensor): Tensor => x.mul(x).sum();

  it("is a type error", () => {
    // @ts-expect-error -- an array is a tree of three scalars
    expect(() => grad(square)([1, 2, 3])).toThrow();
    // @ts-expect-error -- also where the function takes whatever is like a tensor
    expect(toArrays(grad((x: TensorLike) => sum(x))([1, 2, 3]))).toEqual([1, 1, 1]);
    // @ts-expect-error -- deep in a tree
    expect(() => grad((p: { w: Tensor }) => square(p.w))({ w: [1, 2] })).toThrow();
    // @ts-expect-error -- also where it is compiled
    expect(() => compile(square)([1, 2, 3])).toThrow();
    // @ts-expect-error -- also where it is mapped
    expect(() => vmap(square)([1, 2, 3])).toThrow();
    // @ts-expect-error -- also twice over
    expect(() => grad(grad(square))([1, 2, 3])).toThrow();
    expect(grad(square)(Float64Array.of(1, 2, 3)).toArray()).toEqual([2, 4, 6]);
  });

  it.each<[string, (f: (x: Tensor) => Tensor) => (x: never) => unknown]>([
    ["grad", grad],
    ["jacobian", jacobian],
    ["hessian", hessian],
    ["vjp", vjp],
    ["trace", trace],
    ["checkGrad", checkGrad],
    ["compile", compile],
    ["compile(grad)", (f) => compile(grad(f))],
  ])("is explained by %s, not lost", (_, transform) => {
    expect(() => transform(square)([[1, 2, 3]] as never)).toThrow(ShapeError);
    expect(() => transform(square)([[1, 2, 3]] as never)).toThrow(
      /^x\.mul is not a function.*argument 0 is a plain array, .* 3 scalar tensors; .* shape \[1, 3\], pass tensor/,
    );
    // Other errors of the function are its own.
    const broken = (x: Tensor): Tensor => (x as unknown as { mull(y: Tensor): Tensor }).mull(x);
    expect(() => transform(broken)([1, 2, 3] as never)).toThrow(TypeError);
  });

  it("names its place in a tree", () => {
    const f = ({ w }: { w: Tensor }): Tensor => square(w);
    expect(() => grad(f)({ w: [1, 2] } as never)).toThrow(/argument 0\.w is a plain array/);
  });
});
