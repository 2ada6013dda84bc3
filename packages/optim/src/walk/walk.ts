import { Aborted } from "../problem/aborted.ts";
import type { Evaluations, Finish } from "../solution.ts";
import { encode, restore, type Checkpoint } from "./checkpoint.ts";
import { isFinish, type Method, type WalkState } from "./method.ts";
import type { Step } from "./step.ts";

/** A walk under way: an iterator of steps that returns how it ended. */
export interface Walk extends Generator<Step, Finish, void> {
  /** The walk as it stands, as plain JSON: `resume` with it goes on from here. */
  checkpoint(): Checkpoint;
}

/** A walk whose state can be looked at. */
export interface OpenWalk extends Walk {
  /** Where it stands; undefined before the first step. */
  readonly state: WalkState | undefined;
}

/**
 * Walks: begins where `start` is, or goes on where `resume` stopped. A walk that goes on does not give its last step
 * again.
 */
export function walk<P extends { readonly dimension: number; readonly evaluations: Evaluations }, Limits>(
  method: Method<P, Limits>,
  problem: P,
  start: Float64Array,
  tolerances: Limits,
  resume?: Checkpoint,
): OpenWalk {
  let state = resume && restore(resume, method.name, problem.dimension);
  if (resume) Object.assign(problem.evaluations, resume.evaluations);

  function* go(): Generator<Step, Finish, void> {
    try {
      if (state === undefined) {
        const begun = method.begin(problem, start, tolerances);
        if (isFinish(begun)) return begun;
        state = begun;
        yield state.step;
      }
      while (state.finish === undefined) {
        const before: Step = state.step;
        state = method.next(problem, state, tolerances);
        if (state.step !== before) yield state.step;
      }
      return state.finish;
    } catch (error) {
      if (!(error instanceof Aborted)) throw error;
      return { status: "aborted", message: "stopped by the signal; x is the best point so far" };
    }
  }

  const generator = go();
  return Object.defineProperties(generator, {
    state: { get: () => state },
    checkpoint: {
      value: (): Checkpoint => ({
        format: 1,
        method: method.name,
        dimension: problem.dimension,
        evaluations: { ...problem.evaluations },
        state: state === undefined ? null : encode(state),
      }),
    },
  }) as OpenWalk;
}
