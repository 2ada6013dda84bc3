import { at, dot, norm, scaled } from "../../linalg/vector.ts";

/** A step p that makes m(p) = gᵀp + ½ pᵀH p small within ‖p‖ ≤ Δ. */
export interface TrustStep {
  /** p */
  readonly step: Float64Array;
  /** −m(p), what the model promises. */
  readonly reduction: number;
  /** Whether the region kept the step from being longer. */
  readonly atBoundary: boolean;
  /** λ with (H + λ I) p = −g, where the method knows it. */
  readonly damping?: number;
}

/** −gᵀp − ½ pᵀH p. */
export function modelReduction(hessian: Float64Array, gradient: Float64Array, step: Float64Array): number {
  return -dot(gradient, step) - dot(step, symmetricProduct(hessian, step)) / 2;
}

/** H v for H row-major [n, n]. */
export function symmetricProduct(matrix: Float64Array, v: Float64Array): Float64Array {
  const n = v.length;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += at(matrix, i * n + j) * at(v, j);
    result[i] = sum;
  }
  return result;
}

/**
 * The τ ≥ 0 with ‖z + τ d‖ = Δ, for z within the region: the positive root of ‖d‖² τ² + 2 zᵀd τ + ‖z‖² − Δ² = 0, in the form
 * that does not cancel.
 */
export function toBoundary(z: Float64Array, d: Float64Array, radius: number): number {
  const [a, b] = [dot(d, d), dot(z, d)];
  const c = Math.max(radius * radius - dot(z, z), 0);
  const root = Math.sqrt(b * b + a * c);
  if (b > 0) return c / (b + root);
  return (root - b) / a;
}

/** The minimum of the model along −g within the region (Nocedal & Wright, Numerical Optimization, 2nd ed., equation 4.12). */
export function cauchyStep(hessian: Float64Array, gradient: Float64Array, radius: number): TrustStep {
  const length = norm(gradient);
  if (length === 0) return { step: new Float64Array(gradient.length), reduction: 0, atBoundary: false };
  const unit = scaled(-1 / length, gradient);
  const curvature = dot(unit, symmetricProduct(hessian, unit));
  const atBoundary = !(curvature * radius > length);
  const step = scaled(atBoundary ? radius : length / curvature, unit);
  return { step, reduction: modelReduction(hessian, gradient, step), atBoundary };
}
