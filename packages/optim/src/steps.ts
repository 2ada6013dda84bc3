import type { Tensor } from "@steepest/autodiff";
import { flatLeastSquares, leastSquaresTolerances, type LeastSquaresOptions } from "./least-squares.ts";
import type { LeastSquaresMethod } from "./methods/levenberg-marquardt.ts";
import type { MinimizeMethod } from "./methods/method.ts";
import { checkedTolerances, defaultTolerances, type MinimizeOptions } from "./minimize.ts";
import { packStart, type TensorsOf } from "./problem/packing.ts";
import { scalarProblem } from "./problem/scalar-problem.ts";
import type { LeastSquaresTolerances, Tolerances, Walk } from "./solution.ts";

/** Options of {@link steps}. */
export type StepsOptions = Partial<Tolerances> & Pick<MinimizeOptions, "compile">;

/** Options of {@link leastSquaresSteps}. */
export type LeastSquaresStepsOptions = Partial<LeastSquaresTolerances> &
  Pick<LeastSquaresOptions, "compile" | "lower" | "upper">;

/**
 * The steps of {@link minimize}, one at a time: the start first, then every step tried. The generator returns the
 * status and message when the walk ends; there is no limit on iterations.
 *
 * @throws {OptimizationError} for a start that is not finite or a function that does not return a scalar
 */
export function steps<const X>(
  f: (x: TensorsOf<X>) => Tensor,
  x0: X,
  method: MinimizeMethod,
  options: StepsOptions = {},
): Walk {
  const { packing, start } = packStart(x0);
  const problem = scalarProblem(f, packing, { compile: options.compile });
  return method.walk(problem, start, checkedTolerances(options, defaultTolerances));
}

/** The steps of {@link leastSquares}, one at a time, as {@link steps} gives those of `minimize`. */
export function leastSquaresSteps<const X>(
  residuals: (x: TensorsOf<X>) => Tensor,
  x0: X,
  method: LeastSquaresMethod,
  options: LeastSquaresStepsOptions = {},
): Walk {
  const { problem, start } = flatLeastSquares(residuals, x0, method, options);
  return method.walk(problem, start, checkedTolerances(options, leastSquaresTolerances));
}
