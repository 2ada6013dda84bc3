import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  argsort,
  cast,
  compile,
  DTypeError,
  grad,
  hessian,
  jvp,
  logSoftmax,
  oneHot,
  scatterAdd,
  scatterAddAlongAxis,
  ShapeError,
  sort,
  stack,
  take,
  takeAlongAxis,
  tensor,
  toArrays,
  vjp,
  vmap,
  zeros,
  type Tensor,
} from "../src/index.ts";

const i32 = (indices: Parameters<typeof tensor>[0]): Tensor => tensor(indices, { dtype: "i32" });
const x = arange(12).reshape([3, 4]);

/** A tensor of three axes, an axis of it, and indices into that axis, from either end. */
const choice = fc
  .record({
    shape: fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
    ),
    axis: fc.integer({ min: 0, max: 2 }),
    wishes: fc.array(fc.nat(100), { maxLength: 6 }),
    isMatrix: fc.boolean(),
  })
  .map(({ shape, axis, wishes, isMatrix }) => {
    const extent = shape[axis] as number;
    const list = extent === 0 ? [] : wishes.map((wish) => (wish % (2 * extent)) - extent);
    const even = list.slice(0, list.length - (list.length % 2));
    const indices = isMatrix ? tensor(Int32Array.from(even), { shape: [2, even.length / 2] }) : i32(list);
    const count = shape[0] * shape[1] * shape[2];
    return { values: arange(count).add(1).reshape(shape), axis, indices };
  });

describe("take and scatterAdd", () => {
  it("choose as a loop does", () => {
    fc.assert(
      fc.property(choice, ({ values, axis, indices }) => {
        const extent = values.shape[axis] as number;
        const parts = Array.from(indices.data, (index) =>
          values.slice(...new Array<[]>(axis).fill([]), index < 0 ? index + extent : index),
        );
        const result = take(values, indices, axis);
        expect(result.shape).toEqual(values.shape.toSpliced(axis, 1, ...indices.shape));
        if (parts.length > 0)
          expect(result.toArray()).toEqual(stack(parts, axis).reshape(result.shape).toArray());
      }),
    );
  });

  it("are each other's transpose", () => {
    fc.assert(
      fc.property(choice, ({ values, axis, indices }) => {
        const taken = take(values, indices, axis);
        const weights = arange(taken.size).sub(2).reshape(taken.shape);
        const scattered = scatterAdd(zeros(values.shape), indices, weights, axis);
        expect(taken.mul(weights).sum().item()).toBe(values.mul(scattered).sum().item());
        expect(vjp((t: Tensor) => take(t, indices, axis))(values)[1](weights).toArray()).toEqual(
          scattered.toArray(),
        );
      }),
    );
  });

  it("add up what goes to one place, and sum in f64", () => {
    expect(scatterAdd([1, 2, 3], [0, 2, 0], [10, 20, 30]).toArray()).toEqual([41, 2, 23]);
    const ones = tensor(new Float32Array(3).fill(1), { shape: [3] });
    const large = tensor(Float32Array.of(2 ** 24, 1, 1));
    expect(scatterAdd(zeros([1], "f32"), [0, 0, 0], large).toArray()).toEqual([2 ** 24 + 2]);
    expect(scatterAdd(ones, [1], 0.5).dtype).toBe("f32");
    expect(scatterAdd([true, false], [0, 0], [true, true]).toArray()).toEqual([3, 0]);
  });

  it("take the index as a placeholder, in compile and in vmap", () => {
    const rows = compile((t: Tensor, at: Tensor) => take(t, at).sum({ axis: 1 }));
    expect(rows(x, i32([2, 0])).toArray()).toEqual([38, 6]);
    expect(rows(x, i32([-1, -1])).toArray()).toEqual([38, 38]);
    const each = vmap((row: Tensor, at: Tensor) => take(row, at));
    expect(each(x, i32([3, 0, 1])).toArray()).toEqual([3, 4, 9]);
    const oneTable = vmap((at: Tensor) => take(x, at, 1));
    expect(
      oneTable(
        i32([
          [0, 1],
          [3, 3],
        ]),
      ).toArray(),
    ).toEqual([
      [
        [0, 1],
        [4, 5],
        [8, 9],
      ],
      [
        [3, 3],
        [7, 7],
        [11, 11],
      ],
    ]);
    const nested = vmap((row: Tensor) => vmap((at: Tensor) => take(row, at))(i32([0, 2])));
    expect(nested(x).toArray()).toEqual([
      [0, 2],
      [4, 6],
      [8, 10],
    ]);
  });

  it("differentiate a table of embeddings row by row", () => {
    const loss = (table: Tensor, words: Tensor): Tensor => take(table, words).square().sum();
    expect(grad(loss)(x, i32([1, 1])).toArray()).toEqual([
      [0, 0, 0, 0],
      [16, 20, 24, 28],
      [0, 0, 0, 0],
    ]);
    const perSentence = vmap(grad(loss), { axes: [undefined, 0] })(
      x,
      i32([
        [0, 0],
        [2, 1],
      ]),
    );
    expect(perSentence.toArray()).toEqual([
      grad(loss)(x, i32([0, 0])).toArray(),
      grad(loss)(x, i32([2, 1])).toArray(),
    ]);
    expect(hessian((t: Tensor) => loss(t, i32([1, 1])))(tensor([3, 4, 5])).toArray()).toEqual([
      [0, 0, 0],
      [0, 4, 0],
      [0, 0, 0],
    ]);
  });

  it("say which index does not exist, when its value is known", () => {
    expect(() => take(x, [0, 3])).toThrow("take: no such index on an axis of extent 3: 3");
    expect(() => take(x, -5, 1)).toThrow("take: no such index on an axis of extent 4: -5");
    expect(() => take([], 0)).toThrow(ShapeError);
    expect(() => scatterAdd(x, 7, 1)).toThrow("scatterAdd: no such index on an axis of extent 3: 7");
    const compiled = compile((at: Tensor) => take(x, at));
    expect(() => compiled(i32([9]))).toThrow("take: no such index on an axis of extent 3: 9");
    expect(() => take(x, 0, 2)).toThrow("take: no such axis in a tensor of 2 axes: 2");
  });

  it("say what indices and updates must be", () => {
    expect(() => take(x, tensor([0, 1]))).toThrow(
      'take: expected i32 indices; cast them with cast(indices, "i32"): f64',
    );
    expect(() => take(x, [0.5])).toThrow("take: expected whole numbers as indices: 0.5");
    expect(() => take(x, [true])).toThrow(DTypeError);
    expect(() => take(x, [NaN])).toThrow(DTypeError);
    expect(take(x, Float64Array.of(2)).toArray()).toEqual([[8, 9, 10, 11]]);
    expect(() => scatterAdd(x, [0, 1], [1, 2, 3])).toThrow(
      "scatterAdd: expected updates that broadcast to shape [2, 4]: shape [3]",
    );
  });
});

