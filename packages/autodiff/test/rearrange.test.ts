import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  concatenate,
  diagonal,
  diagonalMatrix,
  DTypeError,
  expandDims,
  flip,
  jacobian,
  lowerTriangle,
  meshgrid,
  moveAxis,
  outer,
  pad,
  repeat,
  ShapeError,
  split,
  squeeze,
  take,
  tensor,
  tile,
  toArrays,
  upperTriangle,
  zeros,
  type Tensor,
} from "../src/index.ts";

const x = arange(6).reshape([2, 3]);
const shape = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 });
const filled = (extents: readonly number[]): Tensor =>
  arange(extents.reduce((product, extent) => product * extent, 1)).reshape(extents);

describe("order of axes", () => {
  it("moves one axis, and back again", () => {
    fc.assert(
      fc.property(shape, fc.nat(2), fc.nat(2), (extents, a, b) => {
        const [from, to] = [a % extents.length, b % extents.length];
        const t = filled(extents);
        const moved = moveAxis(t, from, to);
        expect(moved.shape[to]).toBe(extents[from]);
        expect(moveAxis(moved, to, from).toArray()).toEqual(t.toArray());
      }),
    );
    expect(moveAxis(zeros([2, 3, 4]), 0, -1).shape).toEqual([3, 4, 2]);
    expect(moveAxis(zeros([2, 3, 4]), -1, 0).shape).toEqual([4, 2, 3]);
    expect(() => moveAxis(x, 2, 0)).toThrow("moveAxis: no such axis in a tensor of 2 axes: 2");
  });

  it("adds and drops axes of extent 1", () => {
    expect(expandDims(x, [0, -1]).shape).toEqual([1, 2, 3, 1]);
    expect(expandDims(5, 0).toArray()).toEqual([5]);
    expect(squeeze(zeros([1, 3, 1])).shape).toEqual([3]);
    expect(squeeze(zeros([1, 3, 1]), -1).shape).toEqual([1, 3]);
    expect(() => squeeze(x, 0)).toThrow("squeeze: axis 0 does not have extent 1: shape [2, 3]");
    expect(() => expandDims(x, [0, 0])).toThrow(ShapeError);
  });
});

describe("flip", () => {
  it("takes the elements from the end", () => {
    fc.assert(
      fc.property(shape, fc.nat(2), (extents, a) => {
        const t = filled(extents);
        const axis = a % extents.length;
        const extent = extents[axis] as number;
        const backwards = Array.from({ length: extent }, (_, k) => extent - 1 - k);
        expect(flip(t, axis).toArray()).toEqual(take(t, backwards, axis).toArray());
        expect(flip(flip(t)).toArray()).toEqual(t.toArray());
      }),
    );
    expect(flip(x).toArray()).toEqual([
      [5, 4, 3],
      [2, 1, 0],
    ]);
    expect(flip([true, false]).toArray()).toEqual([false, true]);
    expect(() => flip(x, [1, 1])).toThrow(ShapeError);
  });
});

describe("tile and repeat", () => {
  it("are what concatenating copies gives", () => {
    fc.assert(
      fc.property(shape, fc.nat(2), fc.integer({ min: 1, max: 3 }), (extents, a, count) => {
        const t = filled(extents);
        const axis = a % extents.length;
        const counts = extents.map((_, k) => (k === axis ? count : 1));
        expect(tile(t, counts).toArray()).toEqual(
          concatenate(new Array<Tensor>(count).fill(t), axis).toArray(),
        );
        const places = Array.from({ length: count * (extents[axis] as number) }, (_, k) =>
          Math.floor(k / count),
        );
        expect(repeat(t, count, axis).toArray()).toEqual(take(t, places, axis).toArray());
      }),
    );
  });

  it("take fewer or more repetitions than axes, or none", () => {
    expect(tile(x, 2).toArray()).toEqual([
      [0, 1, 2, 0, 1, 2],
      [3, 4, 5, 3, 4, 5],
    ]);
    expect(tile([1], [2, 1, 2]).toArray()).toEqual([[[1, 1]], [[1, 1]]]);
    expect(tile(3, 2).toArray()).toEqual([3, 3]);
    expect([tile(x, 0).shape, repeat(x, 0).shape]).toEqual([
      [2, 0],
      [0, 3],
    ]);
    expect(() => tile(x, -1)).toThrow("tile: a number of repetitions must be a whole number ≥ 0: -1");
    expect(() => repeat(x, 0.5)).toThrow(ShapeError);
  });
});

