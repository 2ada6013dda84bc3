import { strongWolfe, type WolfeOptions } from "../line-search/strong-wolfe.ts";
import { at, difference, dot, maxNorm, norm, scaled } from "../linalg/vector.ts";
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
    walk: (problem, start, tolerances) => walk(problem, start, tolerances, options),
  };
}

function* walk(
  problem: ScalarProblem,
  start: Float64Array,
  tolerances: Tolerances,
  options: BfgsOptions,
): Walk {
  const n = start.length;
  const entered = enter(problem, start);
  if (isFinish(entered)) return entered;
  let place: Place = entered;
  yield stepAt(problem, 0, place, new Float64Array(n), true);
  let inverse: Float64Array | undefined;
  for (let iteration = 1; ; iteration++) {
    const finish = converged(place, iteration - 1, tolerances);
    if (finish !== undefined) return finish;
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
    const outcome = strongWolfe(
      lineFunction(problem, place.x, direction),
      lineStart(place, direction),
      trial,
      options,
    );
    if (outcome.kind === "none") {
      yield stepAt(problem, iteration, place, scaled(outcome.shortest, direction), false, {
        stepLength: outcome.shortest,
      });
      if (inverse === undefined)
        return noProgress(problem, place, "no step along the negative gradient lowers the value");
      inverse = undefined;
      continue;
    }
    const { point } = outcome;
    const step = difference(point.x, place.x);
    const gradientChange = difference(point.gradient, place.gradient);
    place = point;
    yield stepAt(problem, iteration, place, step, true, { stepLength: point.stepLength });
    if (outcome.kind === "unbounded") return unboundedAt(place.value);
    const curvature = dot(step, gradientChange);
    if (curvature > 1e-14 * norm(step) * norm(gradientChange)) {
      inverse ??= diagonal(curvature / dot(gradientChange, gradientChange), n);
      update(inverse, step, gradientChange, curvature);
    }
  }
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

/** H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ with ρ = 1 / yᵀs. */
function update(inverse: Float64Array, s: Float64Array, y: Float64Array, curvature: number): void {
  const n = s.length;
  const hy = product(inverse, y);
  const factor = (1 + dot(y, hy) / curvature) / curvature;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const correction =
        factor * at(s, i) * at(s, j) - (at(hy, i) * at(s, j) + at(s, i) * at(hy, j)) / curvature;
      inverse[i * n + j] = at(inverse, i * n + j) + correction;
    }
  }
}
