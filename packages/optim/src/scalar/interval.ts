import { OptimizationError } from "../errors.ts";
import type { Method } from "../walk/method.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";

/** When to stop narrowing an interval. */
export interface IntervalTolerances {
  /** Part of the point's magnitude below which the interval counts as a point. */
  readonly stepTolerance: number;
}

/** The problem of a function of one number on an interval, whose ends are `lower` and `upper`. */
export type IntervalProblem = ScalarProblem;

/** A way to narrow an interval down to a root or a minimum: a plain value made by `brentRoot()`, `goldenSection()`, …. */
export type IntervalMethod = Method<IntervalProblem, IntervalTolerances>;

/**
 * The ends of an interval, checked.
 *
 * @throws {OptimizationError} for ends that are not finite or not in order
 */
export function checkedInterval(interval: readonly [number, number]): readonly [number, number] {
  const [a, b] = interval;
  if (!(Number.isFinite(a) && Number.isFinite(b) && a < b))
    throw new OptimizationError(
      `the interval must be two finite numbers in ascending order: [${interval.join(", ")}]`,
    );
  return [a, b];
}

/** How near to a root at `x` counts as `x`. */
export function rootResolution(x: number, { stepTolerance }: IntervalTolerances): number {
  return stepTolerance * Math.abs(x) + Number.MIN_VALUE;
}

/** How near to a minimum at `x` counts as `x`: relative, with a floor for minima at zero that depends on the whole interval. */
export function minimumResolution(
  x: number,
  { lower, upper }: IntervalProblem,
  { stepTolerance }: IntervalTolerances,
): number {
  const width = (upper?.[0] ?? 1) - (lower?.[0] ?? 0);
  return stepTolerance * (Math.abs(x) + stepTolerance * width);
}
