import { epsilon } from "../linalg/vector.ts";
import { maximumTrials, unboundedBelow } from "./search.ts";

/** φ at one step length. */
export interface LineValue {
  readonly stepLength: number;
  readonly value: number;
}

/** How a search for a minimum along a line ended. */
export interface LineMinimum {
  /** "unbounded" when the value falls as far as the search may look. */
  readonly kind: "found" | "unbounded";
  /** The lowest point with a finite value; α = 0 when none is lower. */
  readonly lowest: LineValue;
}

/** Where to begin and when to stop. */
export interface LineMinimumOptions {
  /** First step tried, to both sides; positive. */
  readonly first: number;
  /** Part of α to which the minimum is found. */
  readonly relative: number;
  /** Step lengths below this count as none. */
  readonly resolution: number;
}

type Bracket = readonly [LineValue, LineValue, LineValue];

const goldenRatio = (3 - Math.sqrt(5)) / 2;
const growth = (1 + Math.sqrt(5)) / 2;
/** A relative fall along one line that only a function without a minimum there can offer. */
const farBelow = 1e10;

/**
 * A minimum of φ from values alone: expansion until three points enclose one, then Brent's parabolas and golden sections
 * (Brent, Algorithms for Minimization without Derivatives, 1973, ch. 5).
 *
 * @param phi value at a step length of either sign; Infinity where it cannot be evaluated, −Infinity where it falls without end
 * @param here φ(0)
 */
export function lineMinimum(
  phi: (stepLength: number) => number,
  here: number,
  options: LineMinimumOptions,
): LineMinimum {
  const sample = (stepLength: number): LineValue => ({ stepLength, value: phi(stepLength) });
  const [behind, middle, beyond] = enclose(sample, { stepLength: 0, value: here }, options.first);
  const lowest = beyond === undefined ? middle : brent(sample, [behind, middle, beyond], options);
  if (!(lowest.value > unboundedBelow))
    return { kind: "unbounded", lowest: lowest.value === -Infinity ? behind : lowest };
  const endless = beyond === undefined && here - lowest.value > farBelow * Math.max(Math.abs(here), 1);
  return { kind: endless ? "unbounded" : "found", lowest };
}

/** Three points in order of which the middle one is lowest; without the third when the value falls and falls. */
function enclose(
  sample: (stepLength: number) => LineValue,
  here: LineValue,
  first: number,
): Bracket | readonly [LineValue, LineValue, undefined] {
  let behind = here;
  let middle = sample(first);
  if (!(middle.value < here.value)) {
    const other = sample(-first);
    if (!(other.value < here.value)) return [other, here, middle];
    [behind, middle] = [here, other];
  }
  for (let count = 0; count < maximumTrials && middle.value > unboundedBelow; count++) {
    const width = middle.stepLength - behind.stepLength;
    const beyond = sample(middle.stepLength + growth * width);
    if (!(beyond.value < middle.value)) return [behind, middle, beyond];
    const target = farAhead(behind, middle, beyond);
    [behind, middle] = [middle, beyond];
    if (target === undefined) continue;
    const far = sample(target);
    if (!(far.value < middle.value)) return [behind, middle, far];
    [behind, middle] = [middle, far];
  }
  return [behind, middle, undefined];
}

/** Where the parabola through three falling points has its minimum, if that is well ahead; as far as a step may go if it has none. */
function farAhead(a: LineValue, b: LineValue, c: LineValue): number | undefined {
  const width = b.stepLength - a.stepLength;
  const ahead = vertex(a, b, c);
  const reach = (ahead - c.stepLength) / width;
  const slower = (c.value - b.value) * width > (b.value - a.value) * (c.stepLength - b.stepLength);
  if (!slower) return c.stepLength + 10 * width;
  if (!(reach > 1)) return undefined;
  return reach < 100 ? ahead : c.stepLength + 100 * width;
}

/** Where the parabola through three points has its vertex. */
function vertex(a: LineValue, b: LineValue, c: LineValue): number {
  const [u, v] = [a.stepLength - b.stepLength, c.stepLength - b.stepLength];
  const [p, q] = [u * (c.value - b.value), v * (a.value - b.value)];
  return b.stepLength + (u * p - v * q) / (2 * (p - q));
}

/** Narrows the bracket to its minimum. */
function brent(
  sample: (stepLength: number) => LineValue,
  [first, middle, last]: Bracket,
  { relative, resolution }: LineMinimumOptions,
): LineValue {
  let [low, high] = [first, last].map(({ stepLength }) => stepLength).sort((a, b) => a - b) as [
    number,
    number,
  ];
  let best = middle;
  // The second lowest point, and the second lowest before.
  let [second, third] = first.value < last.value ? [first, last] : [last, first];
  let beforeLast = high - low;
  let move = beforeLast;
  for (let count = 0; count < maximumTrials; count++) {
    const near = Math.max(relative * Math.abs(best.stepLength), resolution, epsilon * (high - low));
    const center = (low + high) / 2;
    if (Math.abs(best.stepLength - center) <= 2 * near - (high - low) / 2) break;
    let trial = vertex(second, best, third);
    const fits = trial > low && trial < high && Math.abs(trial - best.stepLength) < Math.abs(beforeLast) / 2;
    beforeLast = move;
    if (!fits) {
      beforeLast = best.stepLength < center ? high - best.stepLength : low - best.stepLength;
      trial = best.stepLength + goldenRatio * beforeLast;
    } else if (trial - low < 2 * near || high - trial < 2 * near)
      trial = best.stepLength + (best.stepLength < center ? near : -near);
    move = trial - best.stepLength;
    if (Math.abs(move) < near) trial = best.stepLength + (move > 0 ? near : -near);
    const point = sample(trial);
    if (point.value <= best.value) {
      if (trial >= best.stepLength) low = best.stepLength;
      else high = best.stepLength;
      [third, second, best] = [second, best, point];
    } else {
      if (trial < best.stepLength) low = trial;
      else high = trial;
      if (point.value <= second.value) [third, second] = [second, point];
      else if (point.value <= third.value) third = point;
    }
  }
  return best;
}
