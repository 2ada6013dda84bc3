import { isFinish } from "../walk/method.ts";
import {
  bracketState,
  brokenInterval,
  enterBracket,
  narrowed,
  type BracketState,
  type Sample,
} from "./bracketed-root.ts";
import {
  rootResolution,
  type IntervalMethod,
  type IntervalProblem,
  type IntervalTolerances,
} from "./interval.ts";

interface BrentState extends BracketState {
  /** The best point before this one. */
  readonly previous: Sample;
  /** The last step, and the one before it. */
  readonly last: number;
  readonly beforeLast: number;
}

/**
 * Brent's method for a root in an interval: inverse quadratic interpolation or the secant where they shorten the steps fast
 * enough, bisection where they do not (Brent, Algorithms for Minimization without Derivatives, 1973, ch. 4). Superlinear on
 * smooth functions, never much worse than bisection.
 */
export function brentRoot(): IntervalMethod {
  return {
    name: "brent root",
    defaultIterations: 1200,
    begin(problem, _start, tolerances) {
      const state = enterBracket(problem);
      if (isFinish(state)) return state;
      const width = state.best.x - state.other.x;
      return ended(problem, { ...state, previous: state.other, last: width, beforeLast: width }, tolerances);
    },
    next(problem, state: BrentState, tolerances): BrentState {
      const { best, other, first } = state;
      const least = rootResolution(best.x, tolerances);
      const { move, beforeLast } = proposal(state, least);
      const x = best.x + (Math.abs(move) > least ? move : Math.sign(other.x - best.x) * least);
      const value = problem.value(Float64Array.of(x));
      if (value === undefined) return { ...state, finish: brokenInterval(problem, x) };
      const reached = { x, value };
      const crossed = Math.sign(value) !== Math.sign(best.value);
      const iteration = state.step.iteration + 1;
      const next = bracketState(problem, iteration, reached, crossed ? best : other, first, x - best.x, true);
      // With the old end behind it, the interval is a new one: its width is the last step.
      const width = next.best.x - next.other.x;
      return ended(
        problem,
        {
          ...next,
          previous: next.best === reached ? best : reached,
          ...(crossed ? { last: width, beforeLast: width } : { last: move, beforeLast }),
        },
        tolerances,
      );
    },
  };
}

/** The next move from the best point, and the step before it. */
function proposal(state: BrentState, least: number): { move: number; beforeLast: number } {
  const { best: b, other: c, previous: a, last, beforeLast } = state;
  const half = (c.x - b.x) / 2;
  const bisect = { move: half, beforeLast: half };
  if (Math.abs(beforeLast) < least || Math.abs(a.value) <= Math.abs(b.value)) return bisect;
  const s = b.value / a.value;
  let p: number;
  let q: number;
  if (a.x === c.x) {
    p = 2 * half * s;
    q = 1 - s;
  } else {
    const t = a.value / c.value;
    const r = b.value / c.value;
    p = s * (2 * half * t * (t - r) - (b.x - a.x) * (r - 1));
    q = (t - 1) * (r - 1) * (s - 1);
  }
  if (p > 0) q = -q;
  p = Math.abs(p);
  const inside = 2 * p < Math.min(3 * half * q - Math.abs(least * q), Math.abs(beforeLast * q));
  return inside ? { move: p / q, beforeLast: last } : bisect;
}

function ended(problem: IntervalProblem, state: BrentState, tolerances: IntervalTolerances): BrentState {
  const { best, other } = state;
  const middle = best.x + (other.x - best.x) / 2;
  const done =
    best.value === 0 ||
    Math.abs(other.x - best.x) <= 2 * rootResolution(best.x, tolerances) ||
    middle === best.x ||
    middle === other.x;
  return done ? { ...state, finish: narrowed(problem, state) } : state;
}
