import { arange, compile, tensor, type Tensor } from "@steepest/autodiff";
import {
  constantSchedule,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  inverseSquareRootDecay,
  joinSchedules,
  oneCycle,
  piecewiseConstant,
  polynomialDecay,
  sgd,
  stepDecay,
  warmup,
  type Schedule,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { follow } from "./support/training.ts";

const { cos, PI, sqrt } = Math;

/** Name, schedule, and rates at steps. */
const table: readonly (readonly [string, Schedule, Readonly<Record<number, number>>])[] = [
  ["constant", constantSchedule(0.3), { 0: 0.3, 1: 0.3, 1000: 0.3 }],
  [
    "piecewise constant",
    piecewiseConstant({ values: [1, 0.5, 2], boundaries: [3, 10] }),
    { 0: 1, 2: 1, 3: 0.5, 9: 0.5, 10: 2, 99: 2 },
  ],
  [
    "step decay",
    stepDecay({ initial: 0.8, factor: 0.5, every: 7 }),
    { 0: 0.8, 6: 0.8, 7: 0.4, 13: 0.4, 14: 0.2, 70: 0.8 / 1024 },
  ],
  ["step decay by a tenth", stepDecay({ initial: 1, every: 2 }), { 1: 1, 2: 0.1, 5: 0.01 }],
  [
    "exponential decay",
    exponentialDecay({ initial: 2, factor: 0.25, every: 4, minimum: 0.2 }),
    { 0: 2, 1: sqrt(2), 2: 1, 4: 0.5, 6: 0.25, 8: 0.2, 100: 0.2 },
  ],
  [
    "exponential decay by steps",
    exponentialDecay({ initial: 1, factor: 0.5 }),
    { 0: 1, 1: 0.5, 10: 2 ** -10 },
  ],
  [
    "polynomial decay, a line",
    polynomialDecay({ initial: 1, final: 0.2, steps: 8 }),
    { 0: 1, 1: 0.9, 4: 0.6, 8: 0.2, 9: 0.2 },
  ],
  [
    "polynomial decay, a square",
    polynomialDecay({ initial: 1, steps: 10, power: 2 }),
    { 0: 1, 5: 0.25, 9: 0.01, 10: 0, 11: 0 },
  ],
  [
    "inverse square root decay",
    inverseSquareRootDecay({ initial: 3, after: 4 }),
    { 0: 3, 4: 3, 16: 1.5, 36: 1, 400: 0.3 },
  ],
  [
    "cosine decay",
    cosineDecay({ initial: 1, final: 0.5, steps: 6 }),
    { 0: 1, 1: 0.75 + 0.25 * cos(PI / 6), 2: 0.875, 3: 0.75, 4: 0.625, 6: 0.5, 7: 0.5, 12: 0.5 },
  ],
  [
    "cosine restarts",
    cosineRestarts({ initial: 1, steps: 4 }),
    { 0: 1, 2: 0.5, 3: (1 + cos((3 * PI) / 4)) / 2, 4: 1, 6: 0.5, 400: 1, 402: 0.5 },
  ],
  [
    "cosine restarts that grow",
    // Descents begin at 3, 3 · 4 = 12, 3 · 13 = 39 and 3 · 40 = 120.
    cosineRestarts({ initial: 1, final: 0.5, steps: 3, growth: 3 }),
    { 0: 1, 1: 0.875, 3: 1, 6: 0.875, 9: 0.625, 12: 1, 21: 0.875, 39: 1, 66: 0.875, 120: 1 },
  ],
  [
    "one cycle",
    // Up until 0.4 · 10 − 1 = 3, down until 9.
    oneCycle({ peak: 1, steps: 10, warmupFraction: 0.4, initialDivisor: 10, finalDivisor: 100 }),
    {
      0: 0.1,
      1: 1 - 0.45 * (1 + cos(PI / 3)),
      2: 0.1 + 0.45 * (1 + cos(PI / 3)),
      3: 1,
      6: (1 + 0.001) / 2,
      9: 0.001,
      10: 0.001,
    },
  ],
  [
    "one cycle of lines",
    oneCycle({
      peak: 2,
      steps: 10,
      warmupFraction: 0.4,
      initialDivisor: 4,
      finalDivisor: 5,
      shape: "linear",
    }),
    { 0: 0.5, 1: 1, 2: 1.5, 3: 2, 6: 1.05, 9: 0.1, 99: 0.1 },
  ],
  [
    "one cycle without a rise",
    oneCycle({ peak: 1, steps: 3, warmupFraction: 0, finalDivisor: 4 }),
    { 0: 1, 1: 0.505, 2: 0.01 },
  ],
  [
    "one cycle without a fall",
    oneCycle({ peak: 1, steps: 3, warmupFraction: 1 }),
    { 0: 0.04, 1: 0.52, 2: 1, 3: 1 },
  ],
  ["warm-up", warmup({ peak: 0.8, steps: 4 }), { 0: 0, 1: 0.2, 3: 0.6, 4: 0.8, 5: 0.8, 500: 0.8 }],
  [
    "warm-up and cosine",
    warmup({ peak: 1, initial: 0.2, steps: 4, then: cosineDecay({ initial: 1, steps: 6 }) }),
    { 0: 0.2, 1: 0.4, 4: 1, 6: 0.75, 7: 0.5, 10: 0, 11: 0 },
  ],
  [
    "joined schedules",
    joinSchedules(
      [
        constantSchedule(3),
        stepDecay({ initial: 2, factor: 0.5, every: 2 }),
        (step) => tensor(step).add(1).log(),
      ],
      [5, 10],
    ),
    { 0: 3, 4: 3, 5: 2, 6: 2, 7: 1, 9: 0.5, 10: 0, 11: Math.log(2) },
  ],
];

describe.each(table)("%s", (_, schedule, rates) => {
  const steps = Object.keys(rates).map(Number);
  const expected = Object.values(rates).map((rate) => expect.closeTo(rate, 13));

  it("has these rates", () => {
    expect(steps.map((step) => schedule(step).item())).toEqual(expected);
  });

  it("has them compiled, for many steps at once and for steps of any dtype", () => {
    const compiled = compile((step: Tensor) => schedule(step));
    expect(steps.map((step) => compiled(tensor(step)).item())).toEqual(expected);
    expect(schedule(steps).toArray()).toEqual(expected);
    for (const type of [Float32Array, Int32Array]) {
      const rates = schedule(new type(steps));
      expect(rates.dtype).toBe("f64");
      expect(rates.toArray()).toEqual(expected);
    }
  });

  it("is a learning rate", () => {
    // Rates of 0 and more add up with gradients of −1.
    const path = follow(sgd({ learningRate: schedule }), 0, [-1, -1, -1]);
    const first = schedule([0, 1, 2]).toArray() as number[];
    expect(path).toEqual(
      [0, 1, 2].map((n) =>
        expect.closeTo(
          first.slice(0, n + 1).reduce((a, b) => a + b),
          13,
        ),
      ),
    );
  });
});

describe("cosine restarts", () => {
  it.each([1, 2, 3, 10])("find every beginning exactly with a growth of %i", (growth) => {
    const rate = compile(cosineRestarts({ initial: 1, steps: 7, growth }));
    let begin = 0;
    let length = 7;
    for (let descent = 0; begin < 1e9 && descent < 100; descent++) {
      expect(rate(begin).item()).toBe(1);
      expect(rate(begin + length - 1).item()).toBeCloseTo((1 - cos(PI / length)) / 2, 12);
      begin += length;
      length *= growth;
    }
  });
});

describe("schedules", () => {
  it("never rise while they decay, nor fall while they warm up", () => {
    const steps = arange(60);
    const differences = (schedule: Schedule): number[] => {
      const rates = schedule(steps).toArray() as number[];
      return rates.slice(1).map((rate, index) => rate - rates[index]!);
    };
    for (const schedule of [
      stepDecay({ initial: 1, every: 7 }),
      exponentialDecay({ initial: 1, factor: 0.9 }),
      polynomialDecay({ initial: 1, steps: 40, power: 3 }),
      inverseSquareRootDecay({ initial: 1, after: 10 }),
      cosineDecay({ initial: 1, steps: 50 }),
    ])
      expect(Math.max(...differences(schedule))).toBeLessThanOrEqual(0);
    const rise = differences(oneCycle({ peak: 1, steps: 60, warmupFraction: 0.5 }));
    expect(Math.min(...rise.slice(0, 29))).toBeGreaterThan(0);
    expect(Math.max(...rise.slice(29))).toBeLessThan(0);
  });
});
