import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cholesky, semidefiniteRoot, solveCholesky } from "../src/linalg/cholesky.ts";
import { solveLeastSquares } from "../src/linalg/solve-least-squares.ts";
import { triangularize } from "../src/linalg/triangularize.ts";
import { norm } from "../src/linalg/vector.ts";

/** Column-major AᵀB for A [m, p] and B [m, q]. */
function gram(a: Float64Array, b: Float64Array, m: number): number[] {
  const [p, q] = [a.length / m, b.length / m];
  return Array.from({ length: p * q }, (_, k) => {
    const [i, j] = [k % p, Math.floor(k / p)];
    let sum = 0;
    for (let row = 0; row < m; row++) sum += a[i * m + row]! * b[j * m + row]!;
    return sum;
  });
}

const matrix = (m: number, n: number): fc.Arbitrary<Float64Array> =>
  fc
    .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: m * n, maxLength: m * n })
    .map((values) => Float64Array.from(values));

describe("triangularize", () => {
  it("keeps AᵀA and Aᵀb", () => {
    fc.assert(
      fc.property(matrix(6, 3), matrix(6, 1), (a, b) => {
        const { root, transformed, rows } = triangularize(a, b, 6, 3);
        const [expected, found] = [gram(a, a, 6), gram(root, root, rows)];
        found.forEach((value, k) => expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-10));
        gram(root, transformed, rows).forEach((value, k) =>
          expect(Math.abs(value - gram(a, b, 6)[k]!)).toBeLessThan(1e-10),
        );
      }),
    );
  });

  it("leaves everything else alone beside a column at the end of the number range", () => {
    const tiny = 5e-324;
    const { transformed, root } = triangularize(
      Float64Array.of(tiny, tiny, 0, 3),
      Float64Array.of(1, 2),
      2,
      2,
    );
    expect([...transformed]).toEqual([1, 2]);
    expect(root[3]).toBe(3);
    const { x, rank } = solveLeastSquares(Float64Array.of(tiny, tiny, 0, 3), Float64Array.of(1, 6), 2, 2);
    expect([...x]).toEqual([0, 2]);
    expect(rank).toBe(1);
  });

  it("does not lose a tiny row behind a large one", () => {
    // Columns (1, 1e-9) and (1, 2e-9): the determinant 1e-9 must survive.
    const { root } = triangularize(Float64Array.of(1, 1e-9, 1, 2e-9), Float64Array.of(0, 0), 2, 2);
    expect(Math.abs(root[0]! * root[3]!)).toBeCloseTo(1e-9, 20);
  });
});

describe("solveLeastSquares", () => {
  it("solves a consistent system exactly", () => {
    // (1 2; 3 4; 5 6) (1, −1)
    const { x, rank } = solveLeastSquares(
      Float64Array.of(1, 3, 5, 2, 4, 6),
      Float64Array.of(-1, -1, -1),
      3,
      2,
    );
    expect(rank).toBe(2);
    expect(x[0]).toBeCloseTo(1, 13);
    expect(x[1]).toBeCloseTo(-1, 13);
  });

  it("leaves residuals orthogonal to the columns", () => {
    fc.assert(
      fc.property(matrix(5, 3), matrix(5, 1), (a, b) => {
        const { x } = solveLeastSquares(a, b, 5, 3);
        const r = b.map((value, i) => value - (a[i]! * x[0]! + a[5 + i]! * x[1]! + a[10 + i]! * x[2]!));
        const scale = 1e-9 * (1 + norm(a) * norm(b)) * (1 + norm(x));
        gram(a, r, 5).forEach((value) => expect(Math.abs(value)).toBeLessThan(scale));
      }),
    );
  });

  it("finds the rank whatever the units of the columns", () => {
    const columns = Float64Array.of(1, 2, 3, 1e-12, 0, 1e-12, 1e9 + 1, 2e9, 3e9);
    expect(solveLeastSquares(columns, Float64Array.of(1, 1, 1), 3, 3, 1e-12).rank).toBe(3);
    const dependent = Float64Array.of(1, 2, 3, 1e9, 2e9, 3e9, 0, 0, 0);
    expect(solveLeastSquares(dependent, Float64Array.of(1, 1, 1), 3, 3).rank).toBe(1);
  });
});

describe("cholesky", () => {
  it("solves a known system", () => {
    const factor = cholesky(Float64Array.of(4, 2, 2, 3), 2);
    expect(factor).toBeDefined();
    expect([...solveCholesky(factor!, 2, Float64Array.of(8, 7))]).toEqual([
      expect.closeTo(1.25, 14),
      expect.closeTo(1.5, 14),
    ]);
  });

  it("refuses an indefinite matrix", () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  });

  it("takes the root of a singular matrix", () => {
    const { root, transformed, rank } = semidefiniteRoot(
      Float64Array.of(1, 2, 2, 4),
      2,
      Float64Array.of(3, 6),
    );
    expect(rank).toBe(1);
    expect(gram(root, root, 1)).toEqual([1, 2, 2, 4].map((value) => expect.closeTo(value, 14)));
    expect(gram(root, transformed, 1)).toEqual([3, 6].map((value) => expect.closeTo(value, 14)));
  });
});
