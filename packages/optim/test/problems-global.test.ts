import { compile, grad, tensor, uniform, randomKey, vmap } from "@steepest/autodiff";
import { describe, expect, it } from "vitest";
import * as problems from "../src/problems/index.ts";
import { landscapes, type GlobalTestProblem } from "../src/problems/index.ts";

const { ackley, griewank, hartmann3, hartmann6, levy, michalewicz, rastrigin, rosenbrock } = problems;
const { schwefel, shekel, shubert, sphere, styblinskiTang } = problems;

const higher = [
  sphere,
  rosenbrock,
  rastrigin,
  ackley,
  schwefel,
  griewank,
  levy,
  styblinskiTang,
  michalewicz,
].flatMap((make) => [make(5), make(10)]);
const all = [
  ...landscapes(),
  ...higher,
  hartmann3(),
  hartmann6(),
  shekel(5),
  shekel(7),
  shekel(10),
  levy(1),
  rastrigin(1),
];
const table = all.map((problem): [string, GlobalTestProblem] => [
  `${problem.name}, n = ${problem.dimension}`,
  problem,
]);

/**
 * Values and points as the literature gives them (S. Surjanovic & D. Bingham, Virtual Library of Simulation Experiments, and
 * Z. Michalewicz, 1992, for n = 5 and 10), to the digits given there, but for those that are not right (-1.9133 of McCormick,
 * -39.16599 of Styblinski and Tang, 1.3491 of the cross in tray, 0.114614 of Hartmann 3).
 */
const published: readonly [problem: GlobalTestProblem, minimum: string, minimizer?: readonly string[]][] = [
  [problems.sixHumpCamel(), "-1.0316", ["0.0898", "-0.7126"]],
  [problems.branin(), "0.397887", ["-3.14159", "12.275"]],
  [problems.goldsteinPrice(), "3", ["0", "-1"]],
  [problems.eggholder(), "-959.6407", ["512", "404.2319"]],
  [problems.crossInTray(), "-2.06261", ["1.349", "1.349"]],
  [problems.holderTable(), "-19.2085", ["8.05502", "9.66459"]],
  [problems.schaffer4(), "0.292579", ["0", "1.25313"]],
  [problems.shubert(), "-186.7309"],
  [problems.mcCormick(), "-1.9132", ["-0.54719", "-1.54719"]],
  [styblinskiTang(1), "-39.16617", ["-2.903534"]],
  [schwefel(1), "-418.9829", ["420.9687"]],
  [michalewicz(2), "-1.8013", ["2.20", "1.57"]],
  [michalewicz(5), "-4.687658"],
  [michalewicz(10), "-9.66015"],
  [hartmann3(), "-3.86278", ["0.1146", "0.555649", "0.852547"]],
  [hartmann6(), "-3.32237", ["0.20169", "0.150011", "0.476874", "0.275332", "0.311652", "0.6573"]],
  [shekel(5), "-10.1532", ["4.00", "4.00", "4.00", "4.00"]],
  [shekel(7), "-10.4029", ["4.00", "4.00", "4.00", "4.00"]],
  [shekel(10), "-10.5364", ["4.00", "4.00", "4.00", "4.00"]],
];

const decimals = (digits: string): number => digits.split(".")[1]?.length ?? 0;

describe("published minima", () => {
  it.each(published.map((row): [string, ...typeof row] => [row[0].name, ...row]))(
    "%s",
    (_, problem, minimum, point) => {
      expect(Math.abs(problem.minimum - Number(minimum))).toBeLessThanOrEqual(
        1.01 * 10 ** -decimals(minimum),
      );
      point?.forEach((digits, i) =>
        expect(Math.abs(problem.minimizers[0]![i]! - Number(digits))).toBeLessThanOrEqual(
          1.01 * 10 ** -decimals(digits),
        ),
      );
    },
  );

  it("are taken at as many points as there are", () => {
    const counts = Object.fromEntries(landscapes().map(({ name, minimizers }) => [name, minimizers.length]));
    expect(counts).toMatchObject({
      Himmelblau: 4,
      Shubert: 18,
      Branin: 3,
      "six-hump camel": 2,
      "Schaffer 4": 4,
      Ackley: 1,
    });
    expect(new Set(shubert().minimizers.map(String)).size).toBe(18);
  });
});

