import type { Tensor } from "@steepest/autodiff";
import type { Solution } from "../solution.ts";
import { iterate, type Walk } from "../walk/walk.ts";
import { brentMinimum } from "./brent-minimum.ts";
import type { IntervalMethod, IntervalTolerances } from "./interval.ts";
import { solveInInterval, walkInInterval, type RootInIntervalOptions } from "./root-in-interval.ts";

/** Options of {@link minimizeInInterval}. */
export interface MinimizeInIntervalOptions extends Omit<RootInIntervalOptions, "method"> {
  /** Default: {@link brentMinimum}. */
  method?: IntervalMethod;
}

/** Half the digits of a double: where values are flat to rounding. */
const defaults: IntervalTolerances = { stepTolerance: 2 ** -26 };

/**
 * A minimum of a function of one number in an interval, from values alone. Where it has several, one of them.
 *
 * It has converged when the interval is within `stepTolerance` (2⁻²⁶) of x, relative, as far as values can tell. A point
 * that cannot be evaluated counts as higher than all others. For all digits, use `minimize`, which knows slopes.
 *
 * @example
 * import { cos } from "@steepest/autodiff";
 * minimizeInInterval((x) => cos(x), [2, 5]).x.item().toFixed(6); // → "3.141593"
 *
 * @param f pure function of a scalar tensor, returning a scalar tensor
 * @throws {OptimizationError} for ends that are not finite or not in order, or a function that returns no scalar
 */
export function minimizeInInterval(
  f: (x: Tensor) => Tensor,
  interval: readonly [number, number],
  options: MinimizeInIntervalOptions = {},
): Solution<Tensor> {
  return solveInInterval(f, interval, options.method ?? brentMinimum(), defaults, options);
}

/** The steps of {@link minimizeInInterval}, one at a time; each has its `bracket`. */
export function minimizeInIntervalSteps(
  f: (x: Tensor) => Tensor,
  interval: readonly [number, number],
  method: IntervalMethod,
  options: Omit<MinimizeInIntervalOptions, "method"> = {},
): Walk {
  return iterate(walkInInterval(f, interval, method, defaults, options).walking);
}
