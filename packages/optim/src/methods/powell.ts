import { OptimizationError } from "../errors.ts";
import { along, at, difference, norm, scaled } from "../linalg/vector.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import type { WalkState } from "../walk/method.ts";
import type { SamplePoint } from "../walk/step.ts";
import {
  checkDirect,
  directStep,
  falseRest,
  fallsBeyond,
  noStart,
  relativeDistance,
  valueAt,
  verdict,
  type DirectTolerances,
} from "./direct.ts";
import { unboundedAt, type MinimizeMethod } from "./method.ts";
import { searchLine, type LineSettings, type Searched } from "./powell-line.ts";

/** Options of {@link powell}. */
export interface PowellOptions extends DirectTolerances {
  /** First step tried along each axis; by default a tenth of each parameter, or of one. */
  readonly initialStep?: number;
  /** Part of a step to which the minimum along a line is found, between 0 and 1; default 0.01. */
  readonly lineTolerance?: number;
}

interface Settings extends LineSettings {
  readonly initialStep: number | undefined;
}

interface PowellState extends WalkState, SamplePoint {
  /** Directions searched in turn, n unit vectors. */
  readonly directions: readonly Float64Array[];
  /** First step to try along each, [n]. */
  readonly lengths: Float64Array;
  /** The direction that is next; n at the end of a round. */
  readonly index: number;
  /** Where this round began. */
  readonly roundStart: SamplePoint;
  /** Direction of this round along which the value has fallen most, and by how much. */
  readonly steepest: number;
  readonly largestFall: number;
  /** Whether every value so far was the same. */
  readonly flat: boolean;
  /** Restarts in a row after which the value has not fallen, and the value at the last one. */
  readonly restarts: number;
  readonly restartValue?: number | undefined;
}

const mostRestarts = 3;
const rest = "a round of line searches has changed nothing";

/**
 * Powell's method of conjugate directions (An Efficient Method for Finding the Minimum of a Function of Several Variables
 * without Calculating Derivatives, Computer J. 7, 1964): a minimum along each of n directions in turn, by Brent's parabolas
 * from values alone; then the direction of the whole round takes the place of that along which the value fell most, unless
 * that would make the directions less independent (his equation for when to keep them). On a quadratic, n rounds make them
 * conjugate. Points that cannot be evaluated count as higher than all others.
 *
 * A step is one line search: it has its `direction`, `stepLength` and all `directions`. Where a whole round changes nothing
 * beyond the tolerances, exact gradients around the point decide as in `nelderMead`: the walk has converged, or it goes on
 * along the negative gradient with the axes as its directions, or it has stalled.
 *
 * @throws {OptimizationError} for options out of range
 */
export function powell(options: PowellOptions = {}): MinimizeMethod {
  const settings = check(options);
  return {
    name: "powell",
    defaultIterations: 10_000,
    begin: (problem, start) => begin(problem, start, settings),
    next: (problem, state: PowellState, tolerances) =>
      state.index < state.directions.length
        ? search(problem, state, settings)
        : roundEnd(problem, state, tolerances, settings),
  };
}

function check(options: PowellOptions): Settings {
  const { initialStep, lineTolerance = 0.01 } = options;
  if (initialStep !== undefined && !(initialStep > 0 && Number.isFinite(initialStep)))
    throw new OptimizationError(`the initial step must be a positive number: ${initialStep}`);
  if (!(lineTolerance > 0 && lineTolerance < 1))
    throw new OptimizationError(`lineTolerance must lie between 0 and 1: ${lineTolerance}`);
  return { ...checkDirect(options), initialStep, lineTolerance };
}

function begin(problem: ScalarProblem, x: Float64Array, settings: Settings): PowellState | Finish {
  const value = valueAt(problem, x);
  if (!Number.isFinite(value)) return noStart(problem);
  const directions = axes(x.length);
  const step = directStep(problem, 0, x, value, new Float64Array(x.length), true, { directions });
  return {
    step,
    x,
    value,
    directions,
    lengths: firstLengths(x, settings, 1),
    index: 0,
    roundStart: { x, value },
    steepest: 0,
    largestFall: 0,
    flat: true,
    restarts: 0,
  };
}

function axes(n: number): Float64Array[] {
  return Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
}

function firstLengths(x: Float64Array, { initialStep }: Settings, factor: number): Float64Array {
  return x.map((value) => factor * (initialStep ?? Math.max(Math.abs(value), 1) / 10));
}

