import { compile, grad, tensor, type Tensor } from "@steepest/autodiff";
import { adam, applyUpdates, OptimizationError, sgd, type UpdateRule } from "@steepest/optim";
import { describe, expect, it } from "vitest";

/** Parameters after each of the gradients. */
function follow(rule: UpdateRule, start: number, gradients: number[]): number[] {
  let params = { w: tensor([start]) };
  let state = rule.init(params);
  return gradients.map((gradient) => {
    const result = rule.update({ w: tensor([gradient]) }, state, params);
    state = result.state;
    params = applyUpdates(params, result.updates);
    return params.w.item();
  });
}

describe("sgd", () => {
  it("takes −η g", () => {
    expect(follow(sgd({ learningRate: 0.1 }), 1, [2, -3])).toEqual([0.8, expect.closeTo(1.1, 15)]);
  });

  it("adds up a velocity", () => {
    // v: 2, 0.9 · 2 + 4 = 5.8; w: 1 − 0.2 = 0.8, 0.8 − 0.58 = 0.22
    expect(follow(sgd({ learningRate: 0.1, momentum: 0.9 }), 1, [2, 4])).toEqual([
      0.8,
      expect.closeTo(0.22, 14),
    ]);
  });

  it("looks ahead along it with Nesterov", () => {
    // step 1: 2 + 0.9 · 2 = 3.8; step 2: 4 + 0.9 · 5.8 = 9.22
    expect(follow(sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), 1, [2, 4])).toEqual([
      expect.closeTo(0.62, 14),
      expect.closeTo(-0.302, 14),
    ]);
  });

  it("follows a schedule", () => {
    const halving = sgd({ learningRate: (step) => step.add(1).pow(-1) });
    expect(follow(halving, 0, [1, 1, 1])).toEqual([-1, -1.5, expect.closeTo(-11 / 6, 14)]);
  });
});

describe("adam", () => {
  it("makes the published first two steps", () => {
    // t = 1: m̂ = 2, v̂ = 4, so the step is η (up to ε). t = 2, g = 4: m = 0.9 · 0.2 + 0.4 = 0.58, m̂ = 0.58 / 0.19,
    // v = 0.999 · 0.004 + 0.016 = 0.019996, v̂ = 0.019996 / 0.001999.
    const second = (0.1 * (0.58 / 0.19)) / (Math.sqrt(0.019996 / 0.001999) + 1e-8);
    expect(follow(adam({ learningRate: 0.1 }), 1, [2, 4])).toEqual([
      expect.closeTo(1 - (0.1 * 2) / (2 + 1e-8), 14),
      expect.closeTo(1 - (0.1 * 2) / (2 + 1e-8) - second, 13),
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
    expect((state["mean"] as Tensor[])[0]!.dtype).toBe("f32");
  });
});

describe("a training step", () => {
  it.each([sgd({ learningRate: 0.05, momentum: 0.5 }), adam({ learningRate: 0.1 })])(
    "compiles as a whole with $name and does what the interpreter does",
    (rule) => {
      const loss = ({ a, b }: { a: Tensor; b: Tensor }): Tensor =>
        a.sub(3).square().sum().add(b.add(1).square());
      const step = (params: { a: Tensor; b: Tensor }, state: ReturnType<UpdateRule["init"]>) => {
        const { updates, state: next } = rule.update(grad(loss)(params), state, params);
        return { params: applyUpdates(params, updates), state: next };
      };
      const compiled = compile(step) as typeof step;
      const start = { a: tensor([0, 1]), b: tensor(2) };
      let plain = { params: start, state: rule.init(start) };
      let fast = plain;
      for (let count = 0; count < 200; count++) {
        plain = step(plain.params, plain.state);
        fast = compiled(fast.params, fast.state);
      }
      expect(fast.params.a.toArray()).toEqual(
        (plain.params.a.toArray() as number[]).map((value) => expect.closeTo(value, 12)),
      );
      expect(fast.params.b.item()).toBeCloseTo(plain.params.b.item(), 12);
      expect(loss(fast.params).item()).toBeLessThan(1e-2);
    },
  );
});

describe("wrong options", () => {
  it.each<[string, () => unknown]>([
    ["a learning rate of zero", () => sgd({ learningRate: 0 })],
    ["a momentum of one", () => sgd({ learningRate: 1, momentum: 1 })],
    ["Nesterov without momentum", () => sgd({ learningRate: 1, nesterov: true })],
    ["a β of one", () => adam({ learningRate: 1, beta2: 1 })],
    ["a negative ε", () => adam({ learningRate: 1, epsilon: -1 })],
  ])("throw for %s", (_, make) => {
    expect(make).toThrow(OptimizationError);
  });
});
