import { exp, tensor, where, type Tensor } from "@steepest/autodiff";
import {
  acceleratedGradient,
  backtracking,
  bfgs,
  conjugateGradient,
  gradientDescent,
  hagerZhang,
  heavyBall,
  lbfgs,
  minimize,
  moreThuente,
  OptimizationError,
  steps,
  strongWolfe,
  type MinimizeMethod,
  type QuasiNewtonOptions,
  type Step,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { twoLoopDirection } from "../src/methods/limited-memory.ts";
import { updatedInverse, diagonal } from "../src/methods/inverse-hessian.ts";
import { minimizationProblems } from "./support/minimization-problems.ts";

const rosenbrock = (x: Tensor): Tensor => {
  const pairs = x.reshape([x.size / 2, 2]);
  const [a, b] = [pairs.slice([], 0), pairs.slice([], 1)];
  return b.sub(a.square()).square().mul(100).add(a.neg().add(1).square()).sum();
};
const valleys = (n: number): Tensor => tensor(Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1)));

/** A symmetric matrix with eigenvalues 1, …, condition, turned by a Householder reflection. */
function quadratic(n: number, condition: number): { f: (x: Tensor) => Tensor; matrix: number[][] } {
  const w = Array.from({ length: n }, (_, i) => Math.sin(i + 1));
  const square = w.reduce((sum, wi) => sum + wi * wi, 0);
  const q = (i: number, j: number): number => (i === j ? 1 : 0) - (2 * w[i]! * w[j]!) / square;
  const eigenvalues = Array.from({ length: n }, (_, i) => condition ** (i / (n - 1)));
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => eigenvalues.reduce((sum, e, k) => sum + e * q(i, k) * q(j, k), 0)),
  );
  const A = tensor(matrix);
  return { f: (x) => x.mul(A.matmul(x)).sum().mul(0.5).sub(x.sum()), matrix };
}

function walked(f: (x: Tensor) => Tensor, start: Tensor, method: MinimizeMethod, count = 100): Step[] {
  const walk = steps(f, start, method);
  const seen: Step[] = [];
  while (seen.length < count) {
    const { done, value } = walk.next();
    if (done) break;
    seen.push(value);
  }
  return seen;
}

