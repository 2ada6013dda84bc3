import { exp, stack, tensor, type Tensor } from "@steepest/autodiff";
import {
  augmentedLagrangian,
  constrainedSteps,
  gradientDescent,
  lbfgsb,
  minimizeConstrained,
  OptimizationError,
  sqp,
  type Checkpoint,
  type ConstrainedMethod,
  type Step,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";

const methods: [string, () => ConstrainedMethod][] = [
  ["sqp", () => sqp()],
  ["sqp with BFGS", () => sqp({ hessian: "bfgs" })],
  ["augmentedLagrangian", () => augmentedLagrangian()],
  ["augmentedLagrangian with lbfgsb", () => augmentedLagrangian({ inner: lbfgsb() })],
];

/** Nocedal & Wright, example 12.6 with a bound: the nearest point of a disc's edge and a half plane. */
const example = {
  f: ([x, y]: Tensor[]): Tensor => x!.sub(2).square().add(y!.sub(1).square()),
  start: [2, 2] as [number, number],
  constraints: {
    equalities: ([x, y]: Tensor[]): Tensor => x!.sub(y!.mul(2)).add(1),
    inequalities: ([x, y]: Tensor[]): Tensor => x!.square().mul(-0.25).sub(y!.square()).add(1),
  },
};

describe.each(methods)("minimizeConstrained by %s", (name, method) => {
  it("solves problem 14 of Hock & Schittkowski with its multipliers", () => {
    const { f, start, constraints } = example;
    const solution = minimizeConstrained(f, start, { ...constraints, method: method() });
    const root = Math.sqrt(7);
    expect(solution.status, solution.message).toBe("converged");
    expect(solution.value).toBeCloseTo(9 - 2.875 * root, 7);
    expect(solution.x.map(Number)).toEqual([(root - 1) / 2, (root + 1) / 4].map((v) => expect.closeTo(v, 7)));
    // ∇f = λ ∇c_E + μ ∇c_I by hand.
    const [x, y] = [(root - 1) / 2, (root + 1) / 4];
    const mu = (2 * (2 * (x - 2)) + 2 * (y - 1)) / (2 * (-x / 2) + -2 * y);
    const lambda = 2 * (x - 2) + (mu * x) / 2;
    expect(solution.multipliers.equalities[0]).toBeCloseTo(lambda, 6);
    expect(solution.multipliers.inequalities[0]).toBeCloseTo(mu, 6);
    expect(mu).toBeGreaterThan(0);
    const { stationarity, feasibility, complementarity } = solution.kkt;
    expect(Math.max(stationarity, feasibility, complementarity)).toBeLessThanOrEqual(1e-8);
  });

  it("gives multipliers that are the value's change with the constraint", () => {
    // min x² + 2 y² with x + y = t, y ≤ u: at t = 3, u = ½ the bound holds. f = (t − u)² + 2 u².
    const solve = (t: number, u: number) =>
      minimizeConstrained(([x, y]) => x.square().add(y.square().mul(2)), [0, 0], {
        equalities: ([x, y]) => x.add(y).sub(t),
        lower: [-Infinity, -5],
        upper: [Infinity, u],
        method: method(),
      });
    const { multipliers, value, x } = solve(3, 0.5);
    expect(x.map(Number)).toEqual([expect.closeTo(2.5, 7), 0.5]);
    expect(value).toBeCloseTo(6.75, 6);
    // c_E = x + y − t: ∂f/∂t = λ = 2 (t − u). The bound u − y ≥ 0: ∂f/∂u = −z_u.
    expect(multipliers.equalities[0]).toBeCloseTo(5, 5);
    expect(multipliers.upper[1]).toBeCloseTo(5 - 4 * 0.5, 5);
    expect([...multipliers.lower, multipliers.upper[0]]).toEqual([0, 0, 0]);
    expect((solve(3.01, 0.5).value - value) / 0.01).toBeCloseTo(5 + 0.01, 4);
    expect((solve(3, 0.51).value - value) / 0.01).toBeCloseTo(-3 + 0.03, 4);
  });

  it("takes trees, several constraints in one tensor of any shape, and compiles", () => {
    const solution = minimizeConstrained(
      ({ center, radius }) => radius.square().add(center.square().sum().mul(0.01)),
      { center: tensor([3, 3]), radius: 5 },
      {
        method: method(),
        // A disc of centre and radius that holds four points.
        inequalities: ({ center, radius }) => {
          const points = tensor([
            [0, 0],
            [2, 0],
            [0, 1],
            [2, 1],
          ]);
          return radius
            .square()
            .sub(points.sub(center).square().sum({ axis: 1 }))
            .reshape([2, 2]);
        },
        lower: { center: -10, radius: 0 },
      },
    );
    expect(solution.status, solution.message).toBe("converged");
    expect(solution.multipliers.inequalities).toHaveLength(4);
    expect(solution.multipliers.lower).toHaveLength(3);
    const [cx, cy] = solution.x.center.toArray() as [number, number];
    expect([cx, cy]).toEqual([expect.closeTo(1, 5), expect.closeTo(0.5, 5)]);
    expect(solution.x.radius.item()).toBeCloseTo(Math.hypot(1, 0.5), 5);
  });

  it("without constraints minimises, within bounds if there are any", () => {
    const f = ([a, b]: Tensor[]): Tensor =>
      b!.sub(a!.square()).square().mul(100).add(a!.neg().add(1).square());
    const free = minimizeConstrained(f, [-1.2, 1], { method: method() });
    expect(free.status, free.message).toBe("converged");
    expect(free.x.map(Number)).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5)]);
    const boxed = minimizeConstrained(f, [-1.2, 1], { method: method(), upper: [0.5, 2] });
    expect(boxed.x.map(Number)).toEqual([0.5, expect.closeTo(0.25, 6)]);
    expect(boxed.multipliers.upper[0]).toBeCloseTo(1, 4);
  });

  it("begins where constraints are violated, but never leaves the bounds", () => {
    const seen: number[][] = [];
    const solution = minimizeConstrained(
      (x) => {
        seen.push(x.toArray() as number[]);
        return x.slice(0).sub(x.slice(1).mul(2));
      },
      tensor([5, -4]),
      {
        method: method(),
        compile: false,
        equalities: (x) => x.square().sum().sub(4),
        inequalities: (x) => x.slice(0).add(x.slice(1)).sub(1),
        lower: tensor([0.25, -5]),
        upper: tensor([5, 5]),
      },
    );
    expect(solution.status, solution.message).toBe("converged");
    expect((solution.x.toArray() as number[])[0]).toBe(0.25);
    for (const [x, y] of seen as [number, number][]) {
      expect(x).toBeGreaterThanOrEqual(0.25);
      expect(Math.abs(y)).toBeLessThanOrEqual(5);
    }
  });

  it("keeps fixed parameters and a start on its bounds", () => {
    const solution = minimizeConstrained(
      ([x, y, z]) => x.square().add(y.square()).add(z.sub(y).square()),
      [1, 3, 0],
      {
        method: method(),
        lower: [-9, 3, 0],
        upper: [1, 3, 9],
        equalities: ([x, y, z]) => x.add(y).add(z).sub(4),
      },
    );
    expect(solution.status, solution.message).toBe("converged");
    // y = 3: x + z = 1, x² + (z − 3)² → x = −1, z = 2.
    expect(solution.x.map(Number)).toEqual([expect.closeTo(-1, 6), 3, expect.closeTo(2, 6)]);
  });

  it("counts what it calls", () => {
    let calls = 0;
    const { f, start, constraints } = example;
    const solution = minimizeConstrained((x) => (calls++, f(x)), start, {
      ...constraints,
      method: method(),
      compile: false,
      history: true,
    });
    expect(solution.evaluations + solution.hessianEvaluations).toBe(calls);
    expect(solution.gradientEvaluations).toBe(solution.evaluations);
    expect(solution.history!.at(-1)!.evaluations).toBe(solution.evaluations);
    if (name.includes("BFGS") || name.includes("lbfgsb")) expect(solution.hessianEvaluations).toBe(0);
  });

  it("gives its steps one at a time, with what there is to see", () => {
    const { f, start, constraints } = example;
    const walk = constrainedSteps(f, start, method(), constraints);
    const seen: Step[] = [];
    let result = walk.next();
    for (; !result.done; result = walk.next()) seen.push(result.value);
    const solution = minimizeConstrained(f, start, { ...constraints, method: method(), history: true });
    expect(seen).toEqual(solution.history);
    expect(result.value.status).toBe("converged");
    seen.forEach((step, k) => {
      expect(step.iteration).toBe(k);
      expect(step.multipliers).toHaveLength(2);
      expect(step.boundMultipliers).toHaveLength(2);
      const [x, y] = step.x as unknown as [number, number];
      const violation = Math.max(Math.abs(x - 2 * y + 1), x ** 2 / 4 + y ** 2 - 1, 0);
      expect(step.violation).toBeCloseTo(violation, 12);
      expect(step.value).toBeCloseTo((x - 2) ** 2 + (y - 1) ** 2, 12);
      if (k > 0 && step.accepted)
        step.x.forEach((xj, j) => expect(xj).toBeCloseTo(seen[k - 1]!.x[j]! + step.step[j]!, 12));
    });
    expect(seen.slice(1).every(({ penalty }) => penalty! >= 0)).toBe(true);
  });

  it.each([0, 1, 2, 4])(
    "stopped after %i steps, written as text and resumed, goes on to the last bit",
    (k) => {
      const { f, start, constraints } = example;
      const whole = [...constrainedSteps(f, start, method(), constraints)];
      const first = constrainedSteps(f, start, method(), constraints);
      for (let i = 0; i < k; i++) first.next();
      const resume = JSON.parse(JSON.stringify(first.checkpoint())) as Checkpoint;
      expect([...constrainedSteps(f, start, method(), { ...constraints, resume })]).toEqual(whole.slice(k));
    },
  );

  it.each([1, 2, 3, 5])("stops within evaluation %i when told to, and can be resumed", (k) => {
    const { f, start, constraints } = example;
    const controller = new AbortController();
    let calls = 0;
    const part = minimizeConstrained(
      (x) => {
        if (++calls === k) controller.abort();
        return f(x);
      },
      start,
      { ...constraints, method: method(), compile: false, signal: controller.signal },
    );
    expect(part.status).toBe("aborted");
    expect(calls).toBe(k);
    const resume = JSON.parse(JSON.stringify(part.checkpoint())) as Checkpoint;
    const rest = minimizeConstrained(f, start, { ...constraints, method: method(), compile: false, resume });
    const whole = minimizeConstrained(f, start, { ...constraints, method: method(), compile: false });
    expect(rest.status).toBe("converged");
    expect(rest.x.map(Number)).toEqual(whole.x.map(Number));
  });

  it("works with functions that decide on values, step by step", () => {
    const solution = minimizeConstrained(
      ([x, y]) => (x.item() > 0 ? x.square() : x.square().mul(2)).add(y.square()),
      [3, -2],
      { method: method(), equalities: ([x, y]) => (y.item() > 100 ? y : x.add(y).sub(2)) },
    );
    expect(solution.x.map(Number)).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
  });

  it("says when the iterations ran out", () => {
    const { f, start, constraints } = example;
    const solution = minimizeConstrained(f, start, { ...constraints, method: method(), maxIterations: 1 });
    expect(solution.status).toBe("maxIterations");
    expect(solution.iterations).toBe(1);
  });
});

