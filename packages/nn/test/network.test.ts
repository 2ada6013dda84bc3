import {
  checkGrad,
  compile,
  randomKey,
  ShapeError,
  tensor,
  treeLeaves,
  type Tensor,
} from "@steepest/autodiff";
import {
  binaryCrossEntropy,
  dense,
  glorotUniform,
  heNormal,
  meanSquaredError,
  NetworkError,
  predict,
  relu,
  sequential,
  sigmoid,
  softmaxCrossEntropy,
  softplus,
  tanh,
  zeroWeights,
  type Params,
} from "@steepest/nn";
import { describe, expect, it } from "vitest";

const key = randomKey(1);

describe("dense", () => {
  it("computes x W + b", () => {
    const params = {
      weights: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      bias: tensor([10, 20, 30]),
    };
    expect(
      dense(3)
        .apply(
          params,
          tensor([
            [1, 1],
            [0, 2],
          ]),
        )
        .toArray(),
    ).toEqual([
      [15, 27, 39],
      [18, 30, 42],
    ]);
    expect(
      dense(3)
        .apply({ weights: params.weights }, tensor([[1, 1]]))
        .toArray(),
    ).toEqual([[5, 7, 9]]);
  });

  it("makes parameters of the right shape, dtype and size", () => {
    const { params, outputShape } = dense(50).init(key, [30], "f32");
    const { weights, bias } = params as { weights: Tensor; bias: Tensor };
    expect([weights.shape, bias.shape, outputShape]).toEqual([[30, 50], [50], [50]]);
    expect([weights.dtype, bias.dtype]).toEqual(["f32", "f32"]);
    expect(weights.abs().max().item()).toBeLessThanOrEqual(Math.sqrt(6 / 80));
    expect(weights.abs().max().item()).toBeGreaterThan(0.98 * Math.sqrt(6 / 80));
    expect(bias.abs().max().item()).toBe(0);
    expect(Object.keys(dense(2, { bias: false }).init(key, [2]).params)).toEqual(["weights"]);
  });

  it("says that parameters read from JSON are no tensors yet", () => {
    const layer = dense(2);
    const { params } = layer.init(key, [3]);
    const plain = JSON.parse(JSON.stringify(params)) as Params;
    expect(() => predict(layer, plain, [[1, 2, 3]])).toThrow(/needs parameters \{ weights, bias \}/);
    expect(() => predict(layer, {}, [[1, 2, 3]])).toThrow(ShapeError);
  });

  it("has initializers of the published spread", () => {
    const spread = (x: Tensor): number => Math.sqrt(x.square().mean().item());
    expect(spread(heNormal(key, [200, 300], "f64"))).toBeCloseTo(Math.sqrt(2 / 200), 3);
    expect(spread(glorotUniform(key, [200, 300], "f64"))).toBeCloseTo(Math.sqrt(2 / 500), 3);
    expect(spread(zeroWeights(key, [4, 4], "f64"))).toBe(0);
  });
});

describe("a network", () => {
  const model = sequential(
    dense(4),
    tanh(),
    dense(5),
    softplus(),
    dense(3),
    sigmoid(),
    dense(2),
    relu(),
    dense(1),
  );
  const { params, outputShape } = model.init(key, [2]);
  const x = tensor([
    [0.5, -1],
    [2, 0.1],
    [-0.3, 0.7],
  ]);

  it("is a function of its parameters", () => {
    expect(outputShape).toEqual([1]);
    expect(treeLeaves(params)).toHaveLength(10);
    expect(predict(model, params, x).shape).toEqual([3, 1]);
    expect(predict(model, params, x).toArray()).toEqual(
      predict(model, model.init(key, [2]).params, x).toArray(),
    );
  });

  it.each([
    ["meanSquaredError", meanSquaredError],
    ["binaryCrossEntropy", binaryCrossEntropy],
  ])("has the right gradient of %s", (_, loss) => {
    const smooth = sequential(dense(4), tanh(), dense(5), softplus(), dense(3), sigmoid(), dense(1));
    const start = smooth.init(randomKey(5), [2]).params;
    const f = (at: Params): Tensor => loss(smooth.apply(at, x), tensor([[1], [0], [1]]));
    expect(() => checkGrad<Params>(f)(start)).not.toThrow();
  });

  it("nests", () => {
    const inner = sequential(dense(3), tanh());
    const outer = sequential(inner, dense(2));
    const made = outer.init(key, [2]);
    expect(made.outputShape).toEqual([2]);
    expect(predict(outer, made.params, x).shape).toEqual([3, 2]);
  });

  it("names layer and shapes when they do not fit", () => {
    expect(() => predict(model, params, tensor([[1, 2, 3]]))).toThrow(
      "layer 0, dense(4): has weights of shape [2, 4] and takes a batch of shape [batch, 2]: found [1, 3]",
    );
    expect(() => predict(model, params, tensor([1, 2]))).toThrow(ShapeError);
    expect(() => sequential(tanh(), dense(1)).init(key, [28, 28])).toThrow(
      "layer 1, dense(1): takes samples of shape [features]: found [28, 28]",
    );
    expect(() => model.apply([], x)).toThrow("sequential of 9 layers needs as many parameter trees: found 0");
  });

  it("refuses what is no network", () => {
    expect(() => dense(0)).toThrow(NetworkError);
    expect(() => dense(2.5)).toThrow(NetworkError);
    expect(() => sequential()).toThrow(NetworkError);
  });
});

