import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkpoint,
  compile,
  grad,
  hessianDiagonal,
  hessian,
  jacobian,
  jvp,
  linearize,
  stack,
  taylor,
  vjp,
  vmap,
  type Tensor,
} from "../src/index.ts";
import { programs, vectors } from "./programs.ts";

/** Relative to the largest element; `scale` says how large what was added up on the way may have been. */
function expectClose(actual: Tensor, expected: Tensor, tolerance: number, scale = 1): void {
  expect(actual.shape).toEqual(expected.shape);
  const size = Math.max(scale, ...Array.from(expected.data, Math.abs));
  expected.data.forEach((value, index) => {
    const difference = Math.abs((actual.data[index] as number) - value);
    expect(difference, `element ${index}: ${actual.data[index]}, expected ${value}`).toBeLessThanOrEqual(
      tolerance * size,
    );
  });
}

const runs = { numRuns: 150 };
type Program = { readonly text: string; run(x: Tensor): Tensor };

describe("random programs", () => {
  it("have Jacobians that are each other's transpose in the two modes", () => {
    fc.assert(
      fc.property(programs, vectors, vectors, vectors, ({ run }: Program, x, u, v) => {
        const [, moved] = jvp(run)(x, v);
        const [, pullBack] = vjp(run)(x);
        const pulled = pullBack(u);
        const [left, right] = [u.mul(moved), pulled.mul(v)];
        const scale = left.abs().sum().add(right.abs().sum()).item() + 1;
        expect(Math.abs(left.sum().item() - right.sum().item())).toBeLessThanOrEqual(1e-12 * scale);
      }),
      runs,
    );
  });

  it("compile to themselves, with their gradients", () => {
    fc.assert(
      fc.property(programs, vectors, ({ run }: Program, x) => {
        const energy = (y: Tensor): Tensor => run(y).square().sum();
        expectClose(compile(run)(x), run(x), 1e-13);
        expectClose(compile(grad(energy))(x), grad(energy)(x), 1e-11);
        expectClose(compile(run, { webAssembly: false })(x), run(x), 1e-14);
      }),
      { numRuns: 60 },
    );
  });

  it("are mapped by vmap as by a loop, values and gradients", () => {
    fc.assert(
      fc.property(programs, vectors, vectors, ({ run }: Program, x, y) => {
        const batch = stack([x, y]);
        expectClose(vmap(run)(batch), stack([run(x), run(y)]), 1e-14);
        const gradient = grad((z: Tensor) => run(z).sin().sum());
        expectClose(vmap(gradient)(batch), stack([gradient(x), gradient(y)]), 1e-12);
        const both = (a: Tensor, b: Tensor): Tensor => run(a.add(b));
        expectClose(
          vmap(vmap(both, { axes: [undefined, 0] }), { axes: [0, undefined] })(batch, batch).slice(0),
          stack([both(x, x), both(x, y)]),
          1e-14,
        );
      }),
      runs,
    );
  });

  it("are linearized as jvp moves them, and expanded as taylor says", () => {
    fc.assert(
      fc.property(programs, vectors, vectors, ({ run }: Program, x, v) => {
        const [value, push] = linearize(run, x);
        expectClose(value, run(x), 0);
        const first = (y: Tensor): Tensor => jvp(run)(y, v)[1];
        expectClose(push(v), first(x), 1e-14);
        const second = (y: Tensor): Tensor => jvp(first)(y, v)[1];
        const third = jvp(second)(x, v)[1];
        const [c0, c1, c2, c3] = taylor(run, x, 3, v) as [Tensor, Tensor, Tensor, Tensor];
        expectClose(c0, value, 0);
        expectClose(c1, push(v), 1e-12);
        expectClose(c2.mul(2), second(x), 1e-10);
        expectClose(c3.mul(6), third, 1e-9);
      }),
      { numRuns: 100 },
    );
  });

  it("have third derivatives that are symmetric", () => {
    fc.assert(
      fc.property(programs, vectors, vectors, vectors, vectors, ({ run }: Program, x, u, v, w) => {
        const f = (y: Tensor): Tensor => run(y).sum();
        const along = (g: (y: Tensor) => Tensor, direction: Tensor) => (y: Tensor) => jvp(g)(y, direction)[1];
        const orders = [
          along(along(along(f, u), v), w),
          along(along(along(f, w), u), v),
          (y: Tensor) =>
            along(
              along((z: Tensor) => grad(f)(z).mul(u).sum(), v),
              w,
            )(y),
          (y: Tensor) =>
            grad((z: Tensor) => along(along(f, w), v)(z))(y)
              .mul(u)
              .sum(),
        ].map((third) => third(x).item());
        const scale = Math.max(1, ...orders.map(Math.abs));
        for (const other of orders.slice(1))
          expect(Math.abs(other - (orders[0] as number))).toBeLessThanOrEqual(1e-8 * scale);
      }),
      { numRuns: 100 },
    );
  });

  it("have a symmetric Hessian, the diagonal of which comes alone, and the same Jacobian by rows and by columns", () => {
    fc.assert(
      fc.property(programs, vectors, ({ run }: Program, x) => {
        const f = (y: Tensor): Tensor => run(y).cos().sum();
        const whole = hessian(f)(x);
        expectClose(whole.transpose(), whole, 1e-10);
        const diagonal = whole.data.filter((_, index) => index % 5 === 0);
        hessianDiagonal(f)(x).data.forEach((value, index) =>
          expect(Math.abs(value - (diagonal[index] as number))).toBeLessThanOrEqual(
            1e-10 * Math.max(1, ...Array.from(whole.data, Math.abs)),
          ),
        );
        const rows = stack([0, 1, 2, 3].map((row) => grad((y: Tensor) => run(y).slice(row))(x)));
        expectClose(jacobian(run)(x), rows, 1e-11);
      }),
      { numRuns: 60 },
    );
  });

  it("keep their derivatives when they are checkpointed", () => {
    fc.assert(
      fc.property(programs, vectors, ({ run }: Program, x) => {
        const f = (y: Tensor): Tensor => run(y).sin().sum();
        expectClose(grad(checkpoint(f))(x), grad(f)(x), 1e-13);
        const twice = (g: (y: Tensor) => Tensor): Tensor => grad((y: Tensor) => grad(g)(y).square().sum())(x);
        expectClose(twice(checkpoint(f)), twice(f), 1e-10);
        expectClose(compile(grad(checkpoint(f)))(x), grad(f)(x), 1e-11);
      }),
      { numRuns: 60 },
    );
  });
});
