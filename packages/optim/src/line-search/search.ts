import type { Evaluation } from "../problem/scalar-problem.ts";

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

/** φ with its derivative; undefined where the function cannot be evaluated. */
export type LineFunction = (stepLength: number) => LinePoint | undefined;

/** Values below this count as falling without end. */
export const unboundedBelow: number = -1e150;
