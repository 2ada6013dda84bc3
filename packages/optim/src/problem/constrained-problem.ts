import {
  cast,
  concatenate,
  hessian,
  hvp,
  linearize,
  stack,
  tensor,
  Tensor,
  valueAndGrad,
  vjp,
  zeros,
} from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { allFinite, at, entry } from "../linalg/vector.ts";
import type { Evaluations } from "../solution.ts";
import { attempt, type FailureRecord } from "./attempt.ts";
import type { Packing } from "./packing.ts";
import { programsFor } from "./prepared.ts";
import { program, wholeVector } from "./program.ts";
import { noEvaluations, scalar, type Evaluation, type ProblemOptions } from "./scalar-problem.ts";

/** Everything of first order at one point. Jacobians are row-major, one row per constraint. */
export interface ConstrainedEvaluation extends Evaluation {
  /** c_E, [mE] */
  readonly equalities: Float64Array;
  /** c_I, [mI] */
  readonly inequalities: Float64Array;
  /** [mE, n] */
  readonly equalityJacobian: Float64Array;
  /** [mI, n] */
  readonly inequalityJacobian: Float64Array;
}

/** Weights of the Lagrangian σ f − λᵀc_E − μᵀc_I. */
export interface LagrangianWeights {
  /** σ */
  readonly objective: number;
  /** λ, [mE] */
  readonly equalities: Float64Array;
  /** μ, [mI] */
  readonly inequalities: Float64Array;
}

/**
 * min f(x) subject to c_E(x) = 0, c_I(x) ≥ 0 and l ≤ x ≤ u, on flat points with exact derivatives: what methods for
 * constraints walk on.
 */
export interface ConstrainedProblem {
  readonly dimension: number;
  /** One pass over f and the constraints counts as one. */
  readonly evaluations: Evaluations;
  /** Bounds of the point, [n]; −Infinity and Infinity where there is none. Methods never evaluate outside. */
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
  /** Values, gradient and Jacobians in one pass, or undefined when something is not finite or a function threw. */
  evaluate(x: Float64Array): ConstrainedEvaluation | undefined;
  /** σ ∇²f − Σ λᵢ ∇²c_Eᵢ − Σ μᵢ ∇²c_Iᵢ, row-major [n, n]; undefined when an element is not finite. */
  hessian(x: Float64Array, weights: LagrangianWeights): Float64Array | undefined;
  /** That matrix times v, without the matrix; undefined when an element is not finite. */
  hessianProduct(x: Float64Array, v: Float64Array, weights: LagrangianWeights): Float64Array | undefined;
  /** Why the last evaluation failed. */
  readonly lastFailure: string;
}

/** A function and its constraints, on trees of tensors. */
export interface ConstrainedFunctions {
  readonly objective: (x: never) => Tensor;
  readonly equalities?: ((x: never) => Tensor) | undefined;
  readonly inequalities?: ((x: never) => Tensor) | undefined;
}

interface Options extends ProblemOptions {
  readonly lower?: Float64Array | undefined;
  readonly upper?: Float64Array | undefined;
}

type Leaves = readonly Tensor[];
type OfLeaves = (leaves: Leaves) => Tensor;

/** The flat problem of functions on trees of tensors. */
export function constrainedProblem(
  functions: ConstrainedFunctions,
  packing: Packing,
  { signal, compile = true, lower, upper }: Options = {},
): ConstrainedProblem {
  const n = packing.dimension;
  const { objective, equalities, inequalities } = functions;
  const f: OfLeaves = (leaves) => scalar(objective(packing.rebuild(leaves) as never));
  const [cE, cI] = [equalities, inequalities].map(
    (c, k): OfLeaves | undefined =>
      c && ((leaves) => vector(c(packing.rebuild(leaves) as never), k === 0 ? "equalities" : "inequalities")),
  );
  const constraints = [cE, cI].filter((c) => c !== undefined);
  const evaluations = noEvaluations();
  const find = programsFor(objective, packing, compile, [equalities, inequalities]);

  const first = find("constrained", () =>
    program(
      (leaves) => {
        const [value, gradient] = valueAndGrad(f)(leaves) as unknown as readonly [Tensor, Leaves];
        return [value, ...gradient, ...constraints.flatMap((c) => valueAndRows(c, leaves))];
      },
      packing,
      compile,
    ),
  );

  /** σ f − λᵀc_E − μᵀc_I, its weights one after another in one vector. */
  const lagrangian = (leaves: Leaves, [weights]: Leaves): Tensor =>
    concatenate([f(leaves).reshape([1]), ...constraints.map((c) => c(leaves).neg())])
      .mul(weights as Tensor)
      .sum();
  const second = find("constrained hessian", () =>
    program(
      (leaves, weights) => hessian(lagrangian)(leaves, weights).flat(),
      [packing, wholeVector],
      compile,
    ),
  );
  const along = find("constrained hessian product", () =>
    program(
      (leaves, direction, weights) => hvp(lagrangian)(leaves, direction, weights),
      [packing, packing, wholeVector],
      compile,
    ),
  );

  const problem: ConstrainedProblem & FailureRecord = {
    dimension: n,
    evaluations,
    lower,
    upper,
    lastFailure: "",
    evaluate: (x) =>
      attempt(problem, signal, () => {
        evaluations.values++;
        evaluations.gradients++;
        const results = first(x);
        const leaves = packing.places.length;
        let next = 1 + leaves;
        const take = (c: OfLeaves | undefined): readonly [Float64Array, Float64Array] => {
          if (c === undefined) return [new Float64Array(), new Float64Array()];
          const values = Float64Array.from(results[next++] as ArrayLike<number>);
          const jacobian = rowMajor(results.slice(next, next + leaves), values.length, packing);
          next += leaves;
          return [values, jacobian];
        };
        const value = entry(results[0] as ArrayLike<number>, 0);
        const gradient = rowMajor(results.slice(1, 1 + leaves), 1, packing);
        const [equalityValues, equalityJacobian] = take(cE);
        const [inequalityValues, inequalityJacobian] = take(cI);
        problem.lastFailure = failureOf(value, gradient, [
          ["equality", equalityValues, equalityJacobian],
          ["inequality", inequalityValues, inequalityJacobian],
        ]);
        if (problem.lastFailure !== "") return undefined;
        return {
          value,
          gradient,
          equalities: equalityValues,
          inequalities: inequalityValues,
          equalityJacobian,
          inequalityJacobian,
        };
      }),
    hessian: (x, weights) =>
      attempt(problem, signal, () => {
        evaluations.hessians++;
        const blocks = second(x, stacked(weights));
        const matrix = new Float64Array(n * n);
        packing.places.forEach((row, i) => {
          const rows = blocks.slice(i * packing.places.length, (i + 1) * packing.places.length);
          matrix.set(rowMajor(rows, row.size, packing), row.from * n);
        });
        if (allFinite(matrix)) return matrix;
        problem.lastFailure = "the Hessian of the Lagrangian is not finite";
        return undefined;
      }),
    hessianProduct: (x, v, weights) =>
      attempt(problem, signal, () => {
        evaluations.hessianProducts++;
        const product = rowMajor(along(x, v, stacked(weights)), 1, packing);
        if (allFinite(product)) return product;
        problem.lastFailure = "a second derivative is not finite";
        return undefined;
      }),
  };
  return problem;
}

