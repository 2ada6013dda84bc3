import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkGrad,
  determinant,
  eye,
  grad,
  hessian,
  hvp,
  inverse,
  jvp,
  LinearAlgebraError,
  logDeterminant,
  matmul,
  stack,
  tensor,
  vmap,
  zeros,
  type Tensor,
} from "../src/index.ts";
import { anyMatrix, build, distance, epsilon, rowsOf, wellConditioned, type Rows } from "./matrices.ts";

/** Laplace's expansion along the first row, in whole numbers of any size. */
function exactDeterminant(matrix: Rows): bigint {
  if (matrix.length === 0) return 1n;
  const [first = [], ...rest] = matrix;
  return first.reduce((total, x, j) => {
    const minor = rest.map((row) => row.toSpliced(j, 1));
    return total + (j % 2 === 0 ? 1n : -1n) * BigInt(x) * exactDeterminant(minor);
  }, 0n);
}

function exactCofactors(matrix: Rows): Rows {
  const n = matrix.length;
  return build(n, n, (i, j) => {
    const minor = matrix.toSpliced(i, 1).map((row) => row.toSpliced(j, 1));
    return Number(exactDeterminant(minor)) * (-1) ** (i + j) + 0;
  });
}

function wholeMatrix(n: number, most: number): fc.Arbitrary<Rows> {
  const row = fc.array(fc.integer({ min: -most, max: most }), { minLength: n, maxLength: n });
  return fc.array(row, { minLength: n, maxLength: n });
}

/** Rank at most n − 2: the last two rows are sums of others. */
function dependentMatrix(n: number): fc.Arbitrary<Rows> {
  return wholeMatrix(n, 4).map((rows) => [
    ...rows.slice(0, n - 2),
    (rows[0] ?? []).map((x, j) => x + (rows[1]?.[j] ?? 0)),
    (rows[0] ?? []).map((x, j) => x - (rows[1]?.[j] ?? 0)),
  ]);
}

const det = (matrix: Tensor): Tensor => determinant(matrix);

