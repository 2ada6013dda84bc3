import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkGrad,
  cholesky,
  conditionNumber,
  eigh,
  grad,
  hessian,
  hvp,
  inverse,
  jvp,
  LinearAlgebraError,
  lstsq,
  matmul,
  matrixTrace,
  qr,
  solve,
  stack,
  svd,
  tensor,
  triangularSolve,
  vmap,
  zeros,
  type Tensor,
} from "../src/index.ts";
import {
  anyMatrix,
  build,
  distance,
  epsilon,
  product,
  rowsOf,
  transposeOf,
  wellConditioned,
  type Rows,
} from "./matrices.ts";

type Factors = Readonly<Record<string, Tensor>>;

/** A decomposition's parts and how they move, along h. */
function moving<P extends Factors>(
  f: (a: Tensor) => P,
  a: Tensor,
  h: Tensor,
): { at: { [K in keyof P]: Rows }; by: { [K in keyof P]: Rows } } {
  const [at, by] = jvp<Tensor, P, []>(f)(a, h);
  const rows = (parts: P): { [K in keyof P]: Rows } =>
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [
        name,
        rowsOf(part.shape.length === 1 ? diagonalOf(part) : part),
      ]),
    ) as { [K in keyof P]: Rows };
  return { at: rows(at), by: rows(by) };
}

function diagonalOf(values: Tensor): Tensor {
  const entries = values.toArray() as number[];
  return tensor(build(entries.length, entries.length, (i, j) => (i === j ? (entries[i] ?? 0) : 0)));
}

function sum(...terms: readonly Rows[]): Rows {
  return (terms[0] as Rows).map((row, i) =>
    row.map((_, j) => terms.reduce((total, term) => total + (term[i]?.[j] ?? NaN), 0)),
  );
}

/** d(A B C) = dA B C + A dB C + A B dC, by plain loops */
function productRule(at: readonly Rows[], by: readonly Rows[]): Rows {
  const terms = at.map((_, moved) =>
    at.map((factor, k) => (k === moved ? (by[k] as Rows) : factor)).reduce(product),
  );
  return sum(...terms);
}

/** How far dQᵀQ + QᵀdQ is from 0: columns that stay orthonormal. */
function drift(q: Rows, dq: Rows): number {
  return Math.max(
    ...productRule([transposeOf(q), q], [transposeOf(dq), dq])
      .flat()
      .map(Math.abs),
  );
}

const symmetrize = (h: Tensor): Tensor => h.add(h.transpose()).mul(0.5);
/** Symmetric, positive definite, its eigenvalues at least ½ apart: near diag(1, 2, …, n). */
const separated = (n: number): fc.Arbitrary<Tensor> =>
  anyMatrix(n, n).map((m) => symmetrize(m.mul(0.2 / n)).add(build(n, n, (i, j) => (i === j ? i + 1 : 0))));

