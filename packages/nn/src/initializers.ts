import {
  normal,
  uniform,
  zeros as zeroTensor,
  type DType,
  type Shape,
  type Tensor,
} from "@steepest/autodiff";

/** First values of a weight tensor of shape [inputs, outputs]. */
export type Initializer = (key: Tensor, shape: Shape, dtype: DType) => Tensor;

/** Uniform in ±√(6 / (inputs + outputs)) (Glorot & Bengio, AISTATS 2010): keeps tanh and sigmoid layers in range. */
export const glorotUniform: Initializer = (key, shape, dtype) => {
  const [inputs, outputs] = shape as [number, number];
  const limit = Math.sqrt(6 / (inputs + outputs));
  return uniform(key, shape, dtype).mul(2).sub(1).mul(limit);
};

/** Normal with standard deviation √(2 / inputs) (He et al., ICCV 2015): for relu and softplus layers. */
export const heNormal: Initializer = (key, shape, dtype) =>
  normal(key, shape, dtype).mul(Math.sqrt(2 / (shape[0] as number)));

/** Zeros, for a last layer that is to start from nothing. */
export const zeroWeights: Initializer = (_key, shape, dtype) => zeroTensor(shape, dtype);
