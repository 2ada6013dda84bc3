import type { FitResult } from "@steepest/fit";
import type { Points } from "../terminal/plot.ts";
import type { Labels } from "./labels.ts";
import type { FitData } from "./rows.ts";

/** What a plot of a fit shows: the model over its predictor, or, with several predictors, observed over fitted. */
export interface FitPoints {
  data: Points;
  curve: Points;
  /** Confidence band of the curve; undefined where there is none. */
  band?: { lower: ArrayLike<number>; upper: ArrayLike<number> };
  xLabel: string;
  yLabel: string;
}

/** `count` values from the least to the greatest of `values`, evenly spaced. */
function spread(values: ArrayLike<number>, count: number): Float64Array {
  let [low, high] = [Infinity, -Infinity];
  for (const value of Array.from(values)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** Points to draw, the curve at `samples` places, the band for `level` when the fit has one. */
export function fitPoints(
  result: FitResult,
  data: FitData,
  labels: Labels,
  options: { samples: number; level: number },
): FitPoints {
  const [single, ...others] = Object.entries(data.predictors);
  if (single === undefined || others.length > 0) {
    const ends = spread(result.fitted, options.samples);
    return {
      data: { x: result.fitted, y: data.response },
      curve: { x: ends, y: ends },
      xLabel: `fitted ${labels.response}`,
      yLabel: `observed ${labels.response}`,
    };
  }
  const [symbol, values] = single;
  const x = spread(values, options.samples);
  const prediction = result.predict({ [symbol]: x }, { level: options.level });
  const { lower, upper } = prediction.confidence;
  return {
    data: { x: values, y: data.response },
    curve: { x, y: prediction.mean },
    ...(lower.every(Number.isFinite) && { band: { lower, upper } }),
    xLabel: labels.predictors[symbol] ?? symbol,
    yLabel: labels.response,
  };
}
