import { at, dot, entry } from "../../linalg/vector.ts";
import type { Box } from "../../constrained/box.ts";
import { middleProduct, transposedProduct, type CompactHessian } from "./compact-hessian.ts";

/** The first minimum of the quadratic model along the projected path of steepest descent. */
export interface CauchyPoint {
  readonly x: Float64Array;
  /** c = Wᵀ(xᶜ − x), [2 m] */
  readonly c: Float64Array;
  /** 1 for parameters that are not at a bound there. */
  readonly free: Uint8Array;
}

/**
 * The generalised Cauchy point (Byrd, Lu, Nocedal & Zhu, A Limited Memory Algorithm for Bound Constrained Optimization,
 * SIAM J. Sci. Comput. 16, 1995, algorithm CP): along x(t) = P[x − t g] the model is a parabola between the breakpoints
 * where one parameter after another meets its bound; its slope and curvature are carried on from piece to piece.
 */
export function cauchyPoint(
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: Box,
  hessian: CompactHessian,
): CauchyPoint {
  const n = x.length;
  const { theta, size, W } = hessian;
  const direction = new Float64Array(n);
  const breakpoints = new Float64Array(n);
  const order: number[] = [];
  for (let i = 0; i < n; i++) {
    const slope = at(gradient, i);
    const bound = slope < 0 ? at(upper, i) : at(lower, i);
    breakpoints[i] = slope === 0 ? Infinity : (at(x, i) - bound) / slope;
    if (at(breakpoints, i) === 0) continue;
    direction[i] = -slope;
    if (at(breakpoints, i) < Infinity) order.push(i);
  }
  order.sort((a, b) => at(breakpoints, a) - at(breakpoints, b));
  const point = x.slice();
  const free = Uint8Array.from(breakpoints, (t) => (t > 0 ? 1 : 0));
  const p = transposedProduct(hessian, direction);
  const image = new Float64Array(size);
  const c = new Float64Array(size);
  let slope = -dot(direction, direction);
  middleProduct(hessian, p, image);
  let curvature = -theta * slope - dot(p, image);
  const flattest = Number.EPSILON * -theta * slope;
  let [reached, next] = [0, 0];
  while (slope < 0) {
    const blocker = order[next];
    const length = blocker === undefined ? Infinity : at(breakpoints, blocker) - reached;
    const minimum = -slope / Math.max(curvature, flattest);
    if (minimum < length || blocker === undefined) {
      reached += minimum;
      for (let k = 0; k < size; k++) c[k] = at(c, k) + minimum * at(p, k);
      break;
    }
    next++;
    reached = at(breakpoints, blocker);
    point[blocker] = at(direction, blocker) > 0 ? at(upper, blocker) : at(lower, blocker);
    free[blocker] = 0;
    const moved = at(point, blocker) - at(x, blocker);
    const g = at(gradient, blocker);
    for (let k = 0; k < size; k++) c[k] = at(c, k) + length * at(p, k);
    const row = W.subarray(blocker * size, (blocker + 1) * size);
    middleProduct(hessian, row, image);
    slope += length * curvature + g * g + theta * g * moved - g * dot(image, c);
    curvature -= theta * g * g + 2 * g * dot(image, p) + g * g * dot(image, row);
    for (let k = 0; k < size; k++) p[k] = at(p, k) + g * at(row, k);
    direction[blocker] = 0;
  }
  for (let i = 0; i < n; i++)
    if (entry(free, i) === 1)
      point[i] = Math.min(Math.max(at(x, i) + reached * at(direction, i), at(lower, i)), at(upper, i));
  return { x: point, c, free };
}
