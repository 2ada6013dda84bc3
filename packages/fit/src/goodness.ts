import { chiSquareUpperTail } from "./statistics/chi-square.ts";
import type { Observations } from "./observations.ts";

/** How well a fitted model describes its data. A figure that is not defined for these data is NaN. */
export interface Goodness {
  /** Σ (rootWeight · (response − fitted))²; χ² when sigma was given. */
  readonly residualSumOfSquares: number;
  /** Rows minus parameters that were determined from them. */
  readonly degreesOfFreedom: number;
  /** √(residual sum of squares / degrees of freedom); NaN without degrees of freedom. */
  readonly residualStandardError: number;
  /** 1 − RSS / (sum of squares around the weighted mean); can be negative for a model without a constant. */
  readonly rSquared: number;
  /** R² with both sums of squares divided by their degrees of freedom. */
  readonly adjustedRSquared: number;
  /** χ² / degrees of freedom; only when sigma was given. */
  readonly reducedChiSquare?: number;
  /** Probability of a larger χ² if the model and sigma are right; only when sigma was given. */
  readonly chiSquareProbability?: number;
  /** ln of the Gaussian likelihood at its maximum. */
  readonly logLikelihood: number;
  /** Akaike's criterion, −2 ln L + 2 k, counting the error variance among the k parameters unless sigma was given. */
  readonly aic: number;
  /** AIC corrected for small samples (Hurvich & Tsai 1989); NaN for n ≤ k + 1. */
  readonly aicc: number;
  /** Schwarz's criterion, −2 ln L + k ln n. */
  readonly bic: number;
}

/**
 * The figures of merit of a fit; conventions as in R (`logLik.lm`, `summary.lm`).
 *
 * @param fitted the model at the observations
 * @param determined number of parameters determined from the data
 */
export function goodnessOf(observations: Observations, fitted: Float64Array, determined: number): Goodness {
  const { rows: n, response, rootWeights, weighting } = observations;
  let residualSumOfSquares = 0;
  let logWeights = 0;
  let weightSum = 0;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    const weight = rootWeights[i]! ** 2;
    residualSumOfSquares += weight * (response[i]! - fitted[i]!) ** 2;
    logWeights += Math.log(weight);
    weightSum += weight;
    mean += (weight / weightSum) * (response[i]! - mean);
  }
  const totalSumOfSquares = response.reduce((sum, y, i) => sum + (rootWeights[i]! * (y - mean)) ** 2, 0);
  const degreesOfFreedom = n - determined;
  const variance = degreesOfFreedom > 0 ? residualSumOfSquares / degreesOfFreedom : NaN;
  const ratio = residualSumOfSquares / totalSumOfSquares;
  // A model that does as well as the mean, and no better, has R² = 0, not what rounding leaves of it: the deviations
  // from the mean carry the rounding errors of the response itself.
  const size = Math.sqrt(response.reduce((sum, y, i) => sum + (rootWeights[i]! * y) ** 2, 0));
  const rounding = Math.max(1e-12, (8 * Number.EPSILON * size) / Math.sqrt(totalSumOfSquares));
  const relative = Math.abs(1 - ratio) <= rounding ? 1 : ratio;

  const known = weighting === "absolute";
  const logLikelihood = known
    ? -0.5 * (n * Math.log(2 * Math.PI) - logWeights + residualSumOfSquares)
    : -0.5 * (n * (Math.log((2 * Math.PI * residualSumOfSquares) / n) + 1) - logWeights);
  const k = determined + (known ? 0 : 1);
  const aic = -2 * logLikelihood + 2 * k;

  return {
    residualSumOfSquares,
    degreesOfFreedom,
    residualStandardError: Math.sqrt(variance),
    rSquared: totalSumOfSquares > 0 ? 1 - relative : NaN,
    adjustedRSquared:
      totalSumOfSquares > 0 && degreesOfFreedom > 0 ? 1 - relative * ((n - 1) / degreesOfFreedom) : NaN,
    ...(known && {
      reducedChiSquare: variance,
      chiSquareProbability:
        degreesOfFreedom > 0 ? chiSquareUpperTail(residualSumOfSquares, degreesOfFreedom) : NaN,
    }),
    logLikelihood,
    aic,
    aicc: n > k + 1 ? aic + (2 * k * (k + 1)) / (n - k - 1) : NaN,
    bic: -2 * logLikelihood + k * Math.log(n),
  };
}
