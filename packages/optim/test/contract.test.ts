import { abs, exp, floor, log, tensor, where, type Tensor } from "@steepest/autodiff";
import { minimize, steps, type Solution, type Step } from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { minimizers } from "./support/minimizers.ts";

const rosenbrock = ([a, b]: Tensor[]): Tensor =>
  b!.sub(a!.square()).square().mul(100).add(a!.neg().add(1).square());
const start = [-1.2, 1];

/** What a walk must never be: a claim about what is not there. */
function expectHonest(solution: Solution<unknown>): void {
  expect(solution.message.length).toBeGreaterThan(20);
  expect(Number.isFinite(solution.value) || solution.status === "failed", solution.message).toBe(true);
}

describe.each(minimizers)("$name keeps the contract", ({ make, derivatives, monotone = true }) => {
  describe("what it counts is what it called", () => {
    it("values, in total and at every step", () => {
      let calls = 0;
      const seen: [Step, number][] = [];
      const solution = minimize(
        (x) => {
          calls++;
          return rosenbrock(x);
        },
        start,
        { method: make(), compile: false, maxIterations: 12, onStep: (step) => seen.push([step, calls]) },
      );
      // A Hessian and its product with a vector each take calls of their own.
      const second = solution.hessianEvaluations + solution.hessianProducts;
      if (second === 0) {
        expect(solution.evaluations).toBe(calls);
        for (const [step, made] of seen) expect(step.evaluations).toBe(made);
      } else expect(solution.evaluations).toBeLessThan(calls);
      expect(solution.gradientEvaluations).toBeLessThanOrEqual(solution.evaluations);
      if (derivatives === 0) expect(second).toBe(0);
    });
  });

  it("shows every step: numbered, with values that are those of its points", () => {
    const history = minimize(rosenbrock, start, {
      method: make(),
      history: true,
      maxIterations: 40,
    }).history!;
    history.forEach((step, k) => {
      const [a, b] = [...step.x] as [number, number];
      expect(step.iteration).toBe(k);
      expect(step.value).toBeCloseTo(100 * (b - a * a) ** 2 + (1 - a) ** 2, 10);
      expect(step.x).toHaveLength(2);
      if (derivatives > 0 && step.gradient !== undefined)
        expect(step.gradient[1]).toBeCloseTo(200 * (b - a * a), 8);
      const before = history[k - 1];
      if (before !== undefined && !step.accepted) expect(step.x).toEqual(before.x);
      if (before !== undefined && step.accepted && derivatives > 0)
        step.x.forEach((value, i) => expect(value).toBeCloseTo(before.x[i]! + step.step[i]!, 10));
    });
  });

  it("is the same walk every time", () => {
    const once = [...steps(rosenbrock, start, make())].slice(0, 60);
    const again = [...steps(rosenbrock, start, make())].slice(0, 60);
    expect(again).toEqual(once);
  });

  it.each([1, 2, 3, 5, 8, 13])("goes on from its checkpoint after %i steps as if it had not stopped", (k) => {
    const whole = take(steps(rosenbrock, start, make()), 40);
    const first = steps(rosenbrock, start, make());
    take(first, k);
    const resume = JSON.parse(JSON.stringify(first.checkpoint())) as ReturnType<typeof first.checkpoint>;
    expect(take(steps(rosenbrock, start, make(), { resume }), Math.max(0, whole.length - k))).toEqual(
      whole.slice(k),
    );
  });

  it.each([0, 1, 2, 4, 7])(
    "stops at once when the signal comes in evaluation %i, with the best so far",
    (k) => {
      const controller = new AbortController();
      if (k === 0) controller.abort();
      let calls = 0;
      const values: number[] = [];
      const solution = minimize(
        (x) => {
          if (++calls === k) controller.abort();
          return rosenbrock(x);
        },
        start,
        {
          method: make(),
          compile: false,
          signal: controller.signal,
          onStep: ({ value }) => values.push(value),
        },
      );
      expect(solution.status).toBe("aborted");
      expect(calls).toBe(k);
      if (values.length > 0) expect(solution.value).toBe(Math.min(...values));
      else expect(solution.value).toBeNaN();
    },
  );

  it("fails where nothing can be evaluated, quoting why", () => {
    const nan = minimize((x) => log(x), -1, { method: make() });
    expect(nan.status).toBe("failed");
    expect(nan.message).toContain("NaN");
    const thrown = minimize(
      (): Tensor => {
        throw new RangeError("no such place");
      },
      1,
      { method: make() },
    );
    expect(thrown.status).toBe("failed");
    expect(thrown.message).toContain("no such place");
    const infinite = minimize((x) => x.square().add(Infinity), 1, { method: make() });
    expect(infinite.status).toBe("failed");
  });

  it("never accepts a point where the function is NaN, infinite or throws", () => {
    const walls: ((x: Tensor) => Tensor)[] = [
      (x) => x.square().sub(log(x.neg().add(2)).mul(0.1)),
      (x) => where(x.greater(3), x.mul(NaN), x.sub(2.9).square()),
      (x) => where(x.greater(3), x.mul(Infinity), x.sub(2.9).square()),
    ];
    for (const f of walls) {
      const solution = minimize(f, 1.5, { method: make(), history: true });
      for (const step of solution.history!) expect(Number.isFinite(step.value)).toBe(true);
      expectHonest(solution);
    }
    const throwing = minimize(
      (x) => {
        if (x.item() > 3) throw new RangeError("too far");
        return x.sub(2.5).square();
      },
      -100,
      { method: make(), compile: false },
    );
    expectHonest(throwing);
    expect(throwing.x.item()).toBeLessThanOrEqual(3);
  });

  it("does not call a plateau, a saddle or an abyss a minimum", () => {
    expect(minimize((x) => x.mul(0).add(7), 3, { method: make() }).status).toBe("stationary");
    const saddle = minimize(([x, y]) => x.square().sub(y.square()), [0, 0], { method: make() });
    expect(saddle.status).not.toBe("converged");
    for (const f of [
      (x: Tensor) => x.mul(3),
      (x: Tensor) => x.square().neg(),
      (x: Tensor) => exp(x).neg(),
      (x: Tensor) => x.pow(3),
    ]) {
      const solution = minimize(f, -1, { method: make() });
      expect(solution.status, solution.message).not.toBe("converged");
      // Where a line or a ball leads down for ever it is said so; slow walks may run out of iterations first.
      expect(["unbounded", "maxIterations", "stalled", "failed"]).toContain(solution.status);
      expect(solution.value).toBeLessThan(-3);
    }
  });

  it.runIf(monotone)("does not claim to have converged at a jump", () => {
    // Falls towards 1 from the left; at 1 it jumps up.
    const solution = minimize((x) => x.sub(2).square().add(floor(x).square().mul(100)), 0.4, {
      method: make(),
    });
    expectHonest(solution);
    expect(solution.x.item()).toBeLessThan(1.0000001);
    if (derivatives > 0) expect(solution.status).not.toBe("converged");
  });

  it("ends near the minimum of a function with a kink, whatever it calls it", () => {
    const solution = minimize(([x, y]) => abs(x.sub(1)).add(y.square()), [0.7, 0.3], { method: make() });
    expectHonest(solution);
    expect(solution.value).toBeLessThan(0.31);
    if (solution.status === "converged") expect(solution.value).toBeLessThan(1e-4);
  });

  it("works in one dimension and in trees", () => {
    const one = minimize((x) => x.sub(3).square(), 10, { method: make() });
    expect(one.status, one.message).toBe("converged");
    expect(one.x.item()).toBeCloseTo(3, 4);
    const tree = minimize(
      ({ a, b }) => a.sub(1).square().sum().add(b.add(2).square()),
      { a: tensor([0, 0]), b: 5 },
      { method: make() },
    );
    expect(tree.status, tree.message).toBe("converged");
    expect(tree.x.b.item()).toBeCloseTo(-2, 3);
  });
});

function take(walk: Generator<Step, unknown, void>, count: number): Step[] {
  const seen: Step[] = [];
  while (seen.length < count) {
    const { done, value } = walk.next();
    if (done) break;
    seen.push(value);
  }
  return seen;
}
