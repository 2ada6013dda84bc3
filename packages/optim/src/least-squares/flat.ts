import type { Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { scaleOf, type Loss } from "../losses/loss.ts";
import type { LeastSquaresMethod } from "../methods/least-squares/method.ts";
import { packBox, type BoxOptions } from "../problem/box.ts";
import { chunkedSource, chunkPrograms } from "../problem/least-squares/chunks.ts";
import type { LeastSquaresProblem } from "../problem/least-squares/problem.ts";
import { leastSquaresProblem } from "../problem/least-squares/residual-problem.ts";
import { suppliedSource, type SumSource, type SuppliedSums } from "../problem/least-squares/sum-source.ts";
import { summedProblem } from "../problem/least-squares/summed-problem.ts";
import { packStart, type Packing } from "../problem/packing.ts";
import { noEvaluations, type ProblemOptions } from "../problem/scalar-problem.ts";
import type { Evaluations, LeastSquaresTolerances } from "../solution.ts";

/** What least squares is made of: a residual function, residuals of chunks of data, or sums. */
export type LeastSquaresInput = ((x: never) => Tensor) | AnyChunks | SuppliedSums;

/** `ChunkedResiduals` of whatever trees. */
interface AnyChunks {
  chunks(): Iterable<unknown>;
  residuals(x: never, chunk: never): Tensor;
}

/** A least-squares problem on flat points with the trees that they stand for. */
export interface FlatLeastSquares {
  readonly problem: LeastSquaresProblem;
  readonly packing: Packing;
  readonly start: Float64Array;
}

/** Options that make the problem. */
export interface FlatOptions extends BoxOptions, ProblemOptions {
  readonly loss?: Loss | undefined;
  readonly gradientTolerance?: number | undefined;
}

export const leastSquaresTolerances: LeastSquaresTolerances = {
  gradientTolerance: 1e-11,
  stepTolerance: 1e-12,
};

/** The flat problem, its bounds checked. */
export function flatLeastSquares(
  input: LeastSquaresInput,
  x0: unknown,
  method: LeastSquaresMethod,
  options: FlatOptions,
): FlatLeastSquares {
  if (typeof input !== "function")
    return flatSums(x0, method, options, (packing, evaluations) =>
      sourceOf(input, packing, evaluations, options),
    );
  const { packing, start } = packStart(x0);
  const problem = leastSquaresProblem(input, packing, {
    ...checkedBox(packing, start, method, options),
    signal: options.signal,
    compile: options.compile,
    linearSolver: method.linearSolver,
    loss: options.loss,
    gradientTolerance: options.gradientTolerance ?? leastSquaresTolerances.gradientTolerance,
  });
  return { problem, packing, start };
}

/** The flat problem of sums. */
export function flatSums(
  x0: unknown,
  method: LeastSquaresMethod,
  options: FlatOptions,
  makeSource: (packing: Packing, evaluations: Evaluations) => SumSource,
): FlatLeastSquares {
  if (method.linearSolver === "qr")
    throw new OptimizationError(
      `sums cannot be solved by QR, which needs the Jacobian; leave linearSolver out: ${method.linearSolver}`,
    );
  const { packing, start } = packStart(x0);
  const evaluations = noEvaluations();
  const problem = summedProblem(makeSource(packing, evaluations), {
    dimension: packing.dimension,
    evaluations,
    signal: options.signal,
    scale: options.loss && scaleOf(options.loss),
    ...checkedBox(packing, start, method, options),
  });
  return { problem, packing, start };
}

function sourceOf(
  input: AnyChunks | SuppliedSums,
  packing: Packing,
  evaluations: Evaluations,
  { compile = true, loss }: FlatOptions,
): SumSource {
  if ("normalEquations" in input) {
    checkNoLoss(loss);
    return suppliedSource(input, packing.dimension, evaluations);
  }
  const programs = chunkPrograms((x, chunk) => input.residuals(x, chunk), packing, { compile, loss });
  return chunkedSource(() => input.chunks(), programs, evaluations);
}

/** @throws {OptimizationError} for a loss, which cannot be applied to sums */
export function checkNoLoss(loss: Loss | undefined): void {
  if (loss !== undefined)
    throw new OptimizationError(
      `a loss cannot be applied to sums; give residuals of chunks, or sum the robust cost: ${loss.name}`,
    );
}

export function checkedBox(
  packing: Packing,
  start: Float64Array,
  method: LeastSquaresMethod,
  options: BoxOptions,
): ReturnType<typeof packBox> {
  const box = packBox(options, packing, start);
  if ((box.lower ?? box.upper) !== undefined && method.bounds !== true)
    throw new OptimizationError(
      `this method knows no bounds; leave it out or use levenbergMarquardt(), dogleg() or gaussNewton(): ${method.name}`,
    );
  return box;
}
