import { at } from "../linalg/vector.ts";
import { isFinish } from "../walk/method.ts";
import { enterInterval, minimumState, type MinimumState } from "./interval-minimum.ts";
import type { IntervalMethod } from "./interval.ts";

/** (3 − √5) / 2: both parts of an interval cut there are cut there again by the point kept. */
export const goldenRatio: number = (3 - Math.sqrt(5)) / 2;

interface GoldenState extends MinimumState {
  /** Ends, and two points inside in ascending order with their values. */
  readonly ends: readonly [number, number];
  readonly inner: readonly [number, number];
  readonly values: readonly [number, number];
}

/**
 * Golden-section search for a minimum in an interval: of two points inside, the part beyond the higher one is left out
 * (Kiefer 1953). The interval shrinks by 0.618 a step, one evaluation each, whatever the function.
 */
export function goldenSection(): IntervalMethod {
  return {
    name: "golden section",
    defaultIterations: 500,
    begin(problem, _start, tolerances) {
      const [a, b] = [at(problem.lower as Float64Array, 0), at(problem.upper as Float64Array, 0)];
      const inner = [a + goldenRatio * (b - a), b - goldenRatio * (b - a)] as const;
      const values = inner.map((x) => enterInterval(problem, x));
      const failed = values.find((value) => typeof value !== "number");
      if (failed !== undefined && isFinish(failed)) return failed;
      return golden(
        problem,
        0,
        [a, b],
        inner,
        values as unknown as readonly [number, number],
        undefined,
        tolerances,
      );
    },
    next(problem, state: GoldenState, tolerances) {
      const { ends, inner, values } = state;
      const left = values[0] <= values[1];
      const [a, b] = left ? [ends[0], inner[1]] : [inner[0], ends[1]];
      const x = left ? a + goldenRatio * (b - a) : b - goldenRatio * (b - a);
      const value = enterInterval(problem, x);
      if (typeof value !== "number") return { ...state, finish: value };
      return golden(
        problem,
        state.step.iteration + 1,
        [a, b],
        left ? [x, inner[0]] : [inner[1], x],
        left ? [value, values[0]] : [values[1], value],
        state,
        tolerances,
      );
    },
  };
}

function golden(
  problem: Parameters<typeof minimumState>[0],
  iteration: number,
  ends: readonly [number, number],
  inner: readonly [number, number],
  values: readonly [number, number],
  before: GoldenState | undefined,
  tolerances: Parameters<typeof minimumState>[5],
): GoldenState {
  const best = values[0] <= values[1] ? 0 : 1;
  const flat = (before?.flat ?? true) && values[0] === values[1];
  const state = minimumState(
    problem,
    iteration,
    { x: inner[best], value: values[best] },
    ends,
    flat,
    tolerances,
    before?.step,
  );
  return { ...state, ends, inner, values };
}
