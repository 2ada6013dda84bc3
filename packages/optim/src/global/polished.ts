import { unboundedAt, type MinimizeMethod } from "../methods/method.ts";
import type { Finish } from "../solution.ts";
import { isFinish, type Method, type WalkState } from "../walk/method.ts";
import type { Basin } from "./basins.ts";
import {
  FellToInfinity,
  roundStep,
  type GlobalMethod,
  type GlobalProblem,
  type GlobalState,
  type GlobalTolerances,
} from "./method.ts";
import { finishOf, polish, type Polished } from "./polish.ts";

/** The state of a global search with what surrounds it. */
export interface PolishedState extends WalkState {
  readonly inner: GlobalState;
  readonly basins: readonly Basin[];
}

/** A global method whose best point is refined and judged at the end, by one more step. */
export function polished(
  method: GlobalMethod,
  local: MinimizeMethod | undefined,
): Method<GlobalProblem, GlobalTolerances> {
  return {
    name: method.name,
    defaultIterations: method.defaultIterations,
    begin(problem, start, tolerances) {
      if (problem.cube.dimension === 0) return singlePoint(problem, start);
      const begun = attempt(() => method.begin(problem, start, tolerances));
      if (begun === undefined) return unboundedAt(-Infinity);
      return isFinish(begun) ? begun : around(problem, begun as GlobalState, local);
    },
    next(problem, state: PolishedState, tolerances) {
      const { inner } = state;
      const following = attempt(() =>
        inner.finish === undefined
          ? around(problem, method.next(problem, inner, tolerances) as GlobalState, local)
          : ending(problem, inner, inner.finish, tolerances, local),
      );
      return following ?? { ...state, finish: unboundedAt(-Infinity) };
    },
  };
}

/** The result, or undefined when the value fell to −∞ on the way. */
function attempt<R>(run: () => R): R | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof FellToInfinity) return undefined;
    throw error;
  }
}

/** Evaluations per parameter, and besides, after which a function that has not had a value yet is given up. */
const [triesEach, tries] = [100, 1000];

function around(
  problem: GlobalProblem,
  inner: GlobalState,
  local: MinimizeMethod | undefined,
): PolishedState {
  const { step, basins, best } = inner;
  let finish = inner.finish;
  const count = problem.evaluations.values;
  if (best.value === Infinity && (finish ?? count >= tries + triesEach * problem.dimension))
    finish = {
      status: "failed",
      message: `the function could not be evaluated at any of ${count} points of the box (last: ${problem.lastFailure}); choose a box where it has values`,
    };
  // What the method thinks of its end is judged in one more step.
  else if (finish?.status === "converged" || finish?.status === "maxIterations")
    finish = local === undefined ? unpolished(inner, finish) : undefined;
  return { inner, basins, step, finish };
}

function unpolished({ best }: GlobalState, finish: Finish): Finish {
  if (finish.status !== "converged") return finish;
  const judged = best.minimum === true ? "" : "; the best point was not refined";
  return {
    ...finish,
    message: `converged: ${finish.message}${judged}; that there is none lower cannot be proven`,
  };
}

/** The last step of a search: its best point refined and judged. */
function ending(
  problem: GlobalProblem,
  inner: GlobalState,
  end: Finish,
  tolerances: GlobalTolerances,
  local: MinimizeMethod | undefined,
): PolishedState {
  if (local === undefined) return { inner, basins: inner.basins, step: inner.step, finish: end };
  const result = polish(problem, inner, tolerances, local);
  const judged = end.status === "converged" || result.verdict === "unbounded";
  return { ...withPolished(problem, inner, result), finish: judged ? finishOf(result, end.message) : end };
}

function withPolished(
  problem: GlobalProblem,
  inner: GlobalState,
  { best, basins, path }: Polished,
): PolishedState {
  const step = best === inner.best ? inner.step : roundStep(problem, inner, best, { path });
  return { inner, basins, step };
}

/** The state of a search that was stopped before its end, its best point refined. */
export function refinedState(
  problem: GlobalProblem,
  state: PolishedState,
  tolerances: GlobalTolerances,
  local: MinimizeMethod | undefined,
): PolishedState {
  const { inner } = state;
  if (local === undefined || inner.best.value === Infinity) return state;
  const result = attempt(() => polish(problem, inner, tolerances, local));
  if (result === undefined) return { ...state, finish: unboundedAt(-Infinity) };
  const refined = withPolished(problem, inner, result);
  return result.verdict === "unbounded" ? { ...refined, finish: finishOf(result, "") } : refined;
}

/** All bounds are equal: there is one point to look at. */
function singlePoint(problem: GlobalProblem, x: Float64Array): PolishedState | Finish {
  const value = problem.value(x);
  if (value === undefined)
    return {
      status: "failed",
      message: `the bounds leave a single point, where the function cannot be evaluated (${problem.lastFailure}); widen them`,
    };
  const best = { x, value };
  const step = roundStep(problem, undefined, best, {});
  const basins = [{ ...best, count: 1 }];
  const inner = { step, best, basins, random: { seed: problem.seed, block: 0 } };
  return {
    inner,
    basins,
    step,
    finish: { status: "stationary", message: "the bounds leave a single point; widen them to search" },
  };
}
