import {
  compile,
  eigh,
  grad,
  hessian,
  jacobian,
  matmul,
  solve,
  tensor,
  type Tensor,
} from "@steepest/autodiff";
import { parse } from "@steepest/autodiff/formula";
import { describe, expect, it } from "vitest";
import {
  hockSchittkowski,
  hockSchittkowskiProblems,
  type ConstrainedTestProblem,
  type KnownConstrainedMinimum,
} from "../src/problems/index.ts";
import { misprintedValues, printedMinimizers, printedValues } from "./support/hock-schittkowski-printed.ts";

type Solved = [name: string, problem: ConstrainedTestProblem, solution: KnownConstrainedMinimum];

const problems = hockSchittkowskiProblems();
const table = problems.map((problem): [string, ConstrainedTestProblem] => [problem.name, problem]);
const solved = problems.flatMap((problem) =>
  problem.solutions.map((solution): Solved => [problem.name, problem, solution]),
);
/** No multipliers exist (13), or they are not unique. */
const withoutMultipliers = [13, 30, 55, 108, 116];

/** A constraint c(x) ≥ 0, or = 0, with its gradient and its multiplier, if that is known. */
interface Constraint {
  kind: "equality" | "inequality" | "lower" | "upper";
  value: number;
  gradient: number[];
  multiplier: number | undefined;
}

function constraintsAt(problem: ConstrainedTestProblem, solution: KnownConstrainedMinimum): Constraint[] {
  const x = tensor(solution.x);
  const unit = (i: number, sign: number): number[] => solution.x.map((_, j) => (i === j ? sign : 0));
  const functions = (
    kind: "equality" | "inequality",
    c: ((x: Tensor) => Tensor) | undefined,
    multipliers: readonly number[] | undefined,
  ): Constraint[] => {
    if (!c) return [];
    const gradients = jacobian(c)(x).toArray() as number[][];
    const values = c(x).toArray() as number[];
    return values.map((value, k) => ({ kind, value, gradient: gradients[k]!, multiplier: multipliers?.[k] }));
  };
  const bounds = (
    kind: "lower" | "upper",
    sign: number,
    bound: readonly number[] | undefined,
    multipliers: readonly number[] | undefined,
  ): Constraint[] =>
    (bound ?? []).map((limit, i) => ({
      kind,
      value: sign * (solution.x[i]! - limit),
      gradient: unit(i, sign),
      multiplier: multipliers?.[i],
    }));
  return [
    ...functions("equality", problem.equalities, solution.equalityMultipliers),
    ...functions("inequality", problem.inequalities, solution.inequalityMultipliers),
    ...bounds("lower", 1, problem.lower, solution.lowerMultipliers),
    ...bounds("upper", -1, problem.upper, solution.upperMultipliers),
  ];
}

/** How much of a constraint's value rounding of x alone can make: |∇c|ᵀ|x|, at least 1. */
function magnitude({ gradient }: Constraint, x: readonly number[]): number {
  return gradient.reduce((sum, slope, i) => sum + Math.abs(slope * x[i]!), 1);
}

function isActive(constraint: Constraint, x: readonly number[]): boolean {
  return constraint.kind === "equality" || constraint.value <= 1e-13 * magnitude(constraint, x);
}

/** f − λᵀc_E − μᵀc_I, whose second derivatives are those of the Lagrangian. */
function lagrangian(
  problem: ConstrainedTestProblem,
  solution: KnownConstrainedMinimum,
): (x: Tensor) => Tensor {
  return (x) => {
    let sum = problem.f(x);
    if (problem.equalities)
      sum = sum.sub(
        problem
          .equalities(x)
          .mul([...solution.equalityMultipliers!])
          .sum(),
      );
    if (problem.inequalities)
      sum = sum.sub(
        problem
          .inequalities(x)
          .mul([...solution.inequalityMultipliers!])
          .sum(),
      );
    return sum;
  };
}

