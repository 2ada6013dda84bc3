import type { Tensor } from "@steepest/autodiff";
import { parse } from "@steepest/autodiff/formula";
import { OptimizationError } from "../../errors.ts";
import { scalarFunction } from "../formula-function.ts";

/** A function with many minima, or with one that is hard to find, in a box, with its lowest points there. */
export interface GlobalTestProblem {
  readonly name: string;
  /** n, the number of variables. */
  readonly dimension: number;
  /** [n] → scalar */
  readonly f: (x: Tensor) => Tensor;
  /** The box in which it is usually searched and drawn, [n]. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** The lowest value in the box. */
  readonly minimum: number;
  /** All points of the box at which that is taken, each [n]. */
  readonly minimizers: readonly (readonly number[])[];
  /** The function in LaTeX. */
  readonly formula: string;
  /** Where it comes from. */
  readonly source: string;
}

/** A function of two variables as it is written down: a formula of x1 and x2, and one range for both or one for each. */
export interface PlaneDefinition extends Pick<
  GlobalTestProblem,
  "name" | "minimum" | "minimizers" | "source"
> {
  readonly text: string;
  readonly range: readonly [low: number, high: number];
  readonly secondRange?: readonly [low: number, high: number];
}

/** The problem that a formula of two variables stands for. */
export function planeProblem(definition: PlaneDefinition): GlobalTestProblem {
  const { name, text, range, secondRange = range, minimum, minimizers, source } = definition;
  return {
    name,
    dimension: 2,
    f: scalarFunction(text),
    lower: [range[0], secondRange[0]],
    upper: [range[1], secondRange[1]],
    minimum,
    minimizers,
    formula: parse(text).latex(),
    source,
  };
}

/** A function of n variables as it is written down, with the same range for all of them. */
export interface SymmetricDefinition extends Pick<
  GlobalTestProblem,
  "name" | "f" | "minimum" | "formula" | "source"
> {
  readonly range: readonly [low: number, high: number];
  /** The coordinate that the only minimiser has in all variables, or the minimiser. */
  readonly minimizer: number | readonly number[];
}

/**
 * The problem of n variables.
 *
 * @throws {OptimizationError} for a dimension that is not a whole number, or less than `least`
 */
export function symmetricProblem(
  dimension: number,
  { range: [low, high], minimizer, ...rest }: SymmetricDefinition,
  least: number = 1,
): GlobalTestProblem {
  checkDimension(dimension, least);
  const all = (value: number): readonly number[] => Array.from({ length: dimension }, () => value);
  return {
    ...rest,
    dimension,
    lower: all(low),
    upper: all(high),
    minimizers: [typeof minimizer === "number" ? all(minimizer) : minimizer],
  };
}

function checkDimension(dimension: number, least: number): void {
  if (!Number.isInteger(dimension) || dimension < least)
    throw new OptimizationError(`the dimension must be a whole number of at least ${least}: ${dimension}`);
}
