import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  acos,
  erf,
  compile,
  concatenate,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  maximum,
  minimum,
  ones,
  relu,
  solve,
  stack,
  tensor,
  vmap,
  where,
  type Tensor,
} from "../src/index.ts";
import { nodesOf, traceGraph } from "../src/compile/graph.ts";
import { flatten } from "../src/tensor/tree.ts";
import { opCases } from "./cases/index.ts";

/**
 * A branch that goes wrong where it is not taken, x ≤ 0 or the point named: as a function, and its derivatives at x = 2,
 * where it is taken, worked out on paper.
 */
interface Branch {
  readonly name: string;
  readonly f: (x: Tensor) => Tensor;
  /** Where the branch is not to be taken, and its slope is not a finite number. */
  readonly at: number;
  /** f, f′, f″ and f‴ at 2. */
  readonly jet: readonly [number, number, number, number];
}

const root = Math.SQRT2;
const e4 = Math.exp(4);
const branches: readonly Branch[] = [
  { name: "log x", f: (x) => x.log(), at: 0, jet: [Math.LN2, 1 / 2, -1 / 4, 1 / 4] },
  {
    name: "√x of a negative number",
    f: (x) => x.sqrt(),
    at: -1,
    jet: [root, root / 4, -root / 16, (3 * root) / 64],
  },
  { name: "√x", f: (x) => x.sqrt(), at: 0, jet: [root, root / 4, -root / 16, (3 * root) / 64] },
  {
    name: "x log x",
    f: (x) => x.mul(x.log()),
    at: 0,
    jet: [2 * Math.LN2, Math.LN2 + 1, 1 / 2, -1 / 4],
  },
  { name: "1 / x", f: (x) => x.pow(-1), at: 0, jet: [1 / 2, -1 / 4, 1 / 4, -3 / 8] },
  { name: "x / x²", f: (x) => x.div(x.square()), at: 0, jet: [1 / 2, -1 / 4, 1 / 4, -3 / 8] },
  // Its slope is finite at 0, the second derivative is not.
  {
    name: "x^1.5",
    f: (x) => x.pow(1.5),
    at: 0,
    jet: [2 * root, 1.5 * root, 0.75 / root, -0.375 / (2 * root)],
  },
  // Here the third is the first that is infinite.
  {
    name: "x^2.5",
    f: (x) => x.pow(2.5),
    at: 0,
    jet: [4 * root, 5 * root, 3.75 * root, 1.875 / root],
  },
  {
    name: "acos(x / 4)",
    f: (x) => acos(x.div(4)),
    at: -4,
    jet: [Math.PI / 3, -1 / Math.sqrt(12), -2 / 12 ** 1.5, -1 / 12 ** 1.5 - 12 / 12 ** 2.5],
  },
  { name: "x / |x| · x²", f: (x) => x.div(x.abs()).mul(x.square()), at: 0, jet: [4, 4, 2, 0] },
  {
    name: "eˣ · eˣ, overflowing",
    f: (x) => x.exp().mul(x.exp()),
    at: -800,
    jet: [e4, 2 * e4, 4 * e4, 8 * e4],
  },
  {
    name: "e^(−1000 x) · 0 + x², overflowing",
    f: (x) => x.mul(-1000).exp().mul(0).add(x.square()),
    at: -1,
    jet: [4, 4, 2, 0],
  },
  { name: "sin(1 / x) − sin(1 / x) + x", f: (x) => x.pow(-1).sin().mul(0).add(x), at: 0, jet: [2, 1, 0, 0] },
];

const positive = (x: Tensor): Tensor => x.greater(0);
/** The branch where x > 0, and x² + 1 elsewhere. */
const guarded =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    where(positive(x), f(x), x.square().add(1));

const outside = (at: number): [number, number, number, number] => [at * at + 1, 2 * at, 2, 0];