describe("the collection", () => {
  it("has the problems of the book but 67, 85 and 87 to 92, in order", () => {
    const missing = [58, 67, 82, 85, 87, 88, 89, 90, 91, 92, 94, 115];
    const expected = Array.from({ length: 119 }, (_, i) => i + 1).filter(
      (number) => !missing.includes(number),
    );
    expect(problems.map(({ number }) => number)).toEqual(expected);
  });

  it("has all kinds", () => {
    const count = (equalities: boolean, inequalities: boolean): number =>
      problems.filter(
        (p) => (p.equalities !== undefined) === equalities && (p.inequalities !== undefined) === inequalities,
      ).length;
    expect({
      bounds: count(false, false),
      equalities: count(true, false),
      inequalities: count(false, true),
    }).toEqual({
      bounds: 9,
      equalities: 38,
      inequalities: 52,
    });
    expect(count(true, true)).toBe(8);
  });

  it("gives a problem by its number", () => {
    const { name, dimension, lower, upper, start } = hockSchittkowski(71);
    expect({ name, dimension, lower, upper, start }).toEqual({
      name: "HS71",
      dimension: 4,
      lower: [1, 1, 1, 1],
      upper: [5, 5, 5, 5],
      start: [1, 5, 5, 1],
    });
    expect(() => hockSchittkowski(58)).toThrow(
      "no problem of Hock and Schittkowski's collection has this number: 58",
    );
  });

  it("has formulas that print", () => {
    const { formulas } = hockSchittkowski(6);
    expect(parse(formulas!.objective).latex()).toContain("x_{1}");
    expect(formulas!.equalities).toHaveLength(1);
    expect(hockSchittkowski(119).formulas).toBeUndefined();
  });
});

describe.each(table)("%s", (_, problem) => {
  const { dimension, f, equalities, inequalities, lower, upper, start } = problem;

  it("has functions of its dimension, with finite values and derivatives at its start", () => {
    const x = tensor(start);
    expect(x.shape).toEqual([dimension]);
    expect(f(x).shape).toEqual([]);
    expect(grad(f)(x).toArray()).toSatisfy((g: number[]) => g.every(Number.isFinite));
    for (const c of [equalities, inequalities]) {
      if (!c) continue;
      expect(c(x).shape).toHaveLength(1);
      expect((jacobian(c)(x).toArray() as number[][]).flat().every(Number.isFinite)).toBe(true);
    }
  });

  it("has bounds in order, for every variable", () => {
    for (const bound of [lower, upper]) if (bound) expect(bound).toHaveLength(dimension);
    if (lower && upper) lower.forEach((limit, i) => expect(limit).toBeLessThan(upper[i]!));
  });

  it("compiles", () => {
    const x = tensor(start);
    const plain = f(x).item();
    expect(Math.abs(compile(f)(x).item() - plain)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(plain)));
  });

  it("has the printed minimum", () => {
    const printed = printedValues[problem.number]!;
    const { value } = problem.solutions[0]!;
    const decimals = typeof printed === "string" ? (printed.split(".")[1]?.length ?? 0) : 14;
    const error = Math.abs(value - Number(printed));
    const unit = 10 ** -decimals * (typeof printed === "string" ? 1 : Math.max(1, Math.abs(value)));
    if (problem.number in misprintedValues) {
      expect(error).toBeGreaterThan(unit);
      const right = misprintedValues[problem.number]!.split(":")[0]!;
      expect(value).toBeCloseTo(Number(right), right.split(".")[1]!.length - 1);
    } else expect(error).toBeLessThanOrEqual(unit * (1 + 1e-6));
  });

  const minimizer = printedMinimizers[problem.number];
  if (minimizer === undefined) return;

  it("has the printed minimiser", () => {
    const loose: Readonly<Record<number, number>> = { 68: 2e-5, 109: 3e-4, 111: 4e-3, 117: 3e-5 };
    const tolerance = loose[problem.number] ?? 1e-5;
    minimizer.forEach((printed, i) =>
      expect(Math.abs(problem.solutions[0]!.x[i]! - printed)).toBeLessThanOrEqual(
        tolerance * Math.max(1, Math.abs(printed)),
      ),
    );
  });
});

