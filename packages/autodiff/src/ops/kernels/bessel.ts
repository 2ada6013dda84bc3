/**
 * Bessel functions of the first kind Jₙ of whole order.
 *
 * Small arguments: the power series (DLMF 10.2.2). Arguments from 25 on: Hankel's expansion of J₀ and J₁ (DLMF 10.17.3).
 * Other orders follow from the recurrence Jₙ₋₁ + Jₙ₊₁ = (2n/x) Jₙ (DLMF 10.6.1), upwards while n ≤ x, where it is stable;
 * elsewhere downwards from an order so high that J is negligible (J. C. P. Miller 1952), scaled by
 * J₀ + 2 J₂ + 2 J₄ + … = 1 (DLMF 10.12.4) or, for large x, by J₀ or J₁.
 */

const asymptoticFrom = 25;
/** Orders beyond it would take a recurrence of millions of steps. */
const largestOrder = 1e6;

/** Jₙ(x) for whole n; NaN for other n and for |n| > 10⁶. */
export function besselJ(n: number, x: number): number {
  if (!Number.isInteger(n) || Math.abs(n) > largestOrder || x !== x) return NaN;
  const order = Math.abs(n);
  // J₋ₙ(x) = Jₙ(−x) = (−1)ⁿ Jₙ(x)
  const turned = n < 0 !== (x < 0 || Object.is(x, -0)) && order % 2 === 1;
  const value = nonNegative(order, Math.abs(x));
  return turned ? -value : value;
}

/** J₀(x) */
export function besselJ0(x: number): number {
  return x !== x ? NaN : nonNegative(0, Math.abs(x));
}

/** J₁(x) */
export function besselJ1(x: number): number {
  return besselJ(1, x);
}

function nonNegative(n: number, x: number): number {
  if (x === Infinity) return 0;
  if (x * x < 4 * (n + 1)) return series(n, x);
  if (x < asymptoticFrom) return downwards(n, x);
  if (n > x) return downwards(n, x);
  let before = hankel(0, x);
  if (n === 0) return before;
  let value = hankel(1, x);
  for (let k = 1; k < n; k++) [before, value] = [value, ((2 * k) / x) * value - before];
  return value;
}

/** (x/2)ⁿ/n! (1 − (x/2)²/(n + 1) (1 − (x/2)²/(2(n + 2)) (1 − …))); no terms cancel while (x/2)² < n + 1. */
function series(n: number, x: number): number {
  const square = (x / 2) * (x / 2);
  let term = 1;
  let sum = 1;
  for (let k = 1; Math.abs(term) > 1e-17; k++) sum += term *= -square / (k * (n + k));
  let power = 1;
  for (let k = 1; k <= n && power !== 0; k++) power *= x / 2 / k;
  return power * sum;
}

/** √(2/πx) (P cos χ − Q sin χ) with χ = x − (2n + 1) π/4 for n = 0 and 1 (DLMF 10.17.3). */
function hankel(n: 0 | 1, x: number): number {
  let term = 1;
  let p = 1;
  let q = 0;
  for (let k = 1; Math.abs(term) > 1e-17; k++) {
    term *= (4 * n * n - (2 * k - 1) ** 2) / (8 * k * x);
    // Terms come with the signs + + − − of cos and sin in turn.
    const signed = k % 4 < 2 ? term : -term;
    if (k % 2 === 0) p += signed;
    else q += signed;
  }
  const [sine, cosine] = [Math.sin(x), Math.cos(x)];
  // √2 cos χ and √2 sin χ
  const [c, s] = n === 0 ? [cosine + sine, sine - cosine] : [sine - cosine, -(sine + cosine)];
  return (p * c - q * s) / Math.sqrt(Math.PI * x);
}

/** The recurrence downwards, from Jₘ₊₁ = 0 and any Jₘ. */
function downwards(n: number, x: number): number {
  const top = Math.max(n, Math.ceil(x));
  // J falls by more than e for each third of a power of the order beyond x; this is far enough for 17 digits.
  let k = top + 20 + Math.ceil(8 * Math.cbrt(top));
  k += k % 2;
  let above = 0;
  let value = 1e-250;
  let wanted = 0;
  let sum = 0;
  for (; k > 0; k--) {
    if (k === n) wanted = value;
    if (k % 2 === 0) sum += 2 * value;
    [above, value] = [value, ((2 * k) / x) * value - above];
    if (Math.abs(value) > 1e200) {
      value *= 1e-200;
      above *= 1e-200;
      wanted *= 1e-200;
      sum *= 1e-200;
    }
  }
  if (n === 0) wanted = value;
  if (x < asymptoticFrom) return wanted / (sum + value);
  // `value` and `above` are J₀ and J₁ but for a factor; the larger one gives it.
  return Math.abs(value) > Math.abs(above)
    ? (wanted / value) * hankel(0, x)
    : (wanted / above) * hankel(1, x);
}
