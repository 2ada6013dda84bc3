import type { Tree } from "@steepest/autodiff";
import type { Checkpoint } from "./walk/checkpoint.ts";
import type { Step } from "./walk/step.ts";

/**
 * How a walk ended.
 *
 * - `converged`: a convergence test holds at `x`.
 * - `stationary`: the gradient is exactly zero where the walk began, which a minimum, a maximum, a saddle and a
 *   plateau have in common; or residuals that do not depend on the parameters.
 * - `maxIterations`: the iteration limit came first.
 * - `stalled`: no step makes progress, yet no convergence test holds.
 * - `unbounded`: the value falls without end.
 * - `infeasible`: the constraints cannot be met near `x`, where their violation is as small as it gets.
 * - `failed`: the function cannot be evaluated where it has to be.
 * - `aborted`: the signal asked to stop.
 */
export type Status =
  | "converged"
  | "stationary"
  | "maxIterations"
  | "stalled"
  | "unbounded"
  | "infeasible"
  | "failed"
  | "aborted";

/** How a walk ended, with a sentence that says what happened and, unless it converged, what to try. */
export interface Finish {
  readonly status: Status;
  readonly message: string;
}

/** Function evaluations counted as they were made, each by what it computed. */
export interface Evaluations {
  /** Passes that computed the value or the residuals. */
  values: number;
  /** Those of them that also computed the gradient, or the Jacobian of the residuals. */
  gradients: number;
  /** Passes that computed second derivatives: a Hessian, or the residuals' curvature along a direction. */
  hessians: number;
  /** Passes that computed a Hessian times a vector. */
  hessianProducts: number;
}

/** Where a walk ended and how. `X` is the tree type of the start. */
export interface Solution<X = Tree> {
  /** The solution: a tree like the start, of tensors. When not converged, the best point met. */
  readonly x: X;
  readonly value: number;
  /**
   * Euclidean length of the gradient; NaN for methods that use no derivatives. With bounds, of the part of it that they do
   * not hold; with constraints, of that of the gradient of the Lagrangian.
   */
  readonly gradientNorm: number;
  /** Steps tried, accepted or not. */
  readonly iterations: number;
  /** Passes that computed the value (with or without derivatives). */
  readonly evaluations: number;
  /** Those that also computed the gradient or Jacobian. */
  readonly gradientEvaluations: number;
  /** Passes that computed second derivatives. */
  readonly hessianEvaluations: number;
  /** Passes that computed a Hessian times a vector. */
  readonly hessianProducts: number;
  readonly status: Status;
  /** What happened, and what to try when it did not converge. */
  readonly message: string;
  /** Every step, the start first; only when asked for with `history: true`. */
  readonly history?: readonly Step[];
  /** The walk where it stopped, as plain JSON; `resume` with it goes on. */
  readonly checkpoint: () => Checkpoint;
}

/** When to stop. */
export interface Tolerances {
  /** See the solver for what is compared with it. */
  readonly gradientTolerance: number;
}

/** When to stop a least-squares walk. */
export interface LeastSquaresTolerances extends Tolerances {
  /** Relative change of every parameter below which a full Gauss–Newton step counts as none. */
  readonly stepTolerance: number;
}
