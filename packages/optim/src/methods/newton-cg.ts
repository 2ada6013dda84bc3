import { conjugateGradients, truncation } from "../linalg/conjugate-gradients.ts";
import { addAndDot } from "../linalg/vector.ts";
import { OptimizationError } from "../errors.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { MinimizeMethod, Place } from "./method.ts";
import { descentOfProducts } from "./negative-curvature.ts";
import { newtonWalk, type NewtonDirection, type NewtonOptions } from "./newton-walk.ts";

/** Options of {@link newtonCg}. */
export interface NewtonCgOptions extends NewtonOptions {
  /** Most Hessian-vector products for one direction; by default min(10 n, 200). */
  readonly innerIterations?: number;
}

/**
 * Truncated Newton: the Newton equations solved by conjugate gradients on exact Hessian-vector products, each about as
 * dear as two gradients, and no more precisely than the distance from the minimum deserves: to a residual of
 * min(0.1, √‖g‖) ‖g‖ (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 7.1; Dembo & Steihaug 1983). A
 * direction of negative curvature ends them with a step along it as long as positive curvature of that size would make it;
 * a line search follows. Where the gradient vanishes, Lanczos' iteration looks for negative curvature, to leave
 * saddles along it. Memory O(n).
 *
 * A step's `innerIterations` are its products.
 *
 * @throws {OptimizationError} for `innerIterations` that are no positive whole number
 */
export function newtonCg({ innerIterations, ...options }: NewtonCgOptions = {}): MinimizeMethod {
  checkInnerIterations(innerIterations);
  return newtonWalk(
    {
      name: "newton-cg",
      direction: (problem, place) => truncatedDirection(problem, place, innerIterations),
      descent: descentOfProducts,
    },
    options,
  );
}

function truncatedDirection(
  problem: ScalarProblem,
  { x, gradient }: Place,
  most: number | undefined,
): NewtonDirection | undefined {
  const enough = truncation(gradient, most);
  let z: Float64Array | undefined;
  let full = true;
  let count = 0;
  for (const step of conjugateGradients((v) => problem.hessianProduct(x, v), gradient)) {
    count++;
    if (step.shape === "flat") {
      full = z !== undefined;
      z ??= step.direction;
      break;
    }
    z ??= new Float64Array(x.length);
    addAndDot(z, step.length, step.direction, z);
    full = step.shape === "convex";
    if (step.residual <= enough.residual || count >= enough.most) break;
  }
  return z && { direction: z, full, details: { innerIterations: count } };
}

/** @throws {OptimizationError} for a number of inner iterations that is not a positive whole number */
export function checkInnerIterations(innerIterations: number | undefined): void {
  if (innerIterations !== undefined && !(Number.isInteger(innerIterations) && innerIterations >= 1))
    throw new OptimizationError(`innerIterations must be a positive whole number: ${innerIterations}`);
}
