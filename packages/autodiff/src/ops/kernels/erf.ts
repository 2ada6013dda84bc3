/** Series 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)) (DLMF 7.6.1). */
function series(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

/** Continued fraction of erfc for x > 0 (DLMF 7.9.2). */
function fraction(x: number): number {
  let tail = x;
  for (let n = 120; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}

export function erf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  return Math.abs(x) < 2 ? series(x) : Math.sign(x) * (1 - fraction(Math.abs(x)));
}

export function erfc(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 2) return fraction(x);
  return x < -2 ? 2 - fraction(-x) : 1 - series(x);
}
