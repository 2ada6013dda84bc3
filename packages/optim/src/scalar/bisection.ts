import { isFinish } from "../walk/method.ts";
import { bracketState, brokenInterval, enterBracket, narrowed, type BracketState } from "./bracketed-root.ts";
import {
  rootResolution,
  type IntervalMethod,
  type IntervalProblem,
  type IntervalTolerances,
} from "./interval.ts";

/** Bisection: halves the interval and keeps the half in which the sign changes. One binary digit a step, always. */
export function bisection(): IntervalMethod {
  return {
    name: "bisection",
    defaultIterations: 1200,
    begin(problem, _start, tolerances) {
      const state = enterBracket(problem);
      return isFinish(state) ? state : ended(problem, state, tolerances);
    },
    next(problem, state: BracketState, tolerances): BracketState {
      const { best, other, first } = state;
      const x = best.x + (other.x - best.x) / 2;
      const value = problem.value(Float64Array.of(x));
      if (value === undefined) return { ...state, finish: brokenInterval(problem, x) };
      const kept = value * best.value < 0 || Math.sign(value) !== Math.sign(best.value) ? best : other;
      const iteration = state.step.iteration + 1;
      const next = bracketState(problem, iteration, { x, value }, kept, first, x - best.x, true);
      return ended(problem, next, tolerances);
    },
  };
}

function ended(problem: IntervalProblem, state: BracketState, tolerances: IntervalTolerances): BracketState {
  const { best, other } = state;
  const middle = best.x + (other.x - best.x) / 2;
  const done =
    best.value === 0 ||
    Math.abs(other.x - best.x) <= 2 * rootResolution(best.x, tolerances) ||
    middle === best.x ||
    middle === other.x;
  return done ? { ...state, finish: narrowed(problem, state) } : state;
}
