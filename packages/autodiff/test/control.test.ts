import { describe, expect, it } from "vitest";
import {
  arange,
  compile,
  cond,
  derivative,
  DifferentiationError,
  DTypeError,
  fori,
  grad,
  hessian,
  jvp,
  linspace,
  scan,
  ShapeError,
  stack,
  tensor,
  toArrays,
  vmap,
  whileLoop,
  type Tensor,
} from "../src/index.ts";
import { ops } from "../src/ops/table.ts";

/** A loop that unrolls: what scan must agree with. */
function unrolled(x: Tensor, w: Tensor): Tensor {
  let carry = tensor(0.3);
  for (const each of x) carry = carry.mul(w).add(each).sin();
  return carry;
}
const looped = (x: Tensor, w: Tensor): Tensor =>
  scan<Tensor, Tensor, readonly never[]>((carry, each) => [carry.mul(w).add(each).sin(), []], 0.3, x)[0];

const xs = tensor([0.5, -1, 2, 0.1]);

describe("scan", () => {
  it("is the loop it says, also written out", () => {
    const value = unrolled(xs, tensor(0.7)).item();
    expect(looped(xs, tensor(0.7)).item()).toBe(value);
    expect(compile(looped)(xs, 0.7).item()).toBeCloseTo(value, 15);
    expect(compile(looped, { webAssembly: false })(xs, 0.7).item()).toBe(value);
  });

  const inW = (f: typeof looped) => (w: Tensor) => f(xs, w);
  const derivatives = {
    grad: (f: typeof looped) => grad(inW(f)),
    "grad of grad": (f: typeof looped) => grad(grad(inW(f))),
    "grad of grad of grad": (f: typeof looped) => grad(grad(grad(inW(f)))),
    "third derivative, forward": (f: typeof looped) => derivative(inW(f), 3),
    "forward over reverse": (f: typeof looped) => derivative((w) => grad(inW(f))(w)),
    "reverse over forward": (f: typeof looped) => grad((w: Tensor) => derivative(inW(f))(w)),
  };
  it.each(Object.entries(derivatives))("has the %s of the unrolled loop, written out or not", (_, of) => {
    const expected = of(unrolled)(0.7).item();
    for (const value of [
      of(looped)(0.7).item(),
      compile(of(looped))(0.7).item(),
      vmap(of(looped))(tensor([0.7, 0.2]))
        .slice(0)
        .item(),
    ])
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(expected)));
  });

  it("has derivatives along what it walks, and in trees", () => {
    const f = ({ x, w }: { x: Tensor; w: Tensor }): Tensor => looped(x, w).square();
    const g = ({ x, w }: { x: Tensor; w: Tensor }): Tensor => unrolled(x, w).square();
    const compiled = compile(grad(f))({ x: xs, w: 0.7 });
    const expected = grad(g)({ x: xs, w: 0.7 });
    compiled.x.data.forEach((value, index) =>
      expect(value).toBeCloseTo(expected.x.data[index] as number, 14),
    );
    expect(compiled.w.item()).toBeCloseTo(expected.w.item(), 14);
    const whole = compile(hessian((x: Tensor) => looped(x, tensor(0.7))))(xs).data;
    hessian((x: Tensor) => unrolled(x, tensor(0.7)))(xs).data.forEach((value, index) =>
      expect(whole[index]).toBeCloseTo(value, 13),
    );
  });

  it("stays one operation whose size does not depend on its length", () => {
    const source = compile(grad((w: Tensor) => looped(linspace(0, 1, 1000), w))).describe(0.5);
    expect(source.match(/scan/g)?.length).toBe(2);
  });

  it("gives results in place, and walks in reverse", () => {
    const sums = (reverse: boolean): unknown =>
      toArrays(
        scan((sum: Tensor, x: Tensor) => [sum.add(x), sum] as const, 0, tensor([1, 2, 3]), { reverse }),
      );
    expect(sums(false)).toEqual([6, [0, 1, 3]]);
    expect(sums(true)).toEqual([6, [5, 3, 0]]);
  });

  it("runs a given number of steps, none if there are none", () => {
    const doubled = (length: number): unknown =>
      toArrays(scan((x: Tensor, _: readonly never[]) => [x.mul(2), x] as const, 1, [], { length }));
    expect(doubled(3)).toEqual([8, [1, 2, 4]]);
    expect(doubled(0)).toEqual([1, []]);
  });

  it("nests: a table of binomial coefficients", () => {
    const row = (n: Tensor): Tensor =>
      fori<Tensor>(
        0,
        n,
        (_, line) => line.add(scan((before: Tensor, x: Tensor) => [x, before] as const, 0, line)[1]),
        tensor([1, 0, 0, 0, 0]),
      );
    expect(row(tensor(4)).toArray()).toEqual([1, 4, 6, 4, 1]);
    expect(
      compile((x: Tensor) =>
        fori<Tensor>(
          0,
          4,
          (_, line) => line.add(scan((before: Tensor, y: Tensor) => [y, before] as const, 0, line)[1]),
          x,
        ),
      )(tensor([1, 0, 0, 0, 0])).toArray(),
    ).toEqual([1, 4, 6, 4, 1]);
  });

  it("differentiates a gradient descent inside a gradient", () => {
    // x ← x − a ∇(x² w) ten times from 1: x = (1 − 2 a w)^10, dx/dw = −20 a (1 − 2 a w)^9
    const descend = (w: Tensor): Tensor =>
      fori<Tensor>(0, 10, (_, x) => x.sub(grad((y: Tensor) => y.square().mul(w))(x).mul(0.05)), 1);
    const expected = -20 * 0.05 * (1 - 2 * 0.05 * 1.5) ** 9;
    expect(grad(descend)(1.5).item()).toBeCloseTo(expected, 14);
    expect(compile(grad(descend))(1.5).item()).toBeCloseTo(expected, 14);
    expect(vmap(grad(descend))(tensor([1.5, 0])).toArray()).toEqual([
      expect.closeTo(expected, 14) as number,
      expect.closeTo(-1, 14) as number,
    ]);
  });

  it("says what is wrong", () => {
    const step = (carry: Tensor, x: Tensor): readonly [Tensor, Tensor] => [stack([carry, x]), x];
    expect(() => scan(step, 0, xs)).toThrow(ShapeError);
    expect(() => scan(step, 0, xs)).toThrow("scan: the carry must keep its shape []");
    expect(() => compile((x: Tensor) => scan(step, 0, x)[0])(xs)).toThrow("must keep its shape");
    expect(() => scan((c: Tensor) => [c.add(0.5), []] as const, tensor(1, { dtype: "i32" }), xs)).toThrow(
      DTypeError,
    );
    expect(() => scan((c: Tensor) => [[c, c] as never, []] as const, 0, xs)).toThrow(
      "with the structure of the one",
    );
    expect(() => scan((c: Tensor) => [c, []] as const, 0, [])).toThrow("give the number of steps");
    expect(() => scan((c: Tensor) => [c, []] as const, 0, 5)).toThrow("a scalar has no axis to walk along");
    expect(() => scan((c: Tensor) => [c, []] as const, 0, [xs, arange(3)])).toThrow(
      "all first axes must have the extent 4: 1",
    );
    expect(() => scan((c: Tensor) => [c, []] as const, 0, [], { length: 1.5 })).toThrow(
      "whole number of steps: 1.5",
    );
  });
});

