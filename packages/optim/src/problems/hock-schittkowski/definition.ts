import type { Tensor } from "@steepest/autodiff";
import type {
  ConstrainedFormulas,
  ConstrainedTestProblem,
  KnownConstrainedMinimum,
} from "../constrained-test-problem.ts";
import { scalarFunction, vectorFunction } from "../formula-function.ts";

/** Multipliers by the numbers of constraints and variables, from 1 as in the book; those not listed are 0. */
type ByNumber = Readonly<Record<number, number>>;

interface Multipliers {
  readonly equality?: readonly number[];
  /** All of them where the inequalities are one function, which does not tell how many there are. */
  readonly inequality?: ByNumber | readonly number[];
  readonly lower?: ByNumber;
  readonly upper?: ByNumber;
}

/** A problem as it is written down. */
export interface ProblemDefinition {
  readonly number: number;
  /** Formulas in x1, x2, …, or functions of x where formulas would be long. */
  readonly objective: string | ((x: Tensor) => Tensor);
  readonly equalities?: readonly string[] | ((x: Tensor) => Tensor);
  readonly inequalities?: readonly string[] | ((x: Tensor) => Tensor);
  readonly start: readonly number[];
  /** One number bounds all variables. */
  readonly lower?: number | readonly number[];
  readonly upper?: number | readonly number[];
  readonly solutions: readonly {
    readonly x: readonly number[];
    readonly value: number;
    readonly multipliers?: Multipliers;
  }[];
  readonly note?: string;
}

/** The problem that a definition stands for. */
export function problemOf(definition: ProblemDefinition): ConstrainedTestProblem {
  const { number, objective, equalities, inequalities, start, lower, upper, solutions, note } = definition;
  const dimension = start.length;
  const formulas = formulasOf(definition);
  return {
    name: `HS${number}`,
    number,
    dimension,
    f: typeof objective === "string" ? scalarFunction(objective) : objective,
    ...(equalities && { equalities: vectorOf(equalities) }),
    ...(inequalities && { inequalities: vectorOf(inequalities) }),
    ...(lower !== undefined && { lower: forAll(lower, dimension) }),
    ...(upper !== undefined && { upper: forAll(upper, dimension) }),
    start,
    solutions: solutions.map(({ x, value, multipliers }) => ({
      x,
      value,
      ...(multipliers && multipliersOf(definition, multipliers)),
    })),
    ...(formulas && { formulas }),
    ...(note !== undefined && { note }),
  };
}

function vectorOf(written: readonly string[] | ((x: Tensor) => Tensor)): (x: Tensor) => Tensor {
  return typeof written === "function" ? written : vectorFunction(written);
}

function forAll(bound: number | readonly number[], dimension: number): readonly number[] {
  return typeof bound === "number" ? Array.from({ length: dimension }, () => bound) : bound;
}

/** All multipliers of a solution, those that are not listed included. */
function multipliersOf(
  { equalities, inequalities, start, lower, upper }: ProblemDefinition,
  multipliers: Multipliers,
): Partial<KnownConstrainedMinimum> {
  const listed = multipliers.inequality ?? {};
  const inequality = isList(listed) ? listed : allOf(listed, inequalities?.length ?? 0);
  return {
    ...(equalities && { equalityMultipliers: multipliers.equality ?? [] }),
    ...(inequalities && { inequalityMultipliers: inequality }),
    ...(lower !== undefined && { lowerMultipliers: allOf(multipliers.lower, start.length) }),
    ...(upper !== undefined && { upperMultipliers: allOf(multipliers.upper, start.length) }),
  };
}

function isList(listed: ByNumber | readonly number[]): listed is readonly number[] {
  return Array.isArray(listed);
}

function allOf(listed: ByNumber = {}, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => listed[i + 1] ?? 0);
}

function formulasOf({
  objective,
  equalities = [],
  inequalities = [],
}: ProblemDefinition): ConstrainedFormulas | undefined {
  return typeof objective === "string" &&
    typeof equalities !== "function" &&
    typeof inequalities !== "function"
    ? { objective, equalities, inequalities }
    : undefined;
}
