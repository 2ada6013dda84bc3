import { OptimizationError } from "../errors.ts";
import { backtracking } from "../line-search/backtracking.ts";
import { hagerZhang } from "../line-search/hager-zhang.ts";
import type { LineSearch } from "../line-search/search.ts";
import { strongWolfe } from "../line-search/strong-wolfe.ts";
import { along, dot, maxNorm, scaled } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
import { exactStep } from "./exact-step.ts";
import { lineStep, type SearchState } from "./line-step.ts";
import { begin, noProgress, type MinimizeMethod, type Place } from "./method.ts";

/** Options of {@link conjugateGradient}. */
export interface ConjugateGradientOptions {
  /**
   * How much of the last direction the next one keeps. `"hagerZhang"` (default) goes downhill whatever the line search;
   * `"polakRibierePlus"` needs an accurate one.
   */
  readonly beta?: "hagerZhang" | "polakRibierePlus";
  /**
   * Default `hagerZhang({ curvature: 0.5 })`, or `strongWolfe({ curvature: 0.1 })` for Polak–Ribière+. `"exact"` goes to the minimum of the
   * second-order model along the direction, from one Hessian-vector product a step, and back where the value does not fall
   * enough: on a quadratic of n parameters it is there after n steps.
   */
  readonly lineSearch?: LineSearch | "exact";
}

/**
 * Nonlinear conjugate gradients: p⁺ = −g⁺ + β p. Memory of a few vectors, for many parameters.
 *
 * With y = g⁺ − g, β is, after Hager & Zhang (CG_DESCENT, SIAM J. Optim. 16, 2005, equations 1.3 and 1.6–1.8),
 *
 *     max(η, (y − 2 p yᵀy / pᵀy)ᵀ g⁺ / pᵀy)  with  η = −1 / (‖p‖ min(0.01, ‖g‖)),
 *
 * or max(0, yᵀg⁺ / gᵀg) (Polak & Ribière 1969; Powell 1984; Nocedal & Wright, Numerical Optimization, 2nd ed., equation
 * 5.45). The walk sets out anew along −g⁺ when that is far from orthogonal to g, |gᵀg⁺| ≥ 0.2 g⁺ᵀg⁺ (Powell, Math.
 * Programming 12, 1977), and where p⁺ does not go downhill.
 *
 * The first trial along a direction is where the secant through the slopes at 0 and at a tenth of the last step length
 * crosses zero: the procedure `initial` of Hager & Zhang (§4, I0–I2) with slopes in place of values.
 *
 * @throws {OptimizationError} for an unknown β
 */
export function conjugateGradient(options: ConjugateGradientOptions = {}): MinimizeMethod {
  const { beta = "hagerZhang", lineSearch } = options;
  if (!(beta === "hagerZhang" || beta === "polakRibierePlus"))
    throw new OptimizationError(`beta must be "hagerZhang" or "polakRibierePlus": ${String(beta)}`);
  const exact = lineSearch === "exact";
  const search = exact
    ? backtracking()
    : (lineSearch ??
      (beta === "hagerZhang" ? hagerZhang({ curvature: 0.5 }) : strongWolfe({ curvature: 0.1 })));
  return {
    name: "conjugate gradient",
    defaultIterations: 20_000,
    begin,
    next: (problem, state: ConjugateState, tolerances) =>
      next(
        problem,
        state,
        tolerances,
        beta === "hagerZhang" ? hagerZhangBeta : polakRibiereBeta,
        search,
        exact,
      ),
  };
}

interface ConjugateState extends SearchState {
  /** The direction from here; undefined for that of steepest descent. */
  readonly course?: Course | undefined;
  /** The search that led here; undefined where the next one begins from nothing. */
  readonly last?: { readonly stepLength: number; readonly slope: number } | undefined;
  /** Running mean of the sizes of the values, and its weight. */
  readonly magnitude?: number;
  readonly weight?: number;
}

/** A direction and the slope along it. */
interface Course {
  readonly direction: Float64Array;
  readonly slope: number;
}

/** Part of the last step length at which the slope is measured: ψ₁. */
const probe = 0.1;
/** Part of the start's largest parameter that the first trial of all changes it by: ψ₀. */
const firstChange = 0.01;
/** How fast the mean of the sizes of the values forgets (Hager & Zhang, ACM TOMS 32, 2006, §2). */
const forgetting = 0.7;
/** Cosine-like measure of two successive gradients from which on they are too far from orthogonal. */
const farFromOrthogonal = 0.2;

