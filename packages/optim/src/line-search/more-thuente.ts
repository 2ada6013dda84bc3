import { epsilon } from "../linalg/vector.ts";
import { checkWolfe } from "./constants.ts";
import type { Sample } from "./cubic.ts";
import { nextTrial } from "./more-thuente-trial.ts";
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
import type { WolfeOptions } from "./strong-wolfe.ts";

/** How far a trial beyond the last one may go while nothing is bracketed, in its distance from the best point. */
const [leastExtrapolation, mostExtrapolation] = [1.1, 4];
/** A bracket that two trials did not shrink to this part of itself is halved. */
const sufficientShrinkage = 0.66;

/**
 * Finds α with φ(α) ≤ φ(0) + c₁ α φ′(0) and |φ′(α)| ≤ c₂ |φ′(0)| (Moré & Thuente, Line search algorithms with guaranteed
 * sufficient decrease, ACM TOMS 20, 1994). Until a point has ψ ≤ 0 and φ′ ≥ 0, the interval of uncertainty is one that
 * holds a minimiser of ψ(α) = φ(α) − φ(0) − c₁ α φ′(0); from then on one of φ. Its ends are the best point and the other
 * side of the valley; trials between them come from cubics and secants through both.
 *
 * Near the minimum, where differences of values drown in rounding, slopes decide, as in `strongWolfe`.
 *
 * @throws {OptimizationError} unless 0 < c₁ < c₂ < 1
 */
export function moreThuente({
  sufficientDecrease: c1 = 1e-4,
  curvature: c2 = 0.9,
}: WolfeOptions = {}): LineSearch {
  checkWolfe(c1, c2);
  return {
    name: "Moré–Thuente",
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
  const promised = c1 * start.slope;
  let trial = initial;
  /** The lowest point and, once a minimiser is bracketed, the other end of the interval. */
  let [best, other] = [start, start];
  let bracketed = false;
  let firstStage = true;
  let [least, most] = [0, initial + mostExtrapolation * initial];
  let [width, previousWidth] = [Infinity, Infinity];
  /** A step length where the function cannot be evaluated. */
  let barrier = Infinity;

  for (let count = 0; count < maximumTrials; count++) {
    const point = phi(trial);
    if (point === undefined) {
      barrier = trial;
      trial = short(best, barrier, start);
      continue;
    }
    if (point.value < unboundedBelow) return { kind: "unbounded", point };
    const low = point.value <= start.value + promised * trial;
    const lowBySlope =
      Math.abs(point.value - start.value) <= noise && point.slope <= (2 * c1 - 1) * start.slope;
    if ((low || lowBySlope) && Math.abs(point.slope) <= -c2 * start.slope) return { kind: "found", point };
    if (low && point.slope >= 0) firstStage = false;

    // ψ guides the search only as long as φ itself would take a point that has not fallen enough.
    const modified = firstStage && point.value <= best.value && !low;
    const slopeOff = modified ? promised : 0;
    const higher =
      point.value - slopeOff * point.stepLength > best.value - slopeOff * best.stepLength + noise;
    trial = nextTrial(
      tilted(best, slopeOff),
      bracketed ? tilted(other, slopeOff) : undefined,
      tilted(point, slopeOff),
      least,
      most,
      noise,
    );
    const turned = (point.slope - slopeOff) * (best.slope - slopeOff) < 0;
    bracketed ||= higher || turned;
    if (higher) other = point;
    else {
      if (turned) other = best;
      best = point;
    }

    if (bracketed) {
      const gap = other.stepLength - best.stepLength;
      if (Math.abs(gap) >= sufficientShrinkage * previousWidth) trial = best.stepLength + gap / 2;
      previousWidth = width;
      width = Math.abs(gap);
      least = Math.min(best.stepLength, other.stepLength);
      most = Math.max(best.stepLength, other.stepLength);
      // Further trials would repeat an end of the interval.
      if (!(trial > least && trial < most) || width <= epsilon * most) break;
    } else {
      least = trial + leastExtrapolation * (trial - best.stepLength);
      most = trial + mostExtrapolation * (trial - best.stepLength);
    }
    if ((barrier - best.stepLength) * (trial - barrier) >= 0) trial = short(best, barrier, start);
    if (trial === best.stepLength || trial === Infinity) break;
  }
  return settled(start, best, bracketed, trial);
}

/** φ(α) − c α */
function tilted(point: Sample, c: number): Sample {
  if (c === 0) return point;
  const { stepLength, value, slope } = point;
  return { stepLength, value: value - c * stepLength, slope: slope - c };
}

/** Between the best point and a place where nothing is known: nearer to the start as long as nothing better is known. */
function short(best: LinePoint, barrier: number, start: LinePoint): number {
  return best.stepLength + (barrier - best.stepLength) / (best === start ? 10 : 2);
}
