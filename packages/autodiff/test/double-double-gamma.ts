/**
 * log|Γ| and ψ to about 100 bits: moved up to 30 and beyond by Γ(x + 1) = x Γ(x), where the asymptotic series has all digits
 * (DLMF 5.11.1, 5.11.2); log Γ near its zeros 1 and 2 by its Taylor series, Σ ζ(k)(−t)ᵏ/k (DLMF 5.7.3).
 */
import {
  add,
  div,
  exact,
  log1pDouble,
  logDouble,
  mul,
  neg,
  one,
  pi,
  sinCosSmall,
  sub,
  times,
  type Double,
} from "./double-double.ts";

/** B₂, B₄, … as fractions. */
const bernoulli: readonly (readonly [number, number])[] = [
  [1, 6],
  [-1, 30],
  [1, 42],
  [-1, 30],
  [5, 66],
  [-691, 2730],
  [7, 6],
  [-3617, 510],
  [43867, 798],
  [-174611, 330],
  [854513, 138],
  [-236364091, 2730],
];

/** Σ B₂ₖ / divisor(k) · x^(offset − 2k) */
function asymptotic(x: Double, divisor: (k: number) => number): Double {
  const inverseSquare = div(one, mul(x, x));
  let sum = exact(0);
  for (let k = bernoulli.length; k >= 1; k--) {
    const [numerator, denominator] = bernoulli[k - 1] ?? [0, 1];
    sum = add(mul(sum, inverseSquare), div(exact(numerator), exact(denominator * divisor(k))));
  }
  return mul(sum, inverseSquare);
}

const halfLogTwoPi = times(logDouble(times(pi, 2)), 0.5);
const euler: Double = [0.5772156649015329, -4.942915152430645e-18];

/** ζ(k) for k ≥ 2: ten terms and the formula of Euler and Maclaurin (DLMF 25.2.9). */
function zeta(k: number): Double {
  const power = (n: number): Double => {
    let p = one;
    for (let i = 0; i < k; i++) p = div(p, exact(n));
    return p;
  };
  const first = 20;
  let sum = exact(0);
  for (let n = first - 1; n >= 1; n--) sum = add(power(n), sum);
  const last = power(first);
  sum = add(sum, add(times(last, 0.5), div(mul(last, exact(first)), exact(k - 1))));
  let factor = div(mul(last, exact(k)), exact(first));
  bernoulli.slice(0, 10).forEach(([numerator, denominator], i) => {
    const j = 2 * (i + 1);
    factor = i === 0 ? times(factor, 0.5) : factor;
    sum = add(sum, mul(factor, div(exact(numerator), exact(denominator))));
    factor = div(mul(factor, exact((k + j - 1) * (k + j))), exact((j + 1) * (j + 2) * first * first));
  });
  return sum;
}
const zetas = Array.from({ length: 24 }, (_, k) => (k < 2 ? one : zeta(k)));

/** log Γ(1 + t) for |t| ≤ 2⁻⁴ */
function nearOne(t: number): Double {
  let sum = exact(0);
  for (let k = zetas.length - 1; k >= 2; k--)
    sum = mul(add(sum, div(zetas[k] ?? one, exact(k % 2 === 0 ? k : -k))), exact(t));
  return mul(sub(sum, euler), exact(t));
}

function lgammaPositive(x: number): Double {
  if (Math.abs(x - 1) <= 2 ** -4) return nearOne(x - 1);
  if (Math.abs(x - 2) <= 2 ** -4) return add(nearOne(x - 2), log1pDouble(exact(x - 2)));
  if (x < 2 ** -200) return neg(logDouble(exact(x)));
  let factors = one;
  let y = exact(x);
  while (y[0] < 30) {
    factors = mul(factors, y);
    y = add(y, one);
  }
  const logarithm = logDouble(y);
  const main = sub(mul(y, sub(logarithm, one)), times(logarithm, 0.5));
  const series = mul(
    asymptotic(y, (k) => 2 * k * (2 * k - 1)),
    y,
  );
  return sub(add(add(main, halfLogTwoPi), series), logDouble(factors));
}

/** π times the distance to the nearest whole number. */
const anglePi = (x: number): Double => mul(pi, exact(x - Math.round(x)));

export function lgamma(x: number): Double {
  if (x > 0) return lgammaPositive(x);
  if (x > -(2 ** -200)) return neg(logDouble(exact(-x)));
  const { sin } = sinCosSmall(anglePi(x));
  const size = div(pi, mul(sin, exact(x)));
  return sub(logDouble(size[0] < 0 ? neg(size) : size), lgammaPositive(-x));
}

function digammaPositive(x: number): Double {
  let sum = exact(0);
  let y = exact(x);
  while (y[0] < 30) {
    sum = add(sum, div(one, y));
    y = add(y, one);
  }
  const main = sub(logDouble(y), div(exact(0.5), y));
  return sub(
    sub(
      main,
      asymptotic(y, (k) => 2 * k),
    ),
    sum,
  );
}

export function digamma(x: number): Double {
  if (Math.abs(x) < 2 ** -200) return div(exact(-1), exact(x));
  if (x > 0) return digammaPositive(x);
  const { sin, cos } = sinCosSmall(anglePi(-x));
  return add(add(digammaPositive(-x), div(one, exact(-x))), mul(pi, div(cos, sin)));
}
