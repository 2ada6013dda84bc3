import type { Tensor, Tree } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { solveLeastSquares } from "../linalg/solve-least-squares.ts";
import { at, difference, norm } from "../linalg/vector.ts";
import { packStart, type TensorsOf } from "../problem/packing.ts";
import type { Finish } from "../solution.ts";
import { drain } from "../walk/drain.ts";
import type { Method, WalkState } from "../walk/method.ts";
import { ending } from "../walk/solve.ts";
import { iterate, walker, type Walk } from "../walk/walk.ts";
import { rootStep, widened, type RootTolerances } from "./method.ts";
import { checkedRootTolerances, type RootOptions, type RootSolution, type RootStepsOptions } from "./root.ts";
import { systemProblem, type SystemProblem } from "./system-problem.ts";

/** A way to iterate x ← g(x): a plain value made by `picard()` or `anderson()`. Its problem's F is g. */
export type FixedPointMethod = Method<SystemProblem, RootTolerances>;

/** Options of {@link fixedPoint}. */
export interface FixedPointOptions extends Omit<RootOptions, "method"> {
  /** Default: {@link anderson}. */
  method?: FixedPointMethod;
}

/**
 * A fixed point x = g(x), found by iterating g from `x0`; derivatives are not used.
 *
 * It has converged when another step would change no unknown by more than `stepTolerance` (1e-12) of the largest it has
 * been, all the steps after it included: with a contraction of factor q those add up to q/(1 − q) times the last.
 *
 * @example
 * import { cos } from "@steepest/autodiff";
 * fixedPoint((x) => cos(x), 1).x; // → 0.739085133215
 *
 * @param g pure function of a tree of tensors like `x0`, returning as many values, in a tensor or a tree of tensors
 * @throws {OptimizationError} for a start that is not finite or a function that returns another number of values
 */
export function fixedPoint<const X>(
  g: (x: TensorsOf<X>) => Tensor | Tree<Tensor>,
  x0: X,
  options: FixedPointOptions = {},
): RootSolution<TensorsOf<X>> {
  const method = options.method ?? anderson();
  const { packing, start } = packStart(x0);
  const problem = systemProblem(g, packing, options);
  const walking = walker(method, problem, start, checkedRootTolerances(options), options.resume);
  const drained = drain(walking, options, method.defaultIterations);
  return {
    ...ending<TensorsOf<X>>(drained, problem, packing, start),
    residuals: drained.step?.residuals ?? start.map(() => NaN),
    checkpoint: walking.checkpoint,
  };
}

/** The steps of {@link fixedPoint}, one at a time; their `residuals` are g(x) − x. */
export function fixedPointSteps<const X>(
  g: (x: TensorsOf<X>) => Tensor | Tree<Tensor>,
  x0: X,
  method: FixedPointMethod,
  options: RootStepsOptions = {},
): Walk {
  const { packing, start } = packStart(x0);
  const problem = systemProblem(g, packing, options);
  return iterate(walker(method, problem, start, checkedRootTolerances(options), options.resume));
}

/** The plain iteration xₖ₊₁ = g(xₖ): linear convergence where g is a contraction (Banach). */
export function picard(): FixedPointMethod {
  return iteration("picard", 0);
}

/** Options of {@link anderson}. */
export interface AndersonOptions {
  /** Earlier points that are combined with the last. Default 5. */
  readonly memory?: number;
}

/**
 * Anderson acceleration: the next point combines the last few so that their residuals g(x) − x cancel as far as they can
 * (Anderson 1965; Walker & Ni, SIAM J. Numer. Anal. 49, 2011, type II). A residual that doubles makes it forget them.
 *
 * @throws {OptimizationError} for a memory that is no whole number from 1 on
 */
export function anderson({ memory = 5 }: AndersonOptions = {}): FixedPointMethod {
  if (!(Number.isInteger(memory) && memory >= 1))
    throw new OptimizationError(`the memory must be a whole number, 1 or more: ${memory}`);
  return iteration("anderson", memory);
}

