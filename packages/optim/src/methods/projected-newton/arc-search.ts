import { clipped, type Box } from "../../constrained/box.ts";
import { farBelow, unboundedBelow } from "../../line-search/search.ts";
import { at, dot, epsilon } from "../../linalg/vector.ts";
import type { ScalarProblem } from "../../problem/scalar-problem.ts";
import type { Place } from "../method.ts";

/** How a search along the projection arc ended. */
export type ArcOutcome =
  | { readonly kind: "found" | "unbounded"; readonly place: Place; readonly stepLength: number }
  | { readonly kind: "none"; readonly shortest: number };

/** A point of the arc, if it could be evaluated, with gᵀ(x(α) − x). */
interface Trial {
  readonly reached: Place | undefined;
  readonly promise: number;
}

const sufficientDecrease = 1e-4;
const mostTrials = 60;
const mostExpansions = 30;

/**
 * Armijo's rule along the arc P[x + α d]: the value has to fall by a part of gᵀ(x − x(α)), the slope times the displacement
 * that the box leaves of the step (Bertsekas, Projected Newton Methods for Optimization Problems with Simple Constraints,
 * SIAM J. Control Optim. 20, 1982, equation 36; Nocedal & Wright, Numerical Optimization, 2nd ed., §16.7). Near the minimum,
 * where differences of values drown in rounding, the slope at the new point decides, as in `strongWolfe`.
 *
 * @param expand whether to look beyond the first α while the value falls as if there were no curvature
 */
export function arcSearch(
  problem: ScalarProblem,
  box: Box,
  place: Place,
  direction: Float64Array,
  initial: number,
  expand: boolean,
): ArcOutcome {
  const noise = 10 * epsilon * Math.abs(place.value);
  const evaluate = (stepLength: number): Trial => {
    const x = place.x.slice();
    let promise = 0;
    for (let j = 0; j < x.length; j++) {
      x[j] = clipped(box, j, at(place.x, j) + stepLength * at(direction, j));
      promise += at(place.gradient, j) * (at(x, j) - at(place.x, j));
    }
    // Where the box leaves of a long step only what leads uphill, there is nothing to see.
    const evaluation = promise < 0 ? problem.evaluate(x) : undefined;
    return { reached: evaluation && { ...evaluation, x }, promise };
  };
  let stepLength = initial;
  for (let trial = 0; trial < mostTrials; trial++) {
    const { reached, promise } = evaluate(stepLength);
    if (reached !== undefined) {
      if (reached.value < unboundedBelow) return { kind: "unbounded", place: reached, stepLength };
      if (reached.value <= place.value + sufficientDecrease * promise)
        return expand && trial === 0
          ? expanded(evaluate, place, reached, stepLength, promise)
          : { kind: "found", place: reached, stepLength };
      if (
        reached.value <= place.value + noise &&
        flatter(box, place, reached, direction, promise / stepLength)
      )
        return { kind: "found", place: reached, stepLength };
    }
    // The parabola through both values and the slope, kept between a tenth and a half.
    const rise = reached === undefined ? Infinity : reached.value - place.value - promise;
    const parabola = (-promise * stepLength) / (2 * rise);
    stepLength = Math.min(Math.max(parabola > 0 ? parabola : 0, stepLength / 10), stepLength / 2);
  }
  return { kind: "none", shortest: stepLength };
}

/** Whether the slope along the rest of the arc is less steep than at its beginning. */
function flatter(box: Box, from: Place, to: Place, direction: Float64Array, slope: number): boolean {
  const rest = direction.map((d, j) =>
    at(to.x, j) === clipped(box, j, at(to.x, j) + d) && at(to.x, j) !== at(from.x, j) ? 0 : d,
  );
  return Math.abs(dot(to.gradient, rest)) <= (1 - 2 * sufficientDecrease) * Math.abs(slope);
}

function expanded(
  evaluate: (stepLength: number) => Trial,
  place: Place,
  first: Place,
  initial: number,
  slope: number,
): ArcOutcome {
  let [reached, stepLength, promise] = [first, initial, slope];
  let count = 0;
  for (; count < mostExpansions; count++) {
    if (reached.value > place.value + 0.5 * promise) break;
    const farther = evaluate(10 * stepLength);
    // Otherwise the whole arc has been seen.
    if (!(farther.promise < promise) || farther.reached === undefined) break;
    if (!(farther.reached.value < reached.value)) break;
    [reached, stepLength, promise] = [farther.reached, 10 * stepLength, farther.promise];
    if (reached.value < unboundedBelow) return { kind: "unbounded", place: reached, stepLength };
  }
  const endless =
    count === mostExpansions && place.value - reached.value > farBelow * Math.max(Math.abs(place.value), 1);
  return { kind: endless ? "unbounded" : "found", place: reached, stepLength };
}
