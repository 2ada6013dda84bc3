import { grad, hessian, tensor, type Tensor } from "@steepest/autodiff";
import { leastSquares, OptimizationError } from "@steepest/optim";
import { moreGarbowHillstrom, scaledStart, sumOfSquares, type TestProblem } from "@steepest/optim/problems";
import { describe, expect, it } from "vitest";
import { plainProblems } from "./support/mgh-plain.ts";

const cases = moreGarbowHillstrom.map((problem) => ({
  title: `(${problem.number}) ${problem.name}, n = ${problem.dimension}`,
  problem,
}));
const find = (number: number, dimension?: number): TestProblem =>
  moreGarbowHillstrom.find((p) => p.number === number && (dimension ?? p.dimension) === p.dimension)!;
const numbers = (x: Tensor): number[] => x.toArray() as number[];

/** √f at 1, 10 and 100 times the start, as MINPACK's test of lmder prints it (netlib.org/minpack/ex/file22). */
const startNorms: [number: number, dimension: number, ...norms: number[]][] = [
  [32, 5, 5],
  [33, 5, 291.521868819476],
  [1, 2, 4.91934955049954, 1340.06305821778, 143000.051192299],
  [7, 3, 50, 102.95630140987, 991.261822123701],
  [13, 4, 14.6628782986152, 1270.9838708654, 126887.90328475],
  [2, 2, 20.0124960961895, 12432.833948863, 11426454.595762],
  [8, 3, 6.45613629515967, 36.1418531596785, 384.114678637399],
  [15, 4, 0.0728915102882945, 2.97937007555202, 29.9590617016037],
  [10, 3, 41153.4665543031, 4168216.89130846],
  [20, 6, 5.47722557505166, 6433.12578950026, 674256.040605213],
  [20, 9, 5.47722557505166, 12088.127069307, 1269109.29043834],
  [20, 12, 5.47722557505166, 19220.7589790951, 2018918.04462367],
  [12, 3, 32.1115837449572],
  [6, 2, 64.5856498144943],
  [16, 4, 2815.43839161816, 555073.354173069, 61211252.2338581],
  [35, 8, 0.196513862833975],
  [35, 9, 0.16994993465202],
  [35, 10, 0.183747831178711],
  [27, 10, 16.5302162063499, 9765624.00089211, 0.9765625e17],
  [17, 5, 0.937564021037838],
  [19, 11, 1.44686540984712],
];

/** The minima in the paper, with its digits. */
const published: [number: number, dimension: number, ...values: string[]][] = [
  [2, 2, "48.9842"],
  [6, 2, "124.362"],
  [8, 3, "8.21487e-3", "17.4286"],
  [9, 3, "1.12793e-8"],
  [10, 3, "87.9458"],
  [15, 4, "3.07505e-4", "1.02734e-3"],
  [16, 4, "85822.2"],
  [17, 5, "5.46489e-5"],
  [18, 6, "5.65565e-3"],
  [19, 11, "4.01377e-2"],
  [20, 6, "2.28767e-3"],
  [20, 9, "1.39976e-6"],
  [20, 12, "4.72238e-10"],
  [23, 4, "2.24997e-5"],
  [23, 10, "7.08765e-5"],
  [24, 4, "9.37629e-6"],
  [24, 10, "2.93660e-4"],
  [26, 10, "2.79506e-5"],
  [27, 10, "1"],
  [35, 8, "3.51687e-3"],
  [35, 10, "6.50395e-3"],
];

