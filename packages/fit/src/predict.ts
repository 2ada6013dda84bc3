import { readColumn, readNumbers, type Columns } from "./columns.ts";
import { FitError } from "./error.ts";
import type { Estimate } from "./estimate.ts";
import { criticalValue, readLevel } from "./level.ts";
import { linearize } from "./linearize.ts";
import { asTensors } from "./model.ts";
import type { PerRow } from "./observations.ts";

/** An interval at each row. */
export interface Band {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A fitted model at new values of its predictors. */
export interface Prediction {
  readonly mean: Float64Array;
  /** Where the true curve lies, row by row, at the confidence level. NaN where the data do not determine it. */
  readonly confidence: Band;
  /** Where a new observation lies at the same level: the confidence band widened by the scatter of one observation. */
  readonly prediction: Band;
  /** Why a band is NaN somewhere. */
  readonly reason?: string;
}

/** What a prediction may be told. */
export interface PredictOptions {
  /** Confidence level between 0 and 1; by default the fit's. */
  readonly level?: number | undefined;
  /** Standard deviations of the new observations, for a fit with sigma; by default the data's if they were all equal. */
  readonly sigma?: PerRow | undefined;
  /** Weights of the new observations, for a fit with weights; 1 by default. */
  readonly weights?: PerRow | undefined;
}

/**
 * Mean and bands by the delta method: the variance of the mean is gᵀ C g with the exact gradient g of the model with
 * respect to the parameters (Seber & Wild, Nonlinear Regression, 1989, §5.1); bands hold point by point.
 *
 * @throws {FitError} for a missing predictor, columns of different length, or a wrong level
 */
export function predict(
  estimate: Estimate,
  columns: Columns,
  options: PredictOptions,
  defaultLevel: number,
): Prediction {
  const { model, values, interiorNames, uncertainty, scale, tDegreesOfFreedom } = estimate;
  const level = readLevel(options.level ?? defaultLevel, "predict.level");
  const first = model.predictors[0] ?? Object.keys(columns)[0];
  const rows = first === undefined ? 1 : readColumn(columns, first, "predict").length;
  const predictors = asTensors(
    Object.fromEntries(model.predictors.map((name) => [name, readColumn(columns, name, "predict", rows)])),
  );
  const { value: mean, columns: slopes } = linearize(
    model,
    predictors,
    asTensors(values),
    interiorNames,
    rows,
  );
  const noise = noiseVariance(estimate, columns, options, rows);
  const quantile = Number.isNaN(scale) ? NaN : criticalValue(level, tDegreesOfFreedom);

  const meanVariance = Float64Array.from({ length: rows }, (_, row) => {
    const gradient = Float64Array.from(slopes, (column) => column[row]!);
    return scale * (uncertainty === undefined ? NaN : uncertainty.covariance(gradient, gradient));
  });
  const band = (variance: (row: number) => number): Band => {
    const half = Float64Array.from({ length: rows }, (_, row) => quantile * Math.sqrt(variance(row)));
    return {
      lower: mean.map((value, row) => value - half[row]!),
      upper: mean.map((value, row) => value + half[row]!),
    };
  };
  const reason = reasonForGaps(estimate, meanVariance, noise);
  return {
    mean,
    confidence: band((row) => meanVariance[row]!),
    prediction: band((row) => meanVariance[row]! + noise[row]!),
    ...(reason !== undefined && { reason }),
  };
}

/** The variance of one new observation around the curve, row by row. */
function noiseVariance(
  { observations, scale }: Estimate,
  columns: Columns,
  { sigma, weights }: PredictOptions,
  rows: number,
): Float64Array {
  const perRow = (given: PerRow, where: string): Float64Array =>
    typeof given === "number"
      ? new Float64Array(rows).fill(given)
      : typeof given === "string"
        ? readColumn(columns, given, "predict", rows)
        : readNumbers(given, `predict.${where}`, rows);
  const wrong = (where: string, kind: string): FitError =>
    new FitError({
      where: `predict.${where}`,
      expected: `a fit made with ${where}`,
      advice: "leave it out",
      found: kind,
    });
  if (observations.weighting === "absolute") {
    if (weights !== undefined) throw wrong("weights", "a fit with sigma");
    if (sigma !== undefined) return perRow(sigma, "sigma").map((value) => value * value);
    const { rootWeights } = observations;
    const alike = rootWeights.every((value) => value === rootWeights[0]);
    return new Float64Array(rows).fill(alike ? 1 / rootWeights[0]! ** 2 : NaN);
  }
  if (sigma !== undefined) throw wrong("sigma", "a fit without standard deviations");
  if (weights === undefined) return new Float64Array(rows).fill(scale);
  if (observations.weighting === "none") throw wrong("weights", "a fit without weights");
  return perRow(weights, "weights").map((value) => scale / value);
}

function reasonForGaps(estimate: Estimate, variance: Float64Array, noise: Float64Array): string | undefined {
  if (estimate.missing !== undefined) return estimate.missing;
  if (variance.some(Number.isNaN)) return "the data do not determine the model everywhere here";
  if (noise.some(Number.isNaN)) {
    return "the scatter of a new observation is unknown: give its sigma for the prediction band";
  }
  return undefined;
}
