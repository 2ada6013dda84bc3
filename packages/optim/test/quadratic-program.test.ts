import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  solveQuadraticProgram,
  type QuadraticProgram,
  type QuadraticProgramSolution,
} from "../src/constrained/quadratic-program.ts";

const array = (values: readonly number[]): Float64Array => Float64Array.from(values);
const rows = (matrix: readonly (readonly number[])[]): Float64Array => array(matrix.flat());

function program(
  hessian: readonly (readonly number[])[],
  gradient: readonly number[],
  matrix: readonly (readonly number[])[] = [],
  offsets: readonly number[] = [],
  more: { equalities?: number; lower?: readonly number[]; upper?: readonly number[] } = {},
): QuadraticProgram {
  const n = gradient.length;
  return {
    hessian: rows(hessian),
    gradient: array(gradient),
    matrix: rows(matrix),
    offsets: array(offsets),
    equalities: more.equalities ?? 0,
    lower: array(more.lower ?? new Array<number>(n).fill(-Infinity)),
    upper: array(more.upper ?? new Array<number>(n).fill(Infinity)),
  };
}

function solved(quadratic: QuadraticProgram): QuadraticProgramSolution {
  const result = solveQuadraticProgram(quadratic);
  if (result.kind !== "solved") throw new Error(result.kind);
  return result;
}

/** The largest violation of the conditions of Karush, Kuhn and Tucker. */
function kktError(q: QuadraticProgram, s: QuadraticProgramSolution): number {
  const [n, m] = [q.gradient.length, q.offsets.length];
  let worst = 0;
  for (let j = 0; j < n; j++) {
    let rest = q.gradient[j]! - s.lower[j]! + s.upper[j]!;
    for (let k = 0; k < n; k++) rest += q.hessian[j * n + k]! * s.x[k]!;
    for (let i = 0; i < m; i++) rest -= q.matrix[i * n + j]! * s.multipliers[i]!;
    worst = Math.max(worst, Math.abs(rest), q.lower[j]! - s.x[j]!, s.x[j]! - q.upper[j]!);
    worst = Math.max(worst, -s.lower[j]!, -s.upper[j]!);
    if (s.lower[j] !== 0) worst = Math.max(worst, Math.abs(s.lower[j]! * (s.x[j]! - q.lower[j]!)));
    if (s.upper[j] !== 0) worst = Math.max(worst, Math.abs(s.upper[j]! * (s.x[j]! - q.upper[j]!)));
  }
  for (let i = 0; i < m; i++) {
    let c = q.offsets[i]!;
    for (let j = 0; j < n; j++) c += q.matrix[i * n + j]! * s.x[j]!;
    if (i < q.equalities) worst = Math.max(worst, Math.abs(c));
    else worst = Math.max(worst, -c, -s.multipliers[i]!, Math.abs(c * s.multipliers[i]!));
  }
  return worst;
}

