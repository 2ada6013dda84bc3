import { maximum, pow } from "@steepest/autodiff";
import { checkCount, checkNonNegative, checkPositive } from "../rules/options.ts";
import { progress, stepOf, type Schedule } from "./schedule.ts";

/** Options of {@link exponentialDecay}. */
export interface ExponentialDecayOptions {
  readonly initial: number;
  /** γ, by which the rate is multiplied. */
  readonly factor: number;
  /** In so many steps; default 1. */
  readonly every?: number;
  /** The rate does not fall below it. Default 0. */
  readonly minimum?: number;
}

/**
 * η₀ γ^(t / every), falling by the same ratio with every step.
 *
 * @example
 * exponentialDecay({ initial: 1, factor: 0.25, every: 10 })([0, 5, 10]); // → [1, 0.5, 0.25]
 *
 * @throws {OptimizationError} for a rate or factor that is not positive, a number of steps that is not whole, or a negative
 *   minimum
 */
export function exponentialDecay({
  initial,
  factor,
  every = 1,
  minimum = 0,
}: ExponentialDecayOptions): Schedule {
  checkPositive("the initial rate", initial);
  checkPositive("the factor", factor);
  checkCount("the steps of a factor", every);
  checkNonNegative("the minimum", minimum);
  return (step) => maximum(pow(factor, stepOf(step).div(every)).mul(initial), minimum);
}

/** Options of {@link polynomialDecay}. */
export interface PolynomialDecayOptions {
  readonly initial: number;
  /** The rate of step `steps` and all after it. Default 0. */
  readonly final?: number;
  /** T, how many steps the way takes. */
  readonly steps: number;
  /** p; 1, a straight line, by default. */
  readonly power?: number;
}

/**
 * η₁ + (η₀ − η₁)(1 − t / T)ᵖ up to step T, η₁ from there on.
 *
 * @example
 * polynomialDecay({ initial: 1, steps: 10 })([0, 4, 10, 11]); // → [1, 0.6, 0, 0]
 *
 * @throws {OptimizationError} for a negative rate, a number of steps that is not whole or a power that is not positive
 */
export function polynomialDecay({ initial, final = 0, steps, power = 1 }: PolynomialDecayOptions): Schedule {
  checkNonNegative("the initial rate", initial);
  checkNonNegative("the final rate", final);
  checkCount("the steps", steps);
  checkPositive("the power", power);
  return (step) => {
    const left = progress(step, steps).neg().add(1);
    return (power === 1 ? left : left.pow(power)).mul(initial - final).add(final);
  };
}

/** Options of {@link inverseSquareRootDecay}. */
export interface InverseSquareRootDecayOptions {
  /** The rate up to step `after`. */
  readonly initial: number;
  /** s, the step after which the rate falls. Default 1. */
  readonly after?: number;
}

/**
 * η₀ √(s / t) from step s on: a decay without an end, that of Robbins and Monro's kind for convex problems and, behind a
 * {@link warmup}, of the first transformers (Vaswani et al., NeurIPS 2017, section 5.3).
 *
 * @throws {OptimizationError} for a rate that is not positive or a step that is not whole and at least 1
 */
export function inverseSquareRootDecay({ initial, after = 1 }: InverseSquareRootDecayOptions): Schedule {
  checkPositive("the initial rate", initial);
  checkCount("the step after which the rate falls", after);
  return (step) => maximum(stepOf(step).div(after), 1).pow(-0.5).mul(initial);
}
