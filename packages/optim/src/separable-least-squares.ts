import { tensor, type Tensor, type TensorLike, type Tree } from "@steepest/autodiff";
import { OptimizationError } from "./errors.ts";
import type { LeastSquaresOptions } from "./least-squares.ts";
import { checkedBox, leastSquaresTolerances } from "./least-squares/flat.ts";
import { solutionOf, type LeastSquaresSolution } from "./least-squares/solution.ts";
import { levenbergMarquardt } from "./methods/least-squares/levenberg-marquardt.ts";
import { packStart, type TensorsOf } from "./problem/packing.ts";
import { separableProblem } from "./separable/separable-problem.ts";
import { drain } from "./walk/drain.ts";
import { checkedTolerances } from "./walk/solve.ts";
import { walker } from "./walk/walk.ts";

/** A model that is linear in some of its parameters: y ≈ Σ cₖ φₖ(x). */
export interface SeparableModel<X> {
  /**
   * The functions φₖ at the observations, for given nonlinear parameters: a pure function that returns k tensors [n] (or
   * numbers, for constants), or one tensor [n, k].
   */
  readonly basis: (x: TensorsOf<X>) => Tensor | readonly Tensor[];
  /** The observations y, [n]. */
  readonly data: TensorLike;
  /** Weights of the squares, 1/σ², [n]; all 1 when left out. */
  readonly weights?: TensorLike;
}

/** Options of {@link separableLeastSquares}; bounds are those of the nonlinear parameters. */
export type SeparableOptions = Omit<LeastSquaresOptions, "loss">;

/** A {@link LeastSquaresSolution} of the nonlinear parameters, with the linear ones that go with them. */
export interface SeparableSolution<X = Tree> extends LeastSquaresSolution<X> {
  /** c, [k], in the order of the basis; 0 for a function that others can stand for. */
  readonly coefficients: Float64Array;
  /** How many of them the data determines: the numerical rank of the basis. */
  readonly rank: number;
}

/**
 * Least squares of a model that is linear in some of its parameters, by variable projection (Golub & Pereyra 1973): for
 * every choice of the nonlinear parameters the best linear ones are computed, by QR with column pivoting, so that only
 * the nonlinear ones are searched for and need a start. `residuals` are √w (Φ c − y); `jacobian` and `normalMatrix` are
 * those of the residuals as functions of the nonlinear parameters alone.
 *
 * @param x0 start of the nonlinear parameters: numbers, tensors, or arrays and records of them
 * @throws {OptimizationError} for a start that is not finite or lies outside its bounds, for data or weights that are not
 * finite or of different lengths, or for a basis of another shape
 *
 * @example
 * import { exp, tensor } from "@steepest/autodiff";
 * const t = tensor([0, 1, 2, 3, 4]);
 * const y = exp(t.mul(-0.5)).mul(3).add(1);
 * const basis = ([rate]) => [exp(t.mul(rate).neg()), t.mul(0).add(1)];
 * const { x, coefficients } = separableLeastSquares({ basis, data: y }, [2]);
 * x; // → [0.5000]
 * coefficients; // → [3.000, 1.000]
 */
export function separableLeastSquares<const X>(
  model: SeparableModel<X>,
  x0: X,
  options: SeparableOptions = {},
): SeparableSolution<TensorsOf<X>> {
  const method = options.method ?? levenbergMarquardt();
  const { packing, start } = packStart(x0);
  const data = vector("data", model.data);
  if (data.length === 0) throw new OptimizationError("there are no observations: the data is empty");
  const problem = separableProblem(model.basis, packing, {
    ...checkedBox(packing, start, method, options),
    data,
    rootWeights: model.weights === undefined ? undefined : rootsOf(model.weights, data.length),
    signal: options.signal,
    compile: options.compile ?? true,
  });
  const tolerances = checkedTolerances(options, leastSquaresTolerances);
  const walking = walker(method, problem, start, tolerances, options.resume);
  const drained = drain(walking, options, method.defaultIterations);
  const fit = drained.step && problem.fit(drained.step.x);
  const { coefficients = new Float64Array(), rank = 0 } = fit ?? {};
  return Object.assign(solutionOf<TensorsOf<X>>(walking, drained, { problem, packing, start }), {
    coefficients,
    rank,
  });
}

function vector(what: string, given: TensorLike): Float64Array {
  const flat = Float64Array.from(tensor(given).data);
  const index = flat.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new OptimizationError(`the ${what} must be finite; element ${index} is ${flat[index]}`);
  return flat;
}

function rootsOf(given: TensorLike, n: number): Float64Array {
  const weights = vector("weights", given);
  if (weights.length !== n)
    throw new OptimizationError(
      `there must be a weight for each of ${n} observations: found ${weights.length}`,
    );
  return weights.map((weight, i) => {
    if (weight < 0) throw new OptimizationError(`weights must be 0 or more; element ${i} is ${weight}`);
    return Math.sqrt(weight);
  });
}
