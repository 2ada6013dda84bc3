import { epsilon } from "../linalg/vector.ts";
import { unboundedBelow, type LineFunction, type LinePoint, type SearchOutcome } from "./search.ts";

/** Constants of the backtracking search. */
export interface BacktrackingOptions {
  /** c₁: the value must fall by this part of what the initial slope promises. */
  readonly sufficientDecrease?: number;
}

const maximumTrials = 60;

/**
 * Shortens the step until φ(α) ≤ φ(0) + c₁ α φ′(0) (Armijo), each time to the minimiser of the parabola through what is
 * known, kept between a tenth and a half (Nocedal & Wright, Numerical Optimization, 2nd ed., §3.5). A point that
 * cannot be evaluated is too far. Near the minimum, where the decrease drowns in rounding, the slope decides, as in
 * {@link strongWolfe}.
 */
export function backtracking(
  phi: LineFunction,
  start: LinePoint,
  initial: number,
  { sufficientDecrease = 1e-4 }: BacktrackingOptions = {},
): SearchOutcome {
  const noise = 10 * epsilon * Math.abs(start.value);
  let trial = initial;
  for (let count = 0; count < maximumTrials; count++) {
    const point = phi(trial);
    if (point !== undefined) {
      if (point.value < unboundedBelow) return { kind: "unbounded", point };
      if (point.value <= start.value + sufficientDecrease * trial * start.slope)
        return { kind: "found", point };
      if (
        point.value <= start.value + noise &&
        Math.abs(point.slope) <= (1 - 2 * sufficientDecrease) * -start.slope
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