describe.each(solved)("a solution of %s", (_, problem, solution) => {
  const { x, value } = solution;
  const constraints = constraintsAt(problem, solution);

  it("is feasible", () => {
    expect(x).toHaveLength(problem.dimension);
    for (const constraint of constraints) {
      const violation = constraint.kind === "equality" ? Math.abs(constraint.value) : -constraint.value;
      expect(violation).toBeLessThanOrEqual(1e-14 * magnitude(constraint, x));
    }
  });

  it("has its value", () => {
    expect(Math.abs(problem.f(tensor(x)).item() - value)).toBeLessThanOrEqual(
      1e-14 * Math.max(1, Math.abs(value)),
    );
    expect(value).toBe(problem.solutions[0]!.value);
  });

  if (withoutMultipliers.includes(problem.number)) {
    it("has no unique multipliers", () => {
      expect(problem.note).toContain("multipliers");
      expect(constraints.every(({ multiplier }) => multiplier === undefined)).toBe(true);
      const active = constraints
        .filter((constraint) => isActive(constraint, x))
        .map(({ gradient }) => gradient);
      const gram = matmul(tensor(active), tensor(active).transpose());
      expect(eigh(gram).values.min().item()).toBeLessThan(1e-12 * eigh(gram).values.max().item());
    });
    return;
  }

  it("has a multiplier for every constraint, of the right sign, and 0 where that is not active", () => {
    for (const constraint of constraints) {
      expect(constraint.multiplier).toBeTypeOf("number");
      if (constraint.kind !== "equality") expect(constraint.multiplier).toBeGreaterThanOrEqual(0);
      if (!isActive(constraint, x)) expect(constraint.multiplier).toBe(0);
    }
  });

  it("satisfies the first-order conditions", () => {
    const gradient = grad(problem.f)(tensor(x)).toArray() as number[];
    gradient.forEach((slope, i) => {
      let [residual, largest] = [slope, Math.max(1, ...gradient.map(Math.abs))];
      for (const { gradient: normal, multiplier } of constraints) {
        residual -= multiplier! * normal[i]!;
        largest = Math.max(largest, Math.abs(multiplier! * normal[i]!));
      }
      expect(Math.abs(residual)).toBeLessThanOrEqual(2e-12 * largest);
    });
  });

  it("satisfies the second-order necessary condition", () => {
    const active = constraints.filter((constraint) => isActive(constraint, x));
    const curvature = hessian(lagrangian(problem, solution))(tensor(x));
    const identity = tensor(x.map((_, i) => x.map((__, j) => (i === j ? 1 : 0))));
    // Rows of length 1, so that they are equally important; and variables in units of their size.
    const units = tensor(x.map((coordinate) => Math.max(1e-3, Math.abs(coordinate))));
    const rows = active.map(({ gradient }) => {
      const scaled = gradient.map((slope, i) => slope * Math.max(1e-3, Math.abs(x[i]!)));
      const length = Math.hypot(...scaled);
      return scaled.map((slope) => slope / length);
    });
    let onTangents = curvature.mul(units).mul(units.reshape([x.length, 1]));
    const size = Math.max(1e-300, onTangents.abs().max().item());
    if (rows.length > 0) {
      const a = tensor(rows);
      const projection = identity.sub(matmul(a.transpose(), solve(matmul(a, a.transpose()), a)));
      onTangents = matmul(projection, matmul(onTangents, projection));
    }
    const symmetric = onTangents.add(onTangents.transpose()).div(2);
    expect(eigh(symmetric).values.min().item()).toBeGreaterThanOrEqual(-1e-9 * size);
  });
});
