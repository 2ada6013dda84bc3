import { einsum, zeros } from "../../src/index.ts";
import type { OpCase } from "./case.ts";

const a = [
  [1, 2],
  [3, 4],
];
const b = [
  [1, 0, 2],
  [3, 1, 1],
];

export const einsumCases: readonly OpCase[] = [
  {
    name: "einsum, a matrix product",
    f: (x, y) => einsum("ij,jk->ik", x, y),
    inputs: [a, b],
    value: [
      [7, 2, 4],
      [15, 4, 10],
    ],
    edges: [
      { inputs: [[[3]], [[4]]], value: [[12]] },
      { inputs: [zeros([2, 0]), zeros([0, 1])], value: [[0], [0]] },
    ],
  },
  {
    name: "einsum, a trace",
    f: (x) => einsum("ii", x),
    inputs: [a],
    value: 5,
    edges: [
      { inputs: [[[3]]], value: 3 },
      { inputs: [zeros([0, 0])], value: 0 },
    ],
  },
  { name: "einsum, a diagonal", f: (x) => einsum("ii->i", x).square(), inputs: [a], value: [1, 16] },
  {
    name: "einsum, three operands",
    f: (x, y, z) => einsum("i,ij,kj->k", x, y, z),
    inputs: [[1, 2], b, [[1, 1, 1]]],
    value: [13],
  },
  {
    name: "einsum, elementwise over a batch",
    f: (x, y) => einsum("...i,i->...i", x, y),
    inputs: [a, [10, 100]],
    value: [
      [10, 200],
      [30, 400],
    ],
    edges: [{ inputs: [zeros([0, 2]), [1, 2]], value: zeros([0, 2]) }],
  },
  {
    name: "einsum, an outer product of sums",
    f: (x, y) => einsum("ij,k->k", x, y),
    inputs: [a, [1, 2]],
    value: [10, 20],
  },
];
