import { jvp, maximum, ones, type Tensor } from "@steepest/autodiff";
import type { Loss } from "./loss.ts";

/** What a loss makes of residuals. */
export interface Correction {
  /** ρ(s), [n]; the cost is ½ δ² Σ ρ. */
  readonly rho: Tensor;
  /** ρ′(s): what a residual weighs in the gradient Jᵀ(ρ′ r). */
  readonly weights: Tensor;
  /** What it weighs in the Hessian, Jᵀ w J. */
  readonly curvatures: Tensor;
}

/**
 * Least part of ρ′ that is left of a residual's weight in the Hessian close to the minimum. It keeps the gradient within
 * the range of JᵀwJ.
 */
export const leastCurvature = 1e-3;

/**
 * The second-order correction of Triggs, McLauchlan, Hartley & Fitzgibbon, Bundle Adjustment (1999), §4.3, for
 * residuals that are numbers: the Hessian of ½ δ² ρ(r²/δ²) is (ρ′ + 2 s ρ″) JᵀJ plus terms with second derivatives of
 * r, s = r²/δ². That factor is zero or negative for outliers; there a part of ρ′ takes its place, so that a
 * Gauss–Newton step always goes downhill.
 *
 * @param scale δ, of shape []
 * @param least that part, of shape []. With 1 the weights are those of iteratively reweighted least squares, whose
 * quadratic model lies above a loss that grows more slowly than the square, so that its steps are never too long:
 * better far from the minimum, where the second-order steps overshoot, and slower close to it.
 */
export function correction({ rho }: Loss, residuals: Tensor, scale: Tensor, least: Tensor): Correction {
  const s = residuals.div(scale).square();
  const one = ones(s.shape);
  const slope = (at: Tensor): readonly [Tensor, Tensor] => jvp(rho)(at, one);
  const [[value, first], [, second]] = jvp(slope)(s, one);
  return {
    rho: value,
    weights: first,
    curvatures: maximum(first.add(s.mul(second).mul(2)), first.mul(least)),
  };
}
