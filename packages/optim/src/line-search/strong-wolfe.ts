import { epsilon } from "../linalg/vector.ts";
import { checkWolfe } from "./constants.ts";
import { minimizerOfCubic } from "./cubic.ts";
import {
  maximumTrials,
  settled,
  unboundedBelow,
  valueNoise,
  type LineFunction,
  type LinePoint,
  type LineSearch,
  type SearchOutcome,
} from "./search.ts";

/** Constants of the strong Wolfe conditions. */
export interface WolfeOptions {
  /** c₁: the value must fall by this part of what the initial slope promises. Default 1e-4. */
  readonly sufficientDecrease?: number;
  /** c₂: the slope must shrink to this part of the initial one. Default 0.9. */
  readonly curvature?: number;
}

/** Factors of the trial while nothing is bracketed: at most where a cubic predicts a minimum, and where it predicts none. */
const [mostExtrapolation, blindExtrapolation] = [100, 4];
/** Zooms after which a point that has fallen enough will do, whatever its slope. */
const sufficientZooms = 20;

/**
 * Finds α with φ(α) ≤ φ(0) + c₁ α φ′(0) and |φ′(α)| ≤ c₂ |φ′(0)| by bracketing and zooming with cubic steps
 * (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6). Near the minimum, where differences
 * of values drown in rounding, the decrease is judged by slopes instead: φ′(α) ≤ (2 c₁ − 1) φ′(0) (Hager & Zhang,
 * SIAM J. Optim. 16, 2005, "approximate Wolfe").
 *
 * @throws {OptimizationError} unless 0 < c₁ < c₂ < 1
 */
export function strongWolfe({
  sufficientDecrease: c1 = 1e-4,
  curvature: c2 = 0.9,
}: WolfeOptions = {}): LineSearch {
  checkWolfe(c1, c2);
  return {
    name: "strong Wolfe",
    search: (phi, start, initial, magnitude) =>
      search(phi, start, initial, magnitude ?? Math.abs(start.value), c1, c2),
  };
}

function search(
  phi: LineFunction,
  start: LinePoint,
  initial: number,
  magnitude: number,
  c1: number,
  c2: number,
): SearchOutcome {
  const noise = valueNoise * magnitude;
  const decreases = (point: LinePoint): boolean =>
    point.value <= start.value + c1 * point.stepLength * start.slope ||
    (Math.abs(point.value - start.value) <= noise && point.slope <= (2 * c1 - 1) * start.slope);
  const isFlat = (point: LinePoint): boolean => Math.abs(point.slope) <= -c2 * start.slope;

  let low = start;
  let high: LinePoint | undefined;
  let trial = initial;
  /** Smallest step length known to be too far although nothing is known there. */
  let barrier = Infinity;
  let zooms = 0;
  for (let count = 0; count < maximumTrials; count++) {
    const point = phi(trial);
    if (point === undefined) {
      barrier = trial;
      if (high !== undefined) {
        trial = (low.stepLength + trial) / 2;
        continue;
      }
    } else if (point.value < unboundedBelow) return { kind: "unbounded", point };
    else if (!decreases(point) || (low !== start && point.value > low.value + noise)) high = point;
    else if (isFlat(point)) return { kind: "found", point };
    else if (high === undefined && point.slope < 0) low = point;
    else {
      // The minimum lies on the side of the new lowest point towards which the value falls.
      if (point.slope * ((high?.stepLength ?? Infinity) - low.stepLength) >= 0) high = low;
      low = point;
    }
    if (high !== undefined) {
      if (low !== start && ++zooms > sufficientZooms) break;
      trial = within(low, high, minimizerOfCubic(low, high));
      if (Math.abs(high.stepLength - low.stepLength) <= epsilon * low.stepLength) break;
    } else if (barrier < Infinity)
      trial = low.stepLength + (barrier - low.stepLength) / (low === start ? 10 : 2);
    else {
      const next = minimizerOfCubic(start, low);
      const factor = next / low.stepLength;
      trial =
        low.stepLength * (factor > 1 ? Math.min(Math.max(factor, 2), mostExtrapolation) : blindExtrapolation);
    }
    if (trial === low.stepLength || trial === Infinity) break;
  }
  return settled(start, low, high !== undefined, trial);
}

/** Keeps a trial away from the ends of the bracket, so that every zoom shrinks it. */
function within(low: LinePoint, high: LinePoint, trial: number): number {
  const [a, b] = [low.stepLength, high.stepLength];
  const margin = 0.1 * Math.abs(b - a);
  const [least, most] = [Math.min(a, b) + margin, Math.max(a, b) - margin];
  return Number.isFinite(trial) ? Math.min(Math.max(trial, least), most) : (a + b) / 2;
}