function expectClose(actual: Tensor, expected: readonly number[]): void {
  const found = [...actual.data];
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, index) => {
    const difference = Math.abs((found[index] as number) - value);
    expect(difference, `element ${index}: ${found[index]}, expected ${value}`).toBeLessThanOrEqual(
      1e-14 * Math.max(1, Math.abs(value)),
    );
  });
}

describe.each(branches)("where leaves out $name", ({ f, at, jet }) => {
  const whole = guarded(f);
  const third = (g: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) => grad(grad(grad(g)));
  const other = outside(at);
  const points = tensor([at, 2, at]);
  const rows = [0, 1, 2, 3].map((order) => [other[order], jet[order], other[order]] as number[]);
  const total = (x: Tensor): Tensor => whole(x).sum();

  it("for scalars, to third order", () => {
    expectClose(grad(whole)(at), [other[1]]);
    expectClose(grad(grad(whole))(at), [other[2]]);
    expectClose(third(whole)(tensor(at)), [other[3]]);
    expectClose(hvp(whole)(at, 3), [3 * other[2]]);
    expectClose(hvp(grad(whole))(at, 3), [3 * other[3]]);
    expectClose(jvp(grad(grad(whole)))(at, 3)[1], [3 * other[3]]);
    expectClose(grad(whole)(2), [jet[1]]);
    expectClose(third(whole)(tensor(2)), [jet[3]]);
  });

  it("for some elements and not for others", () => {
    const sumOf =
      (g: (x: Tensor) => Tensor) =>
      (x: Tensor): Tensor =>
        g(x).sum();
    expectClose(grad(total)(points), rows[1] as number[]);
    expectClose(grad(sumOf(grad(total)))(points), rows[2] as number[]);
    expectClose(grad(sumOf(grad(sumOf(grad(total)))))(points), rows[3] as number[]);
    expectClose(hvp(total)(points, ones([3])), rows[2] as number[]);
    expectClose(hvp(sumOf(grad(total)))(points, ones([3])), rows[3] as number[]);
    expectClose(jvp(grad(sumOf(grad(total))))(points, ones([3]))[1], rows[3] as number[]);
    const [a, b] = [other[2], jet[2]];
    expectClose(hessian(total)(points), [a, 0, 0, 0, b, 0, 0, 0, a]);
    expectClose(jacobian(whole)(points), [other[1], 0, 0, 0, jet[1], 0, 0, 0, other[1]]);
  });

  it("under vmap and in compiled functions", () => {
    for (const [order, g] of [grad(whole), grad(grad(whole)), third(whole)].entries()) {
      expectClose(vmap(g)(points), rows[order + 1] as number[]);
      for (const webAssembly of [true, false]) {
        const compiled = compile(g, { webAssembly });
        expectClose(compiled(at), [other[order + 1] as number]);
        expectClose(compiled(2), [jet[order + 1] as number]);
      }
    }
    expectClose(grad((x: Tensor) => vmap(whole)(x).sum())(points), rows[1] as number[]);
    expectClose(compile(grad(total))(points), rows[1] as number[]);
    expectClose(compile(hvp(total))(points, ones([3])), rows[2] as number[]);
    expectClose(vmap((x: Tensor) => hvp(whole)(x, 1))(points), rows[2] as number[]);
  });

  it("behind sums, broadcasts, reshaping and products with constants", () => {
    const m = tensor([
      [1, 0, 2],
      [0, 3, 0],
      [-1, 0, 1],
    ]);
    // Σᵢ wᵢ f(xᵢ), where all elements of a row are left out together.
    const both = stack([tensor([at, at, at]), tensor([2, 2, 2])]);
    const column = tensor([false, true]);
    const bySum = (x: Tensor): Tensor => where(column, f(x).sum({ axis: 1 }), 0).sum();
    expectClose(grad(bySum)(both), [0, 0, 0, jet[1], jet[1], jet[1]]);
    expectClose(hvp(bySum)(both, both.mul(0).add(1)), [0, 0, 0, jet[2], jet[2], jet[2]]);
    const kept = tensor([
      [false, false, false],
      [true, true, false],
    ]);
    // Column j of m says which elements of a row column j of the product is made of.
    const byProduct = (x: Tensor): Tensor => where(kept, f(x).matmul(m), 0).sum();
    expectClose(grad(byProduct)(both), [0, 0, 0, jet[1], 3 * jet[1], -jet[1]]);
    expectClose(hvp(byProduct)(both, ones([2, 3])), [0, 0, 0, jet[2], 3 * jet[2], -jet[2]]);
    const byPlace = (x: Tensor): Tensor => {
      const y = f(x).transpose().reshape([2, 3]);
      return where(tensor([true, true, false, true]), concatenate([y, y], 1).slice([], [0, 4]), 0).sum();
    };
    // y is [[x₀₀, x₁₀, x₀₁], [x₁₁, x₀₂, x₁₂]]: its first column is kept twice, its last one never.
    const mixed = tensor([
      [2, at, 2],
      [2, 2, at],
    ]);
    const times = [2, 0, 1, 1, 2, 0];
    expectClose(
      grad(byPlace)(mixed),
      times.map((count) => count * jet[1]),
    );
    expectClose(
      hvp(byPlace)(mixed, ones([2, 3])),
      times.map((count) => count * jet[2]),
    );
    const repeated = (x: Tensor): Tensor =>
      where(
        [
          [false, false, true],
          [false, true, true],
        ],
        f(x).broadcastTo([2, 3]),
        0,
      ).sum();
    expectClose(grad(repeated)(tensor([at, 2, 2])), [0, jet[1], 2 * jet[1]]);
    expectClose(hvp(repeated)(tensor([at, 2, 2]), ones([3])), [0, jet[2], 2 * jet[2]]);
  });

  it("nested in each other, on either side", () => {
    const otherwise = (x: Tensor): Tensor => x.square().add(1);
    const nested = (x: Tensor): Tensor =>
      where(positive(x), where(x.less(5), f(x), f(x.neg())), where(x.less(at - 1), f(x), otherwise(x)));
    const reversed = (x: Tensor): Tensor => where(positive(x).logicalNot(), otherwise(x), f(x));
    for (const g of [nested, reversed]) {
      expectClose(grad(g)(at), [other[1]]);
      expectClose(grad(g)(2), [jet[1]]);
      expectClose(grad((x: Tensor) => g(x).sum())(points), rows[1] as number[]);
      expectClose(hvp((x: Tensor) => g(x).sum())(points, ones([3])), rows[2] as number[]);
    }
  });
});

