import type { LineSearch } from "../line-search/search.ts";
import { strongWolfe } from "../line-search/strong-wolfe.ts";
import { difference, dot, maxNorm, norm, scaled } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import type { StepDetails } from "../walk/step.ts";
import { lineStep } from "./line-step.ts";
import {
  begin,
  converged,
  noProgress,
  rejectedStep,
  stepAt,
  type MinimizeMethod,
  type Place,
  type PlaceState,
} from "./method.ts";
import { convergedNow, followCurvature, noCurvature, type Descent } from "./negative-curvature.ts";

/** Options that Newton methods with a line search share. */
export interface NewtonOptions {
  /** Default `strongWolfe()`. */
  readonly lineSearch?: LineSearch;
}

/** The step that second derivatives suggest. */
export interface NewtonDirection {
  readonly direction: Float64Array;
  /** Whether it minimises the model itself, so that it is the length to try first; otherwise its length is a guess. */
  readonly full: boolean;
  readonly details: StepDetails;
}

/** What tells one Newton method with a line search from another. */
export interface NewtonKind {
  readonly name: string;
  /** Undefined when the second derivatives cannot be evaluated. */
  direction(problem: ScalarProblem, place: Place): NewtonDirection | undefined;
  /** A way down from where the gradient vanishes, if it is no minimum. */
  descent(problem: ScalarProblem, place: Place): Descent | undefined;
}

interface NewtonState extends PlaceState {
  /** The way down from here, where the gradient vanishes but the second derivatives say that this is no minimum. */
  readonly descent?: Descent | undefined;
}

/** Newton steps with a line search, and steps along negative curvature away from saddles. */
export function newtonWalk(kind: NewtonKind, { lineSearch = strongWolfe() }: NewtonOptions): MinimizeMethod {
  return {
    name: kind.name,
    defaultIterations: 500,
    begin(problem, start, tolerances) {
      const begun = begin(problem, start, tolerances);
      return isFinish(begun) ? begun : examined(kind, problem, begun);
    },
    next: (problem, state: NewtonState, tolerances) =>
      state.descent === undefined
        ? newtonStep(kind, lineSearch, problem, state, tolerances)
        : saddleStep(kind, problem, state, state.descent, tolerances),
  };
}

function newtonStep(
  kind: NewtonKind,
  lineSearch: LineSearch,
  problem: ScalarProblem,
  state: NewtonState,
  tolerances: Tolerances,
): NewtonState {
  const { place } = state;
  const found = kind.direction(problem, place);
  if (found === undefined) return { ...state, finish: noCurvature(problem) };
  let { direction, full } = found;
  let slope = dot(direction, place.gradient);
  if (!(slope < 0)) {
    // Rounding has spoilt it.
    direction = scaled(-1, place.gradient);
    slope = dot(direction, place.gradient);
    full = false;
  }
  // Without positive curvature nothing is known of the length: do not leap further than ten times the point's own size.
  const longest = 10 * Math.max(maxNorm(place.x), 1);
  const initial = full ? 1 : Math.min(1, longest / norm(direction));
  const { point, step, finish } = lineStep(problem, state, tolerances, {
    lineSearch,
    direction,
    slope,
    initial,
    details: found.details,
  });
  // A point that rounding has not let go anywhere is none.
  if (point !== undefined && maxNorm(step.step) > 0)
    return examined(kind, problem, { place: point, step, finish });
  const finished = noProgress(problem, place, "no step along the Newton direction lowers the value");
  return point === undefined ? { place, step, finish: finished } : { ...state, finish: finished };
}

function saddleStep(
  kind: NewtonKind,
  problem: ScalarProblem,
  state: NewtonState,
  descent: Descent,
  tolerances: Tolerances,
): NewtonState {
  const { place } = state;
  const { direction } = descent;
  const iteration = state.step.iteration + 1;
  const outcome = followCurvature(problem, place, descent);
  if (outcome.kind === "none") {
    // The curvature was rounding error, or too short-lived to count.
    const stepLength = outcome.shortest;
    const step = rejectedStep(problem, state, scaled(stepLength, direction), { direction, stepLength });
    return { place, step, finish: convergedNow(place, iteration, tolerances) };
  }
  const { point } = outcome;
  const { stepLength } = point;
  const s = difference(point.x, place.x);
  const step = stepAt(problem, iteration, point, s, true, { direction, stepLength });
  return examined(kind, problem, { place: point, step, finish: converged(point, iteration, tolerances) });
}

/** Lets a walk end where the gradient vanishes only if the second derivatives know no way down. */
function examined(kind: NewtonKind, problem: ScalarProblem, state: NewtonState): NewtonState {
  if (state.finish?.status !== "converged") return state;
  const descent = kind.descent(problem, state.place);
  return descent === undefined ? state : { place: state.place, step: state.step, descent };
}
