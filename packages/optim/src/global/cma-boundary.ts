import { at, entry } from "../linalg/vector.ts";
import type { CmaDistribution } from "./cma-distribution.ts";
import type { CmaWeights } from "./cma-weights.ts";

/** What it costs a point to lie outside the cube, as it was learnt so far. */
export interface BoundaryPenalty {
  /** γᵢ, from the first time on that the mean was outside. */
  readonly weights?: Float64Array | undefined;
  /** Interquartile ranges of the values of the last generations. */
  readonly ranges: readonly number[];
}

export const noPenalty: BoundaryPenalty = { ranges: [] };

/** The nearest point of the cube. */
export function clipped(coordinates: Float64Array): Float64Array {
  return coordinates.map((coordinate) => Math.min(Math.max(coordinate, 0), 1));
}

/** A coordinate mirrored at the faces of the cube, a triangle wave of period 2. */
export function reflected(coordinate: number): number {
  if (coordinate >= 0 && coordinate <= 1) return coordinate;
  const phase = coordinate - 2 * Math.floor(coordinate / 2);
  return phase <= 1 ? phase : 2 - phase;
}

/** 1/n Σ γᵢ (uᵢ − ūᵢ)² / ξᵢ with ξᵢ = exp(0.9 (ln Cᵢᵢ − 1/n Σ ln Cⱼⱼ)), for ū the nearest point of the cube. */
export function penaltyOf(
  { weights }: BoundaryPenalty,
  { covariance }: CmaDistribution,
): (coordinates: Float64Array) => number {
  if (weights === undefined) return () => 0;
  const n = weights.length;
  const logs = weights.map((_, i) => Math.log(at(covariance, i * n + i)));
  const mean = logs.reduce((a, b) => a + b, 0) / n;
  const factors = weights.map((weight, i) => weight / (n * Math.exp(0.9 * (at(logs, i) - mean))));
  return (coordinates) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const u = at(coordinates, i);
      const outside = u < 0 ? u : u > 1 ? u - 1 : 0;
      sum += at(factors, i) * outside * outside;
    }
    return sum;
  };
}

/**
 * The penalty after a generation: its weights are set when the mean first leaves the cube, so that a step outside weighs
 * as much as the values differ, and grow where the mean stays outside (Hansen, Niederberger, Guzzella & Koumoutsakos, IEEE
 * Trans. Evol. Comput. 13, 2009, §IV-B).
 *
 * @param values of the generation, in any order
 */
export function learntPenalty(
  { weights: before, ranges: seen }: BoundaryPenalty,
  { mean, covariance, stepSize }: CmaDistribution,
  values: readonly number[],
  { mass, size }: CmaWeights,
): BoundaryPenalty {
  const n = mean.length;
  const ranges = [...seen, interquartileRange(values)].slice(-Math.ceil(20 + (3 * n) / size));
  if (mean.every((m) => m >= 0 && m <= 1)) return { weights: before, ranges };
  let variance = 0;
  for (let i = 0; i < n; i++) variance += (stepSize * stepSize * at(covariance, i * n + i)) / n;
  const weights = before?.slice() ?? new Float64Array(n).fill((2 * median(ranges)) / variance);
  for (let i = 0; i < n; i++) {
    const outside = Math.max(-at(mean, i), at(mean, i) - 1);
    const deviation = stepSize * Math.sqrt(at(covariance, i * n + i));
    if (outside > 3 * deviation * Math.max(1, Math.sqrt(n) / mass))
      weights[i] = at(weights, i) * 1.1 ** Math.max(1, mass / (10 * n));
  }
  return { weights, ranges };
}

function interquartileRange(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return 0;
  return (
    entry(sorted, Math.floor(0.75 * (sorted.length - 1))) -
    entry(sorted, Math.floor(0.25 * (sorted.length - 1)))
  );
}

function median(numbers: readonly number[]): number {
  return entry(
    numbers.toSorted((a, b) => a - b),
    Math.floor(numbers.length / 2),
  );
}
