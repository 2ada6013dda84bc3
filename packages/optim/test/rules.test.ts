import { tensor } from "@steepest/autodiff";
import {
  adadelta,
  adagrad,
  adam,
  adamw,
  amsgrad,
  lion,
  momentum,
  nadam,
  nesterov,
  radam,
  rmsprop,
  sgd,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { follow, followTree } from "./support/training.ts";

const close = (value: number): unknown => expect.closeTo(value, 13);
const { sqrt } = Math;

// Every sequence begins at 1; the gradients are 2 and 4 unless they are said to be others.

describe("sgd", () => {
  it("takes −η g", () => {
    expect(follow(sgd({ learningRate: 0.1 }), 1, [2, -3])).toEqual([close(0.8), close(1.1)]);
  });

  it("adds up a velocity", () => {
    // v: 2, 0.9 · 2 + 4 = 5.8; w: 1 − 0.2 = 0.8, 0.8 − 0.58 = 0.22
    const expected = [close(0.8), close(0.22)];
    expect(follow(sgd({ learningRate: 0.1, momentum: 0.9 }), 1, [2, 4])).toEqual(expected);
    expect(follow(momentum({ learningRate: 0.1 }), 1, [2, 4])).toEqual(expected);
  });

  it("looks ahead along it with Nesterov", () => {
    // step 1: 2 + 0.9 · 2 = 3.8; step 2: 4 + 0.9 · 5.8 = 9.22
    const expected = [close(0.62), close(-0.302)];
    const rule = sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true });
    expect(follow(rule, 1, [2, 4])).toEqual(expected);
    expect(follow(nesterov({ learningRate: 0.1 }), 1, [2, 4])).toEqual(expected);
  });

  it("follows a schedule", () => {
    const halving = sgd({ learningRate: (step) => step.add(1).pow(-1) });
    expect(follow(halving, 0, [1, 1, 1])).toEqual([-1, -1.5, close(-11 / 6)]);
  });
});

describe("adagrad", () => {
  it("divides by the root of the sum of squares", () => {
    // G: 4, 4 + 16 = 20; the steps: 2 / 2, 4 / √20
    expect(follow(adagrad({ learningRate: 0.1 }), 1, [2, 4])).toEqual([
      expect.closeTo(0.9, 10),
      expect.closeTo(0.9 - 0.4 / sqrt(20), 10),
    ]);
  });

  it("begins the sum where it is told to, and adds ε to its root", () => {
    // G: 5 + 4 = 9, 9 + 16 = 25; the steps: 2 / (3 + 1), 4 / (5 + 1)
    const rule = adagrad({ learningRate: 0.3, initialAccumulator: 5, epsilon: 1 });
    expect(follow(rule, 1, [2, 4])).toEqual([close(0.85), close(0.65)]);
  });
});

describe("adadelta", () => {
  it("makes the published first two steps", () => {
    // v: 0.1 · 4 = 0.4, 0.9 · 0.4 + 0.1 · 16 = 1.96
    const first = (sqrt(1e-6) / sqrt(0.4 + 1e-6)) * 2;
    const second = (sqrt(0.1 * first ** 2 + 1e-6) / sqrt(1.96 + 1e-6)) * 4;
    expect(follow(adadelta(), 1, [2, 4])).toEqual([close(1 - first), close(1 - first - second)]);
  });

  it("takes a decay, an ε and a learning rate", () => {
    // v: 0.5 · 4 = 2, 0.5 · 2 + 0.5 · 16 = 9; u: 0, 0.5 · 4 · 7 / 9 = 14 / 9
    const rule = adadelta({ learningRate: 0.5, decay: 0.5, epsilon: 7 });
    const first = (sqrt(7) / sqrt(2 + 7)) * 2;
    const second = (sqrt(14 / 9 + 7) / sqrt(9 + 7)) * 4;
    expect(follow(rule, 1, [2, 4])).toEqual([close(1 - 0.5 * first), close(1 - 0.5 * first - 0.5 * second)]);
  });
});

