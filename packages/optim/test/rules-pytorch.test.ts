import { normal, randomKey, tensor, toArrays, type Tensor } from "@steepest/autodiff";
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamw,
  addDecayedWeights,
  amsgrad,
  chain,
  clipByGlobalNorm,
  clipByValue,
  nadam,
  radam,
  reduceOnPlateau,
  rmsprop,
  sgd,
  type UpdateRule,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { inPytorch, isAtLeast, pytorchVersion } from "./support/pytorch.ts";
import { followTree } from "./support/training.ts";

/** Runs where `python3` has torch (`pip install torch`); skips where it has not. */
const there = pytorchVersion !== undefined;

type Params = { matrix: Tensor; vector: Tensor };

const params: Params = { matrix: normal(randomKey(1), [3, 4]), vector: normal(randomKey(2), [5]) };
const gradients: readonly Params[] = Array.from({ length: 25 }, (_, step) => ({
  matrix: normal(randomKey(10 + step), [3, 4]).mul(1 + step),
  vector: normal(randomKey(100 + step), [5]).mul(0.1),
}));

/** What both do, as one writes it here and in PyTorch; the first version that has it, or has it right. */
interface Pair {
  readonly rule: UpdateRule;
  readonly optimizer: string;
  readonly before?: string;
  readonly since?: readonly [number, number];
}

const pairs: readonly Pair[] = [
  { rule: sgd({ learningRate: 0.1 }), optimizer: "SGD(params, lr=0.1)" },
  { rule: sgd({ learningRate: 0.1, momentum: 0.9 }), optimizer: "SGD(params, lr=0.1, momentum=0.9)" },
  {
    rule: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
    optimizer: "SGD(params, lr=0.1, momentum=0.9, nesterov=True)",
  },
  {
    rule: chain(addDecayedWeights(0.3), sgd({ learningRate: 0.1, momentum: 0.9 })),
    optimizer: "SGD(params, lr=0.1, momentum=0.9, weight_decay=0.3)",
  },
  { rule: adagrad({ learningRate: 0.1 }), optimizer: "Adagrad(params, lr=0.1)" },
  {
    rule: adagrad({ learningRate: 0.1, initialAccumulator: 0.2, epsilon: 0.3 }),
    optimizer: "Adagrad(params, lr=0.1, initial_accumulator_value=0.2, eps=0.3)",
  },
  {
    rule: adagrad({ learningRate: (step) => step.mul(0.5).add(1).pow(-1).mul(0.1) }),
    optimizer: "Adagrad(params, lr=0.1, lr_decay=0.5)",
  },
  { rule: adadelta(), optimizer: "Adadelta(params, lr=1.0)" },
  {
    rule: adadelta({ learningRate: 0.5, decay: 0.8, epsilon: 0.1 }),
    optimizer: "Adadelta(params, lr=0.5, rho=0.8, eps=0.1)",
  },
  {
    rule: rmsprop({ learningRate: 0.1, decay: 0.99 }),
    optimizer: "RMSprop(params, lr=0.1)",
  },
  {
    rule: rmsprop({ learningRate: 0.1, decay: 0.8, epsilon: 0.2, centered: true, momentum: 0.7 }),
    optimizer: "RMSprop(params, lr=0.1, alpha=0.8, eps=0.2, centered=True, momentum=0.7)",
  },
  { rule: adam({ learningRate: 0.1 }), optimizer: "Adam(params, lr=0.1)" },
  {
    rule: adam({ learningRate: 0.1, beta1: 0.7, beta2: 0.8, epsilon: 0.1 }),
    optimizer: "Adam(params, lr=0.1, betas=(0.7, 0.8), eps=0.1)",
  },
  {
    rule: chain(addDecayedWeights(0.3), adam({ learningRate: 0.1 })),
    optimizer: "Adam(params, lr=0.1, weight_decay=0.3)",
  },
  { rule: adamw({ learningRate: 0.1 }), optimizer: "AdamW(params, lr=0.1)" },
  {
    rule: adamw({ learningRate: 0.1, weightDecay: 0.5 }),
    optimizer: "AdamW(params, lr=0.1, weight_decay=0.5)",
  },
  {
    rule: amsgrad({ learningRate: 0.1, beta2: 0.7, epsilon: 0.1 }),
    optimizer: "Adam(params, lr=0.1, betas=(0.9, 0.7), eps=0.1, amsgrad=True)",
  },
  {
    rule: amsgrad({ learningRate: 0.1, beta2: 0.7, weightDecay: 0.2 }),
    optimizer: "AdamW(params, lr=0.1, betas=(0.9, 0.7), amsgrad=True, weight_decay=0.2)",
  },
  {
    // Before 2.0 the product of the momenta took in the present one twice.
    rule: nadam({ learningRate: 0.1, epsilon: 0.1 }),
    optimizer: "NAdam(params, lr=0.1, eps=0.1)",
    since: [2, 0],
  },
  { rule: radam({ learningRate: 0.1, epsilon: 0.1 }), optimizer: "RAdam(params, lr=0.1, eps=0.1)" },
  {
    rule: radam({ learningRate: 0.1, beta2: 0.8 }),
    optimizer: "RAdam(params, lr=0.1, betas=(0.9, 0.8))",
  },
  {
    rule: adafactor(),
    optimizer: "Adafactor(params)",
    since: [2, 5],
  },
  {
    rule: chain(clipByGlobalNorm(0.5), sgd({ learningRate: 1 })),
    optimizer: "SGD(params, lr=1)",
    // PyTorch adds 1e-6 to the norm it divides by.
    before: "torch.nn.utils.clip_grad_norm_(params, 0.5 * (1 + 1e-6 / norm) if norm > 0.5 else 0.5)",
  },
  {
    rule: chain(clipByValue(0.5), sgd({ learningRate: 1 })),
    optimizer: "SGD(params, lr=1)",
    before: "torch.nn.utils.clip_grad_value_(params, 0.5)",
  },
];

