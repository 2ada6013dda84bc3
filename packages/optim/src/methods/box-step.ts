import { solveLeastSquares } from "../linalg/solve-least-squares.ts";
import { at } from "../linalg/vector.ts";

/** The local model ½ ‖R δ + z‖² of half the sum of squares, up to a constant. */
export interface QuadraticModel {
  /** R, column-major [rows, p]. */
  readonly root: Float64Array;
  readonly transformed: Float64Array;
  readonly rows: number;
}

/** A step of a damped model inside a box. */
export interface BoxStep {
  readonly step: Float64Array;
  /** By how much the undamped model falls. */
  readonly predicted: number;
  /** −1, 0 or 1 per parameter: held at its lower bound, free, held at its upper bound. */
  readonly held: Int8Array;
}

/**
 * Minimises ½ ‖R δ + z‖² + ½ ‖W δ‖² over low ≤ δ ≤ high, where low ≤ 0 ≤ high, by an active-set method: solve for the free
 * parameters; walk to the first bound on the way and hold that parameter there; release a held one whose multiplier has
 * the wrong sign (after Stark & Parker, Bounded-variable least squares, Computational Statistics 10, 1995).
 *
 * @param weights the diagonal of W; zeros for a Gauss–Newton step
 */
export function boxStep(
  model: QuadraticModel,
  weights: Float64Array,
  low: Float64Array | undefined,
  high: Float64Array | undefined,
): BoxStep {
  const p = weights.length;
  const held = new Int8Array(p);
  const step = new Float64Array(p);
  const slopes = slopesAt(model, weights, step);
  for (let j = 0; j < p; j++) {
    if (low && at(low, j) === 0 && at(slopes, j) >= 0) held[j] = -1;
    else if (high && at(high, j) === 0 && at(slopes, j) <= 0) held[j] = 1;
  }
  let released = -1;
  for (let round = 0; round < 4 * p + 10; round++) {
    const target = freeMinimizer(model, weights, step, held);
    let fraction = 1;
    let blocker = -1;
    for (let j = 0; j < p; j++) {
      const bound = at(target, j) < at(step, j) ? low : high;
      if (held[j] !== 0 || bound === undefined) continue;
      const move = at(target, j) - at(step, j);
      const room = at(bound, j) - at(step, j);
      if (Math.abs(move) > Math.abs(room) && room / move < fraction) [fraction, blocker] = [room / move, j];
    }
    for (let j = 0; j < p; j++)
      if (held[j] === 0) step[j] = clip(at(step, j) + fraction * (at(target, j) - at(step, j)), j, low, high);
    if (blocker >= 0) {
      const side = at(target, blocker) < clip(at(target, blocker), blocker, low, high) ? -1 : 1;
      held[blocker] = side;
      step[blocker] = at((side < 0 ? low : high) as Float64Array, blocker);
      // Rounding could send a parameter back that was just released; it would be released again for ever.
      if (blocker === released) break;
      continue;
    }
    released = worstMultiplier(slopesAt(model, weights, step), held, low, high);
    if (released < 0) break;
    held[released] = 0;
  }
  return { step, predicted: modelDecrease(model, step), held };
}

function clip(
  value: number,
  j: number,
  low: Float64Array | undefined,
  high: Float64Array | undefined,
): number {
  return Math.min(Math.max(value, low ? at(low, j) : -Infinity), high ? at(high, j) : Infinity);
}

/** The held parameter that most wants to leave its bound, or −1. Those with no room (low = high) stay. */
function worstMultiplier(
  slopes: Float64Array,
  held: Int8Array,
  low: Float64Array | undefined,
  high: Float64Array | undefined,
): number {
  let worst = -1;
  let largest = 0;
  held.forEach((side, j) => {
    if (side === 0 || (low && high && at(low, j) === at(high, j))) return;
    const wish = side * at(slopes, j);
    if (wish > largest) [worst, largest] = [j, wish];
  });
  return worst;
}

/** Minimiser over the free parameters, the held ones staying where `step` has them. */
function freeMinimizer(
  model: QuadraticModel,
  weights: Float64Array,
  step: Float64Array,
  held: Int8Array,
): Float64Array {
  const { root, transformed, rows } = model;
  const free: number[] = [];
  const b = new Float64Array(rows + weights.length);
  for (let i = 0; i < rows; i++) b[i] = -at(transformed, i);
  held.forEach((side, j) => {
    if (side === 0) free.push(j);
    else for (let i = 0; i < rows; i++) b[i] = at(b, i) - at(root, j * rows + i) * at(step, j);
  });
  const damped = weights.some((weight) => weight > 0);
  const m = damped ? rows + free.length : rows;
  const columns = new Float64Array(m * free.length);
  free.forEach((j, k) => {
    for (let i = 0; i < rows; i++) columns[k * m + i] = at(root, j * rows + i);
    if (damped) columns[k * m + rows + k] = at(weights, j);
  });
  const { x } = solveLeastSquares(columns, b.subarray(0, m), m, free.length);
  const target = step.slice();
  free.forEach((j, k) => (target[j] = at(x, k)));
  return target;
}

/** Gradient of the damped model: Rᵀ(R δ + z) + W² δ. */
function slopesAt(model: QuadraticModel, weights: Float64Array, step: Float64Array): Float64Array {
  const { root, rows } = model;
  const rest = modelResiduals(model, step);
  return Float64Array.from(weights, (weight, j) => {
    let sum = weight * weight * at(step, j);
    for (let i = 0; i < rows; i++) sum += at(root, j * rows + i) * at(rest, i);
    return sum;
  });
}

/** R δ + z */
function modelResiduals({ root, transformed, rows }: QuadraticModel, step: Float64Array): Float64Array {
  const rest = transformed.slice();
  step.forEach((change, j) => {
    if (change !== 0) for (let i = 0; i < rows; i++) rest[i] = at(rest, i) + at(root, j * rows + i) * change;
  });
  return rest;
}

/** ½ ‖z‖² − ½ ‖R δ + z‖² = −(R δ)ᵀ(z + ½ R δ), which does not cancel for small steps. */
function modelDecrease(model: QuadraticModel, step: Float64Array): number {
  const rest = modelResiduals(model, step);
  let sum = 0;
  for (let i = 0; i < model.rows; i++) {
    const change = at(rest, i) - at(model.transformed, i);
    sum -= change * (at(model.transformed, i) + 0.5 * change);
  }
  return sum;
}
