import { abs, exp, floor, log, stack, tensor, where, type Tensor } from "@steepest/autodiff";
import {
  basinHopping,
  cmaEs,
  differentialEvolution,
  globalSteps,
  minimizeGlobal,
  multiStart,
  OptimizationError,
  prepared,
  simulatedAnnealing,
  type GlobalMethod,
  type Step,
} from "@steepest/optim";
import { ackley, branin, himmelblau, sixHumpCamel } from "@steepest/optim/problems";
import { describe, expect, it } from "vitest";
import { boxOf, contested, found, offCentre } from "./support/global-contest.ts";

const methods: [string, (cheap?: boolean) => GlobalMethod][] = [
  ["multi-start", () => multiStart()],
  ["differential evolution", () => differentialEvolution()],
  ["CMA-ES", () => cmaEs()],
  ["basin hopping", (cheap) => basinHopping(cheap === true ? { patience: 40 } : {})],
  ["simulated annealing", (cheap) => simulatedAnnealing(cheap === true ? { temperatures: 150 } : {})],
];

function take(walk: Generator<Step, unknown, void>, count: number): Step[] {
  const seen: Step[] = [];
  while (seen.length < count) {
    const { done, value } = walk.next();
    if (done) break;
    seen.push(value);
  }
  return seen;
}

