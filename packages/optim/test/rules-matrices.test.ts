import {
  eye,
  matmul,
  normal,
  qr,
  randomKey,
  svd,
  tensor,
  toArrays,
  zeros,
  type Tensor,
} from "@steepest/autodiff";
import { adafactor, adamw, lamb, muon, sgd } from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { orthogonalize } from "../src/rules/orthogonalize.ts";
import { followTree } from "./support/training.ts";

type Nested = number | readonly Nested[];

/** The same nested numbers, each to be met closely. */
const close = (value: Nested, digits = 12): unknown =>
  typeof value === "number" ? expect.closeTo(value, digits) : value.map((part) => close(part, digits));
const { sqrt } = Math;

describe("lamb", () => {
  it("takes Adam's direction as long as the parameter is", () => {
    // t = 1: m̂ = (1, −2), √v̂ = (1, 2), so d = (1, −1) + 0.5 · (3, 4) = (2.5, 1); ‖x‖ = 5, ‖d‖ = √7.25.
    const rule = lamb({ learningRate: 0.1, weightDecay: 0.5, epsilon: 0 });
    const ratio = 5 / sqrt(7.25);
    const x = [3 - 0.1 * ratio * 2.5, 4 - 0.1 * ratio * 1] as const;
    // t = 2, g = (3, 2): m = (0.9 · 0.1 + 0.3, −0.9 · 0.2 + 0.2) = (0.39, 0.02);
    // v = (0.999 · 0.001 + 0.009, 0.999 · 0.004 + 0.004) = (0.009999, 0.007996).
    const d = [
      0.39 / 0.19 / sqrt(0.009999 / 0.001999) + 0.5 * x[0],
      0.02 / 0.19 / sqrt(0.007996 / 0.001999) + 0.5 * x[1],
    ] as const;
    const second = sqrt(x[0] ** 2 + x[1] ** 2) / sqrt(d[0] ** 2 + d[1] ** 2);
    expect(toArrays(followTree(rule, tensor([3, 4]), [tensor([1, -2]), tensor([3, 2])]))).toEqual([
      close(x),
      close([x[0] - 0.1 * second * d[0], x[1] - 0.1 * second * d[1]]),
    ]);
  });

  it("measures each leaf by itself, and takes the plain step where one of the norms is 0", () => {
    const rule = lamb({ learningRate: 0.1, epsilon: 0.5 });
    const start = { zero: tensor([0, 0]), still: tensor([7, 7]), long: tensor([6, 8]) };
    const gradients = { zero: tensor([2, 2]), still: tensor([0, 0]), long: tensor([2, 2]) };
    // m̂ / (√v̂ + ε) = 2 / 2.5 = 0.8; for `long` as long as 10, shared by two equal parts.
    expect(toArrays(followTree(rule, start, [gradients]))).toEqual([
      {
        zero: close([-0.08, -0.08]),
        still: [7, 7],
        long: close([6 - 1 / sqrt(2), 8 - 1 / sqrt(2)]),
      },
    ]);
  });
});

