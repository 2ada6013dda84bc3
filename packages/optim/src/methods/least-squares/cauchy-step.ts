import { at, dot } from "../../linalg/vector.ts";
import type { Linearization } from "../../problem/least-squares/problem.ts";
import type { Room } from "./box-step.ts";
import { modelChange } from "./free-step.ts";
import { scaledLength } from "./geodesic-acceleration.ts";

/**
 * The generalised Cauchy point: the first local minimum of the model ½ ‖R δ + z‖² along the path of scaled steepest
 * descent, δ(t) = −t D⁻² g, bent along the bounds that it meets, and within ‖D δ‖ ≤ Δ
 * (Conn, Gould & Toint, Trust-Region Methods, 2000, algorithm 17.3.1).
 *
 * @param scale the diagonal of D; a zero counts as 1
 */
export function cauchyStep(
  here: Linearization,
  scale: Float64Array,
  radius: number,
  { low, high }: Room,
): Float64Array {
  const p = scale.length;
  const path = new Float64Array(p);
  /** t at which a parameter meets its bound. */
  const limits = new Float64Array(p).fill(Infinity);
  for (let j = 0; j < p; j++) {
    path[j] = -at(here.gradient, j) / (at(scale, j) || 1) ** 2;
    const bound = at(path, j) < 0 ? low : high;
    if (bound !== undefined && path[j] !== 0) limits[j] = at(bound, j) / at(path, j);
  }
  const step = new Float64Array(p);
  // Every leg but the last ends where a parameter is stopped.
  for (let t = 0; ;) {
    let bend = Infinity;
    for (let j = 0; j < p; j++) {
      if (at(limits, j) <= t) path[j] = 0;
      if (path[j] !== 0) bend = Math.min(bend, at(limits, j));
    }
    const change = modelChange(here, path);
    const rest = modelChange(here, step);
    for (let i = 0; i < here.rows; i++) rest[i] = at(rest, i) + at(here.transformed, i);
    const slope = dot(change, rest);
    if (!(slope < 0)) return step;
    const lowest = -slope / dot(change, change);
    const length = Math.min(lowest, untilEdge(step, path, scale, radius));
    const bends = t + length >= bend;
    for (let j = 0; j < p; j++) {
      if (bends && at(limits, j) === bend) step[j] = at((at(path, j) < 0 ? low : high) as Float64Array, j);
      else step[j] = at(step, j) + (bends ? bend - t : length) * at(path, j);
    }
    if (!bends) return step;
    t = bend;
  }
}

/** The largest t with ‖D (δ + t p)‖ ≤ Δ, for δ within. */
export function untilEdge(
  step: Float64Array,
  path: Float64Array,
  scale: Float64Array,
  radius: number,
): number {
  // In units of Δ along the path: t² + 2 b t = c.
  const way = scaledLength(path, scale);
  let b = 0;
  for (let j = 0; j < path.length; j++) {
    const size = at(scale, j) || 1;
    b += ((at(step, j) * size) / radius) * ((at(path, j) * size) / way);
  }
  const c = Math.max(1 - (scaledLength(step, scale) / radius) ** 2, 0);
  const root = Math.sqrt(b * b + c);
  return (b > 0 ? c / (b + root) : root - b) * (radius / way);
}
