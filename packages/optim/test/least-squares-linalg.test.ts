import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { semidefiniteRoot } from "../src/linalg/cholesky.ts";
import {
  applyQ,
  applyTransposedQ,
  basicSolution,
  pivotedQr,
  turnedAdjoint,
} from "../src/linalg/pivoted-qr.ts";
import { dampUpper, solveNormal, solveUpper } from "../src/linalg/upper-triangular.ts";
import { cauchyStep, untilEdge } from "../src/methods/least-squares/cauchy-step.ts";
import { boxStep } from "../src/methods/least-squares/box-step.ts";
import { modelDecrease } from "../src/methods/least-squares/free-step.ts";
import { scaledLength } from "../src/methods/least-squares/geodesic-acceleration.ts";
import type { Linearization } from "../src/problem/least-squares/problem.ts";

// Numbers of ordinary sizes: what is asserted here are identities, to absolute tolerances.
const entry = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 100);
const fixed = { seed: 99, numRuns: 200 };
const vector = (n: number): fc.Arbitrary<Float64Array> =>
  fc.array(entry, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values));
/** Upper triangular, column-major [n, n], with a diagonal away from zero. */
const upper = (n: number): fc.Arbitrary<Float64Array> =>
  vector(n * n).map((full) =>
    full.map((value, k) => {
      const [i, j] = [k % n, Math.floor(k / n)];
      return i > j ? 0 : i === j ? Math.sign(value || 1) * (1 + Math.abs(value)) : value;
    }),
  );
/** A x for column-major A [m, n]. */
const times = (a: ArrayLike<number>, m: number, x: ArrayLike<number>): number[] =>
  Array.from({ length: m }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < x.length; j++) sum += a[j * m + i]! * x[j]!;
    return sum;
  });
const transposedTimes = (a: ArrayLike<number>, m: number, y: ArrayLike<number>): number[] =>
  Array.from({ length: a.length / m }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += a[j * m + i]! * y[i]!;
    return sum;
  });
const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>, size = 1e-8): void => {
  expect(found).toHaveLength(expected.length);
  Array.from(expected).forEach((value, k) => expect(Math.abs(found[k]! - value)).toBeLessThan(size));
};

describe("upper triangular systems", () => {
  it("are solved: R x = −z, and RᵀR x = b", () => {
    fc.assert(
      fc.property(upper(4), vector(4), (root, z) => {
        const x = solveUpper(root, z, 4, 0)!;
        expectClose(
          times(root, 4, x),
          z.map((value) => -value),
          1e-6,
        );
        const solved = solveNormal(root, z, 4);
        expectClose(transposedTimes(root, 4, times(root, 4, solved)), z, 1e-6);
      }),
      fixed,
    );
  });

  it("with a diagonal element of rounding error are called dependent", () => {
    expect(solveUpper(Float64Array.of(1, 0, 1, 1e-12), Float64Array.of(1, 1), 2)).toBeUndefined();
    expect(solveUpper(Float64Array.of(1, 0, 1, 1e-3), Float64Array.of(1, 1), 2)).toBeDefined();
    expect(solveUpper(Float64Array.of(1, 0, 0, 0), Float64Array.of(1, 1), 2)).toBeUndefined();
    expect(solveUpper(Float64Array.of(1, 0, 0, 1e-300), Float64Array.of(1, 1), 2)).toBeUndefined();
  });

  it("take up a diagonal: UᵀU = RᵀR + W², Uᵀu = Rᵀz, trapezoidal ones too", () => {
    const damp = vector(4).map((weights) => weights.map((value) => 0.1 + Math.abs(value)));
    fc.assert(
      fc.property(upper(4), vector(4), damp, fc.integer({ min: 0, max: 4 }), (full, right, weights, rows) => {
        const root = new Float64Array(rows * 4);
        for (let j = 0; j < 4; j++) for (let i = 0; i < rows; i++) root[j * rows + i] = full[j * 4 + i]!;
        const z = right.slice(0, rows);
        const { root: u, transformed } = dampUpper(root, z, rows, weights);
        for (let k = 0; k < 16; k++) if (k % 4 > Math.floor(k / 4)) expect(u[k]).toBe(0);
        for (let j = 0; j < 4; j++) {
          const unit = [0, 0, 0, 0].map((_, k) => Number(k === j));
          const expected = transposedTimes(root, rows, times(root, rows, unit));
          if (rows === 0) expected.push(0, 0, 0, 0);
          expected[j]! += weights[j]! ** 2;
          expectClose(transposedTimes(u, 4, times(u, 4, unit)), expected);
        }
        expectClose(
          transposedTimes(u, 4, transformed),
          rows === 0 ? [0, 0, 0, 0] : transposedTimes(root, rows, z),
        );
      }),
      fixed,
    );
  });
});

