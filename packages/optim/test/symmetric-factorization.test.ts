import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cholesky, solveCholesky } from "../src/linalg/cholesky.ts";
import { equilibrate, scaleSymmetric } from "../src/linalg/equilibrate.ts";
import { lowestRitz } from "../src/linalg/lanczos.ts";
import { minimumNormPoint } from "../src/linalg/minimum-norm-point.ts";
import {
  modifiedCholesky,
  modifiedMatrix,
  negativeCurvature,
  solveModified,
} from "../src/linalg/modified-cholesky.ts";
import { nearNullVector, shiftedCholesky } from "../src/linalg/shifted-cholesky.ts";
import { symmetricEigen } from "../src/linalg/symmetric-eigen.ts";
import { factorSymmetric } from "../src/linalg/symmetric-factorization.ts";
import { norm } from "../src/linalg/vector.ts";

/** Symmetric, row-major [n, n], with many zeros. */
const symmetric = (n: number): fc.Arbitrary<Float64Array> =>
  fc
    .array(fc.integer({ min: -4000, max: 4000 }), { minLength: n * n, maxLength: n * n })
    .map((v) => v.map((value) => (value % 3 === 0 ? 0 : value / 1000)))
    .map((v) => Float64Array.from(v, (_, k) => v[Math.min(k, (k % n) * n + Math.floor(k / n))]!));

const sized = fc.integer({ min: 1, max: 7 }).chain((n) => symmetric(n).map((matrix) => ({ n, matrix })));

const times = (matrix: ArrayLike<number>, v: ArrayLike<number>): number[] =>
  Array.from(v, (_, i) => Array.from(v).reduce((sum, x, j) => sum + matrix[i * v.length + j]! * x, 0));
const form = (matrix: ArrayLike<number>, v: ArrayLike<number>): number =>
  times(matrix, v).reduce((sum, x, i) => sum + x * v[i]!, 0);
/** Ascending. */
const eigenvalues = (matrix: Float64Array, n: number): number[] =>
  [...symmetricEigen(matrix, n)!.values].sort((a, b) => a - b);
const largest = (values: ArrayLike<number>): number => Math.max(0, ...Array.from(values, Math.abs));

/** Schnabel & Eskow (1999, §2): three small negative eigenvalues beside a large positive one. */
const schnabelEskow = Float64Array.of(
  ...[1890.3, -1705.6, -315.8, 3000.3],
  ...[-1705.6, 1538.3, 284.9, -2706.6],
  ...[-315.8, 284.9, 52.5, -501.2],
  ...[3000.3, -2706.6, -501.2, 4760.8],
);

/** The first of their matrices from optimisation codes, of 6 rows, to the published digits. */
const fromPractice = Float64Array.of(
  ...[462.3075, 168.515, 171.4062, 3740.229, 3802.413, -357.874],
  ...[168.515, 60.32191, 63.48248, 1399, 1365.763, -132.5761],
  ...[171.4062, 63.48248, 65.65176, 1494.775, 1369.851, -140.9592],
  ...[3740.229, 1399, 1494.775, 34122.7, 29967.5, -3200.125],
  ...[3802.413, 1365.763, 1369.851, 29967.5, 30922.82, -2835.76],
  ...[-357.874, -132.5761, -140.9592, -3200.125, -2835.76, 298.4133],
);

describe("factorSymmetric", () => {
  it("is P A Pᵀ = L D Lᵀ with a bounded L", () => {
    fc.assert(
      fc.property(sized, ({ n, matrix }) => {
        const { order, lower, diagonal, coupling } = factorSymmetric(matrix, n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, k) => k));
        // Ashcraft, Grimes & Lewis: 1 / (1 − α) < 2.79 with α = (1 + √17) / 8.
        expect(largest(lower)).toBeLessThan(2.79);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let k = 0; k < n; k++) {
              const row = diagonal[k]! * lower[j * n + k]!;
              const above = k > 0 ? coupling[k - 1]! * lower[j * n + k - 1]! : 0;
              const below = k + 1 < n ? coupling[k]! * lower[j * n + k + 1]! : 0;
              sum += lower[i * n + k]! * (row + above + below);
            }
            expect(Math.abs(sum - matrix[order[i]! * n + order[j]!]!)).toBeLessThan(
              1e-12 * (1 + largest(matrix)),
            );
          }
      }),
    );
  });
});

