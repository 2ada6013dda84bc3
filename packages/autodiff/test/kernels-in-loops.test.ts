import { describe, expect, it } from "vitest";
import {
  argmax,
  compile,
  cond,
  cumsum,
  foldIn,
  fori,
  grad,
  greater,
  normal,
  randomKey,
  scan,
  ShapeError,
  solve,
  take,
  tensor,
  uniform,
  vmap,
  whileLoop,
  type Tensor,
} from "../src/index.ts";
import { LinearAlgebraError } from "../src/errors.ts";
import { makeConstant } from "../src/tensor/tensor.ts";

const indices = (...all: number[]): Tensor => makeConstant([all.length], "i32", Int32Array.from(all));

function expectClose(found: Tensor, expected: Tensor, tolerance = 1e-14): void {
  expect(found.shape).toEqual(expected.shape);
  expect(found.dtype).toBe(expected.dtype);
  found.data.forEach((value, index) => {
    const wanted = expected.data[index] as number;
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(wanted)));
  });
}

describe("kernels inside of compiled loops and branches", () => {
  it("draw anew in every step, the numbers of the interpreter", () => {
    const walk = (key: Tensor, start: Tensor): Tensor =>
      fori(0, 20, (step, x: Tensor) => x.add(normal(foldIn(key, step), [3])).mul(uniform(key, [3])), start);
    const compiled = compile(walk);
    expect(compiled.describe(randomKey(1), tensor([0, 0, 0]))).not.toContain("interpreted");
    for (const seed of [1, 2])
      expectClose(compiled(randomKey(seed), tensor([1, 2, 3])), walk(randomKey(seed), tensor([1, 2, 3])));
  });

  it("choose by what a step carries, with their derivatives", () => {
    // A path through a table, each place the index of the next one's largest element.
    const path = (table: Tensor, x: Tensor): Tensor =>
      scan<Tensor, Tensor, Tensor>(
        (row, each) => {
          const next = cumsum(take(table, argmax(row))).mul(each);
          return [next, next.sum()];
        },
        take(table, 0),
        x,
      )[1];
    const table = tensor([
      [0.1, 0.9, 0.3],
      [0.7, -0.2, 0.5],
      [-0.4, 0.3, 0.8],
    ]);
    const x = tensor([0.5, -1, 2, 0.25]);
    const loss = (t: Tensor, y: Tensor): Tensor => path(t, y).square().sum();
    for (const f of [path, (t: Tensor, y: Tensor) => grad((u: Tensor) => loss(u, y))(t)]) {
      const compiled = compile(f);
      expect(compiled.describe(table, x)).not.toContain("interpreted");
      expectClose(compiled(table, x), f(table, x));
      expectClose(
        compile(vmap(f, { axes: [undefined, 0] }))(
          table,
          tensor([
            [1, 2, 3, 4],
            [0.5, -1, 2, 0.25],
          ]),
        ),
        vmap(f, { axes: [undefined, 0] })(
          table,
          tensor([
            [1, 2, 3, 4],
            [0.5, -1, 2, 0.25],
          ]),
        ),
      );
    }
  });

  it("solve in every step of a loop of unknown length", () => {
    // Newton's method for A x + x³ = b.
    const root = (a: Tensor, b: Tensor): Tensor =>
      whileLoop(
        ([, change]: [Tensor, Tensor]) => greater(change, 1e-12),
        ([x]: [Tensor, Tensor]): [Tensor, Tensor] => {
          const residual = a
            .matmul(x.reshape([2, 1]))
            .reshape([2])
            .add(x.mul(x).mul(x))
            .sub(b);
          const slopes = a.add(
            tensor([
              [1, 0],
              [0, 1],
            ]).mul(x.square().mul(3)),
          );
          const step = solve(slopes, residual);
          return [x.sub(step), step.abs().max()];
        },
        [b.mul(0), b.max().mul(0).add(1)] as [Tensor, Tensor],
      )[0];
    const [a, b] = [
      tensor([
        [2, 1],
        [1, 3],
      ]),
      tensor([1, -2]),
    ];
    const compiled = compile(root);
    expect(compiled.describe(a, b)).not.toContain("interpreted");
    expectClose(compiled(a, b), root(a, b), 1e-12);
    const singular = tensor([
      [0, 0],
      [0, 1],
    ]);
    expect(() => compiled(singular, b)).toThrow(LinearAlgebraError);
    expectClose(compiled(a, b), root(a, b), 1e-12);
  });

  it("throw what they throw outside, only in the branch and the step that is reached", () => {
    const table = tensor([1, 2, 3]);
    const steps = (at: Tensor, stop: Tensor): Tensor =>
      scan<Tensor, Tensor, Tensor>(
        (sum, index) => {
          const next = cond(
            greater(index, stop),
            () => sum,
            () => sum.add(take(table, index)),
          );
          return [next, next];
        },
        tensor(0),
        at,
      )[1];
    const compiled = compile(steps);
    expect(Array.from(compiled(indices(0, 1, 7, 2), tensor(5)).data)).toEqual([1, 3, 3, 6]);
    expect(() => compiled(indices(0, 1, 7, 2), tensor(9))).toThrow(ShapeError);
    expect(() => compiled(indices(0, 1, 7, 2), tensor(9))).toThrow("extent 3: 7");
    expect(Array.from(compiled(indices(0, 1, -1, 2), tensor(5)).data)).toEqual([1, 3, 6, 9]);
  });
});
