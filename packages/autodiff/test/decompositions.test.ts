import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cholesky, conditionNumber, eigh, qr, svd, tensor, zeros } from "../src/index.ts";
import {
  build,
  distance,
  epsilon,
  frobenius,
  orthogonalityError,
  product,
  pseudoRandom,
  rowsOf,
  testMatrices,
  transposeOf,
  type Rows,
} from "./matrices.ts";

const shapes = [
  [1, 1],
  [2, 2],
  [3, 3],
  [7, 3],
  [3, 7],
  [20, 20],
  [40, 25],
] as const;
const all = shapes.flatMap(([m, n]) =>
  testMatrices(m, n).map(([name, matrix]) => [`${m} × ${n} ${name}`, matrix] as const),
);
const square = all.filter(([, matrix]) => matrix.length === matrix[0]?.length);

function symmetricPart(matrix: Rows): Rows {
  return matrix.map((row, i) => row.map((x, j) => x / 2 + (matrix[j]?.[i] ?? 0) / 2));
}

function diagonal(values: readonly number[]): Rows {
  return build(values.length, values.length, (i, j) => (i === j ? (values[i] ?? 0) : 0));
}

/** What backward stable algorithms leave: a small multiple of n ε (Higham, theorems 10.3, 19.4 and section 8). */
function rounding(matrix: Rows): number {
  return 4 * Math.max(matrix.length, matrix[0]?.length ?? 0) * epsilon;
}

/** The first of the components that are largest in size, to within a tenth: by convention it is positive. */
function leadingComponent(vector: readonly number[]): number {
  const largest = Math.max(...vector.map(Math.abs));
  return vector.find((x) => Math.abs(x) >= 0.9 * largest) ?? 0;
}

describe("qr", () => {
  it.each(all)("of a matrix %s is orthogonal times triangular", (_, matrix) => {
    const { q, r } = qr(matrix);
    const [rows, triangle] = [rowsOf(q), rowsOf(r)];
    expect(distance(product(rows, triangle), matrix)).toBeLessThanOrEqual(rounding(matrix));
    expect(orthogonalityError(rows)).toBeLessThanOrEqual(rounding(matrix));
    triangle.forEach((row, i) => {
      row.slice(0, i).forEach((x) => expect(x).toBe(0));
      expect(row[i]).toBeGreaterThanOrEqual(0);
    });
  });

  it("keeps the digits of every column, whatever the sizes of the others", () => {
    const random = pseudoRandom(5);
    const matrix = build(8, 5, (_, j) => random() * [1, 1e-200, 1e200, 1e-300, 1e280][j]!);
    const { q, r } = qr(matrix);
    const [found, wanted] = [transposeOf(product(rowsOf(q), rowsOf(r))), transposeOf(matrix)];
    found.forEach((column, j) => {
      const scale = Math.max(...(wanted[j] ?? []).map(Math.abs));
      column.forEach((x, i) =>
        expect(Math.abs(x - (wanted[j]?.[i] ?? 0)) / scale).toBeLessThan(40 * epsilon),
      );
    });
  });

  it("has exact zeros on the diagonal where columns are dependent", () => {
    const { r } = qr([
      [1, 2, 1],
      [3, 6, 1],
      [4, 8, 2],
    ]);
    expect(rowsOf(r)[1]?.[1]).toBe(0);
  });
});

describe("svd", () => {
  it.each(all)("of a matrix %s: orthonormal factors and descending singular values", (_, matrix) => {
    const { u, s, vt } = svd(matrix);
    const values = s.toArray() as number[];
    expect(distance(product(product(rowsOf(u), diagonal(values)), rowsOf(vt)), matrix)).toBeLessThanOrEqual(
      rounding(matrix),
    );
    expect(orthogonalityError(rowsOf(u))).toBeLessThanOrEqual(rounding(matrix));
    expect(orthogonalityError(transposeOf(rowsOf(vt)))).toBeLessThanOrEqual(rounding(matrix));
    values.forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(values[i - 1] ?? Infinity);
    });
    for (const vector of transposeOf(rowsOf(u))) expect(leadingComponent(vector)).toBeGreaterThan(0);
  });

  it("finds small singular values to their own precision", () => {
    // Columns of very different size; σ₁ ≈ √2, and σ₁ σ₂ = |det| = 2e-30.
    const { s } = svd([
      [1, 1e-30],
      [1, -1e-30],
    ]);
    const [first, second] = s.toArray() as [number, number];
    expect(Math.abs(first - Math.SQRT2)).toBeLessThan(4 * epsilon);
    expect(Math.abs(second / (Math.SQRT2 * 1e-30) - 1)).toBeLessThan(4 * epsilon);
    expect(svd(diagonal([1e-200, 1e200, 1])).s.toArray()).toEqual([1e200, 1, 1e-200]);
  });

  it("leaves no more than rounding errors of what is 0", () => {
    const [first = NaN, ...rest] = svd(build(6, 4, () => 1)).s.toArray() as number[];
    expect(Math.abs(first - Math.sqrt(24))).toBeLessThan(24 * epsilon);
    for (const value of rest) expect(value).toBeLessThan(24 * epsilon);
  });

  it("agrees with the eigenvalues of AᵀA", () => {
    const random = pseudoRandom(7);
    const matrix = build(9, 4, random);
    const squares = eigh(product(transposeOf(matrix), matrix)).values.toArray() as number[];
    const values = svd(matrix).s.toArray() as number[];
    values
      .reverse()
      .forEach((value, i) => expect(Math.abs(value ** 2 - (squares[i] ?? 0))).toBeLessThan(1e-14));
  });

  it("takes f32, and empty matrices", () => {
    const { u, s, vt } = svd(tensor(Float32Array.of(3, 0, 4, 5), { shape: [2, 2] }));
    expect([u.dtype, s.dtype, vt.dtype]).toEqual(["f32", "f32", "f32"]);
    expect((s.toArray() as number[])[0]).toBe(Math.fround(3 * Math.sqrt(5)));
    const none = svd(zeros([2, 0, 3]));
    expect([none.u.shape, none.s.shape, none.vt.shape]).toEqual([
      [2, 0, 0],
      [2, 0],
      [2, 0, 3],
    ]);
  });

  it("gives condition numbers", () => {
    expect(conditionNumber(diagonal([1, 1e-8, 100])).item()).toBeCloseTo(1e10, -1);
    expect(conditionNumber(diagonal([1, 0])).item()).toBe(Infinity);
    expect(conditionNumber(build(3, 3, () => 1)).item()).toBeGreaterThan(1 / (12 * epsilon));
    // Hilbert matrix of order 5 (Todd 1954): 4.766 · 10⁵.
    expect(conditionNumber(build(5, 5, (i, j) => 1 / (i + j + 1))).item()).toBeCloseTo(476607.25024259434, 4);
  });
});

