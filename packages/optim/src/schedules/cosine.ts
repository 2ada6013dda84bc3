import { cos, floor, greaterEqual, log, maximum, pow, where, type Tensor } from "@steepest/autodiff";
import { checkCount, checkNonNegative } from "../rules/options.ts";
import { progress, stepOf, type Schedule } from "./schedule.ts";

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  readonly initial: number;
  /** The rate of step `steps` and all after it. Default 0. */
  readonly final?: number;
  /** T, how many steps the way takes. */
  readonly steps: number;
}

/** From one rate to another along half a cosine: end + (start − end) (1 + cos π p) / 2 for p from 0 to 1. */
export function alongCosine(start: number, end: number, part: Tensor): Tensor {
  return cos(part.mul(Math.PI))
    .add(1)
    .mul((start - end) / 2)
    .add(end);
}

/**
 * η₁ + (η₀ − η₁)(1 + cos(π t / T)) / 2 up to step T, η₁ from there on (Loshchilov & Hutter, ICLR 2017, equation 5).
 *
 * @example
 * cosineDecay({ initial: 1, steps: 10 })([0, 5, 10, 20]); // → [1, 0.5, 0, 0]
 *
 * @throws {OptimizationError} for a negative rate or a number of steps that is not whole
 */
export function cosineDecay({ initial, final = 0, steps }: CosineDecayOptions): Schedule {
  checkNonNegative("the initial rate", initial);
  checkNonNegative("the final rate", final);
  checkCount("the steps", steps);
  return (step) => alongCosine(initial, final, progress(step, steps));
}

/** Options of {@link cosineRestarts}. */
export interface CosineRestartsOptions extends CosineDecayOptions {
  /** T₀, the steps of the first descent. */
  readonly steps: number;
  /** Each descent is so many times as long as the one before it: a whole number. Default 1. */
  readonly growth?: number;
}

/**
 * Descents along a cosine, each from η₀ to η₁, one after the other: warm restarts (SGDR, Loshchilov & Hutter, ICLR 2017).
 *
 * @example
 * cosineRestarts({ initial: 1, steps: 2, growth: 2 })([0, 1, 2, 4, 6]); // → [1, 0.5, 1, 0.5, 1]
 *
 * @throws {OptimizationError} for a negative rate, a number of steps or a growth that is not whole and at least 1
 */
export function cosineRestarts({ initial, final = 0, steps, growth = 1 }: CosineRestartsOptions): Schedule {
  checkNonNegative("the initial rate", initial);
  checkNonNegative("the final rate", final);
  checkCount("the steps", steps);
  checkCount("the growth", growth);
  return (step) => {
    const at = maximum(stepOf(step), 0);
    const { start, length } = growth === 1 ? evenly(at, steps) : growing(at, steps, growth);
    return alongCosine(initial, final, at.sub(start).div(length));
  };
}

interface Descent {
  readonly start: Tensor;
  readonly length: Tensor | number;
}

function evenly(at: Tensor, steps: number): Descent {
  return { start: floor(at.div(steps)).mul(steps), length: steps };
}

/** Descent n of length T₀ mⁿ begins at T₀ (mⁿ − 1) / (m − 1). */
function growing(at: Tensor, steps: number, growth: number): Descent {
  const startOf = (n: Tensor): Tensor =>
    pow(growth, n)
      .round()
      .sub(1)
      .mul(steps / (growth - 1));
  const guess = floor(log(at.mul((growth - 1) / steps).add(1)).div(Math.log(growth)));
  // The logarithm is rounded, so where a descent begins it may say the one before.
  const n = where(greaterEqual(at, startOf(guess.add(1))), guess.add(1), guess);
  return { start: startOf(n), length: pow(growth, n).round().mul(steps) };
}
