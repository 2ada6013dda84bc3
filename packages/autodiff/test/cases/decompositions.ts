import {
  cholesky,
  concatenate,
  conditionNumber,
  determinant,
  eigh,
  expm,
  inverse,
  logDeterminant,
  lstsq,
  matrixPower,
  matrixTrace,
  norm,
  qr,
  solve,
  svd,
  triangularSolve,
  zeros,
  type Tensor,
} from "../../src/index.ts";
import type { OpCase } from "./case.ts";

/** Several results in one vector. */
function flat(parts: Readonly<Record<string, Tensor>>): Tensor {
  return concatenate(Object.values(parts).map((part) => part.reshape([-1])));
}

const root2 = Math.sqrt(2);
const root5 = Math.sqrt(5);
const root10 = Math.sqrt(10);
const a = [
  [2, 1],
  [1, 3],
];
const tall = [
  [2, 1],
  [1, 3],
  [2, -1],
];
const empty = zeros([0, 0]);

export const decompositionCases: readonly OpCase[] = [
  {
    name: "solve for a batch of matrices and one vector",
    f: (x, y) => solve(x, y),
    inputs: [
      [
        a,
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [3, 5],
    ],
    value: [
      [0.8, 1.4],
      [-1, 2],
    ],
    edges: [
      { inputs: [zeros([0, 2, 2]), [1, 2]], value: zeros([0, 2]) },
      { inputs: [empty, zeros([0, 3])], value: zeros([0, 3]) },
    ],
  },
  {
    name: "solve one matrix for a batch of right-hand sides",
    f: (x, y) => solve(x, y),
    inputs: [
      a,
      [
        [[3], [5]],
        [[5], [0]],
      ],
    ],
    value: [
      [[0.8], [1.4]],
      [[3], [-1]],
    ],
    edges: [{ inputs: [[[4]], zeros([2, 1, 0])], value: zeros([2, 1, 0]) }],
  },
  {
    name: "triangularSolve",
    f: (x, y) => triangularSolve(x, y),
    // What is above the diagonal does not count.
    inputs: [
      [
        [2, 7],
        [1, 4],
      ],
      [
        [2, 4],
        [9, 2],
      ],
    ],
    value: [
      [1, 2],
      [2, 0],
    ],
    edges: [
      { inputs: [[[4]], [2]], value: [0.5] },
      { inputs: [empty, zeros([0])], value: zeros([0]) },
    ],
  },
  {
    name: "triangularSolve, transposed, with ones on the diagonal",
    f: (x, y) => triangularSolve(x, y, { lower: false, transpose: true, unitDiagonal: true }),
    inputs: [
      [
        [7, 3],
        [8, 9],
      ],
      [2, 5],
    ],
    value: [2, -1],
  },
  {
    name: "cholesky",
    f: (x) => cholesky(x),
    inputs: [
      [
        [4, 2],
        [2, 10],
      ],
    ],
    value: [
      [2, 0],
      [1, 3],
    ],
    edges: [
      { inputs: [[[9]]], value: [[3]] },
      { inputs: [empty], value: empty },
    ],
  },
  {
    name: "qr of a square matrix",
    f: (x) => flat({ ...qr(x) }),
    inputs: [
      [
        [3, 1],
        [4, 2],
      ],
    ],
    value: [0.6, -0.8, 0.8, 0.6, 5, 2.2, 0, 0.4],
    edges: [
      { inputs: [[[-2]]], value: [-1, 2] },
      { inputs: [empty], value: [] },
    ],
  },
  {
    name: "qr of a tall matrix",
    f: (x) => flat({ ...qr(x) }),
    inputs: [tall],
    value: [2, 1 / root10, 1, 8 / root10, 2, -5 / root10, 9, 3, 0, 3 * root10].map((value) => value / 3),
    edges: [{ inputs: [zeros([3, 0])], value: [] }],
  },
  {
    name: "qr of a wide matrix",
    f: (x) => flat({ ...qr(x) }),
    inputs: [
      [
        [3, 1, 5],
        [4, 2, 10],
      ],
    ],
    value: [0.6, -0.8, 0.8, 0.6, 5, 2.2, 11, 0, 0.4, 2],
    edges: [{ inputs: [zeros([0, 3])], value: [] }],
  },
  {
    name: "lstsq",
    f: (x, y) => lstsq(x, y),
    inputs: [
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
      [1, 2, 2],
    ],
    value: [7 / 6, 1 / 2],
    edges: [
      { inputs: [[[4]], [2]], value: [0.5] },
      { inputs: [zeros([2, 0]), [1, 2]], value: [] },
    ],
  },
  {
    name: "inverse",
    f: (x) => inverse(x),
    inputs: [a],
    value: [
      [0.6, -0.2],
      [-0.2, 0.4],
    ],
    edges: [
      { inputs: [[[4]]], value: [[0.25]] },
      { inputs: [empty], value: empty },
    ],
  },
  {
    name: "determinant",
    f: (x) => determinant(x),
    inputs: [a],
    value: 5,
    edges: [
      { inputs: [[[-4]]], value: -4 },
      { inputs: [empty], value: 1 },
    ],
  },
  {
    name: "determinant of order 4",
    f: (x) => determinant(x),
    // Blocks [[A, B], [0, D]]: det A · det D.
    inputs: [
      [
        [2, 1, 5, -1],
        [1, 3, 0, 2],
        [0, 0, 1, 2],
        [0, 0, 3, 4],
      ],
    ],
    value: -10,
  },
  {
    name: "logDeterminant",
    f: (x) => flat({ ...logDeterminant(x) }),
    inputs: [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    value: [-1, Math.LN2],
    edges: [
      { inputs: [[[-4]]], value: [-1, Math.log(4)] },
      { inputs: [empty], value: [1, 0] },
    ],
  },
  {
    name: "eigh",
    f: (x) => flat({ ...eigh(x) }),
    inputs: [
      [
        [2, 1],
        [1, 2],
      ],
    ],
    value: [1, 3, 1 / root2, 1 / root2, -1 / root2, 1 / root2],
    edges: [
      { inputs: [[[-4]]], value: [-4, 1] },
      { inputs: [empty], value: [] },
    ],
  },
  {
    name: "svd of a square matrix",
    f: (x) => flat({ ...svd(x) }),
    inputs: [
      [
        [3, 0],
        [4, 5],
      ],
    ],
    value: [
      ...[1, 3, 3, -1].map((value) => value / root10),
      ...[3 * root5, root5],
      ...[1, 1, 1, -1].map((value) => value / root2),
    ],
    edges: [
      { inputs: [[[-4]]], value: [1, 4, -1] },
      { inputs: [empty], value: [] },
    ],
  },
  {
    name: "svd of a tall matrix",
    f: (x) => flat({ ...svd(x) }),
    inputs: [
      [
        [0, 1],
        [2, 0],
        [0, 0],
      ],
    ],
    value: [0, 1, 1, 0, 0, 0, 2, 1, 1, 0, 0, 1],
    edges: [{ inputs: [zeros([3, 0])], value: [] }],
  },
  {
    name: "svd of a wide matrix",
    f: (x) => flat({ ...svd(x) }),
    inputs: [
      [
        [0, 2, 0],
        [1, 0, 0],
      ],
    ],
    value: [1, 0, 0, 1, 2, 1, 0, 1, 0, 1, 0, 0],
    edges: [{ inputs: [zeros([0, 3])], value: [] }],
  },
  {
    name: "conditionNumber",
    f: (x) => conditionNumber(x),
    inputs: [
      [
        [3, 0],
        [4, 5],
      ],
    ],
    value: 3,
    edges: [{ inputs: [[[-4]]], value: 1 }],
  },
  {
    name: "matrixTrace",
    f: (x) => matrixTrace(x).square(),
    inputs: [tall],
    value: 25,
    edges: [
      { inputs: [[[3]]], value: 9 },
      { inputs: [empty], value: 0 },
    ],
  },
  {
    name: "expm",
    f: (x) => expm(x),
    // e^[[a, b], [0, d]] has (eᵃ − eᵈ) b / (a − d) above the diagonal.
    inputs: [
      [
        [1, 3],
        [0, 2],
      ],
    ],
    value: [
      [Math.E, 3 * (Math.E ** 2 - Math.E)],
      [0, Math.E ** 2],
    ],
    edges: [
      { inputs: [[[0]]], value: [[1]] },
      { inputs: [empty], value: empty },
    ],
  },
  {
    name: "matrixPower",
    f: (x) => matrixPower(x, 5),
    inputs: [
      [
        [1, 1],
        [1, 0],
      ],
    ],
    value: [
      [8, 5],
      [5, 3],
    ],
    edges: [
      { inputs: [[[2]]], value: [[32]] },
      { inputs: [empty], value: empty },
    ],
  },
  {
    name: "matrixPower of a negative power",
    f: (x) => matrixPower(x, -2),
    inputs: [
      [
        [1, 1],
        [1, 0],
      ],
    ],
    value: [
      [1, -1],
      [-1, 2],
    ],
  },
  {
    name: "norm along an axis",
    f: (x) => norm(x, { axis: 0, keepDims: true }),
    inputs: [tall],
    value: [[3, Math.sqrt(11)]],
    edges: [
      { inputs: [zeros([0, 2])], value: [[0, 0]] },
      { inputs: [zeros([2, 1])], value: [[0]] },
    ],
  },
  {
    name: "norm of order 1",
    f: (x) => norm(x, { order: 1 }),
    inputs: [tall],
    value: 10,
    edges: [{ inputs: [[]], value: 0 }],
  },
  {
    name: "norm of order ∞",
    f: (x) => norm(x, { order: Infinity, axis: 1 }),
    inputs: [tall],
    value: [2, 3, 2],
    edges: [{ inputs: [zeros([2, 0])], value: [0, 0] }],
  },
  {
    name: "norm of order 3",
    f: (x) => norm(x, { order: 3 }),
    inputs: [tall],
    value: Math.cbrt(46),
    edges: [
      { inputs: [[-2]], value: 2 },
      { inputs: [[0]], value: 0 },
    ],
  },
  {
    name: "norm of order 4",
    f: (x) => norm(x, { order: 4, axis: -1 }),
    inputs: [tall],
    value: [Math.pow(17, 0.25), Math.pow(82, 0.25), Math.pow(17, 0.25)],
  },
  {
    name: "Frobenius norm",
    f: (x) => norm(x, { order: "frobenius" }),
    inputs: [tall],
    value: Math.sqrt(20),
    edges: [{ inputs: [empty], value: 0 }],
  },
  {
    name: "nuclear norm",
    f: (x) => norm(x, { order: "nuclear" }),
    inputs: [
      [
        [3, 0],
        [4, 5],
      ],
    ],
    value: 4 * root5,
    edges: [
      { inputs: [zeros([2, 2])], value: 0 },
      { inputs: [zeros([2, 0])], value: 0 },
    ],
  },
  {
    name: "spectral norm",
    f: (x) => norm(x, { order: "spectral", keepDims: true }),
    inputs: [
      [
        [3, 0],
        [4, 5],
      ],
    ],
    value: [[3 * root5]],
    edges: [{ inputs: [zeros([2, 2])], value: [[0]] }],
  },
];
