import { abs, exp, floor, log, stack, type Tensor } from "@steepest/autodiff";
import {
  augmentedLagrangian,
  lbfgsb,
  minimizeConstrained,
  sqp,
  type ConstrainedMethod,
  type ConstrainedOptions,
  type ConstrainedSolution,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";

const methods: [string, () => ConstrainedMethod][] = [
  ["sqp", () => sqp()],
  ["sqp with BFGS", () => sqp({ hessian: "bfgs" })],
  ["augmentedLagrangian", () => augmentedLagrangian()],
  ["augmentedLagrangian with lbfgsb", () => augmentedLagrangian({ inner: lbfgsb() })],
];

type Pair = [Tensor, Tensor];

describe.each(methods)("%s says how it ended", (name, method) => {
  const solve = (
    f: (x: Pair) => Tensor,
    start: [number, number],
    options: ConstrainedOptions<[number, number]> = {},
  ): ConstrainedSolution<Pair> => minimizeConstrained(f as never, start, { method: method(), ...options });
  const bowl = ([x, y]: Pair): Tensor => x.square().add(y.square());

  it("fails when the start or a constraint there cannot be evaluated, naming what it found", () => {
    const objective = solve(([x]) => log(x), [-1, 0]);
    expect(objective.status).toBe("failed");
    expect(objective.message).toContain("the value is NaN");
    const constraint = solve(bowl, [-1, 0], { inequalities: ([x, y]) => stack([y, log(x)]) });
    expect(constraint.status).toBe("failed");
    expect(constraint.message).toContain("inequality 1 is NaN");
    const thrown = solve(bowl, [1, 0], {
      equalities: () => {
        throw new RangeError("no such place");
      },
    });
    expect(thrown.status).toBe("failed");
    expect(thrown.message).toContain("no such place");
    expect(thrown.value).toBeNaN();
  });

  it.each<[string, ConstrainedOptions<[number, number]>, RegExp]>([
    ["an equation without a root", { equalities: ([x]) => x.square().add(1) }, /equality 0 by 1\.00/],
    [
      "half lines that do not meet",
      { inequalities: ([x]) => stack([x.sub(1), x.neg()]) },
      /inequality [01] by/,
    ],
    [
      "a plane beside the box",
      { equalities: ([x, y]) => x.add(y).sub(9), lower: [0, 0], upper: [3, 3] },
      /equality 0 by 3\.00/,
    ],
    [
      "a circle and a line",
      { equalities: ([x, y]) => stack([bowl([x, y]).sub(1), x.add(y).sub(4)]) },
      /equality/,
    ],
  ])("infeasible for %s", (_, constraints, message) => {
    const solution = solve(bowl, [2.5, 1], constraints);
    expect(solution.status, solution.message).toBe("infeasible");
    expect(solution.message).toMatch(message);
    expect(solution.kkt.feasibility).toBeGreaterThan(0.05);
  });

  it("ends where the violation is least", () => {
    const solution = solve(bowl, [2.5, 1], { equalities: ([x]) => x.sub(0.5).square().add(1) });
    expect(solution.status).toBe("infeasible");
    expect(Number(solution.x[0])).toBeCloseTo(0.5, 3);
  });

  it.each<[string, (x: Pair) => Tensor, ConstrainedOptions<[number, number]>]>([
    ["a line", ([x, y]) => x.sub(y), { lower: [0, 0] }],
    ["a parabola", ([x, y]) => x.sub(y.square()), { lower: [0, 0] }],
    ["an exponential", ([, y]) => exp(y).neg(), {}],
    ["a line between planes", ([x, y]) => x.sub(y), { inequalities: ([x, y]) => stack([x, y]) }],
    ["a parabola along a line", ([x, y]) => x.mul(y).neg(), { equalities: ([x, y]) => x.sub(y) }],
  ])("unbounded for %s that falls for ever", (_, f, constraints) => {
    const solution = solve(f, [1, 1], constraints);
    expect(solution.status, solution.message).toBe("unbounded");
    expect(solution.value).toBeLessThan(-1e15);
  });

  it("is not taken in by a function that is unbounded only where the constraints are violated", () => {
    const solution = solve(([x, y]) => x.mul(y).neg(), [0.5, 2], {
      inequalities: ([x, y]) => bowl([x, y]).neg().add(2),
    });
    expect(solution.status, solution.message).toBe("converged");
    expect(Math.abs(Number(solution.x[0]))).toBeCloseTo(1, 5);
    expect(solution.value).toBeCloseTo(-1, 6);
  });

  it("does not call a start where the conditions hold exactly a minimum, unless it is a corner", () => {
    const saddle = solve(([x, y]) => x.square().sub(y.square()), [1, 0], {
      equalities: ([x, y]) => bowl([x, y]).sub(1),
    });
    expect(saddle.status).toBe("stationary");
    expect(solve(([x]) => x.mul(0).add(7), [3, 3]).status).toBe("stationary");
    const corner = solve(([x, y]) => x.add(y.mul(2)), [0, 1], {
      inequalities: ([x, y]) => stack([x, y.sub(1)]),
    });
    expect(corner.status).toBe("converged");
    expect(corner.evaluations).toBe(1);
  });

  it("steps back from where something cannot be evaluated", () => {
    const solution = solve(([x]) => x.neg(), [0.1, 0.1], {
      inequalities: ([x, y]) => stack([log(y).neg().sub(x), y.sub(x)]),
    });
    expect(solution.status, solution.message).toBe("converged");
    // x = y = −ln y, the omega constant.
    expect(Number(solution.x[0])).toBeCloseTo(0.5671432904, 6);
  });

  it("steps back from where the function throws", () => {
    const solution = solve(
      ([x, y]) => {
        if (x.item() > 1.5) throw new RangeError("too far");
        return x.sub(1).square().mul(0.1).add(y.square());
      },
      [-20, 3],
      { compile: false, inequalities: ([x, y]) => x.add(y) },
    );
    expect(solution.status, solution.message).toBe("converged");
    expect(Number(solution.x[0])).toBeCloseTo(1, 5);
  });

  it("makes do with constraints that say the same twice", () => {
    const solution = solve(bowl, [3, 1], {
      equalities: ([x, y]) => stack([x.add(y).sub(1), x.add(y).sub(1).mul(2)]),
      inequalities: ([x, y]) => stack([x.sub(y), x.sub(y)]),
    });
    expect(solution.status, solution.message).toBe("converged");
    expect(solution.x.map(Number)).toEqual([expect.closeTo(0.5, 6), expect.closeTo(0.5, 6)]);
  });

  it("never claims a minimum where the constraints' gradients vanish and there are no multipliers", () => {
    const solution = solve(([x, y]) => x.add(y), [1.3, 0.7], {
      equalities: ([x, y]) => bowl([x, y]).sub(2).square(),
    });
    expect(["stalled", "maxIterations", "infeasible"]).toContain(solution.status);
    const cusp = solve(([x, y]) => x.sub(2).square().add(y.square()), [0, 0], {
      inequalities: ([x, y]) => x.neg().add(1).pow(3).sub(y),
      lower: [0, 0],
    });
    expect(cusp.status).toBe("stalled");
    expect(cusp.message).toMatch(/gradients of the active constraints/);
    // The minimum is at the cusp, (1, 0).
    expect(Number(cusp.x[0])).toBeCloseTo(1, 1);
  });

  it("ends at kinks and jumps in reasonable time, and claims nothing that is not so", () => {
    const kink = solve(([x, y]) => abs(x.sub(1)).add(y.square()), [0.7, 0.3]);
    expect(["stalled", "converged"]).toContain(kink.status);
    expect(kink.value).toBeLessThan(0.31);
    if (kink.status === "converged") expect(kink.value).toBeLessThan(1e-4);
    expect(kink.evaluations).toBeLessThan(5000);
    const jump = solve(
      ([x, y]) => x.sub(2).square().add(floor(x).square().mul(100)).add(y.square()),
      [0.4, 0.2],
    );
    expect(jump.status, jump.message).toBe("stalled");
    expect(Number(jump.x[0])).toBeLessThan(1.0000001);
    expect(jump.evaluations).toBeLessThan(20_000);
  });

  it("returns the best point when it has not converged: feasible ones before others", () => {
    const solution = solve(([x, y]) => x.sub(y.mul(3)), [0, 0], {
      inequalities: ([x, y]) => bowl([x, y]).neg().add(1),
      maxIterations: 2,
      history: true,
    });
    if (solution.status === "maxIterations") {
      const feasible = solution.history!.filter(({ kkt }) => kkt!.feasibility <= 1e-6);
      expect(solution.value).toBe(Math.min(...feasible.map(({ value }) => value)));
    } else expect(solution.status).toBe("converged");
  });
});
