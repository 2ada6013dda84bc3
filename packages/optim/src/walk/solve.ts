import { OptimizationError } from "../errors.ts";
import type { Packing } from "../problem/packing.ts";
import type { Evaluations, Solution } from "../solution.ts";
import type { Drained } from "./drain.ts";

/**
 * What every solver tells of a walk that has ended, but for its `checkpoint`, which is written when it is asked for.
 *
 * @param problem whose evaluations are read now: what a solution computes when it is asked for is not the walk's
 */
export function ending<X>(
  { step, iterations, finish, history }: Drained,
  { evaluations }: { readonly evaluations: Evaluations },
  packing: Packing,
  start: Float64Array,
): Omit<Solution<X>, "checkpoint"> {
  const ended = {
    x: packing.rebuild(packing.leaves(step?.x ?? start)) as X,
    value: step?.value ?? NaN,
    gradientNorm: step?.gradientNorm ?? NaN,
    iterations,
    evaluations: evaluations.values,
    gradientEvaluations: evaluations.gradients,
    hessianEvaluations: evaluations.hessians,
    hessianProducts: evaluations.hessianProducts,
    status: finish.status,
    message: finish.message,
  };
  return history === undefined ? ended : { ...ended, history };
}

/** The tolerances in force, defaults filled in. */
export function checkedTolerances<T extends object>(given: Partial<T>, defaults: T): T {
  const checked = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T & string)[]) {
    const value = given[name] ?? defaults[name];
    if (!((value as number) >= 0)) throw new OptimizationError(`${name} must be 0 or more: ${String(value)}`);
    checked[name] = value;
  }
  return checked;
}
