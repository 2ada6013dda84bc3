/// <reference types="node" />
import { readFileSync } from "node:fs";
import { cos, exp, jacobian, sin, solve, stack, tensor, type Tensor } from "@steepest/autodiff";
import {
  dogleg,
  gaussNewton,
  leastSquares,
  levenbergMarquardt,
  OptimizationError,
  separableLeastSquares,
  type LeastSquaresMethod,
} from "@steepest/optim";
import { moreGarbowHillstrom } from "@steepest/optim/problems";
import { describe, expect, it } from "vitest";
import { digits, nistFolder, readNistProblems } from "./support/nist.ts";

const numbers = (leaves: readonly Tensor[]): number[] => leaves.map((leaf) => leaf.item());
const time = Array.from({ length: 40 }, (_, i) => 0.25 * i);
const t = tensor(time);
/** 3 e^(−0.4 t) + 2 e^(−1.5 t) + 1 with a small disturbance. */
const y = time.map(
  (v, i) => 3 * Math.exp(-0.4 * v) + 2 * Math.exp(-1.5 * v) + 1 + 0.02 * Math.sin(12.9898 * i),
);
const basis = (rates: readonly Tensor[]): Tensor[] => [...rates.map((b) => exp(t.mul(b).neg())), tensor(1)];
/** The same with all parameters: the coefficients first. */
const full = (p: readonly Tensor[]): Tensor =>
  p[0]!
    .mul(exp(t.mul(p[3]!).neg()))
    .add(p[1]!.mul(exp(t.mul(p[4]!).neg())))
    .add(p[2]!)
    .sub(tensor(y));

