import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  cast,
  compile,
  DTypeError,
  eye,
  full,
  grad,
  jvp,
  linspace,
  ones,
  ShapeError,
  tensor,
  toArrays,
  treeLeaves,
  treeMap,
  treePaths,
  zeros,
  type Tensor,
} from "../src/index.ts";

describe("tensor", () => {
  it("takes numbers, nested arrays and typed arrays", () => {
    expect(tensor(3)).toMatchObject({ shape: [], dtype: "f64", size: 1 });
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toMatchObject({ shape: [2, 3], dtype: "f64" });
    expect(tensor(Float32Array.of(1, 2))).toMatchObject({ shape: [2], dtype: "f32" });
    expect(tensor(Int32Array.of(1, 2))).toMatchObject({ shape: [2], dtype: "i32" });
    expect(tensor([true, false]).dtype).toBe("bool");
    expect(tensor([1, 2, 3, 4], { shape: [2, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("copies what it is given and hands out copies", () => {
    const source = Float64Array.of(1, 2);
    const made = tensor(source);
    source[0] = 9;
    made.toTypedArray()[1] = 9;
    expect(made.toArray()).toEqual([1, 2]);
  });

  it("rounds to its dtype", () => {
    expect(tensor(0.1, { dtype: "f32" }).item()).toBe(Math.fround(0.1));
    expect(tensor([1.7, -1.7], { dtype: "i32" }).toArray()).toEqual([1, -1]);
    expect(cast([0, 2.5], "bool").toArray()).toEqual([false, true]);
  });

  it("says where rows differ and what is not a number", () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(ShapeError);
    expect(() => tensor([[1, 2], [3]])).toThrow("expected 2 elements at [1], found 1");
    expect(() => tensor([1, "2"] as never)).toThrow(DTypeError);
    expect(() => tensor([1, "2"] as never)).toThrow('expected a number at [1]: "2"');
    expect(() => tensor([1, 2, 3], { shape: [2] })).toThrow("3 elements do not fill");
    expect(() => tensor([1, 2]).item()).toThrow(ShapeError);
  });

  it("stands in arithmetic when it is a scalar", () => {
    expect(Number(tensor(2)) + 1).toBe(3);
    expect(tensor(2) > tensor(1)).toBe(true);
    expect(`${tensor([1, 2])}`).toBe("[1, 2]");
    expect(JSON.stringify({ x: tensor([[1], [2]]) })).toBe('{"x":[[1],[2]]}');
  });

  it("can be taken apart", () => {
    const [a, b] = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(a?.toArray()).toEqual([1, 2]);
    expect(b?.toArray()).toEqual([3, 4]);
    expect(() => [...tensor(1)]).toThrow(ShapeError);
  });

  it("is made in the usual ways", () => {
    expect(zeros([2]).toArray()).toEqual([0, 0]);
    expect(ones([1, 2], "f32")).toMatchObject({ shape: [1, 2], dtype: "f32" });
    expect(full([], 7).item()).toBe(7);
    expect(arange(3).toArray()).toEqual([0, 1, 2]);
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(0.1, 0.7, 4).toTypedArray().at(-1)).toBe(0.7);
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(() => zeros([-1])).toThrow(ShapeError);
    expect(() => zeros([1], "f16" as never)).toThrow(DTypeError);
  });

  it("reads back any nested array", () => {
    const rows = fc.integer({ min: 0, max: 4 }).chain((width) =>
      fc.array(fc.array(fc.double({ noNaN: true }), { minLength: width, maxLength: width }), {
        minLength: 1,
      }),
    );
    fc.assert(
      fc.property(rows, (nested) => {
        expect(tensor(nested).toArray()).toEqual(nested);
      }),
    );
  });
});

describe("trees", () => {
  it("map, flatten and become plain data", () => {
    const tree = { weights: [tensor([1, 2]), tensor(3)], bias: tensor(4) };
    expect(treeLeaves(tree).map((leaf) => leaf.size)).toEqual([2, 1, 1]);
    expect(toArrays(treeMap((leaf) => leaf.mul(2), tree))).toEqual({ weights: [[2, 4], 6], bias: 8 });
    expect(toArrays(treeMap((a, b) => a.add(b), tree, tree))).toEqual({ weights: [[2, 4], 6], bias: 8 });
  });

  it("say where their leaves stand", () => {
    expect(treePaths({ b: [1, { a: tensor([1, 2]) }], a: 2 })).toEqual(["b.0", "b.1.a", "a"]);
    expect(treePaths(tensor([1, 2]))).toEqual([""]);
  });

  it("name the place of anything they cannot hold", () => {
    expect(() => treeLeaves({ a: [1, "x"] })).toThrow('at a.1: "x"');
    expect(() => treeMap((a, b) => a.add(b), [1, 2], [1] as never)).toThrow("differ in structure");
  });

  it("made of scalar tensors has derivatives by them, and may be made of placeholders", () => {
    const turned = (angle: Tensor): Tensor =>
      tensor([
        [angle.cos(), angle.sin().neg()],
        [angle.sin(), angle.cos()],
      ]).matmul([3, 4]);
    expect(jvp(turned)(0, 1)[1].toArray()).toEqual([-4, 3]);
    expect(compile(turned)(0).toArray()).toEqual([3, 4]);
    expect(grad((x: Tensor) => tensor([x, 2], { dtype: "f32" }).sum())(1).item()).toBe(1);
    expect(() => tensor([tensor([1, 2]), 3] as never)).toThrow(DTypeError);
  });
});
