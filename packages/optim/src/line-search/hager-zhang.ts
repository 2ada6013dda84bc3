import { epsilon as rounding } from "../linalg/vector.ts";
import { OptimizationError } from "../errors.ts";
import { checkWolfe } from "./constants.ts";
import { secant } from "./cubic.ts";
import {
  maximumTrials,
  settled,
  unboundedBelow,
  type LineFunction,
  type LinePoint,
  type LineSearch,
  type SearchOutcome,
} from "./search.ts";

/** Constants of {@link hagerZhang}. */
export interface HagerZhangOptions {
  /** δ: the value must fall by this part of what the initial slope promises. Default 0.1. */
  readonly sufficientDecrease?: number;
  /** σ: the slope must rise to at least this part of the initial one. Default 0.9. */
  readonly curvature?: number;
  /** ε: values within this part of their size count as equal. Default 1e-6. */
  readonly valueTolerance?: number;
  /** ρ: factor of the trials while nothing is bracketed. Default 5. */
  readonly expansion?: number;
  /** γ: a bracket that a secant step did not shrink to this part of itself is halved. Default 0.66. */
  readonly shrinkage?: number;
  /** θ: where a bracket is cut whose far end is too high, as a part of its length. Default 0.5. */
  readonly bisection?: number;
}

/**
 * The search of CG_DESCENT (Hager & Zhang, A new conjugate gradient method with guaranteed descent and an efficient line
 * search, SIAM J. Optim. 16, 2005, §4): brackets a minimiser, then takes double secant steps on the slopes until the Wolfe
 * conditions hold,
 *
 *     φ(α) ≤ φ(0) + δ α φ′(0)  and  φ′(α) ≥ σ φ′(0),
 *
 * or the approximate ones, which rounding errors of the values cannot spoil,
 *
 *     (2δ − 1) φ′(0) ≥ φ′(α) ≥ σ φ′(0)  and  φ(α) ≤ φ(0) + ε · magnitude.
 *
 * So a step may raise the value by ε of its size.
 *
 * @throws {OptimizationError} unless 0 < δ < ½, δ < σ < 1, ε ≥ 0, ρ > 1, and γ and θ lie between 0 and 1
 */
export function hagerZhang(options: HagerZhangOptions = {}): LineSearch {
  const constants: Constants = {
    delta: options.sufficientDecrease ?? 0.1,
    sigma: options.curvature ?? 0.9,
    epsilon: options.valueTolerance ?? 1e-6,
    rho: options.expansion ?? 5,
    gamma: options.shrinkage ?? 0.66,
    theta: options.bisection ?? 0.5,
  };
  const { delta, sigma, epsilon, rho, gamma, theta } = constants;
  checkWolfe(delta, sigma);
  if (!(delta < 0.5)) throw new OptimizationError(`sufficientDecrease must lie below 0.5 here: ${delta}`);
  if (!(epsilon >= 0)) throw new OptimizationError(`valueTolerance must be 0 or more: ${epsilon}`);
  if (!(rho > 1 && rho < Infinity)) throw new OptimizationError(`expansion must be a number above 1: ${rho}`);
  if (!(gamma > 0 && gamma < 1)) throw new OptimizationError(`shrinkage must lie between 0 and 1: ${gamma}`);
  if (!(theta > 0 && theta < 1)) throw new OptimizationError(`bisection must lie between 0 and 1: ${theta}`);
  return {
    name: "Hager–Zhang",
    search: (phi, start, initial, magnitude) =>
      search(phi, start, initial, magnitude ?? Math.abs(start.value), constants),
  };
}

interface Constants {
  readonly delta: number;
  readonly sigma: number;
  readonly epsilon: number;
  readonly rho: number;
  readonly gamma: number;
  readonly theta: number;
}

/** Holds a minimiser: φ falls at the low end, where it is no higher than at the start, and rises at the high one. */
type Bracket = readonly [low: LinePoint, high: LinePoint];

