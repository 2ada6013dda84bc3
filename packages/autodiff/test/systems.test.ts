import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cast,
  compile,
  eye,
  inverse,
  LinearAlgebraError,
  lstsq,
  ShapeError,
  solve,
  stack,
  tensor,
  triangularSolve,
  vmap,
  cholesky,
  eigh,
  qr,
  svd,
  determinant,
  logDeterminant,
  matrixTrace,
} from "../src/index.ts";
import {
  build,
  distance,
  epsilon,
  frobenius,
  product,
  pseudoRandom,
  rowsOf,
  transposeOf,
  wellConditioned,
} from "./matrices.ts";

const a = [
  [2, 1],
  [1, 3],
];
const singular = [
  [1, 2],
  [2, 4],
];

describe("solve", () => {
  it.each([1, 2, 5, 20, 60])("leaves residuals of rounding size for random systems of order %i", (n) => {
    const random = pseudoRandom(n);
    for (const matrix of [build(n, n, random), build(n, n, (i) => random() * 10 ** (-2 * i))]) {
      const right = build(n, 2, random);
      const x = rowsOf(solve(matrix, right));
      // Relative to the size of every row (Higham, theorem 9.4; partial pivoting hardly ever grows numbers).
      product(matrix, x).forEach((row, i) => {
        const scale = frobenius([matrix[i] ?? []]) * frobenius(x);
        row.forEach((value, j) =>
          expect(Math.abs(value - (right[i]?.[j] ?? 0))).toBeLessThanOrEqual(4 * n * epsilon * scale),
        );
      });
    }
  });

  it("broadcasts leading axes on both sides, like a loop", () => {
    const matrices = tensor([a, [[1, 2], [3, 4]], [[0, 1], [5, 0]]]); // prettier-ignore
    const sides = tensor([[[1], [2]], [[3], [4]]]); // prettier-ignore
    const all = solve(matrices.reshape([3, 1, 2, 2]), sides);
    expect(all.shape).toEqual([3, 2, 2, 1]);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 2; j++)
        expect(all.slice(i, j).toArray()).toEqual(solve(matrices.slice(i), sides.slice(j)).toArray());
    expect(solve(matrices, [1, 2]).shape).toEqual([3, 2]);
    expect(solve(a, sides).toArray()).toEqual(
      stack([solve(a, sides.slice(0)), solve(a, sides.slice(1))]).toArray(),
    );
  });

  it("is not misled by the scaling of rows or columns", () => {
    expect(solve([[1, 0], [0, 1e-300]], [1, 1]).toArray()).toEqual([1, 1 / 1e-300]); // prettier-ignore
    const [x, y] = solve([[1, 1], [1e-30, 2e-30]], [3, 5e-30]).toArray() as [number, number]; // prettier-ignore
    expect(Math.abs(x - 1) + Math.abs(y - 2)).toBeLessThan(8 * epsilon);
  });

  it("says that a matrix is singular, exactly or as far as rounding can tell, and how near", () => {
    expect(() => solve(singular, [1, 1])).toThrow(LinearAlgebraError);
    expect(() => solve(singular, [1, 1])).toThrow(
      /solve: the matrix is singular, .*column 1 of a \[2, 2\] matrix, reciprocal condition number 0$/,
    );
    const rows = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]; // prettier-ignore
    const message =
      /singular to working precision, .* column 2 of a \[3, 3\] matrix, reciprocal condition number ([\d.e-]+)/;
    expect(() => solve(rows, [1, 2, 3])).toThrow(message);
    expect(() => inverse(stack([a, singular]))).toThrow(/^inverse: .*, matrix \[1\] of the batch$/);
  });

  it("estimates the condition of a matrix that is nearly singular to within a factor of 3", () => {
    // ‖A‖₁ = 2 + δ and ‖A⁻¹‖₁ = (2 + δ) / δ for [[1, 1], [1, 1 + δ]].
    const delta = epsilon;
    const attempt = (): unknown => solve([[1, 1], [1, 1 + delta]], [1, 2]); // prettier-ignore
    let message = "";
    try {
      attempt();
    } catch (error) {
      message = String(error);
    }
    const estimate = Number(/condition number ([\d.e-]+)/.exec(message)?.[1]);
    expect(estimate / (delta / (2 + delta) ** 2)).toBeGreaterThan(1 / 3);
    expect(estimate / (delta / (2 + delta) ** 2)).toBeLessThan(3);
  });

  it("names shapes that do not fit, and numbers that are not finite", () => {
    expect(() => solve([[1, 2]], [1])).toThrow("solve: expected a square matrix: shape [1, 2]");
    expect(() => solve(a, [[1, 2]])).toThrow("solve: expected a right-hand side of 2 rows: shape [1, 2]");
    expect(() => solve(a, 1)).toThrow(ShapeError);
    expect(() => solve(stack([a, a, a]), stack([a, a]))).toThrow("solve: shapes do not broadcast");
    expect(() => solve([[1, NaN], [2, 1]], [1, 2])).toThrow("found NaN in row 0, column 1"); // prettier-ignore
    // What is not finite on the right-hand side belongs to its column of the solution alone.
    expect(solve(a, [[NaN, 3], [1, 5]]).toArray()).toEqual([[NaN, 0.8], [NaN, 1.4]]); // prettier-ignore
  });

  it("checks values when there are some: not while compiling, but in the compiled function", () => {
    const compiled = compile((m, b) => solve(m, b));
    expect(compiled(tensor(a), tensor([3, 5])).toArray()).toEqual([0.8, 1.4]);
    expect(() => compiled(tensor(singular), tensor([1, 1]))).toThrow(LinearAlgebraError);
    expect(() => vmap((m) => inverse(m))(stack([a, singular]))).toThrow("matrix [1] of the batch");
  });

  it("inverts (fast-check)", () => {
    fc.assert(
      fc.property(wellConditioned(5), (m) => {
        const identity = rowsOf(eye(5));
        expect(distance(product(rowsOf(m), rowsOf(inverse(m))), identity)).toBeLessThan(40 * epsilon);
        expect(distance(product(rowsOf(inverse(m)), rowsOf(m)), identity)).toBeLessThan(40 * epsilon);
      }),
    );
  });
});

