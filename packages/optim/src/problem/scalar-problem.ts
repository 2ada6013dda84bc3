import { hessian, hvp, Tensor, valueAndGrad } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { allFinite, entry } from "../linalg/vector.ts";
import type { Evaluations } from "../solution.ts";
import type { StopSignal } from "./aborted.ts";
import { attempt, type FailureRecord } from "./attempt.ts";
import type { Packing } from "./packing.ts";
import { programsFor } from "./prepared.ts";
import { program, type Program } from "./program.ts";

/** Value and gradient at one point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A scalar function of a flat point with exact derivatives, perhaps in a box: what minimisation methods walk on. */
export interface ScalarProblem {
  readonly dimension: number;
  readonly evaluations: Evaluations;
  /** Bounds of the point, [n]; −Infinity and Infinity where there is none. Methods never evaluate outside. */
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
  /** The value alone, or undefined when it is not finite or the function threw. */
  value(x: Float64Array): number | undefined;
  /** Value and gradient, or undefined when one of them is not finite or the function threw. */
  evaluate(x: Float64Array): Evaluation | undefined;
  /** Symmetric, row-major [n, n]; undefined when an element is not finite. */
  hessian(x: Float64Array): Float64Array | undefined;
  /** ∇²f(x) v, without the Hessian; undefined when an element is not finite. */
  hessianProduct(x: Float64Array, v: Float64Array): Float64Array | undefined;
  /** Why the last evaluation failed. */
  readonly lastFailure: string;
}

/** The failure of a value that ran off downhill. */
export const infiniteDescent = "the value is -Infinity";

/** Settings of a problem that do not depend on the method. */
export interface ProblemOptions {
  readonly signal?: StopSignal | undefined;
  readonly compile?: boolean | undefined;
}

interface Options extends ProblemOptions {
  readonly lower?: Float64Array | undefined;
  readonly upper?: Float64Array | undefined;
}

type Leaves = readonly Tensor[];

const noPrograms: readonly (Program | undefined)[] = [];

/** The flat problem of a function on trees of tensors. */
export function scalarProblem(
  f: (x: never) => Tensor,
  packing: Packing,
  { signal, compile = true, lower, upper }: Options = {},
): ScalarProblem {
  const { dimension: n, places } = packing;
  const evaluations = noEvaluations();
  const find = programsFor(f, packing, compile);
  const ofLeaves = (leaves: Leaves): Tensor => scalar(f(packing.rebuild(leaves) as never));
  let [valueOnly, first, second, along] = noPrograms;
  const makeFirst = (): Program =>
    find("gradient", () =>
      program(
        (leaves) => {
          const [value, gradient] = valueAndGrad(ofLeaves)(leaves) as unknown as readonly [Tensor, Leaves];
          return [value, ...gradient];
        },
        packing,
        compile,
      ),
    );
  const makeValue = (): Program =>
    find("value", () => program((leaves) => [ofLeaves(leaves)], packing, compile));
  const makeSecond = (): Program =>
    find("hessian", () => program((leaves) => hessian(ofLeaves)(leaves).flat(), packing, compile));
  const makeAlong = (): Program =>
    find("hessian product", () =>
      program((leaves, direction) => hvp(ofLeaves)(leaves, direction), packing, compile),
    );

  const problem: ScalarProblem & FailureRecord = {
    dimension: n,
    evaluations,
    lower,
    upper,
    lastFailure: "",
    value: (x) =>
      attempt(problem, signal, () => {
        evaluations.values++;
        const value = entry((valueOnly ??= makeValue())(x)[0] as ArrayLike<number>, 0);
        if (Number.isFinite(value)) return value;
        problem.lastFailure = `the value is ${value}`;
        return undefined;
      }),
    evaluate: (x) =>
      attempt(problem, signal, () => {
        evaluations.values++;
        evaluations.gradients++;
        const results = (first ??= makeFirst())(x);
        const value = entry(results[0] as ArrayLike<number>, 0);
        const gradient = flat(results, 1, packing);
        if (!Number.isFinite(value)) problem.lastFailure = `the value is ${value}`;
        else if (!allFinite(gradient)) problem.lastFailure = "the gradient is not finite";
        return problem.lastFailure === "" ? { value, gradient } : undefined;
      }),
    hessian: (x) =>
      attempt(problem, signal, () => {
        evaluations.hessians++;
        const blocks = (second ??= makeSecond())(x);
        const matrix = new Float64Array(n * n);
        places.forEach((row, i) => {
          places.forEach((column, j) => {
            const block = blocks[i * places.length + j] as ArrayLike<number>;
            for (let a = 0; a < row.size; a++) {
              for (let b = 0; b < column.size; b++)
                matrix[(row.from + a) * n + column.from + b] = entry(block, a * column.size + b);
            }
          });
        });
        if (allFinite(matrix)) return matrix;
        problem.lastFailure = "the Hessian is not finite";
        return undefined;
      }),
    hessianProduct: (x, v) =>
      attempt(problem, signal, () => {
        evaluations.hessianProducts++;
        const product = flat((along ??= makeAlong())(x, v), 0, packing);
        if (allFinite(product)) return product;
        problem.lastFailure = "a second derivative is not finite";
        return undefined;
      }),
  };
  return problem;
}

export function noEvaluations(): Evaluations {
  return { values: 0, gradients: 0, hessians: 0, hessianProducts: 0 };
}

/** A flat copy of the results from index `from` on, one for each leaf. */
function flat(
  results: readonly ArrayLike<number>[],
  from: number,
  { dimension, places }: Packing,
): Float64Array {
  const vector = new Float64Array(dimension);
  for (let k = 0; k < places.length; k++) {
    const place = places[k] as Packing["places"][number];
    const leaf = results[from + k] as ArrayLike<number>;
    if (place.size === 1) vector[place.from] = entry(leaf, 0);
    else vector.set(leaf, place.from);
  }
  return vector;
}

/** What a function to minimise returned, as a tensor of shape []. */
export function scalar(value: unknown): Tensor {
  if (!(value instanceof Tensor) || value.size !== 1)
    throw new OptimizationError(
      `the function to minimise must return a scalar tensor: ${
        value instanceof Tensor ? `it returns shape [${value.shape.join(", ")}]` : String(value)
      }`,
    );
  return value.shape.length === 0 ? value : value.reshape([]);
}