describe("adafactor", () => {
  it("makes the published first two steps of a matrix", () => {
    const start = tensor([
      [1, 2],
      [3, 4],
    ]);
    const first = tensor([
      [1, 2],
      [2, 4],
    ]);
    const second = tensor([
      [2, 0],
      [0, 1],
    ]);
    // t = 1: squares (1, 4; 4, 16): row means (2.5, 10), column means (2.5, 10), V = R C / 6.25 = the squares themselves, U of
    // ones only, RMS(U) = 1; RMS(x) = √(30 / 4); ρ₁ = 0.01.
    const step = 0.01 * sqrt(7.5);
    const x = [
      [1 - step, 2 - step],
      [3 - step, 4 - step],
    ] as const;
    // t = 2: squares (4, 0; 0, 1): row and column means (2, 0.5), taken in by 2^−0.8.
    const renewal = 2 ** -0.8;
    const [a, b] = [(1 - renewal) * 2.5 + renewal * 2, (1 - renewal) * 10 + renewal * 0.5] as const;
    const average = (a + b) / 2;
    const u = [2 / sqrt((a * a) / average), 1 / sqrt((b * b) / average)] as const;
    const clipping = Math.max(1, sqrt((u[0] ** 2 + u[1] ** 2) / 4));
    const size = sqrt((x[0][0] ** 2 + x[0][1] ** 2 + x[1][0] ** 2 + x[1][1] ** 2) / 4);
    const next = [
      [x[0][0] - (0.01 * size * u[0]) / clipping, x[0][1]],
      [x[1][0], x[1][1] - (0.01 * size * u[1]) / clipping],
    ];
    expect(toArrays(followTree(adafactor(), start, [first, second]))).toEqual([close(x), close(next)]);
  });

  it("makes the published first two steps of a vector, clips them, and decays weights", () => {
    const rule = adafactor({ learningRate: 0.1, weightDecay: 0.5, clippingThreshold: 0.5 });
    // t = 1: V = (1, 4), U = (1, 1), RMS(U) / d = 2, so each part is 1/2; RMS(x) = 5 / √2.
    const size = 5 / sqrt(2);
    const x = [3 - 0.1 * (size / 2 + 1.5), 4 - 0.1 * (size / 2 + 2)] as const;
    // t = 2, g = (0, 1): V = (1 − r)(1, 4) + r (0, 1) with r = 2^−0.8
    const renewal = 2 ** -0.8;
    const u = 1 / sqrt((1 - renewal) * 4 + renewal);
    const clipped = u / Math.max(1, sqrt((u * u) / 2) / 0.5);
    const next = [
      x[0] - 0.1 * 0.5 * x[0],
      x[1] - 0.1 * (sqrt((x[0] ** 2 + x[1] ** 2) / 2) * clipped + 0.5 * x[1]),
    ];
    const path = followTree(rule, tensor([3, 4]), [tensor([1, 2]), tensor([0, 1])]);
    expect(toArrays(path)).toEqual([close(x), close(next)]);
  });

  it("gives small parameters a least size", () => {
    const path = followTree(adafactor({ leastScale: 0.5 }), tensor([0, 0]), [tensor([3, -3])]);
    expect(toArrays(path)).toEqual([close([-0.005, 0.005])]);
  });

  it("remembers a row and a column of a matrix, and of every matrix in a stack of them", () => {
    const state = adafactor().init({
      kernel: tensor(new Float32Array(24), { shape: [2, 3, 4] }),
      bias: tensor([1]),
    });
    expect(state).toMatchObject({
      factored: {
        rows: { kernel: { shape: [2, 3, 1], dtype: "f32" } },
        columns: { kernel: { shape: [2, 1, 4], dtype: "f32" } },
      },
      whole: { meanSquare: { bias: { shape: [1], dtype: "f64" } } },
    });
  });

  it.each([
    [
      [0, 0, 0, 0],
      [1, 2, 3, 4],
    ],
    // V = (4, 0; 0, 0): U = (1, 0; 0, 0), RMS(U) = 1/2
    [
      [2, 0, 0, 0],
      [1 - 0.01 * sqrt(7.5), 2, 3, 4],
    ],
  ])("leaves f32 parameters without a gradient where they are: %j", (gradient, expected) => {
    const matrix = (values: number[]): Tensor => tensor(new Float32Array(values), { shape: [2, 2] });
    const [moved] = followTree(adafactor(), matrix([1, 2, 3, 4]), [matrix(gradient)]) as [Tensor];
    expect(Array.from(moved.data)).toEqual(close(expected, 6));
  });
});

/** A singular value after so many steps of 3.4445 s − 4.775 s³ + 2.0315 s⁵. */
function iterated(s: number, steps: number): number {
  for (let step = 0; step < steps; step++) s = 3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5;
  return s;
}