describe.each(methods)("%s", (name, method) => {
  it.each([
    ["Branin", branin()],
    ["the six-hump camel", sixHumpCamel()],
    ["Ackley in 2 dimensions", offCentre(ackley(2))],
  ])("finds the lowest minimum of %s, to all digits", (_, problem) => {
    const solution = minimizeGlobal(problem.f, boxOf(problem), { method: method(), seed: 3 });
    expect(solution.status, solution.message).toBe("converged");
    expect(solution.message).toContain("cannot be proven");
    expect(solution.value).toBeCloseTo(problem.minimum, 8);
    const x = solution.x.toArray() as number[];
    const distances = problem.minimizers.map((at) =>
      Math.max(...at.map((value, i) => Math.abs(value - x[i]!))),
    );
    expect(Math.min(...distances)).toBeLessThan(1e-5);
    expect(solution.minima[0]!.value).toBe(solution.value);
    expect(solution.minima.map(({ value }) => value)).toEqual(
      solution.minima.map(({ value }) => value).sort((a, b) => a - b),
    );
  });

  it("stays in the box, and counts what it evaluates", () => {
    let calls = 0;
    let outside = 0;
    const solution = minimizeGlobal(
      ([x, y]) => {
        calls++;
        if (x.item() < 1 || x.item() > 4 || y.item() < -2 || y.item() > -1) outside++;
        return x.sub(2).square().add(y.square());
      },
      { lower: [1, -2], upper: [4, -1] },
      { method: method(true), compile: false, maxEvaluations: 3000 },
    );
    expect(outside).toBe(0);
    expect(solution.evaluations).toBe(calls);
    // The minimum lies at a bound.
    expect(solution.x.map((leaf) => leaf.item())).toEqual([expect.closeTo(2, 6), expect.closeTo(-1, 9)]);
    expect(solution.value).toBeCloseTo(1, 9);
  });

  it("takes trees, and the same seed the same way; another seed another", () => {
    const run = (seed: number): number[] =>
      take(
        globalSteps(
          ({ a, b }) =>
            a
              .sub(tensor([0.3, -0.6]))
              .square()
              .sum()
              .add(b.mul(9).sin()),
          { lower: { a: tensor([-1, -1]), b: -2 }, upper: { a: tensor([1, 1]), b: 2 } },
          method(true),
          { seed },
        ),
        12,
      ).flatMap(({ x, value }) => [...x, value]);
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it.each([1, 2, 5])("goes on from its checkpoint after %i steps as if it had not stopped", (k) => {
    const { f } = himmelblau();
    const box = boxOf(himmelblau());
    const whole = take(globalSteps(f, box, method(true), { seed: 4 }), 25);
    const first = globalSteps(f, box, method(true), { seed: 4 });
    take(first, k);
    const resume = JSON.parse(JSON.stringify(first.checkpoint())) as ReturnType<typeof first.checkpoint>;
    expect(take(globalSteps(f, box, method(true), { seed: 4, resume }), whole.length - k)).toEqual(
      whole.slice(k),
    );
  });

  it.each([1, 5, 60])("stops at once when the signal comes in evaluation %i, with the best so far", (k) => {
    const controller = new AbortController();
    let calls = 0;
    const solution = minimizeGlobal(
      ([x, y]) => {
        if (++calls === k) controller.abort();
        return x.square().add(y.square());
      },
      { lower: [-3, -2], upper: [4, 5] },
      { method: method(true), compile: false, signal: controller.signal },
    );
    expect(solution.status).toBe("aborted");
    expect(calls).toBe(k);
  });

  it("ends at its limits with the best point refined", () => {
    const { f, minimum } = branin();
    const box = boxOf(branin());
    const solution = minimizeGlobal(f, box, { method: method(), maxIterations: 3 });
    expect(solution.status).toBe("maxIterations");
    expect(solution.message).toContain("raise maxIterations");
    expect(solution.value).toBeGreaterThanOrEqual(minimum - 1e-9);
    const few = minimizeGlobal(f, box, { method: method(), maxEvaluations: 100 });
    expect(few.status).toBe("maxIterations");
  });

  it("says so when there is nothing to find", () => {
    const box = { lower: [-1, -1], upper: [2, 2] } as const;
    const nan = minimizeGlobal(([x, y]) => log(x.mul(y).abs().neg().sub(1)), box, { method: method(true) });
    expect(nan.status).toBe("failed");
    expect(nan.message).toContain("NaN");
    const thrown = minimizeGlobal(
      (): Tensor => {
        throw new RangeError("no such place");
      },
      box,
      { method: method(true) },
    );
    expect(thrown.status).toBe("failed");
    expect(thrown.message).toContain("no such place");
    const flat = minimizeGlobal(([x]) => x.mul(0).add(7), box, { method: method(true) });
    expect(flat.status, flat.message).toBe("stationary");
    const abyss = minimizeGlobal(([x, y]) => where(x.greater(1), x.mul(-Infinity), x.add(y)), box, {
      method: method(true),
    });
    expect(abyss.status).toBe("unbounded");
  });

  it("finds a minimum beside walls of NaN, at a kink and on a stair", () => {
    const box = { lower: [-3, -3], upper: [4, 4] } as const;
    const walls = minimizeGlobal(
      ([x, y]) => where(x.greater(1.5), x.mul(NaN), x.sub(1).square().add(y.add(2).square())),
      box,
      { method: method(), seed: 1 },
    );
    expect(walls.value).toBeLessThan(1e-6);
    const kink = minimizeGlobal(([x, y]) => abs(x.sub(0.5)).add(abs(y.add(1)).mul(2)), box, {
      method: method(),
      seed: 1,
    });
    expect(kink.value).toBeLessThan(1e-3);
    const stair = minimizeGlobal(([x, y]) => floor(x).square().add(floor(y).square()), box, {
      method: method(),
      seed: 1,
    });
    expect(stair.value).toBe(0);
    // A whole square is lowest: no one point of it can be called the minimum.
    expect(stair.status).toBe("stationary");
  });

  it(`counts the minima it has met${name === "multi-start" ? ": all four of Himmelblau's" : ""}`, () => {
    const { f, minimizers } = himmelblau();
    const { minima } = minimizeGlobal(f, boxOf(himmelblau()), { method: method(), seed: 2 });
    for (const { x, value, count } of minima) {
      expect(count).toBeGreaterThan(0);
      expect(value).toBeLessThan(1e-6);
      const at = x.toArray() as number[];
      const near = minimizers.map((point) =>
        Math.hypot(...point.map((coordinate, i) => coordinate - at[i]!)),
      );
      expect(Math.min(...near)).toBeLessThan(1e-3);
    }
    if (name === "multi-start") expect(minima).toHaveLength(4);
  });
});

/** Of three seeds, how many find the lowest minimum in 2 and 5 dimensions, as measured; left out where it takes long. */
const successes: [string, string, number[]][] = [
  ["differential evolution", "rastrigin", [3, 3]],
  ["differential evolution", "ackley", [3, 3]],
  ["differential evolution", "schwefel", [3, 3]],
  ["differential evolution", "griewank", [3, 3]],
  ["simulated annealing", "rastrigin", [3, 3]],
  ["simulated annealing", "ackley", [3, 3]],
  ["simulated annealing", "schwefel", [3, 3]],
  ["simulated annealing", "griewank", [1]],
  ["CMA-ES", "ackley", [3, 3]],
  ["CMA-ES", "schwefel", [2]],
  ["basin hopping", "rastrigin", [3, 1]],
  ["basin hopping", "schwefel", [3]],
  ["multi-start", "rastrigin", [3]],
  ["multi-start", "schwefel", [3]],
];

describe("on functions with many minima", { timeout: 60_000 }, () => {
  it.each(successes)("%s finds the lowest of %s", (name, label, expected) => {
    const method = new Map(methods).get(name)!;
    expected.forEach((least, k) => {
      const problem = offCentre(contested[label]!([2, 5][k]!));
      const f = prepared(problem.f);
      const successful = [0, 1, 2].filter((seed) => {
        const solution = minimizeGlobal(f, boxOf(problem), { method: method(), seed });
        // What it calls a minimum is one, if not the lowest; Ackley's has a kink.
        if (solution.status === "converged" && label !== "ackley")
          expect(solution.gradientNorm).toBeLessThan(1e-3);
        return found(problem, solution.value);
      });
      expect(successful.length).toBeGreaterThanOrEqual(least);
    });
  });
});

describe("wrong arguments throw", () => {
  const box = { lower: [0, 0], upper: [1, 1] } as const;
  const f = ([x, y]: [Tensor, Tensor]): Tensor => exp(x).add(y);
  it.each<[string, () => unknown]>([
    ["bounds that are not finite", () => minimizeGlobal(f, { lower: [0, 0], upper: [1, Infinity] })],
    ["bounds the wrong way round", () => minimizeGlobal(f, { lower: [0, 2], upper: [1, 1] })],
    ["a seed that is no whole number", () => minimizeGlobal(f, box, { seed: 0.5 })],
    ["a function with several values", () => minimizeGlobal(([x, y]) => stack([x, y]), box)],
    ["no starts", () => multiStart({ starts: 0 })],
    ["a sampler that is none", () => multiStart({ sampler: "halton" as never })],
    ["a step size above the box", () => basinHopping({ stepSize: 2 })],
    ["no patience", () => basinHopping({ patience: 0 })],
    ["a q of visits out of range", () => simulatedAnnealing({ visiting: 3 })],
    ["a q of acceptance out of range", () => simulatedAnnealing({ acceptance: 1 })],
    ["half a cycle", () => simulatedAnnealing({ cycles: 0.5 })],
    ["a population of four", () => differentialEvolution({ populationSize: 4 })],
  ])("%s", (_, run) => {
    expect(run).toThrow(OptimizationError);
  });
});
