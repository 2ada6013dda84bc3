import { OptimizationError } from "../errors.ts";
import { dot } from "../linalg/vector.ts";
import type { StopSignal } from "../problem/aborted.ts";
import type { Finish } from "../solution.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Step } from "./step.ts";
import type { Walker } from "./walk.ts";

/** Options every solver has. */
export interface DrainOptions {
  /** Most steps to try. */
  maxIterations?: number;
  /** Stops within one evaluation; the solution is the best point so far, with status `aborted`. */
  signal?: StopSignal;
  /** Called after every step, the start included. */
  onStep?: (step: Step) => void;
  /** Keep every step in the solution. */
  history?: boolean;
  /** Go on where the checkpoint of an earlier solution or walk was taken, instead of from the start. */
  resume?: Checkpoint;
}

/** Where a drained walk stopped. */
export interface Drained {
  /** The step whose point is the answer; undefined when not even the start could be evaluated. */
  step: Step | undefined;
  iterations: number;
  finish: Finish;
  history: Step[] | undefined;
}

/** What to try when the iterations ran out. */
function advice(last: Step, previous: Step | undefined): string {
  const { learningRate } = last;
  if (learningRate === undefined || previous === undefined)
    return "raise maxIterations, start closer or rescale the parameters to similar sizes";
  if (last.value >= previous.value || dot(last.step, previous.step) < 0)
    return `its steps jump to and fro across the minimum, so lower the learning rate: ${learningRate}`;
  return `raise maxIterations or the learning rate, or rescale the parameters to similar sizes: ${learningRate}`;
}

/**
 * Runs a walk to its end, the iteration limit or an abort. The answer is its last point when it converged,
 * or when it ended where the violation of constraints is least; else its best.
 *
 * @param feasible relative violation of constraints up to which a point counts as meeting them
 */
export function drain(
  walking: Walker,
  options: DrainOptions,
  defaultIterations: number,
  feasible: number = 0,
): Drained {
  const { advance, drained } = draining(walking, options, defaultIterations, feasible);
  while (advance());
  return drained();
}

/**
 * {@link drain} one step at a time: `advance` says whether there is more to come. What the walk throws goes through it,
 * and it can be called again.
 */
export function draining(
  walking: Walker,
  options: DrainOptions,
  defaultIterations: number,
  feasible: number = 0,
): { advance: () => boolean; drained: () => Drained } {
  const maxIterations = options.maxIterations ?? defaultIterations;
  if (!(maxIterations >= 0)) throw new OptimizationError(`maxIterations must be 0 or more: ${maxIterations}`);
  const history: Step[] | undefined = options.history === true ? [] : undefined;
  let last = walking.state?.step;
  let previous: Step | undefined;
  let best = last;
  let finish = walking.finish;
  const advance = (): boolean => {
    if (finish !== undefined) return false;
    const step = walking.advance();
    finish = walking.finish;
    if (step === undefined) return finish === undefined;
    previous = last;
    last = step;
    if (best === undefined || better(step, best, feasible)) best = step;
    history?.push(step);
    options.onStep?.(step);
    if (step.iteration >= maxIterations)
      finish ??= {
        status: "maxIterations",
        message:
          `stopped after ${maxIterations} iterations at value ${step.value}, before any convergence test held; ` +
          advice(step, previous),
      };
    return finish === undefined;
  };
  const drained = (): Drained => {
    const end = finish as Finish;
    return {
      step: end.status === "converged" ? last : best,
      iterations: last?.iteration ?? 0,
      finish: end,
      history,
    };
  };
  return { advance, drained };
}

/** Less violation of constraints counts first, then the value. */
function better(a: Step, b: Step, feasible: number): boolean {
  const violation = (step: Step): number =>
    (step.kkt?.feasibility ?? 0) <= feasible ? 0 : (step.violation ?? 0);
  const [ours, theirs] = [violation(a), violation(b)];
  return ours < theirs || (ours === theirs && a.value <= b.value);
}