function stacked({ objective, equalities, inequalities }: LagrangianWeights): Float64Array {
  const weights = new Float64Array(1 + equalities.length + inequalities.length);
  weights[0] = objective;
  weights.set(equalities, 1);
  weights.set(inequalities, 1 + equalities.length);
  return weights;
}

/**
 * The values of a constraint function and, leaf by leaf, its Jacobian, from one call of it: by forward mode, a sweep per
 * parameter, or by reverse mode, a sweep per value, whichever takes fewer.
 */
function valueAndRows(c: OfLeaves, leaves: Leaves): Tensor[] {
  const [values, push] = linearize(c as (x: unknown) => Tensor, leaves as never) as unknown as [
    Tensor,
    (tangents: Leaves) => Tensor,
  ];
  const m = values.size;
  const none = leaves.map(({ shape }) => zeros(shape));
  const parameters = leaves.reduce((sum, { size }) => sum + size, 0);
  if (parameters <= m)
    return [
      values,
      ...leaves.map((leaf, k) =>
        stack(
          Array.from({ length: leaf.size }, (_, element) =>
            push(none.map((zero, j) => (j === k ? unit(element, leaf.shape) : zero))),
          ),
          1,
        ),
      ),
    ];
  const pullBack = vjp(push as (x: unknown) => Tensor)(none as never)[1] as unknown as (
    seed: Tensor,
  ) => Leaves;
  const rows = Array.from({ length: m }, (_, i) => pullBack(unit(i, [m])));
  return [
    values,
    ...leaves.map((leaf, k) => stack(rows.map((row) => (row[k] as Tensor).reshape([leaf.size])))),
  ];
}

/** A tensor that is 1 at one element and 0 elsewhere. */
function unit(element: number, shape: readonly number[]): Tensor {
  const data = new Float64Array(shape.reduce((size, extent) => size * extent, 1));
  data[element] = 1;
  return shape.length === 0 ? tensor(1) : tensor(data, { shape });
}

/** Blocks [m, size of the leaf], one for each leaf, side by side as one row-major [m, n]. */
function rowMajor(
  blocks: readonly ArrayLike<number>[],
  m: number,
  { dimension: n, places }: Packing,
): Float64Array {
  const matrix = new Float64Array(m * n);
  places.forEach(({ from, size }, k) => {
    const block = blocks[k] as ArrayLike<number>;
    for (let i = 0; i < m; i++)
      for (let j = 0; j < size; j++) matrix[i * n + from + j] = entry(block, i * size + j);
  });
  return matrix;
}

function failureOf(
  value: number,
  gradient: Float64Array,
  constraints: readonly (readonly [kind: string, values: Float64Array, jacobian: Float64Array])[],
): string {
  if (!Number.isFinite(value)) return `the value is ${value}`;
  if (!allFinite(gradient)) return "the gradient is not finite";
  for (const [kind, values, jacobian] of constraints) {
    const wrong = values.findIndex((c) => !Number.isFinite(c));
    if (wrong >= 0) return `${kind} ${wrong} is ${at(values, wrong)}`;
    if (!allFinite(jacobian)) return `a derivative of the ${kind} constraints is not finite`;
  }
  return "";
}

/** The values of a constraint function as one vector of doubles. */
function vector(values: unknown, which: string): Tensor {
  if (!(values instanceof Tensor) || (values.dtype !== "f64" && values.dtype !== "f32"))
    throw new OptimizationError(
      `${which} must return a tensor of floating-point values: ${values instanceof Tensor ? values.dtype : String(values)}`,
    );
  if (values.size === 0)
    throw new OptimizationError(
      `${which} must return at least one value, or be left out: found an empty tensor`,
    );
  return (values.dtype === "f64" ? values : cast(values, "f64")).reshape([values.size]);
}