describe("losses", () => {
  it("meanSquaredError is the mean over all elements", () => {
    expect(meanSquaredError(tensor([[1, 2]]), tensor([[0, 4]])).item()).toBe(2.5);
  });

  it("binaryCrossEntropy is −log p of what happened, however sure", () => {
    const p = 1 / (1 + Math.exp(-2));
    expect(binaryCrossEntropy(tensor([2, 2]), tensor([1, 0])).item()).toBeCloseTo(
      -(Math.log(p) + Math.log(1 - p)) / 2,
      14,
    );
    expect(binaryCrossEntropy(tensor([1000, -1000]), tensor([1, 1])).item()).toBe(500);
  });

  it("softmaxCrossEntropy takes class numbers and probabilities", () => {
    const logits = tensor([
      [1, 2, 3],
      [1000, 0, -1000],
    ]);
    const expected = (Math.log(Math.E + Math.E ** 2 + Math.E ** 3) - 2 + 1000) / 2;
    expect(softmaxCrossEntropy(logits, tensor(new Int32Array([1, 1]))).item()).toBeCloseTo(expected, 12);
    expect(
      softmaxCrossEntropy(
        logits,
        tensor([
          [0, 1, 0],
          [0, 1, 0],
        ]),
      ).item(),
    ).toBeCloseTo(expected, 12);
    const uniform = softmaxCrossEntropy(tensor([[0, 0, 0, 0]]), tensor(new Int32Array([2])));
    expect(uniform.item()).toBeCloseTo(Math.log(4), 15);
  });

  it.each([-1, 3, 2 ** 31 - 1])("softmaxCrossEntropy refuses class number %i of three", (label) => {
    const logits = tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
    const labels = tensor(new Int32Array([2, label]));
    expect(() => softmaxCrossEntropy(logits, labels)).toThrow(NetworkError);
    expect(() => softmaxCrossEntropy(logits, labels)).toThrow(
      `softmaxCrossEntropy needs class numbers from 0 to 2, one for each of 3 logits: found ${label} in sample 1`,
    );
    // Compiled, the values of the labels are known only when it is too late to throw.
    const compiled = compile(softmaxCrossEntropy);
    expect(compiled(logits, labels).item()).toBeNaN();
    const fine = tensor(new Int32Array([2, 0]));
    expect(compiled(logits, fine).item()).toBeCloseTo(softmaxCrossEntropy(logits, fine).item(), 14);
  });

  it("softmaxCrossEntropy has the gradient softmax − target", () => {
    const f = (z: Tensor): Tensor => softmaxCrossEntropy(z, tensor(new Int32Array([2, 0])));
    expect(() =>
      checkGrad(f)(
        tensor([
          [0.3, -1, 2],
          [1, 0.5, -0.2],
        ]),
      ),
    ).not.toThrow();
  });

  it("refuses to broadcast predictions against targets", () => {
    expect(() => meanSquaredError(tensor([[1], [2]]), tensor([1, 2]))).toThrow(
      "meanSquaredError needs predictions and targets of one shape: found [2, 1] and [2]",
    );
    expect(() => softmaxCrossEntropy(tensor([1, 2]), tensor([1, 2]))).toThrow(ShapeError);
  });
});
