import { compile, tensor, toArrays, type Tensor } from "@steepest/autodiff";
import {
  accumulate,
  adam,
  applyUpdates,
  chain,
  exponentialMovingAverage,
  lookahead,
  reduceOnPlateau,
  sgd,
  type PlateauOptions,
  type RuleState,
  type UpdateRule,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { follow, followTree } from "./support/training.ts";

describe("accumulate", () => {
  it("waits for its steps, then makes one with the mean gradient", () => {
    const once = adam({ learningRate: 0.1 });
    const path = follow(accumulate(once, 3), 1, [1, 2, 6, 5, 5, -1]);
    const [first, second] = follow(once, 1, [3, 3]);
    expect(path).toEqual([1, 1, first, first, first, second]);
  });

  it("adds the gradients up, if that is wanted", () => {
    const rule = accumulate(sgd({ learningRate: 0.5 }), 2, { by: "sum" });
    expect(follow(rule, 1, [1, 2, 3, 1])).toEqual([1, -0.5, -0.5, -2.5]);
  });

  it("counts the steps of the rule for a schedule, not the gradients", () => {
    const rule = accumulate(sgd({ learningRate: (step) => step.add(1) }), 2);
    expect(follow(rule, 0, [1, 1, 1, 1])).toEqual([0, -1, -1, -3]);
  });

  it("gives the rule the mean of the losses", () => {
    // Means 2 and 2: no improvement; with the last loss alone, 1, there would be one.
    const rule = accumulate(chain(sgd({ learningRate: 1 }), reduceOnPlateau({ patience: 0 })), 2);
    const params = tensor(0);
    let state = rule.init(params);
    const updates = [2, 2, 3, 1].map((value) => {
      const result = rule.update(tensor(1), state, params, { value });
      state = result.state;
      return result.updates.item();
    });
    expect(updates).toEqual([0, -1, 0, -0.1]);
  });

  it("leaves a rule that waits alone: in a compiled step it is one branch of two", () => {
    const rule = accumulate(sgd({ learningRate: 1, momentum: 0.5 }), 2);
    const step = compile((gradient: Tensor, state: RuleState, params: Tensor) =>
      rule.update(gradient, state, params),
    );
    const params = tensor([0]);
    let state = rule.init(params);
    const updates = [1, 3, 5, 7].map((gradient) => {
      const result = step(tensor([gradient]), state, params);
      state = result.state;
      return result.updates.item();
    });
    expect(updates).toEqual([0, -2, 0, -7]);
    expect(step.describe(tensor([1]), state, params)).toMatch(/cond/);
  });
});

describe("lookahead", () => {
  it("goes half way back after its period, and begins anew from there", () => {
    // Fast: 1 → 0 → −1, slow: 1 + (−1 − 1) / 2 = 0; fast: 0 → −1 → −2, slow: −1.
    const rule = lookahead(sgd({ learningRate: 1 }), { period: 2 });
    expect(follow(rule, 1, [1, 1, 1, 1, 1])).toEqual([0, 0, -1, -1, -2]);
  });

  it("goes another part of the way, and keeps what the rule remembers", () => {
    // Velocity 1, 1.5, 1.75; fast: −1, −2.5; slow: −0.2 · 2.5 = −0.5; fast: −0.5 − 1.75.
    const rule = lookahead(sgd({ learningRate: 1, momentum: 0.5 }), { period: 2, slowRate: 0.2 });
    expect(follow(rule, 0, [1, 1, 1])).toEqual([-1, -0.5, -2.25]);
  });

  it("has the slow weights in its state", () => {
    const rule = lookahead(sgd({ learningRate: 1 }), { period: 3 });
    const params = { w: tensor([4]) };
    const { updates, state } = rule.update({ w: tensor([1]) }, rule.init(params), params);
    expect(toArrays({ updates, slow: state["slow"] })).toEqual({ updates: { w: [-1] }, slow: { w: [4] } });
  });
});

/** The factors that plateaus leave of a step of −1, for such losses. */
function scales(options: PlateauOptions, losses: readonly number[]): number[] {
  const rule = chain(sgd({ learningRate: 1 }), reduceOnPlateau(options));
  const step = compile((state: RuleState, value: Tensor) =>
    rule.update(tensor(-1), state, tensor(0), { value }),
  );
  let state = rule.init(tensor(0));
  return losses.map((loss) => {
    const result = step(state, tensor(loss));
    const interpreted = rule.update(tensor(-1), state, tensor(0), { value: loss });
    expect(toArrays(result)).toEqual(toArrays(interpreted));
    state = result.state;
    return result.updates.item();
  });
}

describe("reduceOnPlateau", () => {
  it("reduces after more than its patience without improvement, and starts counting again", () => {
    const losses = [5, 5, 4, 4, 4, 4, 4, 4, 3, 3];
    expect(scales({ factor: 0.5, patience: 2 }, losses)).toEqual([1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(scales({ factor: 0.5, patience: 1 }, losses)).toEqual([
      1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25,
    ]);
    expect(scales({ factor: 0.5, patience: 0 }, losses)[1]).toBe(0.5);
  });

  it("takes a loss just below the threshold for an improvement, and one at it for none", () => {
    const options = { factor: 0.5, patience: 0, threshold: 0.25 };
    expect(scales(options, [8, 5.99, 4.5])).toEqual([1, 1, 0.5]);
    expect(scales(options, [8, 6, 5])).toEqual([1, 0.5, 0.5]);
    expect(scales({ ...options, threshold: 0, absoluteThreshold: 2 }, [8, 6, 5])).toEqual([1, 0.5, 0.5]);
    expect(scales({ ...options, threshold: 0 }, [8, 8, 7])).toEqual([1, 0.5, 0.5]);
  });

  it("asks the same of losses below zero", () => {
    const options = { factor: 0.5, patience: 0, threshold: 0.5 };
    expect(scales(options, [-2, -2.9, -3.1, -2])).toEqual([1, 0.5, 0.5, 0.25]);
  });

  it("rests after a reduction", () => {
    const flat = [1, 1, 1, 1, 1, 1, 1];
    expect(scales({ factor: 0.5, patience: 0, cooldown: 2 }, flat)).toEqual([
      1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25,
    ]);
  });

  it("does not go below its least scale", () => {
    const flat = [1, 1, 1, 1];
    expect(scales({ factor: 0.5, patience: 0, minimumScale: 0.3 }, flat)).toEqual([1, 0.5, 0.3, 0.3]);
  });

  it("judges the mean of a window", () => {
    // Means 2, 2 and 1
    const losses = [1, 3, 3, 1, 1, 1];
    expect(scales({ factor: 0.5, patience: 0, window: 2 }, losses)).toEqual([1, 1, 1, 0.5, 0.5, 0.5]);
  });

  it("takes NaN for no improvement and goes on", () => {
    const options = { factor: 0.5, patience: 1 };
    expect(scales(options, [3, NaN, 2, NaN, NaN, 1])).toEqual([1, 1, 1, 1, 0.5, 0.5]);
  });

  it("asks for the loss", () => {
    const rule = reduceOnPlateau();
    expect(() => rule.update(tensor(1), rule.init(tensor(0)), tensor(0))).toThrow(/\{ value: loss \}/);
  });
});

describe("exponentialMovingAverage", () => {
  /** Averages along parameters 4, 8, 0, compiled. */
  function averages(options: Parameters<typeof exponentialMovingAverage>[0]): number[] {
    const averaging = exponentialMovingAverage(options);
    const step = compile((params: Tensor, state: RuleState) => averaging.update(params, state));
    let state = averaging.init(tensor([2]));
    return [4, 8, 0].map((value) => {
      const result = step(tensor([value]), state);
      state = result.state;
      return result.average.item();
    });
  }

  it("is a mean of what was seen alone", () => {
    // 4; (0.25 · 4 + 0.5 · 8) / 0.75; (0.125 · 4 + 0.25 · 8) / 0.875
    expect(averages({ decay: 0.5 })).toEqual([
      4,
      expect.closeTo(5 / 0.75, 14),
      expect.closeTo(2.5 / 0.875, 14),
    ]);
  });

  it("begins at the first parameters without debiasing", () => {
    expect(averages({ decay: 0.5, debias: false })).toEqual([3, 5.5, 2.75]);
  });

  it("follows a training", () => {
    const averaging = exponentialMovingAverage({ decay: 0.9 });
    const rule: UpdateRule = sgd({ learningRate: 1 });
    let params = { w: tensor(new Float32Array([1])) };
    let [state, average] = [rule.init(params), averaging.init(params)];
    for (let step = 0; step < 2; step++) {
      const result = rule.update({ w: tensor(new Float32Array([1])) }, state, params);
      params = applyUpdates(params, result.updates);
      state = result.state;
      const averaged = averaging.update(params, average);
      average = averaged.state;
      expect(averaged.average.w.dtype).toBe("f32");
    }
    // Parameters 0 and −1
    expect(toArrays<unknown>(average)).toEqual({ step: 2, average: { w: [expect.closeTo(-0.1, 7)] } });
  });
});

describe("rules around rules around rules", () => {
  it("do what each of them does", () => {
    const inner = sgd({ learningRate: 1 });
    const rule = lookahead(accumulate(inner, 2), { period: 4 });
    // Two gradients make a step of their mean; after four of them half of the way is undone.
    expect(
      followTree(
        rule,
        tensor([0]),
        [2, 4, 1, 1].map((g) => tensor([g])),
      ).map((x) => x.item()),
    ).toEqual([0, -3, -3, -2]);
  });
});