describe("triangularSolve", () => {
  const triangle = [[2, NaN], [1, 4]]; // prettier-ignore

  it("reads one triangle only, transposed or not, with or without its diagonal", () => {
    expect(triangularSolve(triangle, [2, 9]).toArray()).toEqual([1, 2]);
    expect(triangularSolve(triangle, [4, 8], { transpose: true }).toArray()).toEqual([1, 2]);
    expect(triangularSolve([[NaN, 3], [NaN, NaN]], [7, 2], { lower: false, unitDiagonal: true }).toArray()).toEqual([1, 2]); // prettier-ignore
    expect(triangularSolve([[NaN, NaN], [3, NaN]], [7, 2], { transpose: true, unitDiagonal: true }).toArray()).toEqual([1, 2]); // prettier-ignore
  });

  it("agrees with solve, over batches (fast-check)", () => {
    fc.assert(
      fc.property(wellConditioned(4), wellConditioned(4), (m, b) => {
        const lower = rowsOf(m).map((row, i) => row.map((x, j) => (j <= i ? x : 0)));
        const batch = stack([m, m.mul(2)]);
        const found = triangularSolve(batch, b);
        expect(distance(rowsOf(found.slice(0)), rowsOf(solve(lower, b)))).toBeLessThan(40 * epsilon);
        expect(found.slice(1).mul(2).sub(found.slice(0)).abs().max().item()).toBeLessThan(1e-300);
      }),
    );
  });

  it("names a zero on the diagonal", () => {
    expect(() => triangularSolve([[1, 0], [1, 0]], [1, 1])).toThrow(/triangularSolve: .* 0 on the diagonal of a \[2, 2\] matrix in row 1$/); // prettier-ignore
    expect(() => triangularSolve([[1, 0]], [1])).toThrow(ShapeError);
  });
});

