import { OptimizationError } from "./errors.ts";
import { dot } from "./linalg/vector.ts";
import { Aborted, type StopSignal } from "./problem/aborted.ts";
import type { Finish, Step, Walk } from "./solution.ts";

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

/** Runs a walk to its end, the iteration limit or an abort. The answer is its last point when it converged, else its best. */
export function drain(walk: Walk, options: DrainOptions, defaultIterations: number): Drained {
  const maxIterations = options.maxIterations ?? defaultIterations;
  if (!(maxIterations >= 0)) throw new OptimizationError(`maxIterations must be 0 or more: ${maxIterations}`);
  const history: Step[] | undefined = options.history === true ? [] : undefined;
  let last: Step | undefined;
  let previous: Step | undefined;
  let best: Step | undefined;
  let finish: Finish | undefined;
  try {
    for (;;) {
      const { done, value } = walk.next();
      if (done) {
        finish = value;
        break;
      }
      previous = last;
      last = value;
      if (best === undefined || value.value <= best.value) best = value;
      history?.push(value);
      options.onStep?.(value);
      if (value.iteration >= maxIterations) {
        finish = {
          status: "maxIterations",
          message:
            `stopped after ${maxIterations} iterations at value ${value.value}, before any convergence test held; ` +
            advice(value, previous),
        };
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof Aborted)) throw error;
    finish = { status: "aborted", message: "stopped by the signal; x is the best point so far" };
  }
  return {
    step: finish.status === "converged" ? last : best,
    iterations: last?.iteration ?? 0,
    finish,
    history,
  };
}