describe("a quadratic of n parameters", () => {
  const sizes = [2, 5, 12];

  it.each(sizes)("takes conjugate gradients with exact steps n steps: %i", (n) => {
    const { f } = quadratic(n, 100);
    for (const beta of ["hagerZhang", "polakRibierePlus"] as const) {
      const method = conjugateGradient({ beta, lineSearch: "exact" });
      const solution = minimize(f, tensor(Array(n).fill(1)), { method });
      expect(solution.status).toBe("converged");
      expect(solution.iterations).toBeLessThanOrEqual(n);
      // One evaluation a step besides the start, and one product for its length.
      expect(solution.evaluations).toBe(solution.iterations + 1);
      expect(solution.hessianProducts).toBe(solution.iterations);
    }
  });

  it.each(sizes)("takes quasi-Newton methods with accurate line searches n steps: %i", (n) => {
    // Nocedal & Wright, theorem 6.4, and §7.2 for L-BFGS with room for all pairs.
    const { f, matrix } = quadratic(n, 100);
    const lineSearch = strongWolfe({ curvature: 1e-3 });
    for (const method of [bfgs({ lineSearch }), lbfgs({ lineSearch, memory: n })]) {
      const solution = minimize(f, tensor(Array(n).fill(1)), {
        method,
        history: true,
        gradientTolerance: 1e-7,
      });
      expect(solution.status).toBe("converged");
      expect(solution.iterations).toBeLessThanOrEqual(n + 1);
      expect(matrix.map((row) => row.reduce((sum, a, j) => sum + a * solution.x.data[j]!, 0))).toEqual(
        matrix.map(() => expect.closeTo(1, 6)),
      );
    }
  });

  it("loses (κ − 1)² / (κ + 1)² of its height in every exact step from the worst start", () => {
    // Luenberger & Ye, Linear and Nonlinear Programming, §8.2: the bound of steepest descent is met from (κ, 1).
    const kappa = 9;
    const f = (x: Tensor): Tensor => x.square().mul([1, kappa]).sum().mul(0.5);
    const seen = walked(f, tensor([kappa, 1]), gradientDescent({ lineSearch: "exact" }), 20);
    for (let k = 1; k < seen.length; k++)
      expect(seen[k]!.value / seen[k - 1]!.value).toBeCloseTo(((kappa - 1) / (kappa + 1)) ** 2, 10);
  });

  it("is left by the heavy ball at the rate (√κ − 1) / (√κ + 1) of its best constants", () => {
    const kappa = 100;
    const [l, L] = [1, kappa];
    const learningRate = 4 / (Math.sqrt(L) + Math.sqrt(l)) ** 2;
    const momentum = ((Math.sqrt(L) - Math.sqrt(l)) / (Math.sqrt(L) + Math.sqrt(l))) ** 2;
    const f = (x: Tensor): Tensor => x.square().mul([l, L]).sum().mul(0.5);
    const seen = walked(f, tensor([1, 1]), heavyBall({ learningRate, momentum }), 101);
    const size = Math.hypot(...seen[100]!.x);
    const rate = (Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1);
    // A double root makes it k rᵏ.
    expect(size).toBeLessThan(2 * 100 * rate ** 100);
    expect(size).toBeGreaterThan(rate ** 100);
  });

  it("is left by the accelerated gradient within its bounds", () => {
    // Nesterov's worst function (Introductory Lectures on Convex Optimization, 2004, §2.1.2), L = 4.
    const n = 60;
    const f = (x: Tensor): Tensor =>
      x
        .slice(0)
        .square()
        .add(x.slice(-1).square())
        .add(
          x
            .slice([1])
            .sub(x.slice([0, -1]))
            .square()
            .sum(),
        )
        .mul(0.5)
        .sub(x.slice(0));
    const minimum = Array.from({ length: n }, (_, i) => 1 - (i + 1) / (n + 1));
    const lowest = f(tensor(minimum)).item();
    const distance = minimum.reduce((sum, x) => sum + x * x, 0);
    const plain = acceleratedGradient({ learningRate: 0.25, restart: false });
    const walk = walked(f, tensor(Array(n).fill(0)), plain, 60);
    // Beck & Teboulle, theorem 4.4, of x; the walk's places y are one momentum ahead of it.
    for (let k = 1; k < walk.length; k++) {
      const base = tensor(walk[k - 1]!.x.map((y, i) => y - 0.25 * walk[k - 1]!.gradient![i]!));
      expect(f(base).item() - lowest).toBeLessThanOrEqual((2 * 4 * distance) / (k + 1) ** 2);
    }
    // With μ the error falls by 1 − √(μ / L) a step (Nesterov 2004, theorem 2.2.3).
    const mu = 2 - 2 * Math.cos(Math.PI / (n + 1));
    const strong = acceleratedGradient({ learningRate: 0.25, strongConvexity: mu, restart: false });
    const steady = walked(f, tensor(Array(n).fill(0)), strong, 200);
    const base = tensor(steady[199]!.x.map((y, i) => y - 0.25 * steady[199]!.gradient![i]!));
    const start = f(tensor(Array(n).fill(0))).item() - lowest + (mu / 2) * distance;
    expect(f(base).item() - lowest).toBeLessThanOrEqual((1 - Math.sqrt(mu / 4)) ** 200 * start);
  });
});

describe("heavyBall", () => {
  it("carries on a part of the last step", () => {
    // v ← 0.5 v − 0.1 x, x ← x + v
    const seen = walked(
      (x) => x.square().mul(0.5),
      tensor(1),
      heavyBall({ learningRate: 0.1, momentum: 0.5 }),
      4,
    );
    expect(seen.map(({ x }) => x[0])).toEqual([1, 0.9, 0.76, 0.614].map((x) => expect.closeTo(x, 15)));
    expect(seen.map(({ velocity }) => velocity![0])).toEqual(
      [0, -0.1, -0.14, -0.146].map((v) => expect.closeTo(v, 15)),
    );
  });

  it("diverges beyond η = 2 (1 + μ) / L, and says what to do", () => {
    const f = (x: Tensor): Tensor => x.square().mul(0.5);
    const inside = minimize(f, 1, { method: heavyBall({ learningRate: 2.9, momentum: 0.5 }) });
    expect(inside.status).toBe("converged");
    const outside = minimize(f, 1, {
      method: heavyBall({ learningRate: 3.1, momentum: 0.5 }),
      maxIterations: 100,
    });
    expect(outside.status).toBe("maxIterations");
    expect(outside.message).toMatch(/lower the learning rate: 3\.1$/);
    expect(outside.value).toBeLessThanOrEqual(0.5);
  });

  it("fails with advice where it leaves the domain", () => {
    const solution = minimize((x) => x.sub(x.log().mul(3)), 0.01, { method: heavyBall({ learningRate: 1 }) });
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("lower the learning rate");
    expect(Number.isFinite(solution.value)).toBe(true);
  });
});

