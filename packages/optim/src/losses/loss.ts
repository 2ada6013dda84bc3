import type { Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";

/**
 * A robust loss: instead of ½ Σ rᵢ², least squares then minimises
 *
 *     ½ Σ δ² ρ((rᵢ / δ)²)
 *
 * which is the same for residuals well below δ and grows more slowly for outliers. A plain value: bring your own with any
 * ρ that is smooth, increasing, ρ(0) = 0 and ρ′(0) = 1; its derivatives are taken from it.
 */
export interface Loss {
  readonly name: string;
  /** δ > 0: the residual at which outliers begin, in units of the residuals. 1 when left out. */
  readonly scale?: number;
  /** ρ of s = (r/δ)² ≥ 0, element by element. A pure function. */
  readonly rho: (s: Tensor) => Tensor;
}

/** δ of a loss. */
export function scaleOf(loss: Loss): number {
  const { scale = 1, name } = loss;
  if (!(scale > 0 && Number.isFinite(scale)))
    throw new OptimizationError(`the scale of ${name} must be a positive number: ${scale}`);
  return scale;
}