function search(
  phi: LineFunction,
  start: LinePoint,
  initial: number,
  magnitude: number,
  { delta, sigma, epsilon, rho, gamma, theta }: Constants,
): SearchOutcome {
  const ceiling = start.value + epsilon * magnitude;
  let trials = 0;
  let last = initial;
  let lowest = start;
  let rises = false;
  let end: SearchOutcome | undefined;

  /** φ(α); sets `end` when that ends the search. */
  const tried = (stepLength: number): LinePoint | undefined => {
    last = stepLength;
    trials++;
    const point = phi(stepLength);
    if (point === undefined) return undefined;
    rises ||= point.slope >= 0 || point.value > ceiling;
    if (point.value < unboundedBelow) end = { kind: "unbounded", point };
    else if (
      point.slope >= sigma * start.slope &&
      (point.value <= start.value + delta * stepLength * start.slope ||
        (point.value <= ceiling && point.slope <= (2 * delta - 1) * start.slope))
    )
      end = { kind: "found", point };
    else if (point.value < lowest.value) lowest = point;
    return point;
  };
  const goesOn = (): boolean => end === undefined && trials < maximumTrials;

  /** U3: a bracket between a low end and a step length that is too far. */
  const cut = (low: LinePoint, tooFar: number, lastKnown: boolean): Bracket | undefined => {
    let far = tooFar;
    let known = lastKnown;
    while (goesOn()) {
      // From where nothing is known, back in larger strides.
      const part = known || low !== start ? theta : 0.1;
      const middle = (1 - part) * low.stepLength + part * far;
      if (middle === low.stepLength || middle === far) return undefined;
      const point = tried(middle);
      known = point !== undefined;
      if (point === undefined) far = middle;
      else if (point.slope >= 0) return [low, point];
      else if (point.value <= ceiling) low = point;
      else far = middle;
    }
    return undefined;
  };

  /** The procedure `bracket`. */
  const bracketFrom = (first: number): Bracket | undefined => {
    let low = start;
    let trial = first;
    while (goesOn()) {
      const point = tried(trial);
      if (point === undefined || (point.slope < 0 && point.value > ceiling))
        return cut(low, trial, point !== undefined);
      if (point.slope >= 0) return [low, point];
      low = point;
      trial *= rho;
      if (trial === Infinity) return undefined;
    }
    return undefined;
  };

  /** The procedure `update`: the bracket that a trial inside leaves of another. */
  const update = ([low, high]: Bracket, stepLength: number): Bracket | undefined => {
    if (!(stepLength > low.stepLength && stepLength < high.stepLength)) return [low, high];
    const point = tried(stepLength);
    if (point === undefined || (point.slope < 0 && point.value > ceiling))
      return cut(low, stepLength, point !== undefined);
    return point.slope >= 0 ? [low, point] : [point, high];
  };

  /** The procedure `secant²`. */
  const doubleSecant = (bracket: Bracket): Bracket | undefined => {
    const [low, high] = bracket;
    const c = secant(low, high);
    const once = update(bracket, c);
    if (once === undefined || !goesOn()) return once;
    if (once[1].stepLength === c) return update(once, secant(high, once[1]));
    return once[0].stepLength === c ? update(once, secant(low, once[0])) : once;
  };

  let bracket = bracketFrom(initial);
  while (bracket !== undefined && goesOn()) {
    const width: number = bracket[1].stepLength - bracket[0].stepLength;
    if (width <= rounding * bracket[1].stepLength) break;
    bracket = doubleSecant(bracket);
    if (bracket === undefined || !goesOn()) break;
    const [a, b]: [number, number] = [bracket[0].stepLength, bracket[1].stepLength];
    if (b - a > gamma * width) bracket = update(bracket, a + (b - a) / 2);
  }
  return end ?? settled(start, lowest, rises, last);
}