describe("derivatives of decompositions", () => {
  it("cholesky: d(L Lᵀ) = dA, L stays triangular (fast-check)", () => {
    fc.assert(
      fc.property(wellConditioned(4), anyMatrix(4, 4), (a, h) => {
        const { at, by } = moving((m) => ({ l: cholesky(m) }), a, h);
        const [l, dl] = [at.l, by.l];
        expect(
          distance(
            sum(productRule([l, transposeOf(l)], [dl, transposeOf(dl)]), rowsOf(a)),
            sum(rowsOf(symmetrize(h)), rowsOf(a)),
          ),
        ).toBeLessThan(50 * epsilon);
        dl.forEach((row, i) => row.slice(i + 1).forEach((x) => expect(x).toBe(0)));
      }),
    );
  });

  it.each([
    [4, 4],
    [6, 3],
    [3, 5],
  ])("qr of %i × %i: d(Q R) = dA, dQᵀQ is skew, R stays triangular (fast-check)", (m, n) => {
    // prettier-ignore
    const matrix = anyMatrix(m, n).map((x) => x.add(build(m, n, (i, j) => (i === j ? 4 : 0))));
    fc.assert(
      fc.property(matrix, anyMatrix(m, n), (a, h) => {
        const { at, by } = moving((x) => ({ ...qr(x) }), a, h);
        expect(
          distance(sum(productRule([at.q, at.r], [by.q, by.r]), rowsOf(a)), rowsOf(a.add(h))),
        ).toBeLessThan(100 * epsilon);
        expect(drift(at.q, by.q)).toBeLessThan(200 * epsilon);
        by.r.forEach((row, i) => row.slice(0, i).forEach((x) => expect(x).toBe(0)));
      }),
    );
  });

  it("eigh: dλᵢ = vᵢᵀ dA vᵢ and d(V Λ Vᵀ) = dA (fast-check)", () => {
    fc.assert(
      fc.property(separated(4), anyMatrix(4, 4).map(symmetrize), (a, h) => {
        const { at, by } = moving((x) => ({ ...eigh(x) }), a, h);
        const v = at.vectors;
        const along = product(transposeOf(v), product(rowsOf(h), v));
        by.values.forEach((row, i) =>
          expect(Math.abs((row[i] ?? NaN) - (along[i]?.[i] ?? NaN))).toBeLessThan(20 * epsilon),
        );
        const moved = productRule(
          [v, at.values, transposeOf(v)],
          [by.vectors, by.values, transposeOf(by.vectors)],
        );
        expect(distance(sum(moved, rowsOf(a)), rowsOf(a.add(h)))).toBeLessThan(100 * epsilon);
        expect(drift(v, by.vectors)).toBeLessThan(100 * epsilon);
      }),
    );
  });

  it("eigh: d²λᵢ = 2 Σⱼ (vⱼᵀ dA vᵢ)² / (λᵢ − λⱼ) (fast-check)", () => {
    fc.assert(
      fc.property(separated(4), anyMatrix(4, 4).map(symmetrize), fc.nat({ max: 3 }), (a, h, i) => {
        const { values, vectors } = eigh(a);
        const [spectrum, v] = [values.toArray() as number[], rowsOf(vectors)];
        const along = product(transposeOf(v), product(rowsOf(h), v));
        const expected = spectrum.reduce((total, value, j) => {
          return j === i ? total : total + (2 * (along[j]?.[i] ?? NaN) ** 2) / ((spectrum[i] ?? NaN) - value);
        }, 0);
        const found = hvp((x: Tensor) => eigh(x).values.slice(i))(a, h)
          .mul(h)
          .sum()
          .item();
        expect(Math.abs(found - expected)).toBeLessThan(1e-13);
      }),
    );
  });

  it.each([
    [3, 3],
    [5, 3],
    [3, 5],
  ])("svd of %i × %i: d(U S Vᵀ) = dA, factors stay orthonormal (fast-check)", (m, n) => {
    // prettier-ignore
    const matrix = anyMatrix(m, n).map((x) => x.mul(0.1).add(build(m, n, (i, j) => (i === j ? i + 1 : 0))));
    fc.assert(
      fc.property(matrix, anyMatrix(m, n), (a, h) => {
        const { at, by } = moving((x) => ({ ...svd(x) }), a, h);
        const moved = productRule([at.u, at.s, at.vt], [by.u, by.s, by.vt]);
        expect(distance(sum(moved, rowsOf(a)), rowsOf(a.add(h)))).toBeLessThan(100 * epsilon);
        expect(drift(at.u, by.u)).toBeLessThan(200 * epsilon);
        expect(drift(transposeOf(at.vt), transposeOf(by.vt))).toBeLessThan(200 * epsilon);
        // dsᵢ = uᵢᵀ dA vᵢ
        const along = product(transposeOf(at.u), product(rowsOf(h), transposeOf(at.vt)));
        by.s.forEach((row, i) =>
          expect(Math.abs((row[i] ?? NaN) - (along[i]?.[i] ?? NaN))).toBeLessThan(40 * epsilon),
        );
      }),
    );
  });

  it("inverse: dA⁻¹ = −A⁻¹ dA A⁻¹, and the second derivative is 2 A⁻¹ dA A⁻¹ dA A⁻¹ (fast-check)", () => {
    fc.assert(
      fc.property(wellConditioned(4), anyMatrix(4, 4), (a, h) => {
        const x = inverse(a);
        const [, first] = jvp(inverse)(a, h);
        const once = matmul(matmul(x, h), x);
        expect(first.add(once).abs().max().item()).toBeLessThan(10 * epsilon);
        const [, second] = jvp((m: Tensor) => jvp(inverse)(m, h)[1])(a, h);
        expect(
          second
            .sub(matmul(matmul(once, h), x).mul(2))
            .abs()
            .max()
            .item(),
        ).toBeLessThan(20 * epsilon);
      }),
    );
  });

  it("lstsq: the same as by normal equations, and as by its factors (fast-check)", () => {
    const matrix = anyMatrix(5, 3).map((x) => x.add(build(5, 3, (i, j) => (i === j ? 4 : 0))));
    const weights = tensor([1, -2, 3]);
    const direct = ([a, b]: Tensor[]): Tensor =>
      lstsq(a as Tensor, b as Tensor)
        .square()
        .mul(weights)
        .sum();
    const normal = ([a, b]: Tensor[]): Tensor => {
      const transpose = (a as Tensor).transpose();
      return solve(matmul(transpose, a as Tensor), matmul(transpose, b as Tensor))
        .square()
        .mul(weights)
        .sum();
    };
    const factored = ([a, b]: Tensor[]): Tensor => {
      const { q, r } = qr(a as Tensor);
      return triangularSolve(r, matmul(q.transpose(), b as Tensor), { lower: false })
        .square()
        .mul(weights)
        .sum();
    };
    fc.assert(
      fc.property(matrix, anyMatrix(1, 5), (a, b) => {
        const at = [a, b.reshape([5])];
        for (const other of [normal, factored]) {
          grad(direct)(at).forEach((each, i) =>
            expect(
              each
                .sub(grad(other)(at)[i] as Tensor)
                .abs()
                .max()
                .item(),
            ).toBeLessThan(1e-13),
          );
          const second = hvp(direct)(at, at);
          hvp(other)(at, at).forEach((each, i) =>
            expect(
              each
                .sub(second[i] as Tensor)
                .abs()
                .max()
                .item(),
            ).toBeLessThan(1e-12),
          );
        }
      }),
    );
  });

  it("triangularSolve: the derivative stays in its triangle", () => {
    const f = (m: Tensor): Tensor => triangularSolve(m, [1, 2]).square().sum();
    const gradient = rowsOf(grad(f)(tensor([[2, 7], [1, 4]]))); // prettier-ignore
    // x = (1/a, (2 − c/a)/d)
    expect(gradient).toEqual([[expect.closeTo(-0.25 + 2 * 0.375 * 0.0625, 14), 0], [expect.closeTo(-2 * 0.375 * 0.125, 14), expect.closeTo(-2 * 0.375 * 0.09375, 14)]]); // prettier-ignore
    const unit = (m: Tensor): Tensor => triangularSolve(m, [1, 2], { unitDiagonal: true }).square().sum();
    expect(grad(unit)(tensor([[2, 7], [1, 4]])).toArray()).toEqual([[0, 0], [-2, 0]]); // prettier-ignore
  });

  it.each([
    ["cholesky", (m: Tensor) => cholesky(m)],
    ["qr", (m: Tensor) => qr(m).q.mul(qr(m).r)],
    ["eigh", (m: Tensor) => eigh(m).vectors.mul(eigh(m).values)],
    ["svd", (m: Tensor) => svd(m).u.mul(svd(m).s).mul(svd(m).vt)],
    ["svd of a tall matrix", (m: Tensor) => svd(m.slice([], [0, 2])).u.mul(svd(m.slice([], [0, 2])).s)],
    ["svd of a wide matrix", (m: Tensor) => svd(m.slice([0, 2])).vt.mul(m.slice(0))],
    ["inverse", (m: Tensor) => inverse(m)],
    ["lstsq", (m: Tensor) => lstsq(m.slice([], [0, 2]), m.slice([], 2))],
    ["triangularSolve", (m: Tensor) => triangularSolve(m, m.square(), { transpose: true })],
    ["conditionNumber", (m: Tensor) => conditionNumber(m)],
  ] as const)("%s: exact to third order, in both modes", (_, f) => {
    const matrix = tensor([[4, 1, 0.3], [0.5, 2.5, -0.4], [-0.2, 0.7, 1.2]]); // prettier-ignore
    expect(checkGrad(f, { order: 3, tolerance: 1e-5 })(matrix).reverse).toBeLessThan(1e-11);
  });
});

