import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conjugateGradients } from "../src/linalg/conjugate-gradients.ts";
import { symmetricEigen } from "../src/linalg/symmetric-eigen.ts";
import { dot, norm } from "../src/linalg/vector.ts";
import { doglegStep } from "../src/methods/trust-region/dogleg.ts";
import { exactStep } from "../src/methods/trust-region/exact.ts";
import { steihaugStep } from "../src/methods/trust-region/steihaug.ts";
import {
  cauchyStep,
  modelReduction,
  symmetricProduct,
  toBoundary,
} from "../src/methods/trust-region/subproblem.ts";

/** Row-major V diag(values) Vᵀ with V a product of reflections, and its columns. */
function withEigenvalues(
  values: readonly number[],
  turns: readonly number[],
): { hessian: Float64Array; vectors: Float64Array[] } {
  const n = values.length;
  const u = Float64Array.from({ length: n }, (_, i) => Math.cos((turns[i % turns.length]! + 1) * (i + 1)));
  const square = dot(u, u);
  const vectors = Array.from({ length: n }, (_, k) =>
    Float64Array.from({ length: n }, (_, i) => (i === k ? 1 : 0) - (2 * u[i]! * u[k]!) / square),
  );
  const hessian = new Float64Array(n * n);
  vectors.forEach((v, k) => {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) hessian[i * n + j] = hessian[i * n + j]! + values[k]! * v[i]! * v[j]!;
  });
  return { hessian, vectors };
}

/** The largest reduction within the region, from the eigendecomposition: Nocedal & Wright, equations 4.37 to 4.45. */
function bestReduction(hessian: Float64Array, gradient: Float64Array, radius: number): number {
  const n = gradient.length;
  const { values, vectors } = symmetricEigen(hessian, n)!;
  const slopes = Array.from({ length: n }, (_, k) => dot(vectors.slice(k * n, (k + 1) * n), gradient));
  const lowest = Math.min(...values);
  const size = 1e-12 * Math.max(...values.map(Math.abs));
  const coordinates = (lambda: number): number[] =>
    slopes.map((slope, k) => (Math.abs(values[k]! + lambda) <= size ? 0 : -slope / (values[k]! + lambda)));
  const length = (lambda: number): number => Math.hypot(...coordinates(lambda));
  const value = (p: number[]): number =>
    -p.reduce((sum, x, k) => sum + slopes[k]! * x + (values[k]! * x * x) / 2, 0);
  if (lowest > size && length(0) <= radius) return value(coordinates(0));
  const edge = Math.max(-lowest, 0);
  const inTheWay = slopes.some(
    (slope, k) => Math.abs(values[k]! - lowest) <= size && Math.abs(slope) > 1e-9 * norm(gradient),
  );
  if (!inTheWay && length(edge) <= radius) {
    // The hard case: what is missing of the radius goes along the lowest eigenvector.
    const p = coordinates(edge);
    const missing = radius * radius - p.reduce((sum, x) => sum + x * x, 0);
    return value(p) - (lowest * missing) / 2;
  }
  let [low, high] = [edge, edge + norm(gradient) / radius];
  for (let turn = 0; turn < 200; turn++) {
    const middle = (low + high) / 2;
    if (length(middle) > radius) low = middle;
    else high = middle;
  }
  return value(coordinates(high));
}

const problem = fc.integer({ min: 1, max: 6 }).chain((n) =>
  fc.record({
    values: fc.array(fc.integer({ min: -30, max: 40 }), { minLength: n, maxLength: n }),
    turns: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: n }),
    slopes: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n }),
    radius: fc.integer({ min: 1, max: 60 }).map((value) => value / 10),
  }),
);

/** g = Σ slopes[k] vₖ */
function combination(slopes: readonly number[], vectors: readonly Float64Array[]): Float64Array {
  return Float64Array.from(slopes, (_, i) =>
    slopes.reduce((sum, slope, k) => sum + slope * vectors[k]![i]!, 0),
  );
}