describe("other choices", () => {
  it("leave out what they do not take: maximum, minimum and relu", () => {
    expect(grad((x) => maximum(x.log(), -10))(0).item()).toBe(0);
    expect(grad((x) => maximum(-10, x.log()))(0).item()).toBe(0);
    expect(grad((x) => minimum(x.pow(-1), 10))(0).item()).toBe(0);
    expect(grad((x) => relu(x.log()))(0).item()).toBe(0);
    const clipped = (x: Tensor): Tensor => maximum(x.log(), -10).sum();
    expect(grad(clipped)(tensor([0, 2])).toArray()).toEqual([0, 0.5]);
    expect(hvp(clipped)(tensor([0, 2]), tensor([1, 1])).toArray()).toEqual([0, -0.25]);
    expect(compile(grad(clipped))(tensor([0, 2])).toArray()).toEqual([0, 0.5]);
    expect(vmap(grad((x: Tensor) => relu(x.log())))(tensor([0, 2])).toArray()).toEqual([0, 0.5]);
  });

  it("share a tie as before", () => {
    const tie = (x: Tensor): Tensor => maximum(x.square(), x).sum();
    expect(grad(tie)(tensor([1, 2, 0.5])).toArray()).toEqual([1.5, 4, 1]);
  });
});

describe("an adjoint that is 0 by chance", () => {
  // At 1 the factor 2u is 0, but its derivative is not: (u²)″ = 2 u′² + 2 u u″.
  const squared = (x: Tensor): Tensor => where(x.greater(0), x.log(), x).square();

  it("is not taken for one that where left out", () => {
    expect(grad(grad(squared))(1).item()).toBe(2);
    expect(hvp(squared)(1, 1).item()).toBe(2);
    const total = (x: Tensor): Tensor => squared(x).sum();
    expect(hessian(total)(tensor([1, -1])).toArray()).toEqual([
      [2, 0],
      [0, 2],
    ]);
    expect(vmap(grad(grad(squared)))(tensor([1, -1])).toArray()).toEqual([2, 2]);
  });

  it("still shows a derivative that does not exist where the branch is taken", () => {
    expect(grad((x) => where(x.greaterEqual(0), x.sqrt(), x).square())(0).item()).toBeNaN();
    expect(grad((x) => where(x.greaterEqual(0), x.sqrt(), x))(0).item()).toBe(Infinity);
    const each = grad((x: Tensor) => where(x.greaterEqual(0), x.sqrt(), x).sum());
    expect(each(tensor([0, -1])).toArray()).toEqual([Infinity, 1]);
  });

  it("through a product with a factor that is 0 now counts as alive", () => {
    // ∂²/∂a∂b of Σ where(…, b tanh(a), …) at b = 0
    const f = ([a, b]: [Tensor, Tensor]): Tensor =>
      where([true, false], a.tanh().matmul(b), a.log().sum()).sum();
    const a = tensor([[0.5, 0]]);
    const b = tensor([
      [0, 0],
      [0, 0],
    ]);
    const [[, mixed]] = hessian(f)([a, b]) as [[Tensor, Tensor], unknown];
    expect(mixed.slice(0, 0, 0, 0).item()).toBeCloseTo(1 / Math.cosh(0.5) ** 2, 14);
  });
});