describe("takeAlongAxis and scatterAddAlongAxis", () => {
  it("choose for every position of the other axes", () => {
    const at = i32([
      [1, 0],
      [3, 3],
      [0, -1],
    ]);
    expect(takeAlongAxis(x, at).toArray()).toEqual([
      [1, 0],
      [7, 7],
      [8, 11],
    ]);
    expect(takeAlongAxis(x, i32([[2, 0, 1, 0]]), 0).toArray()).toEqual([[8, 1, 6, 3]]);
    expect(takeAlongAxis(x, i32([[2]]), 1).toArray()).toEqual([[2], [6], [10]]);
    expect(takeAlongAxis([[5, 6]], i32([[1], [0]]), 1).toArray()).toEqual([[6], [5]]);
  });

  it("are each other's transpose", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 3, maxLength: 3 }), (at) => {
        const indices = i32(at);
        const weights = tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]);
        const scattered = scatterAddAlongAxis(zeros([3, 4]), indices, weights);
        expect(takeAlongAxis(x, indices).mul(weights).sum().item()).toBe(x.mul(scattered).sum().item());
        const across = indices.transpose();
        expect(scatterAddAlongAxis(zeros([4, 3]), across, weights.transpose(), 0).toArray()).toEqual(
          scattered.transpose().toArray(),
        );
      }),
    );
  });

  it("pick the logarithms that a cross-entropy needs", () => {
    const logits = tensor([
      [1, 2, 3],
      [0, 0, 0],
    ]);
    const loss = (t: Tensor, labels: Tensor): Tensor =>
      takeAlongAxis(logSoftmax(t), labels.reshape([2, 1]))
        .mean()
        .neg();
    const gradient = grad(loss)(logits, i32([2, 0]));
    const expected = grad((t: Tensor) =>
      logSoftmax(t)
        .mul(oneHot([2, 0], 3))
        .sum()
        .div(-2),
    )(logits);
    gradient.data.forEach((each, k) => expect(each).toBeCloseTo(expected.data[k] as number, 15));
    expect(compile(grad(loss))(logits, i32([2, 0])).shape).toEqual([2, 3]);
  });

  it("say what does not fit", () => {
    expect(() => takeAlongAxis(x, i32([0, 1]))).toThrow(
      "takeAlongAxis: expected indices of 2 axes, as many as the tensor has: shape [2]",
    );
    expect(() => takeAlongAxis(x, zeros([2, 1], "i32"))).toThrow(ShapeError);
    expect(() => takeAlongAxis(x, i32([[4]]))).toThrow(
      "takeAlongAxis: no such index on an axis of extent 4: 4",
    );
    expect(() => scatterAddAlongAxis(x, zeros([2, 1], "i32"), 1)).toThrow(
      "scatterAddAlongAxis: expected indices that broadcast to shape [3, 1]: shape [2, 1]",
    );
    expect(() => scatterAddAlongAxis(x, zeros([3, 1], "i32"), [1, 2])).toThrow(
      "expected updates that broadcast",
    );
  });
});

