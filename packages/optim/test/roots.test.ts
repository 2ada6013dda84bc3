import { abs, atan, cos, exp, log, sin, sqrt, tensor, type Tensor } from "@steepest/autodiff";
import {
  anderson,
  broyden,
  fixedPoint,
  fixedPointSteps,
  halley,
  newtonRaphson,
  OptimizationError,
  picard,
  root,
  rootSteps,
  type FixedPointMethod,
  type RootMethod,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";

const scalarMethods: [string, () => RootMethod][] = [
  ["newton-raphson", () => newtonRaphson()],
  ["halley", () => halley()],
  ["broyden", () => broyden()],
];
const systemMethods = scalarMethods.filter(([name]) => name !== "halley");

describe.each(scalarMethods)("%s in one unknown", (_, method) => {
  it.each<[string, (x: Tensor) => Tensor, number, number]>([
    // The Dottie number.
    ["cos x = x", (x) => cos(x).sub(x), 1, 0.7390851332151607],
    ["x² = 2", (x) => x.square().sub(2), 1, Math.SQRT2],
    // Wallis' example for Newton's method, 1685.
    ["x³ − 2x − 5 = 0", (x) => x.pow(3).sub(x.mul(2)).sub(5), 2, 2.0945514815423265],
    // The Lambert W function at 1, the omega constant.
    ["x eˣ = 1", (x) => x.mul(exp(x)).sub(1), 0.5, 0.5671432904097838],
    // Kepler's equation with e = 0.9, M = 1.
    ["E − 0.9 sin E = 1", (x) => x.sub(sin(x).mul(0.9)).sub(1), 1, 1.8620866868745323],
    // Newton's plain steps diverge from |x| > 1.39.
    ["atan x = 0", (x) => atan(x), 3, 0],
  ])("solves %s", (_name, f, start, expected) => {
    const solution = root(f, start, { method: method() });
    expect(solution.status, solution.message).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(expected, 13);
    expect(solution.value).toBe(Math.abs(solution.residuals[0]!));
  });

  it("says that it ends where |f| has a minimum which is no root", () => {
    const solution = root((x) => x.square().add(1), 1.3, { method: method() });
    expect(solution.status).not.toBe("converged");
    expect(solution.residuals[0]).toBeGreaterThanOrEqual(1);
  });

  it("steps back from where f is NaN or throws", () => {
    const solution = root((x) => log(x), 3, { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(1, 13);
    const throwing = root(
      (x) => {
        if (x.item() < 0) throw new RangeError("negative");
        return sqrt(x).sub(0.1);
      },
      9,
      { method: method() },
    );
    expect(throwing.status, throwing.message).toBe("converged");
    expect(throwing.x.item()).toBeCloseTo(0.01, 12);
  });

  it("fails where the start cannot be evaluated", () => {
    const solution = root((x) => log(x), -1, { method: method() });
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("NaN");
    expect(solution.x.item()).toBe(-1);
  });

  it("does not call the smallness of a badly scaled function a root", () => {
    const solution = root((x) => x.sub(3).mul(1e-30), 1000, { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(3, 12);
  });

  it("finds roots that are not simple, as far as rounding lets it", () => {
    const solution = root((x) => x.square().sub(x.mul(2)).add(1), 3, { method: method() });
    expect(solution.status, solution.message).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(1, 6);
  });
});

describe.each(systemMethods)("%s for systems", (_, method) => {
  it("solves a circle and a hyperbola", () => {
    const { x, status } = root(([x, y]) => [x.square().add(y.square()).sub(4), x.mul(y).sub(1)], [2, 0.3], {
      method: method(),
    });
    expect(status).toBe("converged");
    const [a, b] = x.map((leaf) => leaf.item()) as [number, number];
    // x² = 2 ± √3
    expect(a).toBeCloseTo(Math.sqrt(2 + Math.sqrt(3)), 12);
    expect(b).toBeCloseTo(Math.sqrt(2 - Math.sqrt(3)), 12);
  });

  it("solves Powell's badly scaled system", () => {
    // Moré, Garbow & Hillstrom (3): 10⁴ x y = 1, e⁻ˣ + e⁻ʸ = 1.0001
    const { x, status, message } = root(
      ([x, y]) => [x.mul(y).mul(1e4).sub(1), exp(x.neg()).add(exp(y.neg())).sub(1.0001)],
      [0, 1],
      { method: method() },
    );
    expect(status, message).toBe("converged");
    const [a, b] = x.map((leaf) => leaf.item()) as [number, number];
    expect(a / 1.098159327e-5).toBeCloseTo(1, 8);
    expect(b / 9.10614674).toBeCloseTo(1, 8);
  });

  it("solves Broyden's tridiagonal system of 20 unknowns", () => {
    const n = 20;
    const f = (x: Tensor): Tensor => {
      const left = tensor(
        Array.from({ length: n * n }, (_v, k) => (k % (n + 1) === n ? 1 : 0)),
        {
          shape: [n, n],
        },
      );
      const right = tensor(
        Array.from({ length: n * n }, (_v, k) => (k % (n + 1) === 1 ? 2 : 0)),
        {
          shape: [n, n],
        },
      );
      const middle = x.mul(-2).add(3).mul(x);
      return middle.sub(left.matmul(x)).sub(right.matmul(x)).add(1);
    };
    const solution = root(f, tensor(Array.from({ length: n }, () => -1)), { method: method() });
    expect(solution.status, solution.message).toBe("converged");
    const x = solution.x.toArray() as number[];
    x.forEach((value, i) => {
      const rest = (3 - 2 * value) * value - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1;
      expect(Math.abs(rest)).toBeLessThan(1e-12);
    });
  });

  it("takes and returns trees", () => {
    const { x, status } = root(
      ({ matrix, scale }) => ({
        a: matrix.mul(scale).sub(
          tensor([
            [2, 4],
            [6, 8],
          ]),
        ),
        b: scale.square().sub(4),
      }),
      {
        matrix: tensor([
          [1, 1],
          [1, 1],
        ]),
        scale: 1,
      },
      { method: method() },
    );
    expect(status).toBe("converged");
    expect(x.scale.item()).toBeCloseTo(2, 12);
    expect(Array.from(x.matrix.data, (value) => Number(value.toFixed(10)))).toEqual([1, 2, 3, 4]);
  });

  it("counts evaluations as they are made", () => {
    let calls = 0;
    const solution = root(
      ([x, y]) => {
        calls++;
        return [x.square().sub(y), y.square().sub(x.mul(2))];
      },
      [3, 2],
      { method: method(), compile: false },
    );
    expect(solution.status).toBe("converged");
    // A Jacobian evaluates the function once more for the value, or twice in this problem of two unknowns.
    expect(calls).toBeGreaterThanOrEqual(solution.evaluations);
    expect(solution.evaluations).toBeGreaterThan(solution.gradientEvaluations - 1);
  });
});

describe("rates of convergence", () => {
  const errors = (method: RootMethod): number[] =>
    [...rootSteps((x) => x.pow(3).sub(2), 1.3, method)].map(({ x }) => Math.abs(x[0]! - Math.cbrt(2)));

  it("newton-raphson squares the error: e ← e² f″/2f′", () => {
    const [, a, b] = errors(newtonRaphson()) as [number, number, number];
    expect(b / a ** 2).toBeCloseTo(1 / Math.cbrt(2), 1);
  });

  it("halley cubes it: e ← e³ ((f″/2f′)² − f‴/6f′)", () => {
    const [first, a] = errors(halley()) as [number, number];
    const x = Math.cbrt(2);
    expect(a / first ** 3).toBeCloseTo(1 / x ** 2 - 1 / (3 * x ** 2), 1);
  });

  it("broyden takes one Jacobian and then values alone", () => {
    const solution = root(([x, y]) => [x.add(y).sub(3), x.square().add(y.square()).sub(9)], [1, 5], {
      method: broyden(),
    });
    expect(solution.status).toBe("converged");
    // One at the start, and at most one to be sure and one for the last digits at the end.
    expect(solution.evaluations).toBeGreaterThan(6);
    expect(solution.gradientEvaluations).toBeLessThanOrEqual(3);
  });
});

it("plain newton-raphson goes where the textbook says", () => {
  // x³ − 2x + 2 from 0: 0, 1, 0, 1, …
  const walk = rootSteps((x) => x.pow(3).sub(x.mul(2)).add(2), 0, newtonRaphson({ lineSearch: false }));
  const seen = Array.from({ length: 7 }, () => (walk.next().value as { x: Float64Array }).x[0]);
  expect(seen).toEqual([0, 1, 0, 1, 0, 1, 0]);
});

describe.each<[string, () => FixedPointMethod]>([
  ["picard", picard],
  ["anderson", anderson],
])("fixed points by %s", (_, method) => {
  it("are found", () => {
    const solution = fixedPoint((x) => cos(x), 1, { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(0.7390851332151607, 11);
    const steady = fixedPoint(
      (p) =>
        tensor([
          [0.9, 0.2, 0.1],
          [0.07, 0.7, 0.3],
          [0.03, 0.1, 0.6],
        ]).matmul(p),
      tensor([1, 0, 0]),
      { method: method() },
    );
    expect(steady.status).toBe("converged");
    // The stationary distribution of this Markov chain, (9, 4, 2 − …)/…: solved by hand from the balance equations.
    const p = steady.x.toArray() as number[];
    expect(p[0]! + p[1]! + p[2]!).toBeCloseTo(1, 10);
    expect(0.9 * p[0]! + 0.2 * p[1]! + 0.1 * p[2]!).toBeCloseTo(p[0]!, 11);
  });

  it("of slow contractions are known to the tolerance, not only their last step", () => {
    const solution = fixedPoint((x) => x.mul(0.99).add(0.01), 5, { method: method(), maxIterations: 10_000 });
    expect(solution.status).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(1, 10);
  });

  it("are not claimed where there are none", () => {
    const away = fixedPoint((x) => x.add(1), 0, { method: method() });
    expect(away.status).not.toBe("converged");
    const lost = fixedPoint((x) => x.square().add(1), 3, { method: method() });
    expect(["failed", "maxIterations"]).toContain(lost.status);
  });
});

it("anderson needs fewer steps than picard", () => {
  const g = ([x, y]: Tensor[]): Tensor[] => [cos(y!).mul(0.9), sin(x!).mul(0.9).add(0.3)];
  const plain = fixedPoint(g, [0, 0], { method: picard() });
  const fast = fixedPoint(g, [0, 0], { method: anderson() });
  expect(plain.status).toBe("converged");
  expect(fast.status).toBe("converged");
  expect(fast.evaluations).toBeLessThan(plain.evaluations / 2);
});

it.each<[string, () => RootMethod]>(systemMethods)("a walk of %s resumes to the last bit", (_, method) => {
  const f = ([x, y]: Tensor[]): Tensor[] => [x!.square().add(y!.square()).sub(4), x!.mul(y!).sub(1)];
  const whole = [...rootSteps(f, [2, 0.3], method())];
  const first = rootSteps(f, [2, 0.3], method());
  for (let k = 0; k < 3; k++) first.next();
  const resume = JSON.parse(JSON.stringify(first.checkpoint())) as ReturnType<typeof first.checkpoint>;
  expect([...rootSteps(f, [2, 0.3], method(), { resume })]).toEqual(whole.slice(3));
});

it("a fixed-point walk resumes to the last bit", () => {
  const whole = [...fixedPointSteps((x) => cos(x), 1, anderson())];
  const first = fixedPointSteps((x) => cos(x), 1, anderson());
  for (let k = 0; k < 3; k++) first.next();
  const resume = JSON.parse(JSON.stringify(first.checkpoint())) as ReturnType<typeof first.checkpoint>;
  expect([...fixedPointSteps((x) => cos(x), 1, anderson(), { resume })]).toEqual(whole.slice(3));
});

it("stops within one evaluation when its signal asks to", () => {
  const controller = new AbortController();
  const solution = root(([x, y]) => [x.square().add(y.square()).sub(4), x.mul(y).sub(1)], [2, 0.3], {
    signal: controller.signal,
    onStep: ({ iteration }) => iteration === 2 && controller.abort(),
  });
  expect(solution.status).toBe("aborted");
  expect(solution.iterations).toBe(2);
  expect(solution.evaluations).toBe(3);
});

describe("wrong arguments throw", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "halley with two unknowns",
      () => root(([x, y]) => [x, y], [1, 2], { method: halley() }),
      /one unknown.*: 2/,
    ],
    ["too few equations", () => root(([x, y]) => x.add(y), [1, 2]), /as many values .* 2: it returns 1/],
    ["a tolerance below zero", () => root((x) => x, 1, { stepTolerance: -1 }), /stepTolerance.*: -1/],
    ["memory of anderson", () => anderson({ memory: 0 }), /memory.*: 0/],
    ["a start that is not finite", () => root((x) => abs(x), NaN), /finite.*NaN/],
  ])("%s", (_, run, message) => {
    expect(run).toThrow(OptimizationError);
    expect(run).toThrow(message);
  });
});
