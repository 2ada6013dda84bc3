import { randomKey, uniform } from "@steepest/autodiff";
import { describe, expect, it } from "vitest";
import { symmetricEigen } from "../src/linalg/symmetric-eigen.ts";

/** Largest deviation of Vᵀ diag(values) V from A, and of V Vᵀ from I. */
function errors(matrix: Float64Array, n: number): [number, number] {
  const { values, vectors } = symmetricEigen(matrix, n)!;
  let [product, orthogonal] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let [sum, inner] = [0, 0];
      for (let k = 0; k < n; k++) {
        sum += vectors[k * n + i]! * values[k]! * vectors[k * n + j]!;
        inner += vectors[i * n + k]! * vectors[j * n + k]!;
      }
      product = Math.max(product, Math.abs(sum - matrix[i * n + j]!));
      orthogonal = Math.max(orthogonal, Math.abs(inner - (i === j ? 1 : 0)));
    }
  return [product, orthogonal];
}

const sorted = (matrix: number[], n: number): number[] =>
  [...symmetricEigen(Float64Array.from(matrix), n)!.values].sort((a, b) => a - b);

describe("eigenvalues and eigenvectors of symmetric matrices", () => {
  it("are those known in closed form", () => {
    // [2 1; 1 2]: 1 and 3. The second difference matrix of n points: 2 − 2 cos(kπ / (n + 1)).
    expect(sorted([2, 1, 1, 2], 2)).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)]);
    const n = 7;
    const second = Array.from({ length: n * n }, (_, k) => {
      const apart = Math.abs(Math.floor(k / n) - (k % n));
      return apart === 0 ? 2 : apart === 1 ? -1 : 0;
    });
    expect(sorted(second, n)).toEqual(
      Array.from({ length: n }, (_, k) =>
        expect.closeTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13),
      ),
    );
    // All ones: n once, 0 otherwise.
    expect(sorted(new Array<number>(16).fill(1), 4)).toEqual(
      [0, 0, 0, 4].map((value) => expect.closeTo(value, 14)),
    );
  });

  it.each([1, 2, 3, 10, 40])("rebuild a matrix of size %i", (n) => {
    for (let seed = 0; seed < 5; seed++) {
      const random = uniform(randomKey(seed), [n, n]).data;
      const matrix = Float64Array.from(
        { length: n * n },
        (_, k) => random[k]! + random[(k % n) * n + Math.floor(k / n)]! - 1,
      );
      const [product, orthogonal] = errors(matrix, n);
      expect(product).toBeLessThan(1e-14 * n);
      expect(orthogonal).toBeLessThan(1e-14 * n);
    }
  });

  it("keep to matrices that are diagonal, zero, graded or at the ends of the number range", () => {
    expect(sorted([3, 0, 0, 0, 1, 0, 0, 0, 2], 3)).toEqual([1, 2, 3]);
    expect(sorted(new Array<number>(9).fill(0), 3)).toEqual([0, 0, 0]);
    for (const scale of [1e-250, 1e250]) {
      const [low, high] = sorted([2 * scale, scale, scale, 2 * scale], 2);
      expect(low! / scale).toBeCloseTo(1, 14);
      expect(high! / scale).toBeCloseTo(3, 14);
    }
    const graded = Float64Array.of(1, 1e-5, 1e-10, 1e-5, 1e-9, 1e-14, 1e-10, 1e-14, 1e-19);
    expect(errors(graded, 3)[0]).toBeLessThan(1e-16);
  });
});
