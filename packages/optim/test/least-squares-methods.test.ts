import { exp, floor, log, stack, tensor, type Tensor } from "@steepest/autodiff";
import {
  dogleg,
  gaussNewton,
  leastSquares,
  leastSquaresSteps,
  levenbergMarquardt,
  OptimizationError,
  strongWolfe,
  type LeastSquaresMethod,
  type Step,
} from "@steepest/optim";
import { moreGarbowHillstrom, scaledStart } from "@steepest/optim/problems";
import { describe, expect, it } from "vitest";

const methods: [string, () => LeastSquaresMethod][] = [
  ["levenberg-marquardt", () => levenbergMarquardt()],
  ["levenberg-marquardt by normal equations", () => levenbergMarquardt({ linearSolver: "normal" })],
  ["levenberg-marquardt without acceleration", () => levenbergMarquardt({ geodesicAcceleration: false })],
  ["dogleg", () => dogleg()],
  ["gauss-newton", () => gaussNewton()],
  ["gauss-newton with strong Wolfe", () => gaussNewton({ lineSearch: strongWolfe() })],
];

const t = tensor([0, 1, 2, 3, 4]);
const y = tensor([5, 3.1, 1.8, 1.2, 0.7]);
const decay = ([a, b]: readonly Tensor[]): Tensor => a!.mul(exp(t.mul(b!))).sub(y);
const rosenbrock = ([a, b]: readonly Tensor[]): Tensor =>
  stack([b!.sub(a!.square()).mul(10), a!.neg().add(1)]);

describe("the collection of Moré, Garbow & Hillstrom from its standard starts", () => {
  const cases = moreGarbowHillstrom.map((problem) => ({
    title: `(${problem.number}) ${problem.name}, n = ${problem.dimension}`,
    problem,
  }));

  describe.each<[string, LeastSquaresMethod]>([
    ["levenberg-marquardt", levenbergMarquardt()],
    ["dogleg", dogleg()],
  ])("%s", (_, method) => {
    it.each(cases)("solves $title", ({ problem }) => {
      const solution = leastSquares(problem.residuals, scaledStart(problem), { method });
      const found = solution.residualSumOfSquares;
      const known = problem.minima.find(
        ({ sumOfSquares }) => Math.abs(found - sumOfSquares) <= 1e-7 * sumOfSquares + 1e-14,
      );
      expect(known, `${found}: ${solution.message}`).toBeDefined();
      expect(solution.message).toMatch(/^converged/);
      expect(solution.evaluations).toBeLessThan(1500);
    });
  });

  // Those with full rank on the way and a start that is close enough.
  it.each(
    cases.filter(({ problem: { number: k } }) =>
      [1, 3, 4, 5, 7, 8, 9, 10, 12, 14, 15, 17, 19, 25, 27, 28, 29, 30, 31, 32].includes(k),
    ),
  )("gauss-newton solves $title", ({ problem }) => {
    const solution = leastSquares(problem.residuals, scaledStart(problem), { method: gaussNewton() });
    expect(solution.message).toMatch(/^converged/);
    expect(
      problem.minima.some(
        ({ sumOfSquares: s }) => Math.abs(solution.residualSumOfSquares - s) <= 1e-7 * s + 1e-14,
      ),
    ).toBe(true);
  });
});

