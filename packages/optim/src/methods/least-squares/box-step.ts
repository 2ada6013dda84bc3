import { at } from "../../linalg/vector.ts";
import { freeStep, minimizerOver, modelChange, modelDecrease, type LocalModel } from "./free-step.ts";

/** A step of a damped model inside a box. */
export interface BoxStep {
  readonly step: Float64Array;
  /** By how much the undamped model falls. */
  readonly predicted: number;
  /** −1, 0 or 1 per parameter: held at its lower bound, free, held at its upper bound; undefined when all are free. */
  readonly held?: Int8Array | undefined;
  /** See {@link FreeStep}; undefined when a parameter is held. */
  readonly factor?: Float64Array | undefined;
}

/** How far each parameter may move down and up: low ≤ 0 ≤ high. */
export interface Room {
  readonly low: Float64Array | undefined;
  readonly high: Float64Array | undefined;
}

/**
 * Minimises ½ ‖R δ + z‖² + ½ ‖W δ‖² over a box, by an active-set method: solve for the free parameters; walk to the
 * first bound on the way and hold that parameter there; release a held one whose multiplier has the wrong sign
 * (after Stark & Parker, Bounded-variable least squares, Computational Statistics 10, 1995).
 *
 * @param weights the diagonal of W; undefined for a Gauss–Newton step
 */
export function boxStep(
  model: LocalModel,
  p: number,
  weights: Float64Array | undefined,
  room: Room,
): BoxStep {
  const free = freeStep(model, p, weights);
  if (isWithin(free.step, room)) return { ...free, predicted: modelDecrease(model, free.step) };
  return activeSetStep(model, p, weights, room);
}

function isWithin(step: Float64Array, { low, high }: Room): boolean {
  for (let j = 0; j < step.length; j++)
    if ((low && at(step, j) < at(low, j)) || (high && at(step, j) > at(high, j))) return false;
  return true;
}

function activeSetStep(
  model: LocalModel,
  p: number,
  weights: Float64Array | undefined,
  { low, high }: Room,
): BoxStep {
  const held = new Int8Array(p);
  const step = new Float64Array(p);
  const slopes = slopesAt(model, weights, step);
  for (let j = 0; j < p; j++) {
    if (low && at(low, j) === 0 && at(slopes, j) >= 0) held[j] = -1;
    else if (high && at(high, j) === 0 && at(slopes, j) <= 0) held[j] = 1;
  }
  let released = -1;
  for (let round = 0; round < 4 * p + 10; round++) {
    const target = minimizerOver(freeOf(held), model, weights, step);
    let fraction = 1;
    let blocker = -1;
    for (let j = 0; j < p; j++) {
      const bound = at(target, j) < at(step, j) ? low : high;
      if (held[j] !== 0 || bound === undefined) continue;
      const move = at(target, j) - at(step, j);
      const left = at(bound, j) - at(step, j);
      if (Math.abs(move) > Math.abs(left) && left / move < fraction) [fraction, blocker] = [left / move, j];
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

function freeOf(held: Int8Array): number[] {
  const free: number[] = [];
  held.forEach((side, j) => {
    if (side === 0) free.push(j);
  });
  return free;
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

/** Gradient of the damped model: Rᵀ(R δ + z) + W² δ. */
function slopesAt(model: LocalModel, weights: Float64Array | undefined, step: Float64Array): Float64Array {
  const { root, transformed, rows } = model;
  const rest = modelChange(model, step);
  for (let i = 0; i < rows; i++) rest[i] = at(rest, i) + at(transformed, i);
  return step.map((by, j) => {
    let sum = weights === undefined ? 0 : at(weights, j) ** 2 * by;
    for (let i = 0; i < rows; i++) sum += at(root, j * rows + i) * at(rest, i);
    return sum;
  });
}
