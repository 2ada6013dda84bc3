import type { Finish } from "../solution.ts";
import type { Step } from "./step.ts";

/**
 * Everything a walk needs to go on from where it is. A method's own state extends it by plain data: numbers, strings,
 * typed arrays, and arrays and records of them, which is what makes a walk a JSON document (see `checkpoint`).
 */
export interface WalkState {
  /** The last step. */
  readonly step: Step;
  /** How the walk ended, once it has. */
  readonly finish?: Finish | undefined;
}

/**
 * A way to solve a kind of problem, as a plain value: how to begin and how to take one step. Neither changes the state
 * it is given, so a walk that is stopped inside an evaluation still stands where its last step left it.
 */
export interface Method<Problem, Limits> {
  readonly name: string;
  /** Iterations after which the solver gives up when not told otherwise. */
  readonly defaultIterations: number;
  /** The state at the start (its step has `iteration` 0), or why there is none. */
  begin(problem: Problem, start: Float64Array, tolerances: Limits): WalkState | Finish;
  /**
   * The state after one more step. With the same step as before and a `finish`, the walk ends without one.
   *
   * @param state of this method, without a `finish`
   */
  next(problem: Problem, state: WalkState, tolerances: Limits): WalkState;
}

export function isFinish(result: object): result is Finish {
  return "status" in result;
}
