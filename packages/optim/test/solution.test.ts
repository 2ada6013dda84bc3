import { exp, tensor } from "@steepest/autodiff";
import {
  bfgs,
  leastSquares,
  leastSquaresSteps,
  levenbergMarquardt,
  minimize,
  newton,
  steps,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";

describe("minimize", () => {
  it("takes and returns trees", () => {
    const { x, status } = minimize(
      ({ center, scale }) =>
        center
          .sub(tensor([1, 2]))
          .square()
          .sum()
          .add(scale.sub(3).square()),
      { center: tensor([0, 0]), scale: 1 },
    );
    expect(status).toBe("converged");
    expect(x.center.shape).toEqual([2]);
    expect(x.center.toArray()).toEqual([expect.closeTo(1, 8), expect.closeTo(2, 8)]);
    expect(x.scale.item()).toBeCloseTo(3, 8);
  });

  it("counts evaluations as they are made", () => {
    let calls = 0;
    const solution = minimize(
      ([x, y]) => {
        calls++;
        return x.square().add(y.square().mul(3)).add(x.mul(y));
      },
      [3, -2],
      { compile: false, history: true },
    );
    expect(solution.evaluations).toBe(calls);
    expect(solution.gradientEvaluations).toBe(calls);
    expect(solution.hessianEvaluations).toBe(0);
    expect(solution.history!.at(-1)!.evaluations).toBe(calls);
    expect(solution.history).toHaveLength(solution.iterations + 1);
  });

  it("gives newton the exact Hessian across leaves: one step for a quadratic", () => {
    const solution = minimize(
      ({ a, b }) => a.square().sum().mul(2).add(b.square()).add(a.sum().mul(b)).sub(b),
      { a: tensor([4, -1]), b: 7 },
      { method: newton() },
    );
    expect(solution.iterations).toBe(1);
    // One for the step, and one that shows the point to be a minimum.
    expect(solution.hessianEvaluations).toBe(2);
    // ∂a: 4a + b = 0, ∂b: 2b + a₁ + a₂ = 1 → b = 2/3, a = −1/6
    expect(solution.x.b.item()).toBeCloseTo(2 / 3, 13);
    expect(solution.x.a.toArray()).toEqual([expect.closeTo(-1 / 6, 13), expect.closeTo(-1 / 6, 13)]);
  });
});

describe("steps", () => {
  it("is the walk of minimize, one step at a time", () => {
    const walk = steps(([x, y]) => x.sub(1).square().add(y.pow(4)), [3, 2], bfgs());
    const seen = [];
    let result = walk.next();
    for (; !result.done; result = walk.next()) seen.push(result.value);
    const solution = minimize(([x, y]) => x.sub(1).square().add(y.pow(4)), [3, 2], {
      method: bfgs(),
      history: true,
    });
    expect(result.value.status).toBe("converged");
    expect(seen).toEqual(solution.history);
    expect(seen[0]!.iteration).toBe(0);
    for (let k = 1; k < seen.length; k++) {
      const [before, after] = [seen[k - 1]!, seen[k]!];
      expect(after.value).toBeLessThanOrEqual(before.value);
      after.x.forEach((value, i) => expect(value).toBeCloseTo(before.x[i]! + after.step[i]!, 12));
    }
  });

  it("shows the damping of Levenberg–Marquardt and rejected steps", () => {
    const t = tensor([1, 2, 3, 5, 7, 10]);
    const y = tensor([109, 149, 149, 191, 213, 224]);
    const walk = leastSquaresSteps(
      ([a, b]) => a.mul(exp(t.mul(b).neg()).neg().add(1)).sub(y),
      [1, 1],
      levenbergMarquardt(),
    );
    const seen = [...walk];
    const rejected = seen.filter(({ accepted }) => !accepted);
    expect(rejected.length).toBeGreaterThan(0);
    expect(seen.at(-1)!.damping).toBe(0);
    seen.forEach((step, k) => {
      if (!step.accepted) expect(step.x).toBe(seen[k - 1]!.x);
    });
  });
});

describe("leastSquares", () => {
  const t = tensor([0, 1, 2, 3]);
  const y = tensor([1, 2.9, 5.2, 6.9]);

  it("reports residuals, Jacobian and JᵀJ of a line", () => {
    const solution = leastSquares(([a, b]) => a.add(b.mul(t)).sub(y), [0, 0]);
    // Normal equations by hand: Σ1 = 4, Σt = 6, Σt² = 14, Σy = 16, Σty = 34.
    expect(solution.x.map(Number)).toEqual([expect.closeTo(1, 13), expect.closeTo(2, 13)]);
    expect([...solution.jacobian!]).toEqual([1, 0, 1, 1, 1, 2, 1, 3]);
    expect([...solution.normalMatrix]).toEqual([4, 6, 6, 14].map((value) => expect.closeTo(value, 12)));
    expect([...solution.residuals]).toEqual([0, 0.1, -0.2, 0.1].map((value) => expect.closeTo(value, 13)));
    expect(solution.residualSumOfSquares).toBeCloseTo(0.06, 13);
    expect(solution.value).toBeCloseTo(0.03, 13);
  });

  it("gives the same through the normal equations", () => {
    const solution = leastSquares(([a, b]) => a.add(b.mul(t)).sub(y), [0, 0], {
      method: levenbergMarquardt({ linearSolver: "normal" }),
    });
    expect(solution.x.map(Number)).toEqual([expect.closeTo(1, 12), expect.closeTo(2, 12)]);
    expect([...solution.jacobian!]).toEqual([1, 0, 1, 1, 1, 2, 1, 3]);
    expect([...solution.normalMatrix]).toEqual([4, 6, 6, 14].map((value) => expect.closeTo(value, 12)));
    expect([...solution.residuals]).toEqual([0, 0.1, -0.2, 0.1].map((value) => expect.closeTo(value, 12)));
  });

  it("sums the normal equations by itself when the Jacobian would be large", () => {
    const n = 700_001;
    const time = tensor(Float64Array.from({ length: n }, (_, i) => i / n));
    const data = time.mul(-2).exp().mul(3).add(0.5);
    const solution = leastSquares(
      ([a, b, c]) =>
        a
          .mul(exp(b.mul(time)))
          .add(c)
          .sub(data),
      [1, -1, 0],
    );
    expect(solution.jacobian).toBeUndefined();
    expect(solution.status).toBe("converged");
    expect(solution.x.map(Number)).toEqual([3, -2, 0.5].map((value) => expect.closeTo(value, 9)));
  });

  it("accepts a vector of parameters and residuals of any shape", () => {
    const A = tensor([
      [2, 1],
      [1, 3],
      [0, 1],
    ]);
    const solution = leastSquares(
      (x) => A.matmul(x.reshape([2, 1])).sub(tensor([[3], [4], [1]])),
      tensor([0, 0]),
    );
    expect(solution.x.toArray()).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect(solution.residuals).toHaveLength(3);
  });
});
