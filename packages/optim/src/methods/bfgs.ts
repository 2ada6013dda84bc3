import { strongWolfe, type WolfeOptions } from "../line-search/strong-wolfe.ts";
import { at, difference, dot, maxNorm, norm, scaled } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
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

/** Options of {@link bfgs}. */
export interface BfgsOptions extends WolfeOptions {
  /** Length of the first step tried; by default a tenth of the start's largest parameter, or of one. */
  readonly initialStep?: number;
}

/**
 * BFGS: a dense quasi-Newton method that builds the inverse Hessian from gradients, with a strong-Wolfe line search
 * (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 6.1). Memory O(n²).
 */
export function bfgs(options: BfgsOptions = {}): MinimizeMethod {
  return {
    name: "bfgs",
    defaultIterations: 1000,
    begin,
    next: (problem, state: BfgsState, tolerances) => next(problem, state, tolerances, options),
  };
}

interface BfgsState extends PlaceState {
  /** The inverse Hessian as far as it is known, [n, n]. */
  readonly inverse?: Float64Array | undefined;
}

function next(
  problem: ScalarProblem,
  state: BfgsState,
  tolerances: Tolerances,
  options: BfgsOptions,
): BfgsState {
  const { place } = state;
  const iteration = state.step.iteration + 1;
  let { inverse } = state;
  let direction = scaled(-1, place.gradient);
  let trial = (options.initialStep ?? Math.max(maxNorm(place.x), 1) / 10) / norm(place.gradient);
  if (inverse !== undefined) {
    direction = product(inverse, direction);
    trial = 1;
    if (!(dot(direction, place.gradient) < 0)) {
      // Rounding has spoilt the matrix: forget it.
      inverse = undefined;
      direction = scaled(-1, place.gradient);
    }
  }
  const model = inverse && {
    center: place.x,
    value: place.value,
    gradient: place.gradient,
    inverseHessian: inverse,
  };
  const outcome = strongWolfe(
    lineFunction(problem, place.x, direction),
    lineStart(place, direction),
    trial,
    options,
  );
  if (outcome.kind === "none") {
    const step = rejectedStep(problem, state, scaled(outcome.shortest, direction), {
      direction,
      stepLength: outcome.shortest,
    });
    const finish =
      inverse === undefined
        ? noProgress(problem, place, "no step along the negative gradient lowers the value")
        : undefined;
    return { place, step, finish };
  }
  const { point } = outcome;
  const s = difference(point.x, place.x);
  const step = stepAt(problem, iteration, point, s, true, {
    direction,
    stepLength: point.stepLength,
    ...(model && { model }),
  });
  const finish =
    outcome.kind === "unbounded" ? unboundedAt(point.value) : converged(point, iteration, tolerances);
  const y = difference(point.gradient, place.gradient);
  const curvature = dot(s, y);
  if (finish === undefined && curvature > 1e-14 * norm(s) * norm(y))
    inverse = updated(inverse ?? diagonal(curvature / dot(y, y), s.length), s, y, curvature);
  return { place: point, step, inverse, finish };
}

function diagonal(value: number, n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = value;
  return matrix;
}

function product(matrix: Float64Array, v: Float64Array): Float64Array {
  const n = v.length;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += at(matrix, i * n + j) * at(v, j);
    result[i] = sum;
  }
  return result;
}

/** (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ with ρ = 1 / yᵀs. */
function updated(inverse: Float64Array, s: Float64Array, y: Float64Array, curvature: number): Float64Array {
  const n = s.length;
  const hy = product(inverse, y);
  const factor = (1 + dot(y, hy) / curvature) / curvature;
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const [si, hyi] = [at(s, i), at(hy, i)];
    for (let j = 0; j < n; j++)
      result[i * n + j] =
        at(inverse, i * n + j) + (factor * si * at(s, j) - (hyi * at(s, j) + si * at(hy, j)) / curvature);
  }
  return result;
}