describe("acceleratedGradient", () => {
  it("steps from the point ahead", () => {
    // x⁺ = y − 0.1 y = 0.9 y, y⁺ = x⁺ + 0.5 (x⁺ − x)
    const method = acceleratedGradient({ learningRate: 0.1, momentum: 0.5, restart: false });
    const seen = walked((x) => x.square().mul(0.5), tensor(1), method, 3);
    expect(seen.map(({ x }) => x[0])).toEqual([1, 0.85, 0.6975].map((y) => expect.closeTo(y, 15)));
    expect(seen.map(({ velocity }) => velocity![0])).toEqual(
      [0, -0.1, -0.135].map((v) => expect.closeTo(v, 15)),
    );
    expect(seen[2]!.evaluations).toBe(3);
  });

  it("settles sooner when it lets go of momentum that points uphill", () => {
    // O'Donoghue & Candès: without restarts it oscillates on ill-conditioned quadratics.
    const { f } = quadratic(20, 1e4);
    const start = tensor(Array(20).fill(1));
    const count = (restart: boolean): number =>
      minimize(f, start, { method: acceleratedGradient({ learningRate: 1e-4, restart }), maxIterations: 1e5 })
        .iterations;
    expect(count(true)).toBeLessThan(0.5 * count(false));
  });

  it.each(minimizationProblems.filter(({ name }) => name !== "brown badly scaled"))(
    "finds the minimum of $name by itself",
    ({ f, start, minimum, minimizers, tolerance = 1e-6 }) => {
      const solution = minimize(f, tensor(start), { method: acceleratedGradient(), maxIterations: 20_000 });
      expect(solution.status).toBe("converged");
      expect(Math.abs(solution.value - minimum)).toBeLessThan(1e-8);
      const x = solution.x.data;
      const distances = minimizers.map((point) =>
        Math.max(...point.map((value, i) => Math.abs(value - x[i]!))),
      );
      expect(Math.min(...distances)).toBeLessThan(4 * tolerance);
    },
  );
});

describe("gradientDescent", () => {
  it.each([
    ["strong Wolfe", strongWolfe()],
    ["Moré–Thuente", moreThuente()],
    ["Hager–Zhang", hagerZhang()],
    ["backtracking", backtracking()],
  ])("takes any line search: %s", (_, lineSearch) => {
    const { x, status } = minimize(quadratic(4, 10).f, tensor([1, 2, 3, 4]), {
      method: gradientDescent({ lineSearch }),
    });
    expect(status).toBe("converged");
    const expected = minimize(quadratic(4, 10).f, tensor([1, 2, 3, 4])).x.data;
    expect([...x.data]).toEqual(Array.from(expected, (value) => expect.closeTo(value, 7)));
  });

  it("shortens exact steps where the function is no quadratic", () => {
    // Second derivatives of √(1 + x²) shrink away from 0: Newton's step from 3 would end at −27.
    const values = walked(
      (x) => x.square().add(1).sqrt(),
      tensor(3),
      gradientDescent({ lineSearch: "exact" }),
    ).map(({ value }) => value);
    for (let k = 1; k < values.length; k++) expect(values[k]).toBeLessThan(values[k - 1]!);
    expect(values.at(-1)).toBeCloseTo(1, 14);
  });
});

