import { arange, equal, ShapeError, softplus, type Tensor } from "@steepest/autodiff";
import { formatShape } from "./layer.ts";

/** How far predictions are from targets: a scalar tensor, the mean over the batch. */
export type Loss = (predicted: Tensor, target: Tensor) => Tensor;

/** Mean of (ŷ − y)² over all elements. */
export const meanSquaredError: Loss = (predicted, target) => {
  checkSame("meanSquaredError", predicted, target);
  return predicted.sub(target).square().mean();
};

/**
 * Mean of −y log p − (1 − y) log(1 − p) for p = sigmoid(ŷ), from the logits ŷ: log(1 + e^ŷ) − y ŷ, which neither
 * overflows nor takes the logarithm of zero.
 */
export const binaryCrossEntropy: Loss = (predicted, target) => {
  checkSame("binaryCrossEntropy", predicted, target);
  return softplus(predicted).sub(target.mul(predicted)).mean();
};

/**
 * Mean of −Σ y log p for p = softmax(ŷ), from the logits ŷ of shape [batch, classes]. Targets are class numbers, an
 * `i32` tensor of shape [batch], or probabilities of shape [batch, classes].
 */
export const softmaxCrossEntropy: Loss = (predicted, target) => {
  const [batch, classes] = predicted.shape;
  if (predicted.shape.length !== 2 || batch === undefined || classes === undefined)
    throw new ShapeError(
      `softmaxCrossEntropy needs logits of shape [batch, classes]: found ${formatShape(predicted.shape)}`,
    );
  const isLabel = target.dtype === "i32" && target.shape.length === 1 && target.shape[0] === batch;
  if (!isLabel) checkSame("softmaxCrossEntropy", predicted, target);
  const weights = isLabel
    ? equal(target.reshape([batch, 1]), arange(classes, "i32")).cast(predicted.dtype)
    : target;
  const shifted = predicted.sub(predicted.max({ axis: 1, keepDims: true }));
  const logProbabilities = shifted.sub(shifted.exp().sum({ axis: 1, keepDims: true }).log());
  return weights.mul(logProbabilities).sum().div(-batch);
};

/** Broadcasting [n, 1] against [n] would compare everything with everything. */
function checkSame(name: string, predicted: Tensor, target: Tensor): void {
  const [a, b] = [formatShape(predicted.shape), formatShape(target.shape)];
  if (a !== b)
    throw new ShapeError(`${name} needs predictions and targets of one shape: found ${a} and ${b}`);
}
