import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, unary, type Unary } from "./define.ts";
import { exp } from "./elementary.ts";
import { greater, where } from "./compare.ts";
import { erf as erfKernel, erfc as erfcKernel } from "./kernels/erf.ts";
import { sigmoid as sigmoidKernel, softplus as softplusKernel } from "./kernels/logistic.ts";

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/** The Gaussian that is the slope of erf: 2/√π · e^(−x²) */
function erfSlope(x: Tensor): Tensor {
  return exp(x.mul(x).neg()).mul(twoOverRootPi);
}

/** d erf x = 2/√π e^(−x²) dx */
export const erf: Unary = unary({
  name: "erf",
  kernel: erfKernel,
  rules: [(d, [x]) => d.mul(erfSlope(x as Tensor))],
  result: "float",
  latex: "\\operatorname{erf}\\left(#1\\right)",
  domain: [anywhere],
});

/** erfc x = 1 − erf x, accurate where it is tiny; d erfc x = −2/√π e^(−x²) dx */
export const erfc: Unary = unary({
  name: "erfc",
  kernel: erfcKernel,
  rules: [(d, [x]) => d.mul(erfSlope(x as Tensor)).neg()],
  result: "float",
  latex: "\\operatorname{erfc}\\left(#1\\right)",
  domain: [anywhere],
});

/** σ(x) = 1 / (1 + e⁻ˣ); dσ = σ(x) σ(−x) dx, which keeps its digits where σ is near 1 */
export const sigmoid: Unary = unary({
  name: "sigmoid",
  kernel: sigmoidKernel,
  rules: [(d, [x], y) => d.mul(y.mul(sigmoid((x as Tensor).neg())))],
  result: "float",
  latex: "\\sigma\\left(#1\\right)",
  domain: [anywhere],
});

/** log(1 + eˣ), without overflow; its derivative is σ(x). */
export const softplus: Unary = unary({
  name: "softplus",
  kernel: softplusKernel,
  rules: [(d, [x]) => d.mul(sigmoid(x as Tensor))],
  result: "float",
  latex: "\\ln\\left(1 + e^{#1}\\right)",
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
