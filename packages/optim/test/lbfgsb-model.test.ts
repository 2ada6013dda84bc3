import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cholesky, solveCholesky } from "../src/linalg/cholesky.ts";
import { cauchyPoint } from "../src/methods/lbfgsb/cauchy-point.ts";
import { compactHessian, middleProduct, transposedProduct } from "../src/methods/lbfgsb/compact-hessian.ts";
import { subspaceMinimum } from "../src/methods/lbfgsb/subspace-minimum.ts";

interface Pair {
  s: Float64Array;
  y: Float64Array;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, ai, i) => sum + ai * b[i]!, 0);

const times = (B: number[][], v: ArrayLike<number>): number[] => B.map((row) => dot(row, v));

/** B₀ = θ I and one BFGS update after another (Nocedal & Wright, (6.19)). */
function denseBfgs(pairs: readonly Pair[], n: number): number[][] {
  const last = pairs.at(-1)!;
  const theta = dot(last.y, last.y) / dot(last.s, last.y);
  let B = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? theta : 0)));
  for (const { s, y } of pairs) {
    const Bs = times(B, s);
    const [sBs, sy] = [dot(s, Bs), dot(s, y)];
    B = B.map((row, i) => row.map((b, j) => b - (Bs[i]! * Bs[j]!) / sBs + (y[i]! * y[j]!) / sy));
  }
  return B;
}

const number = fc.integer({ min: -1000, max: 1000 }).map((k) => k / 500);
const vector = (n: number): fc.Arbitrary<Float64Array> =>
  fc.array(number, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values));

/** Pairs of a positive definite matrix: y = A s, so that every sᵀy > 0. */
const models = fc.integer({ min: 1, max: 6 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    root: fc.array(vector(n), { minLength: n, maxLength: n }),
    steps: fc.array(vector(n), { minLength: 1, maxLength: 5 }),
    x: vector(n),
    gradient: vector(n),
    room: vector(2 * n),
  }),
);

function modelOf({ n, root, steps }: { n: number; root: Float64Array[]; steps: Float64Array[] }) {
  const A = root.map((_, i) =>
    root.map((__, j) => root.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 0.5 : 0)),
  );
  const pairs = steps
    .filter((s) => s.some((v) => Math.abs(v) > 0.05))
    .map((s) => ({ s, y: Float64Array.from(times(A, s)) }));
  if (pairs.length === 0) return undefined;
  return { B: denseBfgs(pairs, n), compact: compactHessian(pairs)! };
}

