import { abs, cos, exp, floor, log, sin, tan, where, type Tensor } from "@steepest/autodiff";
import {
  bisection,
  brentMinimum,
  brentRoot,
  goldenSection,
  minimizeInInterval,
  minimizeInIntervalSteps,
  OptimizationError,
  rootInInterval,
  rootInIntervalSteps,
  type IntervalMethod,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";

describe.each<[string, () => IntervalMethod]>([
  ["bisection", bisection],
  ["brent", brentRoot],
])("roots in an interval by %s", (_, method) => {
  it.each<[string, (x: Tensor) => Tensor, [number, number], number]>([
    ["cos x = x", (x) => cos(x).sub(x), [0, 1], 0.7390851332151607],
    ["x³ − 2x − 5 = 0", (x) => x.pow(3).sub(x.mul(2)).sub(5), [2, 3], 2.0945514815423265],
    ["ten times zero", (x) => x.pow(9), [-1, 1.7], 0],
    ["a root at an end", (x) => x.sub(2), [2, 5], 2],
    ["e⁻ˣ, small", (x) => exp(x.neg()).sub(1e-12), [0, 100], 12 * Math.LN10],
    ["Wien's displacement law", (x) => x.sub(5).mul(exp(x)).add(5), [1, 10], 4.965114231744276],
    ["a hundred orders of magnitude", (x) => x.sub(1e-50), [-1, 1e3], 1e-50],
  ])("%s", (name, f, interval, expected) => {
    const solution = rootInInterval(f, interval, { method: method() });
    expect(solution.status, solution.message).toBe("converged");
    // x⁹ underflows to zero well before x does.
    const error = Math.abs(solution.x.item() - expected);
    expect(error).toBeLessThanOrEqual(name === "ten times zero" ? 1e-30 : 4e-15 * Math.abs(expected));
  });

  it("keeps the root between the ends at every step", () => {
    const steps = [...rootInIntervalSteps((x) => cos(x).sub(x), [0, 1], method())];
    for (const { bracket, x } of steps) {
      expect(bracket![0]).toBeLessThanOrEqual(0.7390851332151607);
      expect(bracket![1]).toBeGreaterThanOrEqual(0.7390851332151606);
      expect(bracket).toContain(x[0]);
    }
  });

  it("tells a jump and a pole from a root", () => {
    const jump = rootInInterval((x) => floor(x).sub(0.5), [0.3, 1.8], { method: method() });
    expect(jump.status).toBe("stalled");
    expect(jump.message).toMatch(/jump or a pole.*-0\.5 on one side|jump or a pole.*0\.5/);
    expect(jump.x.item()).toBeCloseTo(1, 12);
    expect(rootInInterval((x) => tan(x), [1, 2], { method: method() }).status).toBe("stalled");
  });

  it("asks for a change of sign", () => {
    const solution = rootInInterval((x) => x.square().add(1), [-1, 2], { method: method() });
    expect(solution.status).toBe("failed");
    expect(solution.message).toMatch(/same sign.*2 at -1 and 5 at 2/);
  });

  it("says where it cannot evaluate", () => {
    const outside = rootInInterval((x) => log(x), [-1, 2], { method: method() });
    expect(outside.status).toBe("failed");
    expect(outside.message).toContain("-1");
    const gap = (x: Tensor): Tensor => where(abs(x).less(0.5), x.mul(NaN), x);
    expect(rootInInterval(gap, [-1, 0.9], { method: method() }).status).toBe("failed");
  });
});

it("brent needs fewer steps than bisection", () => {
  const f = (x: Tensor): Tensor => cos(x).sub(x);
  const slow = rootInInterval(f, [0, 1], { method: bisection() });
  const fast = rootInInterval(f, [0, 1]);
  expect(slow.evaluations).toBeGreaterThan(45);
  expect(fast.evaluations).toBeLessThan(12);
  // Its worst cases are not much worse than bisection either.
  expect(rootInInterval((x) => x.pow(19), [-1, 4]).evaluations).toBeLessThan(400);
});

describe.each<[string, () => IntervalMethod]>([
  ["golden section", goldenSection],
  ["brent", brentMinimum],
])("minima in an interval by %s", (_, method) => {
  it.each<[string, (x: Tensor) => Tensor, [number, number], number]>([
    ["a parabola", (x) => x.sub(2).square().add(5), [-7, 9], 2],
    ["−sin x", (x) => sin(x).neg(), [0, 3], Math.PI / 2],
    ["x − log x", (x) => x.sub(log(x)), [0.1, 6], 1],
    ["a kink", (x) => abs(x.sub(0.3)), [-1, 1], 0.3],
    ["x⁴", (x) => x.pow(4), [-1, 2], 0],
    ["with NaN on one side", (x) => x.sub(log(x)), [-3, 6], 1],
  ])("%s", (name, f, interval, expected) => {
    const solution = minimizeInInterval(f, interval, { method: method() });
    expect(solution.status, solution.message).toBe("converged");
    expect(Math.abs(solution.x.item() - expected)).toBeLessThan(name === "x⁴" ? 1e-3 : 1e-7);
  });

  it("says so when the minimum is at an end", () => {
    const solution = minimizeInInterval((x) => exp(x), [1, 4], { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(1, 6);
    expect(solution.message).toMatch(/at the end 1 /);
  });

  it("keeps the minimum between the ends at every step", () => {
    for (const { bracket } of minimizeInIntervalSteps((x) => x.sub(2).square(), [-7, 9], method())) {
      expect(bracket![0]).toBeLessThanOrEqual(2);
      expect(bracket![1]).toBeGreaterThanOrEqual(2);
    }
  });

  it("does not call a plateau, nothing, or an abyss a minimum", () => {
    expect(minimizeInInterval((x) => x.mul(0).add(3), [0, 1], { method: method() }).status).toBe(
      "stationary",
    );
    expect(minimizeInInterval((x) => x.mul(NaN), [0, 1], { method: method() }).status).toBe("failed");
    expect(
      minimizeInInterval((x) => log(abs(x)), [-1, 1], { method: method(), stepTolerance: 0 }).status,
    ).not.toBe("converged");
    expect(minimizeInInterval((x) => x.mul(0).sub(Infinity), [0, 1], { method: method() }).status).toBe(
      "unbounded",
    );
  });
});

it("walks resume to the last bit", () => {
  for (const method of [bisection(), brentRoot()]) {
    const f = (x: Tensor): Tensor => cos(x).sub(x);
    const whole = [...rootInIntervalSteps(f, [0, 1], method)];
    const first = rootInIntervalSteps(f, [0, 1], method);
    for (let k = 0; k < 3; k++) first.next();
    const resume = JSON.parse(JSON.stringify(first.checkpoint())) as ReturnType<typeof first.checkpoint>;
    expect([...rootInIntervalSteps(f, [0, 1], method, { resume })]).toEqual(whole.slice(3));
  }
  for (const method of [goldenSection(), brentMinimum()]) {
    const f = (x: Tensor): Tensor => x.sub(log(x));
    const whole = [...minimizeInIntervalSteps(f, [0.1, 6], method)];
    const first = minimizeInIntervalSteps(f, [0.1, 6], method);
    for (let k = 0; k < 5; k++) first.next();
    const resume = JSON.parse(JSON.stringify(first.checkpoint())) as ReturnType<typeof first.checkpoint>;
    expect([...minimizeInIntervalSteps(f, [0.1, 6], method, { resume })]).toEqual(whole.slice(5));
  }
});

it("brent needs fewer steps than golden section", () => {
  const f = (x: Tensor): Tensor => x.sub(log(x));
  const slow = minimizeInInterval(f, [0.1, 6], { method: goldenSection() });
  const fast = minimizeInInterval(f, [0.1, 6]);
  expect(fast.evaluations).toBeLessThan(slow.evaluations / 2);
});

it.each([[[1, 1]], [[2, 1]], [[NaN, 1]], [[0, Infinity]]])("refuses the interval %j", (interval) => {
  const run = (): unknown => rootInInterval((x) => x, interval as unknown as [number, number]);
  expect(run).toThrow(OptimizationError);
  expect(run).toThrow("in ascending order");
});
