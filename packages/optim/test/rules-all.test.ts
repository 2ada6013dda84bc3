import {
  cast,
  compile,
  compileStep,
  stack,
  tensor,
  toArrays,
  treeLeaves,
  treeMap,
  treePaths,
  vmap,
  type Tensor,
  type Tree,
} from "@steepest/autodiff";
import {
  accumulate,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamw,
  addDecayedWeights,
  amsgrad,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  clipByValue,
  cosineDecay,
  fromArrays,
  lamb,
  lion,
  lookahead,
  momentum,
  muon,
  nadam,
  nesterov,
  OptimizationError,
  partition,
  radam,
  reduceOnPlateau,
  rmsprop,
  sgd,
  warmup,
  type UpdateRule,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { loss, start, stepOf, type Classifier, type Training } from "./support/training.ts";

/** Every rule, with a rate at which it gets close to the minimum in 600 steps. */
const rules: readonly (readonly [string, UpdateRule])[] = [
  ["sgd", sgd({ learningRate: 1 })],
  ["momentum", momentum({ learningRate: 0.2 })],
  ["nesterov", nesterov({ learningRate: 0.2 })],
  ["adagrad", adagrad({ learningRate: 0.3 })],
  ["adadelta", adadelta({ learningRate: 5 })],
  ["rmsprop", rmsprop({ learningRate: cosineDecay({ initial: 0.03, steps: 600 }) })],
  [
    "rmsprop, centered, with momentum",
    rmsprop({ learningRate: 0.001, centered: true, momentum: 0.9, decay: 0.99, epsilon: 1e-3 }),
  ],
  ["adam", adam({ learningRate: 0.05 })],
  ["adamw", adamw({ learningRate: 0.05, weightDecay: 1e-4, mask: (_, leaf) => leaf.shape.length > 1 })],
  ["amsgrad", amsgrad({ learningRate: 0.05 })],
  ["nadam", nadam({ learningRate: 0.05 })],
  ["radam", radam({ learningRate: 0.05 })],
  ["lion", lion({ learningRate: cosineDecay({ initial: 0.03, steps: 600 }) })],
  [
    // A number by itself is never led past 0: as many exclude vectors and scalars from it, the table does.
    "lamb",
    partition(
      {
        matrices: lamb({ learningRate: cosineDecay({ initial: 0.05, steps: 600 }) }),
        others: adam({ learningRate: 0.05 }),
      },
      (_, leaf) => (leaf.shape.length === 2 ? "matrices" : "others"),
    ),
  ],
  ["adafactor", adafactor({ learningRate: cosineDecay({ initial: 0.1, steps: 600 }) })],
  ["muon", muon({ learningRate: cosineDecay({ initial: 0.1, steps: 600 }) })],
  [
    "a chain",
    chain(
      clipByValue(5),
      clipByGlobalNorm(1),
      addDecayedWeights(1e-5),
      adam({
        learningRate: warmup({ peak: 0.1, steps: 10, then: cosineDecay({ initial: 0.1, steps: 590 }) }),
      }),
      reduceOnPlateau({ patience: 50, factor: 0.5 }),
    ),
  ],
  ["accumulated gradients", accumulate(nesterov({ learningRate: 0.5 }), 4)],
  ["lookahead", lookahead(adam({ learningRate: 0.1 }))],
  [
    "a partition",
    partition({ matrices: adam({ learningRate: 0.05 }), others: sgd({ learningRate: 1 }) }, (_, leaf) =>
      leaf.shape.length === 2 ? "matrices" : "others",
    ),
  ],
];

/** The training after so many steps. */
function train(
  step: (training: Training) => readonly [Training, Tensor],
  from: Training,
  count: number,
): Training {
  let training = from;
  for (let i = 0; i < count; i++) [training] = step(training);
  return training;
}

/** All numbers of a tree, to be met within rounding. */
const closely = (tree: unknown): unknown =>
  treeLeaves(tree).map((leaf) => Array.from(leaf.data, (value) => expect.closeTo(value, 11)));
const numbers = (tree: unknown): unknown => treeLeaves(tree).map((leaf) => Array.from(leaf.data));
const kinds = (tree: unknown): unknown =>
  treeLeaves(tree).map(({ shape, dtype }, index) => [treePaths(tree)[index], dtype, ...shape]);

/** The loss at the minimum, by Newton-free means: plain descent until nothing changes. */
const least = ((): number => {
  const step = compileStep((params: Classifier) => {
    const [{ params: next }, value] = stepOf(sgd({ learningRate: 2 }))({
      params,
      state: sgd({ learningRate: 2 }).init(params),
    });
    return [next, value];
  }, start);
  return step.repeat(20_000).item();
})();

describe.each(rules)("%s", (_, rule) => {
  const from: Training = { params: start, state: rule.init(start) };
  const step = stepOf(rule);

  it("does the same compiled as interpreted", () => {
    const compiled = compile((training: Training) => step(training));
    expect(numbers(train(compiled, from, 25))).toEqual(closely(train(step, from, 25)));
  });

  it("keeps its state in a compiled step", () => {
    const kept = compileStep((training: Training) => step(training), from);
    kept.repeat(25);
    expect(numbers(kept.state)).toEqual(closely(train(step, from, 25)));
  });

  it("gets close to the minimum", () => {
    const kept = compileStep((training: Training) => step(training), from);
    kept.repeat(600);
    const { params } = kept.state;
    expect(loss(params).item() - least).toBeLessThan(2e-3 * (loss(start).item() - least));
    expect(loss(params).item()).toBeGreaterThan(least - 1e-9);
  });

  it("keeps the structure, shapes and dtypes of f32, f64 and mixed parameters and of its state", () => {
    const single = (leaf: Tensor): Tensor => cast(leaf, "f32");
    const mixed = {
      layer: { weights: single(start.layer.weights), bias: start.layer.bias },
      offset: single(start.offset),
    };
    for (const params of [start, treeMap(single, start), mixed]) {
      const state = rule.init(params);
      // Gradients of a wide dtype as those of a loss in f64.
      const result = rule.update(start, state, params, { value: 1 });
      expect(kinds(result.updates)).toEqual(kinds(params));
      expect(kinds(result.state)).toEqual(kinds(state));
      expect(JSON.stringify(toArrays(result.state)).match(/"[^"]*":/g)).toEqual(
        JSON.stringify(toArrays(state)).match(/"[^"]*":/g),
      );
    }
  });

  it("goes on from a state that went through JSON as if it had not been stopped", () => {
    const whole = train(step, from, 14);
    const half = train(step, from, 7);
    const text = JSON.stringify(toArrays(half));
    const resumed = train(step, fromArrays(from, JSON.parse(text)), 7);
    expect(numbers(resumed)).toEqual(numbers(whole));
  });

  it("changes nothing finite into something that is not where gradients are 0", () => {
    const none = treeMap((leaf) => leaf.mul(0), start);
    let state = rule.init(start);
    let params = start;
    for (let i = 0; i < 5; i++) {
      const result = rule.update(none, state, params, { value: 0 });
      state = result.state;
      params = applyUpdates(params, result.updates);
    }
    const all = [...treeLeaves(params), ...treeLeaves(state)];
    expect(all.every(({ data }) => data.every((value: number) => Number.isFinite(value)))).toBe(true);
  });

  it("maps over a batch of trainings", () => {
    const other = treeMap((leaf) => leaf.mul(-1.5).add(0.1), start);
    const both: Training[] = [start, other].map((params) => ({ params, state: rule.init(params) }));
    const batch = treeMap((a, b) => stack([a, b]), both[0]!, both[1]!);
    const mapped = vmap((training: Training) => step(training)[0]);
    let together = batch;
    for (let i = 0; i < 5; i++) together = mapped(together);
    both.forEach((training, index) => {
      const own = treeMap((leaf) => leaf.slice(index), together);
      expect(numbers(own)).toEqual(closely(train(step, training, 5)));
    });
  });

  it("has nothing to do for no parameters", () => {
    const none: Record<string, Tree> = {};
    const { updates, state } = rule.update(none, rule.init(none), none, { value: 1 });
    expect(updates).toEqual({});
    expect(treePaths(state)).toEqual(treePaths(rule.init(none)));
  });
});

describe("fromArrays", () => {
  const like = {
    a: tensor([[1, 2]]),
    b: [tensor(new Float32Array([0.1])), tensor(true)],
    none: tensor([], { shape: [0, 3] }),
  };

  it("gives structure, shapes and dtypes back", () => {
    const back = fromArrays(like, JSON.parse(JSON.stringify(toArrays(like))));
    expect(kinds(back)).toEqual(kinds(like));
    expect(toArrays(back)).toEqual(toArrays(like));
  });

  it.each<[string, unknown, RegExp]>([
    ["a missing branch", { a: [[1, 2]] }, /^expected a list of 2 at b: undefined$/],
    ["another shape", { ...toArrays(like), a: [[1, 2, 3]] }, /shape \[1, 2\] at a: \[\[1,2,3\]\]/],
    ["a number that JSON lost", { ...toArrays(like), a: [[null, 2]] }, /at a: \[\[null,2\]\]/],
    ["text", "abc", /^expected a record: "abc"$/],
    ["a list for a record", [1, 2], /^expected a record: \[1,2\]$/],
  ])("refuses %s", (_, data, message) => {
    expect(() => fromArrays(like, data)).toThrow(OptimizationError);
    expect(() => fromArrays(like, data)).toThrow(message);
  });

  it("refuses to read like something that is no tree of tensors", () => {
    expect(() => fromArrays({ a: "text" }, { a: 1 })).toThrow(/expected a tree of tensors/);
  });
});
