import type { Tensor } from "@steepest/autodiff";
import { flatLeastSquares, leastSquaresTolerances, type LeastSquaresInput } from "./least-squares/flat.ts";
import type { LeastSquaresOptions } from "./least-squares.ts";
import type { LeastSquaresMethod } from "./methods/least-squares/method.ts";
import type { MinimizeMethod } from "./methods/method.ts";
import { defaultTolerances, flatMinimization, type MinimizeOptions } from "./minimize.ts";
import type { ChunkedResiduals } from "./problem/least-squares/chunks.ts";
import type { SuppliedSums } from "./problem/least-squares/sum-source.ts";
import type { TensorsOf } from "./problem/packing.ts";
import type { LeastSquaresTolerances, Tolerances } from "./solution.ts";
import { checkedTolerances } from "./walk/solve.ts";
import { iterate, walker, type Walk } from "./walk/walk.ts";

/** Options of {@link steps}. */
export type StepsOptions = Partial<Tolerances> &
  Pick<MinimizeOptions, "compile" | "lower" | "upper" | "signal" | "resume">;

/** Options of {@link leastSquaresSteps}. */
export type LeastSquaresStepsOptions = Partial<LeastSquaresTolerances> &
  Pick<LeastSquaresOptions, "compile" | "loss" | "lower" | "upper" | "signal" | "resume">;

/**
 * The steps of {@link minimize}, one at a time: the start first, then every step tried. The generator returns the
 * status and message when the walk ends; there is no limit on iterations. Its `checkpoint()` is the walk as plain JSON.
 *
 * @throws {OptimizationError} for a start that is not finite or a function that does not return a scalar
 */
export function steps<const X>(
  f: (x: TensorsOf<X>) => Tensor,
  x0: X,
  method: MinimizeMethod,
  options: StepsOptions = {},
): Walk {
  const { problem, start } = flatMinimization(f, x0, { ...options, method });
  return iterate(
    walker(method, problem, start, checkedTolerances(options, defaultTolerances), options.resume),
  );
}

/** The steps of {@link leastSquares}, one at a time, as {@link steps} gives those of `minimize`. */
export function leastSquaresSteps<const X>(
  problem: (x: TensorsOf<X>) => Tensor,
  x0: X,
  method: LeastSquaresMethod,
  options?: LeastSquaresStepsOptions,
): Walk;
export function leastSquaresSteps<const X, C>(
  problem: ChunkedResiduals<X, C> | SuppliedSums,
  x0: X,
  method: LeastSquaresMethod,
  options?: LeastSquaresStepsOptions,
): Walk;
export function leastSquaresSteps(
  problem: LeastSquaresInput,
  x0: unknown,
  method: LeastSquaresMethod,
  options: LeastSquaresStepsOptions = {},
): Walk {
  const flat = flatLeastSquares(problem, x0, method, options);
  const tolerances = checkedTolerances(options, leastSquaresTolerances);
  return iterate(walker(method, flat.problem, flat.start, tolerances, options.resume));
}
