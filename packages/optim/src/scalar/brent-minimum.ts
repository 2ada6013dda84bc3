import { at } from "../linalg/vector.ts";
import { goldenRatio } from "./golden-section.ts";
import { enterInterval, minimumState, type MinimumState } from "./interval-minimum.ts";
import { minimumResolution, type IntervalMethod } from "./interval.ts";
import type { Sample } from "./bracketed-root.ts";

interface BrentState extends MinimumState {
  readonly ends: readonly [number, number];
  /** Lowest point, second lowest, and the second lowest before. */
  readonly best: Sample;
  readonly second: Sample;
  readonly third: Sample;
  /** The last step, and the one before it. */
  readonly last: number;
  readonly beforeLast: number;
}

/**
 * Brent's method for a minimum in an interval: the vertex of the parabola through the three lowest points where it shortens
 * the steps fast enough, golden section where it does not (Brent, Algorithms for Minimization without Derivatives, 1973,
 * ch. 5). Values alone tell a minimum to half the digits: the default tolerance is 2⁻²⁶.
 */
export function brentMinimum(): IntervalMethod {
  return {
    name: "brent minimum",
    defaultIterations: 500,
    begin(problem, _start, tolerances) {
      const [a, b] = [at(problem.lower as Float64Array, 0), at(problem.upper as Float64Array, 0)];
      const x = a + goldenRatio * (b - a);
      const value = enterInterval(problem, x);
      if (typeof value !== "number") return value;
      const best = { x, value };
      const state = minimumState(problem, 0, best, [a, b], true, tolerances, undefined);
      return { ...state, ends: [a, b], best, second: best, third: best, last: 0, beforeLast: 0 };
    },
    next(problem, state: BrentState, tolerances): BrentState {
      const { best, second, third } = state;
      const [a, b] = state.ends;
      const near = minimumResolution(best.x, problem, tolerances);
      const { move, beforeLast } = proposal(state, near);
      const x = best.x + (Math.abs(move) >= near ? move : near * (Math.sign(move) || 1));
      const value = enterInterval(problem, x);
      if (typeof value !== "number") return { ...state, finish: value };
      const reached = { x, value };
      const lower = value <= best.value;
      // The interval ends at the higher of the two points.
      const wall = lower ? best.x : x;
      const onLeft = lower ? x >= best.x : x < best.x;
      const ends: readonly [number, number] = onLeft ? [wall, b] : [a, wall];
      const points = lower ? [reached, best, second] : ranked(reached, best, second, third);
      const [first, next, after] = points as [Sample, Sample, Sample];
      const flat = state.flat && value === best.value;
      return {
        ...minimumState(problem, state.step.iteration + 1, first, ends, flat, tolerances, state.step),
        ends,
        best: first,
        second: next,
        third: after,
        last: move,
        beforeLast,
      };
    },
  };
}

/** The three lowest points, of which `best` is the first. */
function ranked(reached: Sample, best: Sample, second: Sample, third: Sample): readonly Sample[] {
  if (reached.value <= second.value || second.x === best.x) return [best, reached, second];
  const takes = reached.value <= third.value || third.x === best.x || third.x === second.x;
  return [best, second, takes ? reached : third];
}

/** The next move from the lowest point, and the step before it. */
function proposal(
  { ends: [a, b], best: x, second: w, third: v, last, beforeLast }: BrentState,
  near: number,
): { move: number; beforeLast: number } {
  const middle = (a + b) / 2;
  const wide = x.x < middle ? b - x.x : a - x.x;
  const golden = { move: goldenRatio * wide, beforeLast: wide };
  if (Math.abs(beforeLast) <= near) return golden;
  const r = (x.x - w.x) * (x.value - v.value);
  let q = (x.x - v.x) * (x.value - w.value);
  let p = (x.x - v.x) * q - (x.x - w.x) * r;
  q = 2 * (q - r);
  if (q > 0) p = -p;
  q = Math.abs(q);
  const fits = Math.abs(p) < Math.abs((q * beforeLast) / 2) && p > q * (a - x.x) && p < q * (b - x.x);
  if (!fits) return golden;
  const move = p / q;
  const target = x.x + move;
  // Not too close to the ends, where the interval would hardly shrink.
  const close = target - a < 2 * near || b - target < 2 * near;
  return { move: close ? (x.x < middle ? near : -near) : move, beforeLast: last };
}
