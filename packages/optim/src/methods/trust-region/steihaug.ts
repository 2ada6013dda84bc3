import { conjugateGradients, truncation, type ConjugateStep } from "../../linalg/conjugate-gradients.ts";
import { addAndDot, along } from "../../linalg/vector.ts";
import type { ScalarProblem } from "../../problem/scalar-problem.ts";
import type { Place } from "../method.ts";
import { toBoundary, type TrustStep } from "./subproblem.ts";

/** Conjugate-gradient steps from a place as far as they were needed. */
export type ConjugatePath = readonly ConjugateStep[];

/**
 * The steps of conjugate gradients for the Newton equations, until they are solved well enough, leave the region or meet a
 * direction without positive curvature (Steihaug, The Conjugate Gradient Method and Trust Regions in Large Scale
 * Optimization, SIAM J. Numer. Anal. 20, 1983; Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 7.2). Kept, they
 * give the step of every smaller radius without another product.
 *
 * @returns undefined when the second derivatives cannot be evaluated
 */
export function conjugatePath(
  problem: ScalarProblem,
  { x, gradient }: Place,
  radius: number,
  most: number | undefined,
): ConjugatePath | undefined {
  const enough = truncation(gradient, most);
  const path: ConjugateStep[] = [];
  const z = new Float64Array(x.length);
  for (const step of conjugateGradients((v) => problem.hessianProduct(x, v), gradient)) {
    path.push(step);
    if (step.shape !== "convex") break;
    const length = Math.sqrt(addAndDot(z, step.length, step.direction, z));
    if (length >= radius || step.residual <= enough.residual || path.length >= enough.most) break;
  }
  return path.length === 0 ? undefined : path;
}

/** The end of the path, or where it leaves the region. ‖z‖ grows along it (Steihaug, theorem 2.1), so that it does so once. */
export function steihaugStep(path: ConjugatePath, radius: number): TrustStep {
  let z = new Float64Array(path[0]?.direction.length ?? 0);
  let reduction = 0;
  for (const { direction, descent, curvature, shape, length } of path) {
    const next = z.slice();
    const square = addAndDot(next, length, direction, next);
    if (shape !== "convex" || !(square < radius * radius)) {
      const tau = toBoundary(z, direction, radius);
      reduction += tau * descent - (tau * tau * curvature) / 2;
      return { step: along(z, tau, direction), reduction, atBoundary: true };
    }
    z = next;
    reduction += (length * descent) / 2;
  }
  return { step: z, reduction, atBoundary: false };
}
