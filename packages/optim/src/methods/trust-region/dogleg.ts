import { cholesky, solveCholesky } from "../../linalg/cholesky.ts";
import { modifiedCholesky, negativeCurvature, solveModified } from "../../linalg/modified-cholesky.ts";
import { along, at, difference, dot, epsilon, norm, scaled } from "../../linalg/vector.ts";
import { exactStep } from "./exact.ts";
import { cauchyStep, modelReduction, toBoundary, type TrustStep } from "./subproblem.ts";

/**
 * Powell's dogleg (1970): along the gradient to the minimum of the model there, then straight towards the Newton point, as
 * far as the region goes (Nocedal & Wright, Numerical Optimization, 2nd ed., §4.1). Where the Hessian is not positive
 * definite there is no such path, and the model itself is minimised over the subspace of the gradient, the Newton step of a
 * modified Hessian and a direction of negative curvature (Byrd, Schnabel & Shultz, Approximate Solution of the Trust
 * Region Problem by Minimization over Two-Dimensional Subspaces, Math. Programming 40, 1988).
 */
export function doglegStep(hessian: Float64Array, gradient: Float64Array, radius: number): TrustStep {
  const n = gradient.length;
  const factor = cholesky(hessian, n);
  if (factor === undefined) return subspaceStep(hessian, gradient, radius);
  const newton = solveCholesky(factor, n, scaled(-1, gradient));
  const found = (step: Float64Array, atBoundary: boolean): TrustStep => {
    return { step, reduction: modelReduction(hessian, gradient, step), atBoundary };
  };
  if (norm(newton) <= radius) return found(newton, false);
  const cauchy = cauchyStep(hessian, gradient, radius);
  if (cauchy.atBoundary) return cauchy;
  const leg = difference(newton, cauchy.step);
  return found(along(cauchy.step, toBoundary(cauchy.step, leg, radius), leg), true);
}

/** The minimum within the region over the space that the most promising directions span. */
function subspaceStep(hessian: Float64Array, gradient: Float64Array, radius: number): TrustStep {
  const factor = modifiedCholesky(hessian, gradient.length);
  const basis = orthonormal([
    gradient,
    solveModified(factor, gradient),
    negativeCurvature(factor)?.direction ?? gradient,
  ]);
  const projected = Float64Array.from(basis.flatMap((u) => basis.map((v) => bilinear(hessian, u, v))));
  const slopes = Float64Array.from(basis, (v) => dot(v, gradient));
  const { step: coordinates, atBoundary } = exactStep(projected, slopes, radius);
  let step: Float64Array = new Float64Array(gradient.length);
  basis.forEach((v, k) => (step = along(step, at(coordinates, k), v)));
  return { step, reduction: modelReduction(hessian, gradient, step), atBoundary };
}

/** Gram & Schmidt, twice for orthogonality to rounding error; vectors that the others span are left out. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const size = norm(vector);
    if (!(size > 0 && Number.isFinite(size))) continue;
    let rest = scaled(1 / size, vector);
    for (let turn = 0; turn < 2; turn++) for (const v of basis) rest = along(rest, -dot(rest, v), v);
    const left = norm(rest);
    if (left > 1e-8) basis.push(scaled(1 / left, rest));
  }
  return basis;
}

/** uᵀH v, or 0 where it is no more than its rounding error, which would look like curvature. */
function bilinear(hessian: Float64Array, u: Float64Array, v: Float64Array): number {
  const n = u.length;
  let sum = 0;
  let size = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const term = at(u, i) * at(hessian, i * n + j) * at(v, j);
      sum += term;
      size += Math.abs(term);
    }
  }
  return Math.abs(sum) > n * epsilon * size ? sum : 0;
}