describe.each(methods)("%s keeps the contract", (_, make) => {
  it("counts what it calls", () => {
    let calls = 0;
    const seen: [Step, number][] = [];
    const method = make();
    const solution = leastSquares(
      (x: readonly Tensor[]) => {
        calls++;
        return rosenbrock(x);
      },
      [-1.2, 1],
      { method, compile: false, onStep: (step) => seen.push([step, calls]) },
    );
    // A Jacobian runs the function once for each parameter, a second derivative once, and where J is not kept again.
    const bends = solution.hessianEvaluations * (method.linearSolver === "normal" ? 3 : 1);
    expect(2 * solution.evaluations + bends).toBeLessThanOrEqual(calls);
    expect(solution.gradientEvaluations).toBe(solution.evaluations);
    expect(seen.at(-1)![0].evaluations).toBe(solution.evaluations);
  });

  it("solves a linear problem in one step, of any rank", () => {
    const rows = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 0, 1]]); // prettier-ignore
    for (const A of [rows, rows.mul(tensor([1, 0, 1])), rows.slice([0, 2], [0, 3])]) {
      const right = tensor([1, -1, 2, 3]).slice([0, A.shape[0]!]);
      const solution = leastSquares((x) => A.matmul(x).sub(right), tensor([0.5, 0.5, 0.5]), {
        method: make(),
      });
      expect(solution.message).toMatch(/^converged/);
      // Damped steps need a few more to shed their damping.
      expect(solution.iterations).toBeLessThanOrEqual(6);
      const x = solution.x.toArray() as number[];
      const residuals = A.matmul(tensor(x)).sub(right).toArray() as number[];
      const slopes = A.transpose().matmul(tensor(residuals)).toArray() as number[];
      for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-10);
    }
  });

  it("does not depend on the units of the parameters", () => {
    const units = [1e-6, 1e5];
    const plain = leastSquares(decay, [1, -0.1], { method: make() });
    const scaled = leastSquares(([a, b]) => decay([a.mul(units[0]!), b.mul(units[1]!)]), [1 / units[0]!, -0.1 / units[1]!], { method: make() }); // prettier-ignore
    expect(plain.status).toBe("converged");
    expect(scaled.status).toBe("converged");
    expect(scaled.iterations).toBe(plain.iterations);
    units.forEach((unit, j) => expect(scaled.x[j]!.item() * unit).toBeCloseTo(plain.x[j]!.item(), 10));
  });

  it("is the same walk every time, and goes on from a checkpoint to the last bit", () => {
    const whole = [...leastSquaresSteps(rosenbrock, [-1.2, 1], make())];
    expect([...leastSquaresSteps(rosenbrock, [-1.2, 1], make())]).toEqual(whole);
    for (const k of [0, 1, 2, 5]) {
      const walk = leastSquaresSteps(rosenbrock, [-1.2, 1], make());
      for (let step = 0; step < k; step++) walk.next();
      const resume = JSON.parse(JSON.stringify(walk.checkpoint())) as ReturnType<typeof walk.checkpoint>;
      expect([...leastSquaresSteps(rosenbrock, [-1.2, 1], make(), { resume })]).toEqual(whole.slice(k));
    }
  });

  it("shows every step: numbered, with values that are those of its points", () => {
    const { history } = leastSquares(rosenbrock, [-1.2, 1], { method: make(), history: true });
    history!.forEach((step, k) => {
      const [a, b] = [...step.x] as [number, number];
      expect(step.iteration).toBe(k);
      expect(step.value).toBeCloseTo(50 * (b - a * a) ** 2 + 0.5 * (1 - a) ** 2, 10);
      expect(step.gradient![1]).toBeCloseTo(100 * (b - a * a), 8);
      const before = history![k - 1];
      if (before === undefined) return;
      if (!step.accepted) expect(step.x).toEqual(before.x);
      else step.x.forEach((value, i) => expect(value).toBeCloseTo(before.x[i]! + step.step[i]!, 12));
    });
  });

  it("fails when the start cannot be evaluated, naming the residual", () => {
    const solution = leastSquares(([a]) => log(t.sub(a)), [2], { method: make() });
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("start where they and their derivatives are finite");
    expect(solution.residualSumOfSquares).toBeNaN();
  });

  it("steps back from where the residuals are NaN, and from where they throw", () => {
    // The zero is at 3; beyond 3.5 there is nothing.
    const fenced = leastSquares(([a]) => a.neg().add(3.5).sqrt().sub(Math.SQRT1_2).mul(a.add(1)), [-0.9], { method: make() }); // prettier-ignore
    expect(fenced.message).toMatch(/^converged/);
    const throwing = leastSquares(
      ([a]) => {
        if (a.item() > 5) throw new RangeError("too far");
        return a
          .square()
          .sub(9)
          .mul(exp(a.sub(3)));
      },
      [0.1],
      { method: make() },
    );
    expect(throwing.message).toMatch(/^converged/);
    expect(Math.abs(throwing.x[0].item())).toBeCloseTo(3, 9);
  });

  it("does not call a plateau a minimum, nor a jump", () => {
    const flat = leastSquares(([a]) => exp(a.mul(-1e4)).mul(t).sub(y), [1], { method: make() });
    expect(flat.status).toBe("stationary");
    const jump = leastSquares(([a]) => stack([a.sub(2), floor(a).mul(10)]), [0.4], { method: make() });
    expect(jump.status).toBe("stalled");
    expect(jump.message).toContain("jump");
    expect(jump.x[0].item()).toBeLessThan(1);
  });

  it("says that there is nothing left to do at the minimum", () => {
    const zero = leastSquares(([a]) => t.mul(a), [0], { method: make() });
    expect(zero.message).toBe("converged: every residual is zero");
    const again = leastSquares(decay, leastSquares(decay, [1, -0.1]).x.map(Number) as [number, number], { method: make() }); // prettier-ignore
    expect(again.status).toBe("converged");
    expect(again.iterations).toBeLessThanOrEqual(3);
  });

  it("stops at the limit of iterations and at the signal, at the best point", () => {
    const limited = leastSquares(rosenbrock, [-1.2, 1], { method: make(), maxIterations: 2 });
    expect(limited.status).toBe("maxIterations");
    expect(limited.iterations).toBe(2);
    const controller = new AbortController();
    const aborted = leastSquares(rosenbrock, [-1.2, 1], {
      method: make(),
      signal: controller.signal,
      onStep: ({ iteration }) => {
        if (iteration === 2) controller.abort();
      },
    });
    expect(aborted.status).toBe("aborted");
    expect(aborted.iterations).toBe(2);
  });
});

