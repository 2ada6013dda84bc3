/** One step of a walk: everything a picture of it needs. Its arrays never change; read them only. */
export interface Step extends StepDetails {
  /** 0 for the start, then one more for every step tried. */
  readonly iteration: number;
  /** The flat point after this step; unchanged when the step was rejected. For methods with many points, the best. */
  readonly x: Float64Array;
  readonly value: number;
  /**
   * Euclidean length of the gradient; NaN for methods that use no derivatives. With bounds, of the part of it that they
   * do not hold; with constraints, of that of the gradient of the Lagrangian.
   */
  readonly gradientNorm: number;
  /** The displacement that was tried; zero at the start. */
  readonly step: Float64Array;
  /** False when the point was not moved because the value did not fall or could not be computed. */
  readonly accepted: boolean;
  /** Function evaluations so far. */
  readonly evaluations: number;
}

/** What only some methods have to show. */
export interface StepDetails {
  /** ∇f at `x`; left out by methods that use no derivatives. */
  readonly gradient?: Float64Array;
  /** F(x), [n] (root finders). */
  readonly residuals?: Float64Array;
  /** Direction that was searched (line-search methods): the step is `stepLength` times it. */
  readonly direction?: Float64Array;
  /** Multiple of the search direction that was taken (line-search methods). */
  readonly stepLength?: number;
  /** Fixed learning rate (gradient descent, momentum). */
  readonly learningRate?: number;
  /** What momentum carries on from step to step. */
  readonly velocity?: Float64Array;
  /** Levenberg–Marquardt damping λ, or the size of what was added to a Hessian, that gave this step; 0 for none. */
  readonly damping?: number;
  /** Hessian-vector products that this step took (truncated Newton methods). */
  readonly innerIterations?: number;
  /** Radius of the trust region in which this step was sought. */
  readonly radius?: number;
  /** The model that this step minimised, around the point that it left. */
  readonly model?: QuadraticModel;
  /** Step and gradient change pairs that stand for the Hessian (limited-memory methods), oldest first. */
  readonly memory?: readonly CorrectionPair[];
  /** Vertices, best first (Nelder–Mead). */
  readonly simplex?: readonly SamplePoint[];
  /** What the simplex did, as Nelder & Mead call it; `restart` for a new one where the old one had got stuck. */
  readonly move?:
    | "start"
    | "reflection"
    | "expansion"
    | "contraction inside"
    | "contraction outside"
    | "shrink"
    | "restart";
  /** Directions searched one after another (Powell), by rows. */
  readonly directions?: readonly Float64Array[];
  /** Ends of the interval that holds the answer (scalar methods). */
  readonly bracket?: readonly [number, number];
  /** Points tried in this generation or round (global methods). */
  readonly population?: readonly SamplePoint[];
  /** Places that the local search of this round went through, its start first (global methods). */
  readonly path?: readonly SamplePoint[];
  /** Where the walker stands, which may be higher than the best point (simulated annealing, basin hopping). */
  readonly current?: SamplePoint;
  /** Mean and covariance of the distribution that the next points are drawn from (CMA-ES), [n] and [n, n]. */
  readonly distribution?: { readonly mean: Float64Array; readonly covariance: Float64Array };
  /** Temperature at which uphill steps are taken (simulated annealing, basin hopping). */
  readonly temperature?: number;
  /** −1 for a parameter held at its lower bound, 1 at its upper, 0 for a free one (bounded problems). */
  readonly activeBounds?: Int8Array;
  /** Largest violation of a constraint (constrained problems). */
  readonly violation?: number;
  /** Weight of the constraints in the merit function (constrained problems). */
  readonly penalty?: number;
  /** Lagrange multipliers, those of equalities first, then of inequalities (constrained problems). */
  readonly multipliers?: Float64Array;
  /** Multipliers of lower bounds less those of upper bounds, [n] (constrained problems). */
  readonly boundMultipliers?: Float64Array;
  /** By how much the first-order conditions are missed (constrained problems). */
  readonly kkt?: {
    readonly stationarity: number;
    readonly feasibility: number;
    readonly complementarity: number;
  };
}

/** m(p) = f + gᵀp + ½ pᵀB p, or with the inverse of B where that is what the method keeps. */
export interface QuadraticModel {
  readonly center: Float64Array;
  readonly value: number;
  /** g, [n] */
  readonly gradient: Float64Array;
  /** B, row-major [n, n] */
  readonly hessian?: Float64Array;
  /** B⁻¹, row-major [n, n] */
  readonly inverseHessian?: Float64Array;
}

/** s = xₖ₊₁ − xₖ and y = ∇fₖ₊₁ − ∇fₖ. */
export interface CorrectionPair {
  readonly s: Float64Array;
  readonly y: Float64Array;
}

/** A point with its value; NaN or ±∞ where it could not be computed. */
export interface SamplePoint {
  readonly x: Float64Array;
  readonly value: number;
}
