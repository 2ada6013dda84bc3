import { tensor } from "@steepest/autodiff";
import { describe, expect, it } from "vitest";
import { judge, toleranceOf, workToSolve, type Verdict } from "../scripts/more-garbow-hillstrom/judge.ts";
import { leastSquaresMethods, minimizers } from "../scripts/more-garbow-hillstrom/ours.ts";
import { partWithin, performanceProfiles } from "../scripts/more-garbow-hillstrom/profile.ts";
import { trialsFrom, workUntil, type Run } from "../scripts/more-garbow-hillstrom/run.ts";
import { wayDown } from "../scripts/more-garbow-hillstrom/way-down.ts";

/** How many of the 41 problems each method solves at least, from the start and from 10 times the start. */
const solves: Readonly<Record<string, readonly [number, number]>> = {
  trustRegion: [41, 36],
  "trustRegion dogleg": [41, 36],
  "trustRegion steihaug": [41, 38],
  newton: [41, 35],
  newtonCg: [40, 37],
  projectedNewton: [41, 38],
  bfgs: [41, 38],
  lbfgs: [41, 37],
  lbfgsb: [39, 36],
  conjugateGradient: [40, 37],
  acceleratedGradient: [35, 32],
  gradientDescent: [27, 25],
  powell: [39, 33],
  nelderMead: [41, 34],
  levenbergMarquardt: [41, 36],
  dogleg: [41, 33],
  gaussNewton: [33, 28],
};

/** Claims that are not true and are known: where a walk without derivatives ends in a valley, or a step that fits nothing. */
const falseClaims: Readonly<Record<string, readonly string[]>> = {
  powell: ["(24) n = 4 × 1", "(3) n = 2 × 10", "(20) n = 12 × 10"],
  gaussNewton: ["(6) n = 2 × 10", "(8) n = 3 × 10"],
};

/** Methods that see the curvature, and so leave saddles. */
const secondOrder = /trustRegion|newton/i;

const contestants = [...minimizers, ...leastSquaresMethods];
const from1 = trialsFrom(1);
const from10 = trialsFrom(10);
const problem = (number: number) => from1.find((trial) => trial.problem.number === number)!.problem;

const run = (value: number, x: readonly number[], claims = true): Run => ({
  value,
  x,
  claims,
  message: "",
  counts: { values: 0, gradients: 0, hessians: 0, products: 0 },
  workUntil: () => Infinity,
});

it("has an expectation for every method", () => {
  expect(contestants.map(({ name }) => name)).toEqual(Object.keys(solves));
  expect([from1.length, from10.length]).toEqual([41, 41]);
});

describe.each(contestants)("$name on the problems of Moré, Garbow and Hillstrom", ({ name, run: solve }) => {
  it.each([
    [1, from1],
    [10, from10],
  ] as const)("from %d times the start", { timeout: 60_000 }, (factor, trials) => {
    const verdicts = trials.map((trial) => {
      const result = solve(trial);
      const title = `(${trial.problem.number}) n = ${trial.problem.dimension} × ${factor}`;
      return { verdict: judge(trial.problem, result), title };
    });
    const titles = (verdict: Verdict): string[] =>
      verdicts.filter((each) => each.verdict === verdict).map(({ title }) => title);
    expect(titles("false").filter((title) => !falseClaims[name]?.includes(title))).toEqual([]);
    if (secondOrder.test(name)) expect(titles("saddle")).toEqual([]);
    expect(titles("solved").length).toBeGreaterThanOrEqual(solves[name]![factor === 1 ? 0 : 1]);
  });
});