describe("orthogonalize", () => {
  it("does to singular values what its polynomial does", () => {
    // diag(3, 4) / 5 has the singular values 0.6 and 0.8.
    expect(
      orthogonalize(
        tensor([
          [3, 0],
          [0, 4],
        ]),
        5,
      ).toArray(),
    ).toEqual(
      close([
        [iterated(0.6, 5), 0],
        [0, iterated(0.8, 5)],
      ]),
    );
  });

  it.each([
    [5, 5],
    [3, 8],
    [8, 3],
  ])("brings those of a %i × %i matrix near 1 and keeps its singular vectors", (rows, columns) => {
    const matrix = normal(randomKey(rows), [rows, columns]);
    const { u, s, vt } = svd(matrix);
    const result = orthogonalize(matrix, 5);
    const inside = matmul(u.transpose(), matmul(result, vt.transpose())).toArray() as number[][];
    const length = sqrt((s.toArray() as number[]).reduce((sum, each) => sum + each ** 2, 0));
    expect(inside).toEqual(
      inside.map((row, i) =>
        row.map((_, j) => expect.closeTo(i === j ? iterated(s.slice(i).item() / length, 5) : 0, 10)),
      ),
    );
    for (let i = 0; i < s.size; i++) {
      expect(inside[i]![i]).toBeGreaterThan(0.65);
      expect(inside[i]![i]).toBeLessThan(1.25);
    }
  });

  it("gives the same for a multiple of the matrix, and zeros for zeros", () => {
    const matrix = normal(randomKey(1), [3, 4]);
    const result = orthogonalize(matrix, 5).toArray() as number[][];
    expect(orthogonalize(matrix.mul(1e-100), 5).toArray()).toEqual(close(result));
    expect(orthogonalize(zeros([3, 4]), 5).toArray()).toEqual(zeros([3, 4]).toArray());
  });
});

describe("muon", () => {
  const start = { matrix: eye(2), bias: tensor([1, 1]) };

  it("makes the published first two steps", () => {
    const rule = muon({ learningRate: 0.1, weightDecay: 0.5, others: sgd({ learningRate: 1 }) });
    const gradients = [
      {
        matrix: tensor([
          [3, 0],
          [0, 4],
        ]),
        bias: tensor([0.25, 0]),
      },
      {
        matrix: tensor([
          [1, 0],
          [0, 0],
        ]),
        bias: tensor([0, 0.25]),
      },
    ];
    // G + μ V: 1.95 · (3, 4); then V = 0.95 · (3, 4) + (1, 0) = (3.85, 3.8), (1, 0) + 0.95 · V = (4.6575, 3.61).
    const scale = 0.2 * sqrt(2);
    const long = sqrt(4.6575 ** 2 + 3.61 ** 2);
    const x = [0.6, 0.8].map((s) => 1 - 0.1 * (scale * iterated(s, 5) + 0.5)) as [number, number];
    const y = [4.6575, 3.61].map((s, i) => x[i]! - 0.1 * (scale * iterated(s / long, 5) + 0.5 * x[i]!)) as [
      number,
      number,
    ];
    expect(toArrays(followTree(rule, start, gradients))).toEqual([
      {
        matrix: close([
          [x[0], 0],
          [0, x[1]],
        ]),
        bias: [0.75, 1],
      },
      {
        matrix: close([
          [y[0], 0],
          [0, y[1]],
        ]),
        bias: [0.75, 0.75],
      },
    ]);
  });

  it("turns with the space: a rotated problem takes the rotated steps", () => {
    const { q } = qr(normal(randomKey(7), [3, 3]));
    const rule = muon({ learningRate: 0.1, nesterov: false });
    const start = normal(randomKey(8), [3, 2]);
    const gradients = [9, 10].map((seed) => normal(randomKey(seed), [3, 2]));
    const turn = (x: Tensor): Tensor => matmul(q, x);
    expect(toArrays(followTree(rule, turn(start), gradients.map(turn)))).toEqual(
      followTree(rule, start, gradients).map((x) => close(turn(x).toArray() as number[][], 11)),
    );
  });

  it("leaves other parameters, and matrices that are not chosen, to adamw", () => {
    const options = { learningRate: 0.1, weightDecay: 0.3 };
    const rule = muon({ ...options, matrices: (path) => path === "matrix" });
    const params = { ...start, head: eye(3) };
    const gradients = { matrix: eye(2), bias: tensor([1, -2]), head: eye(3).mul(3) };
    const [{ bias, head }] = followTree(rule, params, [gradients]) as [typeof params];
    const [expected] = followTree(adamw(options), params, [gradients]) as [typeof params];
    expect(toArrays({ bias, head })).toEqual(toArrays({ bias: expected.bias, head: expected.head }));
  });

  it("takes Jordan's scale in place of the one that matches adamw", () => {
    const jordan = (rows: number, columns: number): number => sqrt(Math.max(1, rows / columns));
    const rule = muon({ learningRate: 1, scale: jordan });
    const [moved] = followTree(rule, tensor([[0], [0], [0], [0]]), [tensor([[1], [0], [0], [0]])]) as [
      Tensor,
    ];
    expect(moved.toArray()).toEqual(close([[-2 * iterated(1, 5)], [0], [0], [0]]));
  });
});
