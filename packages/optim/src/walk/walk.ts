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

/** What a walk is told of its problem. */
interface Counted {
  readonly dimension: number;
  readonly evaluations: Evaluations;
}

/** The end of a walk that the signal stopped. */
export const aborted: Finish = {
  status: "aborted",
  message: "stopped by the signal; x is the best point so far",
};

/** A walk from state to state. */
export interface Walker {
  /** Where it stands; undefined before the first step. */
  readonly state: WalkState | undefined;
  /** How it ended, once it has. */
  readonly finish: Finish | undefined;
  /** Takes one step, the start first; undefined when it has ended instead. */
  readonly advance: () => Step | undefined;
  readonly checkpoint: () => Checkpoint;
}

/**
 * Begins where `start` is, or goes on where `resume` stopped, without giving the last step again. A step that the signal
 * stops leaves the walk where it was.
 */
export function walker<P extends Counted, Limits>(
  method: Method<P, Limits>,
  problem: P,
  start: Float64Array,
  tolerances: Limits,
  resume?: Checkpoint,
): Walker {
  const state = resume && restore(resume, method.name, problem.dimension);
  if (resume) Object.assign(problem.evaluations, resume.evaluations);
  const walking: { -readonly [K in keyof Walker]: Walker[K] } = {
    state,
    finish: state?.finish,
    advance() {
      if (walking.finish !== undefined) return undefined;
      try {
        const before = walking.state;
        const after =
          before === undefined
            ? method.begin(problem, start, tolerances)
            : method.next(problem, before, tolerances);
        if (isFinish(after)) {
          walking.finish = after;
          return undefined;
        }
        walking.state = after;
        walking.finish = after.finish;
        return after.step === before?.step ? undefined : after.step;
      } catch (error) {
        if (!(error instanceof Aborted)) throw error;
        walking.finish = aborted;
        return undefined;
      }
    },
    checkpoint: () => ({
      format: 1,
      method: method.name,
      dimension: problem.dimension,
      evaluations: { ...problem.evaluations },
      state: walking.state === undefined ? null : encode(walking.state),
    }),
  };
  return walking;
}

/** The walk as an iterator. */
export function iterate(walking: Walker): Walk {
  function* go(): Generator<Step, Finish, void> {
    for (;;) {
      const step = walking.advance();
      if (step !== undefined) yield step;
      else if (walking.finish !== undefined) return walking.finish;
    }
  }
  return Object.assign(go(), { checkpoint: walking.checkpoint });
}
