import { modifiedCholesky, modifiedMatrix, solveModified } from "../linalg/modified-cholesky.ts";
import { at, scaled } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { MinimizeMethod, Place } from "./method.ts";
import { descentOfMatrix, type Descent } from "./negative-curvature.ts";
import { newtonWalk, type NewtonDirection, type NewtonOptions } from "./newton-walk.ts";

/**
 * Newton's method with the exact Hessian: a quadratic takes one step. Where the Hessian is not positive definite, a
 * modified Cholesky factorisation makes it so (Cheng & Higham 1998, see `src/linalg/modified-cholesky.ts`), which turns
 * every direction downhill; a line search sets its length. Where the gradient vanishes, the Hessian there decides
 * whether that is a minimum: from a saddle the walk goes on along negative curvature. Memory O(n²), work O(n³) a step.
 *
 * A step's `model` is the quadratic whose minimum the full step is, `damping` the size (largest sum of a row) of what was
 * added to the Hessian for it.
 */
export function newton(options: NewtonOptions = {}): MinimizeMethod {
  return newtonWalk({ name: "newton", direction: newtonDirection, descent }, options);
}

function newtonDirection(problem: ScalarProblem, place: Place): NewtonDirection | undefined {
  const { x, value, gradient } = place;
  const n = x.length;
  const hessian = problem.hessian(x);
  if (hessian === undefined) return undefined;
  const factor = modifiedCholesky(hessian, n);
  const model = factor.definite ? hessian : modifiedMatrix(factor);
  return {
    direction: solveModified(factor, scaled(-1, gradient)),
    full: factor.definite,
    details: {
      model: { center: x, value, gradient, hessian: model },
      damping: distance(model, hessian, n),
    },
  };
}

function descent(problem: ScalarProblem, place: Place): Descent | undefined {
  const hessian = problem.hessian(place.x);
  return hessian && descentOfMatrix(place, hessian);
}

/** ‖A − B‖∞ */
function distance(a: Float64Array, b: Float64Array, n: number): number {
  let largest = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = i * n; j < (i + 1) * n; j++) sum += Math.abs(at(a, j) - at(b, j));
    largest = Math.max(largest, sum);
  }
  return largest;
}
