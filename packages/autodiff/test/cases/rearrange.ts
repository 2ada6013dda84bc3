import {
  diagonal,
  diagonalMatrix,
  expandDims,
  flip,
  lowerTriangle,
  meshgrid,
  moveAxis,
  outer,
  pad,
  repeat,
  split,
  squeeze,
  stack,
  tile,
  upperTriangle,
  zeros,
  type Tensor,
} from "../../src/index.ts";
import type { OpCase } from "./case.ts";

const x = [
  [1, 2, 3],
  [4, 5, 6],
];

export const rearrangeCases: readonly OpCase[] = [
  {
    name: "flip everything",
    f: (t) => flip(t).square(),
    inputs: [x],
    value: [
      [36, 25, 16],
      [9, 4, 1],
    ],
    edges: [
      { inputs: [3], value: 9 },
      { inputs: [zeros([2, 0])], value: zeros([2, 0]) },
    ],
  },
  {
    name: "flip an axis",
    f: (t) => flip(t, 1).square(),
    inputs: [x],
    value: [
      [9, 4, 1],
      [36, 25, 16],
    ],
  },
  {
    name: "tile",
    f: (t) => tile(t, [2, 2]).square(),
    inputs: [[1, 2, 3]],
    value: [
      [1, 4, 9, 1, 4, 9],
      [1, 4, 9, 1, 4, 9],
    ],
    edges: [{ inputs: [[]], value: zeros([2, 0]) }],
  },
  {
    name: "repeat",
    f: (t) => repeat(t, 2, 1).square(),
    inputs: [x],
    value: [
      [1, 1, 4, 4, 9, 9],
      [16, 16, 25, 25, 36, 36],
    ],
    edges: [{ inputs: [[[3]]], value: [[9, 9]] }],
  },
  {
    name: "split",
    f: (t) => {
      const [head, tail] = split(t, [1], 1) as [Tensor, Tensor];
      return tail.mul(head);
    },
    inputs: [x],
    value: [
      [2, 3],
      [20, 24],
    ],
    edges: [{ inputs: [[[3]]], value: zeros([1, 0]) }],
  },
  {
    name: "pad",
    f: (t) => pad(t, [[1, 0], 1], { value: 0.5 }).square(),
    inputs: [x],
    value: [
      [0.25, 0.25, 0.25, 0.25, 0.25],
      [0.25, 1, 4, 9, 0.25],
      [0.25, 16, 25, 36, 0.25],
    ],
    edges: [{ inputs: [zeros([0, 1])], value: [[0.25, 0.25, 0.25]] }],
  },
  {
    name: "meshgrid",
    f: (a, b) => {
      const [columns, rows] = meshgrid([a, b]) as [Tensor, Tensor];
      return columns.mul(rows);
    },
    inputs: [
      [1, 2, 3],
      [10, 20],
    ],
    value: [
      [10, 20, 30],
      [20, 40, 60],
    ],
    edges: [{ inputs: [[], [1]], value: zeros([1, 0]) }],
  },
  {
    name: "moveAxis, expandDims and squeeze",
    f: (t) => squeeze(expandDims(moveAxis(t, 0, -1), [0, -1]), 0).square(),
    inputs: [x],
    value: [
      [[1], [16]],
      [[4], [25]],
      [[9], [36]],
    ],
    edges: [{ inputs: [zeros([2, 0])], value: zeros([0, 2, 1]) }],
  },
  {
    name: "diagonal",
    f: (t) => stack([diagonal(t), diagonal(t, { offset: 1 })]).square(),
    inputs: [x],
    value: [
      [1, 25],
      [4, 36],
    ],
    edges: [
      { inputs: [zeros([0, 1])], value: zeros([2, 0]) },
      { inputs: [[[2, 3]]], value: [[4], [9]] },
    ],
  },
  {
    name: "diagonal below",
    f: (t) => diagonal(t, { offset: -1 }).square(),
    inputs: [x],
    value: [16],
    edges: [{ inputs: [[[3]]], value: [] }],
  },
  {
    name: "diagonalMatrix",
    f: (t) => diagonalMatrix(t).matmul(diagonalMatrix(t)),
    inputs: [[2, 3]],
    value: [
      [4, 0],
      [0, 9],
    ],
    edges: [
      { inputs: [[3]], value: [[9]] },
      { inputs: [[]], value: zeros([0, 0]) },
    ],
  },
  {
    name: "diagonalMatrix aside",
    f: (t) =>
      diagonalMatrix(t, { offset: 1 })
        .add(diagonalMatrix(t, { offset: -1 }))
        .square(),
    inputs: [[2, 3]],
    value: [
      [0, 4, 0],
      [4, 0, 9],
      [0, 9, 0],
    ],
  },
  {
    name: "triangles",
    f: (t) =>
      lowerTriangle(t)
        .mul(10)
        .add(upperTriangle(t, { offset: 1 }))
        .square(),
    inputs: [x],
    value: [
      [100, 4, 9],
      [1600, 2500, 36],
    ],
    edges: [{ inputs: [[[3]]], value: [[900]] }],
  },
  {
    name: "outer",
    f: (a, b) => outer(a, b),
    inputs: [
      [1, 2],
      [3, 4, 5],
    ],
    value: [
      [3, 4, 5],
      [6, 8, 10],
    ],
    edges: [
      { inputs: [[], [1]], value: zeros([0, 1]) },
      { inputs: [2, 3], value: 6 },
    ],
  },
];
