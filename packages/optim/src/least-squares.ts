import type { Tensor, Tree, TypedArray } from "@steepest/autodiff";
import { drain, type DrainOptions } from "./drain.ts";
import { OptimizationError } from "./errors.ts";
import { normalMatrix } from "./linalg/normal-matrix.ts";
import { at } from "./linalg/vector.ts";
import { levenbergMarquardt, type LeastSquaresMethod } from "./methods/levenberg-marquardt.ts";
import { checkedTolerances } from "./minimize.ts";
import { packBounds, packStart, type Packing, type TensorsOf } from "./problem/packing.ts";
import { leastSquaresProblem, type LeastSquaresProblem } from "./problem/least-squares-problem.ts";
import type { LeastSquaresTolerances, Solution } from "./solution.ts";

/** Bounds as a tree like the start, leaves matched by name; −Infinity and Infinity mean no bound, one number stands for a whole leaf. */
export type Bounds = Tree<number | Tensor | TypedArray>;

/** Options of {@link leastSquares}. */
export interface LeastSquaresOptions extends DrainOptions, Partial<LeastSquaresTolerances> {
  /** Default: {@link levenbergMarquardt}. */
  method?: LeastSquaresMethod;
  lower?: Bounds;
  upper?: Bounds;
  /** False evaluates the residuals step by step instead of compiling them, for a function that is not pure. */
  compile?: boolean;
}

/** A {@link Solution} whose `value` is half the sum of squares. Parameters are counted in flat order. */
export interface LeastSquaresSolution<X = Tree> extends Solution<X> {
  /** Σ rᵢ² */
  readonly residualSumOfSquares: number;
  /** The residuals at the solution, [n]; for large problems computed when first asked for. */
  readonly residuals: Float64Array;
  /** The Jacobian of the residuals, row-major [n, p]; undefined when the normal equations were summed instead. */
  readonly jacobian: Float64Array | undefined;
  /** JᵀJ, row-major [p, p]. */
  readonly normalMatrix: Float64Array;
  /** −1 for a parameter held at its lower bound, 1 at its upper, 0 for a free one, [p]. */
  readonly activeBounds: Int8Array;
}

export const leastSquaresTolerances: LeastSquaresTolerances = {
  gradientTolerance: 1e-11,
  stepTolerance: 1e-12,
};

/**
 * Parameters that minimise the sum of squares of residuals, with exact derivatives.
 *
 * It has converged when the relative offset, the cosine between the residuals and the tangent plane of the model, is
 * within `gradientTolerance` (1e-11); or a full Gauss–Newton step changes no parameter by more than `stepTolerance`
 * (1e-12) of itself; or what is left to gain is below the rounding error of the sum of squares.
 * Residuals or derivatives that are not finite, or a function that throws, are a rejected step.
 *
 * @param residuals pure function of a tree of tensors like `x0`, returning a tensor of residuals of shape [n]
 * @param x0 start: numbers, tensors, or arrays and records of them; computed with in f64
 * @throws {OptimizationError} for a start that is not finite or lies outside its bounds, or for residuals that are no
 * tensor
 */
export function leastSquares<const X>(
  residuals: (x: TensorsOf<X>) => Tensor,
  x0: X,
  options: LeastSquaresOptions = {},
): LeastSquaresSolution<TensorsOf<X>> {
  const method = options.method ?? levenbergMarquardt();
  const { problem, packing, start } = flatLeastSquares(residuals, x0, method, options);
  const walk = method.walk(problem, start, checkedTolerances(options, leastSquaresTolerances));
  const { step, iterations, finish, history } = drain(walk, options, method.defaultIterations);
  const counted = { ...problem.evaluations };
  const x = step?.x ?? start;
  const here = problem.current?.x === x ? problem.current : undefined;
  const kept = here?.kept;
  let computed = kept?.residuals;
  return {
    x: packing.rebuild(packing.leaves(x)) as TensorsOf<X>,
    value: step?.value ?? NaN,
    gradientNorm: step?.gradientNorm ?? NaN,
    residualSumOfSquares: step === undefined ? NaN : 2 * step.value,
    get residuals() {
      return (computed ??= problem.residuals(x));
    },
    jacobian: kept && transposed(kept.columns, kept.residuals.length, start.length),
    normalMatrix: here
      ? normalMatrix(here.root, here.rows, start.length)
      : new Float64Array(start.length ** 2).fill(NaN),
    activeBounds: step?.activeBounds ?? new Int8Array(start.length),
    iterations,
    evaluations: counted.values,
    gradientEvaluations: counted.gradients,
    hessianEvaluations: counted.hessians,
    ...finish,
    ...(history && { history }),
  };
}

/** The flat problem of a residual function, its bounds checked. */
export function flatLeastSquares(
  residuals: (x: never) => Tensor,
  x0: unknown,
  method: LeastSquaresMethod,
  options: Pick<LeastSquaresOptions, "lower" | "upper" | "signal" | "compile">,
): { problem: LeastSquaresProblem; packing: Packing; start: Float64Array } {
  const { packing, start } = packStart(x0);
  const lower = packBounds(options.lower, packing, "lower");
  const upper = packBounds(options.upper, packing, "upper");
  start.forEach((value, j) => {
    const [least, most] = [lower ? at(lower, j) : -Infinity, upper ? at(upper, j) : Infinity];
    if (!(least <= most))
      throw new OptimizationError(
        `the bounds of ${packing.nameOf(j)} leave no room: lower ${least}, upper ${most}`,
      );
    if (value < least || value > most)
      throw new OptimizationError(
        `the start of ${packing.nameOf(j)} must lie within [${least}, ${most}]: ${value}`,
      );
  });
  const problem = leastSquaresProblem(residuals, packing, {
    signal: options.signal,
    compile: options.compile,
    linearSolver: method.linearSolver,
    lower,
    upper,
  });
  return { problem, packing, start };
}

/** Column-major [n, p] to row-major. */
function transposed(columns: Float64Array, n: number, p: number): Float64Array {
  const rows = new Float64Array(n * p);
  for (let j = 0; j < p; j++) for (let i = 0; i < n; i++) rows[i * p + j] = at(columns, j * n + i);
  return rows;
}
