import { tensor, toArrays, type Tensor } from "@steepest/autodiff";
import {
  addDecayedWeights,
  adam,
  adamw,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  clipByValue,
  globalNorm,
  lion,
  OptimizationError,
  partition,
  scaleUpdates,
  sgd,
  type Mask,
  type RuleState,
  type UpdateRule,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { follow, followTree } from "./support/training.ts";

/** What a rule makes of the gradients at first. */
function firstUpdates<P>(rule: UpdateRule, gradients: P, params: P): unknown {
  return toArrays(rule.update(gradients, rule.init(params as never), params).updates);
}

describe("chain", () => {
  it("passes on from the first rule to the last", () => {
    // Clipped to 1 and doubled, or doubled and clipped.
    const [double, clip] = [scaleUpdates(2), clipByValue(1)];
    expect(firstUpdates(chain(double, clip), tensor([0.75, 3]), tensor([0, 0]))).toEqual([1, 1]);
    expect(firstUpdates(chain(clip, double), tensor([0.75, 3]), tensor([0, 0]))).toEqual([1.5, 2]);
  });

  it("keeps the state of every rule", () => {
    // Adam's steps with its rate, times the factors 1 and 1/2.
    const rule = chain(
      adam({ learningRate: 0.1, epsilon: 0 }),
      scaleUpdates((step) => step.mul(-0.5).add(1)),
    );
    expect(follow(rule, 1, [2, 2])).toEqual([expect.closeTo(0.9, 14), expect.closeTo(0.85, 14)]);
  });

  it("is a rule that a chain can hold, and none at all changes nothing", () => {
    const rule = chain(chain(), chain(clipByValue(1), sgd({ learningRate: 1 })));
    expect(firstUpdates(rule, tensor([3]), tensor([0]))).toEqual([-1]);
    expect(rule.name).toContain("clipByValue(1), sgd");
  });
});

describe("clipping", () => {
  const zeros = { a: tensor([0, 0]), b: tensor(0) };

  it("measures all gradients together", () => {
    expect(globalNorm({ a: tensor([2, 3]), b: [tensor(6)] }).item()).toBe(7);
    expect(globalNorm({ a: tensor([2e200, 3e200]), b: tensor(6e200) }).item()).toBeCloseTo(7e200, -187);
    expect(globalNorm({}).item()).toBe(0);
  });

  it("shortens gradients that are longer than the norm to it", () => {
    const gradients = { a: tensor([2, 3]), b: tensor(6) };
    expect(firstUpdates(clipByGlobalNorm(3.5), gradients, zeros)).toEqual({ a: [1, 1.5], b: 3 });
    expect(firstUpdates(clipByGlobalNorm(7), gradients, zeros)).toEqual({ a: [2, 3], b: 6 });
  });

  it("leaves a gradient of zero at zero, and one that is not finite recognisable", () => {
    expect(firstUpdates(clipByGlobalNorm(1), zeros, zeros)).toEqual({ a: [0, 0], b: 0 });
    const bad = { a: tensor([1, 2]), b: tensor(NaN) };
    expect(firstUpdates(clipByGlobalNorm(1), bad, zeros)).toMatchObject({ b: NaN });
  });

  it("brings every number within the limit", () => {
    expect(firstUpdates(clipByValue(2), { a: tensor([-5, 1]), b: tensor(3) }, zeros)).toEqual({
      a: [-2, 1],
      b: 2,
    });
  });

  it("keeps the dtypes of mixed trees", () => {
    const gradients = [tensor(new Float32Array([3])), tensor([4])];
    const rule = clipByGlobalNorm(1);
    const { updates } = rule.update(gradients, rule.init(gradients), gradients);
    expect(updates.map(({ dtype }) => dtype)).toEqual(["f32", "f64"]);
    expect(toArrays(updates)).toEqual([[expect.closeTo(0.6, 7)], [0.8]]);
  });
});

describe("weight decay", () => {
  const params = { layers: [{ weights: tensor([[4]]), bias: tensor([4]) }], scale: tensor(4) };
  const none = { layers: [{ weights: tensor([[0]]), bias: tensor([0]) }], scale: tensor(0) };
  const decayed = (weights: number, bias: number, scale: number): unknown => ({
    layers: [{ weights: [[weights]], bias: [bias] }],
    scale,
  });

  it.each<[string, Mask, unknown]>([
    ["everything with true", true, decayed(2, 2, 2)],
    ["nothing with false", false, decayed(0, 0, 0)],
    [
      "what a tree of truth values says",
      { layers: [{ weights: true, bias: false }], scale: true },
      decayed(2, 0, 2),
    ],
    ["whole branches", { layers: true, scale: false }, decayed(2, 2, 0)],
    [
      "what a function of the shape says",
      (_: string, leaf: Tensor) => leaf.shape.length > 1,
      decayed(2, 0, 0),
    ],
    ["what a function of the path says", (path: string) => path === "layers.0.bias", decayed(0, 2, 0)],
  ])("decays %s", (_, mask, expected) => {
    expect(firstUpdates(addDecayedWeights(0.5, { mask }), none, params)).toEqual(expected);
    const rule = lion({ learningRate: 1, weightDecay: 0.5, mask });
    expect(toArrays(followTree(rule, params, [none]))).toEqual([
      toArrays(applyUpdates(params, followed(expected))),
    ]);
  });

  /** −1 times what is expected, as tensors like the parameters. */
  function followed(expected: unknown): typeof params {
    const { layers, scale } = expected as {
      layers: [{ weights: number[][]; bias: number[] }];
      scale: number;
    };
    return {
      layers: [{ weights: tensor(layers[0].weights).neg(), bias: tensor(layers[0].bias).neg() }],
      scale: tensor(scale).neg(),
    };
  }

  it("before a rule is a part of the gradient, as an option it is not", () => {
    // g + λ x = 2 + 0.5: Adam's first step does not see it, its own decay does.
    const before = chain(addDecayedWeights(0.5), adam({ learningRate: 0.1, epsilon: 0 }));
    expect(follow(before, 1, [2])).toEqual([expect.closeTo(0.9, 14)]);
    const decoupled = adamw({ learningRate: 0.1, epsilon: 0, weightDecay: 0.5 });
    expect(follow(decoupled, 1, [2])).toEqual([expect.closeTo(0.85, 14)]);
    // For plain descent both are one.
    expect(follow(chain(addDecayedWeights(0.5), sgd({ learningRate: 0.1 })), 1, [2])).toEqual([0.75]);
  });

  it("refuses a mask that says nothing of a parameter", () => {
    const mask = { layers: [{ weights: true }], scale: true };
    expect(() => firstUpdates(addDecayedWeights(1, { mask }), none, params)).toThrow(
      /a truth value for every parameter or a branch it is on: layers\.0\.bias/,
    );
  });
});

describe("partition", () => {
  const params = { body: [tensor([1, 1]), tensor(1)], head: tensor([[1]]) };
  const gradients = { body: [tensor([1, 2]), tensor(3)], head: tensor([[4]]) };

  it("lets every rule have its own parameters, in one tree again", () => {
    const rule = partition({ slow: sgd({ learningRate: 0.25 }), quick: sgd({ learningRate: 1 }) }, (path) =>
      path === "head" ? "quick" : "slow",
    );
    expect(firstUpdates(rule, gradients, params)).toEqual({ body: [[-0.25, -0.5], -0.75], head: [[-4]] });
  });

  it("gives a clipping rule only its own part to measure", () => {
    const rule = partition({ clipped: clipByGlobalNorm(2), free: chain() }, (_, leaf) =>
      leaf.shape.length === 2 ? "clipped" : "free",
    );
    expect(firstUpdates(rule, gradients, params)).toEqual({ body: [[1, 2], 3], head: [[2]] });
  });

  it("shows rules within it the paths of the whole", () => {
    const inner = addDecayedWeights(1, { mask: { body: false, head: true } });
    const rule = partition({ inner }, () => "inner");
    expect(firstUpdates(rule, gradients, params)).toEqual({ body: [[1, 2], 3], head: [[5]] });
  });

  it("takes a tree that is one tensor, and a group without parameters", () => {
    const rule = partition(
      { used: adam({ learningRate: 1 }), unused: adam({ learningRate: 1 }) },
      () => "used",
    );
    expect(firstUpdates(rule, tensor([2]), tensor([0]))).toEqual([expect.closeTo(-1, 7)]);
  });

  it("refuses a label without a rule", () => {
    const rule = partition({ some: sgd({ learningRate: 1 }) }, () => "other" as "some");
    expect(() => rule.init(params)).toThrow(
      new OptimizationError("a partition into [some] has no such rule for body.0: other"),
    );
  });
});

describe("gradients of another structure than the parameters", () => {
  it.each<[string, UpdateRule]>([
    ["adam", adam({ learningRate: 1 })],
    ["partition", partition({ all: sgd({ learningRate: 1 }) }, () => "all")],
    ["addDecayedWeights", addDecayedWeights(1)],
  ])("are refused by %s", (_, rule) => {
    const params = { a: tensor(1), b: tensor(1) };
    const state: RuleState = rule.init(params);
    expect(() => rule.update({ a: tensor(1) }, state, params as never)).toThrow(/differ in structure/);
  });
});
