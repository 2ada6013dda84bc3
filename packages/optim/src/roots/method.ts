import { along, at, epsilon, norm } from "../linalg/vector.ts";
import type { Finish } from "../solution.ts";
import type { Method, WalkState } from "../walk/method.ts";
import type { Step, StepDetails } from "../walk/step.ts";
import type { LinearSystem, SystemProblem } from "./system-problem.ts";

/** When to stop looking for a root. */
export interface RootTolerances {
  /** Relative change of every unknown, beside the largest it has been, below which a full step counts as none. */
  readonly stepTolerance: number;
}

/** A way to solve F(x) = 0: a plain value made by `newtonRaphson()`, `broyden()`, …. */
export interface RootMethod extends Method<SystemProblem, RootTolerances> {
  /** Whether it is for one equation in one unknown only. */
  readonly scalarOnly?: boolean;
}

/** What every walk to a root remembers. */
export interface RootState extends WalkState {
  readonly here: LinearSystem;
  /** Largest magnitude each unknown has had: what its changes are compared with. */
  readonly scale: Float64Array;
  /** ‖F‖ where the walk began. */
  readonly first: number;
}

/** The record of a point on the way to a root; its `value` is ‖F(x)‖. */
export function rootStep(
  problem: SystemProblem,
  iteration: number,
  { x, residuals }: Pick<LinearSystem, "x" | "residuals">,
  step: Float64Array,
  accepted: boolean,
  details: StepDetails = {},
): Step {
  return {
    iteration,
    x,
    value: norm(residuals),
    residuals,
    gradientNorm: NaN,
    step,
    accepted,
    evaluations: problem.evaluations.values,
    ...details,
  };
}

/** The start of a walk to a root, or why there is none. */
export function enterSystem(problem: SystemProblem, start: Float64Array): LinearSystem | Finish {
  return (
    problem.linearize(start) ?? {
      status: "failed",
      message: `the function cannot be evaluated at the start (${problem.lastFailure}); start where it and its derivatives are finite`,
    }
  );
}

export function isRoot(residuals: Float64Array): boolean {
  return residuals.every((value) => value === 0);
}

export const exactRoot: Finish = { status: "converged", message: "converged: every equation holds exactly" };

/** Whether `step` changes no unknown by more than the tolerance. */
export function isSmall(step: Float64Array, scale: Float64Array, { stepTolerance }: RootTolerances): boolean {
  return step.every((change, j) => Math.abs(change) <= stepTolerance * at(scale, j));
}

export function smallStep({ stepTolerance }: RootTolerances, what: string): Finish {
  return {
    status: "converged",
    message: `converged: ${what} changes no unknown by more than ${stepTolerance} of itself`,
  };
}

/** The point that a small step `step` leads to, where it is no worse: the last digits, for one more evaluation. */
export function polished(problem: SystemProblem, here: LinearSystem, step: Float64Array): LinearSystem {
  const x = along(here.x, 1, step);
  if (x.every((value, j) => value === at(here.x, j))) return here;
  const reached = problem.linearize(x);
  return reached !== undefined && norm(reached.residuals) <= norm(here.residuals) ? reached : here;
}

/** The scale with another point taken into it. */
export function widened(scale: Float64Array, x: Float64Array): Float64Array {
  return scale.map((size, j) => Math.max(size, Math.abs(at(x, j))));
}

/**
 * Whether F(x) is rounding error: of the terms that J x stands for, or of those it was made of at the start.
 */
export function isRounding({ x, residuals, jacobian }: LinearSystem, first: number): boolean {
  const n = x.length;
  if (norm(residuals) <= 100 * epsilon * first) return true;
  return residuals.every((value, i) => {
    let size = 0;
    for (let j = 0; j < n; j++) size += Math.abs(at(jacobian, i * n + j) * at(x, j));
    return Math.abs(value) <= 10 * epsilon * size;
  });
}

/** How a walk ends that finds no step which lowers ‖F‖. */
export function noLowerResidual(problem: SystemProblem, here: LinearSystem, first: number): Finish {
  if (isRounding(here, first))
    return { status: "converged", message: "converged: what is left of the equations is rounding error" };
  const left = `‖F‖ is still ${norm(here.residuals).toPrecision(3)}`;
  if (residualSlope(here) <= 1e-6)
    return {
      status: "stalled",
      message: `‖F‖ has a local minimum here that is no root: ${left}; start elsewhere, or there may be no root`,
    };
  const failure = problem.lastFailure === "" ? "" : ` (last: ${problem.lastFailure})`;
  return {
    status: "stalled",
    message: `no step, however short, lowers ‖F‖: ${left}${failure}; the function may have a kink or a jump here, or the Jacobian be singular: start elsewhere`,
  };
}

/** The cosine between F and the columns of J at most: 0 where ‖F‖ has a stationary point. */
function residualSlope({ residuals, jacobian }: LinearSystem): number {
  const n = residuals.length;
  const length = norm(residuals);
  let largest = 0;
  for (let j = 0; j < n; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => at(jacobian, i * n + j));
    const size = norm(column);
    if (size === 0) continue;
    let product = 0;
    for (let i = 0; i < n; i++) product += (at(column, i) / size) * (at(residuals, i) / length);
    largest = Math.max(largest, Math.abs(product));
  }
  return largest;
}
