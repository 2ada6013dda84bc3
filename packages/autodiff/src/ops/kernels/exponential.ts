/** ln 2 in two parts: the upper one has 42 bits, so that its product with a binary exponent is exact. */
export const ln2: { readonly high: number; readonly low: number } = {
  high: 0.6931471805598903,
  low: 5.497923018708371e-14,
};

/**
 * (exp r − 1 − r) / r² as a polynomial for |r| ≤ ln 2 / 2, error 2⁻⁵⁷ of exp r: weighted least squares at Chebyshev
 * points in 200-bit arithmetic, which is close to the minimax polynomial.
 */
export const exponentialCoefficients: readonly number[] = [
  0.5000000000000012, 0.16666666666666471, 0.04166666666651975, 0.00833333333345867, 0.0013888888945921,
  0.000198412695812, 2.4801491031e-5, 2.755752165e-6, 2.76309076e-7, 2.502007e-8,
];

/** c₀ + c₁x + c₂x² + … by Horner's rule. */
export function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}

/**
 * exp(x + low) = (high + small)·2ⁿ with a relative error near 2⁻⁵⁶, for |x| ≤ 1000 and a `low` of the size of a rounding
 * error of x.
 */
export function exponentialParts(x: number, low: number): { high: number; small: number; n: number } {
  const n = Math.round(x * Math.LOG2E);
  const linear = x - n * ln2.high;
  const lower = n * ln2.low - low;
  const r = linear - lower;
  const rest = r * r * polynomial(r, exponentialCoefficients) - lower;
  const fraction = linear + rest;
  const high = 1 + fraction;
  return { high, small: fraction - (high - 1) + (rest - (fraction - linear)), n };
}
