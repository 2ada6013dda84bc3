import { concatenate, stack, zeros } from "../../src/index.ts";
import type { OpCase } from "./case.ts";

const x = [
  [1, 2, 3],
  [4, 5, 6],
];

export const shapeCases: readonly OpCase[] = [
  {
    name: "reshape",
    f: (t) => t.reshape([3, -1]).square(),
    inputs: [x],
    value: [
      [1, 4],
      [9, 16],
      [25, 36],
    ],
    edges: [{ inputs: [[[], [], []]], value: [[], [], []] }],
  },
  {
    name: "broadcastTo",
    f: (t) => t.broadcastTo([2, 3]).square(),
    inputs: [[1, 2, 3]],
    value: [
      [1, 4, 9],
      [1, 4, 9],
    ],
    edges: [
      {
        inputs: [[[2], [3]]],
        value: [
          [4, 4, 4],
          [9, 9, 9],
        ],
      },
    ],
  },
  {
    name: "transpose",
    f: (t) => t.transpose().square(),
    inputs: [x],
    value: [
      [1, 16],
      [4, 25],
      [9, 36],
    ],
    edges: [{ inputs: [[[], []]], value: zeros([0, 2]) }],
  },
  {
    name: "slice",
    f: (t) => t.slice([], [0, 3, 2]).square(),
    inputs: [x],
    value: [
      [1, 9],
      [16, 36],
    ],
    edges: [{ inputs: [[[3]]], value: [[9]] }],
  },
  {
    name: "concatenate",
    f: (a, b) => concatenate([a, b, a], 1).square(),
    inputs: [[[1], [2]], x],
    value: [
      [1, 1, 4, 9, 1],
      [4, 16, 25, 36, 4],
    ],
    edges: [{ inputs: [[[1]], [[]]], value: [[1, 1]] }],
  },
  {
    name: "stack",
    f: (a, b) => stack([a, b], 1).square(),
    inputs: [
      [1, 2],
      [3, 4],
    ],
    value: [
      [1, 9],
      [4, 16],
    ],
    edges: [{ inputs: [[], []], value: zeros([0, 2]) }],
  },
];
