import { minimizerOfCubic, minimizerOfParabola, secant, type Sample } from "./cubic.ts";

/** A trial beyond the point just tried goes at most this part of the way to the other end of the bracket. */
const mostOfTheWay = 0.66;

/**
 * The next trial from the best point l, the other end u of the interval of uncertainty (undefined as long as no minimiser
 * is bracketed) and the point t just tried: the four cases of Moré & Thuente (ACM TOMS 20, 1994), §4.
 *
 * @param least trials while nothing is bracketed
 * @param most trials while nothing is bracketed
 * @param noise values that differ by no more than this tell nothing: slopes alone decide
 */
export function nextTrial(
  l: Sample,
  u: Sample | undefined,
  t: Sample,
  least: number,
  most: number,
  noise: number,
): number {
  const drowned = Math.abs(t.value - l.value) <= noise;
  // Case 1: higher. The minimiser lies between l and t.
  if (t.value > l.value + noise) {
    const cubic = minimizerOfCubic(l, t);
    const parabola = minimizerOfParabola(l, t);
    const nearer = Math.abs(cubic - l.stepLength) < Math.abs(parabola - l.stepLength);
    return nearer ? cubic : cubic + (parabola - cubic) / 2;
  }
  const line = secant(l, t);
  const cubic = drowned ? NaN : minimizerOfCubic(l, t);
  // Case 2: lower, and the slope changed its sign. The minimiser lies between l and t.
  if (l.slope * t.slope < 0) return farther(t, cubic, line);
  // Case 3: lower, and the slope became smaller. The cubic counts if it has a minimum beyond t.
  if (Math.abs(t.slope) < Math.abs(l.slope)) {
    const onwards = t.stepLength > l.stepLength;
    const beyond = onwards ? cubic > t.stepLength : cubic < t.stepLength;
    const cubicOrLimit = beyond ? cubic : drowned ? line : onwards ? most : least;
    if (u === undefined) return clamp(farther(t, cubicOrLimit, line), least, most);
    const nearer =
      Math.abs(cubicOrLimit - t.stepLength) < Math.abs(line - t.stepLength) ? cubicOrLimit : line;
    const limit = t.stepLength + mostOfTheWay * (u.stepLength - t.stepLength);
    return onwards ? Math.min(limit, nearer) : Math.max(limit, nearer);
  }
  // Case 4: lower, and the slope did not become smaller.
  if (u !== undefined) return minimizerOfCubic(t, u);
  return t.stepLength > l.stepLength ? most : least;
}

/** The one of two trials that is farther from t; the second where the first is none. */
function farther(t: Sample, a: number, b: number): number {
  return Math.abs(a - t.stepLength) > Math.abs(b - t.stepLength) ? a : b;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
