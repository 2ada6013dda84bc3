import { large } from "../compile/wasm/math/elementwise-math.ts";
import * as vectors from "../compile/wasm/math/inverse-trigonometric.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, binary, unary, type Binary, type Unary } from "./define.ts";

/** d asin x = dx / √(1 − x²), written (1 − x)(1 + x) so that it keeps its digits near ±1 */
export const asin: Unary = unary({
  name: "asin",
  kernel: Math.asin,
  rules: [(d, [x]) => d.div(oneMinusSquare(x as Tensor).sqrt())],
  result: "float",
  latex: "\\arcsin\\left(#1\\right)",
  domain: [[-0.9, 0.9]],
  vector: large(65, vectors.asin),
});

/** d acos x = −dx / √(1 − x²) */
export const acos: Unary = unary({
  name: "acos",
  kernel: Math.acos,
  rules: [(d, [x]) => d.div(oneMinusSquare(x as Tensor).sqrt()).neg()],
  result: "float",
  latex: "\\arccos\\left(#1\\right)",
  domain: [[-0.9, 0.9]],
  vector: large(68, vectors.acos),
});

/** d atan x = dx / (1 + x²) */
export const atan: Unary = unary({
  name: "atan",
  kernel: Math.atan,
  rules: [(d, [x]) => d.div((x as Tensor).mul(x as Tensor).add(1))],
  result: "float",
  latex: "\\arctan\\left(#1\\right)",
  domain: [anywhere],
  vector: large(40, vectors.atan),
});

/** The angle of the point (x, y) as atan2(y, x): d = (x dy − y dx) / (x² + y²) */
export const atan2: Binary = binary({
  name: "atan2",
  kernel: (y, x) => Math.atan2(y, x),
  rules: [
    (d, [y, x]) => d.mul((x as Tensor).div(squaredRadius(x as Tensor, y as Tensor))),
    (d, [y, x]) => d.mul((y as Tensor).div(squaredRadius(x as Tensor, y as Tensor))).neg(),
  ],
  result: "float",
  latex: "\\operatorname{atan2}\\left(#1, #2\\right)",
  domain: [
    [0.5, 3],
    [-3, 3],
  ],
  vector: large(65, vectors.atan2),
});

function oneMinusSquare(x: Tensor): Tensor {
  return x.neg().add(1).mul(x.add(1));
}

function squaredRadius(x: Tensor, y: Tensor): Tensor {
  return x.mul(x).add(y.mul(y));
}
