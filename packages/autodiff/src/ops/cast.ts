import { allocate, checkDType, isFloat, roundTo, type DType } from "../tensor/dtype.ts";
import { asTensor } from "../tensor/convert.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";

const castOp: Op<DType> = {
  name: "cast",
  infer: ([x], dtype) => ({ shape: (x as Tensor).shape, dtype }),
  evaluate: ([x], dtype) => {
    const { storage } = x as Tensor;
    if (typeof storage === "number") return roundTo(dtype, storage);
    const data = (x as Tensor).data;
    const result = allocate(dtype, data.length);
    for (let i = 0; i < data.length; i++) result[i] = roundTo(dtype, data[i] as number);
    return result;
  },
  forward: ([dx], _, output, dtype) => (isFloat(output.dtype) ? cast(dx as Tensor, dtype) : undefined),
  reverse: (adjoint, [x], output) => [
    isFloat(output.dtype) && isFloat((x as Tensor).dtype) ? cast(adjoint, (x as Tensor).dtype) : undefined,
  ],
  batch: ([x], _, dtype) => cast(x as Tensor, dtype),
  linearity: "linear",
  text: "cast(#1)",
  latex: "#1",
};

/** The same elements in another dtype; to integers towards zero, to booleans as "is not zero". */
export function cast(x: TensorLike, dtype: DType): Tensor {
  checkDType(dtype);
  const input = asTensor(x);
  return input.dtype === dtype ? input : apply(castOp, [input], dtype);
}

/** The primitive operations of this file. */
export const castOps: readonly Op<never>[] = [castOp];
