import { linspace, ShapeError, sin, tensor, toArrays, treeLeaves } from "@steepest/autodiff";
import {
  binaryCrossEntropy,
  dense,
  meanSquaredError,
  NetworkError,
  predict,
  sequential,
  sigmoid,
  softmaxCrossEntropy,
  tanh,
  train,
  trainEpochs,
  type Loss,
  type TrainOptions,
} from "@steepest/nn";
import { adam, chain, reduceOnPlateau, sgd } from "@steepest/optim";
import { describe, expect, it } from "vitest";

const xor = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [[0], [1], [1], [0]],
};

const learnXor: TrainOptions = {
  model: sequential(dense(4), tanh(), dense(1)),
  loss: binaryCrossEntropy,
  data: xor,
  optimizer: adam({ learningRate: 0.05 }),
  epochs: 400,
  seed: 1,
};

const t = linspace(-3, 3, 64).reshape([64, 1]);
const sine: TrainOptions = {
  model: sequential(dense(16), tanh(), dense(1)),
  loss: meanSquaredError,
  data: { x: t, y: sin(t) },
  optimizer: adam({ learningRate: 0.02 }),
  epochs: 60,
  batchSize: 20,
  seed: 2,
};

describe("train", () => {
  it.each(["f64", "f32"] as const)("learns XOR in %s", (dtype) => {
    const { params, status, history } = train({ ...learnXor, dtype });
    const chances = predict(
      sequential(learnXor.model, sigmoid()),
      [params, {}],
      xor.x,
    ).toArray() as number[][];
    expect(status).toBe("completed");
    expect(history).toHaveLength(400);
    expect(history[0]!.loss).toBeGreaterThan(0.5);
    expect(chances.map(([chance]) => Math.round(chance!))).toEqual([0, 1, 1, 0]);
    for (const [chance] of chances) expect(Math.abs(chance! - 0.5)).toBeGreaterThan(0.4);
  });

  it("learns XOR with plain momentum too", () => {
    const { params } = train({
      ...learnXor,
      optimizer: sgd({ learningRate: 0.5, momentum: 0.9 }),
    });
    const logits = predict(learnXor.model, params, xor.x).toArray() as number[][];
    expect(logits.map(([logit]) => logit! > 0)).toEqual([false, true, true, false]);
  });

  it("fits a sine down to a target loss", () => {
    const { status, history, params } = train({
      ...sine,
      optimizer: adam({ learningRate: (step) => step.div(-2000).exp().mul(0.05) }),
      epochs: 2000,
      targetLoss: 1e-4,
    });
    expect(status).toBe("targetReached");
    expect(history.at(-1)!.loss).toBeLessThanOrEqual(1e-4);
    expect(predict(sine.model, params, [[1], [-2]]).toArray()).toEqual([
      [expect.closeTo(Math.sin(1), 1)],
      [expect.closeTo(Math.sin(-2), 1)],
    ]);
  });

  it("learns classes from their numbers", () => {
    const x = Array.from({ length: 90 }, (_, i) => [
      Math.cos(i * 0.7) * (1 + (i % 3)),
      Math.sin(i * 0.7) * (1 + (i % 3)),
    ]);
    const y = new Int32Array(90).map((_, i) => i % 3);
    const model = sequential(dense(24), tanh(), dense(3));
    const { params } = train({
      model,
      loss: softmaxCrossEntropy,
      data: { x, y },
      optimizer: adam({ learningRate: 0.03 }),
      epochs: 300,
      seed: 4,
    });
    const logits = predict(model, params, x).toArray() as number[][];
    const right = logits.filter((row, i) => row.indexOf(Math.max(...row)) === y[i]).length;
    expect(right / 90).toBeGreaterThan(0.95);
  });

  it("gives the same digits every run, others for another seed", () => {
    const [first, second] = [train(sine), train(sine)];
    expect(toArrays(second.params as never)).toEqual(toArrays(first.params as never));
    expect(second.history).toEqual(first.history);
    expect(train({ ...sine, seed: 3 }).history).not.toEqual(first.history);
  });

  it("goes on from a checkpoint as if it had never stopped", () => {
    const whole = train(sine);
    const half = train({ ...sine, epochs: 30 });
    const rest = train({ ...sine, from: half.checkpoint });
    expect([...half.history, ...rest.history]).toEqual(whole.history);
    expect(toArrays(rest.params as never)).toEqual(toArrays(whole.params as never));
  });

  it("hands out its epochs one at a time", () => {
    const epochs = [...trainEpochs({ ...sine, epochs: 5 })];
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(epochs.map(({ loss }) => loss)).toEqual(
      train({ ...sine, epochs: 5 }).history.map(({ loss }) => loss),
    );
  });

  it("stops at the signal with what it has learned", () => {
    const controller = { aborted: false };
    const seen: number[] = [];
    const result = train({
      ...sine,
      signal: controller,
      onProgress: ({ epoch }) => {
        seen.push(epoch);
        if (epoch === 3) controller.aborted = true;
      },
    });
    expect(result.status).toBe("aborted");
    expect(seen).toEqual([1, 2, 3]);
    expect(toArrays(result.params as never)).toEqual(toArrays(train({ ...sine, epochs: 3 }).params as never));
  });

  it("says when it diverged and keeps finite parameters", () => {
    const result = train({ ...sine, optimizer: sgd({ learningRate: 1e200 }) });
    expect(result.status).toBe("diverged");
    expect(result.message).toContain("lower the learning rate");
    const values = predict(sine.model, result.params, t).toTypedArray();
    expect([...values].every(Number.isFinite)).toBe(true);
  });

  it("says so when the very last step made a parameter infinite", () => {
    const options: TrainOptions = {
      model: dense(1),
      loss: meanSquaredError,
      data: { x: [[1e100], [2e100]], y: [[1e100], [3e100]] },
      optimizer: sgd({ learningRate: 1e300 }),
      epochs: 1,
    };
    const { status, message, params, checkpoint } = train(options);
    expect(status).toBe("diverged");
    expect(message).toMatch(/a parameter is no longer finite after epoch 1; lower the learning rate/);
    expect(treeLeaves(params).every(({ data }) => data.every(Number.isFinite))).toBe(true);
    expect(checkpoint.epoch).toBe(0);
  });

  it("names the sample that is not a number", () => {
    const data = { x: [[1, 2], [3, NaN]], y: [[1], [2]] }; // prettier-ignore
    expect(() => train({ ...learnXor, data })).toThrow(NetworkError);
    expect(() => train({ ...learnXor, data })).toThrow(
      /^x must have finite numbers only .* found NaN in sample 1$/,
    );
  });

  it.each([-1, 3])("names the sample whose class number is out of range: %i", (label) => {
    const options: TrainOptions = {
      model: sequential(dense(4), tanh(), dense(3)),
      loss: softmaxCrossEntropy,
      data: { x: [[1], [2], [3], [4]], y: new Int32Array([0, 2, label, 1]) },
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 3,
      batchSize: 2,
    };
    expect(() => train(options)).toThrow(NetworkError);
    expect(() => train(options)).toThrow(/class numbers from 0 to 2.*: found -?\d in sample 2$/);
    // A loss that only contains it never passes for learned.
    const loss: Loss = (predicted, target) => softmaxCrossEntropy(predicted, target).mul(2);
    expect(train({ ...options, loss, batchSize: 4 }).status).toBe("diverged");
  });

  it("tells the rule the loss: a plateau lowers the learning rate", () => {
    // A rate at which the loss jumps to and fro until it is lowered.
    const jumping = sgd({ learningRate: 1.05 });
    const line: TrainOptions = {
      model: dense(1),
      loss: meanSquaredError,
      data: { x: [[1], [-1]], y: [[2], [-2]] },
      optimizer: jumping,
      epochs: 200,
    };
    const lastLoss = (options: TrainOptions): number => train(options).history.at(-1)!.loss;
    expect(lastLoss(line)).toBeGreaterThan(1);
    const optimizer = chain(jumping, reduceOnPlateau({ patience: 3, factor: 0.5 }));
    expect(lastLoss({ ...line, optimizer })).toBeLessThan(1e-6);
  });

  it("reports the loss of the data when the batch is everything", () => {
    const { history, checkpoint } = train({ ...sine, batchSize: 1000, epochs: 1 });
    const start = train({ ...sine, epochs: 0 }).params;
    expect(history[0]!.loss).toBeCloseTo(meanSquaredError(predict(sine.model, start, t), sin(t)).item(), 12);
    expect(checkpoint.epoch).toBe(1);
  });

  it.each<[string, Partial<TrainOptions>, new () => Error]>([
    ["a batch size of zero", { batchSize: 0 }, NetworkError],
    ["half an epoch", { epochs: 0.5 }, NetworkError],
    ["samples without features", { data: { x: [1, 2], y: [1, 2] } }, ShapeError],
    ["fewer targets than samples", { data: { x: [[1], [2]], y: [[1]] } }, ShapeError],
    ["no samples", { data: { x: tensor([], { shape: [0, 1] }), y: [] } }, ShapeError],
    ["targets of another shape", { data: { x: [[1], [2]], y: [1, 2] } }, ShapeError],
  ])("refuses %s", (_, wrong, kind) => {
    expect(() => train({ ...sine, ...wrong })).toThrow(kind);
  });
});
