import { along } from "../linalg/vector.ts";
import { lineMinimum } from "../line-search/line-minimum.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { SamplePoint } from "../walk/step.ts";
import { relativeDistance, valueAt, type CheckedDirectTolerances } from "./direct.ts";

/** How precisely lines are searched. */
export interface LineSettings extends CheckedDirectTolerances {
  readonly lineTolerance: number;
}

/** Where a search along a line led. */
export interface Searched extends SamplePoint {
  readonly stepLength: number;
  /** Whether the value falls without end. */
  readonly unbounded: boolean;
  /** Whether every value was that at the start. */
  readonly flat: boolean;
}

/**
 * A minimum along a line through x from values alone.
 *
 * @param first step length to try first
 */
export function searchLine(
  problem: ScalarProblem,
  { x, value }: SamplePoint,
  direction: Float64Array,
  first: number,
  settings: LineSettings,
): Searched {
  // A step length of this size changes no parameter by more than the tolerance.
  const resolution = settings.stepTolerance / relativeDistance(x, along(x, 1, direction));
  let flat = true;
  const phi = (stepLength: number): number => {
    const there = valueAt(problem, along(x, stepLength, direction));
    flat &&= there === value;
    return there;
  };
  const { kind, lowest } = lineMinimum(phi, value, {
    first: Math.max(first, resolution),
    relative: settings.lineTolerance,
    resolution: resolution / 4,
  });
  const moved = lowest.value < value;
  return {
    x: moved ? along(x, lowest.stepLength, direction) : x,
    value: moved ? lowest.value : value,
    stepLength: moved ? lowest.stepLength : 0,
    unbounded: kind === "unbounded",
    flat,
  };
}