describe.each(table)("%s", (_, problem) => {
  const { dimension, f, lower, upper, minimum, minimizers } = problem;
  const scale = Math.max(1, Math.abs(minimum));

  it("has its minimum at its minimisers, in the box", () => {
    expect([lower.length, upper.length]).toEqual([dimension, dimension]);
    for (const x of minimizers) {
      expect(x).toHaveLength(dimension);
      expect(x.every((coordinate, i) => lower[i]! <= coordinate && coordinate <= upper[i]!)).toBe(true);
      expect(f(tensor(x)).shape).toEqual([]);
      expect(Math.abs(f(tensor(x)).item() - minimum)).toBeLessThanOrEqual(1e-13 * scale);
    }
  });

  it("is nowhere lower at points all over the box", () => {
    const points = uniform(randomKey(1), [20_000, dimension]);
    const width = tensor(upper).sub(lower);
    const values = vmap(f)(points.mul(width).add(lower));
    expect(values.min().item()).toBeGreaterThanOrEqual(minimum - 1e-12 * scale);
    expect(values.max().item()).toBeGreaterThan(minimum);
  });

  it("has a formula and a source", () => {
    expect(problem.formula).toMatch(/x_\{?[1ij]/);
    expect(problem.source).toMatch(/\d{4}/);
  });

  it("compiles with its gradient", () => {
    const x = tensor(lower).mul(0.3).add(tensor(upper).mul(0.45));
    const plain = grad(f)(x).toArray() as number[];
    const compiled = compile(grad(f))(x).toArray() as number[];
    const largest = Math.max(1, ...plain.map(Math.abs));
    plain.forEach((slope, i) => expect(Math.abs(compiled[i]! - slope)).toBeLessThanOrEqual(1e-12 * largest));
  });

  // A kink, see below.
  if (problem.name === "Bukin") return;

  it("has no slope there but out of the box", () => {
    for (const x of minimizers) {
      const at = tensor(x);
      const slopes = grad(f)(at).toArray() as number[];
      // What rounding of x leaves of a slope: the change of the slope over a few units in the last place.
      const near = grad(f)(at.mul(1 + 1e-12).add(1e-12)).toArray() as number[];
      slopes.forEach((slope, i) => {
        if (x[i] === upper[i] && slope < 0) return;
        const rounding = Math.abs(near[i]! - slope) / 1e3;
        expect(Math.abs(slope)).toBeLessThanOrEqual(1e-13 * scale + rounding);
      });
    }
  });
});

describe("special points", () => {
  it("Bukin's function has a kink at its minimum: it rises in all directions", () => {
    const { f, minimizers } = problems.bukin();
    const [x, y] = minimizers[0] as [number, number];
    for (let k = 0; k < 16; k++) {
      const angle = (k * Math.PI) / 8;
      expect(f(tensor([x + 1e-6 * Math.cos(angle), y + 1e-6 * Math.sin(angle)])).item()).toBeGreaterThan(
        1e-9,
      );
    }
  });

  it("the eggholder's lowest point is on the border, the function falling outwards", () => {
    const { f, minimizers, upper } = problems.eggholder();
    expect(minimizers[0]![0]).toBe(upper[0]);
    expect(grad(f)(tensor(minimizers[0]!)).slice(0).item()).toBeLessThan(-1);
  });

  it("the terms of Michalewicz's function have their minima in known places", () => {
    const { minimizers } = michalewicz(2);
    expect(minimizers[0]![0]).toBeCloseTo(2.2029055201726093, 15);
    expect(minimizers[0]![1]).toBeCloseTo(Math.PI / 2, 15);
  });
});

it("wrong dimensions are refused", () => {
  expect(() => rastrigin(0)).toThrow("the dimension must be a whole number of at least 1: 0");
  expect(() => ackley(1.5)).toThrow("the dimension must be a whole number of at least 1: 1.5");
  expect(() => rosenbrock(1)).toThrow("the dimension must be a whole number of at least 2: 1");
  expect(() => michalewicz(-1)).toThrow("the dimension must be a whole number of at least 1: -1");
  expect(() => michalewicz(NaN)).toThrow("the dimension must be a whole number of at least 1: NaN");
  expect(() => shekel(6)).toThrow("the number of pits must be 5, 7 or 10: 6");
});
