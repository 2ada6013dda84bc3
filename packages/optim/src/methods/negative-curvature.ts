import { modifiedCholesky, negativeCurvature } from "../linalg/modified-cholesky.ts";
import { lowestRitz } from "../linalg/lanczos.ts";
import { at, dot, epsilon, scaled } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import type { SearchOutcome } from "../line-search/search.ts";
import { converged, lineFunction, type Place } from "./method.ts";

/** A direction d that leads down from a saddle: gᵀd ≤ 0 and dᵀH d < 0. No element is longer than its parameter's size. */
export interface Descent {
  readonly direction: Float64Array;
  /** dᵀH d */
  readonly curvature: number;
}

/** Hessian-vector products spent on looking for negative curvature where the gradient vanishes. */
const mostProducts = 40;

/** A way down where the gradient vanishes but a matrix of second derivatives is not positive semidefinite. */
export function descentOfMatrix(place: Place, hessian: Float64Array): Descent | undefined {
  const found = negativeCurvature(modifiedCholesky(hessian, place.x.length));
  return found && worthwhile(place, found.direction, found.curvature);
}

/** The same from Hessian-vector products: by Lanczos' iteration. */
export function descentOfProducts(problem: ScalarProblem, place: Place): Descent | undefined {
  const lowest = lowestRitz((v) => problem.hessianProduct(place.x, v), place.x.length, mostProducts);
  if (lowest === undefined || !(lowest.value < -100 * epsilon * lowest.size)) return undefined;
  return worthwhile(place, lowest.vector, lowest.value);
}

/**
 * Whether following a direction can lower the value by more than its rounding error, were the curvature what it is over a
 * step of the parameters' size; the direction of that size, pointing downhill.
 */
function worthwhile(place: Place, direction: Float64Array, curvature: number): Descent | undefined {
  let longest = 0;
  for (let i = 0; i < direction.length; i++)
    longest = Math.max(longest, Math.abs(at(direction, i)) / Math.max(Math.abs(at(place.x, i)), 1));
  const factor = (dot(place.gradient, direction) > 0 ? -1 : 1) / longest;
  const scaledCurvature = curvature * factor * factor;
  if (!(-scaledCurvature / 2 > 10 * epsilon * Math.max(Math.abs(place.value), 1))) return undefined;
  return { direction: scaled(factor, direction), curvature: scaledCurvature };
}

/**
 * A step along negative curvature that lowers the value by a part of what the model promises, α gᵀd + ½ α² dᵀH d, found by
 * shortening (McCormick, A Modification of Armijo's Step-Size Rule for Negative Curvature, Math. Programming 13, 1977).
 */
export function followCurvature(problem: ScalarProblem, place: Place, descent: Descent): SearchOutcome {
  const { direction, curvature } = descent;
  const phi = lineFunction(problem, place.x, direction);
  const slope = dot(place.gradient, direction);
  const noise = 10 * epsilon * Math.abs(place.value);
  let trial = 1;
  for (let count = 0; count < 40; count++) {
    const promise = trial * slope + (trial * trial * curvature) / 2;
    if (!(-promise > noise)) break;
    const point = phi(trial);
    if (point !== undefined && point.value <= place.value + 0.01 * promise) return { kind: "found", point };
    trial /= 4;
  }
  return { kind: "none", shortest: trial };
}

/** What the shared convergence test says of a place where the second derivatives have been looked at, too. */
export function convergedNow(place: Place, iteration: number, tolerances: Tolerances): Finish | undefined {
  return converged(place, Math.max(iteration, 1), tolerances);
}

/** The second derivatives that a step needs are not to be had. */
export function noCurvature(problem: ScalarProblem): Finish {
  return {
    status: "failed",
    message: `the second derivatives cannot be evaluated (${problem.lastFailure}); use bfgs(), which needs only the gradient`,
  };
}
