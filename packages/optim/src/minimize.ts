import type { Tensor } from "@steepest/autodiff";
import { OptimizationError } from "./errors.ts";
import { bfgs } from "./methods/bfgs.ts";
import { lbfgs } from "./methods/lbfgs.ts";
import { lbfgsb } from "./methods/lbfgsb/lbfgsb.ts";
import type { MinimizeMethod } from "./methods/method.ts";
import { packBox, type BoxOptions } from "./problem/box.ts";
import { packStart, type Packing, type TensorsOf } from "./problem/packing.ts";
import { scalarProblem, type ScalarProblem } from "./problem/scalar-problem.ts";
import type { Solution, Tolerances } from "./solution.ts";
import { drain, type DrainOptions } from "./walk/drain.ts";
import { checkedTolerances, ending } from "./walk/solve.ts";
import { walker } from "./walk/walk.ts";

/** Options of {@link minimize}. */
export interface MinimizeOptions extends DrainOptions, BoxOptions, Partial<Tolerances> {
  /** Default: {@link bfgs} for up to 100 parameters, {@link lbfgs} for more; with bounds {@link lbfgsb}. */
  method?: MinimizeMethod;
  /** False evaluates `f` step by step instead of compiling it, for a function that is not pure. */
  compile?: boolean;
}

export const defaultTolerances: Tolerances = { gradientTolerance: 1e-8 };

/**
 * A local minimum of a scalar function, found from `x0` with exact derivatives.
 *
 * It has converged when the relative gradient max |gᵢ| max(|xᵢ|, 1) / max(|f|, 1) is within `gradientTolerance`
 * (1e-8); with bounds, that of the projected gradient, which is zero where a bound holds a parameter against its slope. A function value, gradient or Hessian that is not finite, or a function that throws, is a rejected step.
 *
 * @param f pure function of a tree of tensors like `x0`, returning a scalar tensor
 * @param x0 start: numbers, tensors, or arrays and records of them; computed with in f64
 * @throws {OptimizationError} for a start that is not finite or lies outside its bounds, bounds with a method that knows
 * none, or a function that does not return a scalar
 */
export function minimize<const X>(
  f: (x: TensorsOf<X>) => Tensor,
  x0: X,
  options: MinimizeOptions = {},
): Solution<TensorsOf<X>> {
  const { method, problem, packing, start } = flatMinimization(f, x0, options);
  const tolerances = checkedTolerances(options, defaultTolerances);
  const walking = walker(method, problem, start, tolerances, options.resume);
  const drained = drain(walking, options, method.defaultIterations);
  return {
    ...ending<TensorsOf<X>>(drained, problem, packing, start),
    checkpoint: walking.checkpoint,
  };
}

/**
 * Parameters up to which `bfgs` is the default. At 100 its matrix costs 35 µs a step, 30 more than the pairs of `lbfgs`, and
 * grows with their square; but where curvatures differ by much it takes a fraction of the steps: on Watson's function,
 * Chebyquad and the discrete boundary value problem of 100 parameters less than a third to a sixteenth.
 */
const mostForDense = 100;

function defaultMethod(dimension: number, bounded: boolean): MinimizeMethod {
  if (bounded) return lbfgsb();
  return dimension > mostForDense ? lbfgs() : bfgs();
}

/** The flat problem of a function, and the method for it. */
export function flatMinimization(
  f: (x: never) => Tensor,
  x0: unknown,
  options: Pick<MinimizeOptions, "method" | "lower" | "upper" | "signal" | "compile">,
): { method: MinimizeMethod; problem: ScalarProblem; packing: Packing; start: Float64Array } {
  const { packing, start } = packStart(x0);
  const box = packBox(options, packing, start);
  const bounded = (box.lower ?? box.upper) !== undefined;
  const method = options.method ?? defaultMethod(packing.dimension, bounded);
  if (bounded && method.bounds !== true)
    throw new OptimizationError(
      `this method knows no bounds; leave it out or use lbfgsb() or projectedNewton(): ${method.name}`,
    );
  const problem = scalarProblem(f, packing, { signal: options.signal, compile: options.compile, ...box });
  return { method, problem, packing, start };
}