describe("exactStep", () => {
  it("reduces the model as far as the eigendecomposition says it can be", () => {
    fc.assert(
      fc.property(problem, ({ values, turns, slopes, radius }) => {
        const { hessian, vectors } = withEigenvalues(values, turns);
        const gradient = combination(slopes, vectors);
        const best = bestReduction(hessian, gradient, radius);
        const { step, reduction } = exactStep(hessian, gradient, radius);
        expect(norm(step)).toBeLessThanOrEqual(radius * (1 + 1e-12));
        expect(reduction).toBeCloseTo(modelReduction(hessian, gradient, step), 10);
        expect(reduction).toBeLessThanOrEqual(best * (1 + 1e-9) + 1e-9);
        expect(reduction).toBeGreaterThanOrEqual(best * 0.97 - 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it("meets the conditions of Moré & Sorensen as precisely as asked", () => {
    fc.assert(
      fc.property(problem, ({ values, turns, slopes, radius }) => {
        const { hessian, vectors } = withEigenvalues(values, turns);
        const gradient = combination(slopes, vectors);
        fc.pre(norm(gradient) > 0);
        const { step, damping = NaN, reduction } = exactStep(hessian, gradient, radius, 1e-10);
        expect(damping).toBeGreaterThanOrEqual(0);
        expect(damping).toBeGreaterThan(-Math.min(...values) - 1e-6);
        const image = symmetricProduct(hessian, step);
        const size = 1e-4 * (norm(gradient) + 50 * radius);
        step.forEach((p, i) => expect(Math.abs(image[i]! + damping * p + gradient[i]!)).toBeLessThan(size));
        if (damping > 1e-4) expect(norm(step)).toBeCloseTo(radius, 6);
        expect(reduction).toBeGreaterThan(bestReduction(hessian, gradient, radius) * (1 - 1e-6) - 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it("solves the hard case: no slope along the lowest eigenvector, and room in the region", () => {
    // λ₁ = −2 with no slope along it; p(2) = −(0, 1/3, −2/7) is short.
    const { hessian, vectors } = withEigenvalues([-2, 1, 5], [1, 4, 2]);
    const gradient = combination([0, 1, -2], vectors);
    const radius = 3;
    const inside = 1 / 9 + 4 / 49;
    const best = 1 / 3 + 4 / 7 - 1 / 18 - (5 * 4) / 98 + (9 - inside);
    expect(bestReduction(hessian, gradient, radius)).toBeCloseTo(best, 10);
    const { step, damping, reduction } = exactStep(hessian, gradient, radius, 1e-8);
    expect(damping).toBeCloseTo(2, 5);
    expect(norm(step)).toBeCloseTo(3, 6);
    expect(Math.abs(dot(step, vectors[0]!))).toBeCloseTo(Math.sqrt(9 - inside), 4);
    expect(dot(step, vectors[1]!)).toBeCloseTo(-1 / 3, 5);
    expect(dot(step, vectors[2]!)).toBeCloseTo(2 / 7, 5);
    expect(reduction).toBeCloseTo(best, 6);
    // With the accuracy that a walk asks for, too.
    expect(exactStep(hessian, gradient, radius).reduction).toBeGreaterThan(0.98 * best);
  });

  it.each([1e-12, 1e-8, 1e-4])(
    "solves the nearly hard case: a slope of %s along that eigenvector",
    (slope) => {
      const { hessian, vectors } = withEigenvalues([-2, 1, 5], [1, 4, 2]);
      const gradient = combination([slope, 1, -2], vectors);
      const best = bestReduction(hessian, gradient, 3);
      expect(exactStep(hessian, gradient, 3).reduction).toBeGreaterThan(0.98 * best);
    },
  );

  it("leaves a saddle along the lowest eigenvector", () => {
    const { hessian, vectors } = withEigenvalues([-2, 1, 5], [3]);
    const { step, reduction } = exactStep(hessian, new Float64Array(3), 0.5);
    expect(Math.abs(dot(step, vectors[0]!))).toBeCloseTo(0.5, 2);
    expect(reduction).toBeCloseTo(0.25, 2);
  });

  it("takes the Newton step where it fits, and the shortest one where the Hessian is singular", () => {
    const newton = exactStep(Float64Array.of(2, 0, 0, 4), Float64Array.of(2, 4), 2);
    newton.step.forEach((p) => expect(p).toBeCloseTo(-1, 14));
    expect(newton.damping).toBe(0);
    expect(newton.atBoundary).toBe(false);
    const { hessian, vectors } = withEigenvalues([0, 0, 1e6], [2, 5]);
    const { step, atBoundary } = exactStep(hessian, combination([0, 0, 1e6], vectors), 10);
    expect(atBoundary).toBe(false);
    expect(dot(step, vectors[2]!)).toBeCloseTo(-1, 2);
    expect(norm(step)).toBeCloseTo(1, 2);
  });
});

describe("doglegStep", () => {
  it("reduces the model as far as the Cauchy step at least, within the region", () => {
    fc.assert(
      fc.property(problem, ({ values, turns, slopes, radius }) => {
        const { hessian, vectors } = withEigenvalues(values, turns);
        const gradient = combination(slopes, vectors);
        const { step, reduction } = doglegStep(hessian, gradient, radius);
        expect(norm(step)).toBeLessThanOrEqual(radius * (1 + 1e-12));
        expect(reduction).toBeCloseTo(modelReduction(hessian, gradient, step), 10);
        const cauchy = cauchyStep(hessian, gradient, radius).reduction;
        expect(reduction).toBeGreaterThanOrEqual(0.97 * cauchy - 1e-9);
        const best = bestReduction(hessian, gradient, radius);
        expect(reduction).toBeLessThanOrEqual(best * (1 + 1e-9) + 1e-9);
        // Negative curvature is followed, to the part of its size that the factorisation's direction has of it.
        if (Math.min(...values) < 0) expect(reduction).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it("goes along the gradient, then along the bend, then to the Newton point", () => {
    // H = diag(1, 4), g = (1, 4): Cauchy point −(17/65) (1, 4), Newton point −(1, 1).
    const [hessian, gradient] = [Float64Array.of(1, 0, 0, 4), Float64Array.of(1, 4)];
    const short = doglegStep(hessian, gradient, 1).step;
    expect([...short]).toEqual([expect.closeTo(-1 / Math.sqrt(17)), expect.closeTo(-4 / Math.sqrt(17))]);
    const bend = doglegStep(hessian, gradient, 1.2).step;
    expect(norm(bend)).toBeCloseTo(1.2, 12);
    const [c, w] = [(-17 / 65) * 1, (-17 / 65) * 4];
    // On the straight line between the two points.
    expect((bend[0]! - c) * (-1 - w) - (bend[1]! - w) * (-1 - c)).toBeCloseTo(0, 12);
    const { step, atBoundary } = doglegStep(hessian, gradient, 2);
    step.forEach((p) => expect(p).toBeCloseTo(-1, 14));
    expect(atBoundary).toBe(false);
  });
});

describe("steihaugStep", () => {
  const pathOf = (hessian: Float64Array, gradient: Float64Array) => [
    ...conjugateGradients((v) => symmetricProduct(hessian, v), gradient),
  ];

  it("is the Newton step where all is convex and fits", () => {
    const { hessian, vectors } = withEigenvalues([1, 2, 7], [1, 2]);
    const { step, reduction, atBoundary } = steihaugStep(
      pathOf(hessian, combination([1, 2, 7], vectors)),
      10,
    );
    expect(atBoundary).toBe(false);
    [0, 1, 2].forEach((k) => expect(dot(step, vectors[k]!)).toBeCloseTo(-1, 10));
    expect(reduction).toBeCloseTo((1 + 2 + 7) / 2, 10);
  });

  it("gives every radius its step from one path, longer ones lower", () => {
    fc.assert(
      fc.property(problem, ({ values, turns, slopes }) => {
        const { hessian, vectors } = withEigenvalues(values, turns);
        const gradient = combination(slopes, vectors);
        fc.pre(norm(gradient) > 0);
        const path = pathOf(hessian, gradient);
        let before = 0;
        for (const radius of [0.1, 0.3, 1, 3, 9]) {
          const { step, reduction, atBoundary } = steihaugStep(path, radius);
          if (atBoundary) expect(norm(step)).toBeCloseTo(radius, 8);
          else expect(norm(step)).toBeLessThan(radius);
          const size = 1e-9 * (1 + norm(gradient) * radius + 40 * radius * radius);
          expect(Math.abs(reduction - modelReduction(hessian, gradient, step))).toBeLessThan(size);
          // At least half of what is possible when the model is convex (Yuan 2000).
          if (Math.min(...values) >= 0)
            expect(reduction).toBeGreaterThan(bestReduction(hessian, gradient, radius) / 2 - size);
          expect(reduction).toBeGreaterThan(before - size);
          before = reduction;
        }
      }),
    );
  });
});

it("finds the boundary without cancelling", () => {
  for (const [z, d, radius] of [
    [[0, 0], [0, 2], 3],
    [[1, 0], [1, 0], 1 + 1e-12],
    [[-1, 0], [1, 0], 1 + 1e-12],
    [[0.6, 0.8], [1e8, 1], 2],
  ] as const) {
    const tau = toBoundary(Float64Array.from(z), Float64Array.from(d), radius);
    expect(tau).toBeGreaterThanOrEqual(0);
    expect(Math.hypot(z[0] + tau * d[0], z[1] + tau * d[1])).toBeCloseTo(radius, 14);
  }
});