function next(
  problem: ScalarProblem,
  state: ConjugateState,
  tolerances: Tolerances,
  beta: Beta,
  lineSearch: LineSearch,
  exact: boolean,
): ConjugateState {
  const { place, course, last } = state;
  const weight = 1 + forgetting * (state.weight ?? 0);
  const mean = state.magnitude ?? 0;
  const magnitude = mean + (Math.abs(place.value) - mean) / weight;
  const { direction, slope } = course ?? steepest(place);
  const initial =
    (exact ? exactStep(problem, place.x, direction, slope) : undefined) ??
    firstTrial(problem, place, direction, slope, last);
  const task = { lineSearch, direction, slope, initial, magnitude };
  const { point, step, finish, progress } = lineStep(problem, state, tolerances, task);
  const common = { step, progress, magnitude, weight };
  if (point === undefined) {
    const what = "no step along the negative gradient lowers the value";
    return { ...common, place, finish: course === undefined ? noProgress(problem, place, what) : undefined };
  }
  return {
    ...common,
    place: point,
    finish,
    course: finish === undefined ? conjugate(beta, direction, place, point) : undefined,
    last: { stepLength: point.stepLength, slope },
  };
}

function steepest({ gradient }: Place): Course {
  return { direction: scaled(-1, gradient), slope: -dot(gradient, gradient) };
}

/** The step length to try first. */
function firstTrial(
  problem: ScalarProblem,
  place: Place,
  direction: Float64Array,
  slope: number,
  last: ConjugateState["last"],
): number {
  // Where the slope is steeper than last time, the same change of value takes less of it.
  const near = last ? probe * last.stepLength * Math.min(1, last.slope / slope) : firstLength(place);
  const reached = problem.evaluate(along(place.x, near, direction));
  if (reached === undefined) return probe * near;
  const change = dot(reached.gradient, direction) - slope;
  const trial = change > 0 ? (near * -slope) / change : NaN;
  return trial > 0 && trial < Infinity ? trial : (2 * near) / probe;
}

/** I0: a small part of the parameters' size, or of the value's. */
function firstLength({ x, value, gradient }: Place): number {
  const size = maxNorm(x);
  if (size > 0) return (firstChange * size) / maxNorm(gradient);
  return value === 0 ? 1 : (firstChange * Math.abs(value)) / dot(gradient, gradient);
}

/** β from products of p, g, g⁺ and y = g⁺ − g. */
type Beta = (products: Products) => number;

interface Products {
  /** ‖p‖, ‖g‖ */
  readonly directionNorm: number;
  readonly gradientNorm: number;
  /** pᵀy, yᵀy, pᵀg⁺, yᵀg⁺ */
  readonly py: number;
  readonly yy: number;
  readonly pg: number;
  readonly yg: number;
}

const hagerZhangBeta: Beta = ({ directionNorm, gradientNorm, py, yy, pg, yg }) =>
  Math.max(-1 / (directionNorm * Math.min(0.01, gradientNorm)), (yg - (2 * yy * pg) / py) / py);

const polakRibiereBeta: Beta = ({ gradientNorm, yg }) => Math.max(0, yg / (gradientNorm * gradientNorm));

/** The direction from `to`; undefined to set out anew. */
function conjugate(beta: Beta, p: Float64Array, from: Place, to: Place): Course | undefined {
  const [g, h] = [from.gradient, to.gradient];
  let [pp, gg, hh, gh, py, yy, pg, yg] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < p.length; i++) {
    const pi = p[i] as number;
    const gi = g[i] as number;
    const hi = h[i] as number;
    const yi = hi - gi;
    pp += pi * pi;
    gg += gi * gi;
    hh += hi * hi;
    gh += gi * hi;
    py += pi * yi;
    yy += yi * yi;
    pg += pi * hi;
    yg += yi * hi;
  }
  if (Math.abs(gh) >= farFromOrthogonal * hh) return undefined;
  const kept = beta({ directionNorm: Math.sqrt(pp), gradientNorm: Math.sqrt(gg), py, yy, pg, yg });
  const slope = kept * pg - hh;
  if (!(slope < 0 && slope > -Infinity)) return undefined;
  const direction = new Float64Array(p.length);
  for (let i = 0; i < p.length; i++) direction[i] = kept * (p[i] as number) - (h[i] as number);
  return { direction, slope };
}
