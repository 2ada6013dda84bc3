import { OptimizationError } from "../errors.ts";
import type { LearningRate } from "./rule.ts";

/** Checks a number that must be above 0. */
export function checkPositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new OptimizationError(`${name} must be a positive number: ${value}`);
}

/** Checks a number that must not be below 0. */
export function checkNonNegative(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new OptimizationError(`${name} must be 0 or more: ${value}`);
}

/** Checks a decay factor such as momentum or β. */
export function checkFraction(name: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new OptimizationError(`${name} must be at least 0 and below 1: ${value}`);
}

/** Checks a number of steps. */
export function checkCount(name: string, value: number, least: number = 1): void {
  if (!Number.isInteger(value) || value < least)
    throw new OptimizationError(`${name} must be a whole number, at least ${least}: ${value}`);
}

export function checkRate(learningRate: LearningRate): void {
  if (typeof learningRate !== "function") checkPositive("the learning rate", learningRate);
}