describe("lbfgs", () => {
  it("is BFGS from a multiple of the identity, for the pairs it keeps", () => {
    const n = 6;
    const random = (seed: number): Float64Array =>
      Float64Array.from({ length: n }, (_, i) => Math.sin(seed * 7.3 + i * i));
    const changes = [1, 2, 3, 4].map((k) => {
      const s = random(k);
      // y = A s for a diagonal A: curvature is positive.
      const y = s.map((si, i) => (i + 1 + k / 10) * si);
      const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, ai, i) => sum + ai * b[i]!, 0);
      return { s, y, curvature: dot(s, y), squaredChange: dot(y, y) };
    });
    const newest = changes.at(-1)!;
    let inverse = diagonal(newest.curvature / newest.squaredChange, n);
    for (const change of changes) inverse = updatedInverse(inverse, change);
    const gradient = random(9);
    const { direction, slope } = twoLoopDirection(changes, gradient);
    for (let i = 0; i < n; i++) {
      const row = inverse.subarray(i * n, (i + 1) * n);
      expect(direction[i]).toBeCloseTo(-row.reduce((sum, h, j) => sum + h * gradient[j]!, 0), 12);
      // The secant equation H y = s holds for the newest pair.
      expect(row.reduce((sum, h, j) => sum + h * newest.y[j]!, 0)).toBeCloseTo(newest.s[i]!, 12);
    }
    expect(slope).toBeCloseTo(
      direction.reduce((sum, d, i) => sum + d * gradient[i]!, 0),
      12,
    );
  });

  it("shows the pairs that gave a step, the oldest first, and forgets those beyond its memory", () => {
    const seen = walked(rosenbrock, valleys(2), lbfgs({ memory: 3 }), 12);
    seen.slice(1).forEach(({ memory }, k) => {
      const pairs = memory!;
      expect(pairs).toHaveLength(Math.min(k, 3));
      pairs.forEach(({ s, y }, i) => {
        const [before, after] = [seen[k - pairs.length + i]!, seen[k - pairs.length + i + 1]!];
        expect([...s]).toEqual([...after.step]);
        expect([...y]).toEqual([...after.gradient!].map((g, j) => g - before.gradient![j]!));
      });
    });
  });

  it("takes no more evaluations than L-BFGS-B of SciPy 1.17.1 with the same memory, give or take a few", () => {
    // SciPy's counts until our test of convergence holds at an evaluated point, ftol and gtol being 0.
    const scipy: Record<string, number> = {
      "rosenbrock n=2": 46,
      "rosenbrock n=10": 46,
      beale: 17,
      booth: 10,
      himmelblau: 15,
      "powell singular": 61,
      wood: 114,
      "helical valley": 34,
      "brown badly scaled": 28,
      "gaussian ridge": 6,
      "bowl n=2 condition 1e+0": 3,
      "bowl n=5 condition 1e+3": 36,
      "bowl n=5 condition 1e+6": 52,
      "two leaves joined": 4,
    };
    for (const { name, f, start } of minimizationProblems) {
      const { evaluations, status } = minimize(f, tensor(start), { method: lbfgs() });
      expect(status).toBe("converged");
      expect(evaluations, name).toBeLessThanOrEqual(scipy[name]! + 1);
    }
    const large = minimize(rosenbrock, valleys(1000), { method: lbfgs() });
    expect(large.status).toBe("converged");
    expect(large.evaluations).toBeLessThanOrEqual(46 + 4);
  });
});

describe.each<[string, (options?: QuasiNewtonOptions) => MinimizeMethod]>([
  ["bfgs", bfgs],
  ["lbfgs", lbfgs],
])("%s", (_, method) => {
  it("takes the same steps, to the last bit, when the function is multiplied by a power of two", () => {
    const [once, eightfold] = [1, 8].map((factor) =>
      walked((x) => rosenbrock(x).mul(factor), valleys(6), method(), 25),
    );
    expect(eightfold!.map(({ x }) => x)).toEqual(once!.map(({ x }) => x));
  });

  it("tries its first step at the length it is told", () => {
    const f = (x: Tensor): Tensor => exp(x).sum().add(exp(x.neg()).sum());
    for (const initialStep of [0.25, 1e-3]) {
      const told = method({ initialStep, lineSearch: backtracking() });
      const step = walked(f, tensor([1, 1]), told, 2)[1]!.step;
      expect(Math.hypot(...step)).toBeCloseTo(initialStep, 12);
    }
  });

  it("stalls where all that is left is rounding error", () => {
    // Meyer (Moré, Garbow & Hillstrom, problem 10): 8.8e1 from terms of 1e9, with curvatures from 1e-8 to 1e9.
    const t = tensor(Array.from({ length: 16 }, (_, i) => 45 + 5 * (i + 1)));
    const y = tensor([
      34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872,
    ]);
    const meyer = (x: Tensor): Tensor =>
      x
        .slice(0)
        .mul(exp(x.slice(1).div(t.add(x.slice(2)))))
        .sub(y)
        .square()
        .sum();
    const solution = minimize(meyer, tensor([0.02, 4000, 250]), { method: method(), maxIterations: 10_000 });
    expect(solution.status).toBe("stalled");
    expect(solution.message).toMatch(/too badly scaled for doubles/);
    expect(solution.value).toBeCloseTo(87.9458, 3);
    expect(solution.evaluations).toBeLessThan(5000);
  });
});