describe("known quadratic programs", () => {
  it("of Goldfarb & Idnani (1983), example of §5", () => {
    const result = solved(
      program(
        [
          [4, -2],
          [-2, 4],
        ],
        [6, 0],
        [[1, 1]],
        [-2],
        { lower: [0, 0] },
      ),
    );
    expect([...result.x]).toEqual([expect.closeTo(0.5, 14), expect.closeTo(1.5, 14)]);
    expect(result.multipliers[0]).toBeCloseTo(5, 13);
    expect([...result.lower, ...result.upper]).toEqual([0, 0, 0, 0]);
  });

  it("of Nocedal & Wright, example 16.2: equalities", () => {
    const result = solved(
      program(
        [
          [6, 2, 1],
          [2, 5, 2],
          [1, 2, 4],
        ],
        [-8, -3, -3],
        [
          [1, 0, 1],
          [0, 1, 1],
        ],
        [-3, 0],
        { equalities: 2 },
      ),
    );
    expect([...result.x]).toEqual([2, -1, 1].map((value) => expect.closeTo(value, 13)));
    expect([...result.multipliers]).toEqual([3, -2].map((value) => expect.closeTo(value, 13)));
  });

  it("of Nocedal & Wright, example 16.4: inequalities", () => {
    const result = solved(
      program(
        [
          [2, 0],
          [0, 2],
        ],
        [-2, -5],
        [
          [1, -2],
          [-1, -2],
          [-1, 2],
        ],
        [2, 6, 2],
        { lower: [0, 0] },
      ),
    );
    expect([...result.x]).toEqual([1.4, 1.7].map((value) => expect.closeTo(value, 13)));
    expect([...result.multipliers]).toEqual([0.8, 0, 0].map((value) => expect.closeTo(value, 13)));
    expect(result.active).toEqual([0]);
  });

  it("projects on to a box", () => {
    const result = solved(
      program(
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        [-3, 0.25, 7],
        [],
        [],
        { lower: [-1, -1, -1], upper: [1, 1, 1] },
      ),
    );
    expect([...result.x]).toEqual([1, -0.25, -1]);
    expect([...result.upper]).toEqual([2, 0, 0]);
    expect([...result.lower]).toEqual([0, 0, 6]);
  });

  it("keeps fixed variables, with a multiplier of either sign", () => {
    for (const [pull, lower, upper] of [
      [-5, 0, 4],
      [5, 6, 0],
    ] as const) {
      const result = solved(
        program([[1, 0], [0, 1]], [pull, -1], [], [], { lower: [1, -Infinity], upper: [1, Infinity] }), // prettier-ignore
      );
      expect([...result.x]).toEqual([1, 1]);
      expect([result.lower[0], result.upper[0]]).toEqual([lower, upper]);
    }
  });

  it("drops a constraint that it had made active before", () => {
    // The most violated constraint first is x + y ≥ 1 …, but at the solution only 3 x + y ≥ 6 is active.
    const q = program(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 0],
      [
        [0.1, 1],
        [1, 0.9],
        [1, 0],
      ],
      [-2, -3, -2.9],
    );
    const result = solved(q);
    expect(kktError(q, result)).toBeLessThan(1e-13);
  });
});

describe("what has no solution is said to have none", () => {
  it.each<[string, QuadraticProgram]>([
    ["parallel planes", program([[1, 0], [0, 1]], [0, 0], [[1, 1], [1, 1]], [-1, -2], { equalities: 2 })], // prettier-ignore
    ["a gap", program([[1]], [0], [[1], [-1]], [-2, 1])],
    ["a row of zeros", program([[1]], [0], [[0]], [-1])],
    ["a row beside the box", program([[1, 0], [0, 1]], [3, 4], [[1, 1]], [-5], { upper: [2, 2] })], // prettier-ignore
    [
      "three half planes without a common point",
      program([[1, 0], [0, 1]], [0, 0], [[1, 0], [0, 1], [-1, -1]], [-1, -1, 1]), // prettier-ignore
    ],
  ])("%s", (_, q) => {
    expect(solveQuadraticProgram(q).kind).toBe("infeasible");
  });

  it("an indefinite Hessian", () => {
    expect(solveQuadraticProgram(program([[1, 2], [2, 1]], [0, 0])).kind).toBe("indefinite"); // prettier-ignore
  });
});

it("skips equalities that say the same twice", () => {
  const q = program([[2, 0], [0, 1]], [1, 1], [[1, 2], [2, 4], [-3, -6]], [-3, -6, 9], { equalities: 3 }); // prettier-ignore
  expect(kktError(q, solved(q))).toBeLessThan(1e-13);
});

