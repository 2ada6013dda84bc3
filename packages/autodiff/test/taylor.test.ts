import { describe, expect, it } from "vitest";
import {
  expm1,
  cosh,
  asin,
  atan,
  erf,
  compile,
  derivative,
  DifferentiationError,
  grad,
  matmul,
  solve,
  tensor,
  toArrays,
  vmap,
  taylor,
  type Tensor,
} from "../src/index.ts";
import { elementwiseFunctions, type ElementwiseName } from "../src/ops/elementwise.ts";

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** Coefficients that are known in closed form: DLMF 4.6, 4.19, 4.33, 7.6 and 24.2. */
const known: readonly (readonly [string, (x: Tensor) => Tensor, number, readonly number[]])[] = [
  ["exp at 0", (x) => x.exp(), 0, [1, 1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720]],
  ["sin at 0", (x) => x.sin(), 0, [0, 1, 0, -1 / 6, 0, 1 / 120, 0, -1 / 5040]],
  ["cos at 0", (x) => x.cos(), 0, [1, 0, -1 / 2, 0, 1 / 24, 0, -1 / 720]],
  ["tan at 0", (x) => x.tan(), 0, [0, 1, 0, 1 / 3, 0, 2 / 15, 0, 17 / 315, 0, 62 / 2835]],
  ["tanh at 0", (x) => x.tanh(), 0, [0, 1, 0, -1 / 3, 0, 2 / 15, 0, -17 / 315, 0, 62 / 2835]],
  ["log at 1", (x) => x.log(), 1, [0, 1, -1 / 2, 1 / 3, -1 / 4, 1 / 5]],
  ["atan at 0", (x) => atan(x), 0, [0, 1, 0, -1 / 3, 0, 1 / 5, 0, -1 / 7]],
  ["asin at 0", (x) => asin(x), 0, [0, 1, 0, 1 / 6, 0, 3 / 40, 0, 5 / 112]],
  ["sqrt at 1", (x) => x.sqrt(), 1, [1, 1 / 2, -1 / 8, 1 / 16, -5 / 128, 7 / 256]],
  ["1 / (1 − x) at 0", (x) => tensor(1).div(x.neg().add(1)), 0, [1, 1, 1, 1, 1, 1, 1]],
  ["(1 + x)^5 at 0", (x) => x.add(1).pow(5), 0, [1, 5, 10, 10, 5, 1, 0, 0]],
  ["x³ at 0", (x) => x.pow(3), 0, [0, 0, 0, 1, 0, 0]],
  ["2^x at 0", (x) => tensor(2).pow(x), 0, [1, Math.LN2, Math.LN2 ** 2 / 2, Math.LN2 ** 3 / 6]],
  [
    "erf at 0",
    (x) => erf(x),
    0,
    [0, 1, 0, -1 / 3, 0, 1 / 10, 0, -1 / 42].map((c) => (2 / Math.sqrt(Math.PI)) * c),
  ],
  ["sigmoid at 0", (x) => x.sigmoid(), 0, [1 / 2, 1 / 4, 0, -1 / 48, 0, 1 / 480, 0, -17 / 80640]],
  ["expm1 at 0", (x) => expm1(x), 0, [0, 1, 1 / 2, 1 / 6]],
  ["cosh of sin at 0", (x) => cosh(x.sin()), 0, [1, 0, 1 / 2, 0, -1 / 8, 0, -1 / 240]],
];

