import { concatenate, hessian, jacobian, Tensor, treeLeaves } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { allFinite, entry } from "../linalg/vector.ts";
import { attempt, type FailureRecord } from "../problem/attempt.ts";
import type { Packing } from "../problem/packing.ts";
import { programsFor } from "../problem/prepared.ts";
import { program } from "../problem/program.ts";
import { noEvaluations, type ProblemOptions } from "../problem/scalar-problem.ts";
import type { Evaluations } from "../solution.ts";

/** A system at one point: F(x) and its Jacobian. */
export interface LinearSystem {
  readonly x: Float64Array;
  /** F(x), [n] */
  readonly residuals: Float64Array;
  /** J = ∂F/∂x, row-major [n, n] */
  readonly jacobian: Float64Array;
}

/** As many equations as unknowns, F(x) = 0, on flat points with exact derivatives: what root finders walk on. */
export interface SystemProblem {
  readonly dimension: number;
  readonly evaluations: Evaluations;
  /** F(x), or undefined when an element is not finite or the function threw. */
  residuals(x: Float64Array): Float64Array | undefined;
  /** F(x) with its Jacobian, or undefined when an element is not finite or the function threw. */
  linearize(x: Float64Array): LinearSystem | undefined;
  /** F″(x) of one equation in one unknown; undefined when not finite. */
  secondDerivative(x: Float64Array): number | undefined;
  /** Why the last evaluation failed. */
  readonly lastFailure: string;
}

type Leaves = readonly Tensor[];

/** The flat problem of a function from trees of tensors to as many numbers, in a tensor or a tree of tensors. */
export function systemProblem(
  f: (x: never) => unknown,
  packing: Packing,
  { signal, compile = true }: ProblemOptions = {},
): SystemProblem {
  const n = packing.dimension;
  const evaluations = noEvaluations();
  const ofLeaves = (leaves: Leaves): Tensor => vectorOf(f(packing.rebuild(leaves) as never), n);
  const find = programsFor(f, packing, compile);
  const values = find("system", () => program((leaves) => [ofLeaves(leaves)], packing, compile));
  const first = find("system jacobian", () =>
    program((leaves) => [ofLeaves(leaves), ...jacobian(ofLeaves)(leaves)], packing, compile),
  );
  const second = find("system second derivative", () =>
    program(
      (leaves) => hessian((point: Leaves) => ofLeaves(point).reshape([]))(leaves).flat(),
      packing,
      compile,
    ),
  );
  /** A copy of the residuals, or undefined when one is not finite. */
  const checked = (results: ArrayLike<number>): Float64Array | undefined => {
    const residuals = Float64Array.from(results);
    const bad = residuals.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return residuals;
    problem.lastFailure = n === 1 ? `the value is ${residuals[0]}` : `equation ${bad} is ${residuals[bad]}`;
    return undefined;
  };

  const problem: SystemProblem & FailureRecord = {
    dimension: n,
    evaluations,
    lastFailure: "",
    residuals: (x) =>
      attempt(problem, signal, () => {
        evaluations.values++;
        return checked(values(x)[0] as ArrayLike<number>);
      }),
    linearize: (x) =>
      attempt(problem, signal, () => {
        evaluations.values++;
        evaluations.gradients++;
        const results = first(x);
        const residuals = checked(results[0] as ArrayLike<number>);
        if (residuals === undefined) return undefined;
        const matrix = new Float64Array(n * n);
        packing.places.forEach(({ from, size }, k) => {
          const block = results[k + 1] as ArrayLike<number>;
          for (let i = 0; i < n; i++)
            for (let j = 0; j < size; j++) matrix[i * n + from + j] = entry(block, i * size + j);
        });
        if (allFinite(matrix)) return { x, residuals, jacobian: matrix };
        problem.lastFailure = "a derivative is not finite";
        return undefined;
      }),
    secondDerivative: (x) =>
      attempt(problem, signal, () => {
        evaluations.hessians++;
        const value = entry(second(x)[0] as ArrayLike<number>, 0);
        if (Number.isFinite(value)) return value;
        problem.lastFailure = `the second derivative is ${value}`;
        return undefined;
      }),
  };
  return problem;
}

/** The values of a tensor, or of a tree of tensors, one after another: [n]. */
function vectorOf(value: unknown, n: number): Tensor {
  const leaves = value instanceof Tensor ? [value] : treeLeaves(value);
  const size = leaves.reduce((sum, leaf) => sum + leaf.size, 0);
  if (size !== n)
    throw new OptimizationError(
      `the function must return as many values as there are unknowns, which is ${n}: it returns ${size}`,
    );
  const flat = leaves.map((leaf) => leaf.reshape([leaf.size]));
  return flat.length === 1 ? (flat[0] as Tensor) : concatenate(flat);
}
