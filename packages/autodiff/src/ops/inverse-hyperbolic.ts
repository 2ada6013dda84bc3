import { large } from "../compile/wasm/math/elementwise-math.ts";
import * as vectors from "../compile/wasm/math/inverse-hyperbolic.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, unary, type Unary } from "./define.ts";

/** d asinh x = dx / √(x² + 1) */
export const asinh: Unary = unary({
  name: "asinh",
  kernel: Math.asinh,
  rules: [(d, [x]) => d.div((x as Tensor).square().add(1).sqrt())],
  result: "float",
  latex: "\\operatorname{arsinh}\\left(#1\\right)",
  domain: [anywhere],
  vector: large(60, vectors.asinh),
});

/** d acosh x = dx / √(x² − 1), written (x − 1)(x + 1) so that it keeps its digits near 1 */
export const acosh: Unary = unary({
  name: "acosh",
  kernel: Math.acosh,
  rules: [
    (d, [x]) =>
      d.div(
        (x as Tensor)
          .sub(1)
          .mul((x as Tensor).add(1))
          .sqrt(),
      ),
  ],
  result: "float",
  latex: "\\operatorname{arcosh}\\left(#1\\right)",
  domain: [[1.2, 4]],
  vector: large(60, vectors.acosh),
});

/** d atanh x = dx / (1 − x²), written (1 − x)(1 + x) */
export const atanh: Unary = unary({
  name: "atanh",
  kernel: Math.atanh,
  rules: [
    (d, [x]) =>
      d.div(
        (x as Tensor)
          .neg()
          .add(1)
          .mul((x as Tensor).add(1)),
      ),
  ],
  result: "float",
  latex: "\\operatorname{artanh}\\left(#1\\right)",
  domain: [[-0.8, 0.8]],
  vector: large(47, vectors.atanh),
});