/** The state after a line search, with what else has changed. */
function searched(
  problem: ScalarProblem,
  state: PowellState,
  found: Searched,
  direction: Float64Array,
  changes: Partial<PowellState>,
): PowellState {
  const { x, value, stepLength } = found;
  const directions = changes.directions ?? state.directions;
  const step = directStep(
    problem,
    state.step.iteration + 1,
    x,
    value,
    difference(x, state.x),
    value < state.value,
    { direction, stepLength, directions },
  );
  const finish = found.unbounded ? unboundedAt(value) : undefined;
  return { ...state, x, value, flat: state.flat && found.flat, step, ...changes, finish };
}

/** The next direction of the round. */
function search(problem: ScalarProblem, state: PowellState, settings: Settings): PowellState {
  const { index, directions, lengths } = state;
  const direction = directions[index] as Float64Array;
  const found = searchLine(problem, state, direction, at(lengths, index), settings);
  const fall = state.value - found.value;
  return searched(problem, state, found, direction, {
    index: index + 1,
    lengths: replaced(lengths, index, Math.abs(found.stepLength) || at(lengths, index) / 10),
    ...(fall > state.largestFall && { steepest: index, largestFall: fall }),
  });
}

function replaced(values: Float64Array, index: number, value: number): Float64Array {
  const result = values.slice();
  result[index] = value;
  return result;
}

/** Ends the walk, or searches along the way of the whole round, or begins the next round. */
function roundEnd(
  problem: ScalarProblem,
  state: PowellState,
  tolerances: Tolerances,
  settings: Settings,
): PowellState {
  const { x, value, roundStart, directions, lengths, steepest, largestFall } = state;
  const fresh = { index: 0, roundStart: { x, value }, steepest: 0, largestFall: 0 };
  if (
    relativeDistance(roundStart.x, x) <= settings.stepTolerance &&
    !fallsBeyond(roundStart.value, value, settings)
  )
    return atRest(problem, state, tolerances, settings);
  const way = difference(x, roundStart.x);
  const beyond = valueAt(problem, along(x, 1, way));
  // Powell's condition for the new direction, with f₀, f_N, f_E and the largest fall Δ.
  const bend = 2 * (roundStart.value - 2 * value + beyond);
  const worth =
    beyond < roundStart.value &&
    bend * (roundStart.value - value - largestFall) ** 2 < largestFall * (roundStart.value - beyond) ** 2;
  if (!worth) return search(problem, { ...state, ...fresh }, settings);
  const length = norm(way);
  const direction = scaled(1 / length, way);
  const found = searchLine(problem, state, direction, length, settings);
  const last = directions.length - 1;
  return searched(problem, state, found, direction, {
    ...fresh,
    roundStart: { x: found.x, value: found.value },
    // The last direction fills the gap, the new one comes last (Press et al., Numerical Recipes, 3rd ed., §10.7).
    directions: directions.map((old, i) =>
      i === last ? direction : i === steepest ? (directions[last] as Float64Array) : old,
    ),
    lengths: replaced(
      replaced(lengths, steepest, at(lengths, last)),
      last,
      Math.abs(found.stepLength) || length / 10,
    ),
  });
}

function atRest(
  problem: ScalarProblem,
  state: PowellState,
  tolerances: Tolerances,
  settings: Settings,
): PowellState {
  const { stepTolerance, valueTolerance } = settings;
  const what = `a round of line searches has changed no parameter by more than ${stepTolerance} and the value by no more than ${valueTolerance}`;
  const { finish, descent } = verdict(problem, state.x, what, state.flat, settings, tolerances);
  if (finish) return { ...state, finish };
  const { restartValue, value } = state;
  const fell = restartValue === undefined || fallsBeyond(restartValue, value, settings);
  const restarts = fell ? 0 : state.restarts;
  if (restarts === mostRestarts) return { ...state, finish: falseRest(problem, rest, descent) };
  const leave = descent ?? new Float64Array(state.x.length);
  return restart(problem, { ...state, restarts, restartValue: value }, leave, settings);
}

/** Searches along the descent that gradients know of, and then along the axes again. */
function restart(
  problem: ScalarProblem,
  state: PowellState,
  leave: Float64Array,
  settings: Settings,
): PowellState {
  const n = state.x.length;
  const factor = 100 ** -state.restarts;
  const directions = axes(n);
  const length = norm(leave);
  const direction = length > 0 ? scaled(1 / length, leave) : (directions[0] as Float64Array);
  const lengths = firstLengths(state.x, settings, factor);
  const found = searchLine(problem, state, direction, Math.min(...lengths), settings);
  return searched(problem, state, found, direction, {
    index: 0,
    roundStart: { x: found.x, value: found.value },
    steepest: 0,
    largestFall: 0,
    directions,
    lengths,
    restarts: state.restarts + 1,
  });
}