describe("split", () => {
  it("is undone by concatenate", () => {
    expect(toArrays(split([1, 2, 3, 4], 2))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(toArrays(split([1, 2, 3, 4], [1, -1]))).toEqual([[1], [2, 3], [4]]);
    expect(split(x, 3, -1).map((part) => part.shape)).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
    expect(concatenate(split(x, [2], 1), 1).toArray()).toEqual(x.toArray());
    expect(split(x, []).map((part) => part.shape)).toEqual([[2, 3]]);
    expect(() => split(x, 2, 1)).toThrow(
      "split: axis 1 of extent 3 does not divide into this many equal parts: 2",
    );
    expect(() => split(x, 0)).toThrow(ShapeError);
  });
});

describe("pad", () => {
  it("adds margins of a value, on each side its own", () => {
    expect(pad(x, [[0, 1], 1], { value: 9 }).toArray()).toEqual([
      [9, 0, 1, 2, 9],
      [9, 3, 4, 5, 9],
      [9, 9, 9, 9, 9],
    ]);
    expect(pad([-0], 1).toArray()).toEqual([0, -0, 0]);
    expect(pad(tensor(Int32Array.of(1)), 1, { value: -1 }).dtype).toBe("i32");
    expect(pad([1], 1, { value: -Infinity }).toArray()).toEqual([-Infinity, 1, -Infinity]);
    expect(pad(7, 3).item()).toBe(7);
  });

  it("says what is wrong with widths and values", () => {
    expect(() => pad(x, [1])).toThrow(
      "pad: expected a width for each axis of a tensor of shape [2, 3]: 1 widths",
    );
    expect(() => pad(x, -1)).toThrow("pad: a width must be a whole number ≥ 0: -1");
    expect(() => pad(tensor(Int32Array.of(1)), 1, { value: 0.5 })).toThrow(DTypeError);
    expect(() => pad([true], 1, { value: 2 })).toThrow(
      "pad: a tensor of dtype bool cannot hold this value: 2",
    );
  });
});

describe("meshgrid", () => {
  it("exchanges the first two axes, unless told not to", () => {
    expect(
      toArrays(
        meshgrid([
          [1, 2, 3],
          [10, 20],
        ]),
      ),
    ).toEqual([
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      [
        [10, 10, 10],
        [20, 20, 20],
      ],
    ]);
    expect(meshgrid([[1, 2, 3], [1, 2], [1]]).map((each) => each.shape)).toEqual(
      new Array(3).fill([2, 3, 1]),
    );
    expect(toArrays(meshgrid([[1, 2], [3]], { indexing: "ij" }))).toEqual([
      [[1], [2]],
      [[3], [3]],
    ]);
    expect(toArrays(meshgrid([[1, 2]]))).toEqual([[1, 2]]);
    expect(meshgrid([])).toEqual([]);
    expect(() => meshgrid([[[1]]])).toThrow("meshgrid: expected vectors: shape [1, 1]");
  });
});

describe("diagonals and triangles", () => {
  const matrix = fc.tuple(fc.nat(4), fc.nat(4), fc.integer({ min: -5, max: 5 }));

  it("are where column − row is, or is not beyond, the offset", () => {
    fc.assert(
      fc.property(matrix, ([rows, columns, offset]) => {
        const t = filled([rows, columns]).add(1);
        const entries = Array.from(t.data, (value, at) => ({
          value,
          distance: (at % columns) - Math.floor(at / columns),
        }));
        const kept = (holds: (distance: number) => boolean): number[] =>
          entries.map(({ value, distance }) => (holds(distance) ? value : 0));
        expect(diagonal(t, { offset }).toArray()).toEqual(
          entries.filter(({ distance }) => distance === offset).map(({ value }) => value),
        );
        expect(Array.from(lowerTriangle(t, { offset }).data)).toEqual(kept((distance) => distance <= offset));
        expect(Array.from(upperTriangle(t, { offset }).data)).toEqual(kept((distance) => distance >= offset));
      }),
    );
  });

  it("come out of the matrix that was made of them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { maxLength: 4 }),
        fc.integer({ min: -3, max: 3 }),
        (list, offset) => {
          const made = diagonalMatrix(list, { offset });
          const size = list.length + Math.abs(offset);
          expect(made.shape).toEqual([size, size]);
          expect(diagonal(made, { offset }).toArray()).toEqual(list);
          expect(made.abs().sum().item()).toBe(list.reduce((total, each) => total + Math.abs(each), 0));
        },
      ),
    );
  });

  it("work on every matrix of the last axes, keep dtypes, and let nothing in that is masked out", () => {
    const many = filled([2, 2, 2]);
    expect(diagonal(many).toArray()).toEqual([
      [0, 3],
      [4, 7],
    ]);
    expect(
      diagonalMatrix([
        [1, 2],
        [3, 4],
      ]).toArray(),
    ).toEqual([
      [
        [1, 0],
        [0, 2],
      ],
      [
        [3, 0],
        [0, 4],
      ],
    ]);
    expect(
      lowerTriangle([
        [1, NaN],
        [2, 3],
      ]).toArray(),
    ).toEqual([
      [1, 0],
      [2, 3],
    ]);
    expect(diagonalMatrix([Infinity, 1]).toArray()).toEqual([
      [Infinity, 0],
      [0, 1],
    ]);
    expect(
      upperTriangle([
        [true, true],
        [true, true],
      ]).dtype,
    ).toBe("bool");
    expect(jacobian((t: Tensor) => upperTriangle(t))(tensor([[1, 2]])).shape).toEqual([1, 2, 1, 2]);
    expect(() => diagonal([1])).toThrow("diagonal: expected a matrix: shape [1]");
    expect(() => diagonalMatrix(1)).toThrow("reshape the scalar to [1]");
    expect(() => lowerTriangle([[1]], { offset: 0.5 })).toThrow(
      "lowerTriangle: expected a whole number as offset: 0.5",
    );
  });

  it("outer products have the axes of both", () => {
    expect(outer(x, [1, 10]).shape).toEqual([2, 3, 2]);
    expect(outer(tensor(Float32Array.of(1)), 2).dtype).toBe("f32");
  });
});