describe("cond", () => {
  const f = (x: Tensor): Tensor =>
    cond(
      x.greater(0),
      (a: Tensor) => a.sqrt(),
      (a: Tensor) => a.square(),
      x,
    );
  it("takes one way, in every setting", () => {
    for (const [x, value, slope] of [
      [4, 2, 0.25],
      [-3, 9, -6],
    ] as const) {
      expect(f(tensor(x)).item()).toBe(value);
      expect(compile(f)(x).item()).toBe(value);
      expect(grad(f)(x).item()).toBe(slope);
      expect(compile(grad(f))(x).item()).toBe(slope);
    }
    expect(vmap(f)(tensor([4, -3])).toArray()).toEqual([2, 9]);
    expect(vmap(grad(f))(tensor([4, -3])).toArray()).toEqual([0.25, -6]);
  });

  it("never lets the way not taken into the gradient, where a batch computes both", () => {
    // √x has the slope ∞ at 0, where the other way is taken.
    expect(vmap(grad(f))(tensor([0, 4])).toArray()).toEqual([0, 0.25]);
    expect(compile((x: Tensor) => vmap(grad(f))(x))(tensor([0, 4])).toArray()).toEqual([0, 0.25]);
  });

  it("has derivatives by what either way uses from around it, each its own", () => {
    const f = ([x, v, w]: Tensor[]): Tensor =>
      cond(
        (x as Tensor).greater(0),
        (a: Tensor) => a.mul((v as Tensor).square()),
        (a: Tensor) => a.add((w as Tensor).pow(3)),
        x as Tensor,
      );
    for (const gradient of [grad(f), compile(grad(f))]) {
      expect(toArrays(gradient([2, 3, 5]))).toEqual([9, 12, 0]);
      expect(toArrays(gradient([-2, 3, 5]))).toEqual([1, 0, 75]);
    }
    const both = vmap(grad(f))([tensor([2, -2]), tensor([3, 3]), tensor([5, 5])]);
    expect(toArrays(both)).toEqual([
      [9, 1],
      [12, 0],
      [0, 75],
    ]);
    const [, moved] = compile((x: Tensor[]) => jvp(f)(x, [1, 10, 100]))([-2, 3, 5]);
    expect(moved.item()).toBe(1 + 7500);
  });

  it("computes only the way that is taken", () => {
    const count = compile((x: Tensor) =>
      cond(
        x.greater(0),
        (a: Tensor) =>
          whileLoop<Tensor>(
            (b) => b.less(10),
            (b) => b.add(1),
            a,
          ),
        (a: Tensor) =>
          whileLoop<Tensor>(
            (b) => b.less(Infinity),
            (b) => b.add(1),
            a,
          ),
        x,
      ),
    );
    expect(count(0.5).item()).toBe(10.5);
  });

  it("says what is wrong", () => {
    const mixed = compile((x: Tensor) =>
      cond(
        x.greater(0),
        (a: Tensor) => a,
        (a: Tensor) => stack([a, a]),
        x,
      ),
    );
    expect(() => mixed(1)).toThrow(
      "cond: both functions must return the same shapes; the result has [] and [2]",
    );
    expect(() =>
      cond(
        [true, false],
        () => 1,
        () => 2,
      ),
    ).toThrow("use where(condition, a, b)");
    const structures = compile((x: Tensor) =>
      cond<[Tensor], unknown>(
        x.greater(0),
        (a) => [a],
        (a) => a,
        x,
      ),
    );
    expect(() => structures(1)).toThrow("the same structure: [0] and a tensor");
    const dtypes = compile((x: Tensor) =>
      cond(
        x.greater(0),
        (a: Tensor) => a.greater(1),
        (a: Tensor) => a,
        x,
      ),
    );
    expect(() => dtypes(1)).toThrow("the same dtypes; cast the result: bool and f64");
  });
});