describe("wrong arguments", () => {
  const { f, start, constraints } = example;
  it.each<[string, () => unknown, RegExp]>([
    [
      "a start outside its bounds",
      () => minimizeConstrained(f, start, { ...constraints, lower: [3, 0] }),
      /start of/,
    ],
    [
      "a negative tolerance",
      () => minimizeConstrained(f, start, { constraintTolerance: -1 }),
      /constraintTolerance.*-1/,
    ],
    ["a Hessian of another kind", () => sqp({ hessian: "sr1" as never }), /"exact" or "bfgs": sr1/],
    ["a penalty of nothing", () => augmentedLagrangian({ initialPenalty: 0 }), /initial penalty .*: 0/],
    [
      "an inner method without bounds",
      () => augmentedLagrangian({ inner: gradientDescent() }),
      /keep to bounds.*: gradient descent/,
    ],
    [
      "a checkpoint of another method",
      () => {
        const { checkpoint } = minimizeConstrained(f, start, { ...constraints, maxIterations: 1 });
        return minimizeConstrained(f, start, {
          ...constraints,
          method: augmentedLagrangian(),
          resume: checkpoint(),
        });
      },
      /is of sqp/,
    ],
  ])("throw a typed error for %s", (_, run, message) => {
    expect(run).toThrow(OptimizationError);
    expect(run).toThrow(message);
  });
});

