/** Stands in for an exact zero in a denominator. */
const TINY = 1e-300;

/**
 * Evaluates b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified Lentz algorithm
 * (Thompson & Barnett 1986; DLMF 3.10(iii)), until a factor leaves the value unchanged.
 */
export function continuedFraction(
  b0: number,
  numerator: (k: number) => number,
  denominator: (k: number) => number,
): number {
  const nonZero = (x: number): number => (x === 0 ? TINY : x);
  let value = nonZero(b0);
  let c = value;
  let d = 0;
  for (let k = 1; k < 1_000_000; k++) {
    const a = numerator(k);
    const b = denominator(k);
    d = 1 / nonZero(b + a * d);
    c = nonZero(b + a / c);
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) break;
  }
  return value;
}
