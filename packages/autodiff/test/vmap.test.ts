import { describe, expect, it } from "vitest";
import {
  compile,
  grad,
  hessian,
  jacobian,
  jvp,
  matmul,
  PlaceholderError,
  ShapeError,
  stack,
  tensor,
  toArrays,
  vjp,
  vmap,
  zeros,
  type Tensor,
} from "../src/index.ts";

const rows = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("vmap", () => {
  it("maps over any axis, and puts the mapped axis anywhere", () => {
    const norm = (x: Tensor): Tensor => x.mul(x).sum();
    expect(vmap(norm)(rows).toArray()).toEqual([14, 77]);
    expect(vmap(norm, { axes: 1 })(rows).toArray()).toEqual([17, 29, 45]);
    expect(vmap(norm, { axes: -1 })(rows).toArray()).toEqual([17, 29, 45]);
    const twice = (x: Tensor): Tensor => stack([x, x.mul(2)]);
    expect(vmap(twice)(rows).shape).toEqual([2, 2, 3]);
    expect(vmap(twice, { resultAxis: -1 })(rows).shape).toEqual([2, 3, 2]);
    expect(vmap(twice, { resultAxis: 2 })(rows).slice(1, 2, 1).item()).toBe(12);
  });

  it("takes and gives trees, and keeps what is not mapped", () => {
    const line = (
      { slope, offset }: { slope: Tensor; offset: Tensor },
      x: Tensor,
    ): { y: Tensor; slope: Tensor } => ({
      y: slope.mul(x).add(offset),
      slope,
    });
    const result = vmap(line, { axes: [undefined, 0] })({ slope: 2, offset: 1 }, tensor([1, 2]));
    expect(toArrays(result)).toEqual({ y: [3, 5], slope: [2, 2] });
    const each = vmap(line)({ slope: tensor([2, 3]), offset: tensor([1, 0]) }, tensor([1, 2]));
    expect(toArrays(each)).toEqual({ y: [3, 6], slope: [2, 3] });
  });

  it("gives the same per-example gradients as a loop, which no single gradient can", () => {
    const loss = (w: Tensor, x: Tensor): Tensor => matmul(x, w).tanh().sum();
    const w = tensor([0.1, -0.2, 0.3]);
    const mapped = vmap(grad(loss), { axes: [undefined, 0] })(w, rows);
    const loop = stack([0, 1].map((index) => grad(loss)(w, rows.slice(index))));
    expect(mapped.toArray()).toEqual(loop.toArray());
  });

  it("nests with itself: an outer product out of scalars", () => {
    const times = vmap(
      (x: Tensor, y: Tensor) => vmap((a: Tensor, b: Tensor) => a.mul(b), { axes: [undefined, 0] })(x, y),
      { axes: [0, undefined] },
    );
    expect(times(tensor([1, 2]), tensor([3, 4, 5])).toArray()).toEqual([
      [3, 4, 5],
      [6, 8, 10],
    ]);
  });

  it("nests with derivatives in either order", () => {
    const f = (x: Tensor): Tensor =>
      x
        .pow(3)
        .sum()
        .add(x.slice(0).mul(x.slice(1)));
    const hessians = vmap(hessian(f))(rows);
    expect(hessians.slice(1).toArray()).toEqual([
      [24, 1, 0],
      [1, 30, 0],
      [0, 0, 36],
    ]);
    const total = (x: Tensor): Tensor => vmap(f)(x).sum();
    expect(grad(total)(rows).toArray()).toEqual(vmap(grad(f))(rows).toArray());
    expect(jvp((x: Tensor) => vmap(f)(x))(rows, rows)[1].toArray()).toEqual(
      vmap((x: Tensor) => jvp(f)(x, x)[1])(rows).toArray(),
    );
    const square = (x: Tensor): Tensor => x.mul(x);
    expect(jacobian((x: Tensor) => vmap(square)(x))(tensor([1, 2])).toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    const [, pullBack] = vjp((x: Tensor) => vmap(square)(x))(tensor([1, 2]));
    expect(pullBack([1, 10]).toArray()).toEqual([2, 40]);
  });

  it("differentiates with respect to what the mapped function uses from around it", () => {
    const slope = grad((w: Tensor) => vmap((x: Tensor) => x.mul(w).exp())(tensor([1, 2])).sum());
    expect(slope(0).item()).toBe(3);
    expect(grad(slope)(0).item()).toBe(5);
  });

  it("does once what is the same for all", () => {
    let matrices = 0;
    const counted = vmap((x: Tensor) => {
      matrices++;
      return x.add(1);
    });
    counted(rows);
    expect(matrices).toBe(1);
  });

  it("compiles, and maps compiled functions", () => {
    const f = (x: Tensor): Tensor => x.sin().sum();
    const compiled = compile((x: Tensor) => vmap(f)(x))(rows);
    expect(compiled.sub(vmap(f)(rows)).abs().max().item()).toBeLessThan(1e-15);
    expect(vmap(compile(f))(rows).toArray()).toEqual(vmap(f)(rows).toArray());
  });

  it("maps over nothing", () => {
    expect(vmap((x: Tensor) => x.sum())(zeros([0, 3])).shape).toEqual([0]);
  });

  it("says what is wrong", () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.add(y);
    expect(() => vmap(f)(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(
      "vmap: mapped axes must have one extent; expected 2 on axis 0 of argument 1: shape [3]",
    );
    expect(() => vmap(f)(tensor([1, 2]), 1)).toThrow(ShapeError);
    expect(() => vmap(f)(tensor([1, 2]), 1)).toThrow("give its argument the axis undefined: argument 1");
    expect(() => vmap(f, { axes: [undefined, undefined] })(1, 2)).toThrow("none is mapped");
    expect(() => vmap(f, { axes: 1 })(tensor([1, 2]), tensor([1, 2]))).toThrow(
      "no such axis in a tensor of 1 axes: 1",
    );
    expect(() => vmap((x: Tensor) => (x.item() > 0 ? x : x.neg()))(tensor([1, 2]))).toThrow(PlaceholderError);
  });
});