describe("pivoted QR", () => {
  it("is orthogonal, and takes b apart into what A can explain and what it cannot", () => {
    fc.assert(
      fc.property(vector(15), vector(5), (a, b) => {
        const factor = pivotedQr(a, 5, 3);
        const turned = b.slice();
        applyTransposedQ(factor, turned);
        expect(Math.hypot(...turned)).toBeCloseTo(Math.hypot(...b), 9);
        const back = turned.slice();
        applyQ(factor, back);
        expectClose(back, b);
        const rest = turned.map((value, i) => (i < factor.rank ? 0 : value));
        applyQ(factor, rest);
        // Aᵀ (b − A x) = 0 for the least-squares solution x.
        expectClose(transposedTimes(a, 5, rest), [0, 0, 0], 1e-7);
        if (factor.rank === 3) {
          const x = basicSolution(factor, turned);
          expectClose(
            times(a, 5, x),
            b.map((value, i) => value - rest[i]!),
            1e-6,
          );
        }
      }),
      fixed,
    );
  });

  it("has the adjoint of its generalised inverse: Aᵀ (A⁻)ᵀ t = t", () => {
    fc.assert(
      fc.property(upper(3), vector(3), (square, t) => {
        const a = new Float64Array(15);
        for (let k = 0; k < 9; k++) a[Math.floor(k / 3) * 5 + (k % 3)] = square[k]!;
        a[4] = 1;
        const factor = pivotedQr(a, 5, 3);
        const image = new Float64Array(5);
        image.set(turnedAdjoint(factor, t));
        applyQ(factor, image);
        expectClose(transposedTimes(a, 5, image), t, 1e-6);
      }),
      fixed,
    );
  });

  it("leaves out columns that others explain, and columns of nothing, whatever their units", () => {
    const a = Float64Array.of(1, 2, 3, 0, 0, 0, 2e9, 4e9, 6e9, 0, 1e-9, 0);
    const { rank } = pivotedQr(a, 3, 4);
    expect(rank).toBe(2);
    const factor = pivotedQr(a, 3, 4);
    const turned = Float64Array.of(1, 7, 3);
    applyTransposedQ(factor, turned);
    const x = basicSolution(factor, turned);
    expect(x[1]).toBe(0);
    expectClose(times(a, 3, x), [1, 7, 3]);
  });
});

it("the smallest pivot of two columns is the squared sine of their angle, and 0 when they are one", () => {
  const angle = 0.01;
  const c = Math.cos(angle);
  const { pivot } = semidefiniteRoot(Float64Array.of(4, 2e3 * c, 2e3 * c, 1e6), 2, new Float64Array(2));
  expect(pivot).toBeCloseTo(Math.sin(angle) ** 2, 12);
  expect(semidefiniteRoot(Float64Array.of(4, 8, 8, 16), 2, new Float64Array(2)).pivot).toBe(0);
  expect(semidefiniteRoot(Float64Array.of(4, 0, 0, 16), 2, new Float64Array(2)).pivot).toBe(1);
});

/** A model ½ ‖R δ + z‖² as methods see it. */
function modelOf(root: Float64Array, transformed: Float64Array): Linearization {
  const rows = transformed.length;
  return {
    x: new Float64Array(rows),
    value: 1,
    gradient: Float64Array.from(transposedTimes(root, rows, transformed)),
    columnNorms: new Float64Array(rows),
    root,
    transformed,
    rows,
    residualSumOfSquares: 2,
    firstValue: 1,
  };
}

describe("steps in a box", () => {
  const sides = vector(3).map((side) => side.map((value) => (Math.abs(value) < 2 ? 0 : Math.abs(value) / 5)));
  const inside = (step: Float64Array, low: Float64Array, high: Float64Array): void =>
    step.forEach((value, j) => {
      expect(value).toBeGreaterThanOrEqual(low[j]!);
      expect(value).toBeLessThanOrEqual(high[j]!);
    });

  it("minimise the model: no feasible direction goes down", () => {
    fc.assert(
      fc.property(upper(3), vector(3), sides, sides, (root, z, below, high) => {
        const low = below.map((value) => -value);
        const model = modelOf(root, z);
        const { step, predicted } = boxStep(model, 3, undefined, { low, high });
        inside(step, low, high);
        expect(predicted).toBeGreaterThanOrEqual(-1e-9);
        const rest = times(root, 3, step).map((value, i) => value + z[i]!);
        transposedTimes(root, 3, rest).forEach((slope, j) => {
          if (step[j]! > low[j]!) expect(slope).toBeLessThan(1e-7);
          if (step[j]! < high[j]!) expect(slope).toBeGreaterThan(-1e-7);
        });
      }),
      fixed,
    );
  });

  it("of Cauchy fall no less than the first leg of steepest descent, inside the box and the region", () => {
    const scales = vector(3).map((scale) => scale.map((value) => 0.1 + Math.abs(value)));
    fc.assert(
      fc.property(upper(3), vector(3), sides, sides, scales, (root, z, below, high, scale) => {
        const low = below.map((value) => -value);
        const model = modelOf(root, z);
        const radius = 0.7;
        const step = cauchyStep(model, scale, radius, { low, high });
        inside(step, low, high);
        expect(scaledLength(step, scale)).toBeLessThanOrEqual(radius * (1 + 1e-9));
        // The path −t D⁻² g, clipped: nothing before the first minimum along it is lower.
        const fall = modelDecrease(model, step);
        const moved = Math.max(
          ...[...step].map(
            (value, j) => Math.abs(value * scale[j]! ** 2) / (Math.abs(model.gradient[j]!) || 1),
          ),
        );
        for (const part of [0.1, 0.3, 0.6, 0.9]) {
          const clipped = step.map((_, j) =>
            Math.min(Math.max((-part * moved * model.gradient[j]!) / scale[j]! ** 2, low[j]!), high[j]!),
          );
          expect(modelDecrease(model, clipped)).toBeLessThanOrEqual(fall + 1e-9);
        }
      }),
      fixed,
    );
  });

  it("go to the edge of the region", () => {
    fc.assert(
      fc.property(vector(3), vector(3), (from, way) => {
        if (Math.hypot(...way) < 1e-3) return;
        const unit = Float64Array.of(1, 1, 1);
        const length = Math.hypot(...from) + 1;
        const t = untilEdge(from, way, unit, length);
        expect(Math.hypot(...from.map((value, j) => value + t * way[j]!))).toBeCloseTo(length, 9);
      }),
      fixed,
    );
  });
});
