/// <reference types="node" />
import { exp, floor, log, sin, sqrt, stack, tensor, type Tensor } from "@steepest/autodiff";
import {
  acceleratedGradient,
  backtracking,
  bfgs,
  conjugateGradient,
  gradientDescent,
  hagerZhang,
  lbfgs,
  leastSquares,
  levenbergMarquardt,
  minimize,
  moreThuente,
  newton,
  newtonCg,
  OptimizationError,
  strongWolfe,
  trustRegion,
  type MinimizeMethod,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";

const methods: [string, MinimizeMethod][] = [
  ["bfgs", bfgs()],
  ["newton", newton()],
  ["newton-cg", newtonCg()],
  ["trust region, exact", trustRegion()],
  ["trust region, dogleg", trustRegion({ subproblem: "dogleg" })],
  ["trust region, steihaug", trustRegion({ subproblem: "steihaug" })],
  ["gradient descent", gradientDescent()],
  ["gradient descent, exact", gradientDescent({ lineSearch: "exact" })],
  ["gradient descent, strong Wolfe", gradientDescent({ lineSearch: strongWolfe() })],
  ["accelerated gradient", acceleratedGradient()],
  ["conjugate gradient, Hager–Zhang", conjugateGradient()],
  ["conjugate gradient, Polak–Ribière+", conjugateGradient({ beta: "polakRibierePlus" })],
  ["conjugate gradient, exact", conjugateGradient({ lineSearch: "exact" })],
  ["bfgs, Moré–Thuente", bfgs({ lineSearch: moreThuente() })],
  ["lbfgs", lbfgs()],
  ["lbfgs, Moré–Thuente", lbfgs({ lineSearch: moreThuente() })],
  ["lbfgs, Hager–Zhang", lbfgs({ lineSearch: hagerZhang() })],
  ["lbfgs, backtracking", lbfgs({ lineSearch: backtracking() })],
];

describe.each(methods)("%s says how it ended", (_, method) => {
  it("fails when the start cannot be evaluated, naming what it found", () => {
    const solution = minimize((x) => log(x), -1, { method });
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("NaN");
    expect(solution.value).toBeNaN();
    expect(solution.x.item()).toBe(-1);
  });

  it("fails when the function throws at the start, quoting it", () => {
    const f = (): Tensor => {
      throw new RangeError("no such place");
    };
    const solution = minimize(f, 1, { method });
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("no such place");
  });

  it("steps back from where the function is NaN", () => {
    // Defined for x < 2 only; the minimum 4 ln 2 − … lies inside.
    const f = (x: Tensor): Tensor => x.square().sub(log(x.neg().add(2)).mul(0.1));
    const solution = minimize(f, 1.99, { method });
    expect(solution.status).toBe("converged");
    // 2x + 0.1 / (2 − x) = 0
    expect(solution.x.item()).toBeCloseTo((2 - Math.sqrt(4.2)) / 2, 7);
  });

  it("steps back from where the function throws", () => {
    const f = (x: Tensor): Tensor => {
      if (x.item() > 3) throw new RangeError("too far");
      return x.sub(2.5).square();
    };
    const solution = minimize(f, -100, { method });
    expect(solution.status).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(2.5, 7);
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ["a line", (x) => x.mul(3)],
    ["a falling parabola", (x) => x.square().neg()],
    ["a falling exponential", (x) => exp(x).neg()],
  ])("calls %s unbounded", (_name, f) => {
    const solution = minimize(f, 1, { method });
    expect(solution.status).toBe("unbounded");
    expect(solution.value).toBeLessThan(-1e15);
  });

  it("does not call a start with zero gradient a minimum", () => {
    const saddle = ([x, y]: Tensor[]): Tensor => x!.square().sub(y!.square());
    expect(minimize(saddle, [0, 0], { method }).status).toBe("stationary");
    expect(minimize((x) => x.mul(0).add(7), 3, { method }).status).toBe("stationary");
  });

  it("stalls at a kink instead of claiming a minimum", () => {
    const solution = minimize(([x, y]) => x.sub(1).maximum(x.sub(1).mul(-2)).add(y.square()), [0.7, 0.3], {
      method,
    });
    expect(["stalled", "maxIterations"]).toContain(solution.status);
    expect(solution.message).toMatch(/kink|raise maxIterations/);
    expect(solution.value).toBeLessThan(0.1);
  });

  it("says when the iterations ran out", () => {
    const rosenbrock = ([x, y]: Tensor[]): Tensor =>
      y!.sub(x!.square()).square().mul(100).add(x!.neg().add(1).square());
    const solution = minimize(rosenbrock, [-1.2, 1], { method, maxIterations: 3 });
    expect(solution.status).toBe("maxIterations");
    expect(solution.iterations).toBe(3);
    expect(solution.value).toBeLessThan(24.2);
  });

  it("stops within one evaluation of the signal and returns the best point", () => {
    const controller = new AbortController();
    const values: number[] = [];
    const evaluations: number[] = [];
    const solution = minimize(
      ([x, y]) => y.sub(x.square()).square().mul(100).add(x.neg().add(1).square()),
      [-1.2, 1],
      {
        method,
        signal: controller.signal,
        onStep: (step) => {
          values.push(step.value);
          evaluations.push(step.evaluations);
          if (step.iteration === 4) controller.abort();
        },
      },
    );
    expect(solution.status).toBe("aborted");
    expect(solution.iterations).toBe(4);
    expect(solution.evaluations).toBe(evaluations.at(-1));
    expect(solution.value).toBe(Math.min(...values));
  });
});

describe("a fixed learning rate", () => {
  it("walks x ← x − η f′(x)", () => {
    const xs: number[] = [];
    minimize((x) => x.square(), 1, {
      method: gradientDescent({ learningRate: 0.25 }),
      maxIterations: 3,
      onStep: (step) => xs.push(step.x[0]!),
    });
    expect(xs).toEqual([1, 0.5, 0.25, 0.125]);
  });

  it.each<[string, (x: Tensor) => Tensor, number]>([
    ["for ever between two points", (x) => x.square(), 1],
    ["ever farther", (x) => x.square(), 1.01],
    ["without end about a minimum that is not a parabola", (x) => x.square().square(), 0.5],
    ["slowly inwards", (x) => x.square(), 0.999],
    ["about a kink", (x) => x.abs(), 0.3],
  ])("is to be lowered when it jumps %s", (_, f, learningRate) => {
    for (const maxIterations of [30, 31]) {
      const { status, message } = minimize(f, 1, {
        method: gradientDescent({ learningRate }),
        maxIterations,
      });
      expect(status).toBe("maxIterations");
      expect(message).toMatch(/lower the learning rate: [\d.]+$/);
    }
  });

  it("may be raised when it creeps", () => {
    const { message } = minimize((x) => x.square(), 1, {
      method: gradientDescent({ learningRate: 1e-3 }),
      maxIterations: 30,
    });
    expect(message).toMatch(/raise maxIterations or the learning rate/);
  });

  it("fails with advice when it leaves the domain, keeping the best point", () => {
    const solution = minimize((x) => x.sub(sqrt(x).mul(3)), 0.01, {
      method: gradientDescent({ learningRate: 1e6 }),
      maxIterations: 50,
    });
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("lower the learning rate");
    expect(Number.isFinite(solution.value)).toBe(true);
  });
});

describe("leastSquares says how it ended", () => {
  const t = tensor([0, 1, 2, 3, 4]);
  const y = tensor([5, 3.1, 1.8, 1.2, 0.7]);

  it("fails when the start cannot be evaluated, naming the residual", () => {
    const solution = leastSquares(([a]) => log(t.sub(a)), [2]);
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("residual 0 is NaN");
    expect(solution.residualSumOfSquares).toBeNaN();
  });

  it("never accepts a failed evaluation", () => {
    const solution = leastSquares(([a, b]) => a.mul(exp(t.mul(b))).sub(y), [1, 200], { history: true });
    for (const step of solution.history!) if (step.accepted) expect(Number.isFinite(step.value)).toBe(true);
    expect(solution.status).toBe("failed");
    const better = leastSquares(
      ([a, b]) =>
        sqrt(a)
          .mul(exp(t.mul(b)))
          .sub(y),
      [1e-3, 0.1],
    );
    expect(better.status).toBe("converged");
  });

  it.each(["qr", "normal"] as const)("does not call a plateau a minimum (%s)", (linearSolver) => {
    const flat = leastSquares(([a]) => exp(a.mul(-1e4)).mul(t).sub(y), [1], {
      method: levenbergMarquardt({ linearSolver }),
    });
    expect(flat.status).toBe("stationary");
    expect([...flat.normalMatrix]).toEqual([0]);
  });

  it.each(["qr", "normal"] as const)(
    "does not call residuals zero because their squares are (%s)",
    (linearSolver) => {
      const method = levenbergMarquardt({ linearSolver });
      for (const scale of [1e-150, 1e-200, 1e-300]) {
        const line = ([a, b]: Tensor[]): Tensor => t.mul(b!).add(a!).mul(scale).sub(y.mul(scale));
        const solution = leastSquares(line, [0, 0], { method });
        expect(solution.status).toBe("failed");
        expect(solution.message).toMatch(
          /the largest is 5(\.0+\d)?e-\d+\) that their squares vanish; rescale/,
        );
      }
      const exact = leastSquares(([a]) => t.mul(a), [0], { method });
      expect(exact.message).toBe("converged: every residual is zero");
      const small = leastSquares(([a, b]) => t.mul(b).add(a).mul(1e-100).sub(y.mul(1e-100)), [0, 0], {
        method,
      });
      expect(small.status).toBe("converged");
      expect(small.x[1].item()).toBeCloseTo(-1.05, 12);
    },
  );

  it("stalls at the foot of a step up", () => {
    // (a − 2)² falls up to a = 1, where 100 ⌊a⌋² jumps to 100.
    const solution = leastSquares(([a]) => stack([a.sub(2), floor(a).mul(10)]), [0.4]);
    expect(solution.status).toBe("stalled");
    expect(solution.message).toContain("jump");
    expect(solution.x[0].item()).toBeLessThan(1);
    expect(solution.residualSumOfSquares).toBeCloseTo(1, 9);
  });

  it("aborts with the best point so far", () => {
    const controller = new AbortController();
    const solution = leastSquares(([a, b]) => a.mul(exp(t.mul(b))).sub(y), [1, 1], {
      signal: controller.signal,
      onStep: ({ iteration }) => {
        if (iteration === 2) controller.abort();
      },
    });
    expect(solution.status).toBe("aborted");
    expect(solution.iterations).toBe(2);
  });

  it("aborts before the first evaluation too", () => {
    const solution = leastSquares(([a]) => t.sub(a), [0], { signal: AbortSignal.abort() });
    expect(solution.status).toBe("aborted");
    expect(solution.evaluations).toBe(0);
    expect(solution.x[0].item()).toBe(0);
  });
});

describe("wrong arguments", () => {
  it.each<[string, () => unknown]>([
    ["a start that is not finite", () => minimize((x) => x, NaN)],
    ["an empty start", () => minimize(() => tensor(1), [])],
    ["a function with a vector value", () => minimize((x) => x.mul(tensor([1, 2])), 1)],
    ["a learning rate below zero", () => gradientDescent({ learningRate: -1 })],
    ["a negative tolerance", () => minimize((x) => x.square(), 1, { gradientTolerance: -1 })],
    ["a start outside its bounds", () => leastSquares(([a]) => sin(a), [3], { upper: [2] })],
    ["bounds that leave no room", () => leastSquares(([a]) => sin(a), [3], { lower: [4], upper: [2] })],
    ["bounds of another shape", () => leastSquares(([a]) => sin(a), [3], { lower: [0, 0] })],
    ["no residuals", () => leastSquares(() => tensor([], { shape: [0] }), [1])],
    ["residuals that are counts", () => leastSquares(() => tensor(new Int32Array([1])), [1])],
  ])("throw a typed error for %s", (_, call) => {
    expect(call).toThrow(OptimizationError);
  });
});
