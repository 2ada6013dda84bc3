import { asTensor } from "../tensor/convert.ts";
import { makeConstant, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";

const stopGradientOp: Op<undefined> = {
  name: "stopGradient",
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x]) => (x as Tensor).storage as number,
  forward: () => undefined,
  reverse: () => [undefined],
  batch: ([x]) => stopGradient(x as Tensor),
  expand: ([x]) => x as Tensor,
  text: "#1",
  latex: "#1",
};

/**
 * The same values, as constants to every derivative.
 *
 * @example
 * grad((x) => x.mul(stopGradient(x)))(3); // → 3
 */
export function stopGradient(x: TensorLike): Tensor {
  const input = asTensor(x);
  const { shape, dtype, storage } = input;
  return storage === undefined
    ? apply(stopGradientOp, [input], undefined)
    : makeConstant(shape, dtype, storage);
}

/** The primitive operations of this file. */
export const stopGradientOps: readonly Op<never>[] = [stopGradientOp];
