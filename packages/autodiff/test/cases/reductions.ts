import {
  all,
  any,
  argmax,
  argmin,
  cumprod,
  cumsum,
  logSoftmax,
  logsumexp,
  prod,
  softmax,
  standardDeviation,
  tensor,
  variance,
  zeros,
} from "../../src/index.ts";
import type { OpCase } from "./case.ts";

const x = [
  [1, 5, 3],
  [4, 2, 6],
];
/** e¹ + e³, e⁵ + e² and such, by the exponential of plain JavaScript. */
const sums = x.map((row) => row.reduce((total, each) => total + Math.exp(each), 0));
const shares = x.map((row, i) => row.map((each) => Math.exp(each) / (sums[i] as number)));
const empty = { inputs: [zeros([2, 0])], value: zeros([2, 0]) };

export const reductionCases: readonly OpCase[] = [
  {
    name: "prod of everything",
    f: (t) => prod(t),
    inputs: [x],
    value: 720,
    edges: [
      { inputs: [[]], value: 1 },
      { inputs: [7], value: 7 },
    ],
  },
  {
    name: "prod along an axis, with zeros",
    f: (t) => prod(t, { axis: 0 }),
    inputs: [
      [
        [1, 0, 0],
        [4, 2, 0],
        [2, 3, 5],
      ],
    ],
    value: [8, 0, 0],
    edges: [
      { inputs: [[[7, 8]]], value: [7, 8] },
      { inputs: [zeros([0, 2])], value: [1, 1] },
      { inputs: [zeros([2, 0])], value: [] },
    ],
  },
  {
    name: "prod along outer axes, kept",
    f: (t) => prod(t, { axis: [0, 2], keepDims: true }),
    inputs: [
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
    ],
    value: [[[60], [672]]],
  },
  {
    name: "cumsum",
    f: (t) => cumsum(t, { axis: 1 }).square(),
    inputs: [x],
    value: [
      [1, 36, 81],
      [16, 36, 144],
    ],
    edges: [empty, { inputs: [[[3]]], value: [[9]] }],
  },
  {
    name: "cumsum from the end",
    f: (t) => cumsum(t, { axis: 0, reverse: true }).square(),
    inputs: [x],
    value: [
      [25, 49, 81],
      [16, 4, 36],
    ],
  },
  {
    name: "cumprod, with zeros",
    f: (t) => cumprod(t),
    inputs: [[2, 3, 0, 5, 0]],
    value: [2, 6, 0, 0, 0],
    edges: [
      { inputs: [[]], value: [] },
      { inputs: [[3]], value: [3] },
    ],
  },
  {
    name: "cumprod from the end",
    f: (t) => cumprod(t, { axis: 0, reverse: true }),
    inputs: [x],
    value: [
      [4, 10, 18],
      [4, 2, 6],
    ],
  },
  {
    name: "variance",
    f: (t) => variance(t, { axis: 1 }),
    inputs: [x],
    value: [8 / 3, 8 / 3],
    edges: [
      { inputs: [[[7], [8]]], value: [0, 0] },
      { inputs: [zeros([2, 0])], value: [NaN, NaN] },
    ],
  },
  {
    name: "standard deviation of a sample",
    f: (t) => standardDeviation(t, { correction: 1, axis: 0, keepDims: true }),
    inputs: [
      [
        [1, 5],
        [2, 0],
        [3, 7],
      ],
    ],
    value: [[1, Math.sqrt(13)]],
    edges: [{ inputs: [[[7, 8]]], value: [[NaN, NaN]] }],
  },
  {
    name: "logsumexp",
    f: (t) => logsumexp(t, { axis: 1 }),
    inputs: [x],
    value: sums.map(Math.log),
    edges: [
      { inputs: [[[7], [8]]], value: [7, 8] },
      { inputs: [zeros([2, 0])], value: [-Infinity, -Infinity] },
    ],
  },
  {
    name: "logsumexp of everything, kept",
    f: (t) => logsumexp(t, { keepDims: true }),
    inputs: [x],
    value: [[Math.log((sums[0] as number) + (sums[1] as number))]],
    edges: [{ inputs: [[[]]], value: [[-Infinity]] }],
  },
  {
    name: "softmax",
    f: (t) => softmax(t),
    inputs: [x],
    value: shares,
    edges: [empty, { inputs: [[[3], [4]]], value: [[1], [1]] }],
  },
  {
    name: "softmax over both axes",
    f: (t) => softmax(t, { axis: [0, 1] }),
    inputs: [
      [
        [0, Math.log(2)],
        [Math.log(3), Math.log(4)],
      ],
    ],
    value: [
      [0.1, 0.2],
      [0.3, 0.4],
    ],
  },
  {
    name: "logSoftmax",
    f: (t) => logSoftmax(t.transpose(), { axis: 0 }).transpose(),
    inputs: [x],
    value: shares.map((row) => row.map(Math.log)),
    edges: [empty, { inputs: [[[3]]], value: [[0]] }],
  },
  {
    name: "argmax",
    f: (t) => argmax(t, { axis: 1 }),
    inputs: [x],
    value: tensor([1, 2], { dtype: "i32" }),
    smooth: false,
    edges: [{ inputs: [[[7], [8]]], value: tensor([0, 0], { dtype: "i32" }) }],
  },
  {
    name: "argmin of everything",
    f: (t) => argmin(t, { keepDims: true }),
    inputs: [x],
    value: tensor([[0]], { dtype: "i32" }),
    smooth: false,
  },
  {
    name: "any",
    f: (t) => any(t.greater(4), { axis: 0 }),
    inputs: [x],
    value: [false, true, true],
    smooth: false,
    edges: [{ inputs: [zeros([0, 2])], value: [false, false] }],
  },
  {
    name: "all",
    f: (t) => all(t.less(6), { axis: 1 }),
    inputs: [x],
    value: [true, false],
    smooth: false,
    edges: [{ inputs: [zeros([2, 0])], value: [true, true] }],
  },
];
