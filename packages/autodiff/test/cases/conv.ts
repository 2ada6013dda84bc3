import { avgPool, conv2d, jvp, maxPool, ones, zeros, type Tensor } from "../../src/index.ts";
import type { OpCase } from "./case.ts";

/** 1, 2, …, 25 in a square. */
const square = Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (__, j) => 5 * i + j + 1));

export const convCases: readonly OpCase[] = [
  {
    name: "conv2d",
    f: (x, w) => conv2d(x, w),
    inputs: [
      [
        [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      ],
      [
        [
          [
            [1, 0],
            [0, -1],
          ],
        ],
        [
          [
            [0, 2],
            [1, 0],
          ],
        ],
      ],
    ],
    value: [
      [
        [-4, -4],
        [-4, -4],
      ],
      [
        [8, 11],
        [17, 20],
      ],
    ],
    edges: [
      { inputs: [[[[3]]], [[[[2]]]]], value: [[[6]]] },
      { inputs: [zeros([0, 2, 3, 3]), ones([4, 2, 1, 1])], value: zeros([0, 4, 3, 3]) },
      { inputs: [ones([1, 2, 2]), zeros([0, 1, 2, 2])], value: zeros([0, 1, 1]) },
    ],
  },
  {
    name: "conv2d with everything",
    f: (x, w) => conv2d(x, w, { stride: [2, 1], padding: [1, [0, 2]], dilation: [1, 2], groups: 2 }),
    inputs: [
      [
        [
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
          [
            [1, 0, 1],
            [0, 1, 0],
          ],
        ],
      ],
      [[[[1, 2]]], [[[3, 4]]]],
    ],
    // Rows −1 and 1 of the image: the first is padding. Columns j and j + 2, those from 3 on are padding.
    value: [
      [
        [
          [0, 0, 0],
          [16, 5, 6],
        ],
        [
          [0, 0, 0],
          [0, 3, 0],
        ],
      ],
    ],
  },
  {
    name: "maxPool",
    f: (x) => maxPool(x, 2),
    inputs: [
      [
        [
          [1, 2, 7, 6],
          [4, 3, 5, 8],
          [9, 11, 16, 15],
          [12, 10, 14, 13],
        ],
      ],
    ],
    value: [
      [
        [4, 8],
        [12, 16],
      ],
    ],
    edges: [
      {
        inputs: [
          [
            [
              [7, 1],
              [2, 3],
            ],
          ],
        ],
        value: [[[7]]],
      },
      { inputs: [zeros([0, 2, 2])], value: zeros([0, 1, 1]) },
    ],
  },
  {
    // ONNX's test maxpool_2d_same_upper
    name: "maxPool with windows that overlap, and padding",
    f: (x) => maxPool(x, 3, { stride: 2, padding: "same" }),
    inputs: [square],
    value: [
      [7, 9, 10],
      [17, 19, 20],
      [22, 24, 25],
    ],
    edges: [{ inputs: [[[-3]]], value: [[-3]] }],
  },
  {
    // Of two elements that reach the maximum each moves it by half of its own movement.
    name: "the tangent of maxPool",
    f: (x, dx) => jvp((each: Tensor) => maxPool(each, 2))(x, dx)[1],
    inputs: [
      [
        [1, 2, 7, 6],
        [4, 3, 5, 8],
      ],
      [
        [5, 6, 7, 8],
        [1, 2, 3, 4],
      ],
    ],
    value: [[1, 4]],
    edges: [
      {
        inputs: [
          [
            [3, 1],
            [3, 2],
          ],
          [
            [5, 6],
            [2, 9],
          ],
        ],
        value: [[3.5]],
      },
      { inputs: [zeros([0, 2, 2]), zeros([0, 2, 2])], value: zeros([0, 1, 1]) },
    ],
  },
  {
    // ONNX's test averagepool_2d_same_upper does not count the padding either.
    name: "avgPool with windows that overlap, and padding",
    f: (x) => avgPool(x, 3, { stride: 2, padding: "same" }),
    inputs: [square],
    value: [
      [4, 5.5, 7],
      [11.5, 13, 14.5],
      [19, 20.5, 22],
    ],
    edges: [
      { inputs: [[[-3]]], value: [[-3]] },
      { inputs: [zeros([0, 2, 2])], value: zeros([0, 1, 1]) },
    ],
  },
];
