import { tensor, type Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";

/** A minimum that is known, in doubles. */
export interface KnownMinimum {
  /** Σ rᵢ² there, without the ½ that `leastSquares` puts before it. */
  readonly sumOfSquares: number;
  /** Where it is taken, [n]; left out where that is at infinity. Where it is taken on a whole set, one point of it. */
  readonly x?: readonly number[];
  /** The value is approached while x grows beyond all bounds, and taken nowhere. */
  readonly atInfinity?: true;
  /** What else is known of it. */
  readonly note?: string;
}

/** Residuals whose sum of squares is to be minimised, with their start and what is known of their minima. */
export interface TestProblem {
  readonly name: string;
  /** Number in the collection. Problems of one number differ in their dimension. */
  readonly number: number;
  /** n, the number of parameters. */
  readonly dimension: number;
  /** m, the number of residuals. */
  readonly residualCount: number;
  /** The residuals at a point: [n] → [m]. */
  readonly residuals: (x: Tensor) => Tensor;
  /** The standard start, [n]. */
  readonly start: readonly number[];
  /** The lowest first, then local ones. */
  readonly minima: readonly KnownMinimum[];
}

/** f(x) = Σ rᵢ(x)², the function that is minimised: [n] → scalar. The collection has no ½ before it. */
export function sumOfSquares(problem: TestProblem): (x: Tensor) => Tensor {
  return (x) => problem.residuals(x).square().sum();
}

/**
 * The standard start, multiplied by a factor; where it is zero, a multiple would be the same start, and every parameter is
 * the factor itself (as in Algorithm 566).
 *
 * @param factor 1, 10 and 100 are usual
 * @throws {OptimizationError} for a factor that is not finite
 */
export function scaledStart({ start }: TestProblem, factor: number = 1): Tensor {
  if (!Number.isFinite(factor)) throw new OptimizationError(`the factor must be finite: ${factor}`);
  const zero = start.every((value) => value === 0);
  return tensor(zero && factor !== 1 ? start.map(() => factor) : start.map((value) => factor * value));
}