describe("the collection of Moré, Garbow and Hillstrom", () => {
  it("holds its 35 problems, those of variable dimension more than once", () => {
    expect([...new Set(moreGarbowHillstrom.map(({ number }) => number))]).toEqual(
      Array.from({ length: 35 }, (_, i) => i + 1),
    );
    expect(moreGarbowHillstrom).toHaveLength(41);
  });

  it.each(startNorms)("(%i), n = %i, starts where MINPACK does", (number, dimension, ...norms) => {
    norms.forEach((norm, i) => {
      const value = sumOfSquares(find(number, dimension))(scaledStart(find(number, dimension), 10 ** i));
      expect(Math.sqrt(value.item()) / norm).toBeCloseTo(1, 13);
    });
  });

  it.each(published)("(%i), n = %i, has the minima of the paper", (number, dimension, ...values) => {
    const known = find(number, dimension).minima.map((minimum) => minimum.sumOfSquares);
    for (const text of values) {
      // The paper cuts off some digits and rounds others.
      const digit = 10 ** (Number(/e(.*)$/.exec(text)?.[1] ?? 0) - (/\.(\d+)/.exec(text)?.[1]?.length ?? 0));
      expect(Math.min(...known.map((value) => Math.abs(value - Number(text))))).toBeLessThan(digit);
    }
  });

  it("starts (20) at the factor itself, since its start is zero", () => {
    expect(numbers(scaledStart(find(20, 6), 10))).toEqual([10, 10, 10, 10, 10, 10]);
    expect(numbers(scaledStart(find(20, 6)))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(numbers(scaledStart(find(1), 100))).toEqual([-120, 100]);
    expect(() => scaledStart(find(1), NaN)).toThrow(new OptimizationError("the factor must be finite: NaN"));
  });

  it("measures the angle of (7) from −¼ to ¾ of a turn", () => {
    const turns = (a: number, b: number): number =>
      find(7)
        .residuals(tensor([a, b, 0]))
        .slice(0)
        .item() / -100;
    expect(turns(1, 0)).toBeCloseTo(0, 15);
    expect(turns(0, 1)).toBe(0.25);
    expect(turns(-1, 0)).toBe(0.5);
    expect(turns(-1, -0)).toBe(0.5);
    expect(turns(0, -1)).toBe(-0.25);
    expect(turns(1, -1)).toBeCloseTo(-0.125, 15);
    expect(turns(-1, -1)).toBeCloseTo(0.625, 15);
  });

  it("knows that the paper's minimum of (18) is a saddle", () => {
    const { x } = find(18).minima[1]!;
    const matrix = hessian(sumOfSquares(find(18)))(tensor(x!));
    // Along (1, 0, 0, 0, −1, 0) and (0, 0, 1, 0, 0, −1), away from x₁ = x₅ and x₃ = x₆.
    const along = (v: number[]): number =>
      tensor(v).mul(matrix.toArray()).sum({ axis: 1 }).mul(v).sum().item();
    const curvatures = Array.from({ length: 181 }, (_, degrees) => {
      const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      return along([c, 0, s, 0, -c, -s]);
    });
    expect(Math.min(...curvatures)).toBeLessThan(-1e-3);
  });
});

describe.each(cases)("$title", ({ problem }) => {
  const { residuals, minima, start, dimension, residualCount } = problem;
  const plain = plainProblems.find(({ number }) => number === problem.number)!;

  it("has as many parameters and residuals as it says", () => {
    expect(start).toHaveLength(dimension);
    expect(residuals(tensor(start)).shape).toEqual([residualCount]);
  });

  it.each([1, 10, 100, -1.3, 0.7])(
    "has the residuals that plain JavaScript has at %d times the start",
    (factor) => {
      const x = scaledStart(problem, factor);
      const expected = plain.residuals(numbers(x));
      const largest = Math.max(...expected.map(Math.abs));
      numbers(residuals(x)).forEach((residual, i) => {
        if (Number.isFinite(expected[i]!))
          expect(Math.abs(residual - expected[i]!)).toBeLessThanOrEqual(1e-13 * largest + 1e-13);
        else expect(residual).toBe(expected[i]);
      });
    },
  );

  it("has its lowest minimum first", () => {
    const values = minima.map(({ sumOfSquares: value }) => value);
    expect(Math.min(...values)).toBe(values[0]);
    expect(minima.every(({ x, atInfinity }) => (x === undefined) === (atInfinity === true))).toBe(true);
  });

  it.each(minima.filter(({ x }) => x !== undefined))("has a minimum of $sumOfSquares", (minimum) => {
    const x = tensor(minimum.x!);
    const f = sumOfSquares(problem);
    expect(Math.abs(f(x).item() - minimum.sumOfSquares)).toBeLessThanOrEqual(
      1e-9 * minimum.sumOfSquares + 1e-25,
    );
    // As small as the rounding of x leaves it.
    const size = Math.max(...minimum.x!.map(Math.abs), 1e-3);
    const curvature = Math.max(...numbers(hessian(f)(x).reshape([dimension ** 2])).map(Math.abs));
    expect(Math.max(...numbers(grad(f)(x)).map(Math.abs))).toBeLessThanOrEqual(1e-13 * curvature * size);
  });

  it("has one of its minima where least squares go from its start", () => {
    const solution = leastSquares(residuals, tensor(start));
    expect(solution.status).not.toBe("failed");
    const distances = minima.map(
      ({ sumOfSquares: value }) => Math.abs(solution.residualSumOfSquares - value) / Math.max(value, 1e-8),
    );
    expect(Math.min(...distances)).toBeLessThan(1e-8);
  });
});
