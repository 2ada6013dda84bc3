import { greaterEqual, maximum, where, type Tensor } from "@steepest/autodiff";
import { checkCount, checkNonNegative } from "../rules/options.ts";
import { checkBoundaries, constantSchedule } from "./piecewise.ts";
import { progress, stepOf, type Schedule } from "./schedule.ts";

/**
 * One schedule after the other: the next begins at each boundary, and counts its steps from there.
 *
 * @example
 * const rate = joinSchedules([constantSchedule(1), exponentialDecay({ initial: 1, factor: 0.5 })], [10]);
 * rate([0, 10, 12]); // → [1, 1, 0.25]
 *
 * @throws {OptimizationError} without schedules, or for boundaries that do not ascend or do not lie between them
 */
export function joinSchedules(schedules: readonly Schedule[], boundaries: readonly number[]): Schedule {
  checkBoundaries(boundaries, schedules.length, "schedules");
  const [first, ...others] = schedules as [Schedule, ...Schedule[]];
  return (step) => {
    const at = stepOf(step);
    return others.reduce((rate: Tensor, schedule, index) => {
      const boundary = boundaries[index] as number;
      return where(greaterEqual(at, boundary), schedule(maximum(at.sub(boundary), 0)), rate);
    }, first(at));
  };
}

/** Options of {@link warmup}. */
export interface WarmupOptions {
  /** The rate at the end of the warm-up; where `then` begins, if there is one. */
  readonly peak: number;
  /** How many steps are below it. */
  readonly steps: number;
  /** The rate of step 0. Default 0, with which the first step changes nothing. */
  readonly initial?: number;
  /** What follows, counting its steps from the end of the warm-up; the peak for ever by default. */
  readonly then?: Schedule;
}

/**
 * A straight rise, initial + (peak − initial) t / steps, and then another schedule (Goyal et al., "Accurate, large minibatch
 * SGD", 2017, section 2.2).
 *
 * @example
 * const rate = warmup({ peak: 1, steps: 4, then: cosineDecay({ initial: 1, steps: 10 }) });
 * rate([0, 1, 4, 9, 14]); // → [0, 0.25, 1, 0.5, 0]
 *
 * @throws {OptimizationError} for a negative rate or a number of steps that is not whole and at least 1
 */
export function warmup({ peak, steps, initial = 0, then }: WarmupOptions): Schedule {
  checkNonNegative("the initial rate", initial);
  checkNonNegative("the peak", peak);
  checkCount("the steps", steps);
  const rise: Schedule = (step) =>
    progress(step, steps)
      .mul(peak - initial)
      .add(initial);
  return joinSchedules([rise, then ?? constantSchedule(peak)], [steps]);
}
