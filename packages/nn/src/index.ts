export { dense, type DenseOptions } from "./layers/dense.ts";
export { activation, relu, sigmoid, softplus, tanh } from "./layers/activations.ts";
export { sequential } from "./layers/sequential.ts";
export { NetworkError, type Initialized, type Layer, type Params } from "./layer.ts";
export { glorotUniform, heNormal, zeroWeights, type Initializer } from "./initializers.ts";
export { binaryCrossEntropy, meanSquaredError, softmaxCrossEntropy, type Loss } from "./losses.ts";
export {
  predict,
  train,
  trainEpochs,
  type Checkpoint,
  type Epoch,
  type TrainedEpoch,
  type TrainOptions,
  type TrainResult,
  type TrainStatus,
} from "./train.ts";
export type { TrainingData } from "./batches.ts";