describe("equilibrate", () => {
  it("makes the largest element of every row one", () => {
    fc.assert(
      fc.property(sized, ({ n, matrix }) => {
        const scaled = scaleSymmetric(matrix, n, equilibrate(matrix, n));
        for (let i = 0; i < n; i++) {
          const row = largest(scaled.slice(i * n, (i + 1) * n));
          expect(row === 0 || Math.abs(row - 1) < 1e-12).toBe(true);
        }
      }),
    );
  });
});

describe("modifiedCholesky", () => {
  const matrices: [string, Float64Array][] = [
    ["Schnabel and Eskow's", schnabelEskow],
    ["one from practice", fromPractice],
  ];

  it("knows the published eigenvalues", () => {
    const values = eigenvalues(schnabelEskow, 4);
    expect(values[0]).toBeCloseTo(-0.378, 3);
    expect(values[1]).toBeCloseTo(-0.343, 3);
    expect(values[2]).toBeCloseTo(-0.248, 3);
    expect(values[3]).toBeCloseTo(8242.9, 1);
  });

  it("leaves a positive definite matrix alone", () => {
    fc.assert(
      fc.property(sized, ({ n, matrix }) => {
        // AᵀA + I
        const square = Float64Array.from({ length: n * n }, (_, k) => {
          const [i, j] = [Math.floor(k / n), k % n];
          let sum = i === j ? 1 : 0;
          for (let row = 0; row < n; row++) sum += matrix[row * n + i]! * matrix[row * n + j]!;
          return sum;
        });
        const factor = modifiedCholesky(square, n);
        expect(factor.definite).toBe(true);
        expect(factor.modified).toEqual(factor.eigenvalues);
        expect(negativeCurvature(factor)).toBeUndefined();
        const same = modifiedMatrix(factor);
        square.forEach((value, k) =>
          expect(Math.abs(same[k]! - value)).toBeLessThan(1e-12 * (1 + largest(square))),
        );
        const b = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
        const expected = solveCholesky(cholesky(square, n)!, n, b);
        solveModified(factor, b).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 9));
      }),
    );
  });

  it("makes a matrix positive definite, whose system it solves", () => {
    fc.assert(
      fc.property(sized, ({ n, matrix }) => {
        const factor = modifiedCholesky(matrix, n);
        const changed = modifiedMatrix(factor);
        expect(cholesky(scaleSymmetric(changed, n, equilibrate(changed, n)), n)).toBeDefined();
        const b = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));
        const x = solveModified(factor, b);
        const left = times(changed, x);
        const size = largest(changed) * largest(x) + 1;
        left.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-12 * n * size));
      }),
    );
  });

  it("has as many negative eigenvalues in D as the matrix has (Sylvester), and a direction of the lowest", () => {
    fc.assert(
      fc.property(sized, ({ n, matrix }) => {
        const values = eigenvalues(matrix, n);
        const clear = 1e-9 * (1 + largest(matrix));
        fc.pre(values.every((value) => Math.abs(value) > clear));
        const factor = modifiedCholesky(matrix, n);
        const negative = values.filter((value) => value < 0).length;
        expect(factor.eigenvalues.filter((value) => value < 0)).toHaveLength(negative);
        const found = negativeCurvature(factor);
        expect(found === undefined).toBe(negative === 0);
        if (found === undefined) return;
        const curvature = form(matrix, found.direction);
        const size = largest(matrix) * largest(found.direction) ** 2;
        expect(Math.abs(curvature - found.curvature)).toBeLessThan(1e-12 * n * n * size);
        expect(found.curvature).toBeLessThan(0);
      }),
    );
  });

  it.each(matrices)("changes %s by no more than the bound of Cheng & Higham", (_, matrix) => {
    const n = Math.sqrt(matrix.length);
    const factor = modifiedCholesky(matrix, n);
    const changed = modifiedMatrix(factor);
    const values = eigenvalues(changed, n);
    expect(values[0]).toBeGreaterThan(0);
    // In the metric of the scaled matrix S A S = M Λ₀ Mᵀ, M = Pᵀ L Q: E = M (Λ − Λ₀) Mᵀ, and by Ostrowski's theorem
    // λmin(S A S) ≤ σmin(M)² λmin(Λ₀).
    const scaled = scaleSymmetric(matrix, n, factor.scale);
    const e = scaleSymmetric(
      changed.map((value, k) => value - matrix[k]!),
      n,
      factor.scale,
    );
    const gram = Float64Array.from({ length: n * n }, (_, k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      let sum = 0;
      for (let row = 0; row < n; row++) sum += factor.lower[i * n + row]! * factor.lower[j * n + row]!;
      return sum;
    });
    const sizes = eigenvalues(gram, n);
    const condition = sizes.at(-1)! / sizes[0]!;
    const lowest = eigenvalues(scaled, n)[0]!;
    const size = largest(eigenvalues(e, n));
    expect(size).toBeLessThanOrEqual(2 * condition * -lowest * (1 + 1e-9));
    // No less than what makes the lowest eigenvalue positive.
    expect(size).toBeGreaterThanOrEqual(-lowest);
  });

  it("turns the negative eigenvalues of Schnabel and Eskow's matrix over", () => {
    const values = eigenvalues(modifiedMatrix(modifiedCholesky(schnabelEskow, 4)), 4);
    expect(values[0]).toBeCloseTo(0.248, 2);
    expect(values[1]).toBeCloseTo(0.343, 2);
    expect(values[2]).toBeCloseTo(0.378, 2);
    expect(values[3]! / 8242.9).toBeCloseTo(1, 3);
  });

  it("does not depend on units", () => {
    const units = [1e-6, 1, 1e3, 1e8];
    const other = schnabelEskow.map((value, k) => value * units[Math.floor(k / 4)]! * units[k % 4]!);
    const b = [1, 2, 3, 4];
    const x = solveModified(modifiedCholesky(schnabelEskow, 4), Float64Array.from(b));
    const y = solveModified(
      modifiedCholesky(other, 4),
      Float64Array.from(b, (value, i) => value * units[i]!),
    );
    x.forEach((value, i) => expect((y[i]! * units[i]!) / value).toBeCloseTo(1, 8));
  });

  it("gives the zero matrix the smallest curvature it knows", () => {
    const factor = modifiedCholesky(new Float64Array(4), 2);
    expect([...factor.modified]).toEqual([2 ** -26, 2 ** -26]);
    expect(factor.definite).toBe(false);
    expect(negativeCurvature(factor)).toBeUndefined();
  });
});