/** Parameters after each step, of each pair. */
const program = `
result = []
for case in given["cases"]:
    params = [torch.nn.Parameter(torch.tensor(p)) for p in given["params"]]
    optimizer = eval("torch.optim." + case["optimizer"])
    path = []
    for gradients in given["gradients"]:
        for p, g in zip(params, gradients):
            p.grad = torch.tensor(g)
        norm = torch.sqrt(sum((p.grad ** 2).sum() for p in params)).item()
        exec(case["before"])
        optimizer.step()
        path.append([p.detach().tolist() for p in params])
    result.append(path)
`;

const list = ({ matrix, vector }: Params): unknown => toArrays([matrix, vector]);

describe.skipIf(!there)("PyTorch (skipped where python3 has no torch)", () => {
  const cases = pairs.filter(({ since = [0, 0] }) => isAtLeast(...since));
  let answers: Map<string, unknown> | undefined;
  const answerOf = (pair: Pair): unknown => {
    if (answers === undefined) {
      const found = inPytorch<unknown[]>(program, {
        cases: cases.map(({ optimizer, before = "pass" }) => ({ optimizer, before })),
        params: list(params),
        gradients: gradients.map(list),
      });
      answers = new Map(
        cases.map(({ optimizer, before }, index) => [`${optimizer} ${before}`, found[index]]),
      );
    }
    return answers.get(`${pair.optimizer} ${pair.before}`);
  };

  it.each(cases.map((pair) => [pair.rule.name, pair.before ?? pair.optimizer, pair] as const))(
    "%s takes the 25 steps of %s",
    { timeout: 60_000 },
    (_name, _optimizer, pair) => {
      const expected = (answerOf(pair) as number[][]).flat(3);
      const path = followTree(pair.rule, params, gradients).flatMap((at) => (list(at) as number[][]).flat(3));
      expect(path).toHaveLength(25 * 17);
      expect(path).toEqual(expected.map((value) => expect.closeTo(value, 9)));
    },
  );

  it("ReduceLROnPlateau reduces when reduceOnPlateau does", { timeout: 60_000 }, () => {
    const losses = Array.from({ length: 120 }, (_, step) => 1 / (1 + (Math.floor(step / 3) % 9)) + 0.1);
    const options = { factor: 0.5, patience: 3, cooldown: 2, threshold: 0.01 };
    const expected = inPytorch<number[]>(
      `
optimizer = torch.optim.SGD([torch.nn.Parameter(torch.tensor(0.0))], lr=1.0)
schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
    optimizer, factor=0.5, patience=3, cooldown=2, threshold=0.01, eps=0)
result = []
for loss in given:
    schedule.step(loss)
    result.append(optimizer.param_groups[0]["lr"])
`,
      losses,
    );
    const rule = reduceOnPlateau(options);
    let state = rule.init(tensor(0));
    const scales = losses.map((value) => {
      const result = rule.update(tensor(1), state, tensor(0), { value });
      state = result.state;
      return result.updates.item();
    });
    expect(scales).toEqual(expected);
    expect(new Set(scales).size).toBeGreaterThan(5);
  });
});
