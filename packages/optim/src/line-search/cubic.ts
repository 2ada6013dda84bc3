/** φ and φ′ at α. */
export interface Sample {
  readonly stepLength: number;
  readonly value: number;
  readonly slope: number;
}

/**
 * Where the cubic through two values and slopes has its minimum (Nocedal & Wright, equation 3.59); NaN when it has
 * none.
 */
export function minimizerOfCubic(a: Sample, b: Sample): number {
  const length = b.stepLength - a.stepLength;
  const d1 = a.slope + b.slope - (3 * (b.value - a.value)) / length;
  // Divided by the largest, squares do not overflow.
  const size = Math.max(Math.abs(d1), Math.abs(a.slope), Math.abs(b.slope));
  const ratio = d1 / size;
  const d2 = Math.sign(length) * size * Math.sqrt(ratio * ratio - (a.slope / size) * (b.slope / size));
  return b.stepLength - (length * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
}

/** Where the parabola through the value and slope at `a` and the value at `b` has its minimum. */
export function minimizerOfParabola(a: Sample, b: Sample): number {
  const length = b.stepLength - a.stepLength;
  return a.stepLength + (a.slope / ((a.value - b.value) / length + a.slope) / 2) * length;
}

/** Where the line through two slopes crosses zero. */
export function secant(a: Sample, b: Sample): number {
  return b.stepLength - (b.slope / (b.slope - a.slope)) * (b.stepLength - a.stepLength);
}
