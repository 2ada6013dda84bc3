import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkGrad,
  grad,
  hessian,
  jvp,
  LinearAlgebraError,
  norm,
  ShapeError,
  svd,
  tensor,
  zeros,
  type Tensor,
} from "../src/index.ts";
import { anyMatrix, build, distance, epsilon, pseudoRandom, rowsOf, testMatrices } from "./matrices.ts";

const orders = [1, 1.5, 2, 3, 4, Infinity];
const matrixOrders = ["frobenius", "nuclear", "spectral"] as const;

describe("norms of vectors", () => {
  const x = [3, -4, 12];

  it("have their values", () => {
    expect(orders.map((order) => norm(x, { order }).item())).toEqual([
      19,
      expect.closeTo((3 ** 1.5 + 4 ** 1.5 + 12 ** 1.5) ** (2 / 3), 13),
      13,
      expect.closeTo(Math.cbrt(27 + 64 + 1728), 13),
      expect.closeTo((81 + 256 + 20736) ** 0.25, 13),
      12,
    ]);
    expect(norm(-3).item()).toBe(3);
    expect(norm(tensor(Int32Array.of(3, 4))).item()).toBe(5);
    expect(norm(tensor(Float32Array.of(3, 4))).dtype).toBe("f32");
    expect(norm([1, NaN]).item()).toBeNaN();
    expect(norm([1, -Infinity], { order: 3 }).item()).toBe(Infinity);
  });

  it.each(orders.slice(1))("of order %f stay in the range of numbers", (order) => {
    for (const scale of [1e300, 1e-300, 5e-324, 1e160, 1e-160]) {
      const expected = scale * norm([1, 0, 0], { order }).item();
      expect(norm([scale, 0, 0], { order }).item()).toBe(expected);
    }
    expect(norm([3e-320, 4e-320]).item()).toBe(5e-320);
  });

  it("of many numbers are off by rounding, not by drift", () => {
    expect(Math.abs(norm(tensor(new Float64Array(1_000_000).fill(0.1))).item() / 100 - 1)).toBeLessThan(
      8 * epsilon,
    );
  });

  it("run over any axes", () => {
    const t = tensor(build(4, 6, (i, j) => i - j)).reshape([2, 2, 6]);
    expect(norm(t, { axis: [0, 2] }).toArray()).toEqual(
      [0, 1].map(
        (j) =>
          expect.closeTo(Math.hypot(...(t.slice([], j).reshape([-1]).toArray() as number[])), 13) as number,
      ),
    );
    expect(norm(t, { axis: -1, keepDims: true, order: Infinity }).shape).toEqual([2, 2, 1]);
    expect(norm(t, { axis: [] }).toArray()).toEqual(t.abs().toArray());
  });

  it.each(orders)("of order %f are norms (fast-check)", (order) => {
    fc.assert(
      fc.property(anyMatrix(2, 5), fc.double({ min: -3, max: 3, noNaN: true }), (pair, factor) => {
        const [a, b] = [pair.slice(0), pair.slice(1)];
        const [p, q, together] = [a, b, a.add(b)].map((v) => norm(v, { order }).item()) as [
          number,
          number,
          number,
        ];
        expect(together).toBeLessThanOrEqual((p + q) * (1 + 8 * epsilon));
        expect(Math.abs(norm(a.mul(factor), { order }).item() - Math.abs(factor) * p)).toBeLessThanOrEqual(
          8 * epsilon * p * Math.abs(factor) + 1e-300,
        );
      }),
    );
  });

  it.each(orders)("of order %f have exact derivatives to third order away from kinks", (order) => {
    expect(
      checkGrad((v: Tensor) => norm(v, { order }), { order: 3 })(tensor([0.7, -1.3, 2.1])).reverse,
    ).toBeLessThan(1e-12);
  });

  it.each(orders)("of order %f: all derivatives at 0 are 0", (order) => {
    const f = (v: Tensor): Tensor => norm(v, { order });
    const origin = zeros([3]);
    expect(grad(f)(origin).toArray()).toEqual([0, 0, 0]);
    expect(hessian(f)(origin).toArray()).toEqual(zeros([3, 3]).toArray());
    const along = (v: Tensor): Tensor => jvp(f)(v, tensor([1, 2, 3]))[1];
    expect(hessian(along)(origin).toArray()).toEqual(zeros([3, 3]).toArray());
  });

  it("have no derivative but 0 where an element is 0 and theirs does not exist", () => {
    expect(hessian((v: Tensor) => norm(v, { order: 1.5 }))(tensor([0, 1])).toArray()).toEqual([[0, 0], [0, 0]]); // prettier-ignore
    // Order 2 is smooth there: ∂²‖x‖/∂x₁² = 1/‖x‖.
    expect(hessian((v: Tensor) => norm(v))(tensor([0, 2])).toArray()).toEqual([[0.5, 0], [0, 0]]); // prettier-ignore
    // ‖x‖₄ near (x, 1) is 1 + x⁴/4: its fourth derivative at 0 is 6.
    const f = (v: Tensor): Tensor => norm(v, { order: 4 });
    const e = tensor([1, 0]);
    const fourth = [1, 2, 3, 4].reduce<(v: Tensor) => Tensor>((g) => (v) => jvp(g)(v, e)[1], f);
    expect(fourth(tensor([0, 1])).item()).toBe(6);
  });

  it("ask for an order of at least 1", () => {
    expect(() => norm([1], { order: 0.5 })).toThrow("norm: expected an order of at least 1: 0.5");
    expect(() => norm([1], { order: NaN })).toThrow(LinearAlgebraError);
    expect(() => norm([1], { axis: 1 })).toThrow(ShapeError);
  });
});