describe("eigh", () => {
  it.each(square)(
    "of the symmetric part of a matrix %s: orthonormal vectors, ascending values",
    (_, matrix) => {
      const { values, vectors } = eigh(matrix);
      const [spectrum, v] = [values.toArray() as number[], rowsOf(vectors)];
      const back = product(product(v, diagonal(spectrum)), transposeOf(v));
      expect(distance(back, symmetricPart(matrix))).toBeLessThanOrEqual(rounding(matrix));
      expect(orthogonalityError(v)).toBeLessThanOrEqual(rounding(matrix));
      spectrum.forEach((value, i) => expect(value).toBeGreaterThanOrEqual(spectrum[i - 1] ?? -Infinity));
      for (const vector of transposeOf(v)) expect(leadingComponent(vector)).toBeGreaterThan(0);
    },
  );

  it("knows the spectrum of the second difference: 4 sin²(kπ / 2(n + 1))", () => {
    const n = 24;
    const { values } = eigh(build(n, n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)));
    (values.toArray() as number[]).forEach((value, k) => {
      const known = 4 * Math.sin(((k + 1) * Math.PI) / (2 * (n + 1))) ** 2;
      expect(Math.abs(value - known)).toBeLessThan(n * epsilon);
    });
  });

  it("finds small eigenvalues of a graded positive definite matrix to their own precision", () => {
    // λ₁ λ₂ = det = 3/4 · 10⁻²⁰ and λ₂ = 1 + 10⁻²⁰/4 + …
    const { values } = eigh([
      [1e-20, 0.5e-10],
      [0.5e-10, 1],
    ]);
    const [small, large] = values.toArray() as [number, number];
    expect(large).toBe(1);
    expect(Math.abs(small / 0.75e-20 - 1)).toBeLessThan(4 * epsilon);
  });

  it("finds eigenvalues that coincide", () => {
    const ones = eigh(build(4, 4, () => 1)).values.toArray() as number[];
    [0, 0, 0, 4].forEach((value, i) => expect(Math.abs((ones[i] ?? NaN) - value)).toBeLessThan(4 * epsilon));
    expect(eigh(diagonal([2, 2, 2])).vectors.toArray()).toEqual(diagonal([1, 1, 1]));
  });
});

describe("cholesky", () => {
  it.each(square)("of a positive definite matrix made from a matrix %s", (_, matrix) => {
    const scale = Math.max(frobenius(matrix), Number.MIN_VALUE);
    const scaled = matrix.map((row) => row.map((x) => x / scale));
    const positive = product(scaled, transposeOf(scaled)).map((row, i) =>
      row.map((x, j) => x + Number(i === j)),
    );
    const factor = rowsOf(cholesky(positive));
    expect(distance(product(factor, transposeOf(factor)), positive)).toBeLessThanOrEqual(rounding(matrix));
    factor.forEach((row, i) => {
      expect(row[i]).toBeGreaterThan(0);
      row.slice(i + 1).forEach((x) => expect(x).toBe(0));
    });
  });

  it("factorises the symmetric part", () => {
    const random = pseudoRandom(3);
    const skewed = build(4, 4, (i, j) => random() + (i === j ? 6 : 0));
    expect(cholesky(skewed).toArray()).toEqual(cholesky(symmetricPart(skewed)).toArray());
  });

  it("succeeds on matrices that are as good as singular (fast-check)", () => {
    fc.assert(
      fc.property(fc.integer({ min: -140, max: 140 }), (power) => {
        const scale = 10 ** power;
        const factor = rowsOf(
          cholesky([
            [scale, scale],
            [scale, scale * (1 + 4 * epsilon)],
          ]),
        );
        expect(Math.abs((factor[1]?.[1] ?? 0) / Math.sqrt(4 * epsilon * scale) - 1)).toBeLessThan(1);
      }),
    );
  });
});
