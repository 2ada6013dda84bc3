import { asTensor } from "../tensor/convert.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { greater, less, where } from "./compare.ts";
import { expm1 } from "./exponentials.ts";
import { erfc } from "./error-function.ts";
import { sigmoid } from "./special.ts";

/** At infinity a product such as −∞ · Φ(−∞) has no value, so its factors stop where they have reached their limits. */
function notBelow(x: Tensor, bound: number): Tensor {
  return where(less(x, bound), bound, x);
}

function notAbove(x: Tensor, bound: number): Tensor {
  return where(greater(x, bound), bound, x);
}

export interface GeluOptions {
  /** `tanh` for x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), which differs by up to 4.8·10⁻⁴. */
  readonly approximation?: "none" | "tanh";
}

/**
 * x Φ(x), where Φ is the normal distribution function: x/2 · erfc(−x/√2) (D. Hendrycks & K. Gimpel, Gaussian error
 * linear units, 2016). The relative error is at most (3 + x²)·2⁻⁵³: what rounding x itself makes of it.
 */
export function gelu(x: TensorLike, { approximation = "none" }: GeluOptions = {}): Tensor {
  const factor = notBelow(asTensor(x), -40);
  const bounded = notAbove(factor, 40);
  if (approximation === "none") return factor.mul(erfc(bounded.mul(-Math.SQRT1_2)).mul(0.5));
  // (1 + tanh u) / 2 = σ(2u), which keeps its digits where tanh u is near −1.
  const cubic = bounded.mul(bounded.square().mul(0.044715).add(1));
  return factor.mul(sigmoid(cubic.mul(2 * Math.sqrt(2 / Math.PI))));
}

/** x σ(x), also called swish. */
export function silu(x: TensorLike): Tensor {
  const factor = notBelow(asTensor(x), -1000);
  return factor.mul(sigmoid(notAbove(factor, 1000)));
}

/** x where it is positive, `slope` · x elsewhere; its derivative at 0 is `slope`. */
export function leakyRelu(x: TensorLike, slope = 0.01): Tensor {
  const input = asTensor(x);
  return where(greater(input, 0), input, input.mul(slope));
}

/** x where it is positive, `scale` · (eˣ − 1) elsewhere; its derivative at 0 is `scale`. */
export function elu(x: TensorLike, scale = 1): Tensor {
  const input = asTensor(x);
  const isPositive = greater(input, 0);
  return where(isPositive, input, expm1(where(isPositive, 0, input)).mul(scale));
}