describe("norms of matrices", () => {
  it.each(testMatrices(5, 4))("of a matrix %s follow from its singular values", (_, matrix) => {
    const s = svd(matrix).s.toArray() as number[];
    const expected = [Math.hypot(...s), s.reduce((total, x) => total + x, 0), s[0] ?? 0];
    matrixOrders.forEach((order, index) => {
      const wanted = expected[index] ?? NaN;
      expect(Math.abs(norm(matrix, { order }).item() - wanted)).toBeLessThanOrEqual(20 * epsilon * wanted);
    });
  });

  it("have the gradients A / ‖A‖, U Vᵀ and u₁ v₁ᵀ", () => {
    const matrix = tensor(build(4, 3, pseudoRandom(11)));
    const { u, vt } = svd(matrix);
    const gradients = matrixOrders.map((order) => rowsOf(grad((a: Tensor) => norm(a, { order }))(matrix)));
    const expected = [matrix.div(norm(matrix)), u.matmul(vt), u.slice([], [0, 1]).matmul(vt.slice([0, 1]))];
    gradients.forEach((gradient, index) =>
      expect(distance(gradient, rowsOf(expected[index] as Tensor))).toBeLessThan(20 * epsilon),
    );
  });

  it("have exact derivatives to third order", () => {
    const matrix = tensor([[2, 1, 0], [0, -1, 3]]); // prettier-ignore
    for (const order of matrixOrders)
      expect(
        checkGrad((a: Tensor) => norm(a, { order }), { order: 3, tolerance: 1e-5 })(matrix).reverse,
      ).toBeLessThan(1e-11);
  });

  it("at rank-deficient matrices move with the singular values that are not 0", () => {
    const nuclear = (a: Tensor): Tensor => norm(a, { order: "nuclear" });
    // [1, 2]ᵀ [1, 2] = 5 v vᵀ with v = [1, 2] / √5
    expect(distance(rowsOf(grad(nuclear)(tensor([[1, 2], [2, 4]]))), [[0.2, 0.4], [0.4, 0.8]])).toBeLessThan(8 * epsilon); // prettier-ignore
    for (const order of matrixOrders)
      expect(grad((a: Tensor) => norm(a, { order }))(zeros([2, 3])).toArray()).toEqual(
        zeros([2, 3]).toArray(),
      );
  });

  it("share the derivative between equal largest singular values", () => {
    const gradient = grad((a: Tensor) => norm(a, { order: "spectral" }))(tensor([[2, 0], [0, 2]])); // prettier-ignore
    expect(gradient.toArray()).toEqual([[0.5, 0], [0, 0.5]]); // prettier-ignore
  });

  it("of order nuclear have a second derivative where singular values are equal", () => {
    // Along the rotation K, 1 + t K has singular values √(1 + t²) twice.
    const k = tensor([[0, 1], [-1, 0]]); // prettier-ignore
    const f = (t: Tensor): Tensor => norm(k.mul(t).add([[1, 0], [0, 1]]), { order: "nuclear" }); // prettier-ignore
    expect(hessian(f)(0).item()).toBeCloseTo(2, 14);
  });

  it("take no axes, and no vectors", () => {
    expect(() => norm([[1]], { order: "nuclear", axis: 0 })).toThrow("that of the last two axes");
    expect(() => norm([1], { order: "spectral" })).toThrow("norm: expected a matrix: shape [1]");
    expect(norm(zeros([3, 2, 2]), { order: "nuclear", keepDims: true }).shape).toEqual([3, 1, 1]);
    expect(norm(zeros([3, 2, 0]), { order: "spectral" }).toArray()).toEqual([0, 0, 0]);
  });
});
