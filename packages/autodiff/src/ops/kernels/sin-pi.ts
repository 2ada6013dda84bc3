/*
 * sin πx and cos πx without the rounding of πx: the nearest multiple of a half turn is taken off first, exactly, so the
 * zeros are zeros and neighbours of zeros keep all their digits.
 */

/** sin πx */
export function sinPi(x: number): number {
  const turn = x - 2 * Math.round(x / 2);
  const folded = turn > 0.5 ? 1 - turn : turn < -0.5 ? -1 - turn : turn;
  return Math.sin(Math.PI * folded);
}

/** cos πx */
export function cosPi(x: number): number {
  const turn = Math.abs(x - 2 * Math.round(x / 2));
  return turn <= 0.25 ? Math.cos(Math.PI * turn) : sinPi(0.5 - turn);
}