describe("taylor", () => {
  it.each(known)("has the coefficients of %s", (_, f, at, expected) => {
    const coefficients = taylor(f, at, expected.length - 1).map((c) => c.item());
    expected.forEach((value, k) =>
      expect(
        Math.abs((coefficients[k] as number) - value),
        `coefficient ${k}: ${coefficients[k]}`,
      ).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(value))),
    );
  });

  const smooth = (Object.keys(elementwiseFunctions) as ElementwiseName[]).filter(
    (name) => elementwiseFunctions[name].op.elementwise?.differentiable === true && name !== "where",
  );
  it.each(smooth)("agrees with nested derivatives of %s, in one argument and in all", (name) => {
    const { elementwise } = elementwiseFunctions[name].op;
    const domain = elementwise?.domain as readonly (readonly [number, number])[];
    const apply = elementwiseFunctions[name] as unknown as (...args: Tensor[]) => Tensor;
    const point = domain.map(([low, high]) => low + 0.61803 * (high - low));
    // Along a curve, so that inner functions have second derivatives, too.
    const curve = (t: Tensor): Tensor =>
      apply(
        ...point.map((x, i) =>
          t
            .mul(0.05 * (i + 1))
            .add(t.square().mul(0.02))
            .add(x),
        ),
      );
    const coefficients = taylor(curve, 0, 4).map((c) => c.item());
    const nested = [curve(tensor(0)), ...[1, 2, 3, 4].map((order) => derivative(curve, order)(0))].map(
      (d, k) => d.item() / factorial(k),
    );
    nested.forEach((value, k) =>
      expect(Math.abs((coefficients[k] as number) - value)).toBeLessThanOrEqual(
        1e-11 * Math.max(1, Math.abs(value)),
      ),
    );
  });

  it("reaches orders that nested derivatives never would", () => {
    const coefficients = taylor((x) => x.sin().exp(), 0, 60).map((c) => c.item());
    // Horner at 0.5: e^(sin 0.5)
    const value = coefficients.reduceRight((sum, c) => sum * 0.5 + c, 0);
    expect(Math.abs(value - Math.exp(Math.sin(0.5)))).toBeLessThanOrEqual(4e-16 * value);
    // 1/(1 + x²): ±1 for ever
    const ones = taylor((x) => tensor(1).div(x.square().add(1)), 0, 200).map((c) => Math.abs(c.item()));
    ones.forEach((c, k) => expect(c).toBe(k % 2 === 0 ? 1 : 0));
  });

  it("takes a polynomial number of steps", () => {
    const operations = (order: number): number => {
      const graph = compile(
        (x: Tensor) => taylor((y: Tensor) => y.sin().mul(y.exp()).log1p(), x, order).at(-1) as Tensor,
      );
      return graph.describe(0.5).split(",").length;
    };
    // Twice the order is at most about four times the work, where nesting would square it.
    expect(operations(32)).toBeLessThan(5 * operations(16));
  });

  it("goes along a direction, for trees and for vectors", () => {
    const f = ({ a, b }: { a: Tensor; b: Tensor }): Tensor => a.mul(a).mul(b).sum();
    const coefficients = taylor(f, { a: tensor([1, 2]), b: tensor([3, 4]) }, 3, {
      a: tensor([1, 0]),
      b: tensor([0, 2]),
    });
    // (1 + t)² · 3 + 4 (4 + 2 t)
    expect(toArrays(coefficients)).toEqual([19, 14, 3, 0]);
    expect(toArrays(taylor((x: Tensor) => ({ square: x.square() }), 3, 2))).toEqual([
      { square: 9 },
      { square: 6 },
      { square: 1 },
    ]);
  });

  it("works through matrices: (A + tB)⁻¹ b", () => {
    const [a, b] = [
      tensor([
        [2, 1],
        [1, 3],
      ]),
      tensor([
        [0, 1],
        [1, 0.5],
      ]),
    ];
    const f = (t: Tensor): Tensor => solve(a.add(b.mul(t)), tensor([1, 2]));
    const coefficients = taylor(f, 0, 4);
    // x₀ = A⁻¹ b, xₖ = −A⁻¹ B xₖ₋₁
    let expected = solve(a, [1, 2]);
    for (const coefficient of coefficients) {
      coefficient.data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i] as number, 13));
      expected = solve(a, matmul(b, expected)).neg();
    }
  });

  it("is itself differentiable, maps, compiles, and keeps f32", () => {
    const third = (x: Tensor): Tensor => taylor((y: Tensor) => y.exp().mul(y), x, 3)[3] as Tensor;
    // (x + 3) eˣ / 6
    expect(third(tensor(0.5)).item()).toBeCloseTo((3.5 / 6) * Math.exp(0.5), 14);
    expect(grad(third)(0.5).item()).toBeCloseTo((4.5 / 6) * Math.exp(0.5), 14);
    expect(
      vmap(third)(tensor([0.5, 0]))
        .slice(1)
        .item(),
    ).toBeCloseTo(0.5, 14);
    expect(compile(grad(third))(0.5).item()).toBeCloseTo((4.5 / 6) * Math.exp(0.5), 13);
    expect(third(tensor(0.5, { dtype: "f32" })).dtype).toBe("f32");
    const nested = (x: Tensor): Tensor =>
      taylor((y: Tensor) => taylor((z: Tensor) => z.pow(3).mul(y), y, 2)[2] as Tensor, x, 2)[1] as Tensor;
    // inner: 3 y · y = 3 y², outer slope 6 x
    expect(nested(tensor(2)).item()).toBe(12);
  });

  it("says what is wrong", () => {
    expect(() => taylor((x) => x.exp(), 0, -1)).toThrow(DifferentiationError);
    expect(() => taylor((x) => x.exp(), 0, 1.5)).toThrow(
      "taylor: the order must be a whole number, 0 or more: 1.5",
    );
    expect(() => taylor((x: Tensor) => x.exp(), tensor([1, 2]), 1, [1])).toThrow(
      "the direction must have shape [2], found [1]",
    );
  });
});
