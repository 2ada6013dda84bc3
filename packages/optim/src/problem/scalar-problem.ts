import { hessian, Tensor, valueAndGrad } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { allFinite, at } from "../linalg/vector.ts";
import type { Evaluations } from "../solution.ts";
import type { StopSignal } from "./aborted.ts";
import { makeAttempts } from "./attempt.ts";
import { compiledOrPlain } from "./compiled.ts";
import type { Packing } from "./packing.ts";

/** Value and gradient at one point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A scalar function of a flat point with exact derivatives: what minimisation methods walk on. */
export interface ScalarProblem {
  readonly dimension: number;
  readonly evaluations: Evaluations;
  /** Value and gradient, or undefined when one of them is not finite or the function threw. */
  evaluate(x: Float64Array): Evaluation | undefined;
  /** Symmetric, row-major [n, n]; undefined when an element is not finite. */
  hessian(x: Float64Array): Float64Array | undefined;
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

/** The flat problem of a function on trees of tensors. */
export function scalarProblem(
  f: (x: never) => Tensor,
  packing: Packing,
  { signal, compile = true }: ProblemOptions = {},
): ScalarProblem {
  const { dimension: n, places } = packing;
  const evaluations: Evaluations = { values: 0, gradients: 0, hessians: 0 };
  const ofLeaves = (leaves: Tensor[]): Tensor => {
    const value: unknown = f(packing.rebuild(leaves) as never);
    if (!(value instanceof Tensor) || value.size !== 1)
      throw new OptimizationError(
        `the function to minimise must return a scalar tensor: ${
          value instanceof Tensor ? `it returns shape [${value.shape.join(", ")}]` : String(value)
        }`,
      );
    return value.shape.length === 0 ? value : value.reshape([]);
  };
  const first = compiledOrPlain(
    (leaves: Tensor[]) => valueAndGrad(ofLeaves)(leaves) as unknown as readonly [Tensor, readonly Tensor[]],
    compile,
  );
  const second = compiledOrPlain(
    (leaves: Tensor[]) => hessian(ofLeaves)(leaves) as unknown as readonly (readonly Tensor[])[],
    compile,
  );

  const attempts = makeAttempts(signal);

  return {
    dimension: n,
    evaluations,
    get lastFailure() {
      return attempts.lastFailure;
    },
    evaluate: (x) =>
      attempts.run(() => {
        evaluations.values++;
        evaluations.gradients++;
        const [valueTensor, gradientLeaves] = first(packing.leaves(x));
        const value = valueTensor.item();
        const gradient = packing.flatten(gradientLeaves);
        if (!Number.isFinite(value)) attempts.lastFailure = `the value is ${value}`;
        else if (!allFinite(gradient)) attempts.lastFailure = "the gradient is not finite";
        return attempts.lastFailure === "" ? { value, gradient } : undefined;
      }),
    hessian: (x) =>
      attempts.run(() => {
        evaluations.hessians++;
        const blocks = second(packing.leaves(x));
        const matrix = new Float64Array(n * n);
        places.forEach((row, i) => {
          places.forEach((column, j) => {
            const block = (blocks[i]?.[j] as Tensor).data;
            for (let a = 0; a < row.size; a++) {
              for (let b = 0; b < column.size; b++)
                matrix[(row.from + a) * n + column.from + b] = at(block, a * column.size + b);
            }
          });
        });
        if (allFinite(matrix)) return matrix;
        attempts.lastFailure = "the Hessian is not finite";
        return undefined;
      }),
  };
}
