import { SteepestError, type Tensor } from "@steepest/autodiff";
import { leastCurvature } from "../../losses/correction.ts";
import { scaleOf, type Loss } from "../../losses/loss.ts";
import { allFinite, epsilon, entry } from "../../linalg/vector.ts";
import { attempt, type FailureRecord } from "../attempt.ts";
import type { Packing } from "../packing.ts";
import { noEvaluations, type ProblemOptions } from "../scalar-problem.ts";
import {
  fromColumns,
  fromSums,
  transposedTimes,
  whyNot,
  type Weighed,
  type Workspace,
} from "./linearization.ts";
import {
  nearTheMinimum,
  type LeastSquaresProblem,
  type Linearization,
  type LinearSolver,
} from "./problem.ts";
import { isKept, residualPrograms } from "./residual-programs.ts";

export interface LeastSquaresProblemOptions extends ProblemOptions {
  readonly linearSolver?: LinearSolver | undefined;
  readonly loss?: Loss | undefined;
  readonly lower?: Float64Array | undefined;
  readonly upper?: Float64Array | undefined;
  /** The relative offset that sums have to resolve; where they cannot, the Jacobian is factored if it fits in memory. */
  readonly gradientTolerance?: number | undefined;
}

/** The flat problem of a function from trees of tensors to residuals. */
export function leastSquaresProblem(
  residualFunction: (x: never) => Tensor,
  packing: Packing,
  options: LeastSquaresProblemOptions = {},
): LeastSquaresProblem {
  const { signal, compile = true, linearSolver, loss, lower, upper, gradientTolerance = 0 } = options;
  const p = packing.dimension;
  const evaluations = noEvaluations();
  const programs = residualPrograms(residualFunction, packing, {
    compile,
    loss,
    linearSolver,
  });
  const scale = loss === undefined ? 1 : scaleOf(loss);
  const settings = Float64Array.of(1, scale, 1);
  const room: Workspace = { matrix: new Float64Array(), right: new Float64Array() };
  const leastPivot = leastPivotFor(gradientTolerance, p);

  const linearized = (
    x: Float64Array,
    [totals = [], ...stored]: readonly ArrayLike<number>[],
    firstValue: number | undefined,
  ): Linearization => {
    const costs = {
      x,
      value: 0.5 * scale * scale * entry(totals, 0),
      residualSumOfSquares: entry(totals, 1),
      firstValue,
    };
    const entries = (stored[0]?.length ?? 0) * p;
    if (totals.length > 2) {
      const summed = fromSums(costs, totals, p);
      const sees = (summed.pivot ?? 1) >= leastPivot || !Number.isFinite(summed.value);
      if (sees || entries === 0) return summed;
    }
    return fromColumns(costs, weighed(stored, p, loss !== undefined), isKept(entries, linearSolver), room);
  };

  const problem: LeastSquaresProblem & FailureRecord = {
    dimension: p,
    evaluations,
    lower,
    upper,
    robust: loss !== undefined,
    lastFailure: "",
    linearize: (x, from) =>
      attempt(problem, signal, () => {
        settings[2] = from !== undefined && from.offset < nearTheMinimum ? leastCurvature : 1;
        evaluations.values++;
        evaluations.gradients++;
        const results = programs.pass(settings, x);
        const linearization = linearized(x, results, from?.firstValue);
        problem.lastFailure = whyNot(linearization, results[1]);
        return problem.lastFailure === "" ? linearization : undefined;
      }),
    acceleration: ({ x, kept }, velocity) =>
      attempt(problem, signal, () => {
        evaluations.hessians++;
        const result = programs.bend(settings, x, velocity);
        const force =
          kept === undefined
            ? Float64Array.from(result, (sum) => entry(sum, 0))
            : transposedTimes(kept.columns, result[0] as ArrayLike<number>);
        return allFinite(force) ? force : undefined;
      }),
    residuals: (x) =>
      quietly(() => {
        const [residuals, weights] = programs.residuals(settings, x);
        return { residuals: copy(residuals), weights: weights && copy(weights) };
      }),
    jacobian: (x) => quietly(() => joined(programs.jacobian(settings, x))),
  };
  return problem;
}

/**
 * With pivots of JᵀJ below this, its rounding error alone moves the relative offset by a tenth of the tolerance: the
 * sine of the smallest angle between columns has to be 10 ε / tolerance at least.
 */
function leastPivotFor(gradientTolerance: number, p: number): number {
  return p * ((10 * epsilon) / gradientTolerance) ** 2;
}

/** Copies of residuals, ρ′ and w if there is a loss, and columns of J, as programs return them. */
function weighed(results: readonly ArrayLike<number>[], p: number, robust: boolean): Weighed {
  return {
    residuals: copy(results[0]),
    columns: joined(results.slice(results.length - p)),
    weights: robust ? copy(results[1]) : undefined,
    curvatures: robust ? copy(results[2]) : undefined,
  };
}

function copy(results: ArrayLike<number> | undefined): Float64Array {
  return new Float64Array(results ?? []);
}

/** Columns one after another. */
function joined(columns: readonly ArrayLike<number>[]): Float64Array {
  const n = columns[0]?.length ?? 0;
  const all = new Float64Array(n * columns.length);
  columns.forEach((column, j) => all.set(column, j * n));
  return all;
}

/** What is computed for a solution, when somebody asks for it: undefined where the function cannot be evaluated. */
function quietly<R>(evaluate: () => R): R | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    return undefined;
  }
}
