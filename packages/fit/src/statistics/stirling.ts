const HALF_LOG_TWO_PI = 0.91893853320467274178;

/** B₂ₖ / (2k (2k − 1)), k = 1 … 8: the coefficients of Stirling's series (DLMF 5.11.1). */
const STIRLING_SERIES = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
] as const;

/** From here on eight terms of Stirling's series reach the last bit. */
const SERIES_FROM = 12;

/**
 * What Stirling's formula leaves out: ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π], for x > 0.
 *
 * Below the reach of the series the recurrence δ(x) = δ(x + 1) + (x + ½) ln(1 + 1/x) − 1 is used.
 */
export function stirlingError(x: number): number {
  let shifted = x;
  let sum = 0;
  while (shifted < SERIES_FROM) {
    sum += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
    shifted += 1;
  }
  const inverseSquare = 1 / (shifted * shifted);
  let series = 0;
  for (let k = STIRLING_SERIES.length - 1; k >= 0; k--) {
    series = series * inverseSquare + (STIRLING_SERIES[k] ?? 0);
  }
  return sum + series / shifted;
}

/** ln Γ(x) from Stirling's formula and its error; loses relative accuracy near the zeros at 1 and 2. */
export function stirlingLogGamma(x: number): number {
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x);
}

/**
 * The deviance x ln(x / m) + m − x ≥ 0 for x, m > 0, without cancellation when x is near m.
 *
 * C. Loader, Fast and accurate computation of binomial probabilities (2000): with v = (x − m)/(x + m),
 * ln(x / m) = 2 (v + v³/3 + v⁵/5 + …).
 */
export function deviance(x: number, m: number): number {
  if (Math.abs(x - m) > 0.5 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let k = 3; ; k += 2) {
    term *= v * v;
    const next = sum + term / k;
    if (next === sum) return sum;
    sum = next;
  }
}
