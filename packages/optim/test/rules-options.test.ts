import {
  accumulate,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamw,
  addDecayedWeights,
  amsgrad,
  clipByGlobalNorm,
  clipByValue,
  constantSchedule,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  exponentialMovingAverage,
  inverseSquareRootDecay,
  joinSchedules,
  lamb,
  lion,
  lookahead,
  muon,
  nadam,
  nesterov,
  oneCycle,
  OptimizationError,
  partition,
  piecewiseConstant,
  polynomialDecay,
  radam,
  reduceOnPlateau,
  rmsprop,
  scaleUpdates,
  sgd,
  stepDecay,
  warmup,
} from "@steepest/optim";
import { tensor } from "@steepest/autodiff";
import { describe, expect, it } from "vitest";

const rule = sgd({ learningRate: 1 });
const rate = constantSchedule(1);

const refused: readonly (readonly [() => unknown, string])[] = [
  [() => sgd({ learningRate: 0 }), "the learning rate must be a positive number: 0"],
  [() => adam({ learningRate: NaN }), "the learning rate must be a positive number: NaN"],
  [() => lion({ learningRate: Infinity }), "the learning rate must be a positive number: Infinity"],
  [() => muon({ learningRate: -1 }), "the learning rate must be a positive number: -1"],
  [() => sgd({ learningRate: 1, momentum: 1 }), "momentum must be at least 0 and below 1: 1"],
  [
    () => sgd({ learningRate: 1, nesterov: true }),
    "Nesterov's look-ahead needs a momentum above 0, such as 0.9: 0",
  ],
  [
    () => nesterov({ learningRate: 1, momentum: 0 }),
    "Nesterov's look-ahead needs a momentum above 0, such as 0.9: 0",
  ],
  [
    () => adagrad({ learningRate: 1, initialAccumulator: -1 }),
    "the initial accumulator must be 0 or more: -1",
  ],
  [() => adadelta({ epsilon: 0 }), "epsilon must be a positive number: 0"],
  [() => adadelta({ decay: 1.5 }), "decay must be at least 0 and below 1: 1.5"],
  [() => rmsprop({ learningRate: 1, decay: -0.1 }), "decay must be at least 0 and below 1: -0.1"],
  [() => rmsprop({ learningRate: 1, momentum: NaN }), "momentum must be at least 0 and below 1: NaN"],
  [() => adam({ learningRate: 1, beta2: 1 }), "beta2 must be at least 0 and below 1: 1"],
  [() => adam({ learningRate: 1, epsilon: -1 }), "epsilon must be 0 or more: -1"],
  [() => adamw({ learningRate: 1, weightDecay: -0.01 }), "the weight decay must be 0 or more: -0.01"],
  [() => amsgrad({ learningRate: 1, beta1: 2 }), "beta1 must be at least 0 and below 1: 2"],
  [() => nadam({ learningRate: 1, momentumDecay: -1 }), "the momentum decay must be 0 or more: -1"],
  [() => radam({ learningRate: 1, threshold: 3 }), "the threshold must be a number of at least 4: 3"],
  [() => lion({ learningRate: 1, beta2: 1 }), "beta2 must be at least 0 and below 1: 1"],
  [() => lamb({ learningRate: 1, epsilon: -1 }), "epsilon must be 0 or more: -1"],
  [() => adafactor({ decayExponent: 0 }), "the decay exponent must be a positive number: 0"],
  [() => adafactor({ clippingThreshold: 0 }), "the clipping threshold must be a positive number: 0"],
  [() => adafactor({ epsilon: 0 }), "epsilon must be a positive number: 0"],
  [() => adafactor({ leastScale: -1 }), "the least scale must be 0 or more: -1"],
  [() => muon({ learningRate: 1, iterations: 0 }), "the iterations must be a whole number, at least 1: 0"],
  [() => muon({ learningRate: 1, momentum: 1 }), "momentum must be at least 0 and below 1: 1"],
  [
    () => {
      const vector = tensor([1, 2]);
      const all = muon({ learningRate: 1, matrices: () => true });
      return all.update(vector, all.init(vector), vector);
    },
    "muon orthogonalises matrices; leave other parameters to its other rule: shape [2]",
  ],
  [() => partition({}, () => "none" as never), "a partition needs at least one rule: {}"],
  [() => clipByGlobalNorm(0), "the largest norm must be a positive number: 0"],
  [() => clipByValue(-1), "the limit must be a positive number: -1"],
  [() => addDecayedWeights(-1), "the weight decay must be 0 or more: -1"],
  [() => scaleUpdates(NaN), "the factor must be a finite number: NaN"],
  [() => accumulate(rule, 1.5), "the steps to accumulate must be a whole number, at least 1: 1.5"],
  [() => lookahead(rule, { period: 0 }), "the period must be a whole number, at least 1: 0"],
  [() => lookahead(rule, { slowRate: 0 }), "the slow rate must be above 0 and at most 1: 0"],
  [() => reduceOnPlateau({ factor: 1 }), "the factor must be above 0 and below 1: 1"],
  [() => reduceOnPlateau({ patience: -1 }), "the patience must be a whole number, at least 0: -1"],
  [() => reduceOnPlateau({ cooldown: 0.5 }), "the cooldown must be a whole number, at least 0: 0.5"],
  [() => reduceOnPlateau({ window: 0 }), "the window must be a whole number, at least 1: 0"],
  [() => reduceOnPlateau({ threshold: -1 }), "the threshold must be 0 or more: -1"],
  [() => reduceOnPlateau({ minimumScale: 2 }), "the least scale must be between 0 and 1: 2"],
  [() => exponentialMovingAverage({ decay: 1 }), "decay must be at least 0 and below 1: 1"],

  [() => constantSchedule(-1), "the rate must be 0 or more: -1"],
  [
    () => piecewiseConstant({ values: [1, 2], boundaries: [] }),
    "expected one boundary between any two rates, 1 for 2: 0",
  ],
  [() => piecewiseConstant({ values: [], boundaries: [] }), "expected at least one of the rates: 0"],
  [
    () => piecewiseConstant({ values: [1, 2, 3], boundaries: [5, 5] }),
    "boundaries must be ascending whole numbers above 0: [5, 5]",
  ],
  [() => stepDecay({ initial: 1, every: 0 }), "the steps of one rate must be a whole number, at least 1: 0"],
  [() => stepDecay({ initial: 1, every: 1, factor: 0 }), "the factor must be a positive number: 0"],
  [() => exponentialDecay({ initial: 0, factor: 1 }), "the initial rate must be a positive number: 0"],
  [() => exponentialDecay({ initial: 1, factor: 1, minimum: -1 }), "the minimum must be 0 or more: -1"],
  [() => polynomialDecay({ initial: 1, steps: 1, power: 0 }), "the power must be a positive number: 0"],
  [() => polynomialDecay({ initial: 1, steps: 0 }), "the steps must be a whole number, at least 1: 0"],
  [
    () => inverseSquareRootDecay({ initial: 1, after: 0 }),
    "the step after which the rate falls must be a whole number, at least 1: 0",
  ],
  [() => cosineDecay({ initial: -1, steps: 1 }), "the initial rate must be 0 or more: -1"],
  [() => cosineDecay({ initial: 1, steps: 2.5 }), "the steps must be a whole number, at least 1: 2.5"],
  [
    () => cosineRestarts({ initial: 1, steps: 1, growth: 0 }),
    "the growth must be a whole number, at least 1: 0",
  ],
  [() => oneCycle({ peak: 0, steps: 10 }), "the peak must be a positive number: 0"],
  [() => oneCycle({ peak: 1, steps: 1 }), "the steps must be a whole number, at least 2: 1"],
  [
    () => oneCycle({ peak: 1, steps: 9, warmupFraction: 2 }),
    "the warm-up fraction must be between 0 and 1: 2",
  ],
  [() => warmup({ peak: 1, steps: 0 }), "the steps must be a whole number, at least 1: 0"],
  [() => warmup({ peak: -1, steps: 1 }), "the peak must be 0 or more: -1"],
  [() => joinSchedules([], []), "expected at least one of the schedules: 0"],
  [() => joinSchedules([rate, rate], [0]), "boundaries must be ascending whole numbers above 0: [0]"],
  [() => joinSchedules([rate], [3]), "expected one boundary between any two schedules, 0 for 1: 1"],
];

describe("wrong options", () => {
  it.each(refused.map(([make, message]) => [message, make] as const))("%s", (message, make) => {
    expect(make).toThrow(new OptimizationError(message));
  });
});