describe("dogleg", () => {
  it("stays in its region, whose radius each step shows", () => {
    // D is the largest norm of each column so far: constant for a problem that is linear in the second parameter.
    const { history } = leastSquares(rosenbrock, [-1.2, 1], {
      method: dogleg({ initialRadius: 0.1 }),
      history: true,
    });
    let scale = [0, 0];
    history!.forEach((step, k) => {
      if (k > 0) {
        const length = Math.hypot(scale[0]! * step.step[0]!, scale[1]! * step.step[1]!);
        expect(length).toBeLessThanOrEqual(step.radius! * (1 + 1e-10));
      }
      const [a] = [...step.x] as [number];
      scale = [Math.max(scale[0]!, Math.hypot(20 * a, 1)), 10];
    });
  });

  it("takes the Cauchy step where the region is small", () => {
    const [, first] = [...leastSquaresSteps(rosenbrock, [-1.2, 1], dogleg({ initialRadius: 1e-6 }))];
    const D = [Math.hypot(24, 1), 10];
    const steepest = [...first!.step].map((value, j) => value * D[j]! ** 2);
    const gradient = [-240 * 0.44 * -1 * -1 - 2.2, -44];
    // r = (−4.4, 2.2), J = [[24, 10], [−1, 0]]: ∇ = Jᵀr.
    gradient[0] = 24 * -4.4 - 2.2;
    expect(steepest[0]! / steepest[1]!).toBeCloseTo(gradient[0] / gradient[1]!, 8);
    expect(first!.accepted).toBe(true);
  });

  it("needs a positive radius", () => {
    for (const initialRadius of [0, -1, NaN, Infinity])
      expect(() => dogleg({ initialRadius })).toThrow(OptimizationError);
  });
});

describe("gauss-newton", () => {
  it("takes full steps where they do, and shows their length where they do not", () => {
    const { history } = leastSquares(rosenbrock, [-1.2, 1], { method: gaussNewton(), history: true });
    for (const { step, direction, stepLength, iteration } of history!.slice(1)) {
      expect(stepLength).toBeGreaterThan(0);
      step.forEach((value, j) => expect(value).toBeCloseTo(stepLength! * direction![j]!, 10));
      if (iteration === history!.length - 1) expect(stepLength).toBe(1);
    }
    expect(history!.some(({ stepLength }) => stepLength !== undefined && stepLength < 1)).toBe(true);
  });

  it("says so where J loses rank on the way and no step helps (Powell 1970)", () => {
    const r = ([a, b]: readonly Tensor[]): Tensor =>
      stack([a!, a!.mul(10).div(a!.add(0.1)).add(b!.square().mul(2))]);
    const solution = leastSquares(r, [3, 1], { method: gaussNewton(), maxIterations: 200 });
    if (solution.status === "converged") expect(solution.residualSumOfSquares).toBeLessThan(1e-15);
    else expect(["stalled", "maxIterations"]).toContain(solution.status);
    const damped = leastSquares(r, [3, 1]);
    expect(damped.residualSumOfSquares).toBeLessThan(1e-15);
  });
});

it("methods that know no bounds are told apart", () => {
  const method: LeastSquaresMethod = { ...gaussNewton(), name: "mine", bounds: false };
  expect(() => leastSquares(decay, [1, 1], { method, lower: [0, 0] })).toThrow(OptimizationError);
  expect(() => leastSquares(decay, [1, 1], { method, lower: [0, 0] })).toThrow(/knows no bounds.*: mine$/);
});
