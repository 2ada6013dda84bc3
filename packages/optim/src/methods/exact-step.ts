import { dot } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";

/**
 * Where f(x) + α gᵀp + ½ α² pᵀ∇²f p, the second-order model along a direction p, has its minimum: α = −gᵀp / pᵀ∇²f p, the
 * exact line search of a quadratic. Undefined where the curvature is not positive or cannot be evaluated.
 *
 * @param slope gᵀp
 */
export function exactStep(
  problem: ScalarProblem,
  x: Float64Array,
  direction: Float64Array,
  slope: number,
): number | undefined {
  const product = problem.hessianProduct(x, direction);
  if (product === undefined) return undefined;
  const stepLength = -slope / dot(product, direction);
  return stepLength > 0 && Number.isFinite(stepLength) ? stepLength : undefined;
}
