import { cholesky, solveCholesky } from "../linalg/cholesky.ts";
import { at, difference, maxNorm, norm, scaled } from "../linalg/vector.ts";
import { strongWolfe, type WolfeOptions } from "../line-search/strong-wolfe.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances, Walk } from "../solution.ts";
import {
  converged,
  enter,
  isFinish,
  lineFunction,
  lineStart,
  noProgress,
  stepAt,
  unboundedAt,
  type MinimizeMethod,
  type Place,
} from "./method.ts";

/**
 * Newton's method with the exact Hessian. Where the Hessian is not positive definite, a multiple of the identity is
 * added until it is (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 3.3), so that every direction goes
 * downhill; a strong-Wolfe search sets its length. A step's `damping` is that multiple.
 */
export function newton(options: WolfeOptions = {}): MinimizeMethod {
  return {
    name: "newton",
    defaultIterations: 500,
    walk: (problem, start, tolerances) => walk(problem, start, tolerances, options),
  };
}

function* walk(
  problem: ScalarProblem,
  start: Float64Array,
  tolerances: Tolerances,
  options: WolfeOptions,
): Walk {
  const n = start.length;
  const entered = enter(problem, start);
  if (isFinish(entered)) return entered;
  let place: Place = entered;
  yield stepAt(problem, 0, place, new Float64Array(n), true);
  for (let iteration = 1; ; iteration++) {
    const finish = converged(place, iteration - 1, tolerances);
    if (finish !== undefined) return finish;
    const hessian = problem.hessian(place.x);
    if (hessian === undefined)
      return {
        status: "failed",
        message: `the second derivatives cannot be evaluated (${problem.lastFailure}); use bfgs(), which needs only the gradient`,
      };
    const { factor, shift } = shiftedCholesky(hessian, n);
    const direction = solveCholesky(factor, n, scaled(-1, place.gradient));
    // A shifted Hessian no longer knows the scale of the step: do not leap further than the point's own size.
    const longest = 10 * Math.max(maxNorm(place.x), 1);
    const initial = shift === 0 ? 1 : Math.min(1, longest / norm(direction));
    const outcome = strongWolfe(
      lineFunction(problem, place.x, direction),
      lineStart(place, direction),
      initial,
      options,
    );
    if (outcome.kind === "none") {
      yield stepAt(problem, iteration, place, scaled(outcome.shortest, direction), false, {
        stepLength: outcome.shortest,
        damping: shift,
      });
      return noProgress(problem, place, "no step along the Newton direction lowers the value");
    }
    const { point } = outcome;
    const step = difference(point.x, place.x);
    place = point;
    yield stepAt(problem, iteration, place, step, true, { stepLength: point.stepLength, damping: shift });
    if (outcome.kind === "unbounded") return unboundedAt(place.value);
  }
}

/** The Cholesky factor of A + shift · I for the smallest shift tried that makes it positive definite. */
export function shiftedCholesky(matrix: Float64Array, n: number): { factor: Float64Array; shift: number } {
  let smallest = Infinity;
  for (let i = 0; i < n; i++) smallest = Math.min(smallest, at(matrix, i * n + i));
  const size = maxNorm(matrix) || 1;
  let shift = smallest > 0 ? 0 : -smallest + 1e-3 * size;
  for (;;) {
    const candidate = matrix.slice();
    for (let i = 0; i < n; i++) candidate[i * n + i] = at(candidate, i * n + i) + shift;
    const factor = cholesky(candidate, n);
    if (factor !== undefined) return { factor, shift };
    shift = Math.max(2 * shift, 1e-3 * size);
  }
}
