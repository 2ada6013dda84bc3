import { OptimizationError } from "../errors.ts";
import type { LineSearch } from "../line-search/search.ts";
import { epsilon, maxNorm, norm, scaled } from "../linalg/vector.ts";
import type { CorrectionPair } from "../walk/step.ts";
import type { Place } from "./method.ts";

/** Options that quasi-Newton methods share. */
export interface QuasiNewtonOptions {
  /** Default `strongWolfe` with a `curvature` of 0.6 for BFGS and 0.7 for L-BFGS, which fit them best. */
  readonly lineSearch?: LineSearch;
  /** Length of the first step tried; by default a fifth of the start's largest parameter, or of one. */
  readonly initialStep?: number;
}

export function checkInitialStep(initialStep: number | undefined): void {
  if (initialStep !== undefined && !(initialStep > 0 && initialStep < Infinity))
    throw new OptimizationError(`initialStep must be a positive number: ${initialStep}`);
}

/** A direction, the slope along it and the step length to try first. */
export interface Towards {
  readonly direction: Float64Array;
  /** ∇f · direction */
  readonly slope: number;
  readonly initial: number;
}

/** Steepest descent, where no curvature is known. */
export function steepestTask({ x, gradient }: Place, initialStep: number | undefined): Towards {
  const length = norm(gradient);
  return {
    direction: scaled(-1, gradient),
    slope: -length * length,
    initial: (initialStep ?? Math.max(maxNorm(x), 1) / 5) / length,
  };
}

/** A step s and the change y of the gradient along it, with what updates divide by. */
export interface Change extends CorrectionPair {
  /** sᵀy */
  readonly curvature: number;
  /** yᵀy */
  readonly squaredChange: number;
}

/**
 * The change of the gradient along the step `s`; undefined where it did not grow, which tells nothing of a minimum.
 */
export function changeAlong(s: Float64Array, from: Place, to: Place): Change | undefined {
  const y = new Float64Array(s.length);
  let curvature = 0;
  let squaredChange = 0;
  for (let i = 0; i < y.length; i++) {
    const change = (to.gradient[i] as number) - (from.gradient[i] as number);
    y[i] = change;
    curvature += (s[i] as number) * change;
    squaredChange += change * change;
  }
  if (!(curvature > epsilon * squaredChange && curvature < Infinity)) return undefined;
  return { s, y, curvature, squaredChange };
}
