import type { Tree } from "@steepest/autodiff";

/**
 * How a walk ended.
 *
 * - `converged`: a convergence test holds at `x`.
 * - `stationary`: the gradient is exactly zero where the walk began, which a minimum, a maximum, a saddle and a
 *   plateau have in common; or residuals that do not depend on the parameters.
 * - `maxIterations`: the iteration limit came first.
 * - `stalled`: no step makes progress, yet no convergence test holds.
 * - `unbounded`: the value falls without end.
 * - `failed`: the function cannot be evaluated where it has to be.
 * - `aborted`: the signal asked to stop.
 */
export type Status =
  "converged" | "stationary" | "maxIterations" | "stalled" | "unbounded" | "failed" | "aborted";

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
}

/** One step of a walk: everything a picture of it needs. Its arrays never change; read them only. */
export interface Step {
  /** 0 for the start, then one more for every step tried. */
  readonly iteration: number;
  /** The flat point after this step; unchanged when the step was rejected. */
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** Euclidean length of the gradient. */
  readonly gradientNorm: number;
  /** The displacement that was tried; zero at the start. */
  readonly step: Float64Array;
  /** False when the point was not moved because the value did not fall or could not be computed. */
  readonly accepted: boolean;
  /** Function evaluations so far. */
  readonly evaluations: number;
  /** Multiple of the search direction that was taken (line-search methods). */
  readonly stepLength?: number;
  /** Levenberg–Marquardt damping λ that gave this step; 0 for a Gauss–Newton step. */
  readonly damping?: number;
  /** Fixed learning rate (gradient descent). */
  readonly learningRate?: number;
  /** −1 for a parameter held at its lower bound, 1 at its upper, 0 for a free one (bounded problems). */
  readonly activeBounds?: Int8Array;
}

/** Where a walk ended and how. `X` is the tree type of the start. */
export interface Solution<X = Tree> {
  /** The solution: a tree like the start, of tensors. When not converged, the best point met. */
  readonly x: X;
  readonly value: number;
  readonly gradientNorm: number;
  /** Steps tried, accepted or not. */
  readonly iterations: number;
  /** Passes that computed the value (with or without derivatives). */
  readonly evaluations: number;
  /** Those that also computed the gradient or Jacobian. */
  readonly gradientEvaluations: number;
  /** Passes that computed second derivatives. */
  readonly hessianEvaluations: number;
  readonly status: Status;
  /** What happened, and what to try when it did not converge. */
  readonly message: string;
  /** Every step, the start first; only when asked for with `history: true`. */
  readonly history?: readonly Step[];
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

/** A walk under way: a generator of steps that returns how it ended. */
export type Walk = Generator<Step, Finish, void>;
