import { abs, concatenate, exp, floor, log, maximum, stack, where, type Tensor } from "@steepest/autodiff";
import {
  minimize,
  nelderMead,
  OptimizationError,
  powell,
  steps,
  type MinimizeMethod,
  type SamplePoint,
  type Step,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { stationarity } from "../src/methods/goldstein.ts";
import { coefficients, nextSimplex, ordered } from "../src/methods/nelder-mead-moves.ts";
import { lineMinimum } from "../src/line-search/line-minimum.ts";
import { packStart } from "../src/problem/packing.ts";
import { scalarProblem, type ScalarProblem } from "../src/problem/scalar-problem.ts";

const methods: [string, () => MinimizeMethod][] = [
  ["nelder-mead", () => nelderMead()],
  ["nelder-mead with the textbook's coefficients", () => nelderMead({ adaptive: false })],
  ["powell", () => powell()],
];

const rosenbrock = ([a, b]: Tensor[]): Tensor =>
  b!.sub(a!.square()).square().mul(100).add(a!.neg().add(1).square());

describe.each(methods)("%s says how it ended", (_, method) => {
  it("converges by values alone, and asks for gradients only to be sure", () => {
    const solution = minimize(rosenbrock, [-1.2, 1], { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.message).toMatch(/gradient there is/);
    expect(solution.gradientNorm).toBeNaN();
    expect(solution.gradientEvaluations).toBe(1);
    expect(solution.hessianEvaluations + solution.hessianProducts).toBe(0);
  });

  it("fails when the start cannot be evaluated, naming what it found", () => {
    const solution = minimize((x) => log(x), -1, { method: method() });
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("NaN");
    expect(solution.value).toBeNaN();
    const thrown = minimize(
      (): Tensor => {
        throw new RangeError("no such place");
      },
      1,
      { method: method() },
    );
    expect(thrown.status).toBe("failed");
    expect(thrown.message).toContain("no such place");
  });

  it("counts points that are NaN, infinite or throw as higher than all others", () => {
    const barrier = (x: Tensor): Tensor => x.square().sub(log(x.neg().add(2)).mul(0.1));
    const solution = minimize(barrier, 1.99, { method: method() });
    expect(solution.status).toBe("converged");
    // 2x + 0.1 / (2 − x) = 0
    expect(solution.x.item()).toBeCloseTo((2 - Math.sqrt(4.2)) / 2, 7);
    const throwing = minimize(
      (x) => {
        if (x.item() > 3) throw new RangeError("too far");
        return x.sub(2.5).square();
      },
      -100,
      { method: method(), compile: false },
    );
    expect(throwing.status).toBe("converged");
    expect(throwing.x.item()).toBeCloseTo(2.5, 7);
    // The minimum of the plane's quarter lies in its corner, where neither gradient vanishes.
    const corner = minimize(([a, b]) => where(a.less(1).logicalOr(b.less(2)), a.mul(NaN), a.add(b)), [3, 4], {
      method: method(),
    });
    expect(corner.value).toBeGreaterThanOrEqual(3);
    expect(corner.status).not.toBe("converged");
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ["a line", (x) => x.mul(3)],
    ["a falling parabola", (x) => x.square().neg()],
    ["a falling exponential", (x) => exp(x).neg()],
  ])("calls %s unbounded", (_name, f) => {
    const solution = minimize(f, 1, { method: method() });
    expect(solution.status).toBe("unbounded");
    expect(solution.value).toBeLessThan(-1e15);
    expect(Number.isFinite(solution.value)).toBe(true);
  });

  it("walks off a saddle, since it knows of none, but calls a plateau one", () => {
    const saddle = minimize(([a, b]) => a.square().sub(b.square()), [0, 0], { method: method() });
    expect(saddle.status).toBe("unbounded");
    const plateau = minimize(([a, b]) => a.add(b).mul(0).add(7), [3, 4], { method: method() });
    expect(plateau.status).toBe("stationary");
    expect(plateau.message).toContain("plateau");
  });

  it("finds the bottom of kinks, and has gradients around it confirm it", () => {
    const l1 = ([a, b]: Tensor[]): Tensor =>
      abs(a!.sub(1))
        .add(abs(b!.add(2)).mul(3))
        .add(a!.sub(1).square());
    const solution = minimize(l1, [4, 4], { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.message).toContain("balance");
    expect(solution.x[0].item()).toBeCloseTo(1, 6);
    expect(solution.x[1].item()).toBeCloseTo(-2, 6);
  });

  it("does not claim to have converged where a valley of kinks slopes on, or at a jump", () => {
    const valley = ([a, b]: Tensor[]): Tensor =>
      abs(a!.sub(b!)).mul(1e4).add(a!.add(b!).mul(0.01)).add(a!.square().mul(1e-4));
    const down = minimize(valley, [3, 1], { method: method() });
    if (down.status === "converged") expect(down.value).toBeCloseTo(-1, 4);
    // (a − 2)² falls up to a = 1, where it jumps up.
    const jump = minimize(([a]) => a.sub(2).square().add(floor(a).square().mul(100)), [0.4], {
      method: method(),
    });
    expect(jump.status).toBe("stalled");
    expect(jump.message).toContain("jump");
    expect(jump.x[0].item()).toBeLessThan(1);
    expect(jump.value).toBeCloseTo(1, 4);
  });

  it("keeps the best point when the iterations run out or the signal comes", () => {
    const short = minimize(rosenbrock, [-1.2, 1], { method: method(), maxIterations: 3 });
    expect(short.status).toBe("maxIterations");
    expect(short.value).toBeLessThan(24.2);
    const controller = new AbortController();
    const values: number[] = [];
    const stopped = minimize(rosenbrock, [-1.2, 1], {
      method: method(),
      signal: controller.signal,
      onStep: ({ value, iteration }) => {
        values.push(value);
        if (iteration === 4) controller.abort();
      },
    });
    expect(stopped.status).toBe("aborted");
    expect(stopped.iterations).toBe(4);
    expect(stopped.value).toBe(Math.min(...values));
  });

  it("stops where the tolerances say", () => {
    const precise = minimize(rosenbrock, [-1.2, 1], { method: method() });
    const loose =
      _ === "powell"
        ? powell({ stepTolerance: 1e-3, valueTolerance: 1e-3 })
        : nelderMead({ stepTolerance: 1e-3, valueTolerance: 1e-3 });
    // The gradient may be larger as well, or the walk would go on for its sake.
    const early = minimize(rosenbrock, [-1.2, 1], { method: loose, gradientTolerance: 1e-3 });
    expect(early.status).toBe("converged");
    expect(early.evaluations).toBeLessThan(precise.evaluations);
    expect(early.value).toBeLessThan(1e-3);
  });
});

/** McKinnon (1998), with τ = 2, θ = 6, φ = 60: convex, its minimum −1/4 at (0, −1/2). */
const mcKinnon = ([a, b]: Tensor[]): Tensor =>
  where(a!.less(0), a!.square().mul(360), a!.square().mul(6)).add(b!).add(b!.square());

/** The simplex for which the best vertex stays at the origin for ever: λ₁ = (1 + √33)/8, λ₂ = (1 − √33)/8. */
const mcKinnonSimplex = [
  [1, 1],
  [(1 + Math.sqrt(33)) / 8, (1 - Math.sqrt(33)) / 8],
  [0, 0],
];

describe("nelder-mead", () => {
  it("leaves the point to which McKinnon's simplex shrinks", () => {
    const options = { adaptive: false, initialSimplex: mcKinnonSimplex } as const;
    const solution = minimize(mcKinnon, [0, 0], { method: nelderMead(options), history: true });
    // It does shrink to the origin, where the gradient is (0, 1) …
    const restart = solution.history!.findIndex(({ move }) => move === "restart");
    expect(restart).toBeGreaterThan(20);
    const before = solution.history![restart - 1]!;
    expect([...before.x]).toEqual([0, 0]);
    for (const { move } of solution.history!.slice(1, restart)) expect(move).toBe("contraction inside");
    // … and goes on from there.
    expect(solution.status).toBe("converged");
    expect(solution.value).toBeCloseTo(-0.25, 12);
    expect(solution.x[1].item()).toBeCloseTo(-0.5, 6);
    expect(solution.gradientEvaluations).toBeLessThan(10);
  });

  it("shows its simplex, best vertex first, and what it did", () => {
    const { history } = minimize(rosenbrock, [-1.2, 1], { method: nelderMead(), history: true });
    expect(history![0]!.move).toBe("start");
    const moves = new Set(history!.map(({ move }) => move));
    for (const move of ["reflection", "expansion", "contraction inside", "contraction outside"])
      expect(moves).toContain(move);
    history!.forEach(({ simplex, x, value, accepted, step }, k) => {
      expect(simplex).toHaveLength(3);
      const values = simplex!.map((vertex) => vertex.value);
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(x).toEqual(simplex![0]!.x);
      expect(value).toBe(simplex![0]!.value);
      if (k > 0) expect(accepted).toBe(value < history![k - 1]!.value);
      if (!accepted) expect(Math.hypot(...step)).toBe(0);
    });
  });

  it("begins with the simplex it is given, or with edges of the length it is given", () => {
    const simplex = [
      [0, 0],
      [1, 0],
      [0, 2],
    ];
    const first = (method: MinimizeMethod): Step => steps(rosenbrock, [-1.2, 1], method).next().value as Step;
    const vertices = ({ simplex: found }: Step): number[][] => found!.map(({ x }) => [...x]).sort();
    expect(vertices(first(nelderMead({ initialSimplex: simplex })))).toEqual([...simplex].sort());
    expect(vertices(first(nelderMead({ initialStep: 0.5 })))).toEqual(
      [
        [-1.2, 1],
        [-0.7, 1],
        [-1.2, 1.5],
      ].sort(),
    );
    expect(vertices(first(nelderMead({ initialStep: [1, -2] })))).toEqual(
      [
        [-1.2, 1],
        [-1.2 + 1, 1],
        [-1.2, -1],
      ].sort(),
    );
  });

  it("solves ten parameters, where the textbook's coefficients need restarts", () => {
    const extended = (x: Tensor[]): Tensor =>
      concatenate([0, 2, 4, 6, 8].map((k) => rosenbrock([x[k]!, x[k + 1]!]).reshape([1]))).sum();
    const start = [-1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1] as const;
    for (const adaptive of [true, false]) {
      const solution = minimize(extended, start, { method: nelderMead({ adaptive }), history: true });
      expect(solution.status).toBe("converged");
      expect(solution.value).toBeLessThan(1e-10);
      expect(solution.history!.some(({ move }) => move === "restart")).toBe(!adaptive);
    }
  });

  it("says so when a vertex of the first simplex has no bottom", () => {
    const solution = minimize((x) => log(x), 0.5, { method: nelderMead({ initialStep: -0.5 }) });
    expect(solution.status).toBe("unbounded");
    expect(solution.value).toBeCloseTo(Math.log(0.5), 14);
  });

  it("does not change its mind with the order in which ties come", () => {
    const at = (x: number[], value: number): SamplePoint => ({ x: Float64Array.from(x), value });
    const tied = ordered([at([0], 1), at([1], 0), at([2], 1), at([3], Infinity), at([4], 0)]);
    expect(tied.map(({ x }) => x[0])).toEqual([1, 4, 0, 2, 3]);
  });

  /** A function of two numbers, the simplex (0, 0), (1, 0), (0, 1) with given values, and what the next simplex is. */
  it.each<[string, [number, number, number], (x: number, y: number) => number, [number, number] | undefined]>(
    [
      // The worst vertex (0, 1) is reflected in (½, 0) to (1, −1).
      ["reflection", [0, 1, 2], () => 0.5, [1, -1]],
      ["expansion", [0, 1, 2], (_, y) => (y === -1 ? -1 : y === -2 ? -2 : 9), [1.5, -2]],
      ["reflection", [0, 1, 2], (_, y) => (y === -1 ? -1 : -0.5), [1, -1]],
      ["contraction outside", [0, 1, 2], (_, y) => (y === -1 ? 1.5 : 1.4), [0.75, -0.5]],
      ["contraction inside", [0, 1, 2], (_, y) => (y === -1 ? 3 : 1.9), [0.25, 0.5]],
      ["contraction inside", [0, 1, Infinity], (_, y) => (y === -1 ? Infinity : 5), [0.25, 0.5]],
      ["shrink", [0, 1, 2], () => 7, undefined],
    ],
  )("takes the step of Lagarias et al.: %s", (move, [a, b, c], f, expected) => {
    const vertices = [
      { x: Float64Array.of(0, 0), value: a },
      { x: Float64Array.of(1, 0), value: b },
      { x: Float64Array.of(0, 1), value: c },
    ];
    const sample = (x: Float64Array): SamplePoint => ({ x, value: f(x[0]!, x[1]!) });
    const next = nextSimplex(vertices, sample, coefficients(2, true));
    expect(next.move).toBe(move);
    const points = next.vertices.map(({ x }) => [...x]);
    if (expected) expect(points).toContainEqual(expected);
    else
      expect(points).toEqual([
        [0, 0],
        [0.5, 0],
        [0, 0.5],
      ]);
  });

  it("has the coefficients of Gao & Han", () => {
    expect(coefficients(10, true)).toEqual({
      reflection: 1,
      expansion: 1.2,
      contraction: 0.7,
      shrinkage: 0.9,
    });
    expect(coefficients(2, true)).toEqual(coefficients(2, false));
  });
});

describe("powell", () => {
  it("makes directions conjugate: a quadratic takes as many rounds as it has parameters", () => {
    // H = (4 1 0; 1 3 1; 0 1 5)
    const f = ([a, b, c]: Tensor[]): Tensor =>
      a!
        .square()
        .mul(2)
        .add(b!.square().mul(1.5))
        .add(c!.square().mul(2.5))
        .add(a!.mul(b!))
        .add(b!.mul(c!))
        .sub(a!);
    const method = powell({ lineTolerance: 1e-6 });
    const { history } = minimize(f, [3, -2, 5], { method, history: true });
    // det H = 51; the minimum is H⁻¹ (1, 0, 0) with value −½ · 14/51.
    const after = history!.filter(({ iteration }) => iteration <= 3 * 4).at(-1)!;
    expect(after.value + 14 / 102).toBeLessThan(1e-8);
    const h = [
      [4, 1, 0],
      [1, 3, 1],
      [0, 1, 5],
    ];
    const [u, v] = history!.at(-1)!.directions!.slice(-2);
    const product = h.reduce((sum, row, i) => sum + u![i]! * row.reduce((s, x, j) => s + x * v![j]!, 0), 0);
    expect(Math.abs(product)).toBeLessThan(1e-2);
  });

  it("shows the line it searched and all its directions", () => {
    const { history } = minimize(rosenbrock, [-1.2, 1], { method: powell(), history: true });
    expect(history![0]!.directions!.map((d) => [...d])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    history!.slice(1).forEach(({ direction, stepLength, directions, step, value, x }, k) => {
      expect(directions).toHaveLength(2);
      for (const d of directions!) expect(Math.hypot(...d)).toBeCloseTo(1, 12);
      step.forEach((s, i) => expect(s).toBeCloseTo(stepLength! * direction![i]!, 12));
      const before = history![k]!;
      expect(value).toBeLessThanOrEqual(before.value);
      x.forEach((xi, i) => expect(xi).toBeCloseTo(before.x[i]! + step[i]!, 12));
    });
  });
});

describe("lineMinimum", () => {
  const options = { first: 1, relative: 1e-7, resolution: 1e-9 };

  it.each<[string, (a: number) => number, number]>([
    ["a parabola", (a) => (a - 3) ** 2, 3],
    ["one far behind", (a) => (a + 300) ** 2 + 1, -300],
    ["one very near", (a) => (a - 1e-5) ** 2, 1e-5],
    ["a cosine", (a) => Math.cos(a), Math.PI],
    ["a kink", (a) => Math.abs(a - 0.3), 0.3],
    ["a wall", (a) => (a < 2 ? a * a - 0.1 * Math.log(2 - a) - 3 * a : Infinity), 1.4145898033750315],
    ["here", (a) => a * a, 0],
  ])("finds %s", (_, phi, expected) => {
    let calls = 0;
    const counted = (a: number): number => {
      calls++;
      return phi(a);
    };
    const { kind, lowest } = lineMinimum(counted, phi(0), options);
    expect(kind).toBe("found");
    expect(lowest.value).toBe(phi(lowest.stepLength));
    expect(Math.abs(lowest.stepLength - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)));
    expect(calls).toBeLessThan(40);
  });

  it("needs few values for a parabola", () => {
    let calls = 0;
    const { lowest } = lineMinimum(
      (a) => {
        calls++;
        return (a - 3) ** 2;
      },
      9,
      options,
    );
    expect(lowest.stepLength).toBeCloseTo(3, 12);
    expect(calls).toBeLessThanOrEqual(7);
  });

  it.each<[string, (a: number) => number]>([
    ["a line", (a) => -a],
    ["a falling parabola", (a) => -a * a],
    ["what overflows", (a) => -Math.exp(a)],
  ])("calls %s unbounded, at a finite value", (_, phi) => {
    const { kind, lowest } = lineMinimum(phi, phi(0), options);
    expect(kind).toBe("unbounded");
    expect(lowest.value).toBeLessThan(-1e9);
    expect(Number.isFinite(lowest.value)).toBe(true);
  });
});

describe("stationarity", () => {
  const problemOf = (f: (x: Tensor[]) => Tensor, n: number): ScalarProblem =>
    scalarProblem(f, packStart(Array.from({ length: n }, () => 0)).packing);

  it("is the relative gradient where the function is smooth", () => {
    const problem = problemOf(([a, b]) => a!.square().mul(50).add(b!).add(200), 2);
    const found = stationarity(problem, Float64Array.of(4, -8), 1e-7, 1e-6)!;
    // f = 992; (400 · 4, 1 · 8) / 992
    expect(found.relative).toBeCloseTo(1600 / 992, 6);
    expect([...found.descent].map(Math.sign)).toEqual([-1, -1]);
  });

  it("needs no exactly vanishing gradient between steep walls", () => {
    const problem = problemOf(([a, b]) => a!.square().mul(1e9).add(b!.square()), 2);
    const found = stationarity(problem, Float64Array.of(3e-8, 1e-8), 1e-7, 1e-6)!;
    expect(found.balanced).toBe(true);
    expect(found.relative).toBeLessThanOrEqual(1e-6);
    // But for a slope along the floor.
    const sloping = problemOf(([a, b]) => a!.square().mul(1e9).add(b!.mul(0.01)), 2);
    expect(stationarity(sloping, Float64Array.of(3e-8, 0), 1e-7, 1e-6)!.relative).toBeCloseTo(0.01, 6);
  });

  it("balances the gradients on all sides of a kink", () => {
    const f = (x: Tensor[]): Tensor => stack(x).abs().sum();
    const x = Float64Array.of(1e-9, -2e-9, 1e-9, 3e-9, -1e-9);
    expect(stationarity(problemOf(f, 5), x, 1e-7, 1e-6)!.relative).toBeLessThanOrEqual(1e-6);
    const tilted = (y: Tensor[]): Tensor => f(y).add(y[0]!.mul(1.5));
    expect(stationarity(problemOf(tilted, 5), x, 1e-7, 1e-6)!.relative).toBeCloseTo(0.5, 4);
    const largest = ([a, b]: Tensor[]): Tensor => maximum(a!.add(b!), maximum(a!.neg(), b!.neg()));
    expect(stationarity(problemOf(largest, 2), Float64Array.of(1e-9, 0), 1e-7, 1e-6)!.relative).toBeLessThan(
      1e-6,
    );
  });

  it("does not know where there is no gradient", () => {
    const problem = problemOf(([a]) => log(a!), 1);
    expect(stationarity(problem, Float64Array.of(-1), 1e-7, 1e-6)).toBeUndefined();
  });
});

describe("wrong options", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["a step tolerance of zero", () => nelderMead({ stepTolerance: 0 }), /stepTolerance.*: 0$/],
    ["a negative value tolerance", () => powell({ valueTolerance: -1 }), /valueTolerance.*: -1$/],
    ["a first step of zero", () => nelderMead({ initialStep: 0 }), /initial step.*: 0$/],
    [
      "one first step of infinity",
      () => nelderMead({ initialStep: [1, Infinity] }),
      /initial step.*: Infinity$/,
    ],
    [
      "a simplex that is too small",
      () => nelderMead({ initialSimplex: [[1, 2]] }),
      /initial simplex.*: lengths 2$/,
    ],
    ["vertices that are not finite", () => nelderMead({ initialSimplex: [[1], [NaN]] }), /initial simplex/],
    ["a simplex of other parameters", () => nelderMeadOf([[1], [2]]), /must have 3 vertices: 2$/],
    ["first steps of other parameters", () => nelderMeadStep([1, 2, 3]), /one number or 2: 3$/],
    ["a negative first step", () => powell({ initialStep: -1 }), /initial step.*: -1$/],
    ["a line tolerance of one", () => powell({ lineTolerance: 1 }), /lineTolerance.*: 1$/],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(OptimizationError);
    expect(make).toThrow(message);
  });

  const nelderMeadOf = (initialSimplex: number[][]): unknown =>
    minimize(rosenbrock, [0, 0], { method: nelderMead({ initialSimplex }) });
  const nelderMeadStep = (initialStep: number[]): unknown =>
    minimize(rosenbrock, [0, 0], { method: nelderMead({ initialStep }) });
});