describe("whileLoop", () => {
  // Newton's iteration for √a, until it settles.
  const root = (a: Tensor): Tensor =>
    whileLoop<Tensor>(
      (x) => x.mul(x).sub(a).abs().greater(a.mul(1e-15)),
      (x) => x.add(a.div(x)).div(2),
      a,
    );
  it("goes on as long as it should, in every setting", () => {
    expect(root(tensor(2)).item()).toBeCloseTo(Math.SQRT2, 15);
    expect(compile(root)(2).item()).toBe(root(tensor(2)).item());
    expect(vmap(root)(tensor([2, 9, 1e6])).toArray()).toEqual([2, 9, 1e6].map((a) => root(tensor(a)).item()));
  });

  it("has derivatives: both ways on values, forward where it is written out", () => {
    const slope = 1 / (2 * Math.SQRT2);
    expect(grad(root)(2).item()).toBeCloseTo(slope, 14);
    expect(derivative(root)(2).item()).toBeCloseTo(slope, 14);
    expect(compile(derivative(root))(2).item()).toBeCloseTo(slope, 14);
    expect(
      vmap(derivative(root))(tensor([2, 9]))
        .slice(1)
        .item(),
    ).toBeCloseTo(1 / 6, 14);
    expect(() => compile(grad(root))(2)).toThrow(DifferentiationError);
    expect(() => compile(grad(root))(2)).toThrow("use fori or scan");
  });

  it("counts with fori whose bounds are not known before", () => {
    const factorial = (n: Tensor): Tensor =>
      fori<Tensor>(1, n.add(1), (i, product) => product.mul(i.cast("f64")), 1);
    expect(factorial(tensor(5)).item()).toBe(120);
    expect(compile(factorial)(5).item()).toBe(120);
    expect(vmap(factorial)(tensor([3, 0, 6])).toArray()).toEqual([6, 1, 720]);
    expect(fori<Tensor>(3, 3, (_, x) => x.add(1), 0).item()).toBe(0);
    expect(() => fori<Tensor>(0, 1.5, (_, x) => x, 0)).toThrow("fori: a bound must be a whole number: 1.5");
    expect(() => fori<Tensor>(0, [1, 2], (_, x) => x, 0)).toThrow("a bound must be one number");
  });

  it("says what is wrong", () => {
    expect(() =>
      whileLoop<Tensor>(
        () => [true, false],
        (x) => x,
        0,
      ),
    ).toThrow("the condition must be one truth value");
    expect(() =>
      whileLoop<Tensor>(
        () => true,
        (x) => stack([x, x]),
        0,
      ),
    ).toThrow("whileLoop: the carry must keep its shape");
  });
});

describe("host control flow", () => {
  it("works under every derivative", () => {
    const collatz = (x: Tensor): Tensor => {
      let y = x;
      for (let steps = 0; steps < 20 && y.item() < 50; steps++) y = y.item() % 2 < 1 ? y.mul(1.5) : y.add(1);
      return y;
    };
    // 3 + 1 = 4, × 1.5⁷ ≥ 50
    expect(grad(collatz)(3).item()).toBeGreaterThan(1);
    expect(grad(collatz)(3).item()).toBe(jvp(collatz)(3, 1)[1].item());
    expect(grad(grad((x: Tensor) => collatz(x).square()))(3).item()).toBe(2 * grad(collatz)(3).item() ** 2);
  });
});

describe("the control operations", () => {
  it("are in the op table", () => {
    for (const name of ["cond", "scan", "whileLoop", "checkpoint", "customDerivative", "stopGradient"])
      expect(ops.has(name)).toBe(true);
  });
});
