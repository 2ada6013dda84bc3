import { dot, matmul, solve, zeros } from "../../src/index.ts";
import type { OpCase } from "./case.ts";

const a = [
  [2, 1],
  [1, 3],
];

export const linalgCases: readonly OpCase[] = [
  {
    name: "matmul",
    f: (x, y) => matmul(x, y),
    inputs: [
      a,
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    value: [
      [6, 9, 12],
      [13, 17, 21],
    ],
    edges: [
      { inputs: [[[3]], [[4]]], value: [[12]] },
      { inputs: [zeros([2, 0]), zeros([0, 3])], value: zeros([2, 3]) },
    ],
  },
  {
    name: "matmul of many by one",
    f: (x, y) => matmul(x, y),
    inputs: [
      [
        a,
        [
          [1, 0],
          [0, 2],
        ],
      ],
      a,
    ],
    value: [
      [
        [5, 5],
        [5, 10],
      ],
      [
        [2, 1],
        [2, 6],
      ],
    ],
  },
  { name: "matmul with vectors", f: (x, y) => matmul(x, y), inputs: [a, [1, 2]], value: [4, 7] },
  {
    name: "dot",
    f: (x, y) => dot(x, y),
    inputs: [
      [1, 2],
      [3, 4],
    ],
    value: 11,
    edges: [{ inputs: [[], []], value: 0 }],
  },
  {
    name: "solve",
    f: (x, y) => solve(x, y),
    inputs: [a, [3, 5]],
    value: [0.8, 1.4],
    edges: [{ inputs: [[[4]], [2]], value: [0.5] }],
  },
];
