import { roomAlong, projectedPoint, type Box } from "../../constrained/box.ts";
import { modifiedCholesky, negativeCurvature } from "../../linalg/modified-cholesky.ts";
import { at, epsilon, scaled, entry } from "../../linalg/vector.ts";
import type { ScalarProblem } from "../../problem/scalar-problem.ts";
import type { Place } from "../method.ts";
import type { ArcOutcome } from "./arc-search.ts";

/** A slope that holds a parameter at its bound counts when it changes the value by more than this part, */
const weak = 1e-6;
/** and curvature when it promises to lower it by more than this part over a step of the parameters' size. */
const worthwhile = 1e-8;
const mostTrials = 15;

/**
 * A direction of negative curvature that the box leaves open, where the projected gradient vanishes; undefined when there
 * is none to be found. Parameters that a slope holds at a bound stay. Those at a bound without a slope may leave it: whether
 * they can lower the value is not easy to decide in general, so only the lowest curvature with them, in both senses, and
 * that without them are tried. The direction is as long as the parameters' sizes.
 */
export function boxDescent(box: Box, place: Place, hessian: Float64Array): Float64Array | undefined {
  const { x, gradient, value } = place;
  const n = x.length;
  const { open, inside } = freedom(box, place);
  for (const members of open.length === inside.length ? [inside] : [open, inside]) {
    const found = lowest(members, n, hessian);
    if (found === undefined) continue;
    let longest = 0;
    for (let j = 0; j < n; j++)
      longest = Math.max(longest, Math.abs(at(found.direction, j)) / Math.max(Math.abs(at(x, j)), 1));
    const gained = -found.curvature / (2 * longest * longest);
    if (!(gained > worthwhile * Math.max(Math.abs(value), 1))) continue;
    let slope = 0;
    for (let j = 0; j < n; j++) slope += at(gradient, j) * at(found.direction, j);
    const down = slope > 0 ? -1 : 1;
    for (const sign of [down, -down]) {
      const direction = scaled(sign / longest, found.direction);
      if (roomAlong(box, x, direction)[0] > 0) return direction;
    }
  }
  return undefined;
}

/** Whether the Hessian of the parameters that no slope holds curves upwards so much that their sizes would count. */
export function curvesUpwards(box: Box, place: Place, hessian: Float64Array): boolean {
  const { open } = freedom(box, place);
  const [n, m] = [place.x.length, open.length];
  const least = weak * Math.max(Math.abs(place.value), 1);
  const block = new Float64Array(m * m);
  const size = open.map((j) => Math.max(Math.abs(at(place.x, j)), 1));
  open.forEach((j, k) =>
    open.forEach((i, l) => (block[k * m + l] = at(hessian, j * n + i) * entry(size, k) * entry(size, l))),
  );
  for (let k = 0; k < m; k++) block[k * m + k] = at(block, k * m + k) - least;
  return modifiedCholesky(block, m).definite;
}

/** Parameters that no slope holds at a bound, and those of them that are at none. */
function freedom({ lower, upper }: Box, { x, gradient, value }: Place): { open: number[]; inside: number[] } {
  const open: number[] = [];
  const inside: number[] = [];
  for (let j = 0; j < x.length; j++) {
    if (at(lower, j) === at(upper, j)) continue;
    const atBound = at(x, j) === at(lower, j) || at(x, j) === at(upper, j);
    const pull = Math.abs(at(gradient, j)) * Math.max(Math.abs(at(x, j)), 1);
    if (!atBound) inside.push(j);
    if (!atBound || pull <= weak * Math.max(Math.abs(value), 1)) open.push(j);
  }
  return { open, inside };
}

function lowest(
  members: readonly number[],
  n: number,
  hessian: Float64Array,
): { direction: Float64Array; curvature: number } | undefined {
  const m = members.length;
  if (m === 0) return undefined;
  const block = new Float64Array(m * m);
  members.forEach((j, k) => members.forEach((i, l) => (block[k * m + l] = at(hessian, j * n + i))));
  const found = negativeCurvature(modifiedCholesky(block, m));
  if (found === undefined) return undefined;
  const direction = new Float64Array(n);
  members.forEach((j, k) => (direction[j] = at(found.direction, k)));
  return { direction, curvature: curvatureAlong(hessian, direction) };
}

function curvatureAlong(hessian: Float64Array, direction: Float64Array): number {
  const n = direction.length;
  let sum = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) sum += at(direction, i) * at(hessian, i * n + j) * at(direction, j);
  return sum;
}

/** A step along such a direction that lowers the value by more than its rounding error, found by shortening. */
export function followInBox(
  problem: ScalarProblem,
  box: Box,
  place: Place,
  direction: Float64Array,
): ArcOutcome {
  const noise = 10 * epsilon * Math.abs(place.value);
  const [room] = roomAlong(box, place.x, direction);
  let stepLength = Math.min(1, room);
  let best: Place | undefined;
  for (let trial = 0; trial < mostTrials; trial++) {
    const x = projectedPoint(box, place.x, stepLength, direction);
    const evaluation = problem.evaluate(x);
    if (evaluation !== undefined && evaluation.value < place.value - noise) {
      best = { ...evaluation, x };
      break;
    }
    stepLength /= 4;
  }
  return best === undefined
    ? { kind: "none", shortest: stepLength }
    : { kind: "found", place: best, stepLength };
}
