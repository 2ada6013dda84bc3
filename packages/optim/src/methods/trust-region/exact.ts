import { solveCholesky } from "../../linalg/cholesky.ts";
import { nearNullVector, shiftedCholesky, solveLower } from "../../linalg/shifted-cholesky.ts";
import { along, at, dot, epsilon, norm, scaled } from "../../linalg/vector.ts";
import { cauchyStep, modelReduction, toBoundary, type TrustStep } from "./subproblem.ts";

/** Where λ of the solution can lie. */
interface Bracket {
  lower: number;
  upper: number;
}

const mostFactorizations = 100;

/**
 * The minimum of the model within the region to `accuracy`: p = −(H + λ I)⁻¹ g with H + λ I positive semidefinite and
 * λ (Δ − ‖p‖) = 0, by Newton's method for 1/‖p(λ)‖ = 1/Δ with safeguards (Moré & Sorensen, Computing a Trust Region Step,
 * SIAM J. Sci. Stat. Comput. 4, 1983, algorithm 3.14; Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 4.3).
 *
 * In the hard case, where g is orthogonal to the eigenvectors of the lowest eigenvalue −λ and ‖p(λ)‖ < Δ, such a vector
 * is added that takes the step to the boundary (their equation 3.8 and lemma 3.4). Where H is singular but for rounding
 * error, the step stays inside instead.
 *
 * @param hessian H, row-major [n, n]
 * @param accuracy of ‖p‖ beside Δ, and of the reduction beside the best possible
 */
export function exactStep(
  hessian: Float64Array,
  gradient: Float64Array,
  radius: number,
  accuracy: number = 0.01,
): TrustStep {
  const n = gradient.length;
  const bracket = initialBracket(hessian, gradient, radius);
  let lambda = bracket.lower;
  let last: TrustStep | undefined;
  for (let count = 0; count < mostFactorizations; count++) {
    const attempt = shiftedCholesky(hessian, n, lambda);
    let next = NaN;
    if (attempt.kind === "indefinite") {
      const { direction, lack } = attempt;
      bracket.lower = Math.max(bracket.lower, lambda + lack / dot(direction, direction));
    } else {
      const { factor } = attempt;
      const p = solveCholesky(factor, n, scaled(-1, gradient));
      const length = norm(p);
      const stepOf = (step: Float64Array, atBoundary: boolean): TrustStep => {
        return { step, reduction: modelReduction(hessian, gradient, step), atBoundary, damping: lambda };
      };
      if (length <= radius && lambda === 0) return stepOf(p, false);
      if (Math.abs(length - radius) <= accuracy * radius)
        return stepOf(length > radius ? scaled(radius / length, p) : p, true);
      if (length > radius) bracket.lower = Math.max(bracket.lower, lambda);
      else {
        const extended = extend(p, hessian, gradient, factor, lambda, radius, accuracy);
        if (extended.kind === "inside") return stepOf(p, false);
        last = stepOf(extended.step, true);
        if (extended.kind === "optimal") return last;
        bracket.upper = Math.min(bracket.upper, lambda);
        bracket.lower = Math.max(bracket.lower, lambda - extended.lowest);
      }
      // Newton's step for 1/‖p(λ)‖ = 1/Δ; without a gradient there is no such equation.
      const q = norm(solveLower(factor, n, p));
      if (q > 0) next = lambda + (length / q) ** 2 * ((length - radius) / radius);
    }
    if (bracket.upper - bracket.lower <= 2 * epsilon * bracket.upper && last !== undefined) break;
    lambda = safeguarded(next, lambda, bracket);
  }
  return last ?? cauchyStep(hessian, gradient, radius);
}

/** What becomes of a p(λ) that is too short. */
type Extended =
  | { readonly kind: "inside" }
  /** p + τz on the boundary, with zᵀ(H + λ I)z near the least for ‖z‖ = 1, by which λ can at most be lowered. */
  | { readonly kind: "optimal" | "better"; readonly step: Float64Array; readonly lowest: number };

/** Takes a step from inside the region to its boundary, along the direction that costs least. */
function extend(
  p: Float64Array,
  hessian: Float64Array,
  gradient: Float64Array,
  factor: Float64Array,
  lambda: number,
  radius: number,
  accuracy: number,
): Extended {
  const n = p.length;
  const z = nearNullVector(factor, n);
  const lowest = quadraticForm(factor, n, z);
  const noise = 10 * n * epsilon * (lambda + curvatureSize(hessian, n, z));
  // No curvature is left along z but rounding error, and p nearly solves the Newton equations.
  if (Math.abs(lowest - lambda) <= noise && lambda * norm(p) <= accuracy * norm(gradient))
    return { kind: "inside" };
  const direction = dot(p, z) < 0 ? scaled(-1, z) : z;
  const tau = toBoundary(p, direction, radius);
  const best = quadraticForm(factor, n, p) + lambda * radius * radius;
  const optimal = tau * tau * lowest <= accuracy * (2 - accuracy) * best;
  return { kind: optimal ? "optimal" : "better", step: along(p, tau, direction), lowest };
}

/** Bounds of λ from Gershgorin's circles and norms of H (Conn, Gould & Toint, Trust-Region Methods, 2000, §7.3.8). */
function initialBracket(hessian: Float64Array, gradient: Float64Array, radius: number): Bracket {
  const n = gradient.length;
  const push = norm(gradient) / radius;
  let [low, high, smallest] = [Infinity, -Infinity, Infinity];
  for (let i = 0; i < n; i++) {
    const diagonal = at(hessian, i * n + i);
    let beside = -Math.abs(diagonal);
    for (let j = i * n; j < (i + 1) * n; j++) beside += Math.abs(at(hessian, j));
    low = Math.min(low, diagonal - beside);
    high = Math.max(high, diagonal + beside);
    smallest = Math.min(smallest, diagonal);
  }
  // A little more, since H + λ I is singular at the bound where g is zero and H diagonal.
  const upper = Math.max(0, push - low) * (1 + 1e-8);
  return { lower: Math.max(0, -smallest, push - high), upper };
}

/** Newton's λ where it lies within the bracket, else a point inside nearer to the lower end. */
function safeguarded(next: number, lambda: number, { lower, upper }: Bracket): number {
  if (next > lower && next < upper && next !== lambda) return next;
  return Math.max(Math.sqrt(lower * upper), lower + 0.01 * (upper - lower));
}

/** |z|ᵀ|H||z|, of which the rounding error of zᵀH z is a part. */
function curvatureSize(hessian: Float64Array, n: number, z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) sum += Math.abs(at(z, i) * at(hessian, i * n + j) * at(z, j));
  return sum;
}

/** ‖Lᵀv‖² */
function quadraticForm(factor: Float64Array, n: number, v: Float64Array): number {
  let square = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = i; j < n; j++) sum += at(factor, j * n + i) * at(v, j);
    square += sum * sum;
  }
  return square;
}
