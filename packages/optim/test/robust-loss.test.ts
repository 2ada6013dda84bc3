import { exp, log1p, tensor, type Tensor } from "@steepest/autodiff";
import {
  arctan,
  bfgs,
  cauchy,
  dogleg,
  gaussNewton,
  huber,
  leastSquares,
  levenbergMarquardt,
  minimize,
  OptimizationError,
  softL1,
  tukey,
  type LinearSolver,
  type Loss,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { correction } from "../src/losses/correction.ts";

/** 0.5 + 4 exp(−0.6 t) with a small disturbance, and 14 outliers of +3 and −5. */
const t = Array.from({ length: 60 }, (_, i) => i / 6);
const y = [
  4.5, 4.16, 3.85, 6.559, 3.281, -1.988, 2.752, 2.504, 2.273, 2.064, 4.883, 1.732, 1.611, 1.52, 1.452, 1.399,
  -3.645, 4.31, 1.259, 1.196, 1.123, 1.041, 0.954, 0.87, 3.796, 0.737, 0.697, -4.322, 0.678, 0.692, 0.713,
  3.733, 0.746, 0.746, 0.73, 0.698, 0.654, 0.603, -1.448, 0.509, 0.479, 0.467, 0.472, 0.494, 0.527, 3.565,
  0.599, 0.623, 0.632, -4.376, 0.6, 0.563, 3.519, 0.476, 0.441, 0.42, 0.416, 0.429, 0.458, 3.496,
];
const [times, observed] = [tensor(t), tensor(y)];
const decay = ([a, b, c]: Tensor[]): Tensor =>
  a!
    .mul(exp(b!.mul(times).neg()))
    .add(c!)
    .sub(observed);
const start = [3, 0.5, 0];

/**
 * `least_squares(loss=…, f_scale=δ)` of SciPy 1.17.1 from the same start (tukey as a function of its own) ends within
 * 1e-8 of these; the zeros of the robust cost's gradient next to there, in 40-digit arithmetic (mpmath).
 */
const answers: [loss: Loss, cost: number, x: [number, number, number]][] = [
  [huber(0.3), 13.3163122912245, [4.06019841449871, 0.606831856240651, 0.512202387851846]],
  [softL1(0.3), 12.7819692321996, [4.05969478789398, 0.607048593614519, 0.513579441867711]],
  [cauchy(0.3), 2.95800408674707, [4.0547555326088, 0.60175681098703, 0.490850998598164]],
  [tukey(2), 8.7810750237177, [4.05243104372012, 0.602334327870239, 0.489556693474198]],
  [arctan(0.3), 1.02800580755002, [4.05266403099654, 0.602294175462981, 0.489400482953219]],
  [huber(0.1), 4.64714481732204, [4.05518459867821, 0.603516582062752, 0.496766436862172]],
  [cauchy(0.1), 0.54430941427416, [4.06336091410393, 0.599187599127661, 0.478703738739958]],
  [arctan(0.1), 0.197290542103478, [4.07826990054701, 0.597616048696626, 0.465064728299965]],
];

describe.each(answers)("$name($scale)", (loss, cost, x) => {
  it.each<LinearSolver>(["qr", "normal"])("has its known minimum, with %s", (linearSolver) => {
    const solution = leastSquares(decay, start, { loss, method: levenbergMarquardt({ linearSolver }) });
    expect(solution.message).toMatch(/^converged/);
    expect(solution.value / cost).toBeCloseTo(1, 13);
    solution.x.forEach((leaf, j) => expect(leaf.item() / x[j]!).toBeCloseTo(1, 10));
  });

  it("has it with dogleg, and without compiling", () => {
    const solution = leastSquares(decay, start, { loss, method: dogleg(), compile: false });
    expect(solution.message).toMatch(/^converged/);
    solution.x.forEach((leaf, j) => expect(leaf.item() / x[j]!).toBeCloseTo(1, 10));
  });

  it("has the gradient and the value of the robust cost as a function", () => {
    const scale = loss.scale!;
    const robust = (p: Tensor[]): Tensor =>
      loss
        .rho(decay(p).div(scale).square())
        .sum()
        .mul(0.5 * scale * scale);
    const minimum = minimize(robust, start, { method: bfgs(), gradientTolerance: 1e-9 });
    minimum.x.forEach((leaf, j) => expect(leaf.item()).toBeCloseTo(x[j]!, 6));
    const path = leastSquares(decay, start, { loss, history: true, maxIterations: 4 }).history!;
    for (const step of path) {
      const there = minimize(robust, [...step.x], { maxIterations: 0, history: true }).history![0]!;
      expect(step.value / there.value).toBeCloseTo(1, 12);
      step.gradient!.forEach((slope, j) => expect(slope).toBeCloseTo(there.gradient![j]!, 9));
    }
  });

  it("tells what the residuals count", () => {
    const { residuals, weights, residualSumOfSquares } = leastSquares(decay, start, { loss });
    expect(residuals).toHaveLength(60);
    expect(weights).toHaveLength(60);
    expect(residualSumOfSquares).toBeCloseTo(
      residuals.reduce((sum, r) => sum + r * r, 0),
      9,
    );
    residuals.forEach((r, i) => {
      if (Math.abs(r) > 2.5) expect(weights![i]).toBeLessThan(0.2);
      if (Math.abs(r) < 0.02) expect(weights![i]).toBeGreaterThan(0.95);
    });
  });
});

/** ρ, ρ′ and ρ″ as the docstrings say. */
const formulas: [Loss, (s: number) => [number, number, number]][] = [
  [huber(1), (s) => (s <= 1 ? [s, 1, 0] : [2 * s ** 0.5 - 1, s ** -0.5, -0.5 * s ** -1.5])],
  [softL1(1), (s) => [2 * ((1 + s) ** 0.5 - 1), (1 + s) ** -0.5, -0.5 * (1 + s) ** -1.5]],
  [cauchy(1), (s) => [Math.log1p(s), 1 / (1 + s), -1 / (1 + s) ** 2]],
  [tukey(1), (s) => (s <= 1 ? [(1 - (1 - s) ** 3) / 3, (1 - s) ** 2, -2 * (1 - s)] : [1 / 3, 0, 0])],
  [arctan(1), (s) => [Math.atan(s), 1 / (1 + s * s), (-2 * s) / (1 + s * s) ** 2]],
];

describe("the derivatives taken of a loss", () => {
  it.each(formulas)("are those written down for $name", (loss, formula) => {
    const points = [0, 1e-9, 0.01, 0.3, 0.9, 1.1, 4, 100, 1e8];
    const least = 0.25;
    // r = √s for δ = 1.
    const found = correction(loss, tensor(points.map(Math.sqrt)), tensor(1), tensor(least));
    const [rho, weights, curvatures] = [found.rho, found.weights, found.curvatures].map(
      (values) => values.toArray() as number[],
    );
    points.forEach((s, k) => {
      const [value, first, second] = formula(s);
      expect(rho![k]! - value).toBeLessThan(1e-12 * (1 + value));
      expect(value - rho![k]!).toBeLessThan(1e-12 * (1 + value));
      expect(weights![k]).toBeCloseTo(first, 12);
      expect(curvatures![k]).toBeCloseTo(Math.max(first + 2 * s * second, least * first), 12);
    });
    // Nothing cancels close to zero: ρ(s) = s up to terms in s².
    expect(rho![1]! / 1e-9).toBeCloseTo(1, 8);
  });
});

describe("the location of numbers", () => {
  // Huber 1964: with the inliers I, and n₊ outliers above and n₋ below, μ = (Σ_I y + δ (n₊ − n₋)) / |I|.
  it("is Huber's M-estimator", () => {
    const numbers = [1, 2, 3, 4, 5, 100, 200, -300];
    const solution = leastSquares(([m]) => m.sub(tensor(numbers)), [0], { loss: huber(2.5) });
    // δ = 2.5: inliers 1 … 5 when μ is within 2.5 of all of them.
    expect(solution.x[0].item()).toBeCloseTo((15 + 2.5 * (2 - 1)) / 5, 12);
    expect(solution.status).toBe("converged");
    expect([...solution.weights!].slice(0, 5)).toEqual([1, 1, 1, 1, 1]);
    expect(solution.weights![6]).toBeCloseTo(2.5 / 196.5, 12);
    // Second-order steps end it as soon as the set of inliers is known.
    expect(solution.evaluations).toBeLessThan(25);
  });

  it("is the mean for a scale beyond all residuals, and the median for one below them", () => {
    const numbers = [1, 2, 4, 8, 100];
    const at = (loss: Loss): number =>
      leastSquares(([m]) => m.sub(tensor(numbers)), [3], { loss }).x[0].item();
    expect(at(huber(1000))).toBeCloseTo(23, 11);
    expect(at(huber(1e-3))).toBeCloseTo(4, 3);
  });

  it("leaves what Tukey rejects out altogether", () => {
    const numbers = [-0.1, 0, 0.1, 1000, 1001, -5000];
    const solution = leastSquares(([m]) => m.sub(tensor(numbers)), [0.2], { loss: tukey(3) });
    expect(solution.x[0].item()).toBeCloseTo(0, 12);
    expect([...solution.weights!].slice(3)).toEqual([0, 0, 0]);
  });
});

describe("a loss", () => {
  it("may be one's own", () => {
    const mine: Loss = { name: "mine", scale: 0.3, rho: (s) => log1p(s) };
    const ours = leastSquares(decay, start, { loss: cauchy(0.3) });
    const theirs = leastSquares(decay, start, { loss: mine });
    expect(theirs.x.map((leaf) => leaf.item())).toEqual(ours.x.map((leaf) => leaf.item()));
    // Without a scale it is 1.
    const unscaled = leastSquares(decay, start, { loss: { name: "mine", rho: mine.rho } });
    expect(unscaled.value).toBe(leastSquares(decay, start, { loss: cauchy(1) }).value);
  });

  it("that is the square changes nothing but the way", () => {
    const square: Loss = { name: "square", scale: 7, rho: (s) => s.mul(1) };
    const [robust, plain] = [{ loss: square }, {}].map((options) => leastSquares(decay, start, options));
    expect(robust!.value / plain!.value).toBeCloseTo(1, 13);
    robust!.x.forEach((leaf, j) => expect(leaf.item()).toBeCloseTo(plain!.x[j]!.item(), 9));
  });

  it("keeps to bounds", () => {
    const options = { loss: cauchy(0.3), lower: [0, 0, 0.6], upper: [9, 9, 9] } as const;
    const bounded = leastSquares(decay, [3, 0.5, 1], options);
    expect(bounded.status).toBe("converged");
    expect(bounded.x[2].item()).toBe(0.6);
    expect([...bounded.activeBounds]).toEqual([0, 0, -1]);
    // With c held there the others are where the problem without c has its minimum.
    const held = leastSquares(([a, b]) => decay([a, b, tensor(0.6)]), [3, 0.5], { loss: cauchy(0.3) });
    [0, 1].forEach((j) => expect(bounded.x[j]!.item()).toBeCloseTo(held.x[j]!.item(), 9));
  });

  it("is a scale away from its other units", () => {
    const solution = leastSquares((p: Tensor[]) => decay(p).mul(1000), start, { loss: cauchy(300) });
    answers[2]![2].forEach((value, j) => expect(solution.x[j]!.item() / value).toBeCloseTo(1, 10));
    expect(solution.value / answers[2]![1]).toBeCloseTo(1e6, 4);
  });

  it("that no residual is within the reach of is a plateau, not a minimum", () => {
    const solution = leastSquares(([m]) => m.sub(tensor([1, 2, 3])), [1000], { loss: tukey(1) });
    expect(solution.status).toBe("stationary");
    expect(solution.message).toMatch(/beyond the reach of the loss; start closer/);
  });

  it("goes with Gauss–Newton and its line search", () => {
    const solution = leastSquares(decay, [4, 0.6, 0.5], { loss: huber(0.3), method: gaussNewton() });
    expect(solution.message).toMatch(/^converged/);
    answers[0]![2].forEach((value, j) => expect(solution.x[j]!.item() / value).toBeCloseTo(1, 10));
  });

  it("has a scale that is a positive number", () => {
    for (const make of [huber, softL1, cauchy, tukey, arctan]) {
      expect(() => make(0)).toThrow(OptimizationError);
      expect(() => make(0)).toThrow(/^the scale of \w+ must be a positive number: 0$/);
      expect(() => make(Infinity)).toThrow(OptimizationError);
    }
    const wrong: Loss = { name: "mine", scale: -1, rho: (s) => s };
    expect(() => leastSquares(decay, start, { loss: wrong })).toThrow(/scale of mine .*: -1$/);
  });
});
