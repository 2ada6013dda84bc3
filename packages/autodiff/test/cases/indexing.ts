import {
  argsort,
  oneHot,
  scatterAdd,
  scatterAddAlongAxis,
  sort,
  take,
  takeAlongAxis,
  tensor,
  zeros,
  type TensorLike,
} from "../../src/index.ts";
import type { OpCase } from "./case.ts";

const x = [
  [1, 5, 3],
  [4, 2, 6],
];
const i32 = (indices: TensorLike): TensorLike => tensor(indices, { dtype: "i32" });
const none = tensor([], { dtype: "i32" });

export const indexingCases: readonly OpCase[] = [
  {
    name: "take rows",
    f: (t, at) => take(t, at).square(),
    inputs: [x, i32([1, 0, -1])],
    value: [
      [16, 4, 36],
      [1, 25, 9],
      [16, 4, 36],
    ],
    edges: [
      { inputs: [x, none], value: zeros([0, 3]) },
      { inputs: [[[3]], i32([0])], value: [[9]] },
      { inputs: [zeros([0, 2]), none], value: zeros([0, 2]) },
      { inputs: [zeros([2, 0]), i32([1])], value: zeros([1, 0]) },
    ],
  },
  {
    name: "take along an inner axis with a matrix of indices",
    f: (t, at) => take(t, at, 1).square(),
    inputs: [
      x,
      i32([
        [2, 0],
        [1, 1],
      ]),
    ],
    value: [
      [
        [9, 1],
        [25, 25],
      ],
      [
        [36, 16],
        [4, 4],
      ],
    ],
  },
  { name: "take one", f: (t, at) => take(t, at).exp(), inputs: [[0, 1, 2], i32(1)], value: Math.E },
  {
    name: "scatterAdd",
    f: (t, at, u) => scatterAdd(t, at, u).square(),
    inputs: [
      x,
      i32([1, 1, -2]),
      [[1, 2, 3], [10, 20, 30], [100]].map((row) => [0, 1, 2].map((k) => row[k] ?? 0)),
    ],
    value: [
      [101 ** 2, 25, 9],
      [225, 24 ** 2, 39 ** 2],
    ],
    edges: [
      { inputs: [[3], none, []], value: [9] },
      { inputs: [[], none, []], value: [] },
    ],
  },
  {
    name: "scatterAdd along an inner axis, of broadcast updates",
    f: (t, at, u) => scatterAdd(t, at, u, 1).square(),
    inputs: [x, i32([2, 2]), 1],
    value: [
      [1, 25, 25],
      [16, 4, 64],
    ],
  },
  {
    name: "takeAlongAxis",
    f: (t, at) => takeAlongAxis(t, at).square(),
    inputs: [
      x,
      i32([
        [2, 2],
        [0, -1],
      ]),
    ],
    value: [
      [9, 9],
      [16, 36],
    ],
    edges: [
      { inputs: [zeros([0, 2]), tensor(zeros([0, 1], "i32"))], value: zeros([0, 1]) },
      { inputs: [[[3]], i32([[0]])], value: [[9]] },
    ],
  },
  {
    name: "takeAlongAxis of the first, broadcast",
    f: (t, at) => takeAlongAxis(t, at, 0).square(),
    inputs: [x, i32([[1], [0], [1]])],
    value: [
      [16, 4, 36],
      [1, 25, 9],
      [16, 4, 36],
    ],
  },
  {
    name: "scatterAddAlongAxis",
    f: (t, at, u) => scatterAddAlongAxis(t, at, u, 0).square(),
    inputs: [x, i32([[1, 0, 1]]), [[10, 20, 30]]],
    value: [
      [1, 625, 9],
      [196, 4, 36 ** 2],
    ],
    edges: [{ inputs: [[[3]], i32([[0]]), [[1]]], value: [[16]] }],
  },
  {
    name: "oneHot",
    f: (at) => oneHot(at, 3, "i32"),
    inputs: [i32([2, 0, -2])],
    value: i32([
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ]),
    smooth: false,
    edges: [
      { inputs: [none], value: zeros([0, 3], "i32") },
      { inputs: [i32(1)], value: i32([0, 1, 0]) },
    ],
  },
  {
    name: "sort",
    f: (t) =>
      sort(t)
        .mul(tensor([1, 2, 3], { dtype: t.dtype }))
        .square(),
    inputs: [x],
    value: [
      [1, 36, 225],
      [4, 64, 324],
    ],
    edges: [{ inputs: [zeros([0, 3])], value: zeros([0, 3]) }],
  },
  {
    name: "sort columns",
    f: (t) => sort(t, { axis: 0 }).square(),
    inputs: [x],
    value: [
      [1, 4, 9],
      [16, 25, 36],
    ],
    edges: [{ inputs: [[[3]]], value: [[9]] }],
  },
  {
    name: "argsort",
    f: (t) => argsort(t),
    inputs: [x],
    value: i32([
      [0, 2, 1],
      [1, 0, 2],
    ]),
    smooth: false,
    edges: [{ inputs: [[[3]]], value: i32([[0]]) }],
  },
];