describe("the judge", () => {
  it("asks for 10⁻⁶ of a minimum, or 10⁻⁹ of the start but no more than 10⁻⁶", () => {
    expect(toleranceOf(problem(16), 85822.2)).toBeCloseTo(0.0858222, 12);
    expect(toleranceOf(problem(1), 0)).toBeCloseTo(24.2e-9, 20);
    expect(toleranceOf(problem(4), 0)).toBe(1e-6);
  });

  it("calls a listed minimum solved, claimed or not", () => {
    expect(judge(problem(1), run(1e-9, [1, 1]))).toBe("solved");
    expect(judge(problem(2), run(48.98425, [11.41, -0.8968], false))).toBe("solved");
    expect(judge(problem(2), run(48.9, [11.41, -0.8968], false))).toBe("open");
  });

  it("calls a claim false where the gradient leads on", () => {
    // In the valley of Rosenbrock's function.
    expect(judge(problem(1), run(0.25, [0.5, 0.25]))).toBe("false");
  });

  it("calls a claim a saddle where a way leads down that the gradient does not show", () => {
    // All nodes of a quadrature in one place: the best place for them, as long as they stay together.
    const { x, value } = together(35);
    expect(judge(problem(35), run(value, x))).toBe("saddle");
  });

  it("calls a claim local at a minimum that is not listed, and on a plateau", () => {
    const x = [
      0.21071385809586541, 0.26097668597427013, 0.22794767243645641, 0.19702558873939554, 0.20322969403764578,
      0.22191597803090826, 0.16281223658962147, 0.048302528220170457, -0.079356584240451777,
      -0.15312518668267334,
    ];
    expect(judge(problem(31), run(3.0572784324258188, x))).toBe("local");
    // e^(−|yᵢ − 250|¹⁵ / 500) is zero in doubles: Σ tᵢ² is left.
    expect(judge(problem(11), run(32.835, [500, 250, 15]))).toBe("local");
  });

  it("tells what there is to gain", () => {
    // A step of a tenth down a slope, and then all the way.
    const { promised, gained } = wayDown(problem(32), [0, 0, 0, 0, 0]);
    expect(promised).toBeGreaterThan(0.1);
    expect(gained).toBeCloseTo(10 - 5, 9);
  });

  it("counts the work until the value is as good as the minimum's", () => {
    const descent = [
      [1, 24.2],
      [10, 1e-3],
      [20, 1e-8],
      [30, 1e-20],
    ] as const;
    expect(workToSolve(problem(1), { ...run(1e-20, [1, 1]), workUntil: workUntil([...descent]) })).toBe(20);
    expect(workToSolve(problem(1), run(1e-3, [0.97, 0.94]))).toBe(Infinity);
  });
});

/** The point with all coordinates alike where f is lowest, by golden section. */
function together(number: number): { x: number[]; value: number } {
  const { residuals, dimension } = problem(number);
  const at = (t: number): number[] => new Array<number>(dimension).fill(t);
  const f = (t: number): number =>
    residuals(tensor(at(t)))
      .square()
      .sum()
      .item();
  let [low, high] = [0.95, 1.02];
  const part = (Math.sqrt(5) - 1) / 2;
  for (let k = 0; k < 80; k++) {
    const [a, b] = [high - part * (high - low), low + part * (high - low)];
    if (f(a) < f(b)) high = b;
    else low = a;
  }
  return { x: at(low), value: f(low) };
}

describe("performance profiles", () => {
  // Dolan & Moré, section 2, by hand: ratios 1, 2 and ∞ for a, 2, 1 and 1 for b.
  const profiles = performanceProfiles(
    new Map([
      ["a", [10, 40, Infinity, Infinity]],
      ["b", [20, 20, 7, Infinity]],
    ]),
  );

  it("begin with the part of the trials where a method is the best", () => {
    expect(partWithin(profiles.get("a")!, 1)).toBe(0.25);
    expect(partWithin(profiles.get("b")!, 1)).toBe(0.5);
  });

  it("end with the part that it solves", () => {
    expect(partWithin(profiles.get("a")!, 1.99)).toBe(0.25);
    expect(partWithin(profiles.get("a")!, 2)).toBe(0.5);
    expect(partWithin(profiles.get("b")!, 1000)).toBe(0.75);
  });
});