describe("shiftedCholesky", () => {
  it("shows where a matrix has no positive curvature", () => {
    fc.assert(
      fc.property(sized, fc.integer({ min: -50, max: 50 }), ({ n, matrix }, tenths) => {
        const shift = tenths / 10;
        const shifted = matrix.map((value, k) => value + (Math.floor(k / n) === k % n ? shift : 0));
        const result = shiftedCholesky(matrix, n, shift);
        const lowest = eigenvalues(shifted, n)[0]!;
        const size = 1e-9 * (1 + largest(shifted));
        if (result.kind === "definite") {
          expect(lowest).toBeGreaterThan(-size);
          return;
        }
        expect(lowest).toBeLessThan(size);
        const { direction, lack } = result;
        expect(lack).toBeGreaterThanOrEqual(0);
        expect(norm(direction)).toBeGreaterThanOrEqual(1);
        const scale = 1e-10 * (1 + largest(shifted)) * (1 + largest(direction) ** 2);
        expect(Math.abs(form(shifted, direction) + lack)).toBeLessThan(scale);
      }),
    );
  });

  it("finds a vector that a nearly singular matrix nearly sends to zero", () => {
    // Eigenvalues 1e-8, 1 and 2 with eigenvectors (1, 1, 0)/√2, (1, −1, 0)/√2 and (0, 0, 1).
    const [a, b] = [(1 + 1e-8) / 2, (1e-8 - 1) / 2];
    const result = shiftedCholesky(Float64Array.of(a, b, 0, b, a, 0, 0, 0, 2), 3, 0);
    expect(result.kind).toBe("definite");
    if (result.kind !== "definite") return;
    const z = nearNullVector(result.factor, 3);
    expect(norm(z)).toBeCloseTo(1, 14);
    expect(Math.abs(z[0]! + z[1]!) / Math.SQRT2).toBeCloseTo(1, 12);
  });
});

