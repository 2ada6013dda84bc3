import { at, entry } from "../linalg/vector.ts";

/** Bounds of a flat point, [n]; −Infinity and Infinity where there is none. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** The bounds of a problem, those that are left out filled in. */
export function boxOf(problem: {
  readonly dimension: number;
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
}): Box {
  const n = problem.dimension;
  return {
    lower: problem.lower ?? new Float64Array(n).fill(-Infinity),
    upper: problem.upper ?? new Float64Array(n).fill(Infinity),
  };
}

/** The nearest value within the bounds of parameter j. */
export function clipped({ lower, upper }: Box, j: number, value: number): number {
  return Math.min(Math.max(value, at(lower, j)), at(upper, j));
}

/** P[x + α p]: the point of the box nearest to x + α p, in a new array. */
export function projectedPoint(
  box: Box,
  x: Float64Array,
  stepLength: number,
  direction: Float64Array,
): Float64Array {
  const point = new Float64Array(x.length);
  for (let j = 0; j < x.length; j++) point[j] = clipped(box, j, at(x, j) + stepLength * at(direction, j));
  return point;
}

/**
 * −1 where x is at its lower bound and the slope holds it there, 1 at the upper, 0 where it is free.
 *
 * @param nearness part of max(|bound|, 1) by which x may miss a bound and still count as being there
 */
export function heldBounds(
  { lower, upper }: Box,
  x: Float64Array,
  gradient: Float64Array,
  nearness: number = 0,
): Int8Array {
  const held = new Int8Array(x.length);
  for (let j = 0; j < x.length; j++) {
    const [low, high] = [at(lower, j), at(upper, j)];
    const atLower = at(x, j) - low <= slack(low, nearness);
    const atUpper = high - at(x, j) <= slack(high, nearness);
    if (atLower && (at(gradient, j) >= 0 || low === high)) held[j] = -1;
    else if (atUpper && at(gradient, j) <= 0) held[j] = 1;
  }
  return held;
}

function slack(bound: number, nearness: number): number {
  return Number.isFinite(bound) ? nearness * Math.max(Math.abs(bound), 1) : 0;
}

/**
 * The part of a gradient that can be followed downhill within the box: zero where a bound holds the parameter. It
 * vanishes exactly where the first-order conditions hold.
 */
export function projectedGradient(box: Box, x: Float64Array, gradient: Float64Array): Float64Array {
  const held = heldBounds(box, x, gradient);
  return gradient.map((slope, j) => (entry(held, j) === 0 ? slope : 0));
}

/** The multiple of a direction at which the first bound is met, and the parameter; Infinity when none is. */
export function roomAlong(
  { lower, upper }: Box,
  x: Float64Array,
  direction: Float64Array,
): readonly [length: number, blocker: number] {
  let [length, blocker] = [Infinity, -1];
  for (let j = 0; j < x.length; j++) {
    const slope = at(direction, j);
    if (slope === 0) continue;
    const room = ((slope < 0 ? at(lower, j) : at(upper, j)) - at(x, j)) / slope;
    if (room < length) [length, blocker] = [room, j];
  }
  return [length, blocker];
}

/** Steps shorter than this part of x, */
const tinyStep = 1e-8;
/** more than so many in a row, lead nowhere. */
export const mostTiny = 10;

/** Whether a step on to x is next to nothing beside it. */
export function isTiny(step: Float64Array, x: Float64Array): boolean {
  return step.every((d, j) => Math.abs(d) <= tinyStep * Math.max(Math.abs(at(x, j)), 1));
}
