import { normalCdf as normalCdfVector } from "../compile/wasm/math/normal-distribution.ts";
import * as vectors from "../compile/wasm/math/normal-quantile.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { unary, type Unary } from "./define.ts";
import { exp } from "./elementary.ts";
import { faddeevaReal } from "./faddeeva.ts";
import * as kernels from "./kernels/normal.ts";

const rootTwoPi = Math.sqrt(2 * Math.PI);
const rootHalfPi = Math.sqrt(Math.PI / 2);

/**
 * The distribution function Φ(x) of the standard normal distribution, accurate in its lower tail down to 10⁻³⁰⁰: error at
 * most 1.1 units in the last place. dΦ = e^(−x²/2)/√(2π) dx
 *
 * @example
 * normalCdf(-1.959964); // → 0.025
 */
export const normalCdf: Unary = unary({
  name: "normalCdf",
  kernel: kernels.normalCdf,
  vector: normalCdfVector,
  rules: [(d, [x]) => d.mul(exp((x as Tensor).square().mul(-0.5)).div(rootTwoPi))],
  result: "float",
  latex: "\\Phi\\left(#1\\right)",
  domain: [[-3, 3]],
});

/**
 * log Φ(x), also where Φ itself is too small for a number: error at most 3 units in the last place.
 * d log Φ = √(2/π) / w(−ix/√2) dx, where w(iy) = e^(y²) erfc y, because φ/Φ would be 0/0 in the tail.
 *
 * @example
 * logNormalCdf(-1000); // → -500007.826695
 */
export const logNormalCdf: Unary = unary({
  name: "logNormalCdf",
  kernel: kernels.logNormalCdf,
  rules: [(d, [x]) => d.div(faddeevaReal(0, (x as Tensor).mul(-Math.SQRT1_2)).mul(rootHalfPi))],
  result: "float",
  latex: "\\ln\\Phi\\left(#1\\right)",
  domain: [[-3, 3]],
});

/**
 * The inverse of `normalCdf`: the x with Φ(x) = p; ∓∞ at 0 and 1, NaN outside. Error at most 6 units in the last place, for p
 * down to 10⁻³⁰⁰; as p nears 1, p itself has fewer digits. dx = √(2π) e^(x²/2) dp
 *
 * @example
 * normalQuantile(0.975); // → 1.959964
 */
export const normalQuantile: Unary = unary({
  name: "normalQuantile",
  kernel: kernels.normalQuantile,
  vector: vectors.normalQuantile,
  rules: [(d, _, x) => d.mul(exp(x.square().mul(0.5)).mul(rootTwoPi))],
  result: "float",
  latex: "\\Phi^{-1}\\left(#1\\right)",
  domain: [[0.02, 0.98]],
});

/**
 * The inverse of erf: ±∞ at ±1, NaN beyond. Error at most 6 units in the last place. dx = √π/2 e^(x²) dy
 *
 * @example
 * erfInverse(0.5); // → 0.476936
 */
export const erfInverse: Unary = unary({
  name: "erfInverse",
  kernel: kernels.erfInverse,
  vector: vectors.erfInverse,
  rules: [(d, _, x) => d.mul(exp(x.square()).mul(Math.sqrt(Math.PI) / 2))],
  result: "float",
  latex: "\\operatorname{erf}^{-1}\\left(#1\\right)",
  domain: [[-0.95, 0.95]],
});

/**
 * The inverse of erfc: ∞ at 0, −∞ at 2, NaN outside. Error at most 6 units in the last place. dx = −√π/2 e^(x²) dy
 *
 * @example
 * erfcInverse(1e-100); // → 15.065575
 */
export const erfcInverse: Unary = unary({
  name: "erfcInverse",
  kernel: kernels.erfcInverse,
  vector: vectors.erfcInverse,
  rules: [(d, _, x) => d.mul(exp(x.square()).mul(-Math.sqrt(Math.PI) / 2))],
  result: "float",
  latex: "\\operatorname{erfc}^{-1}\\left(#1\\right)",
  domain: [[0.05, 1.95]],
});
