import { nullDirections, pivotedQr, solveTransposed } from "./pivoted-qr.ts";

/** How far data determine parameters, and functions of them, around a solution. */
export interface Uncertainty {
  /** How many independent combinations of the parameters the data determine. */
  readonly rank: number;
  /**
   * (JᵀJ)⁻¹ between two linear functions of the parameters, each given by its gradient: R⁻ᵀg₁ · R⁻ᵀg₂. NaN when one
   * of them changes along a direction that the data do not determine.
   */
  covariance(first: Float64Array, second: Float64Array): number;
  /** Which parameters can change together with this one without changing the fit; none when it is determined. */
  entangledWith(parameter: number): readonly number[];
}

/** A component of a direction below this, relative to its length, is rounding error. */
const NEGLIGIBLE = 1e-6;

/**
 * Reads the uncertainty off the QR factorisation of the weighted Jacobian J at the solution, never forming JᵀJ.
 *
 * Where J has dependent columns, functions of the parameters that do not move along its null directions are
 * estimable and keep their variance; all others have none (Searle, Linear Models, 1971, §5.4).
 *
 * @param jacobian one column of length n for each parameter
 */
export function analyseUncertainty(jacobian: readonly Float64Array[]): Uncertainty {
  const qr = pivotedQr(jacobian);
  const { size, rank, order, lengths } = qr;
  const directions = nullDirections(qr);

  /** The gradient with respect to the parameters in units in which every column has length one. */
  const rescale = (gradient: Float64Array): Float64Array =>
    gradient.map((slope, j) => slope / (lengths[j] || 1));

  const isEstimable = (gradient: Float64Array): boolean =>
    directions.every((direction) => {
      let change = 0;
      for (let j = 0; j < size; j++) change += gradient[j]! * direction[j]!;
      return Math.abs(change) <= NEGLIGIBLE * Math.hypot(...gradient) * Math.hypot(...direction);
    });

  const whiten = (gradient: Float64Array): Float64Array | undefined => {
    const scaled = rescale(gradient);
    if (!isEstimable(scaled)) return undefined;
    return solveTransposed(
      qr,
      Float64Array.from(order, (j) => scaled[j]!),
    );
  };

  return {
    rank,
    covariance(first, second) {
      const z = whiten(first);
      const w = first === second ? z : whiten(second);
      if (z === undefined || w === undefined) return NaN;
      return z.reduce((sum, value, k) => sum + value * w[k]!, 0);
    },
    entangledWith(parameter) {
      const together = new Set<number>();
      for (const direction of directions) {
        const threshold = NEGLIGIBLE * Math.hypot(...direction);
        if (Math.abs(direction[parameter]!) <= threshold) continue;
        direction.forEach((component, j) => {
          if (Math.abs(component) > threshold) together.add(j);
        });
      }
      return [...together].sort((a, b) => a - b);
    },
  };
}
