import * as ops from "@steepest/autodiff";
import type { Tensor } from "@steepest/autodiff";
import type { Layer } from "../layer.ts";

/** A layer without parameters that applies a function of any shape, element by element. */
export function activation(name: string, f: (x: Tensor) => Tensor): Layer {
  return {
    name,
    init: (_key, inputShape) => ({ params: {}, outputShape: inputShape }),
    apply: (_params, x) => f(x),
  };
}

/** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), between −1 and 1. */
export const tanh = (): Layer => activation("tanh()", ops.tanh);

/** max(x, 0) */
export const relu = (): Layer => activation("relu()", ops.relu);

/** 1 / (1 + e⁻ˣ), between 0 and 1. */
export const sigmoid = (): Layer => activation("sigmoid()", ops.sigmoid);

/** log(1 + eˣ), a smooth relu. */
export const softplus = (): Layer => activation("softplus()", ops.softplus);