describe("rows of missing data that where leaves out", () => {
  const x = tensor([
    [1, 2],
    [NaN, Infinity],
    [3, -1],
  ]);
  const loss = (w: Tensor): Tensor => where([true, false, true], x.matmul(w).sub(1), 0).square().sum();

  it("do not reach the gradient through a matrix product", () => {
    // Residuals of the two complete rows at w = (1, 1) are 2 and 1.
    expect(grad(loss)(tensor([1, 1])).toArray()).toEqual([10, 6]);
    expect(compile(grad(loss))(tensor([1, 1])).toArray()).toEqual([10, 6]);
    expect(hessian(loss)(tensor([1, 1])).toArray()).toEqual([
      [20, -2],
      [-2, 10],
    ]);
  });
});

describe("where and operations that are neither elementwise nor linear", () => {
  it("leave out an example in which they go wrong", () => {
    // The largest element of nothing but NaN is NaN, and so are the shares in it.
    const f = (x: Tensor): Tensor => where(x.min().greater(0), x.log().max(), x.sum());
    const points = tensor([
      [1, 3],
      [-1, -2],
    ]);
    const expected = [
      [0, 1 / 3],
      [1, 1],
    ];
    expect(vmap(grad(f))(points).toArray()).toEqual(expected);
    expect(compile(grad(f))(points.slice(1)).toArray()).toEqual(expected[1]);
    expect(grad(f)(points.slice(1)).toArray()).toEqual(expected[1]);
  });

  it("leave out a batch member, not its neighbours", () => {
    const a = tensor([
      [
        [2, 0],
        [0, 4],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ]);
    const b = tensor([
      [1, 4],
      [0, 1],
    ]);
    const f = (right: Tensor): Tensor => {
      const solved = vmap((m: Tensor, r: Tensor) => solve(m, r.log()))(a, right);
      return where(tensor([[true], [false]]), solved, 0).sum();
    };
    expect(
      vmap((m: Tensor, r: Tensor) =>
        grad((v: Tensor) => where(r.min().greater(0), solve(m, v.log()), 0).sum())(r),
      )(a, b).toArray(),
    ).toEqual([
      [1 / 2, 1 / 16],
      [0, 0],
    ]);
    expect(grad(f)(b).toArray()).toEqual([
      [1 / 2, 1 / 16],
      [0, 0],
    ]);
  });
});

describe("linear operations that are not elementwise", () => {
  // What is alive goes back by their reverse rules, which must therefore not cancel anything.
  it.each(opCases)("$name: gives nothing negative back for a positive adjoint", ({ f, inputs }) => {
    const floats = inputs.map((input) => tensor(input));
    const { graph } = traceGraph(
      (...given) => f(...(given as Tensor[])),
      floats.map((input) => flatten(input)),
      floats,
    );
    for (const node of nodesOf(graph.outputs)) {
      const { op, inputs: operands, attributes, shape } = node;
      if (op.linearity !== "linear" || op.elementwise !== undefined) continue;
      const wanted = operands.map(() => true);
      for (const part of op.reverse(ones(shape), operands, node, attributes, wanted))
        expect(
          part === undefined || !part.hasValue || part.data.every((value: number) => value >= 0),
          op.name,
        ).toBe(true);
    }
  });
});

/** Programs of operations whose derivatives exist everywhere. */
const program = fc.letrec<{ node: (x: Tensor) => Tensor }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<((x: Tensor) => Tensor)[]>(
      (x) => x,
      (x) => x.mul(0.7),
      (x) => x.add(1.3),
    ),
    fc
      .tuple(
        fc.constantFrom<"sin" | "tanh" | "exp" | "square" | "neg" | "relu" | "erf">(
          "sin",
          "tanh",
          "exp",
          "square",
          "neg",
          "relu",
          "erf",
        ),
        tie("node"),
      )
      .map(
        ([name, inner]) =>
          (x: Tensor) =>
            name === "exp" ? inner(x).tanh().exp() : name === "erf" ? erf(inner(x)) : inner(x)[name](),
      ),
    fc
      .tuple(
        fc.constantFrom<"add" | "mul" | "sub" | "maximum">("add", "mul", "sub", "maximum"),
        tie("node"),
        tie("node"),
      )
      .map(
        ([name, left, right]) =>
          (x: Tensor) =>
            left(x)[name](right(x)),
      ),
  ),
})).node;

