import type { Tensor, Tree } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { packStart, type Packing, type TensorsOf } from "../problem/packing.ts";
import type { Solution } from "../solution.ts";
import { drain, type DrainOptions } from "../walk/drain.ts";
import { checkedTolerances, ending } from "../walk/solve.ts";
import { iterate, walker, type Walk } from "../walk/walk.ts";
import type { RootMethod, RootTolerances } from "./method.ts";
import { newtonRaphson } from "./newton-raphson.ts";
import { systemProblem, type SystemProblem } from "./system-problem.ts";

/** Options of {@link root}. */
export interface RootOptions extends DrainOptions, Partial<RootTolerances> {
  /** Default: {@link newtonRaphson}. */
  method?: RootMethod;
  /** False evaluates the function step by step instead of compiling it, for a function that is not pure. */
  compile?: boolean;
}

/** A {@link Solution} whose `value` is ‖F(x)‖; its `gradientNorm` is NaN. */
export interface RootSolution<X = Tree> extends Solution<X> {
  /** F(x), flat */
  readonly residuals: Float64Array;
}

const defaultRootTolerances: RootTolerances = { stepTolerance: 1e-12 };

/**
 * A root of as many equations as unknowns, F(x) = 0, found from `x0` with exact derivatives.
 *
 * It has converged when a full Newton step changes no unknown by more than `stepTolerance` (1e-12) of the largest it has
 * been, when every equation holds exactly, or when what is left of them is rounding error and no step lowers it.
 *
 * @example
 * import { cos } from "@steepest/autodiff";
 * root((x) => cos(x).sub(x), 1).x; // → 0.739085133215
 * root(([x, y]) => [x.square().add(y.square()).sub(4), x.sub(y)], [1, 2]).x; // → [1.41421356237, 1.41421356237]
 *
 * @param f pure function of a tree of tensors like `x0`, returning as many values, in a tensor or a tree of tensors
 * @param x0 start: numbers, tensors, or arrays and records of them; computed with in f64
 * @throws {OptimizationError} for a start that is not finite, a function that returns another number of values, or a
 * method for one unknown with several
 */
export function root<const X>(
  f: (x: TensorsOf<X>) => Tensor | Tree<Tensor>,
  x0: X,
  options: RootOptions = {},
): RootSolution<TensorsOf<X>> {
  const method = options.method ?? newtonRaphson();
  const { problem, packing, start } = flatSystem(f, x0, method, options);
  const tolerances = checkedRootTolerances(options);
  const walking = walker(method, problem, start, tolerances, options.resume);
  const drained = drain(walking, options, method.defaultIterations);
  return {
    ...ending<TensorsOf<X>>(drained, problem, packing, start),
    residuals: drained.step?.residuals ?? start.map(() => NaN),
    checkpoint: walking.checkpoint,
  };
}

/** Options of {@link rootSteps}. */
export type RootStepsOptions = Partial<RootTolerances> & Pick<RootOptions, "compile" | "signal" | "resume">;

/** The steps of {@link root}, one at a time: the start first, then every step tried. */
export function rootSteps<const X>(
  f: (x: TensorsOf<X>) => Tensor | Tree<Tensor>,
  x0: X,
  method: RootMethod,
  options: RootStepsOptions = {},
): Walk {
  const { problem, start } = flatSystem(f, x0, method, options);
  return iterate(walker(method, problem, start, checkedRootTolerances(options), options.resume));
}

export function checkedRootTolerances(options: Partial<RootTolerances>): RootTolerances {
  return checkedTolerances(options, defaultRootTolerances);
}

function flatSystem(
  f: (x: never) => unknown,
  x0: unknown,
  method: RootMethod,
  options: Pick<RootOptions, "signal" | "compile">,
): { problem: SystemProblem; packing: Packing; start: Float64Array } {
  const { packing, start } = packStart(x0);
  if (method.scalarOnly === true && start.length !== 1)
    throw new OptimizationError(
      `${method.name} is for one equation in one unknown; use newtonRaphson() for this number of unknowns: ${start.length}`,
    );
  return { problem: systemProblem(f, packing, options), packing, start };
}
