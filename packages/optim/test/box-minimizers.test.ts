import { exp, tensor, type Tensor } from "@steepest/autodiff";
import {
  lbfgsb,
  minimize,
  OptimizationError,
  projectedNewton,
  steps,
  type MinimizeMethod,
  type Step,
} from "@steepest/optim";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solveQuadraticProgram } from "../src/constrained/quadratic-program.ts";

const methods: [string, () => MinimizeMethod][] = [
  ["lbfgsb", () => lbfgsb()],
  ["lbfgsb with one pair", () => lbfgsb({ memory: 1 })],
  ["projectedNewton", () => projectedNewton()],
];

const rosenbrock = ([a, b]: Tensor[]): Tensor =>
  b!.sub(a!.square()).square().mul(100).add(a!.neg().add(1).square());

/** ½ xᵀH x + gᵀx */
function quadratic(
  hessian: readonly (readonly number[])[],
  gradient: readonly number[],
): (x: Tensor) => Tensor {
  const H = tensor(hessian.map((row) => [...row]));
  const g = tensor([...gradient]);
  return (x) => x.mul(H.matmul(x)).sum().mul(0.5).add(g.mul(x).sum());
}

describe.each(methods)("%s", (_, method) => {
  it("is not the free minimum clamped", () => {
    // (x − 1)² + (y − 2)² + 1.8 (x − 1)(y − 2), y ≤ 1: clamped it would be (1, 1), but 2 (x − 1) = 1.8.
    const f = ([x, y]: Tensor[]): Tensor =>
      x!
        .sub(1)
        .square()
        .add(y!.sub(2).square())
        .add(x!.sub(1).mul(y!.sub(2)).mul(1.8));
    const solution = minimize(f, [0, 0], { method: method(), upper: [Infinity, 1], history: true });
    expect(solution.status).toBe("converged");
    expect(solution.x[0].item()).toBeCloseTo(1.9, 7);
    expect(solution.x[1].item()).toBe(1);
    const last = solution.history!.at(-1)!;
    expect([...last.activeBounds!]).toEqual([0, 1]);
    // The projected gradient vanishes, the gradient does not: it is the bound's multiplier.
    expect(last.gradientNorm).toBeLessThan(1e-6);
    expect(last.gradient![1]).toBeCloseTo(-2 * 1 + 1.8 * 0.9, 6);
  });

  it("is the default choice of minimize or accepted by it, and others are not", () => {
    expect(minimize((x) => x.square(), 3, { lower: 1, method: method() }).x.item()).toBe(1);
  });

  it("leaves a bound that it begins on", () => {
    const solution = minimize(rosenbrock, [-1, -1], { method: method(), lower: [-1, -1], upper: [2, 2] });
    expect(solution.status).toBe("converged");
    expect(solution.x.map(Number)).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
  });

  it("keeps fixed parameters, also all of them", () => {
    const f = ([a, b, c]: Tensor[]): Tensor => a!.mul(b!).add(c!.sub(a!).square()).add(b!.square());
    const solution = minimize(f, [1, 5, -2], {
      method: method(),
      lower: [1, -9, -2],
      upper: [1, 9, -2],
    });
    expect(solution.status).toBe("converged");
    expect(solution.x.map(Number)).toEqual([1, expect.closeTo(-0.5, 8), -2]);
    const still = minimize(f, [1, 2, 3], { method: method(), lower: [1, 2, 3], upper: [1, 2, 3] });
    expect(still.status).toBe("converged");
    expect(still.x.map(Number)).toEqual([1, 2, 3]);
  });

  it("calls a corner that every slope points into a minimum at once", () => {
    const f = ([x, y]: Tensor[]): Tensor => x!.mul(2).add(y!.mul(3)).add(x!.mul(y!));
    const solution = minimize(f, [0, 0], { method: method(), lower: [0, 0] });
    expect(solution.status).toBe("converged");
    expect(solution.evaluations).toBe(1);
  });

  it("does not call a start with zero slope a minimum", () => {
    const f = ([x, y]: Tensor[]): Tensor => x!.square().neg().add(y!.mul(3));
    expect(minimize(f, [0, 0], { method: method(), lower: [-1, 0], upper: [1, 1] }).status).toBe(
      "stationary",
    );
  });

  it.each<[string, (x: Tensor[]) => Tensor]>([
    ["a line", ([x, y]) => x!.sub(y!)],
    ["a parabola", ([x, y]) => x!.sub(y!.square())],
    ["an exponential", ([x, y]) => x!.sub(exp(y!))],
  ])("calls %s that falls along a ray in the box unbounded", (_name, f) => {
    const solution = minimize(f, [1, 1], { method: method(), lower: [0, 0] });
    expect(solution.status, solution.message).toBe("unbounded");
    expect(solution.value).toBeLessThan(-1e15);
  });

  it("steps back from where the function cannot be evaluated", () => {
    const f = ([x, y]: Tensor[]): Tensor =>
      x!.sub(y!).neg().sub(x!.neg().add(2).log().mul(0.5)).add(y!.sub(1).square());
    const solution = minimize(f, [0, 0], { method: method(), lower: [-1, 0], upper: [5, 0.25] });
    expect(solution.status, solution.message).toBe("converged");
    // −1 + ½ / (2 − x) = 0 and 1 + 2 (y − 1) = −½ at y = ¼.
    expect(solution.x.map(Number)).toEqual([expect.closeTo(1.5, 6), 0.25]);
  });

  it("never evaluates outside the box", () => {
    const seen: number[][] = [];
    const lower = [-1.5, -0.1, 0.3];
    const upper = [0.8, 2, 0.3000001];
    const f = (x: Tensor): Tensor => {
      const [a, b, c] = x.toArray() as [number, number, number];
      seen.push([a, b, c]);
      return rosenbrock([x.slice(0), x.slice(1)]).add(x.slice(2).mul(7).sub(x.slice(0)).square());
    };
    for (const start of [
      [-1.5, 2, 0.3],
      [0.8, -0.1, 0.3000001],
      [0.1, 0.1, 0.30000005],
    ]) {
      const solution = minimize(f, tensor(start), {
        method: method(),
        lower: tensor(lower),
        upper: tensor(upper),
        compile: false,
      });
      expect(solution.status).toBe("converged");
    }
    for (const x of seen)
      x.forEach((xj, j) => {
        // A transform hands on its own variables, whose values are those of the point.
        expect(xj).toBeGreaterThanOrEqual(lower[j]!);
        expect(xj).toBeLessThanOrEqual(upper[j]!);
      });
  });

  it("solves convex quadratic programs in random boxes, active bounds and all", () => {
    const number = fc.integer({ min: -2000, max: 2000 }).map((k) => k / 1000);
    const problem = fc.integer({ min: 1, max: 6 }).chain((n) => {
      const vector = fc.array(number, { minLength: n, maxLength: n });
      return fc.record({
        root: fc.array(vector, { minLength: n, maxLength: n }),
        gradient: vector,
        low: vector,
        width: vector,
        start: vector,
      });
    });
    fc.assert(
      fc.property(problem, ({ root, gradient, low, width, start }) => {
        const n = gradient.length;
        const hessian = root.map((_row, i) =>
          root.map((__, j) => root.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 0.1 : 0)),
        );
        const high = low.map((l, j) => l + Math.abs(width[j]!));
        const inside = start.map((x, j) => Math.min(Math.max(x, low[j]!), high[j]!));
        const exact = solveQuadraticProgram({
          hessian: Float64Array.from(hessian.flat()),
          gradient: Float64Array.from(gradient),
          matrix: new Float64Array(),
          offsets: new Float64Array(),
          equalities: 0,
          lower: Float64Array.from(low),
          upper: Float64Array.from(high),
        });
        if (exact.kind !== "solved") throw new Error(exact.kind);
        const solution = minimize(quadratic(hessian, gradient), tensor(inside), {
          method: method(),
          lower: tensor(low),
          upper: tensor(high),
          compile: false,
          history: true,
        });
        const x = solution.x.toArray() as number[];
        const active = solution.history!.at(-1)!.activeBounds!;
        // A start at which nothing is left to do is not called a minimum where slopes are exactly zero.
        if (solution.status !== "stationary") expect(solution.status, solution.message).toBe("converged");
        for (let j = 0; j < n; j++) {
          expect(x[j]).toBeCloseTo(exact.x[j]!, 5);
          if (exact.lower[j]! > 1e-6) expect([x[j], active[j]]).toEqual([low[j], -1]);
          else if (exact.upper[j]! > 1e-6) {
            expect(x[j]).toBe(high[j]);
            expect(Math.abs(active[j]!)).toBe(1);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("counts what it calls", () => {
    let calls = 0;
    const f = (x: Tensor[]): Tensor => {
      calls++;
      return rosenbrock(x);
    };
    const bounds = { lower: [-2, -2], upper: [0.5, 2] };
    const solution = minimize(f, [-1.2, 1], { method: method(), compile: false, ...bounds });
    // A Hessian takes one call of its own.
    expect(solution.evaluations + solution.hessianEvaluations).toBe(calls);
  });

  it("resumes from a checkpoint in text", () => {
    const options = { lower: [-2, -2], upper: [0.5, 2] };
    const whole = [...steps(rosenbrock, [-1.2, 1], method(), options)];
    for (const k of [1, 3, 6]) {
      const first = steps(rosenbrock, [-1.2, 1], method(), options);
      for (let i = 0; i < k; i++) first.next();
      const resume = JSON.parse(JSON.stringify(first.checkpoint())) as ReturnType<typeof first.checkpoint>;
      expect([...steps(rosenbrock, [-1.2, 1], method(), { ...options, resume })]).toEqual(whole.slice(k));
    }
  });

  it("walks as without bounds where there are none", () => {
    const free = minimize(rosenbrock, [-1.2, 1], { method: method() });
    const wide = minimize(rosenbrock, [-1.2, 1], {
      method: method(),
      lower: [-1e9, -1e9],
      upper: [1e9, 1e9],
    });
    expect(free.status).toBe("converged");
    expect(wide.status).toBe("converged");
    expect(wide.x.map(Number)).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
  });
});

describe("projectedNewton", () => {
  const trail = (f: (x: Tensor[]) => Tensor, start: number[], lower: number[], upper: number[]): Step[] =>
    minimize(f, start, { method: projectedNewton(), lower, upper, history: true, gradientTolerance: 1e-14 })
      .history! as Step[];

  it("finds the active bounds in finitely many steps and then converges quadratically", () => {
    // Four parameters; at the minimum a is at its upper bound and d at its lower one.
    const f = ([a, b, c, d]: Tensor[]): Tensor =>
      rosenbrock([a!, b!])
        .add(exp(c!.sub(b!)))
        .add(c!.square())
        .add(d!.mul(c!.add(2)))
        .add(d!.pow(4));
    const walk = trail(f, [-1.2, 1, 1, 2], [-2, -2, -2, 0], [0.5, 2, 2, 5]);
    const last = walk.at(-1)!;
    expect([...last.activeBounds!]).toEqual([1, 0, 0, -1]);
    const identified = walk.findIndex((_, k) => walk.slice(k).every(({ activeBounds }) =>
      activeBounds!.every((side, j) => side === last.activeBounds![j]))); // prettier-ignore
    expect(identified).toBeLessThanOrEqual(walk.length - 4);
    const errors = walk.map(({ x }) => Math.hypot(...x.map((xj, j) => xj - last.x[j]!)));
    const late = errors.slice(identified).filter((e) => e > 1e-9 && e < 0.1);
    expect(late.length).toBeGreaterThanOrEqual(2);
    // e ← C e², with C of the size of the third derivatives beside the second ones.
    for (let k = 1; k < errors.length - 1; k++)
      if (errors[k - 1]! < 0.03 && errors[k]! > 1e-14)
        expect(errors[k]!).toBeLessThanOrEqual(20 * errors[k - 1]! ** 2 + 1e-14);
  });

  it("takes one step for a quadratic whose bounds it knows", () => {
    const H = [
      [4, 1, 0],
      [1, 3, -1],
      [0, -1, 2],
    ];
    const solution = minimize(quadratic(H, [-8, 5, -1]), tensor([1.5, -1, 0]), {
      method: projectedNewton(),
      lower: tensor([-5, -1, -5]),
      upper: tensor([5, 5, 5]),
    });
    // y stays at −1: 4 x = 9 and 2 z = 0.
    expect(solution.iterations).toBe(1);
    expect(solution.x.toArray()).toEqual([expect.closeTo(2.25, 12), -1, expect.closeTo(0, 12)]);
  });

  it("goes on from a saddle, along the box", () => {
    // The slope along x vanishes on the axis, where a walk from (1, 0) would end.
    const f = ([x, y]: Tensor[]): Tensor => x!.square().sub(y!.square()).add(y!.pow(4).mul(0.25));
    const solution = minimize(f, [1, 0], { method: projectedNewton(), lower: [-2, 0], upper: [2, 2] });
    expect(solution.status).toBe("converged");
    expect(solution.x.map(Number)).toEqual([expect.closeTo(0, 6), expect.closeTo(Math.SQRT2, 6)]);
    expect(solution.value).toBeCloseTo(-1, 12);
  });

  it("tells a plateau at the start from a minimum", () => {
    const f = ([x]: Tensor[]): Tensor => exp(x!.square().neg()).neg();
    const solution = minimize(f, [6], { method: projectedNewton(), lower: [5], upper: [7] });
    expect(["stationary", "converged"]).toContain(solution.status);
    if (solution.status === "converged") expect(solution.x[0].item()).toBe(5);
    else expect(solution.message).toMatch(/plateau/);
  });
});

describe("lbfgsb", () => {
  it("holds a membrane above an obstacle: hundreds of parameters, many of them at a bound", () => {
    // min Σ ½ (u_{i+1} − u_i)² + q Σ u_i over u ≥ ψ, fixed at both ends: −u″ + q ≥ 0, equal where u is free.
    const n = 300;
    const psi = Float64Array.from({ length: n }, (_, i) => -4 * ((i + 1) / (n + 1) - 0.5) ** 2 + 0.4);
    const q = 4 / n ** 2;
    const f = (u: Tensor): Tensor => {
      const left = u.slice([0, n - 1]);
      const right = u.slice([1, n]);
      const ends = u
        .slice(0)
        .square()
        .add(u.slice(n - 1).square());
      return right.sub(left).square().sum().add(ends).mul(0.5).add(u.sum().mul(q)).mul(1e5);
    };
    const solution = minimize(f, tensor(psi.map((v) => Math.max(v, 0))), {
      lower: tensor(psi),
      gradientTolerance: 1e-7,
      history: true,
    });
    expect(solution.status, solution.message).toBe("converged");
    const active = solution.history!.at(-1)!.activeBounds!;
    const held = active.reduce((sum, side) => sum + Math.abs(side), 0);
    expect(held).toBeGreaterThan(20);
    expect(held).toBeLessThan(n - 20);
    const u = solution.x.toArray() as number[];
    u.forEach((ui, i) => {
      const force = (u[i - 1] ?? 0) + (u[i + 1] ?? 0) - 2 * ui - q;
      expect(ui).toBeGreaterThanOrEqual(psi[i]!);
      if (ui > psi[i]!) expect(Math.abs(force)).toBeLessThan(5e-10);
      else expect(force).toBeLessThan(5e-10);
    });
  });

  it("shows the pairs that stand for the Hessian, no more than it may keep", () => {
    const { history } = minimize(rosenbrock, [-1.2, 1], {
      lower: [-2, -2],
      method: lbfgsb({ memory: 3 }),
      history: true,
    });
    const sizes = history!.map(({ memory }) => memory?.length ?? 0);
    expect(Math.max(...sizes)).toBe(3);
    for (const { memory } of history!)
      for (const { s, y } of memory ?? [])
        expect(s.reduce((sum, si, i) => sum + si * y[i]!, 0)).toBeGreaterThan(0);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["no memory", () => lbfgsb({ memory: 0 }), /memory must be a whole number above 0: 0/],
    ["part of a pair", () => lbfgsb({ memory: 2.5 }), /: 2.5/],
    ["a step back", () => lbfgsb({ initialStep: -1 }), /initial ?[sS]tep must be a positive number: -1/],
    [
      "a method without bounds",
      () =>
        minimize((x) => x.square(), 1, { lower: 0, method: { ...lbfgsb(), name: "free", bounds: false } }),
      /knows no bounds.*: free/,
    ],
  ])("refuses %s", (_, run, message) => {
    expect(run).toThrow(OptimizationError);
    expect(run).toThrow(message);
  });
});