describe("rmsprop", () => {
  // v: 0.1 · 4 = 0.4, 0.9 · 0.4 + 0.1 · 16 = 1.96
  const [first, second] = [2 / (sqrt(0.4) + 1e-8), 4 / (1.4 + 1e-8)] as const;

  it("divides by the root of the mean square", () => {
    expect(follow(rmsprop({ learningRate: 0.1 }), 1, [2, 4])).toEqual([
      close(1 - 0.1 * first),
      close(1 - 0.1 * first - 0.1 * second),
    ]);
  });

  it("divides by the standard deviation when it is centered", () => {
    // m: 0.2, 0.58; v − m²: 0.4 − 0.04 = 0.36, 1.96 − 0.3364 = 1.6236
    const [first, second] = [2 / (0.6 + 1e-8), 4 / (sqrt(1.6236) + 1e-8)] as const;
    expect(follow(rmsprop({ learningRate: 0.1, centered: true }), 1, [2, 4])).toEqual([
      close(1 - 0.1 * first),
      close(1 - 0.1 * first - 0.1 * second),
    ]);
  });

  it("adds up a velocity of what it takes", () => {
    expect(follow(rmsprop({ learningRate: 0.1, momentum: 0.5 }), 1, [2, 4])).toEqual([
      close(1 - 0.1 * first),
      close(1 - 0.1 * first - 0.1 * (0.5 * first + second)),
    ]);
  });

  it("has a number for gradients that are all alike, whose variance may round below zero", () => {
    const rule = rmsprop({ learningRate: 1e-12, centered: true, decay: 0.5 });
    const alike = new Array<number>(200).fill(0.7);
    expect(follow(rule, 1, alike).every(Number.isFinite)).toBe(true);
  });
});

describe("adam", () => {
  // t = 1: m̂ = 2, v̂ = 4. t = 2: m = 0.9 · 0.2 + 0.4 = 0.58, m̂ = 0.58 / 0.19, v = 0.999 · 0.004 + 0.016 = 0.019996,
  // v̂ = 0.019996 / 0.001999.
  const first = 2 / (2 + 1e-8);
  const second = 0.58 / 0.19 / (sqrt(0.019996 / 0.001999) + 1e-8);

  it("makes the published first two steps", () => {
    expect(follow(adam({ learningRate: 0.1 }), 1, [2, 4])).toEqual([
      close(1 - 0.1 * first),
      close(1 - 0.1 * first - 0.1 * second),
    ]);
  });

  it("keeps f32 parameters f32", () => {
    const rule = adam({ learningRate: 0.1 });
    const params = [tensor(new Float32Array([1, 2]))];
    const { updates, state } = rule.update(
      [tensor(new Float32Array([0.5, -0.5]))],
      rule.init(params),
      params,
    );
    expect(updates[0]!.dtype).toBe("f32");
    expect(state).toMatchObject({ mean: [{ dtype: "f32" }], meanSquare: [{ dtype: "f32" }] });
  });

  it("decays weights beside the gradient as adamw, both times the rate of the schedule", () => {
    // η: 0.1, 0.1 / 2; λ = 0.5
    const rule = adamw({ learningRate: (step) => step.add(1).pow(-1).mul(0.1), weightDecay: 0.5 });
    const w1 = 1 - 0.1 * (first + 0.5 * 1);
    expect(follow(rule, 1, [2, 4])).toEqual([close(w1), close(w1 - 0.05 * (second + 0.5 * w1))]);
  });

  it("decays by 0.01 as adamw unless told otherwise", () => {
    expect(follow(adamw({ learningRate: 0.1 }), 1, [2])).toEqual([close(1 - 0.1 * (first + 0.01))]);
  });
});

describe("amsgrad", () => {
  it("keeps dividing by the largest mean square", () => {
    // Gradients 4 and 1, β₂ = 0.5: v = 0.5 · 16 = 8, then 0.5 · 8 + 0.5 · 1 = 4.5 < 8; 1 − β₂ᵗ: 0.5, 0.75.
    // m = 0.4, then 0.9 · 0.4 + 0.1 = 0.46; 1 − β₁ᵗ: 0.1, 0.19.
    const rule = amsgrad({ learningRate: 0.1, beta2: 0.5, epsilon: 1 });
    const first = 4 / (sqrt(8 / 0.5) + 1);
    const second = 0.46 / 0.19 / (sqrt(8 / 0.75) + 1);
    expect(follow(rule, 1, [4, 1])).toEqual([close(1 - 0.1 * first), close(1 - 0.1 * first - 0.1 * second)]);
  });
});