describe("random programs", () => {
  const number = fc.double({ min: -2, max: 2, noNaN: true }).map((value) => Math.round(value * 1e6) / 1e6);
  const vector = (length: number): fc.Arbitrary<number[]> =>
    fc.array(number, { minLength: length, maxLength: length });

  it("that a point meets are solved to the last digits", () => {
    const problems = fc.integer({ min: 1, max: 7 }).chain((n) =>
      fc.integer({ min: 0, max: 9 }).chain((m) =>
        fc.record({
          n: fc.constant(n),
          m: fc.constant(m),
          root: vector(n * n),
          gradient: vector(n),
          matrix: vector(n * m),
          feasible: vector(n),
          slack: vector(m),
          room: vector(2 * n),
          equalities: fc.integer({ min: 0, max: Math.min(m, n - 1) }),
        }),
      ),
    );
    fc.assert(
      fc.property(problems, ({ n, m, root, gradient, matrix, feasible, slack, room, equalities }) => {
        const hessian = new Float64Array(n * n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            hessian[i * n + j] = i === j ? 0.1 : 0;
            for (let k = 0; k < n; k++) hessian[i * n + j]! += root[k * n + i]! * root[k * n + j]!;
          }
        const offsets = new Float64Array(m);
        for (let i = 0; i < m; i++) {
          offsets[i] = i < equalities ? 0 : Math.abs(slack[i]!);
          for (let j = 0; j < n; j++) offsets[i]! -= matrix[i * n + j]! * feasible[j]!;
        }
        const q: QuadraticProgram = {
          hessian,
          gradient: array(gradient),
          matrix: array(matrix),
          offsets,
          equalities,
          lower: Float64Array.from(feasible, (x, j) => x - Math.abs(room[j]!)),
          upper: Float64Array.from(feasible, (x, j) => x + Math.abs(room[n + j]!)),
        };
        const result = solved(q);
        const size = 1 + Math.max(...result.multipliers.map(Math.abs), ...result.lower, ...result.upper);
        expect(kktError(q, result) / size).toBeLessThan(1e-11);
      }),
      { numRuns: 500 },
    );
  });

  it("with many constraints through one point, some of them the same, are solved all the same", () => {
    const small = fc.integer({ min: -1, max: 1 });
    const integers = (length: number): fc.Arbitrary<number[]> =>
      fc.array(small, { minLength: length, maxLength: length });
    const problems = fc.integer({ min: 1, max: 6 }).chain((n) =>
      fc.integer({ min: 1, max: 12 }).chain((m) =>
        fc.record({
          n: fc.constant(n),
          m: fc.constant(m),
          curvature: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: n, maxLength: n }),
          gradient: vector(n),
          matrix: integers(n * m),
          // Rounding error of the residuals.
          noise: integers(m),
          room: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 2 * n, maxLength: 2 * n }),
          equalities: fc.integer({ min: 0, max: Math.min(m, n) }),
        }),
      ),
    );
    fc.assert(
      fc.property(problems, ({ n, m, curvature, gradient, matrix, noise, room, equalities }) => {
        // All go through 0.
        const hessian = new Float64Array(n * n);
        curvature.forEach((c, i) => (hessian[i * n + i] = c));
        const q: QuadraticProgram = {
          hessian,
          gradient: array(gradient),
          matrix: array(matrix),
          offsets: Float64Array.from({ length: m }, (_, i) =>
            matrix.slice(i * n, (i + 1) * n).some((a) => a !== 0) ? noise[i]! * 2 ** -52 : 0,
          ),
          equalities,
          lower: Float64Array.from({ length: n }, (_, j) => -room[j]!),
          upper: Float64Array.from({ length: n }, (_, j) => room[n + j]!),
          unit: 1,
        };
        const result = solved(q);
        const size = 1 + Math.max(...result.multipliers.map(Math.abs), ...result.lower, ...result.upper);
        expect(kktError(q, result) / size).toBeLessThan(1e-9);
      }),
      { numRuns: 1000 },
    );
  });

  it("do not mind their units", () => {
    // Row scales and a change of units of the variables change the solution by just that.
    const q = program(
      [
        [2, 0.5, 0],
        [0.5, 1, 0.2],
        [0, 0.2, 3],
      ],
      [1, -8, 2],
      [
        [1, 1, 1],
        [1, -1, 2],
      ],
      [-1, -0.5],
      { equalities: 1, lower: [-1, -2, -3], upper: [1, 2, 3] },
    );
    const unit = [1e-5, 1, 1e6];
    const scale = [1e7, 1e-4];
    const other: QuadraticProgram = {
      ...q,
      hessian: q.hessian.map((h, k) => h * unit[Math.trunc(k / 3)]! * unit[k % 3]!),
      gradient: q.gradient.map((g, j) => g * unit[j]!),
      matrix: q.matrix.map((a, k) => a * unit[k % 3]! * scale[Math.trunc(k / 3)]!),
      offsets: q.offsets.map((b, i) => b * scale[i]!),
      lower: q.lower.map((l, j) => l / unit[j]!),
      upper: q.upper.map((u, j) => u / unit[j]!),
    };
    const [a, b] = [solved(q), solved(other)];
    a.x.forEach((x, j) => expect(b.x[j]! * unit[j]!).toBeCloseTo(x, 11));
    a.multipliers.forEach((u, i) => expect(b.multipliers[i]! * scale[i]!).toBeCloseTo(u, 10));
    expect(b.active.toSorted()).toEqual(a.active.toSorted());
  });
});
