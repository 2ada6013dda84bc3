import { checkDecrease } from "./constants.ts";
import {
  maximumTrials,
  unboundedBelow,
  valueNoise,
  type LineFunction,
  type LinePoint,
  type LineSearch,
  type SearchOutcome,
} from "./search.ts";

/** Constants of {@link backtracking}. */
export interface BacktrackingOptions {
  /** c₁: the value must fall by this part of what the initial slope promises. Default 1e-4. */
  readonly sufficientDecrease?: number;
}

/**
 * Shortens the step until φ(α) ≤ φ(0) + c₁ α φ′(0) (Armijo), each time to the minimiser of the parabola through what is
 * known, kept between a tenth and a half (Nocedal & Wright, Numerical Optimization, 2nd ed., §3.5). Near the minimum,
 * where the decrease drowns in rounding, the slope decides, as in `strongWolfe`.
 *
 * @throws {OptimizationError} for a constant outside (0, 1)
 */
export function backtracking({ sufficientDecrease = 1e-4 }: BacktrackingOptions = {}): LineSearch {
  checkDecrease(sufficientDecrease);
  return {
    name: "backtracking",
    search: (phi, start, initial, magnitude) =>
      search(phi, start, initial, magnitude ?? Math.abs(start.value), sufficientDecrease),
  };
}

function search(
  phi: LineFunction,
  start: LinePoint,
  initial: number,
  magnitude: number,
  c1: number,
): SearchOutcome {
  const noise = valueNoise * magnitude;
  let trial = initial;
  for (let count = 0; count < maximumTrials; count++) {
    const point = phi(trial);
    if (point !== undefined) {
      if (point.value < unboundedBelow) return { kind: "unbounded", point };
      if (point.value <= start.value + c1 * trial * start.slope) return { kind: "found", point };
      if (
        Math.abs(point.value - start.value) <= noise &&
        Math.abs(point.slope) <= (1 - 2 * c1) * -start.slope
      )
        return { kind: "found", point };
    }
    const parabola =
      point === undefined
        ? 0
        : (-start.slope * trial * trial) / (2 * (point.value - start.value - start.slope * trial));
    trial = Math.min(Math.max(parabola, trial / 10), trial / 2);
  }
  return { kind: "none", shortest: trial };
}
