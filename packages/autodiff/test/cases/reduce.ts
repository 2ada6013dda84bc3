import type { OpCase } from "./case.ts";

const x = [
  [1, 5, 3],
  [4, 2, 6],
];
const emptyRows = { inputs: [[[], []]], value: [0, 0] };

export const reduceCases: readonly OpCase[] = [
  {
    name: "sum of everything",
    f: (t) => t.sum(),
    inputs: [x],
    value: 21,
    edges: [{ inputs: [[]], value: 0 }],
  },
  {
    name: "sum along an axis",
    f: (t) => t.sum({ axis: 1 }),
    inputs: [x],
    value: [9, 12],
    edges: [emptyRows],
  },
  {
    name: "mean",
    f: (t) => t.mean({ axis: 0, keepDims: true }),
    inputs: [x],
    value: [[2.5, 3.5, 4.5]],
    edges: [{ inputs: [[[7]]], value: [[7]] }],
  },
  {
    name: "max",
    f: (t) => t.max({ axis: 1 }),
    inputs: [x],
    value: [5, 6],
    edges: [{ inputs: [[[7], [8]]], value: [7, 8] }],
  },
  { name: "min", f: (t) => t.min(), inputs: [x], value: 1, edges: [{ inputs: [[7]], value: 7 }] },
];
