import { arange, equal, ShapeError, softplus, where, type Shape, type Tensor } from "@steepest/autodiff";
import { formatShape, NetworkError } from "./layer.ts";

/** How far predictions are from targets: a scalar tensor, the mean over the batch. */
export interface Loss {
  (predicted: Tensor, target: Tensor): Tensor;
  /**
   * Throws, naming the sample, for targets that predictions of this shape can never come near. `train` has it look at
   * all targets once, since a compiled step sees no values.
   */
  readonly checkTargets?: (predictedShape: Shape, targets: Tensor) => void;
}

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
 * Mean of −Σ y log p for p = softmax(ŷ), from the logits ŷ of shape [batch, classes]. Targets are class numbers from 0
 * to classes − 1, an `i32` tensor of shape [batch], or probabilities of shape [batch, classes].
 *
 * @throws {ShapeError} when the shapes are others
 * @throws {NetworkError} for a class number that no logit belongs to, naming its sample; compiled, where targets have no
 * values yet, the loss is not a number instead
 */
export const softmaxCrossEntropy: Loss = Object.assign(
  (predicted: Tensor, target: Tensor): Tensor => {
    const [batch, classes] = predicted.shape;
    if (predicted.shape.length !== 2 || batch === undefined || classes === undefined)
      throw new ShapeError(
        `softmaxCrossEntropy needs logits of shape [batch, classes]: found ${formatShape(predicted.shape)}`,
      );
    const shifted = predicted.sub(predicted.max({ axis: 1, keepDims: true }));
    const logProbabilities = shifted.sub(shifted.exp().sum({ axis: 1, keepDims: true }).log());
    if (!isLabels(target, batch)) {
      checkSame("softmaxCrossEntropy", predicted, target);
      return target.mul(logProbabilities).sum().div(-batch);
    }
    const weights = equal(target.reshape([batch, 1]), arange(classes, "i32")).cast(predicted.dtype);
    const loss = weights.mul(logProbabilities).sum().div(-batch);
    if (target.hasValue) {
      checkLabels(predicted.shape, target);
      return loss;
    }
    const counted = weights.sum();
    return where(equal(counted, batch), loss, NaN);
  },
  { checkTargets: checkLabels },
);

function isLabels(target: Tensor, batch: number): boolean {
  return target.dtype === "i32" && target.shape.length === 1 && target.shape[0] === batch;
}

function checkLabels([batch, classes]: Shape, targets: Tensor): void {
  if (batch === undefined || classes === undefined || !isLabels(targets, batch)) return;
  targets.data.forEach((label: number, sample: number) => {
    if (label < 0 || label >= classes)
      throw new NetworkError(
        `softmaxCrossEntropy needs class numbers from 0 to ${classes - 1}, one for each of ${classes} logits: ` +
          `found ${label} in sample ${sample}`,
      );
  });
}

/** Broadcasting [n, 1] against [n] would compare everything with everything. */
function checkSame(name: string, predicted: Tensor, target: Tensor): void {
  const [a, b] = [formatShape(predicted.shape), formatShape(target.shape)];
  if (a !== b)
    throw new ShapeError(`${name} needs predictions and targets of one shape: found ${a} and ${b}`);
}