/** A point x with g(x) − x. */
interface Iterate {
  readonly x: Float64Array;
  readonly residuals: Float64Array;
}

interface State extends WalkState {
  /** The last iterates, newest last. */
  readonly iterates: readonly Iterate[];
  readonly scale: Float64Array;
}

function iteration(name: string, memory: number): FixedPointMethod {
  return {
    name,
    defaultIterations: 1000,
    begin(problem, start, tolerances): State | Finish {
      const image = problem.residuals(start);
      if (image === undefined)
        return {
          status: "failed",
          message: `the function cannot be evaluated at the start (${problem.lastFailure}); start where it is finite`,
        };
      const here = { x: start, residuals: difference(image, start) };
      const scale = widened(start.map(Math.abs), image);
      return {
        iterates: [here],
        scale,
        step: rootStep(problem, 0, here, new Float64Array(start.length), true),
        finish: converged(here, 0, scale, tolerances),
      };
    },
    next(problem, state: State, tolerances): State {
      const here = state.iterates.at(-1) as Iterate;
      const number = state.step.iteration + 1;
      const x = combined(state.iterates);
      const image = problem.residuals(x);
      const step = difference(x, here.x);
      if (image === undefined) {
        const rejected = rootStep(problem, number, here, step, false);
        // What was combined from several points may have gone too far; the plain step is the last resort.
        if (state.iterates.length > 1) return { ...state, iterates: [here], step: rejected };
        return {
          ...state,
          step: rejected,
          finish: {
            status: "failed",
            message: `the iteration left the region where the function is finite (${problem.lastFailure}): it is no contraction here; start closer, or use root() on g(x) − x`,
          },
        };
      }
      const reached = { x, residuals: difference(image, x) };
      const ratio = norm(reached.residuals) / norm(here.residuals);
      const scale = widened(widened(state.scale, x), image);
      return {
        iterates: ratio > 2 ? [reached] : [...state.iterates, reached].slice(-memory - 1),
        scale,
        step: rootStep(problem, number, reached, step, true),
        finish: converged(reached, ratio, scale, tolerances),
      };
    },
  };
}

/** @param ratio of the last two residuals: the factor of the contraction, as far as it is known */
function converged(
  { residuals }: Iterate,
  ratio: number,
  scale: Float64Array,
  { stepTolerance }: RootTolerances,
): Finish | undefined {
  if (residuals.every((value) => value === 0))
    return { status: "converged", message: "converged: g(x) is x exactly" };
  const still = 1 - Math.min(ratio, 1);
  const small = residuals.every((value, j) => Math.abs(value) <= stepTolerance * at(scale, j) * still);
  if (!small || ratio === 0) return undefined;
  return {
    status: "converged",
    message: `converged: the steps still to come change no unknown by more than ${stepTolerance} of itself`,
  };
}

/** xₖ + rₖ − (ΔX + ΔR) γ, where γ minimises ‖rₖ − ΔR γ‖. */
function combined(iterates: readonly Iterate[]): Float64Array {
  const { x, residuals } = iterates.at(-1) as Iterate;
  const n = x.length;
  const m = iterates.length - 1;
  const next = x.map((value, i) => value + at(residuals, i));
  if (m === 0) return next;
  const changes = Array.from({ length: m }, (_, k) => {
    const [a, b] = [iterates[k] as Iterate, iterates[k + 1] as Iterate];
    return { x: difference(b.x, a.x), residuals: difference(b.residuals, a.residuals) };
  });
  const columns = new Float64Array(n * m);
  changes.forEach((change, k) => columns.set(change.residuals, k * n));
  const { x: weights } = solveLeastSquares(columns, residuals, n, m, 1e-10);
  changes.forEach((change, k) => {
    for (let i = 0; i < n; i++)
      next[i] = at(next, i) - at(weights, k) * (at(change.x, i) + at(change.residuals, i));
  });
  return next;
}
