import type { Tensor } from "@steepest/autodiff";
import { drain, type DrainOptions } from "./drain.ts";
import { OptimizationError } from "./errors.ts";
import { bfgs } from "./methods/bfgs.ts";
import type { MinimizeMethod } from "./methods/method.ts";
import { packStart, type TensorsOf } from "./problem/packing.ts";
import { scalarProblem } from "./problem/scalar-problem.ts";
import type { Solution, Tolerances } from "./solution.ts";

/** Options of {@link minimize}. */
export interface MinimizeOptions extends DrainOptions, Partial<Tolerances> {
  /** Default: {@link bfgs}. */
  method?: MinimizeMethod;
  /** False evaluates `f` step by step instead of compiling it, for a function that is not pure. */
  compile?: boolean;
}

export const defaultTolerances: Tolerances = { gradientTolerance: 1e-8 };

/**
 * A local minimum of a scalar function, found from `x0` with exact derivatives.
 *
 * It has converged when the relative gradient max |gᵢ| max(|xᵢ|, 1) / max(|f|, 1) is within `gradientTolerance`
 * (1e-8). A function value, gradient or Hessian that is not finite, or a function that throws, is a rejected step.
 *
 * @param f pure function of a tree of tensors like `x0`, returning a scalar tensor
 * @param x0 start: numbers, tensors, or arrays and records of them; computed with in f64
 * @throws {OptimizationError} for a start that is not finite or a function that does not return a scalar
 */
export function minimize<const X>(
  f: (x: TensorsOf<X>) => Tensor,
  x0: X,
  options: MinimizeOptions = {},
): Solution<TensorsOf<X>> {
  const method = options.method ?? bfgs();
  const { packing, start } = packStart(x0);
  const problem = scalarProblem(f, packing, { signal: options.signal, compile: options.compile });
  const walk = method.walk(problem, start, checkedTolerances(options, defaultTolerances));
  const { step, iterations, finish, history } = drain(walk, options, method.defaultIterations);
  return {
    x: packing.rebuild(packing.leaves(step?.x ?? start)) as TensorsOf<X>,
    value: step?.value ?? NaN,
    gradientNorm: step?.gradientNorm ?? NaN,
    iterations,
    evaluations: problem.evaluations.values,
    gradientEvaluations: problem.evaluations.gradients,
    hessianEvaluations: problem.evaluations.hessians,
    ...finish,
    ...(history && { history }),
  };
}

/** The tolerances in force, defaults filled in. */
export function checkedTolerances<T extends Tolerances>(given: Partial<T>, defaults: T): T {
  const checked = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T & string)[]) {
    const value = given[name] ?? defaults[name];
    if (!((value as number) >= 0)) throw new OptimizationError(`${name} must be 0 or more: ${String(value)}`);
    checked[name] = value;
  }
  return checked;
}
