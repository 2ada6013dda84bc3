import { at, dot, maxNorm } from "../linalg/vector.ts";
import { allMultipliers, infeasibility, violations, type ConstrainedPlace } from "./kkt.ts";
import { meritSlope, updatedWeights } from "./merit.ts";
import {
  elasticStep,
  quadraticStep,
  relaxedStep,
  type Linearized,
  type QuadraticStep,
} from "./sqp-subproblem.ts";

/** A direction of descent of the merit function with the weights that make it one. */
export interface FoundStep extends QuadraticStep {
  readonly kind: "found";
  readonly weights: Float64Array;
  /** Slope of the merit function, or an upper bound of it. */
  readonly slope: number;
  readonly elastic: boolean;
}

export type Direction =
  | FoundStep
  /** The linearised violation cannot be lowered. */
  | { readonly kind: "stationary violation" }
  | { readonly kind: "none" };

/** The violation counts as stationary when a step lowers it, linearised, by less than this part. */
const leastReduction = 1e-10;
/** Multipliers beyond this, beside the gradients, are out of proportion where the violation is larger than that. */
const mostLeverage = 1e6;
const nearlyFeasible = 1e-6;
/** Powers of ten by which weights are raised at most at once. */
const mostRaises = 6;

/**
 * The step of the quadratic program, with weights above its multipliers; in the elastic mode where the program has no
 * feasible point, with weights raised until the linearised violation is lowered by a tenth of what is possible (steering;
 * Byrd, Nocedal & Waltz, Steering Exact Penalty Methods for Nonlinear Programming, Optim. Methods Softw. 23, 2008).
 */
export function feasibleOrElasticStep(
  linear: Linearized,
  hessian: Float64Array,
  place: ConstrainedPlace,
  active: readonly number[],
  weights: Float64Array,
  careful: boolean,
): Direction {
  for (const convexEverywhere of careful ? [true] : [false, true]) {
    const step = quadraticStep(linear, hessian, active, convexEverywhere);
    if (step === undefined) break;
    if (isOutOfProportion(step, linear, place)) return elasticDirection(linear, hessian, place, weights);
    const raised = updatedWeights(weights, step.multipliers);
    const remaining = new Float64Array(linear.offsets.length);
    const slope = meritSlope(place, step.step, remaining, raised);
    // Where the model was changed across the constraints its step may go uphill.
    if (slope <= -1e-3 * Math.max(step.curvature, 0) || convexEverywhere)
      return { kind: "found", ...step, remaining, weights: raised, slope, elastic: false };
  }
  return (
    relaxedDirection(linear, hessian, place, weights) ?? elasticDirection(linear, hessian, place, weights)
  );
}

/**
 * Whether multipliers are so large, while constraints are violated, that the program is feasible only on paper: towards a
 * point where the violation is stationary its solutions run off to infinity.
 */
function isOutOfProportion(
  { multipliers }: QuadraticStep,
  { matrix, gradient, offsets }: Linearized,
  place: ConstrainedPlace,
): boolean {
  if (infeasibility(place) <= nearlyFeasible) return false;
  const n = gradient.length;
  const size = Math.max(maxNorm(gradient), Math.abs(place.value), 1);
  const all = allMultipliers(multipliers);
  return offsets.some((_, i) => {
    const row = maxNorm(matrix.subarray(i * n, (i + 1) * n));
    const pull = Math.abs(at(all, i)) * Math.max(row, Math.abs(at(offsets, i)));
    return pull > mostLeverage * size;
  });
}

/** All violations lowered in proportion, if a step can lower them by a good part. */
function relaxedDirection(
  linear: Linearized,
  hessian: Float64Array,
  place: ConstrainedPlace,
  weights: Float64Array,
): FoundStep | undefined {
  const before = violations(place);
  const fair = fairWeights(linear, place);
  const price = dot(before, boundedWeights(weights, fair, 1));
  for (const factor of [10, 1e3, 1e5]) {
    const step = relaxedStep(linear, hessian, factor * price);
    if (step === undefined) return undefined;
    const left = maxNorm(step.remaining.map((v, i) => (at(before, i) > 0 ? v / at(before, i) : 0)));
    if (!(left <= 0.9)) continue;
    const raised = updatedWeights(weights, step.multipliers);
    const slope = meritSlope(place, step.step, step.remaining, raised);
    return { kind: "found", ...step, weights: raised, slope, elastic: true };
  }
  return undefined;
}

/** Weights at which a change of x by its own size changes violation and value by alike. */
function fairWeights({ gradient, matrix, offsets }: Linearized, place: ConstrainedPlace): Float64Array {
  const n = gradient.length;
  const before = violations(place);
  const size = Math.max(maxNorm(gradient), Math.abs(place.value), 1);
  return offsets.map((_, i) => {
    const row = maxNorm(matrix.subarray(i * n, (i + 1) * n));
    return size / (Math.max(row, at(before, i)) || 1);
  });
}

/** Weights of at least a multiple of the fair ones, and not out of all proportion to them. */
function boundedWeights(weights: Float64Array, fair: Float64Array, factor: number): Float64Array {
  return weights.map((w, i) => Math.max(Math.min(w, 10 ** mostRaises * at(fair, i)), factor * at(fair, i)));
}

function elasticDirection(
  linear: Linearized,
  hessian: Float64Array,
  place: ConstrainedPlace,
  weights: Float64Array,
): Direction {
  const before = violations(place);
  const fair = fairWeights(linear, place);
  const total = dot(fair, before);
  const raised = (factor: number): Float64Array => boundedWeights(weights, fair, factor);
  const attempt = (tried: Float64Array): (FoundStep & { gain: number }) | undefined => {
    const step = elasticStep(linear, hessian, tried);
    return (
      step && {
        kind: "found",
        ...step,
        weights: tried,
        slope: meritSlope(place, step.step, step.remaining, tried),
        elastic: true,
        gain: total - dot(fair, step.remaining),
      }
    );
  };
  const first = attempt(raised(1));
  if (first !== undefined && first.gain >= 0.9 * total) return first;
  const most = attempt(fair.map((w) => 10 ** mostRaises * w))?.gain ?? 0;
  if (total > 0 && !(most > leastReduction * total)) return { kind: "stationary violation" };
  let step = first;
  for (let raise = 1; raise <= mostRaises && !(step !== undefined && step.gain >= 0.1 * most); raise++)
    step = attempt(raised(10 ** raise));
  return step ?? { kind: "none" };
}