describe("lstsq", () => {
  it.each([
    [3, 1],
    [10, 4],
    [50, 20],
  ])("leaves a residual that is orthogonal to all columns: %i × %i", (m, n) => {
    const random = pseudoRandom(m);
    const matrix = build(m, n, (_, j) => random() * 10 ** (3 * j));
    const right = build(m, 2, random);
    const x = rowsOf(lstsq(matrix, right));
    const residual = product(matrix, x).map((row, i) => row.map((value, j) => (right[i]?.[j] ?? 0) - value));
    const columns = transposeOf(matrix);
    product(columns, residual).forEach((row, j) =>
      row.forEach((value) =>
        expect(Math.abs(value)).toBeLessThanOrEqual(
          4 * m * epsilon * frobenius([columns[j] ?? []]) * frobenius(right),
        ),
      ),
    );
  });

  it("solves square systems, one matrix for a batch, and keeps f32", () => {
    expect(distance([lstsq(a, [3, 5]).toArray() as number[]], [[0.8, 1.4]])).toBeLessThan(4 * epsilon);
    const sides = tensor([[[3], [5]], [[5], [0]]]); // prettier-ignore
    const found = lstsq(a, sides);
    expect(found.shape).toEqual([2, 2, 1]);
    expect(lstsq(cast(tensor(a), "f32"), tensor(Float32Array.of(3, 5))).dtype).toBe("f32");
  });

  it("tells dependent columns from small ones", () => {
    const small = build(4, 2, (i, j) => (j === 0 ? 1 : i * 1e-200));
    expect(
      distance([lstsq(small, [1, 3, 5, 7]).mul([1, 1e-200]).toArray() as number[]], [[1, 2]]),
    ).toBeLessThan(1e-14);
    const dependent = build(4, 3, (i, j) => [1, i, 3 * i - 2][j] ?? 0);
    expect(() => lstsq(dependent, [1, 2, 3, 4])).toThrow(LinearAlgebraError);
    expect(() => lstsq(stack([a, singular]), [1, 2])).toThrow(
      /column 1 of a \[2, 2\] matrix, matrix \[1\] of the batch$/,
    );
    expect(() => lstsq([[1, 2]], [1])).toThrow("at least as many rows as columns");
  });
});

describe("domain errors", () => {
  const named = {
    cholesky,
    determinant,
    eigh,
    inverse,
    logDeterminant,
    qr,
    svd,
    lstsq: (m: unknown) => lstsq(m as number[], [1, 2]),
  };

  it.each(Object.entries(named))("%s names NaN and ∞ with their place and batch", (name, f) => {
    const bad = tensor([a, [[1, 2], [Infinity, 3]]]); // prettier-ignore
    expect(() => f(bad as never)).toThrow(LinearAlgebraError);
    const place = ["cholesky", "eigh"].includes(name) ? "row 0, column 1" : "row 1, column 0";
    expect(() => f(bad as never)).toThrow(
      `${name}: expected a matrix of finite numbers: found Infinity in ${place}, matrix [1] of the batch`,
    );
  });

  it.each(Object.entries({ cholesky, determinant, eigh, inverse, logDeterminant }))(
    "%s asks for a square matrix",
    (name, f) => {
      expect(() => f([[1, 2]])).toThrow(`${name}: expected a square matrix: shape [1, 2]`);
      expect(() => f([1, 2])).toThrow(ShapeError);
      // Shapes are checked at once, even before there are values.
      expect(() => compile((m) => f(m) as never)(tensor([[1, 2]]))).toThrow(ShapeError);
    },
  );

  it("qr, svd and matrixTrace ask for a matrix", () => {
    for (const f of [qr, svd, matrixTrace]) expect(() => f([1, 2])).toThrow("expected a matrix: shape [2]");
  });

  it("cholesky names the leading minor that is not positive", () => {
    const indefinite = [[4, 2, 0], [2, 1, 0], [0, 0, 1]]; // prettier-ignore
    expect(() => cholesky(indefinite)).toThrow(LinearAlgebraError);
    expect(() => cholesky(indefinite)).toThrow(
      /not positive definite.* leading minor of order 2 of a \[3, 3\] matrix is not positive, pivot 0$/,
    );
    expect(() => cholesky(stack([stack([eye(2), eye(2)]), stack([eye(2), eye(2).neg()])]))).toThrow(
      "matrix [1, 1] of the batch",
    );
  });
});
