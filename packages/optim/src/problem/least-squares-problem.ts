import { cast, jvp, tensor, Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { allFinite, at, dot, epsilon, norm } from "../linalg/vector.ts";
import { semidefiniteRoot } from "../linalg/cholesky.ts";
import { triangularize } from "../linalg/triangularize.ts";
import type { Evaluations } from "../solution.ts";
import { makeAttempts } from "./attempt.ts";
import { compiledOrPlain } from "./compiled.ts";
import type { Packing } from "./packing.ts";
import { noEvaluations, type ProblemOptions } from "./scalar-problem.ts";

/**
 * Everything a least-squares method knows about one point: the residuals r and their Jacobian J, reduced to a p × p
 * problem with the same geometry, ‖J δ + r‖² = ‖R δ + z‖² + rest.
 */
export interface Linearization {
  readonly x: Float64Array;
  /** Half the sum of squares of the residuals. */
  readonly value: number;
  /** Jᵀ r */
  readonly gradient: Float64Array;
  /** ‖J_j‖ for every parameter. */
  readonly columnNorms: Float64Array;
  /** R, column-major [rows, p], RᵀR = JᵀJ. */
  readonly root: Float64Array;
  /** z with Rᵀz = Jᵀr. */
  readonly transformed: Float64Array;
  readonly rows: number;
  /** Sum of squares where the walk began: beside it, residuals of its rounding error are none. */
  readonly firstSquare: number;
  /** r and J (column-major [n, p]) when they were kept; without them JᵀJ was summed on the way. */
  readonly kept?: { readonly residuals: Float64Array; readonly columns: Float64Array };
}

/** A least-squares problem on flat points: what `levenbergMarquardt` walks on. */
export interface LeastSquaresProblem {
  readonly dimension: number;
  readonly evaluations: Evaluations;
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
  /** Why the last evaluation failed. */
  readonly lastFailure: string;
  /**
   * Residuals and exact Jacobian, or undefined when something is not finite or the function threw.
   *
   * @param firstSquare sum of squares where the walk began; left out at the start itself
   */
  linearize(x: Float64Array, firstSquare?: number): Linearization | undefined;
  /** Jᵀ times the second directional derivative of the residuals along `velocity`; undefined when not finite. */
  acceleration(here: Linearization, velocity: Float64Array): Float64Array | undefined;
  /** The residuals alone. */
  residuals(x: Float64Array): Float64Array;
}

/** How the linear systems are solved: by QR of J, which is kept, or by the normal equations, summed on the fly. */
export type LinearSolver = "qr" | "normal";

/**
 * Entries of J (residuals × parameters) up to which it is kept and factored. Above, one fused pass over the data sums
 * the cost, Jᵀr and JᵀJ, so that memory stays O(p²).
 */
export const keptEntries: number = 2e6;

interface Options extends ProblemOptions {
  readonly linearSolver?: LinearSolver | undefined;
  readonly lower?: Float64Array | undefined;
  readonly upper?: Float64Array | undefined;
}

/** ‖r‖², Jᵀr and the lower triangle of JᵀJ, row by row. */
interface Sums {
  readonly square: Tensor;
  readonly gradient: readonly Tensor[];
  readonly products: readonly Tensor[];
}

type Pass = { readonly residuals: Tensor; readonly columns: readonly Tensor[] } | Sums;

/** The flat problem of a function from trees of tensors to residuals. */
export function leastSquaresProblem(
  residualFunction: (x: never) => Tensor,
  packing: Packing,
  { signal, compile = true, linearSolver, lower, upper }: Options = {},
): LeastSquaresProblem {
  const p = packing.dimension;
  const evaluations = noEvaluations();
  const one = tensor(1);

  const ofLeaves = (leaves: readonly Tensor[]): Tensor => {
    const r: unknown = residualFunction(packing.rebuild(leaves) as never);
    if (!(r instanceof Tensor) || (r.dtype !== "f64" && r.dtype !== "f32"))
      throw new OptimizationError(
        `the residual function must return a tensor of floating-point residuals: ${r instanceof Tensor ? r.dtype : String(r)}`,
      );
    if (r.size === 0)
      throw new OptimizationError("there are no residuals: the residual function returned an empty tensor");
    const double = r.dtype === "f64" ? r : cast(r, "f64");
    return double.shape.length === 1 ? double : double.reshape([double.size]);
  };

  const keeps = (n: number): boolean =>
    linearSolver === undefined ? n * p <= keptEntries : linearSolver === "qr";

  const pass = compiledOrPlain((unit: Tensor, leaves: Tensor[]): Pass => {
    const { residuals, columns } = tangents(ofLeaves, leaves, unit, packing);
    if (keeps(residuals.size)) return { residuals, columns };
    const products: Tensor[] = [];
    columns.forEach((column, j) => {
      for (let k = 0; k <= j; k++) products.push(column.mul(columns[k] as Tensor).sum());
    });
    return {
      square: residuals.mul(residuals).sum(),
      gradient: columns.map((column) => column.mul(residuals).sum()),
      products,
    };
  }, compile);

  const secondDerivative = (leaves: Tensor[], velocity: Tensor[]): Tensor =>
    jvp((point: Tensor[]) => jvp(ofLeaves)(point, velocity)[1])(leaves, velocity)[1];

  const bend = compiledOrPlain((unit: Tensor, leaves: Tensor[], velocity: Tensor[]): Tensor[] => {
    const curvature = secondDerivative(leaves, velocity);
    if (keeps(curvature.size)) return [curvature];
    return tangents(ofLeaves, leaves, unit, packing).columns.map((column) => column.mul(curvature).sum());
  }, compile);

  const plainResiduals = compiledOrPlain(ofLeaves, compile);

  const attempts = makeAttempts(signal);

  return {
    dimension: p,
    evaluations,
    lower,
    upper,
    get lastFailure() {
      return attempts.lastFailure;
    },
    linearize: (x, firstSquare) =>
      attempts.run(() => {
        evaluations.values++;
        evaluations.gradients++;
        const result = pass(one, packing.leaves(x));
        const linearization =
          "residuals" in result
            ? fromColumns(x, result.residuals.data as Float64Array, result.columns, firstSquare)
            : fromSums(x, result, firstSquare);
        if (!Number.isFinite(linearization.value)) attempts.lastFailure = firstFailure(linearization);
        else if (!allFinite(linearization.root) || !allFinite(linearization.gradient))
          attempts.lastFailure = "a derivative of the residuals is not finite";
        return attempts.lastFailure === "" ? linearization : undefined;
      }),
    acceleration: (here, velocity) =>
      attempts.run(() => {
        evaluations.hessians++;
        const result = bend(one, packing.leaves(here.x), packing.leaves(velocity));
        let gradient: Float64Array;
        if (here.kept) {
          const curvature = (result[0] as Tensor).data as Float64Array;
          const n = curvature.length;
          const { columns } = here.kept;
          gradient = Float64Array.from({ length: p }, (_, j) =>
            dot(columns.subarray(j * n, j * n + n), curvature),
          );
        } else gradient = Float64Array.from(result, (sum) => sum.item());
        return allFinite(gradient) ? gradient : undefined;
      }),
    residuals: (x) => plainResiduals(packing.leaves(x)).toTypedArray() as Float64Array,
  };
}

/**
 * The residuals and, for each parameter, their derivative with respect to it, by forward mode along the axes.
 *
 * @param unit the number 1, as an argument of what is compiled: with a constant in its place, everything that only
 * depends on data and on the direction would be computed beforehand into arrays as long as the data
 */
function tangents(
  residualsOf: (leaves: readonly Tensor[]) => Tensor,
  leaves: readonly Tensor[],
  unit: Tensor,
  packing: Packing,
): { residuals: Tensor; columns: Tensor[] } {
  let residuals: Tensor | undefined;
  const columns: Tensor[] = [];
  packing.places.forEach(({ size, shape }, k) => {
    // Only this leaf is a variable, so no zero tangents of the others are carried along.
    const ofLeaf = (leaf: Tensor): Tensor => residualsOf(leaves.map((other, i) => (i === k ? leaf : other)));
    for (let element = 0; element < size; element++) {
      const direction = shape.length === 0 ? unit : tensor(oneHot(size, element), { shape }).mul(unit);
      const [value, tangent] = jvp(ofLeaf)(leaves[k] as Tensor, direction);
      residuals ??= value;
      columns.push(tangent);
    }
  });
  return { residuals: residuals as Tensor, columns };
}

function oneHot(size: number, element: number): Float64Array {
  const direction = new Float64Array(size);
  direction[element] = 1;
  return direction;
}

function fromColumns(
  x: Float64Array,
  residuals: Float64Array,
  tensors: readonly Tensor[],
  firstSquare: number | undefined,
): Linearization {
  const [n, p] = [residuals.length, tensors.length];
  const columns = new Float64Array(n * p);
  tensors.forEach((column, j) => columns.set(column.data, j * n));
  const each = tensors.map((_, j) => columns.subarray(j * n, j * n + n));
  const square = dot(residuals, residuals);
  return {
    x,
    value: 0.5 * square,
    firstSquare: firstSquare ?? square,
    gradient: Float64Array.from(each, (column) => dot(column, residuals)),
    columnNorms: Float64Array.from(each, norm),
    ...triangularize(columns, residuals, n, p),
    kept: { residuals, columns },
  };
}

function fromSums(
  x: Float64Array,
  { square: squareSum, gradient: gradientSums, products }: Sums,
  given: number | undefined,
): Linearization {
  const p = gradientSums.length;
  const square = squareSum.item();
  const firstSquare = given ?? square;
  const gradient = Float64Array.from(gradientSums, (sum) => sum.item());
  const matrix = new Float64Array(p * p);
  let next = 0;
  for (let j = 0; j < p; j++) {
    for (let k = 0; k <= j; k++) {
      const sum = (products[next++] as Tensor).item();
      matrix[j * p + k] = sum;
      matrix[k * p + j] = sum;
    }
  }
  const length = Math.sqrt(square);
  const noise = length > epsilon * Math.sqrt(firstSquare) ? 100 * p * epsilon * length : Infinity;
  const { root, transformed, rank } = allFinite(matrix)
    ? semidefiniteRoot(matrix, p, gradient, noise)
    : { root: Float64Array.of(NaN), transformed: new Float64Array(), rank: 0 };
  return {
    x,
    value: 0.5 * square,
    gradient,
    columnNorms: Float64Array.from({ length: p }, (_, j) => Math.sqrt(at(matrix, j * p + j))),
    root,
    transformed,
    rows: rank,
    firstSquare,
  };
}

function firstFailure({ kept, value }: Linearization): string {
  const index = kept?.residuals.findIndex((residual) => !Number.isFinite(residual)) ?? -1;
  return index < 0 ? `the sum of squares is ${value}` : `residual ${index} is ${kept?.residuals[index]}`;
}
