import {
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  joinSchedules,
  oneCycle,
  piecewiseConstant,
  polynomialDecay,
  stepDecay,
  warmup,
  type Schedule,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { inPytorch, pytorchVersion } from "./support/pytorch.ts";

/** Runs where `python3` has torch (`pip install torch`); skips where it has not. */
const there = pytorchVersion !== undefined;

/** A schedule from the rate 0.5 on, and the one of PyTorch that is its equal for 30 steps. */
const pairs: readonly (readonly [string, Schedule])[] = [
  ["StepLR(optimizer, 7, gamma=0.3)", stepDecay({ initial: 0.5, factor: 0.3, every: 7 })],
  [
    "MultiStepLR(optimizer, [4, 9], gamma=0.1)",
    piecewiseConstant({ values: [0.5, 0.05, 0.005], boundaries: [4, 9] }),
  ],
  ["ExponentialLR(optimizer, 0.9)", exponentialDecay({ initial: 0.5, factor: 0.9 })],
  ["CosineAnnealingLR(optimizer, 30, eta_min=0.1)", cosineDecay({ initial: 0.5, final: 0.1, steps: 30 })],
  [
    "CosineAnnealingWarmRestarts(optimizer, 4, T_mult=2, eta_min=0.1)",
    cosineRestarts({ initial: 0.5, final: 0.1, steps: 4, growth: 2 }),
  ],
  [
    "PolynomialLR(optimizer, total_iters=20, power=1.7)",
    polynomialDecay({ initial: 0.5, steps: 20, power: 1.7 }),
  ],
  ["LinearLR(optimizer, 0.2, total_iters=8)", warmup({ initial: 0.1, peak: 0.5, steps: 8 })],
  ["OneCycleLR(optimizer, 0.5, 30)", oneCycle({ peak: 0.5, steps: 30 })],
  [
    "OneCycleLR(optimizer, 0.5, 30, pct_start=0.45, anneal_strategy='linear', div_factor=8, final_div_factor=20)",
    oneCycle({
      peak: 0.5,
      steps: 30,
      warmupFraction: 0.45,
      initialDivisor: 8,
      finalDivisor: 20,
      shape: "linear",
    }),
  ],
  [
    "SequentialLR(optimizer, [LinearLR(optimizer, 0.2, total_iters=8), ExponentialLR(optimizer, 0.9)], [8])",
    joinSchedules(
      [warmup({ initial: 0.1, peak: 0.5, steps: 8 }), exponentialDecay({ initial: 0.5, factor: 0.9 })],
      [8],
    ),
  ],
];

const program = `
from torch.optim.lr_scheduler import *
result = []
for case in given:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.tensor(0.0))], lr=0.5)
    schedule = eval(case)
    rates = []
    for step in range(30):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < 29:
            schedule.step()
    result.append(rates)
`;

describe.skipIf(!there)("PyTorch (skipped where python3 has no torch)", () => {
  let answers: number[][] | undefined;

  it.each(pairs.map(([theirs, ours], index) => [theirs, ours, index] as const))(
    "%s has the same rates",
    { timeout: 60_000 },
    (_theirs, ours, index) => {
      answers ??= inPytorch<number[][]>(
        program,
        pairs.map(([theirs]) => theirs),
      );
      const rates = Array.from({ length: 30 }, (_, step) => ours(step).item());
      expect(rates).toEqual(answers[index]!.map((rate) => expect.closeTo(rate, 12)));
    },
  );
});
