import { large } from "../compile/wasm/math/elementwise-math.ts";
import * as vectors from "../compile/wasm/math/error-function.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, unary, type Unary } from "./define.ts";
import { exp } from "./elementary.ts";
import * as kernels from "./kernels/erf.ts";

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/** The Gaussian that is the slope of erf: 2/√π · e^(−x²) */
function erfSlope(x: Tensor): Tensor {
  return exp(x.mul(x).neg()).mul(twoOverRootPi);
}

/** d erf x = 2/√π e^(−x²) dx */
export const erf: Unary = unary({
  name: "erf",
  kernel: kernels.erf,
  rules: [(d, [x]) => d.mul(erfSlope(x as Tensor))],
  result: "float",
  latex: "\\operatorname{erf}\\left(#1\\right)",
  domain: [anywhere],
  vector: large(78, vectors.erf),
});

/** erfc x = 1 − erf x, accurate where it is tiny; d erfc x = −2/√π e^(−x²) dx */
export const erfc: Unary = unary({
  name: "erfc",
  kernel: kernels.erfc,
  rules: [(d, [x]) => d.mul(erfSlope(x as Tensor)).neg()],
  result: "float",
  latex: "\\operatorname{erfc}\\left(#1\\right)",
  domain: [anywhere],
  vector: large(98, vectors.erfc),
});