describe("where with branches that are fine on both sides", () => {
  it("has bit for bit the derivatives of the branches alone", () => {
    fc.assert(
      fc.property(
        program,
        program,
        fc.array(fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.boolean()), {
          minLength: 1,
          maxLength: 6,
        }),
        (f, g, elements) => {
          const x = tensor(elements.map(([value]) => value));
          const taken = tensor(elements.map(([, first]) => first));
          const chosen = (each: Tensor): Tensor => where(taken, f(each), g(each)).sum();
          const gradient = grad(chosen)(x).data;
          const curvature = hvp(chosen)(x, ones(x.shape)).data;
          const mapped = vmap((condition: Tensor, each: Tensor) =>
            grad((v: Tensor) => where(condition, f(v), g(v)))(each),
          )(taken, x).data;
          elements.forEach(([value, first], index) => {
            const branch = first ? f : g;
            // + 0: a zero has no sign here.
            const slope = grad(branch)(value).item() + 0;
            expect((gradient[index] as number) + 0).toBe(slope);
            expect((mapped[index] as number) + 0).toBe(slope);
            expect(grad((v) => where(first, f(v), g(v)))(value).item() + 0).toBe(slope);
            expect((curvature[index] as number) + 0).toBe(hvp(branch)(value, 1).item() + 0);
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});