describe("lowestRitz", () => {
  it("is the lowest eigenvalue with its eigenvector after n products", () => {
    fc.assert(
      fc.property(sized, ({ n, matrix }) => {
        let products = 0;
        const product = (v: Float64Array): Float64Array => {
          products++;
          return Float64Array.from(times(matrix, v));
        };
        const { value, vector } = lowestRitz(product, n, n)!;
        expect(products).toBeLessThanOrEqual(n);
        const values = eigenvalues(matrix, n);
        const size = 1 + largest(matrix);
        // Ritz values never lie below, and are negative when an eigenvalue is.
        expect(value).toBeGreaterThan(values[0]! - 1e-9 * size);
        if (values[0]! < -1e-6 * size) expect(value).toBeLessThan(0);
        if (n <= 5) expect(value).toBeLessThan(values[0]! + 1e-6 * size);
        expect(norm(vector)).toBeCloseTo(1, 9);
        expect(Math.abs(form(matrix, vector) - value)).toBeLessThan(1e-7 * size);
      }),
    );
  });

  it("finds the one negative eigenvalue of a thousand with few products", () => {
    const n = 1000;
    let products = 0;
    const { value } = lowestRitz(
      (v) => {
        products++;
        return v.map((x, i) => (i === 567 ? -1 : 1 + i / n) * x);
      },
      n,
      40,
    )!;
    expect(products).toBeLessThan(30);
    expect(value).toBeCloseTo(-1, 1);
  });
});

describe("minimumNormPoint", () => {
  it.each<[string, number[][], number[]]>([
    [
      "a corner",
      [
        [1, 1],
        [3, 2],
        [2, 3],
      ],
      [1, 1],
    ],
    [
      "an edge",
      [
        [1, -1],
        [1, 3],
        [4, 0],
      ],
      [1, 0],
    ],
    [
      "the inside",
      [
        [1, 0],
        [-1, 1],
        [-1, -2],
      ],
      [0, 0],
    ],
    ["one point", [[3, 4]], [3, 4]],
    [
      "the same point twice",
      [
        [3, 4],
        [3, 4],
      ],
      [3, 4],
    ],
  ])("is on %s", (_, points, expected) => {
    const nearest = minimumNormPoint(points.map((point) => Float64Array.from(point)));
    expect([...nearest].map((x) => Math.round(x * 1e12) / 1e12 + 0)).toEqual(expected);
  });

  it("has no point of the hull on its near side", () => {
    const points = fc.array(
      fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(points, (list) => {
        const flat = list.map((point) => Float64Array.from(point));
        const nearest = minimumNormPoint(flat);
        const square = norm(nearest) ** 2;
        for (const point of flat)
          expect(point.reduce((sum, x, i) => sum + x * nearest[i]!, 0)).toBeGreaterThan(square - 1e-9);
      }),
    );
  });
});
