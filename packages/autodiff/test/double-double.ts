/**
 * Elementary functions to about 100 bits, as unevaluated sums of two doubles: the judge of the vector math. Written for
 * clarity from series, Newton steps and identities, sharing nothing with the code under test.
 */
export type Double = readonly [high: number, low: number];

/** (high + low)·2^exponent: results that are too large or too small to have two parts. */
export type Scaled = readonly [high: number, low: number, exponent?: number];

export const fromSum = (a: number, b: number): Double => {
  const high = a + b;
  const shadow = high - a;
  return [high, a - (high - shadow) + (b - shadow)];
};

export const fromProduct = (a: number, b: number): Double => {
  const high = a * b;
  const aUpper = split(a);
  const bUpper = split(b);
  const aLower = a - aUpper;
  const bLower = b - bUpper;
  return [high, aUpper * bUpper - high + aUpper * bLower + aLower * bUpper + aLower * bLower];
};

function split(x: number): number {
  const shifted = 134217729 * x;
  return shifted - (shifted - x);
}

export const exact = (x: number): Double => [x, 0];
export const neg = (a: Double): Double => [-a[0], -a[1]];

export function add(a: Double, b: Double): Double {
  const large = fromSum(a[0], b[0]);
  const small = fromSum(a[1], b[1]);
  const sum = fromSum(large[0], large[1] + small[0]);
  return fromSum(sum[0], sum[1] + small[1]);
}

export const sub = (a: Double, b: Double): Double => add(a, neg(b));

export function mul(a: Double, b: Double): Double {
  const product = fromProduct(a[0], b[0]);
  return fromSum(product[0], product[1] + (a[0] * b[1] + a[1] * b[0]));
}

export function div(a: Double, b: Double): Double {
  const first = a[0] / b[0];
  const rest = sub(a, mul(b, exact(first)));
  const second = rest[0] / b[0];
  const last = sub(rest, mul(b, exact(second)))[0] / b[0];
  return add(fromSum(first, second), exact(last));
}

export function sqrt(a: Double): Double {
  const root = Math.sqrt(a[0]);
  if (root === 0) return a;
  const rest = sub(a, fromProduct(root, root));
  return fromSum(root, rest[0] / (2 * root));
}

export const times = (a: Double, powerOfTwo: number): Double => [a[0] * powerOfTwo, a[1] * powerOfTwo];

/** For numbers in the normal range. */
export function unscaled([high, low, exponent = 0]: Scaled): Double {
  return times([high, low], 2 ** exponent);
}

/** 3.14159… and ln 2 to 107 bits. */
export const pi: Double = [3.141592653589793, 1.2246467991473532e-16];
export const ln2: Double = [0.6931471805599453, 2.3190468138462996e-17];
export const one: Double = exact(1);

/** Σ cₖ xᵏ for the first coefficients of a table. */
function series(x: Double, terms: number, coefficients: readonly Double[]): Double {
  let sum = coefficients[terms] ?? one;
  for (let k = terms - 1; k >= 0; k--) sum = add(mul(sum, x), coefficients[k] ?? one);
  return sum;
}

const tabulated = (count: number, rule: (k: number) => Double): readonly Double[] =>
  Array.from({ length: count + 1 }, (_, k) => rule(k));

function inverseFactorials(count: number): Double[] {
  const table: Double[] = [one];
  for (let k = 1; k <= count; k++) table.push(div(table[k - 1] ?? one, exact(k)));
  return table;
}
const inverseFactorial = inverseFactorials(32);
const factorialTerm = (k: number): Double => inverseFactorial[k] ?? one;

const expm1Terms = tabulated(12, (k) => factorialTerm(k + 1));

/** (eˣ − 1) by Taylor's series for small x. */
function expm1Small(x: Double): Double {
  return mul(x, series(x, 12, expm1Terms));
}

export function expScaled(x: Double): [number, number, number] {
  const n = Math.round(x[0] / ln2[0]);
  let r = sub(x, mul(ln2, exact(n)));
  r = times(r, 1 / 128);
  let e = expm1Small(r);
  for (let i = 0; i < 7; i++) e = add(times(e, 2), mul(e, e));
  return [...add(e, one), n];
}

export function expDouble(x: Double): Double {
  const [high, low, n] = expScaled(x);
  return times([high, low], 2 ** n);
}

export function expm1Double(x: Double): Double {
  return Math.abs(x[0]) < 0.02 ? expm1Small(x) : sub(expDouble(x), one);
}

const oddInverse = tabulated(16, (k) => div(one, exact(2 * k + 1)));

/** log(1 + f) */
export function log1pDouble(f: Double): Double {
  if (Math.abs(f[0]) < 0.002) {
    const s = div(f, add(f, exact(2)));
    return times(mul(s, series(mul(s, s), 6, oddInverse)), 2);
  }
  return logDouble(add(f, one));
}

export function logDouble(x: Double): Double {
  const f = sub(x, one);
  if (Math.abs(f[0]) < 0.002) return log1pDouble(f);
  const k = Math.round(Math.log2(x[0]));
  const half = 2 ** -Math.trunc(k / 2);
  const m = times(times(x, half), 2 ** -(k - Math.trunc(k / 2)));
  const guess = Math.log(m[0]);
  const delta = sub(mul(m, expDouble(exact(-guess))), one);
  const refined = sub(delta, times(mul(delta, delta), 0.5));
  return add(mul(ln2, exact(k)), add(exact(guess), refined));
}

