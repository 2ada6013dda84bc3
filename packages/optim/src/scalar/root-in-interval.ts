import type { Tensor } from "@steepest/autodiff";
import { packStart, type Packing } from "../problem/packing.ts";
import { scalarProblem } from "../problem/scalar-problem.ts";
import type { Solution } from "../solution.ts";
import { drain, type DrainOptions } from "../walk/drain.ts";
import { checkedTolerances, ending } from "../walk/solve.ts";
import { iterate, walker, type Walk, type Walker } from "../walk/walk.ts";
import { epsilon } from "../linalg/vector.ts";
import { brentRoot } from "./brent-root.ts";
import {
  checkedInterval,
  type IntervalMethod,
  type IntervalProblem,
  type IntervalTolerances,
} from "./interval.ts";

/** Options of {@link rootInInterval}. */
export interface RootInIntervalOptions extends DrainOptions, Partial<IntervalTolerances> {
  /** Default: {@link brentRoot}. */
  method?: IntervalMethod;
  /** False evaluates the function step by step instead of compiling it, for a function that is not pure. */
  compile?: boolean;
}

/**
 * A root of a function of one number in an interval at whose ends it has different signs. Its `value` is |f(x)|.
 *
 * It has converged when the sign changes within `stepTolerance` (4 · 2⁻⁵²) of x, relative. A sign that changes by a jump or
 * a pole is told apart by the slope and ends as `stalled`.
 *
 * @example
 * import { cos } from "@steepest/autodiff";
 * rootInInterval((x) => cos(x).sub(x), [0, 1]).x; // → 0.739085133215
 *
 * @param f pure function of a scalar tensor, returning a scalar tensor
 * @throws {OptimizationError} for ends that are not finite or not in order, or a function that returns no scalar
 */
export function rootInInterval(
  f: (x: Tensor) => Tensor,
  interval: readonly [number, number],
  options: RootInIntervalOptions = {},
): Solution<Tensor> {
  const method = options.method ?? brentRoot();
  return solveInInterval(f, interval, method, { stepTolerance: 4 * epsilon }, options);
}

/** The steps of {@link rootInInterval}, one at a time; each has its `bracket`. */
export function rootInIntervalSteps(
  f: (x: Tensor) => Tensor,
  interval: readonly [number, number],
  method: IntervalMethod,
  options: Omit<RootInIntervalOptions, "method"> = {},
): Walk {
  return iterate(walkInInterval(f, interval, method, { stepTolerance: 4 * epsilon }, options).walking);
}

/** Narrows an interval to the end. */
export function solveInInterval(
  f: (x: Tensor) => Tensor,
  interval: readonly [number, number],
  method: IntervalMethod,
  defaults: IntervalTolerances,
  options: RootInIntervalOptions,
): Solution<Tensor> {
  const { walking, problem, packing, start } = walkInInterval(f, interval, method, defaults, options);
  const drained = drain(walking, options, method.defaultIterations);
  return {
    ...ending<Tensor>(drained, problem, packing, start),
    checkpoint: walking.checkpoint,
  };
}

/** A walk that narrows an interval. */
export function walkInInterval(
  f: (x: Tensor) => Tensor,
  interval: readonly [number, number],
  method: IntervalMethod,
  defaults: IntervalTolerances,
  options: Omit<RootInIntervalOptions, "method">,
): { walking: Walker; problem: IntervalProblem; packing: Packing; start: Float64Array } {
  const [a, b] = checkedInterval(interval);
  const { packing, start } = packStart(a);
  const { signal, compile, resume } = options;
  const [lower, upper] = [Float64Array.of(a), Float64Array.of(b)];
  const problem = scalarProblem(f, packing, { signal, compile, lower, upper });
  const walking = walker(method, problem, start, checkedTolerances(options, defaults), resume);
  return { walking, problem, packing, start };
}
