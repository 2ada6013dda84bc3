import { exp, grad, hessian, stack, tensor, where, type Tensor } from "@steepest/autodiff";
import { augmentedLagrangian, lbfgsb, minimizeConstrained, projectedNewton } from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { augmentedProblem, firstOrderMultipliers } from "../src/constrained/augmented-problem.ts";
import { lagrangianGradient } from "../src/constrained/kkt.ts";
import { constrainedProblem } from "../src/problem/constrained-problem.ts";
import { packStart } from "../src/problem/packing.ts";

describe("the augmented Lagrangian as a problem", () => {
  const f = (x: Tensor): Tensor =>
    x
      .slice(0)
      .mul(x.slice(1))
      .add(exp(x.slice(2)));
  const cE = (x: Tensor): Tensor => stack([x.square().sum().sub(3), x.slice(0).sub(x.slice(1))]);
  const cI = (x: Tensor): Tensor => stack([x.slice(2), x.slice(0).mul(x.slice(2)).sub(1), x.slice(1).add(5)]);
  const λ = [0.5, -2];
  const μ = [0.3, 1.5, 0.2];
  const ρ = [10, 3, 2, 7, 1];
  const start = Float64Array.of(0.4, -0.7, 0.9);
  const { packing } = packStart(tensor(start));
  const problem = constrainedProblem({ objective: f, equalities: cE, inequalities: cI }, packing);
  const augmentation = {
    multipliers: { equalities: Float64Array.from(λ), inequalities: Float64Array.from(μ) },
    penalties: Float64Array.from(ρ),
  };

  /** As Nocedal & Wright write it, (17.36) and (17.64) with σ = 1/ρ. */
  const written = (x: Tensor): Tensor => {
    const e = cE(x);
    const i = cI(x);
    const [ρE, ρI, μI] = [tensor(ρ.slice(0, 2)), tensor(ρ.slice(2)), tensor(μ)];
    const active = i.sub(μI.div(ρI)).lessEqual(0);
    const psi = where(active, i.square().mul(ρI).div(2).sub(i.mul(μI)), μI.square().div(ρI).mul(-0.5));
    return f(x)
      .sub(e.mul(tensor(λ)).sum())
      .add(e.square().mul(ρE).sum().div(2))
      .add(psi.sum());
  };

  it("has the value, gradient, Hessian and products of the formula", () => {
    const place = { ...problem.evaluate(start)!, x: start };
    const inner = augmentedProblem(problem, augmentation, place);
    for (const x of [start, Float64Array.of(1.5, 0.2, -0.3), Float64Array.of(2, -6, 1)]) {
      const at = inner.evaluate(x)!;
      expect(at.value).toBeCloseTo(written(tensor(x)).item(), 10);
      const exact = grad(written)(tensor(x)).toArray() as number[];
      at.gradient.forEach((g, j) => expect(g).toBeCloseTo(exact[j]!, 10));
      const H = (hessian(written)(tensor(x)).toArray() as number[][]).flat();
      inner.hessian(x)!.forEach((h, k) => expect(h).toBeCloseTo(H[k]!, 9));
      const v = Float64Array.of(0.3, -1, 2);
      inner.hessianProduct(x, v)!.forEach((p, i) =>
        expect(p).toBeCloseTo(
          [0, 1, 2].reduce((sum, j) => sum + H[i * 3 + j]! * v[j]!, 0),
          9,
        ),
      );
    }
  });

  it("has the gradient of the Lagrangian with first-order multipliers", () => {
    const place = { ...problem.evaluate(start)!, x: start };
    const inner = augmentedProblem(problem, augmentation, place);
    const estimate = firstOrderMultipliers(place, augmentation);
    const gradient = lagrangianGradient(place, estimate);
    inner.evaluate(start)!.gradient.forEach((g, j) => expect(g).toBeCloseTo(gradient[j]!, 12));
    for (const one of estimate.inequalities) expect(one).toBeGreaterThanOrEqual(0);
  });

  it("does not evaluate again what is known", () => {
    const place = { ...problem.evaluate(start)!, x: start };
    const before = problem.evaluations.values;
    augmentedProblem(problem, augmentation, place).evaluate(start.slice());
    expect(problem.evaluations.values).toBe(before);
  });
});

describe("augmentedLagrangian", () => {
  it("raises the penalty where it has to, and never lowers it", () => {
    const { history, status } = minimizeConstrained(([x, y]) => x.mul(y).neg(), [0.5, 2], {
      inequalities: ([x, y]) => x.square().add(y.square()).neg().add(2),
      method: augmentedLagrangian({ initialPenalty: 1e-3 }),
      history: true,
    });
    expect(status).toBe("converged");
    const penalties = history!.map(({ penalty }) => penalty!);
    for (let k = 1; k < penalties.length; k++) expect(penalties[k]).toBeGreaterThanOrEqual(penalties[k - 1]!);
    // −x y is unbounded, and so is the augmented Lagrangian with a penalty below the curvature.
    expect(penalties.at(-1)).toBeGreaterThanOrEqual(100 * 1e-3);
  });

  it("needs no Hessian, nor anything dense, for many parameters", () => {
    const n = 1000;
    const c = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
    const solution = minimizeConstrained(
      (x) =>
        x
          .square()
          .sum()
          .mul(0.5)
          .sub(x.mul(tensor(c)).sum()),
      tensor(new Float64Array(n)),
      { equalities: (x) => x.sum().sub(1), lower: -0.2, upper: 0.2, method: augmentedLagrangian() },
    );
    expect(solution.status, solution.message).toBe("converged");
    expect(solution.hessianEvaluations).toBe(0);
    // The projection of c on to a box and a plane: x = clip(c + λ).
    const [lambda] = solution.multipliers.equalities as unknown as [number];
    const x = solution.x.toArray() as number[];
    x.forEach((xi, i) => expect(xi).toBeCloseTo(Math.min(Math.max(c[i]! + lambda, -0.2), 0.2), 6));
    expect(x.reduce((sum, xi) => sum + xi, 0)).toBeCloseTo(1, 6);
  });

  it("takes either inner method to the same multipliers", () => {
    const solve = (inner: ReturnType<typeof lbfgsb>) =>
      minimizeConstrained(([x, y]) => x.square().add(y.square().mul(3)), [3, 3], {
        equalities: ([x, y]) => x.mul(y).sub(1),
        inequalities: ([x]) => x.sub(1.6),
        method: augmentedLagrangian({ inner }),
      });
    for (const inner of [lbfgsb(), projectedNewton()]) {
      const { status, x, multipliers } = solve(inner);
      expect(status).toBe("converged");
      // x = 1.6, y = 1/x: 2x = λ y + μ, 6 y = λ x.
      const λ = 6 / 1.6 ** 2;
      expect(x.map(Number)).toEqual([expect.closeTo(1.6, 6), expect.closeTo(0.625, 6)]);
      expect(multipliers.equalities[0]).toBeCloseTo(λ, 5);
      expect(multipliers.inequalities[0]).toBeCloseTo(3.2 - λ * 0.625, 5);
    }
  });
});
