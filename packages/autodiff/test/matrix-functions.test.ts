import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkGrad,
  determinant,
  eigh,
  expm,
  eye,
  grad,
  jvp,
  LinearAlgebraError,
  matmul,
  matrixPower,
  matrixTrace,
  tensor,
  type Tensor,
} from "../src/index.ts";
import { anyMatrix, build, distance, epsilon, rowsOf } from "./matrices.ts";

describe("expm", () => {
  it("turns by an angle, however large (fast-check)", () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (angle) => {
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        expect(distance(rowsOf(expm([[0, -angle], [angle, 0]])), [[c, -s], [s, c]])).toBeLessThan(100 * epsilon); // prettier-ignore
      }),
    );
  });

  it("is the function of the eigenvalues, and det e^A = e^tr A (fast-check)", () => {
    fc.assert(
      fc.property(anyMatrix(4, 4), (m) => {
        const { values, vectors } = eigh(m);
        const expected = matmul(vectors.mul(values.exp()), vectors.transpose());
        expect(distance(rowsOf(expm(m.add(m.transpose()).mul(0.5))), rowsOf(expected))).toBeLessThan(
          100 * epsilon,
        );
        expect(Math.abs(determinant(expm(m)).log().sub(matrixTrace(m)).item())).toBeLessThan(100 * epsilon);
      }),
    );
  });

  it("has the derivatives of its series, Σ AⁱHAʲ / (i + j + 1)!", () => {
    const a = tensor([[0, 1, 2], [0, 0, 3], [0, 0, 0]]); // prettier-ignore
    const h = tensor([[1, 0, 2], [3, -1, 0], [1, 1, 1]]); // prettier-ignore
    // A³ = 0, so the series ends: Σ_{i+j ≤ 4} AⁱHAʲ / (i + j + 1)!, i, j ≤ 2.
    const powers = [0, 1, 2].map((k) => matrixPower(a, k));
    const factorial = [1, 2, 6, 24, 120];
    let expected = tensor(build(3, 3, () => 0));
    powers.forEach((left, i) =>
      powers.forEach((right, j) => {
        expected = expected.add(matmul(matmul(left, h), right).div(factorial[i + j] ?? NaN));
      }),
    );
    for (const size of [1, 1e12, 1e-12])
      expect(distance(rowsOf(jvp(expm)(a, h.mul(size))[1]), rowsOf(expected.mul(size)))).toBeLessThan(
        20 * epsilon,
      );
    expect(
      distance(rowsOf(grad((m: Tensor) => matrixTrace(expm(m)))(h)), rowsOf(expm(h.transpose()))),
    ).toBeLessThan(40 * epsilon);
    expect(checkGrad((m: Tensor) => expm(m), { order: 3 })(h).reverse).toBeLessThan(1e-12);
    expect(() => expm([[NaN]])).toThrow("expm: expected a matrix of finite numbers: found NaN");
  });
});

describe("matrixPower", () => {
  it("adds powers (fast-check)", () => {
    const small = fc.integer({ min: -6, max: 6 });
    fc.assert(
      fc.property(small, small, (p, q) => {
        // Of whole numbers with determinant 1, so every power is exact.
        const m = tensor([[2, 1], [1, 1]]); // prettier-ignore
        expect(
          distance(rowsOf(matmul(matrixPower(m, p), matrixPower(m, q))), rowsOf(matrixPower(m, p + q))),
        ).toBe(0);
      }),
    );
    expect(matrixPower([[0]], 0).toArray()).toEqual(eye(1).toArray());
    expect(() => matrixPower([[1]], 0.5)).toThrow(
      "matrixPower: expected a whole power; for others use eigh: 0.5",
    );
    expect(() => matrixPower([[0]], -1)).toThrow(LinearAlgebraError);
  });
});
