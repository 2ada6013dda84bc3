import { OptimizationError } from "../errors.ts";
import type { Packing } from "../problem/packing.ts";
import type { Evaluations, Solution } from "../solution.ts";
import type { Drained } from "./drain.ts";
import type { Walk } from "./walk.ts";

/**
 * What every solver tells of a walk that has ended.
 *
 * @param more what this solver adds; its getters stay getters
 */
export function solutionOf<X, More extends object>(
  walk: Walk,
  { step, iterations, finish, history }: Drained,
  { evaluations }: { readonly evaluations: Evaluations },
  packing: Packing,
  start: Float64Array,
  more: More = {} as More,
): Solution<X> & More {
  // Counted now: what a solution computes when it is asked for is not the walk's.
  const counted = { ...evaluations };
  const solution: Omit<Solution<X>, "checkpoint"> = {
    x: packing.rebuild(packing.leaves(step?.x ?? start)) as X,
    value: step?.value ?? NaN,
    gradientNorm: step?.gradientNorm ?? NaN,
    iterations,
    evaluations: counted.values,
    gradientEvaluations: counted.gradients,
    hessianEvaluations: counted.hessians,
    hessianProducts: counted.hessianProducts,
    ...finish,
    ...(history && { history }),
  };
  const later = {
    get checkpoint() {
      return walk.checkpoint();
    },
  };
  return Object.defineProperties(solution as Solution<X> & More, {
    ...Object.getOwnPropertyDescriptors(more),
    ...Object.getOwnPropertyDescriptors(later),
  });
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