describe("nadam", () => {
  it("makes the published first two steps with a momentum that warms up", () => {
    const [mu1, mu2, mu3] = [1, 2, 3].map((t) => 0.9 * (1 - 0.5 * 0.96 ** (t * 0.004))) as [
      number,
      number,
      number,
    ];
    // m: 0.2, 0.58; v / (1 − 0.999ᵗ): 4, 0.019996 / 0.001999
    const first = (((1 - mu1) / (1 - mu1)) * 2 + (mu2 / (1 - mu1 * mu2)) * 0.2) / (2 + 1e-8);
    const second =
      (((1 - mu2) / (1 - mu1 * mu2)) * 4 + (mu3 / (1 - mu1 * mu2 * mu3)) * 0.58) /
      (sqrt(0.019996 / 0.001999) + 1e-8);
    expect(follow(nadam({ learningRate: 0.1 }), 1, [2, 4])).toEqual([
      close(1 - 0.1 * first),
      close(1 - 0.1 * first - 0.1 * second),
    ]);
    const w1 = 1 - 0.1 * (first + 0.5);
    expect(follow(nadam({ learningRate: 0.1, weightDecay: 0.5 }), 1, [2, 4])).toEqual([
      close(w1),
      close(w1 - 0.1 * (second + 0.5 * w1)),
    ]);
  });
});

describe("radam", () => {
  // β₂ = 0.9: ρ∞ = 2 / 0.1 − 1 = 19; ρ₅ = 19 − 10 · 0.59049 / 0.40951 = 4.58 and ρ₆ = 19 − 12 · 0.531441 / 0.468559 = 5.389.
  const rule = radam({ learningRate: 0.1, beta2: 0.9, epsilon: 0.5 });

  it("is momentum while the average is short", () => {
    // m̂: 2, 0.58 / 0.19
    expect(follow(rule, 1, [2, 4])).toEqual([close(0.8), close(0.8 - (0.1 * 0.58) / 0.19)]);
  });

  it("adapts from the step on at which the average is long enough", () => {
    // Of gradients of 3, m̂ = 3 and v = 9 (1 − 0.9ᵗ).
    const path = follow(rule, 1, [3, 3, 3, 3, 3, 3]);
    const rho = 19 - (12 * 0.531441) / 0.468559;
    const rectification = sqrt(((rho - 4) * (rho - 2) * 19) / (15 * 17 * rho));
    expect(path.slice(4)).toEqual([
      close(1 - 5 * 0.3),
      close(-0.5 - (0.1 * rectification * 3 * sqrt(0.468559)) / (3 * sqrt(0.468559) + 0.5)),
    ]);
  });

  it("adapts earlier with the paper's threshold", () => {
    const early = radam({ learningRate: 0.1, beta2: 0.9, epsilon: 0, threshold: 4 });
    const rho = 19 - (10 * 0.59049) / 0.40951;
    const rectification = sqrt(((rho - 4) * (rho - 2) * 19) / (15 * 17 * rho));
    expect(follow(early, 1, [3, 3, 3, 3, 3]).slice(3)).toEqual([
      close(1 - 4 * 0.3),
      close(-0.2 - 0.1 * rectification),
    ]);
  });
});

describe("lion", () => {
  it("takes the sign of a mean, of another one than it remembers, and decays weights", () => {
    // Gradients 2 and −0.1: 0.1 · 2 > 0; m = 0.01 · 2 = 0.02; 0.9 · 0.02 + 0.1 · (−0.1) = 0.008 > 0.
    const rule = lion({ learningRate: 0.1, weightDecay: 0.5 });
    expect(follow(rule, 1, [2, -0.1])).toEqual([close(0.85), close(0.85 - 0.1 * (1 + 0.425))]);
    // Gradients 2 and −0.3: 0.018 − 0.03 < 0.
    expect(follow(lion({ learningRate: 0.1 }), 1, [2, -0.3])).toEqual([close(0.9), close(1)]);
  });

  it("leaves a parameter without a gradient where it is", () => {
    expect(
      followTree(lion({ learningRate: 0.1 }), [tensor([1, 1])], [[tensor([0, 5])]])[0]![0]!.toArray(),
    ).toEqual([1, 0.9]);
  });
});
