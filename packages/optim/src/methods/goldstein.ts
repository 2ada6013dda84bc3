import { minimumNormPoint } from "../linalg/minimum-norm-point.ts";
import { at, dot, maxNorm, norm } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";

/** What exact gradients say of a point that a method without derivatives takes for a minimum. */
export interface Stationarity {
  /**
   * Largest element of the shortest convex combination of relative gradients near the point: that of the gradient itself
   * where the function is smooth, near zero at the bottom of a kink.
   */
  readonly relative: number;
  /** Whether more than the gradient at the point was needed. */
  readonly balanced: boolean;
  /** Its direction of descent: minus that combination, in units of the parameters. */
  readonly descent: Float64Array;
}

/**
 * Tests for a minimum by Goldstein's ε-subdifferential (Optimization of Lipschitz Continuous Functions, Math. Programming
 * 13, 1977): the convex hull of the gradients within `radius`, grown by the gradient at the far end of each step against its
 * shortest element, until that is within `tolerance` or is a direction in which the value falls. For a smooth function
 * zero is in the hull when a Newton step is shorter than about `radius`, so that steep walls need no exactly vanishing gradient.
 *
 * Gradients are relative, gᵢ max(|xᵢ|, 1) / max(|f|, 1), and so is the radius.
 *
 * @returns undefined when the gradient at x cannot be evaluated
 */
export function stationarity(
  problem: ScalarProblem,
  x: Float64Array,
  radius: number,
  tolerance: number,
): Stationarity | undefined {
  const here = problem.evaluate(x);
  if (here === undefined) return undefined;
  const size = x.map((value) => Math.max(Math.abs(value), 1));
  const scale = Math.max(Math.abs(here.value), 1);
  const relativeTo = (gradient: Float64Array): Float64Array =>
    gradient.map((slope, i) => (slope * at(size, i)) / scale);
  const bundle = [relativeTo(here.gradient)];
  let nearest = bundle[0] as Float64Array;
  for (let count = 0; maxNorm(nearest) > tolerance && count < 20 + 2 * x.length; count++) {
    const cut = cuttingGradient(nearest);
    if (cut === undefined) break;
    bundle.push(cut);
    nearest = minimumNormPoint(bundle);
  }
  return {
    relative: maxNorm(nearest),
    balanced: bundle.length > 1,
    descent: nearest.map((slope, i) => -slope * at(size, i)),
  };

  /** A gradient on the way against `shortest` that does not agree with it; undefined when the value falls there as it should. */
  function cuttingGradient(shortest: Float64Array): Float64Array | undefined {
    const square = dot(shortest, shortest);
    let reach = radius / norm(shortest);
    for (let halving = 0; halving < 5; halving++) {
      const there = problem.evaluate(x.map((value, i) => value - reach * at(shortest, i) * at(size, i)));
      if (there !== undefined) {
        const gradient = relativeTo(there.gradient);
        if (dot(gradient, shortest) <= 0.5 * square) return gradient;
      }
      reach /= 2;
    }
    return undefined;
  }
}