describe("conjugateGradient", () => {
  it("restarts where successive gradients are far from orthogonal", () => {
    const seen = walked(rosenbrock, valleys(2), conjugateGradient(), 60);
    let restarts = 0;
    for (let k = 2; k < seen.length; k++) {
      const [before, here, after] = [seen[k - 2]!, seen[k - 1]!, seen[k]!];
      const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, ai, i) => sum + ai * b[i]!, 0);
      const steepest = here.gradient!.every((g, i) => g === -after.direction![i]!);
      const far =
        Math.abs(dot(here.gradient!, before.gradient!)) >= 0.2 * dot(here.gradient!, here.gradient!);
      if (far) expect(steepest).toBe(true);
      if (steepest) restarts++;
    }
    expect(restarts).toBeGreaterThan(0);
    expect(restarts).toBeLessThan(seen.length / 2);
  });

  it("goes downhill by at least 7/8 of the squared gradient (Hager & Zhang, theorem 1.1)", () => {
    for (const { f, start } of minimizationProblems) {
      const seen = walked(f, tensor(start), conjugateGradient(), 40);
      for (let k = 1; k < seen.length; k++) {
        const gradient = seen[k - 1]!.gradient!;
        const slope = gradient.reduce((sum, g, i) => sum + g * seen[k]!.direction![i]!, 0);
        expect(slope).toBeLessThanOrEqual(-(7 / 8) * (1 - 1e-9) * seen[k - 1]!.gradientNorm ** 2);
      }
    }
  });
});

describe("the default method", () => {
  it("is bfgs up to 100 parameters and lbfgs above", () => {
    const bowl = (x: Tensor): Tensor => x.square().sum();
    const name = (n: number): string => minimize(bowl, tensor(Array(n).fill(1))).checkpoint().method;
    expect(name(100)).toBe("bfgs");
    expect(name(101)).toBe("lbfgs");
  });
});

it.each<[string, () => MinimizeMethod]>([
  ["gradient descent", () => gradientDescent()],
  ["gradient descent, exact", () => gradientDescent({ lineSearch: "exact" })],
  ["heavy ball", () => heavyBall({ learningRate: 1e-4 })],
  ["accelerated gradient", () => acceleratedGradient()],
  ["conjugate gradient", () => conjugateGradient()],
  ["bfgs, Moré–Thuente", () => bfgs({ lineSearch: moreThuente() })],
  ["lbfgs", () => lbfgs()],
])("%s asks for the value at no point twice, and counts every call", (_, method) => {
  const points = new Set<string>();
  let calls = 0;
  const f = (x: Tensor): Tensor => {
    calls++;
    points.add(x.data.join());
    return rosenbrock(x);
  };
  const solution = minimize(f, valleys(2), { method: method(), compile: false, maxIterations: 40 });
  expect(calls).toBe(solution.evaluations + solution.hessianProducts);
  expect(points.size).toBe(solution.evaluations);
});

it("a walk that starts beyond a jump goes on", () => {
  const jump = (x: Tensor): Tensor => where(x.greater(2), x.square().add(5), x.sub(1).square());
  for (const method of [bfgs(), lbfgs(), conjugateGradient(), acceleratedGradient(), gradientDescent()])
    expect(minimize(jump, 4, { method }).x.item()).toBeCloseTo(1, 6);
});

describe("wrong options", () => {
  const wolfe = strongWolfe();
  it.each<[string, () => unknown, RegExp]>([
    ["a memory of 0", () => lbfgs({ memory: 0 }), /memory must be a whole number above 0: 0/],
    ["a broken memory", () => lbfgs({ memory: 2.5 }), /: 2\.5/],
    ["an initial step of 0", () => lbfgs({ initialStep: 0 }), /initialStep .*: 0/],
    ["an infinite initial step", () => bfgs({ initialStep: Infinity }), /: Infinity/],
    [
      "constants besides a line search",
      () => bfgs({ lineSearch: wolfe, curvature: 0.5 }),
      /strong Wolfe.*: curvature/,
    ],
    [
      "a learning rate besides a line search",
      () => gradientDescent({ learningRate: 1, lineSearch: "exact" }),
      /: exact/,
    ],
    ["a learning rate of 0", () => heavyBall({ learningRate: 0 }), /learning rate .*: 0/],
    ["a momentum of 1", () => heavyBall({ learningRate: 1, momentum: 1 }), /momentum .*: 1/],
    ["a negative momentum", () => acceleratedGradient({ momentum: -0.1 }), /momentum .*: -0\.1/],
    ["a strong convexity of 0", () => acceleratedGradient({ strongConvexity: 0 }), /strongConvexity .*: 0/],
    ["two momenta", () => acceleratedGradient({ strongConvexity: 1, momentum: 0.5 }), /one of them/],
    ["an unknown β", () => conjugateGradient({ beta: "fletcher" as never }), /: fletcher/],
  ])("throw a typed error for %s", (_, make, message) => {
    expect(make).toThrow(OptimizationError);
    expect(make).toThrow(message);
  });
});
