import { large } from "../compile/wasm/math/elementwise-math.ts";
import * as exponentials from "../compile/wasm/math/exponential.ts";
import * as vectors from "../compile/wasm/math/logarithm.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, unary, type Unary } from "./define.ts";
import { exp } from "./elementary.ts";
import { softplus as softplusKernel } from "./kernels/logistic.ts";
import { sigmoid } from "./special.ts";

/** d(eˣ − 1) = eˣ dx */
export const expm1: Unary = unary({
  name: "expm1",
  kernel: Math.expm1,
  rules: [(d, [x]) => d.mul(exp(x as Tensor))],
  result: "float",
  latex: "e^{#1} - 1",
  domain: [anywhere],
  vector: large(27, exponentials.expm1),
});

/** d log₂ x = dx / (x log 2) */
export const log2: Unary = unary({
  name: "log2",
  kernel: Math.log2,
  rules: [(d, [x]) => d.div((x as Tensor).mul(Math.LN2))],
  result: "float",
  latex: "\\log_2\\left(#1\\right)",
  domain: [[0.2, 4]],
  vector: large(36, vectors.log2),
});

/** d log₁₀ x = dx / (x log 10) */
export const log10: Unary = unary({
  name: "log10",
  kernel: Math.log10,
  rules: [(d, [x]) => d.div((x as Tensor).mul(Math.LN10))],
  result: "float",
  latex: "\\log_{10}\\left(#1\\right)",
  domain: [[0.2, 4]],
  vector: large(36, vectors.log10),
});

/** log(1 + eˣ), without overflow; its derivative is σ(x). */
export const softplus: Unary = unary({
  name: "softplus",
  kernel: softplusKernel,
  rules: [(d, [x]) => d.mul(sigmoid(x as Tensor))],
  result: "float",
  latex: "\\ln\\left(1 + e^{#1}\\right)",
  domain: [anywhere],
  vector: large(78, vectors.softplus),
});
