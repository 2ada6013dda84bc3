import { exp, tensor, type Tensor } from "@steepest/autodiff";
import {
  dogleg,
  gaussNewton,
  leastSquares,
  levenbergMarquardt,
  type LeastSquaresMethod,
} from "@steepest/optim";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const methods: [string, LeastSquaresMethod][] = [
  ["levenberg-marquardt by QR", levenbergMarquardt({ linearSolver: "qr" })],
  ["levenberg-marquardt by normal equations", levenbergMarquardt({ linearSolver: "normal" })],
  ["dogleg", dogleg()],
  ["dogleg from a small region", dogleg({ initialRadius: 1e-2 })],
  ["gauss-newton", gaussNewton()],
];

describe.each(methods)("bounds with %s", (_, method) => {
  it("holds a parameter at the bound and solves for the others", () => {
    // Closest point of the plane x + y + z = 6 … as residuals: the free minimum is (1, 2, 3).
    const f = ([x, y, z]: Tensor[]): Tensor =>
      tensor([1, 0, 0])
        .mul(x!.sub(1))
        .add(tensor([0.5, 1, 0]).mul(y!.sub(2)))
        .add(tensor([0, 0.5, 1]).mul(z!.sub(3)));
    const solution = leastSquares(f, [0, 0, 0], { method, upper: [Infinity, 1, Infinity] });
    const [x, y, z] = solution.x.map(Number);
    expect(solution.status).toBe("converged");
    expect([...solution.activeBounds]).toEqual([0, 1, 0]);
    expect(y).toBe(1);
    // With y fixed at 1: r = (x − 1 − 0.5, −1 + 0.5 (z − 3), z − 3); so x = 1.5 and z − 3 = 0.5 / 1.25.
    expect(x).toBeCloseTo(1.5, 12);
    expect(z).toBeCloseTo(3.4, 12);
  });

  it("releases a bound that the start sits on", () => {
    const t = tensor([0, 1, 2, 3]);
    const y = tensor([2, 2 * Math.exp(-0.5), 2 * Math.exp(-1), 2 * Math.exp(-1.5)]);
    const solution = leastSquares(
      ({ a, b }) => a.mul(exp(t.mul(b).neg())).sub(y),
      { a: 0, b: 0 },
      {
        method,
        lower: { a: 0, b: 0 },
        upper: { a: 10, b: 10 },
      },
    );
    expect(solution.status).toBe("converged");
    expect(solution.x.a.item()).toBeCloseTo(2, 9);
    expect(solution.x.b.item()).toBeCloseTo(0.5, 9);
    expect([...solution.activeBounds]).toEqual([0, 0]);
  });

  it("keeps a parameter whose bounds coincide", () => {
    const solution = leastSquares(
      ([a, b]) =>
        tensor([1, 1, 1])
          .mul(a)
          .add(tensor([0, 1, 2]).mul(b))
          .sub(tensor([1, 3, 5])),
      [0, 1],
      {
        method,
        lower: [-Infinity, 1],
        upper: [Infinity, 1],
      },
    );
    // Mean of (1, 2, 3).
    expect(solution.x.map(Number)).toEqual([expect.closeTo(2, 12), 1]);
    expect(Math.abs(solution.activeBounds[1]!)).toBe(1);
  });

  it("never leaves the box on the way", () => {
    const t = tensor([1, 2, 3, 5, 7, 10]);
    const y = tensor([109, 149, 149, 191, 213, 224]);
    const solution = leastSquares(([b1, b2]) => b1.mul(exp(t.mul(b2).neg()).neg().add(1)).sub(y), [1, 1], {
      method,
      lower: [0, 0.6],
      upper: [1000, 1],
      history: true,
    });
    for (const { x } of solution.history!) {
      expect(x[1]).toBeGreaterThanOrEqual(0.6);
      expect(x[1]).toBeLessThanOrEqual(1);
    }
    // Free, b2 is 0.547: it ends on its lower bound, where b1 = Σ g y / Σ g² for g = 1 − e^(−0.6 t).
    const g = [1, 2, 3, 5, 7, 10].map((time) => 1 - Math.exp(-0.6 * time));
    const sum = (values: number[]): number => values.reduce((a, b) => a + b);
    const best = sum(g.map((gi, i) => gi * [109, 149, 149, 191, 213, 224][i]!)) / sum(g.map((gi) => gi * gi));
    expect(solution.status).toBe("converged");
    expect(solution.x[1].item()).toBe(0.6);
    expect(solution.x[0].item()).toBeCloseTo(best, 8);
    expect([...solution.activeBounds]).toEqual([0, -1]);
  });

  it("meets the optimality conditions of random bounded linear problems", () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), { minLength: 5, maxLength: 5 }),
        fc.array(number, { minLength: 5, maxLength: 5 }),
        (rows, b) => {
          const A = tensor(rows);
          const solution = leastSquares((x) => A.matmul(x).sub(tensor(b)), tensor([0, 0, 0]), {
            method,
            lower: -0.5,
            upper: 0.5,
          });
          const x = solution.x.toArray() as number[];
          const r = rows.map((row, i) => row.reduce((sum, a, j) => sum + a * x[j]!, -b[i]!));
          x.forEach((value, j) => {
            expect(Math.abs(value)).toBeLessThanOrEqual(0.5);
            const slope = rows.reduce((sum, row, i) => sum + row[j]! * r[i]!, 0);
            const size = 1e-6 * (1 + Math.hypot(...rows.map((row) => row[j]!)) * Math.hypot(...r));
            if (value > -0.5) expect(slope).toBeLessThanOrEqual(size);
            if (value < 0.5) expect(slope).toBeGreaterThanOrEqual(-size);
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("bounds are matched by name", () => {
  const t = tensor([0, 1, 2, 3, 4]);
  const y = tensor([8, 6.5, 5.3, 4.4, 3.7]);
  const decay = ({ a, b, c }: Record<"a" | "b" | "c", Tensor>): Tensor =>
    a
      .mul(exp(t.mul(b).neg()))
      .add(c)
      .sub(y);
  const start = { a: 1, b: 0.1, c: 0 };

  it("whatever the order in which they are written", () => {
    const sorted = leastSquares(decay, start, { upper: { a: 10, b: 2, c: 5 }, lower: { a: 0, b: 0, c: -5 } });
    const shuffled = leastSquares(decay, start, {
      upper: { b: 2, a: 10, c: 5 },
      lower: { c: -5, b: 0, a: 0 },
    });
    expect(sorted.status).toBe("converged");
    expect([...sorted.activeBounds]).toEqual([0, 0, 0]);
    expect(Number(shuffled.x.a)).toBe(Number(sorted.x.a));
    expect(shuffled.residualSumOfSquares).toBe(sorted.residualSumOfSquares);
  });

  it.each<[string, object, RegExp]>([
    [
      "that has no parameter",
      { a: 10, B: 2, c: 5 },
      /^upper must be .* the start, which has a, b, c: found B$/,
    ],
    ["that is left out", { a: 10, b: 2 }, /give Infinity where there is no bound: nothing found for c$/],
    ["of another form", { a: 10, b: [2], c: 5 }, /found b\.0$/],
    ["of another shape", { a: 10, b: tensor([1, 2]), c: 5 }, /^upper of b must .* shape \[\]: found \[2\]$/],
    ["below the lower one", { a: -1, b: 2, c: 5 }, /^the bounds of a leave no room: lower 0, upper -1$/],
    ["below the start", { a: 10, b: 0.01, c: 5 }, /^the start of b must lie within \[0, 0\.01\]: 0\.1$/],
  ])("and one %s is named", (_, upper, message) => {
    const lower = { a: 0, b: 0, c: 0 };
    expect(() => leastSquares(decay, start, { lower, upper: upper as never })).toThrow(message);
  });

  it("and an element of a leaf is named with its index", () => {
    const residuals = ({ w }: { w: Tensor }): Tensor => w.reshape([4]).sub(1);
    const at = { w: tensor([[1, 2], [3, 9]]) }; // prettier-ignore
    expect(() => leastSquares(residuals, at, { upper: { w: 5 } })).toThrow(
      /^the start of w\[1, 1\] must lie/,
    );
    expect(() => leastSquares(residuals, { w: tensor([[1, NaN]]) })).toThrow(/w\[0, 1\] is NaN$/);
    expect(() => leastSquares(([a]) => t.mul(a), [7], { upper: [5] })).toThrow(
      /^the start of parameter 0 must/,
    );
    expect(() => leastSquares((x) => x.mul(1), tensor([1, 7]), { upper: 5 })).toThrow(
      /^the start of parameter 1/,
    );
  });
});
