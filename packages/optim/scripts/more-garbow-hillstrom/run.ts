import type { Tensor } from "@steepest/autodiff";
import { prepared } from "@steepest/optim";
import { moreGarbowHillstrom, scaledStart, sumOfSquares, type TestProblem } from "@steepest/optim/problems";

/** A problem from one of its starts. */
export interface Trial {
  readonly problem: TestProblem;
  readonly factor: number;
  readonly start: readonly number[];
}

/** What a run asked of the function; each entry counts single evaluations. */
export interface Counts {
  readonly values: number;
  /** Of f, or Jacobians of the residuals. */
  readonly gradients: number;
  readonly hessians: number;
  /** Hessians times a vector, and second derivatives along one. */
  readonly products: number;
}

/** What one method did on one trial. */
export interface Run {
  /** Σ rᵢ² at the point that it returned. */
  readonly value: number;
  readonly x: readonly number[];
  /** Whether it says that it converged. */
  readonly claims: boolean;
  readonly message: string;
  readonly counts: Counts;
  /** The work until the value first was this low; Infinity if it never was. */
  readonly workUntil: (value: number) => number;
}

/** A method, ours or somebody else's, as the tables name it. */
export interface Contestant {
  readonly name: string;
  readonly run: (trial: Trial) => Run;
}

/** All trials from starts multiplied by the factor at which f is finite; from the others nobody can begin. */
export function trialsFrom(factor: number): Trial[] {
  return moreGarbowHillstrom.flatMap((problem) => {
    const x = scaledStart(problem, factor);
    const finite = Number.isFinite(sumOfSquares(problem)(x).item());
    return finite ? [{ problem, factor, start: x.toArray() as number[] }] : [];
  });
}

/**
 * Work in passes through the function: a value is one, a gradient one more (back), a Hessian times a vector one more, a
 * Hessian or the Jacobian of the residuals one for every parameter.
 */
export function workOf(
  { values, gradients, hessians, products }: Counts,
  problem: TestProblem,
  onResiduals: boolean,
): number {
  const n = problem.dimension;
  return values + (onResiduals ? n : 1) * gradients + n * hessians + products;
}

/** The work done by the time of each improvement of the best value, and that value. */
export type Descent = (readonly [work: number, value: number])[];

export function workUntil(descent: Descent): Run["workUntil"] {
  return (value) => descent.find(([, reached]) => reached <= value)?.[0] ?? Infinity;
}

interface Functions {
  readonly f: (x: Tensor) => Tensor;
  readonly residuals: (x: Tensor) => Tensor;
}

const kept: Map<TestProblem, Functions> = new Map();

/** f and the residuals of a problem, which keep their compiled programs. */
export function functionsOf(problem: TestProblem): Functions {
  let found = kept.get(problem);
  if (found === undefined) {
    found = { f: prepared(sumOfSquares(problem)), residuals: prepared(problem.residuals) };
    kept.set(problem, found);
  }
  return found;
}