describe("the compact representation", () => {
  it("is the matrix that BFGS updates make", () => {
    fc.assert(
      fc.property(models, (drawn) => {
        const model = modelOf(drawn);
        if (model === undefined) return;
        const { B, compact } = model;
        const v = drawn.gradient;
        const image = new Float64Array(compact.size);
        middleProduct(compact, transposedProduct(compact, v), image);
        const size = Math.max(1, ...B.flat().map(Math.abs));
        times(B, v).forEach((exact, i) => {
          const row = compact.W.subarray(i * compact.size, (i + 1) * compact.size);
          expect(Math.abs(compact.theta * v[i]! - dot(row, image) - exact) / size).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 200 },
    );
  });
});

/** m(p) = gᵀp + ½ pᵀB p */
const modelAt = (
  B: number[][],
  gradient: Float64Array,
  from: Float64Array,
  to: ArrayLike<number>,
): number => {
  const p = Float64Array.from(from, (xi, i) => to[i]! - xi);
  return dot(gradient, p) + dot(p, times(B, p)) / 2;
};

function boxAround(x: Float64Array, room: Float64Array) {
  const n = x.length;
  return {
    lower: Float64Array.from(x, (xi, i) => (i % 3 === 2 ? -Infinity : xi - Math.abs(room[i]!))),
    upper: Float64Array.from(x, (xi, i) => (i % 4 === 3 ? Infinity : xi + Math.abs(room[n + i]!))),
  };
}

describe("the Cauchy point", () => {
  it("is the first minimum of the model along the projected path", () => {
    fc.assert(
      fc.property(models, (drawn) => {
        const model = modelOf(drawn);
        if (model === undefined) return;
        const { x, gradient, room } = drawn;
        const box = boxAround(x, room);
        const cauchy = cauchyPoint(x, gradient, box, model.compact);
        const path = (t: number): number[] =>
          Array.from(x, (xi, i) => Math.min(Math.max(xi - t * gradient[i]!, box.lower[i]!), box.upper[i]!));
        const found = modelAt(model.B, gradient, x, cauchy.x);
        // Along the path up to it the model falls all the time; a fine grid shows it.
        const end = Math.max(
          ...Array.from(x, (xi, i) => {
            const moved = cauchy.x[i]! - xi;
            const atBound = cauchy.x[i] === box.lower[i] || cauchy.x[i] === box.upper[i];
            return gradient[i] === 0 || atBound ? 0 : -moved / gradient[i]!;
          }),
          0,
        );
        const size = 1e-7 * (1 + Math.max(...model.B.flat().map(Math.abs)));
        let before = 0;
        for (let k = 1; k <= 200 && end > 0; k++) {
          const here = modelAt(model.B, gradient, x, path((k / 200) * end));
          expect(here).toBeLessThanOrEqual(before + size);
          before = here;
        }
        // And a little farther it does not fall any more.
        if (end > 0) {
          path(end).forEach((p, i) => expect(p).toBeCloseTo(cauchy.x[i]!, 6));
          expect(modelAt(model.B, gradient, x, path(end * 1.001))).toBeGreaterThanOrEqual(found - size);
        }
        cauchy.x.forEach((xi, i) => {
          expect(xi).toBeGreaterThanOrEqual(box.lower[i]!);
          expect(xi).toBeLessThanOrEqual(box.upper[i]!);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe("the subspace minimum", () => {
  it("is the model's minimum over the free parameters where the box does not matter", () => {
    fc.assert(
      fc.property(models, (drawn) => {
        const model = modelOf(drawn);
        if (model === undefined) return;
        const { x, gradient, n } = drawn;
        if (gradient.every((g) => g === 0)) return;
        const infinite = new Float64Array(n).fill(Infinity);
        const box = { lower: infinite.map((v) => -v), upper: infinite };
        const cauchy = cauchyPoint(x, gradient, box, model.compact);
        const target = subspaceMinimum(x, gradient, box, model.compact, cauchy);
        const factor = cholesky(Float64Array.from(model.B.flat()), n);
        if (factor === undefined) return;
        const step = solveCholesky(
          factor,
          n,
          gradient.map((g) => -g),
        );
        const size = 1 + Math.max(...step.map(Math.abs));
        target.forEach((t, i) => expect(Math.abs(t - x[i]! - step[i]!) / size).toBeLessThan(1e-5));
      }),
      { numRuns: 200 },
    );
  });

  it("stays in the box, holds what the Cauchy point holds and goes downhill", () => {
    fc.assert(
      fc.property(models, (drawn) => {
        const model = modelOf(drawn);
        if (model === undefined) return;
        const { x, gradient, room } = drawn;
        const box = boxAround(x, room);
        const cauchy = cauchyPoint(x, gradient, box, model.compact);
        const target = subspaceMinimum(x, gradient, box, model.compact, cauchy);
        target.forEach((t, i) => {
          expect(t).toBeGreaterThanOrEqual(box.lower[i]!);
          expect(t).toBeLessThanOrEqual(box.upper[i]!);
          if (cauchy.free[i] === 0) expect(t).toBe(cauchy.x[i]);
        });
        const slope = dot(
          gradient,
          target.map((t, i) => t - x[i]!),
        );
        const moves = target.some((t, i) => t !== x[i]);
        if (moves) expect(slope).toBeLessThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
