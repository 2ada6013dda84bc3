interface Sample {
  readonly stepLength: number;
  readonly value: number;
  readonly slope: number;
}

/**
 * Where the cubic through two values and slopes has its minimum (Nocedal & Wright, equation 3.59); NaN when it has
 * none.
 */
export function minimizerOfCubic(a: Sample, b: Sample): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.stepLength - b.stepLength);
  const d2 = Math.sign(b.stepLength - a.stepLength) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  return b.stepLength - ((b.stepLength - a.stepLength) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
}