describe("separable least squares", () => {
  it.each<[string, LeastSquaresMethod]>([
    ["levenberg-marquardt", levenbergMarquardt()],
    ["dogleg", dogleg()],
    ["gauss-newton", gaussNewton()],
  ])("ends where the fit of all parameters does, with %s", (_, method) => {
    const separate = separableLeastSquares({ basis, data: y }, [0.1, 2], { method });
    const together = leastSquares(full, [3, 2, 1, 0.4, 1.5]);
    expect(separate.message).toMatch(/^converged/);
    expect(separate.rank).toBe(3);
    const found = [...separate.coefficients, ...numbers(separate.x)];
    found.forEach((value, j) => expect(value / together.x[j]!.item()).toBeCloseTo(1, 9));
    expect(separate.residualSumOfSquares / together.residualSumOfSquares).toBeCloseTo(1, 12);
    separate.residuals.forEach((r, i) => expect(r).toBeCloseTo(together.residuals[i]!, 10));
  });

  it("has the exact Jacobian of the projected residuals, as autodiff through the normal equations has it", () => {
    const method = levenbergMarquardt();
    const { jacobian: found, residuals } = separableLeastSquares({ basis, data: y }, [0.3, 1.1], {
      method,
      maxIterations: 0,
    });
    const projected = (rates: readonly Tensor[]): Tensor => {
      const columns = basis(rates).map((column) => column.add(t.mul(0)));
      const gram = stack(columns.map((a) => stack(columns.map((b) => a.mul(b).sum()))));
      const right = stack(columns.map((a) => a.mul(tensor(y)).sum()));
      const coefficients = solve(gram, right);
      return columns
        .map((column, k) => column.mul(coefficients.slice(k)))
        .reduce((sum, term) => sum.add(term))
        .sub(tensor(y));
    };
    const rates = [tensor(0.3), tensor(1.1)];
    const values = projected(rates).toArray() as number[];
    const slopes = jacobian(projected)(rates).map((column) => column.toArray() as number[]);
    values.forEach((value, i) => {
      expect(residuals[i]).toBeCloseTo(value, 10);
      slopes.forEach((column, j) => expect(found![2 * i + j]).toBeCloseTo(column[i]!, 8));
    });
  });

  it("weighs the observations", () => {
    const weights = time.map((_, i) => (i % 3 === 0 ? 4 : i % 3));
    const roots = tensor(weights.map(Math.sqrt));
    const separate = separableLeastSquares({ basis, data: y, weights }, [0.3, 1.2]);
    const together = leastSquares((p) => full(p).mul(roots), [3, 2, 1, 0.4, 1.5]);
    const found = [...separate.coefficients, ...numbers(separate.x)];
    found.forEach((value, j) => expect(value / together.x[j]!.item()).toBeCloseTo(1, 9));
    expect(separate.residualSumOfSquares / together.residualSumOfSquares).toBeCloseTo(1, 12);
  });

  it("keeps the nonlinear parameters in their bounds", () => {
    const solution = separableLeastSquares({ basis, data: y }, [0.5, 2], { lower: [0.45, 0], upper: [1, 5] });
    expect(solution.status).toBe("converged");
    expect(solution.x[0].item()).toBe(0.45);
    expect([...solution.activeBounds]).toEqual([-1, 0]);
    const held = separableLeastSquares({ basis: ([b]) => basis([tensor(0.45), b]), data: y }, [2]);
    expect(solution.x[1].item()).toBeCloseTo(held.x[0].item(), 9);
  });

  it("gives functions that others can stand for nothing", () => {
    const doubled = ([b]: readonly Tensor[]): Tensor[] => {
      const decay = exp(t.mul(b!).neg());
      return [decay, decay.mul(2), tensor(1)];
    };
    const single = separableLeastSquares(
      { basis: ([b]) => [exp(t.mul(b).neg()), tensor(1)], data: y },
      [0.3],
    );
    const solution = separableLeastSquares({ basis: doubled, data: y }, [0.3]);
    expect(solution.status).toBe("converged");
    expect(solution.rank).toBe(2);
    expect(solution.x[0].item()).toBeCloseTo(single.x[0].item(), 9);
    const [first, second] = solution.coefficients as unknown as [number, number];
    expect(first * second).toBe(0);
    expect(first + 2 * second).toBeCloseTo(single.coefficients[0]!, 9);
  });

  it("fits data that the model is exactly", () => {
    const exact = time.map((v) => 5 * Math.exp(-0.7 * v));
    const solution = separableLeastSquares({ basis: ([b]) => [exp(t.mul(b).neg())], data: exact }, [3]);
    expect(solution.status).toBe("converged");
    expect(solution.x[0].item()).toBeCloseTo(0.7, 12);
    expect(solution.coefficients[0]).toBeCloseTo(5, 12);
  });

  it("takes a matrix for a basis, trees for parameters, and functions that cannot be compiled", () => {
    const matrix = ({ rates }: { rates: Tensor }): Tensor => {
      const columns = [exp(t.mul(rates.slice(0)).neg()), exp(t.mul(rates.slice(1)).neg()), t.mul(0).add(1)];
      return stack(columns, 1);
    };
    const found = separableLeastSquares({ basis: matrix, data: tensor(y) }, { rates: tensor([0.3, 1.2]) });
    const plain = separableLeastSquares({ basis, data: y }, [0.3, 1.2], { compile: false });
    expect(found.status).toBe("converged");
    expect(plain.status).toBe("converged");
    (found.x.rates.toArray() as number[]).forEach((value, j) =>
      expect(value).toBeCloseTo(plain.x[j]!.item(), 10),
    );
  });

  it("resumes where it stopped, to the last bit", () => {
    const whole = separableLeastSquares({ basis, data: y }, [0.1, 2]);
    const part = separableLeastSquares({ basis, data: y }, [0.1, 2], { maxIterations: 3 });
    const checkpoint = JSON.parse(JSON.stringify(part.checkpoint())) as ReturnType<typeof part.checkpoint>;
    const rest = separableLeastSquares({ basis, data: y }, [0.1, 2], { resume: checkpoint });
    expect(numbers(rest.x)).toEqual(numbers(whole.x));
    expect(rest.evaluations).toBe(whole.evaluations);
  });

  it("fails where the basis cannot be evaluated", () => {
    const solution = separableLeastSquares({ basis: ([b]) => [t.sub(b).log()], data: y }, [2]);
    expect(solution.status).toBe("failed");
    expect(solution.message).toMatch(/a function of the basis is not finite/);
    expect(solution.coefficients).toHaveLength(0);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "data that is not finite",
      () => separableLeastSquares({ basis, data: [1, NaN] }, [1, 2]),
      /element 1 is NaN$/,
    ],
    ["no data", () => separableLeastSquares({ basis, data: [] }, [1, 2]), /the data is empty$/],
    ["too few weights", () => separableLeastSquares({ basis, data: y, weights: [1] }, [1, 2]), /found 1$/],
    [
      "a weight below zero",
      () => separableLeastSquares({ basis, data: y, weights: y.map((v) => -v) }, [1, 2]),
      /element 0 is -/,
    ],
    ["no functions", () => separableLeastSquares({ basis: () => [], data: y }, [1]), /at least one function/],
    [
      "functions of another length",
      () => separableLeastSquares({ basis: ([b]) => [b.mul(tensor([1, 2]))], data: y }, [1]),
      /function 0 .*shape \[40\].*found \[2\]$/,
    ],
    [
      "a matrix on its side",
      () => separableLeastSquares({ basis: ([b]) => stack([t.mul(b), t]), data: y }, [1]),
      /shape \[40, k\].*found \[2, 40\]$/,
    ],
  ])("throws a typed error for %s", (_, call, message) => {
    expect(call).toThrow(OptimizationError);
    expect(call).toThrow(message);
  });
});

