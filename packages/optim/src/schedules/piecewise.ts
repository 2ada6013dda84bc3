import { floor, full, greaterEqual, pow, where, type Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { checkCount, checkNonNegative, checkPositive } from "../rules/options.ts";
import { stepOf, type Schedule } from "./schedule.ts";

/**
 * Always the same rate; to join others with.
 *
 * @throws {OptimizationError} for a negative rate
 */
export function constantSchedule(rate: number): Schedule {
  checkNonNegative("the rate", rate);
  return (step) => full(stepOf(step).shape, rate);
}

/** Options of {@link piecewiseConstant}. */
export interface PiecewiseConstantOptions {
  /** The rates, one more than boundaries. */
  readonly values: readonly number[];
  /** The steps at which the next rate begins, ascending. */
  readonly boundaries: readonly number[];
}

/**
 * One rate after the other.
 *
 * @example
 * const rate = piecewiseConstant({ values: [0.1, 0.01], boundaries: [100] });
 * rate([0, 99, 100]); // → [0.1, 0.1, 0.01]
 *
 * @throws {OptimizationError} for a negative rate, or boundaries that do not ascend or do not lie between the rates
 */
export function piecewiseConstant({ values, boundaries }: PiecewiseConstantOptions): Schedule {
  checkBoundaries(boundaries, values.length, "rates");
  for (const value of values) checkNonNegative("a rate", value);
  const [first = 0, ...others] = values;
  return (step) => {
    const at = stepOf(step);
    return others.reduce(
      (rate: Tensor, value, index) => where(greaterEqual(at, boundaries[index] as number), value, rate),
      full(at.shape, first),
    );
  };
}

/** Checks the steps at which one of several parts gives way to the next. */
export function checkBoundaries(boundaries: readonly number[], parts: number, what: string): void {
  if (parts === 0) throw new OptimizationError(`expected at least one of the ${what}: 0`);
  if (boundaries.length !== parts - 1)
    throw new OptimizationError(
      `expected one boundary between any two ${what}, ${parts - 1} for ${parts}: ${boundaries.length}`,
    );
  boundaries.forEach((boundary, index) => {
    if (!Number.isInteger(boundary) || boundary <= (boundaries[index - 1] ?? 0))
      throw new OptimizationError(
        `boundaries must be ascending whole numbers above 0: [${boundaries.join(", ")}]`,
      );
  });
}

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** The rate of the first steps. */
  readonly initial: number;
  /** γ, by which the rate is multiplied. Default 0.1. */
  readonly factor?: number;
  /** So many steps have one rate. */
  readonly every: number;
}

/**
 * A staircase: η₀ γ^⌊t / every⌋.
 *
 * @example
 * stepDecay({ initial: 1, factor: 0.5, every: 10 })([0, 9, 10, 25]); // → [1, 1, 0.5, 0.25]
 *
 * @throws {OptimizationError} for a rate or factor that is not positive, or a number of steps that is not whole
 */
export function stepDecay({ initial, factor = 0.1, every }: StepDecayOptions): Schedule {
  checkPositive("the initial rate", initial);
  checkPositive("the factor", factor);
  checkCount("the steps of one rate", every);
  return (step) => pow(factor, floor(stepOf(step).div(every))).mul(initial);
}