/** 2/π to 1280 binary digits, from π by the formula of J. Machin. */
const fractionDigits = 1280n;
const twoOverPi = ((): bigint => {
  const unit = 1n << (fractionDigits + 64n);
  const arctanInverse = (n: bigint): bigint => {
    let sum = 0n;
    let power = unit / n;
    for (let k = 1n; power > 0n; k += 2n) {
      sum += k % 4n === 1n ? power / k : -(power / k);
      power /= n * n;
    }
    return sum;
  };
  const scaledPi = 4n * (4n * arctanInverse(5n) - arctanInverse(239n));
  return (2n * unit * (1n << fractionDigits)) / scaledPi;
})();

/** x = n·π/2 + r with |r| ≤ π/4. */
function reduceAngle(x: number): { n: number; r: Double } {
  if (Math.abs(x) < 0.785) return { n: 0, r: exact(x) };
  const exponent = Math.floor(Math.log2(Math.abs(x))) - 54;
  const half = Math.trunc(exponent / 2);
  const mantissa = BigInt(x * 2 ** -half * 2 ** -(exponent - half));
  // mantissa·2^exponent·2/π, with 200 digits behind the point
  const shift = fractionDigits - 200n - BigInt(exponent);
  const turns = shift >= 0n ? (mantissa * twoOverPi) >> shift : (mantissa * twoOverPi) << -shift;
  const n = (turns + (1n << 199n)) >> 200n;
  const fraction = turns - (n << 200n);
  const high = Number(fraction);
  const low = Number(fraction - BigInt(high));
  return {
    n: Number(((n % 4n) + 4n) % 4n),
    r: mul(fromSum(high * 2 ** -200, low * 2 ** -200), times(pi, 0.5)),
  };
}

const sineTerm = tabulated(14, (k) => times(factorialTerm(2 * k + 1), k % 2 === 0 ? 1 : -1));
const cosineTerm = tabulated(14, (k) => times(factorialTerm(2 * k), k % 2 === 0 ? 1 : -1));

/** For angles up to π/2. */
export function sinCosSmall(r: Double): { sin: Double; cos: Double } {
  const z = mul(r, r);
  return { sin: mul(r, series(z, 14, sineTerm)), cos: series(z, 14, cosineTerm) };
}

export function sinCos(x: number): { sin: Double; cos: Double } {
  const { n, r } = reduceAngle(x);
  const { sin: sine, cos: cosine } = sinCosSmall(r);
  if (n === 0) return { sin: sine, cos: cosine };
  if (n === 1) return { sin: cosine, cos: neg(sine) };
  if (n === 2) return { sin: neg(sine), cos: neg(cosine) };
  return { sin: neg(cosine), cos: sine };
}

/** The angle of the point (x, y): the built-in one, turned back by it and corrected. */
export function angle(y: Double, x: Double): Double {
  const guess = Math.atan2(y[0], x[0]);
  if (Number.isNaN(guess)) return [NaN, NaN];
  const { sin, cos } = sinCos(guess);
  const across = sub(mul(y, cos), mul(x, sin));
  const along = add(mul(x, cos), mul(y, sin));
  return add(exact(guess), div(across, along));
}

export const leg = (x: number): Double => sqrt(mul(sub(one, exact(x)), add(one, exact(x))));

const sinhTerm = tabulated(12, (k) => factorialTerm(2 * k + 1));

export function sinhDouble(x: number): Scaled {
  if (Math.abs(x) < 0.5) return mul(exact(x), series(fromProduct(x, x), 12, sinhTerm));
  const sign = x < 0 ? -1 : 1;
  const [high, low, n] = expScaled(exact(Math.abs(x)));
  if (n > 300) return [sign * high, sign * low, n - 1];
  const e = times([high, low], 2 ** n);
  return times(sub(e, div(one, e)), sign / 2);
}

export function coshDouble(x: number): Scaled {
  const [high, low, n] = expScaled(exact(Math.abs(x)));
  if (n > 300) return [high, low, n - 1];
  const e = times([high, low], 2 ** n);
  return times(add(e, div(one, e)), 0.5);
}

export const twoOverRootPi: Double = div(exact(2), sqrt(pi));

/** e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(2n + 1)!! (DLMF 7.6.2): positive terms only. */
function erfSeries(x: number): Double {
  const square = fromProduct(x, x);
  let term = exact(x);
  let sum = term;
  for (let n = 1; term[0] > 1e-33 * sum[0]; n++) {
    term = mul(term, div(times(square, 2), exact(2 * n + 1)));
    sum = add(sum, term);
  }
  return mul(mul(twoOverRootPi, expDouble(neg(square))), sum);
}

/** Continued fraction for x ≥ 2 (DLMF 7.9.2). */
function erfcFraction(x: number): [number, number, number] {
  let tail = exact(x);
  for (let n = Math.ceil(40 + 500 / (x * x)); n >= 1; n--) tail = add(exact(x), div(exact(n / 2), tail));
  const [high, low, n] = expScaled(neg(fromProduct(x, x)));
  return [...div(mul([high, low], times(twoOverRootPi, 0.5)), tail), n];
}

export function erfcDouble(x: number): Scaled {
  if (x < 0) return add(one, erfSeriesOrOne(-x));
  return x < 2 ? sub(one, erfSeries(x)) : erfcFraction(x);
}

export const erfSeriesOrOne = (x: number): Double =>
  x < 2 ? erfSeries(x) : x > 7 ? one : sub(one, unscaled(erfcFraction(x)));