it("a solution that ended at its start has multipliers, one that failed has none", () => {
  const corner = minimizeConstrained(([x, y]) => x.add(y.mul(2)), [0, 0], { lower: [0, 0] });
  expect(corner.status).toBe("converged");
  expect([...corner.multipliers.lower]).toEqual([1, 2]);
  const failed = minimizeConstrained(([x]) => x.log(), [-1], { equalities: ([x]) => exp(x).sub(1) });
  expect(failed.status).toBe("failed");
  expect(failed.multipliers.equalities).toHaveLength(0);
  expect(failed.kkt.stationarity).toBeNaN();
  expect(failed.x[0].item()).toBe(-1);
});

it("solves linear programs at their corners", () => {
  const solution = minimizeConstrained(([x, y]) => x.mul(-3).sub(y.mul(5)), [0, 0], {
    lower: [0, 0],
    inequalities: ([x, y]) => stack([x.neg().add(4), y.mul(-2).add(12), x.mul(-3).sub(y.mul(2)).add(18)]),
  });
  expect(solution.status).toBe("converged");
  expect(solution.x.map(Number)).toEqual([expect.closeTo(2, 10), expect.closeTo(6, 10)]);
  expect([...solution.multipliers.inequalities]).toEqual([0, 1.5, 1].map((v) => expect.closeTo(v, 8)));
});
