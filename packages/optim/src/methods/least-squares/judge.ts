import { at, dot, epsilon } from "../../linalg/vector.ts";
import type { LeastSquaresProblem, Linearization } from "../../problem/least-squares/problem.ts";
import { placeAt, type Place } from "./method.ts";

/**
 * Relative rounding error of the cost. Residuals are differences of numbers about as large as the change of the model
 * when a parameter goes to zero, ‖J_j‖ |x_j|, and carry their rounding error.
 */
export function costNoise({ x, value, columnNorms }: Linearization): number {
  let size = 0;
  for (let j = 0; j < x.length; j++) size = Math.max(size, at(columnNorms, j) * Math.abs(at(x, j)));
  return 10 * epsilon * (1 + size / Math.sqrt(2 * value));
}

/** Residuals may carry more rounding error than what is known of them tells; a true rise is larger than this. */
const slack = 1e-11;

/** A trial that lowers the cost, with how it came out. */
export interface Verdict {
  /** Where it led; undefined when it is not to be taken. */
  readonly reached: Place | undefined;
  /** What the cost fell by; undefined where it could not be evaluated. */
  readonly fall: number | undefined;
  /** That as a part of what the model promised; −1 where it could not be evaluated. */
  readonly gain: number;
  /** What the model promised is below the rounding error of the cost. */
  readonly drowned: boolean;
}

/**
 * Judges a step by the fall of the cost beside what the model promised. Where that is below the rounding error of the
 * cost, the slopes at both ends tell by how much it falls, to as many digits as they have (the trapezoidal rule), and the
 * relative offset has to shrink after a Gauss–Newton step.
 *
 * @param predicted by how much the model falls
 * @param newton whether the step was that of Gauss–Newton
 */
export function judge(
  problem: LeastSquaresProblem,
  here: Place,
  trial: Linearization | undefined,
  step: Float64Array,
  predicted: number,
  newton: boolean,
): Verdict {
  const noise = costNoise(here);
  const drowned = predicted <= noise * here.value;
  if (trial === undefined) return { reached: undefined, fall: undefined, gain: -1, drowned };
  const fall = drowned
    ? -0.5 * (dot(here.gradient, step) + dot(trial.gradient, step))
    : here.value - trial.value;
  const gain = fall / predicted;
  const lower = gain > 1e-3 && (!drowned || trial.value <= here.value * (1 + 4 * noise + slack));
  const place = lower ? placeAt(problem, trial) : undefined;
  const better = !drowned || !newton || (place !== undefined && place.offset < 0.9 * here.offset);
  return { reached: better ? place : undefined, fall, gain, drowned };
}