describe("determinant", () => {
  it("of small matrices of whole numbers is exact (fast-check)", () => {
    for (const n of [0, 1, 2, 3, 4, 5, 6])
      fc.assert(
        fc.property(wholeMatrix(n, 9), (rows) => {
          const matrix = n === 0 ? zeros([0, 0]) : rows;
          // −0 and 0 are one number.
          expect(determinant(matrix).item() + 0).toBe(Number(exactDeterminant(rows)));
        }),
      );
    expect(determinant([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).item()).toBe(0); // prettier-ignore
  });

  it("is the product of those of factors (fast-check)", () => {
    fc.assert(
      fc.property(wellConditioned(6), wellConditioned(6), (a, b) => {
        const [together, apart] = [
          determinant(matmul(a, b)).item(),
          determinant(a).item() * determinant(b).item(),
        ];
        expect(Math.abs(together / apart - 1)).toBeLessThan(100 * epsilon);
      }),
    );
  });

  it("neither overflows nor underflows on the way", () => {
    const values = [1e200, 1e-300, 1e200, 1e-150, 1e50];
    const matrix = build(5, 5, (i, j) => (i === j ? (values[i] ?? 0) : 0));
    expect(Math.abs(determinant(matrix).item() - 1)).toBeLessThan(8 * epsilon);
    expect(determinant(build(2, 2, (i, j) => (i === j ? 1e-200 : 0))).item()).toBe(0);
    expect(determinant(build(2, 2, (i, j) => (i === j ? -1e200 : 0))).item()).toBe(Infinity);
  });

  it("has cofactors for its gradient, at singular matrices of whole numbers exactly up to order 3 (fast-check)", () => {
    for (const n of [1, 2, 3])
      fc.assert(
        fc.property(n === 1 ? wholeMatrix(1, 9) : dependentMatrix(n), (rows) => {
          const gradient = rowsOf(grad(det)(tensor(rows)).add(0));
          expect(gradient).toEqual(exactCofactors(rows));
        }),
      );
  });

  it("has cofactors for its gradient, of every order and rank (fast-check)", () => {
    for (const n of [4, 5, 6])
      fc.assert(
        fc.property(fc.oneof(wholeMatrix(n, 4), dependentMatrix(n)), (rows) => {
          // Cofactors are products of n − 1 singular values.
          const scale = Math.hypot(...rows.flat(), 1) ** (n - 1);
          const gradient = rowsOf(grad(det)(tensor(rows)));
          exactCofactors(rows).forEach((row, i) =>
            row.forEach((value, j) =>
              expect(Math.abs((gradient[i]?.[j] ?? NaN) - value)).toBeLessThan(8 * n * epsilon * scale),
            ),
          );
        }),
      );
  });

  it.each([3, 4, 5])(
    "has the derivatives of a polynomial along three single entries at a singular matrix of order %i",
    (n) => {
      // Of rank n − 2, where all first cofactors vanish.
      const rows = build(n, n, (i, j) => (i < n - 2 ? ((3 * i + j * j) % 5) - 1 : 0));
      const entries = [[0, n - 1], [n - 2, 1], [n - 1, 0]] as const; // prettier-ignore
      // det is linear in each of them, so differences are derivatives.
      let expected = 0;
      for (let subset = 0; subset < 8; subset++) {
        const chosen = entries.filter((_, bit) => (subset >> bit) & 1);
        const moved = build(
          n,
          n,
          (i, j) => (rows[i]?.[j] ?? 0) + Number(chosen.some(([p, q]) => p === i && q === j)),
        );
        expected += Number(exactDeterminant(moved)) * (-1) ** (3 - chosen.length);
      }
      const [h1, h2, h3] = entries.map(([p, q]) =>
        tensor(build(n, n, (i, j) => Number(i === p && j === q))),
      ) as [Tensor, Tensor, Tensor];
      const first = (a: Tensor): Tensor => jvp(det)(a, h1)[1];
      const second = (a: Tensor): Tensor => jvp(first)(a, h2)[1];
      expect(jvp(second)(tensor(rows), h3)[1].item()).toBeCloseTo(expected, 10);
      expect(grad(second)(tensor(rows)).mul(h3).sum().item()).toBeCloseTo(expected, 10);
      // The n-th derivative of a polynomial of degree n is constant, the next one 0.
      if (n === 3) {
        const third = (a: Tensor): Tensor => jvp(second)(a, h3)[1];
        expect(grad(third)(tensor(rows)).toArray()).toEqual(zeros([3, 3]).toArray());
      }
    },
  );

  it("has exact derivatives to third order in both modes", () => {
    const matrix = tensor([[2, 1, 0, 1], [1, 0, 2, 0], [0, 1, 1, 3], [1, 1, 0, 2]]); // prettier-ignore
    expect(checkGrad(det, { order: 3 })(matrix).reverse).toBeLessThan(1e-12);
    expect(checkGrad(det, { order: 3 })(matrix.slice([0, 3], [0, 3])).reverse).toBeLessThan(1e-12);
  });

  it("of batches is that of each member, derivatives included", () => {
    const batch = stack([tensor([[1, 2], [3, 4]]), tensor([[0, 0], [0, 5]])]); // prettier-ignore
    expect(determinant(batch).toArray()).toEqual([-2, 0]);
    const gradients = grad((a: Tensor) => determinant(a).sum())(batch);
    expect(gradients.add(0).toArray()).toEqual([[[4, -3], [-2, 1]], [[5, 0], [0, 0]]]); // prettier-ignore
    expect(vmap(grad(det))(batch).toArray()).toEqual(
      grad((a: Tensor) => determinant(a).sum())(batch).toArray(),
    );
  });
});

describe("logDeterminant", () => {
  it("does not overflow, knows the sign, and says −∞ for 0", () => {
    const huge = build(4, 4, (i, j) => (i === j ? 1e300 : 0));
    expect(logDeterminant(huge).logAbs.item()).toBeCloseTo(1200 * Math.LN10, 11);
    expect(logDeterminant([[0, 1], [1, 0]]).sign.item()).toBe(-1); // prettier-ignore
    const singular = logDeterminant([[1, 2], [2, 4]]); // prettier-ignore
    expect([singular.sign.item(), singular.logAbs.item()]).toEqual([0, -Infinity]);
    expect(() => grad((a: Tensor) => logDeterminant(a).logAbs)(tensor([[1, 2], [2, 4]]))).toThrow(LinearAlgebraError); // prettier-ignore
    expect(logDeterminant(eye(3)).logAbs.item()).toBe(0);
  });

  it("has d = tr(A⁻¹ dA) and d² = −tr(A⁻¹ dA A⁻¹ dA) (fast-check)", () => {
    const f = (a: Tensor): Tensor => logDeterminant(a).logAbs;
    fc.assert(
      fc.property(wellConditioned(4), anyMatrix(4, 4), (a, h) => {
        const inverted = inverse(a);
        expect(distance(rowsOf(grad(f)(a)), rowsOf(inverted.transpose()))).toBeLessThan(40 * epsilon);
        const moved = matmul(inverted, h);
        const expected = matmul(moved, inverted).neg();
        expect(distance(rowsOf(hvp(f)(a, h)), rowsOf(expected.transpose()))).toBeLessThan(1e-12);
      }),
      { examples: [[eye(4), eye(4)]] },
    );
    expect(grad((a: Tensor) => logDeterminant(a).sign)(eye(2)).toArray()).toEqual([[0, 0], [0, 0]]); // prettier-ignore
    expect(hessian(f)(tensor([[2]])).item()).toBe(-0.25);
    expect(checkGrad(f, { order: 3 })(tensor([[2, 1], [1, 3]])).reverse).toBeLessThan(1e-12); // prettier-ignore
  });
});
