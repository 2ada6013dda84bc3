import type { Evaluation } from "../problem/scalar-problem.ts";

/** A way to choose how far to go along a direction: a plain value made by `strongWolfe()`, `moreThuente()`, …. */
export interface LineSearch {
  readonly name: string;
  /**
   * @param phi the function along the direction
   * @param start α = 0, where φ falls
   * @param initial the α tried first, above 0
   * @param magnitude the size of the values, of which rounding errors are a part; by default |φ(0)|
   */
  readonly search: (
    phi: LineFunction,
    start: LinePoint,
    initial: number,
    magnitude?: number,
  ) => SearchOutcome;
}

/** A point along a search direction p: φ(α) = f(x + α p). */
export interface LinePoint extends Evaluation {
  /** α */
  readonly stepLength: number;
  readonly x: Float64Array;
  /** φ′(α) = ∇f · p */
  readonly slope: number;
}

/** How a line search ended. */
export type SearchOutcome =
  | { readonly kind: "found"; readonly point: LinePoint }
  /** The value fell as far as the search may look. */
  | { readonly kind: "unbounded"; readonly point: LinePoint }
  /** No acceptable point; `shortest` is the last step length tried. */
  | { readonly kind: "none"; readonly shortest: number };

/** φ with its derivative; undefined where the function cannot be evaluated, which counts as too far. */
export type LineFunction = (stepLength: number) => LinePoint | undefined;

/**
 * Values that differ by no more than this part of their size count as equal: the rounding errors of a sum of many terms may
 * be as large, while slopes keep telling up from down.
 */
export const valueNoise = 1e-10;

/** Trials after which a search has looked far enough. */
export const maximumTrials = 60;

/** Values below this count as falling without end. */
export const unboundedBelow: number = -1e150;

/** A relative fall in one search that only a function without a minimum along the line can offer. */
export const farBelow = 1e10;

/**
 * The end of a search that no point satisfied: with the lowest point it met, if that is below the start.
 *
 * @param bracketed whether φ was seen to rise again
 * @param last the α tried last
 */
export function settled(
  start: LinePoint,
  lowest: LinePoint,
  bracketed: boolean,
  last: number,
): SearchOutcome {
  if (lowest === start) return { kind: "none", shortest: last };
  const endless = !bracketed && start.value - lowest.value > farBelow * Math.max(Math.abs(start.value), 1);
  return { kind: endless ? "unbounded" : "found", point: lowest };
}
