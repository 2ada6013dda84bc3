import type { Tensor, Tree } from "@steepest/autodiff";
import { OptimizationError } from "./errors.ts";
import { cubeOf } from "./global/cube.ts";
import { defaultLocal } from "./global/default-local.ts";
import { limited } from "./global/limited.ts";
import type { GlobalMethod, GlobalProblem, GlobalTolerances } from "./global/method.ts";
import { polished, type PolishedState } from "./global/polished.ts";
import { packSearchBox, type SearchBox } from "./global/search-box.ts";
import { differentialEvolution } from "./global/differential-evolution.ts";
import { at } from "./linalg/vector.ts";
import type { MinimizeMethod } from "./methods/method.ts";
import { defaultTolerances } from "./minimize.ts";
import type { Bounds } from "./problem/box.ts";
import type { Packing, TensorsOf } from "./problem/packing.ts";
import { scalarProblem } from "./problem/scalar-problem.ts";
import type { Solution } from "./solution.ts";
import { drain, type DrainOptions } from "./walk/drain.ts";
import { checkedTolerances, ending } from "./walk/solve.ts";
import { iterate, walker, type Walk, type Walker } from "./walk/walk.ts";

/** Options of {@link globalSteps}. */
export interface GlobalStepsOptions
  extends Partial<GlobalTolerances>, Pick<DrainOptions, "signal" | "resume"> {
  /** Where the random numbers come from: the same seed gives the same search. Default 0. */
  seed?: number;
  /** A point within the box, a tree like its bounds, that is to be among the first tried. */
  start?: Bounds;
  /**
   * Whether the best point is refined at the end, and by what; by default by L-BFGS-B. With false, `converged` says only
   * that the method's own test holds.
   */
  polish?: boolean | MinimizeMethod;
  /** False evaluates `f` step by step instead of compiling it, for a function that is not pure. */
  compile?: boolean;
}

/** Options of {@link minimizeGlobal}. */
export interface MinimizeGlobalOptions extends GlobalStepsOptions, DrainOptions {
  /** Default: {@link differentialEvolution}. */
  method?: GlobalMethod;
  /** Evaluations after which no further step is begun. */
  maxEvaluations?: number;
}

/** A {@link Solution} with the local minima met on the way. */
export interface GlobalSolution<X = Tree> extends Solution<X> {
  /** Distinct local minima, the best first, and how often each was found. */
  readonly minima: readonly { readonly x: X; readonly value: number; readonly count: number }[];
}

const globalTolerances: GlobalTolerances = { ...defaultTolerances, basinTolerance: 1e-4 };

/**
 * The lowest minimum that a search of a box finds.
 *
 * It has converged when the method's own test holds and the best point, refined by a local search, is a local minimum:
 * its relative gradient is within `gradientTolerance` (1e-8), or, at a kink, everything polled around it is higher. That
 * there is no lower minimum cannot be known; `message` and `minima` tell how often the best was found and what else was. A value
 * that is NaN or infinite, or a function that throws, counts as +∞ and never wins; −∞ ends the search as `unbounded`.
 *
 * @example
 * const himmelblau = ([x, y]) => x.square().add(y).sub(11).square().add(x.add(y.square()).sub(7).square());
 * minimizeGlobal(himmelblau, { lower: [-5, -5], upper: [5, 5] }, { method: multiStart() }).minima; // four of value 0
 *
 * @param f pure function of a tree of tensors like `lower`, returning a scalar tensor
 * @throws {OptimizationError} for bounds that are not finite, or a function that does not return a scalar
 */
export function minimizeGlobal<const X>(
  f: (x: TensorsOf<X>) => Tensor,
  box: SearchBox<X>,
  options: MinimizeGlobalOptions = {},
): GlobalSolution<TensorsOf<X>> {
  const method = options.method ?? differentialEvolution();
  const { walking, problem, packing, center, tolerances, local } = search(f, box, method, options);
  const { maxIterations = method.defaultIterations, maxEvaluations } = options;
  const within = limited(walking, problem, tolerances, local, { maxIterations, maxEvaluations });
  const drained = drain(within, { ...options, maxIterations: Infinity }, Infinity);
  const state = within.state as PolishedState | undefined;
  const evaluated = state !== undefined && Number.isFinite(state.step.value);
  const tree = (x: Float64Array): TensorsOf<X> => packing.rebuild(packing.leaves(x)) as TensorsOf<X>;
  return {
    ...ending<TensorsOf<X>>(evaluated ? drained : { ...drained, step: undefined }, problem, packing, center),
    minima: (evaluated ? state.basins : []).map(({ x, value, count }) => ({ x: tree(x), value, count })),
    checkpoint: within.checkpoint,
  };
}

/**
 * The steps of {@link minimizeGlobal}, one at a time: the first points, then every round, then the refinement of the best
 * point. The generator returns the status and message when the search ends; there is no limit on iterations.
 */
export function globalSteps<const X>(
  f: (x: TensorsOf<X>) => Tensor,
  box: SearchBox<X>,
  method: GlobalMethod,
  options: GlobalStepsOptions = {},
): Walk {
  return iterate(search(f, box, method, options).walking);
}

interface Search {
  readonly walking: Walker;
  readonly problem: GlobalProblem;
  readonly packing: Packing;
  readonly center: Float64Array;
  readonly tolerances: GlobalTolerances;
  readonly local: MinimizeMethod | undefined;
}

function search(
  f: (x: never) => Tensor,
  box: SearchBox<unknown>,
  method: GlobalMethod,
  options: GlobalStepsOptions,
): Search {
  const { seed = 0, polish: wanted = true, signal, compile, resume } = options;
  if (!Number.isSafeInteger(seed)) throw new OptimizationError(`the seed must be a whole number: ${seed}`);
  const tolerances = checkedTolerances(options, globalTolerances);
  const { packing, lower, upper, start } = packSearchBox(box, options.start);
  const problem: GlobalProblem = Object.assign(scalarProblem(f, packing, { signal, compile, lower, upper }), {
    lower,
    upper,
    cube: cubeOf(lower, upper),
    seed,
    start,
  });
  const center = Float64Array.from(lower, (least, i) => least + (at(upper, i) - least) / 2);
  const local = wanted === true ? defaultLocal() : wanted === false ? undefined : wanted;
  const walking = walker(polished(method, local), problem, center, tolerances, resume);
  return { walking, problem, packing, center, tolerances, local };
}
