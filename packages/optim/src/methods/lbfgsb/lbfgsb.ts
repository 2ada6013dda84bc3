import { boxOf, roomAlong, type Box } from "../../constrained/box.ts";
import {
  boxBegin,
  boxConverged,
  boxLineFunction,
  boxNoProgress,
  boxStepAt,
  boxExhausted,
  limitedSearch,
  lowestAfter,
  type Lowest,
} from "../../constrained/box-walk.ts";
import { OptimizationError } from "../../errors.ts";
import { moreThuente } from "../../line-search/more-thuente.ts";
import type { LineSearch } from "../../line-search/search.ts";
import { along, at, difference, dot, maxNorm, norm, scaled } from "../../linalg/vector.ts";
import type { ScalarProblem } from "../../problem/scalar-problem.ts";
import type { Tolerances } from "../../solution.ts";
import { remember } from "../limited-memory.ts";
import { lineStart, unboundedAt, type MinimizeMethod, type PlaceState } from "../method.ts";
import { changeAlong, checkInitialStep, type Change } from "../quasi-newton.ts";
import { cauchyPoint } from "./cauchy-point.ts";
import { compactHessian } from "./compact-hessian.ts";
import { subspaceMinimum } from "./subspace-minimum.ts";

/** Options of {@link lbfgsb}. */
export interface LbfgsbOptions {
  /** How many pairs of steps and gradient changes are kept. Default 10. */
  readonly memory?: number;
  /** Default {@link moreThuente}. */
  readonly lineSearch?: LineSearch;
  /** Length of the first step tried; by default a fifth of the start's largest parameter, or of one. */
  readonly initialStep?: number;
}

/**
 * L-BFGS-B: limited-memory BFGS within bounds, for problems of any size (Byrd, Lu, Nocedal & Zhu, SIAM J. Sci. Comput. 16,
 * 1995, with the refinement of Morales & Nocedal, ACM TOMS 38, 2011). Every step goes first along the projected path of
 * steepest descent to the model's first minimum, which tells the bounds to hold, and from there to the model's minimum over
 * the other parameters; a line search looks between x and that point, or beyond it as far as the box allows. Nothing is
 * ever evaluated outside the box. Memory O(m n), work O(m n) a step.
 *
 * A step shows `activeBounds`, and the pairs that stood for the Hessian as `memory`.
 *
 * @throws {OptimizationError} for a memory that is no whole number above 0, or a first step that is not positive
 */
export function lbfgsb({
  memory = 10,
  lineSearch = moreThuente(),
  initialStep,
}: LbfgsbOptions = {}): MinimizeMethod {
  if (!(Number.isInteger(memory) && memory > 0))
    throw new OptimizationError(`memory must be a whole number above 0: ${memory}`);
  checkInitialStep(initialStep);
  return {
    name: "lbfgsb",
    defaultIterations: 15_000,
    bounds: true,
    begin: boxBegin,
    next: (problem, state: LbfgsbState, tolerances) =>
      next(problem, state, tolerances, memory, lineSearch, initialStep),
  };
}

interface LbfgsbState extends PlaceState {
  readonly lowest?: Lowest;
  /** Oldest first. */
  readonly memory?: readonly Change[];
}

const nothing: readonly Change[] = [];

/** Where the model wants to go, and what it is made of. */
interface Target {
  readonly target: Float64Array;
  readonly direction: Float64Array;
  readonly memory: readonly Change[];
}

function next(
  problem: ScalarProblem,
  state: LbfgsbState,
  tolerances: Tolerances,
  capacity: number,
  lineSearch: LineSearch,
  initialStep: number | undefined,
): LbfgsbState {
  const { place } = state;
  const box = boxOf(problem);
  const iteration = state.step.iteration + 1;
  const length = initialStep ?? Math.max(maxNorm(place.x), 1) / 5;
  const { target, direction, memory } =
    modelTarget(box, state, state.memory ?? nothing) ?? firstTarget(box, state, length);
  const details = { direction, memory };
  const [room] = roomAlong(box, place.x, direction);
  const outcome = limitedSearch(
    lineSearch,
    boxLineFunction(problem, box, place.x, target, direction),
    lineStart(place, direction),
    1,
    Math.max(room, 1),
  );
  const s = outcome.kind === "none" ? undefined : difference(outcome.point.x, place.x);
  if (outcome.kind === "none" || s === undefined || s.every((d) => d === 0)) {
    const stepLength = outcome.kind === "none" ? outcome.shortest : outcome.point.stepLength;
    const tried = scaled(stepLength, direction);
    return {
      place,
      step: boxStepAt(problem, box, iteration, place, tried, false, { ...details, stepLength }),
      // With pairs that mislead, once more without them.
      memory: nothing,
      finish:
        memory.length === 0
          ? boxNoProgress(problem, box, place, "no step along the projected gradient lowers the value")
          : undefined,
    };
  }
  const { point } = outcome;
  const step = boxStepAt(problem, box, iteration, point, s, true, {
    ...details,
    stepLength: point.stepLength,
  });
  const lowest = lowestAfter(state.lowest, step);
  const finish =
    outcome.kind === "unbounded"
      ? unboundedAt(point.value)
      : (boxConverged(box, point, iteration, tolerances) ?? boxExhausted(problem, box, point, lowest));
  const change = finish === undefined ? changeAlong(s, place, point) : undefined;
  return {
    place: point,
    step,
    lowest,
    memory: change ? remember(memory, capacity, change) : memory,
    finish,
  };
}

/** The target of the model that the pairs make; undefined when there is none downhill. */
function modelTarget(
  box: Box,
  { place: { x, gradient } }: PlaceState,
  memory: readonly Change[],
): Target | undefined {
  const hessian = memory.length === 0 ? undefined : compactHessian(memory);
  if (hessian === undefined) return undefined;
  const cauchy = cauchyPoint(x, gradient, box, hessian);
  const target = subspaceMinimum(x, gradient, box, hessian, cauchy);
  const direction = difference(target, x);
  return dot(direction, gradient) < 0 ? { target, direction, memory } : undefined;
}

/** The model θ I without pairs: a step of about this length along the projected gradient. */
function firstTarget(box: Box, { place: { x, gradient } }: PlaceState, length: number): Target {
  const descent = along(new Float64Array(x.length), -1, gradient);
  for (let i = 0; i < x.length; i++) {
    const bound = at(descent, i) < 0 ? at(box.lower, i) : at(box.upper, i);
    if (at(x, i) === bound) descent[i] = 0;
  }
  const size = norm(descent);
  const target = x.slice();
  for (let i = 0; i < x.length; i++)
    target[i] = Math.min(
      Math.max(at(x, i) + (length / size) * at(descent, i), at(box.lower, i)),
      at(box.upper, i),
    );
  return { target, direction: difference(target, x), memory: nothing };
}
