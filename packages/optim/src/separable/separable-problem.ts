import {
  applyQ,
  applyTransposedQ,
  basicSolution,
  pivotedQr,
  turnedAdjoint,
  type PivotedQr,
} from "../linalg/pivoted-qr.ts";
import { allFinite, at, dot } from "../linalg/vector.ts";
import { attempt, type FailureRecord } from "../problem/attempt.ts";
import { fromColumns, whyNot } from "../problem/least-squares/linearization.ts";
import type { LeastSquaresProblem } from "../problem/least-squares/problem.ts";
import type { Packing } from "../problem/packing.ts";
import { noEvaluations } from "../problem/scalar-problem.ts";
import type { StopSignal } from "../problem/aborted.ts";
import { basisPrograms, type Basis } from "./basis-programs.ts";

/** The best linear coefficients for given nonlinear parameters. */
export interface LinearFit {
  /** c, [k]; 0 for functions that others can stand for. */
  readonly coefficients: Float64Array;
  /** Numerical rank of the basis. */
  readonly rank: number;
  /** √w (Φ c − y), [n] */
  readonly residuals: Float64Array;
}

/** A problem of the nonlinear parameters alone. */
export interface SeparableProblem extends LeastSquaresProblem {
  /** Undefined where the basis is not finite. */
  fit(x: Float64Array): LinearFit | undefined;
}

interface Options {
  readonly data: Float64Array;
  /** Square roots of the weights; undefined for ones. */
  readonly rootWeights: Float64Array | undefined;
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
  readonly signal: StopSignal | undefined;
  readonly compile: boolean;
}

/** What is known of a point before its slopes. */
interface Solved extends LinearFit {
  readonly factor: PivotedQr;
  /** Qᵀ (Φ c − y), whose first `rank` elements are zero. */
  readonly turned: Float64Array;
}

/**
 * Variable projection (Golub & Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems
 * whose variables separate, 1973): r(x) = Φ(x) c(x) − y with the best c for every x, c = Φ⁻y. Its Jacobian, in full,
 *
 *     J_j = P⊥ (∂Φ/∂x_j c) − (Φ⁻)ᵀ (∂Φ/∂x_j)ᵀ r,   P⊥ = I − ΦΦ⁻
 *
 * in coordinates turned by the Q of Φ = QR, where the first part has only its last n − rank elements and the second only
 * its first rank ones; lengths and angles, which are all that methods look at, stay the same.
 */
export function separableProblem(
  basis: (x: never) => Basis,
  packing: Packing,
  { data, rootWeights, lower, upper, signal, compile }: Options,
): SeparableProblem {
  const p = packing.dimension;
  const n = data.length;
  const evaluations = noEvaluations();
  const { values, slopes } = basisPrograms(basis, packing, n, compile);
  const target = weighed(data, rootWeights);

  const solve = (x: Float64Array): Solved | undefined => {
    const columns = values(x);
    const matrix = new Float64Array(n * columns.length);
    columns.forEach((column, k) => matrix.set(weighed(column, rootWeights), k * n));
    if (!allFinite(matrix)) return undefined;
    const factor = pivotedQr(matrix, n, columns.length);
    const turned = target.slice();
    applyTransposedQ(factor, turned);
    const coefficients = basicSolution(factor, turned);
    for (let i = 0; i < n; i++) turned[i] = i < factor.rank ? 0 : -at(turned, i);
    const residuals = turned.slice();
    applyQ(factor, residuals);
    return { factor, coefficients, rank: factor.rank, turned, residuals };
  };

  /** The Jacobian in turned coordinates, column-major [n, p]. */
  const turnedJacobian = (x: Float64Array, { factor, coefficients, residuals }: Solved): Float64Array => {
    const results = slopes(x, coefficients, weighed(residuals, rootWeights));
    const columns = new Float64Array(n * p);
    for (let j = 0; j < p; j++) {
      const column = weighed(results[j] as ArrayLike<number>, rootWeights);
      applyTransposedQ(factor, column);
      const pull = turnedAdjoint(factor, results[p + j] as ArrayLike<number>);
      for (let i = 0; i < factor.rank; i++) column[i] = -at(pull, i);
      columns.set(column, j * n);
    }
    return columns;
  };

  const problem: SeparableProblem & FailureRecord = {
    dimension: p,
    evaluations,
    lower,
    upper,
    robust: false,
    lastFailure: "",
    linearize: (x, from) =>
      attempt(problem, signal, () => {
        evaluations.values++;
        evaluations.gradients++;
        const solved = solve(x);
        if (solved === undefined) {
          problem.lastFailure = "a function of the basis is not finite";
          return undefined;
        }
        const square = dot(solved.turned, solved.turned);
        const costs = { x, value: 0.5 * square, residualSumOfSquares: square, firstValue: from?.firstValue };
        const turned = { residuals: solved.turned, columns: turnedJacobian(x, solved) };
        const linearization = fromColumns(costs, turned, false);
        problem.lastFailure = whyNot(linearization, undefined);
        return problem.lastFailure === "" ? linearization : undefined;
      }),
    acceleration: () => undefined,
    residuals: (x) => problem.fit(x),
    jacobian: (x) => {
      const solved = solve(x);
      if (solved === undefined) return undefined;
      const columns = turnedJacobian(x, solved);
      for (let j = 0; j < p; j++) applyQ(solved.factor, columns.subarray(j * n, j * n + n));
      return columns;
    },
    fit: solve,
  };
  return problem;
}

/** A copy with every element times the root of its weight. */
function weighed(vector: ArrayLike<number>, rootWeights: Float64Array | undefined): Float64Array {
  const product = new Float64Array(vector);
  if (rootWeights !== undefined)
    for (let i = 0; i < product.length; i++) product[i] = at(product, i) * at(rootWeights, i);
  return product;
}
