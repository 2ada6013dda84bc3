import { epsilon } from "../linalg/vector.ts";
import { minimizerOfCubic } from "./cubic.ts";
import { unboundedBelow, type LineFunction, type LinePoint, type SearchOutcome } from "./search.ts";

/** Constants of the strong Wolfe conditions. */
export interface WolfeOptions {
  /** c₁: the value must fall by this part of what the initial slope promises. */
  readonly sufficientDecrease?: number;
  /** c₂: the slope must shrink to this part of the initial one. */
  readonly curvature?: number;
}

const maximumTrials = 60;
/** A relative fall in one search that only a function without a minimum along the line can offer. */
const farBelow = 1e10;

/**
 * Finds α with φ(α) ≤ φ(0) + c₁ α φ′(0) and |φ′(α)| ≤ c₂ |φ′(0)| by bracketing and zooming with cubic steps
 * (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6). Near the minimum, where differences
 * of values drown in rounding, the decrease is judged by slopes instead: φ′(α) ≤ (2 c₁ − 1) φ′(0) (Hager & Zhang,
 * SIAM J. Optim. 16, 2005, "approximate Wolfe").
 *
 * A point that cannot be evaluated counts as too far.
 */
export function strongWolfe(
  phi: LineFunction,
  start: LinePoint,
  initial: number,
  { sufficientDecrease: c1 = 1e-4, curvature: c2 = 0.9 }: WolfeOptions = {},
): SearchOutcome {
  const noise = 10 * epsilon * Math.abs(start.value);
  const decreases = (point: LinePoint): boolean =>
    point.value <= start.value + c1 * point.stepLength * start.slope ||
    (point.value <= start.value + noise && point.slope <= (2 * c1 - 1) * start.slope);
  const isFlat = (point: LinePoint): boolean => Math.abs(point.slope) <= -c2 * start.slope;

  let low = start;
  let high: LinePoint | undefined;
  let trial = initial;
  /** Smallest step length known to be too far although nothing is known there. */
  let barrier = Infinity;
  for (let count = 0; count < maximumTrials; count++) {
    const point = phi(trial);
    if (point === undefined) barrier = trial;
    else if (point.value < unboundedBelow) return { kind: "unbounded", point };
    else if (!decreases(point) || (low !== start && point.value > low.value + noise)) high = point;
    else if (isFlat(point)) return { kind: "found", point };
    else if (high === undefined && point.slope < 0) low = point;
    else {
      // The minimum lies on the side of the new lowest point towards which the value falls.
      if (point.slope * ((high?.stepLength ?? Infinity) - low.stepLength) >= 0) high = low;
      low = point;
    }
    if (high !== undefined) trial = within(low, high, minimizerOfCubic(low, high));
    else if (barrier < Infinity)
      trial = low.stepLength + (barrier - low.stepLength) / (low === start ? 10 : 2);
    else {
      const next = minimizerOfCubic(start, low);
      trial = Math.min(Math.max(next > low.stepLength ? next : 0, 2 * low.stepLength), 10 * low.stepLength);
    }
    const width = Math.abs((high?.stepLength ?? Math.min(barrier, 2 * trial)) - low.stepLength);
    if (width <= epsilon * Math.max(low.stepLength, Number.MIN_VALUE) || trial === low.stepLength) break;
  }
  if (low === start) return { kind: "none", shortest: trial };
  const endless =
    high === undefined && start.value - low.value > farBelow * Math.max(Math.abs(start.value), 1);
  return { kind: endless ? "unbounded" : "found", point: low };
}

/** Keeps a trial away from the ends of the bracket, so that every zoom shrinks it. */
function within(low: LinePoint, high: LinePoint, trial: number): number {
  const [a, b] = [low.stepLength, high.stepLength];
  const margin = 0.1 * Math.abs(b - a);
  const [least, most] = [Math.min(a, b) + margin, Math.max(a, b) - margin];
  return Number.isFinite(trial) ? Math.min(Math.max(trial, least), most) : (a + b) / 2;
}
