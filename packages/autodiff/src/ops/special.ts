import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, unary, type Unary } from "./define.ts";
import { greater, where } from "./compare.ts";
import { sigmoid as sigmoidKernel } from "./kernels/logistic.ts";

/** σ(x) = 1 / (1 + e⁻ˣ); dσ = σ(x) σ(−x) dx, which keeps its digits where σ is near 1 */
export const sigmoid: Unary = unary({
  name: "sigmoid",
  kernel: sigmoidKernel,
  rules: [(d, [x], y) => d.mul(y.mul(sigmoid((x as Tensor).neg())))],
  result: "float",
  latex: "\\sigma\\left(#1\\right)",
  domain: [anywhere],
});

/** max(x, 0); its derivative at 0 is taken as 0. */
export const relu: Unary = unary({
  name: "relu",
  kernel: (x) => (x > 0 ? x : x < 0 ? 0 : x + 0),
  rules: [(d, [x]) => where(greater(x as Tensor, 0), d, 0)],
  chooses: ([x]) => greater(x as Tensor, 0),
  result: "same",
  latex: "\\operatorname{relu}\\left(#1\\right)",
  domain: [anywhere],
});
