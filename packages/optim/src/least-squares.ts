import type { Tensor } from "@steepest/autodiff";
import { flatLeastSquares, leastSquaresTolerances, type LeastSquaresInput } from "./least-squares/flat.ts";
import { solutionOf, type LeastSquaresSolution, type SummedSolution } from "./least-squares/solution.ts";
import type { Loss } from "./losses/loss.ts";
import { levenbergMarquardt } from "./methods/least-squares/levenberg-marquardt.ts";
import type { LeastSquaresMethod } from "./methods/least-squares/method.ts";
import type { BoxOptions } from "./problem/box.ts";
import type { ChunkedResiduals } from "./problem/least-squares/chunks.ts";
import type { SuppliedSums } from "./problem/least-squares/sum-source.ts";
import type { TensorsOf } from "./problem/packing.ts";
import type { LeastSquaresTolerances } from "./solution.ts";
import { drain, type DrainOptions } from "./walk/drain.ts";
import { checkedTolerances } from "./walk/solve.ts";
import { walker } from "./walk/walk.ts";

/** Options of {@link leastSquares}. */
export interface LeastSquaresOptions extends DrainOptions, BoxOptions, Partial<LeastSquaresTolerances> {
  /** Default: {@link levenbergMarquardt}. */
  method?: LeastSquaresMethod;
  /** Lets outliers count less: `huber(δ)`, `softL1(δ)`, `cauchy(δ)`, `tukey(δ)`, `arctan(δ)` or your own. */
  loss?: Loss;
  /** False evaluates the residuals step by step instead of compiling them, for a function that is not pure. */
  compile?: boolean;
}

/**
 * Parameters that minimise the sum of squares of residuals, or the robust cost that a loss makes of them, with exact
 * derivatives.
 *
 * It has converged when the relative offset, the square root of the part of the cost that the model could still
 * explain, is within `gradientTolerance` (1e-11): without a loss that is the cosine between the residuals and the
 * tangent plane of the model. Or when a full Gauss–Newton step changes no parameter by more than `stepTolerance`
 * (1e-12) of itself; or when what is left to gain is below the rounding error of the cost.
 * Residuals or derivatives that are not finite, or a function that throws, are a rejected step.
 *
 * @param problem pure function of a tree of tensors like `x0`, returning a tensor of residuals of shape [n]; or residuals
 * of data that comes in {@link ChunkedResiduals | chunks}; or {@link SuppliedSums | sums} that somebody else computes
 * @param x0 start: numbers, tensors, or arrays and records of them; computed with in f64
 * @throws {OptimizationError} for a start that is not finite or lies outside its bounds, for residuals that are no tensor,
 * or for options that such a problem or method does not know
 */
export function leastSquares<const X>(
  problem: (x: TensorsOf<X>) => Tensor,
  x0: X,
  options?: LeastSquaresOptions,
): LeastSquaresSolution<TensorsOf<X>>;
export function leastSquares<const X, C>(
  problem: ChunkedResiduals<X, C>,
  x0: X,
  options?: LeastSquaresOptions,
): LeastSquaresSolution<TensorsOf<X>>;
export function leastSquares<const X>(
  problem: SuppliedSums,
  x0: X,
  options?: LeastSquaresOptions,
): SummedSolution<TensorsOf<X>>;
export function leastSquares(
  problem: LeastSquaresInput,
  x0: unknown,
  options: LeastSquaresOptions = {},
): LeastSquaresSolution<never> {
  const method = options.method ?? levenbergMarquardt();
  const flat = flatLeastSquares(problem, x0, method, options);
  const tolerances = checkedTolerances(options, leastSquaresTolerances);
  const walking = walker(method, flat.problem, flat.start, tolerances, options.resume);
  return solutionOf(walking, drain(walking, options, method.defaultIterations), flat);
}
