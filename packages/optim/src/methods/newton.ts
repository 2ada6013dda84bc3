import { strongWolfe, type WolfeOptions } from "../line-search/strong-wolfe.ts";
import { cholesky, solveCholesky } from "../linalg/cholesky.ts";
import { at, difference, maxNorm, norm, scaled } from "../linalg/vector.ts";
import {
  begin,
  converged,
  lineFunction,
  lineStart,
  noProgress,
  rejectedStep,
  stepAt,
  unboundedAt,
  type MinimizeMethod,
  type PlaceState,
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
    begin,
    next(problem, state: PlaceState, tolerances): PlaceState {
      const { place } = state;
      const n = place.x.length;
      const iteration = state.step.iteration + 1;
      const hessian = problem.hessian(place.x);
      if (hessian === undefined)
        return {
          ...state,
          finish: {
            status: "failed",
            message: `the second derivatives cannot be evaluated (${problem.lastFailure}); use bfgs(), which needs only the gradient`,
          },
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
      if (outcome.kind === "none")
        return {
          place,
          step: rejectedStep(problem, state, scaled(outcome.shortest, direction), {
            direction,
            stepLength: outcome.shortest,
            damping: shift,
          }),
          finish: noProgress(problem, place, "no step along the Newton direction lowers the value"),
        };
      const { point } = outcome;
      const step = stepAt(problem, iteration, point, difference(point.x, place.x), true, {
        direction,
        stepLength: point.stepLength,
        damping: shift,
      });
      const finish =
        outcome.kind === "unbounded" ? unboundedAt(point.value) : converged(point, iteration, tolerances);
      return { place: point, step, finish };
    },
  };
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