describe("where derivatives are decided", () => {
  const twice = tensor([[2, 0], [0, 2]]); // prettier-ignore

  it("functions of the whole spectrum have theirs at equal eigenvalues", () => {
    const f = (m: Tensor): Tensor => eigh(m).values.exp().sum();
    const e2 = Math.exp(2);
    expect(distance(rowsOf(grad(f)(twice)), [[e2, 0], [0, e2]])).toBeLessThan(4 * epsilon); // prettier-ignore
    // A rotated: eigenvalues 1, 1, 4 that differ by rounding only.
    const matrix = tensor(build(3, 3, (i, j) => (i === j ? 2 : 1)));
    expect(
      distance(
        rowsOf(grad((m: Tensor) => eigh(m).values.pow(3).sum())(matrix)),
        rowsOf(matmul(matrix, matrix).mul(3)),
      ),
    ).toBeLessThan(20 * epsilon);
    // The projection onto the eigenvectors of 1 depends on neither's choice: P = 1 − v vᵀ, v of 4.
    const projection = (m: Tensor): Tensor => {
      const both = eigh(m).vectors.slice([], [0, 2]);
      return matmul(both, both.transpose());
    };
    const other = (m: Tensor): Tensor => {
      const one = eigh(m).vectors.slice([], [2]);
      return matmul(one, one.transpose()).neg();
    };
    const h = tensor([[1, 2, 0], [2, -1, 3], [0, 3, 1]]); // prettier-ignore
    const [moved, expected] = [jvp(projection)(matrix, h)[1], jvp(other)(matrix, h)[1]];
    expect(moved.sub(expected).abs().max().item()).toBeLessThan(20 * epsilon);
  });

  it("equal values hand nothing to each other's vectors", () => {
    expect(grad((m: Tensor) => eigh(m).vectors.mul([[1, 2], [3, 4]]).sum())(twice).toArray()).toEqual(zeros([2, 2]).toArray()); // prettier-ignore
    const gradient = grad((m: Tensor) => svd(m).u.mul([[1, 2], [3, 4]]).sum())(twice); // prettier-ignore
    expect(gradient.data.every(Number.isFinite)).toBe(true);
  });

  it("singular values that are 0 have derivative 0", () => {
    expect(grad((m: Tensor) => svd(m).s.sum())(zeros([2, 3])).toArray()).toEqual(zeros([2, 3]).toArray());
    expect(grad((m: Tensor) => svd(m).s.slice(1))(tensor([[1, 0], [0, 0]])).add(0).toArray()).toEqual(zeros([2, 2]).toArray()); // prettier-ignore
  });

  it("qr and lstsq have none at dependent columns, and say so", () => {
    const dependent = tensor([[1, 2], [2, 4], [3, 6]]); // prettier-ignore
    expect(qr(dependent).r.slice(1, 1).item()).toBe(0);
    expect(() => grad((m: Tensor) => qr(m).q.sum())(dependent)).toThrow(LinearAlgebraError);
    expect(() => grad((m: Tensor) => qr(m).q.sum())(dependent)).toThrow(
      /^qr: derivatives need independent columns/,
    );
  });

  it("only the symmetric part of a matrix matters to cholesky and eigh", () => {
    const matrix = tensor([[4, 3], [1, 5]]); // prettier-ignore
    for (const f of [(m: Tensor) => cholesky(m).sum(), (m: Tensor) => eigh(m).values.slice(1)]) {
      const [[, above], [below]] = rowsOf(grad(f)(matrix)) as [[number, number], [number, number]];
      expect(above).toBe(below);
    }
  });

  it("batches are differentiated member by member, also by vmap", () => {
    const members = [[[4, 1], [1, 3]], [[5, 2], [0, 2]], [[2, 0.5], [0.3, 7]]].map((m) => tensor(m)); // prettier-ignore
    const batch = stack(members);
    for (const f of [
      (m: Tensor) =>
        cholesky(m)
          .square()
          .sum({ axis: [-2, -1] }),
      (m: Tensor) =>
        qr(m)
          .q.mul(qr(m).r)
          .sum({ axis: [-2, -1] }),
      (m: Tensor) => eigh(m).values.square().sum({ axis: -1 }),
      (m: Tensor) => svd(m).s.exp().sum({ axis: -1 }),
      (m: Tensor) => matrixTrace(inverse(m)),
    ]) {
      const together = grad((m: Tensor) => f(m).sum())(batch);
      expect(vmap(grad(f))(batch).toArray()).toEqual(together.toArray());
      members.forEach((member, i) =>
        expect(distance(rowsOf(together.slice(i)), rowsOf(grad(f)(member)))).toBeLessThan(8 * epsilon),
      );
    }
    expect(vmap(hessian((m: Tensor) => matrixTrace(inverse(m))))(batch).shape).toEqual([3, 2, 2, 2, 2]);
  });
});
