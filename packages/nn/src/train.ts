import {
  compile,
  randomKey,
  splitKey,
  tensor,
  treeLeaves,
  valueAndGrad,
  type DType,
  type Tensor,
  type TensorLike,
} from "@steepest/autodiff";
import { applyUpdates, type RuleState, type StopSignal, type UpdateRule } from "@steepest/optim";
import { samplesOf, type Samples, type TrainingData } from "./batches.ts";
import { NetworkError, type Layer, type Params } from "./layer.ts";
import type { Loss } from "./losses.ts";
import { shuffled } from "./shuffle.ts";

/** What {@link train} needs. */
export interface TrainOptions {
  readonly model: Layer;
  readonly loss: Loss;
  readonly data: TrainingData;
  /** How the parameters change: `sgd({ … })`, `adam({ … })`. */
  readonly optimizer: UpdateRule;
  /** Passes over the data. */
  readonly epochs: number;
  /** Samples per step; default 32, at most all. The last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** Decides first parameters and the order of samples: the same seed gives the same digits. Default 0. */
  readonly seed?: number;
  /** Element type of parameters and data. Default `f64`. */
  readonly dtype?: DType;
  /** Stop as soon as an epoch's mean loss is this low. */
  readonly targetLoss?: number;
  /** Go on from where an earlier training stopped: the digits are those of one uninterrupted training. */
  readonly from?: Checkpoint;
  /** Stops within one step; the result is what has been learned so far, with status `aborted`. */
  readonly signal?: StopSignal;
  /** Called after every epoch. */
  readonly onProgress?: (progress: Epoch) => void;
}

/** One pass over the data. */
export interface Epoch {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean over the epoch's batches, each before its step, weighted by their size. */
  readonly loss: number;
}

/** Everything a training needs to go on. */
export interface Checkpoint {
  readonly params: Params;
  /** What the optimizer remembers. */
  readonly state: RuleState;
  readonly epoch: number;
  /** Key of the orders of samples still to come. */
  readonly key: Tensor;
}

/**
 * - `completed`: all epochs were run.
 * - `targetReached`: the mean loss came down to `targetLoss`.
 * - `diverged`: the loss or a parameter is no longer finite; `params` are the last ones with a finite loss.
 * - `aborted`: the signal asked to stop.
 */
export type TrainStatus = "completed" | "targetReached" | "diverged" | "aborted";

/** What {@link train} returns. */
export interface TrainResult {
  readonly params: Params;
  readonly history: readonly Epoch[];
  readonly status: TrainStatus;
  /** What happened, and what to try when it did not go well. */
  readonly message: string;
  /** The last whole epoch; pass it as `from` to train on. */
  readonly checkpoint: Checkpoint;
}

type Finish = Omit<TrainResult, "history">;

/** An epoch of {@link trainEpochs}, with what has been learned. */
export interface TrainedEpoch extends Epoch {
  readonly checkpoint: Checkpoint;
}

/**
 * Trains a model: the whole step (forward, backward, update) is one compiled function, run on batches in an order drawn
 * anew every epoch.
 *
 * @throws {NetworkError} for options that make no sense
 * @throws {ShapeError} when shapes do not fit, naming the layer
 */
export function train(options: TrainOptions): TrainResult {
  const history: Epoch[] = [];
  const walk = trainEpochs(options);
  for (;;) {
    const next = walk.next();
    if (next.done) return { ...next.value, history };
    const { epoch, loss } = next.value;
    history.push({ epoch, loss });
    options.onProgress?.({ epoch, loss });
  }
}

/**
 * The epochs of {@link train}, one at a time; the generator returns how it ended. For a host that has other things to do
 * between epochs.
 */
export function* trainEpochs(options: TrainOptions): Generator<TrainedEpoch, Finish, void> {
  const { loss: lossFunction, model, optimizer, signal } = options;
  const samples = samplesOf(options.data, options.dtype ?? "f64");
  const epochs = wholeNumber("epochs", options.epochs, 0);
  const batchSize = Math.min(wholeNumber("batchSize", options.batchSize ?? 32, 1), samples.count);
  let checkpoint = options.from ?? begin(options, samples);
  if (lossFunction.checkTargets !== undefined) {
    const first = samples.batch(Int32Array.of(0), 0, 1);
    const [, ...outputShape] = model.apply(checkpoint.params, first.x).shape;
    lossFunction.checkTargets([samples.count, ...outputShape], samples.y);
  }
  /** The parameters before the last step: the last ones whose loss is known. */
  let known = checkpoint.params;

  const step = compile((params: Params, state: RuleState, x: Tensor, y: Tensor) => {
    const lossAt = (at: Params): Tensor => lossFunction(model.apply(at, x), y);
    const [loss, gradients] = valueAndGrad<Params, []>(lossAt)(params);
    const updated = optimizer.update(gradients, state, params, { value: loss });
    return { loss, params: applyUpdates(params, updated.updates), state: updated.state };
  });

  for (let epoch = checkpoint.epoch + 1; epoch <= epochs; epoch++) {
    const [key, shuffleKey] = splitKey(checkpoint.key) as [Tensor, Tensor];
    const order = shuffled(shuffleKey, samples.count);
    let { params, state } = checkpoint;
    let total = 0;
    for (let from = 0; from < samples.count; from += batchSize) {
      if (signal?.aborted === true)
        return { status: "aborted", message: `stopped by the signal in epoch ${epoch}`, params, checkpoint };
      const to = Math.min(from + batchSize, samples.count);
      const { x, y } = samples.batch(order, from, to);
      const result = step(params, state, x, y);
      const loss = result.loss.item();
      if (!Number.isFinite(loss))
        return {
          status: "diverged",
          message: `the loss became ${loss} in epoch ${epoch}; lower the learning rate or scale the data to about −1 … 1`,
          params: known,
          checkpoint,
        };
      total += loss * (to - from);
      known = params;
      ({ params, state } = result);
    }
    if (!isFinite(params))
      return {
        status: "diverged",
        message: `a parameter is no longer finite after epoch ${epoch}; lower the learning rate or scale the data to about −1 … 1`,
        params: known,
        checkpoint,
      };
    const loss = total / samples.count;
    checkpoint = { params, state, epoch, key };
    yield { epoch, loss, checkpoint };
    if (options.targetLoss !== undefined && loss <= options.targetLoss)
      return {
        status: "targetReached",
        message: `the mean loss ${loss.toPrecision(4)} of epoch ${epoch} is at or below the target ${options.targetLoss}`,
        params,
        checkpoint,
      };
  }
  return { status: "completed", message: `ran all ${epochs} epochs`, params: checkpoint.params, checkpoint };
}

/** The model's value for a batch of samples, [batch, ...sample shape]. */
export function predict(model: Layer, params: Params, x: TensorLike): Tensor {
  return model.apply(params, tensor(x));
}

function begin({ model, optimizer, seed = 0, dtype = "f64" }: TrainOptions, { x }: Samples): Checkpoint {
  const [initKey, key] = splitKey(randomKey(seed)) as [Tensor, Tensor];
  const { params } = model.init(initKey, x.shape.slice(1), dtype);
  return { params, state: optimizer.init(params), epoch: 0, key };
}

function isFinite(params: Params): boolean {
  return treeLeaves(params).every(({ data }) => data.every((value: number) => Number.isFinite(value)));
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least)
    throw new NetworkError(`${name} must be a whole number, at least ${least}: ${value}`);
  return value;
}
