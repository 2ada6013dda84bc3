import { exp, sin, stack, tensor, type Tensor } from "@steepest/autodiff";
import { OptimizationError, prepared } from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { constrainedProblem, type ConstrainedFunctions } from "../src/problem/constrained-problem.ts";
import { packStart } from "../src/problem/packing.ts";

type Point = { a: Tensor; b: Tensor };

/** Trees of a vector and a number: three parameters in all. */
const functions = {
  objective: ({ a, b }: Point): Tensor => a.slice(0).mul(a.slice(1)).add(exp(b)),
  equalities: ({ a, b }: Point): Tensor => stack([a.slice(0).mul(b), a.slice(1).square()]).reshape([1, 2]),
  inequalities: ({ a, b }: Point): Tensor =>
    stack([a.slice(0), a.slice(1), b, a.slice(0).mul(a.slice(1)).mul(b), sin(a.slice(0))]),
};
const { packing, start } = packStart({ a: tensor([1, 2]), b: 3 });

const make = (given: object = functions, compile = true) =>
  constrainedProblem(given as ConstrainedFunctions, packing, { compile });

describe.each([true, false])("a constrained problem (compile: %s)", (compile) => {
  it("gives values, gradient and both Jacobians in one pass, by forward and by reverse mode", () => {
    const problem = make(functions, compile);
    const at = problem.evaluate(start)!;
    expect(at.value).toBeCloseTo(2 + Math.exp(3), 13);
    expect([...at.gradient]).toEqual([2, 1, expect.closeTo(Math.exp(3), 13)]);
    expect([...at.equalities]).toEqual([3, 4]);
    expect([...at.equalityJacobian]).toEqual([3, 0, 1, 0, 4, 0]);
    expect([...at.inequalities]).toEqual([1, 2, 3, 6, expect.closeTo(Math.sin(1), 14)]);
    // Five values of three parameters: columns; two values: rows.
    expect([...at.inequalityJacobian]).toEqual(
      [1, 0, 0, 0, 1, 0, 0, 0, 1, 6, 3, 2, Math.cos(1), 0, 0].map((value) => expect.closeTo(value, 14)),
    );
    expect(problem.evaluations).toEqual({ values: 1, gradients: 1, hessians: 0, hessianProducts: 0 });
  });

  it("gives the Hessian of the Lagrangian and its products", () => {
    const problem = make(functions, compile);
    const weights = {
      objective: 2,
      equalities: Float64Array.of(1, 2),
      inequalities: Float64Array.of(9, 9, 9, 1, 0),
    };
    // 2 f: a₀a₁ → 2, e^b → 2 e³; −a₀ b; −2 a₁²; −a₀ a₁ b.
    const expected = [0, 2 - 3, -1 - 2, 2 - 3, -4, -1, -3, -1, 2 * Math.exp(3)];
    expect([...problem.hessian(start, weights)!]).toEqual(expected.map((v) => expect.closeTo(v, 12)));
    const v = Float64Array.of(1, -2, 0.5);
    const product = [0, 1, 2].map((i) => v.reduce((sum, vj, j) => sum + expected[i * 3 + j]! * vj, 0));
    expect([...problem.hessianProduct(start, v, weights)!]).toEqual(
      product.map((p) => expect.closeTo(p, 12)),
    );
    expect(problem.evaluations).toEqual({ values: 0, gradients: 0, hessians: 1, hessianProducts: 1 });
  });

  it("without constraints is the objective alone", () => {
    const at = make({ objective: functions.objective }, compile).evaluate(start)!;
    expect([at.equalities.length, at.inequalities.length]).toEqual([0, 0]);
    const none = new Float64Array();
    const weights = { objective: 1, equalities: none, inequalities: none };
    const hessian = make({ objective: functions.objective }, compile).hessian(start, weights)!;
    expect(hessian[1]).toBe(1);
  });
});

it("calls every function once for an evaluation", () => {
  const calls = { f: 0, e: 0, i: 0 };
  const problem = make(
    {
      objective: (x: Point) => (calls.f++, functions.objective(x)),
      equalities: (x: Point) => (calls.e++, functions.equalities(x)),
      inequalities: (x: Point) => (calls.i++, functions.inequalities(x)),
    },
    false,
  );
  problem.evaluate(start);
  expect(calls).toEqual({ f: 1, e: 1, i: 1 });
});

it("names what cannot be evaluated", () => {
  const with_ = (more: object) => make({ ...functions, ...more }, false);
  const cases: [object, RegExp][] = [
    [{ objective: ({ b }: Point) => b.sub(4).log() }, /^the value is NaN$/],
    [{ equalities: ({ a, b }: Point) => stack([b, a.slice(0).sub(2).sqrt()]) }, /^equality 1 is NaN$/],
    [{ inequalities: ({ a }: Point) => a.sub(1).pow(-1) }, /^inequality 0 is Infinity$/],
    [
      { inequalities: ({ a }: Point) => a.slice(0).sub(1).sqrt() },
      /^a derivative of the inequality constraints is not finite$/,
    ],
    [
      {
        equalities: () => {
          throw new RangeError("no such place");
        },
      },
      /no such place/,
    ],
  ];
  for (const [more, message] of cases) {
    const problem = with_(more);
    expect(problem.evaluate(start)).toBeUndefined();
    expect(problem.lastFailure).toMatch(message);
  }
});

it.each<[string, object, RegExp]>([
  ["an objective of several values", { objective: ({ a }: Point) => a }, /must return a scalar.*\[2\]/],
  ["no tensor", { equalities: () => 3 }, /equalities must return a tensor of floating-point values: 3/],
  ["truth values", { inequalities: ({ a }: Point) => a.greater(0) }, /inequalities must return .*: bool/],
  [
    "no values",
    { equalities: () => tensor([], { shape: [0] }) },
    /equalities must return at least one value, or be left out/,
  ],
])("refuses %s", (_, more, message) => {
  const problem = make({ ...functions, ...more }, false);
  expect(() => problem.evaluate(start)).toThrow(OptimizationError);
  expect(() => problem.evaluate(start)).toThrow(message);
});

it("keeps programs for prepared functions, apart for other constraints", () => {
  let traced = 0;
  const objective = prepared((x: Point) => (traced++, functions.objective(x)));
  const first = prepared(functions.equalities);
  const second = prepared(({ a }: Point) => a.slice(0).sub(7));
  const evaluate = (equalities: object) => make({ objective, equalities }).evaluate(start)!.equalities;
  expect([...evaluate(first)]).toEqual([3, 4]);
  const once = traced;
  expect([...evaluate(first)]).toEqual([3, 4]);
  expect(traced).toBe(once);
  expect([...evaluate(second)]).toEqual([-6]);
  // Functions that nobody has said to be pure are traced anew.
  const before = traced;
  evaluate(({ b }: Point) => b);
  expect(traced).toBeGreaterThan(before);
});