describe("oneHot", () => {
  it("marks each index, in any dtype", () => {
    expect(oneHot(1, 3).toArray()).toEqual([0, 1, 0]);
    expect(oneHot([[0], [-1]], 2, "bool").toArray()).toEqual([[[true, false]], [[false, true]]]);
    expect(oneHot([0], 2, "f32").dtype).toBe("f32");
    expect(vmap((at: Tensor) => oneHot(at, 2))(i32([1, 0])).toArray()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(() => oneHot([3], 3)).toThrow("oneHot: no such index on an axis of extent 3: 3");
    expect(() => oneHot([0], -1)).toThrow(ShapeError);
  });
});

describe("sort and argsort", () => {
  it("order numbers stably, NaN last", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(NaN), fc.double())),
        (list) => {
          const numbers = list.filter((each) => !Number.isNaN(each));
          const expected = [...numbers].sort((a, b) => a - b);
          const sorted = sort(list).toArray() as number[];
          expect(sorted.map((each) => each + 0)).toEqual([
            ...expected.map((each) => each + 0),
            ...new Array<number>(list.length - numbers.length).fill(NaN),
          ]);
          const order = argsort(list).toArray() as number[];
          order.forEach((place, k) => {
            const next = order[k + 1];
            if (next !== undefined && Object.is((list[place] as number) + 0, (list[next] as number) + 0))
              expect(place).toBeLessThan(next);
          });
          expect(take(list, argsort(list)).toArray()).toEqual(sorted);
        },
      ),
    );
    expect(sort([0, -0, Infinity, -Infinity]).toArray()).toEqual([-Infinity, 0, -0, Infinity]);
    expect(argsort(tensor(Int32Array.of(2, 1))).toArray()).toEqual([1, 0]);
  });

  it("carry derivatives along with the elements, of equals to the first places first", () => {
    const weighted = (t: Tensor): Tensor =>
      sort(t)
        .mul(tensor([1, 10, 100]))
        .sum();
    expect(grad(weighted)(tensor([3, 1, 2])).toArray()).toEqual([100, 1, 10]);
    expect(grad(weighted)(tensor([5, 1, 5])).toArray()).toEqual([10, 1, 100]);
    const [, moved] = jvp((t: Tensor) => sort(t, { axis: 0 }))(tensor([[3], [1]]), tensor([[7], [8]]));
    expect(moved.toArray()).toEqual([[8], [7]]);
    expect(
      toArrays(
        vmap(grad(weighted))(
          tensor([
            [3, 1, 2],
            [1, 2, 3],
          ]),
        ),
      ),
    ).toEqual([
      [100, 1, 10],
      [1, 10, 100],
    ]);
    expect(cast(sort(cast([3, 1, 2], "f32")), "f64").toArray()).toEqual([1, 2, 3]);
    expect(() => sort(1)).toThrow("sort: no such axis");
  });
});