const folder = nistFolder();

describe.skipIf(folder === undefined)("NIST problems with their linear parameters projected out", () => {
  const problems = folder === undefined ? [] : readNistProblems(folder);
  const problem = (name: string): (typeof problems)[number] => problems.find((p) => p.name === name)!;

  /** The columns of the data of a problem: y, x. */
  function columns(name: string): [y: number[], x: Tensor] {
    const text = readFileSync(`${folder}/${name}.dat`, "utf8");
    const [first, last] = /Data\s+\(lines (\d+) to (\d+)\)/.exec(text)!.slice(1).map(Number) as [
      number,
      number,
    ];
    const rows = text.split(/\r?\n/).slice(first - 1, last).map((line) => line.trim().split(/\s+/).map(Number)); // prettier-ignore
    return [rows.map((row) => row[0]!), tensor(rows.map((row) => row[1]!))];
  }

  /** For each problem the basis, which certified values are nonlinear, and which are coefficients in basis order. */
  const cases: [
    string,
    (x: Tensor, p: readonly Tensor[]) => Tensor[],
    nonlinear: number[],
    linear: number[],
  ][] = [
    ["Misra1a", (x, [b]) => [exp(x.mul(b!).neg()).neg().add(1)], [1], [0]],
    ["BoxBOD", (x, [b]) => [exp(x.mul(b!).neg()).neg().add(1)], [1], [0]],
    ["Lanczos1", (x, p) => p.map((b) => exp(x.mul(b).neg())), [1, 3, 5], [0, 2, 4]],
    ["Lanczos3", (x, p) => p.map((b) => exp(x.mul(b).neg())), [1, 3, 5], [0, 2, 4]],
    ["MGH17", (x, p) => [tensor(1), ...p.map((b) => exp(x.mul(b).neg()))], [3, 4], [0, 1, 2]],
    [
      "ENSO",
      (x, p) => [
        tensor(1),
        ...[tensor(12), ...p].flatMap((period) => {
          const angle = x.mul(2 * Math.PI).div(period);
          return [cos(angle), sin(angle)];
        }),
      ],
      [3, 6],
      [0, 1, 2, 4, 5, 7, 8],
    ],
  ];

  it.each(cases)("%s: the certified values, in fewer evaluations", (name, functions, nonlinear, linear) => {
    const { starts, certified, residuals } = problem(name);
    const [data, x] = columns(name);
    const order = [...nonlinear, ...linear].map((j) => certified[j]!);
    for (const start of starts) {
      const solution = separableLeastSquares(
        { basis: (p: readonly Tensor[]) => functions(x, p), data },
        nonlinear.map((j) => start[j]!),
      );
      expect(solution.message).toMatch(/^converged/);
      const found = [...numbers(solution.x), ...solution.coefficients];
      expect(digits(found, order)).toBeGreaterThanOrEqual(9);
      const whole = leastSquares((b: Tensor[]) => residuals(b), start);
      expect(solution.evaluations).toBeLessThanOrEqual(whole.evaluations);
    }
  });
});

it("Osborne 1 ends in its known minimum, with two starts instead of five", () => {
  const { residuals, minima } = moreGarbowHillstrom.find(({ number }) => number === 17)!;
  // r = y − (x₁ + x₂ e^(−t x₄) + x₃ e^(−t x₅)): y is what is left when all of the model is zero.
  const data = residuals(tensor([0, 0, 0, 1, 1])).toArray() as number[];
  const seconds = tensor(data.map((_, i) => 10 * i));
  const solution = separableLeastSquares(
    { basis: (p) => [tensor(1), ...p.map((b) => exp(seconds.mul(b).neg()))], data },
    [0.01, 0.02],
  );
  expect(solution.status).toBe("converged");
  expect(solution.residualSumOfSquares / minima[0]!.sumOfSquares).toBeCloseTo(1, 9);
  const known = minima[0]!.x!;
  [...solution.coefficients, ...numbers(solution.x)].forEach((value, j) =>
    expect(value / known[j]!).toBeCloseTo(1, 7),
  );
});
