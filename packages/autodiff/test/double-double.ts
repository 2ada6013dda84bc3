/**
 * Elementary functions to about 100 bits, as unevaluated sums of two doubles: the judge of the vector math. Written for
 * clarity from series, Newton steps and identities, sharing nothing with the code under test. Results that leave the
 * normal range are not to be relied on.
 */
export type Double = readonly [high: number, low: number];

const fromSum = (a: number, b: number): Double => {
  const high = a + b;
  const shadow = high - a;
  return [high, a - (high - shadow) + (b - shadow)];
};

const fromProduct = (a: number, b: number): Double => {
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

const exact = (x: number): Double => [x, 0];
const neg = (a: Double): Double => [-a[0], -a[1]];

function add(a: Double, b: Double): Double {
  const large = fromSum(a[0], b[0]);
  const small = fromSum(a[1], b[1]);
  const sum = fromSum(large[0], large[1] + small[0]);
  return fromSum(sum[0], sum[1] + small[1]);
}

const sub = (a: Double, b: Double): Double => add(a, neg(b));

function mul(a: Double, b: Double): Double {
  const product = fromProduct(a[0], b[0]);
  return fromSum(product[0], product[1] + (a[0] * b[1] + a[1] * b[0]));
}

function div(a: Double, b: Double): Double {
  const first = a[0] / b[0];
  const rest = sub(a, mul(b, exact(first)));
  const second = rest[0] / b[0];
  const last = sub(rest, mul(b, exact(second)))[0] / b[0];
  return add(fromSum(first, second), exact(last));
}

function sqrt(a: Double): Double {
  const root = Math.sqrt(a[0]);
  if (root === 0) return a;
  const rest = sub(a, fromProduct(root, root));
  return fromSum(root, rest[0] / (2 * root));
}

const times = (a: Double, powerOfTwo: number): Double => [a[0] * powerOfTwo, a[1] * powerOfTwo];

/** 3.14159… and ln 2 to 107 bits. */
const pi: Double = [3.141592653589793, 1.2246467991473532e-16];
const ln2: Double = [0.6931471805599453, 2.3190468138462996e-17];
const one = exact(1);

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

function expDouble(x: Double): Double {
  const n = Math.round(x[0] / ln2[0]);
  let r = sub(x, mul(ln2, exact(n)));
  r = times(r, 1 / 128);
  let e = expm1Small(r);
  for (let i = 0; i < 7; i++) e = add(times(e, 2), mul(e, e));
  return times(add(e, one), 2 ** Math.min(n, 1023) * (n > 1023 ? 2 : 1));
}

function expm1Double(x: Double): Double {
  return Math.abs(x[0]) < 0.02 ? expm1Small(x) : sub(expDouble(x), one);
}

const oddInverse = tabulated(16, (k) => div(one, exact(2 * k + 1)));

/** log(1 + f) */
function log1pDouble(f: Double): Double {
  if (Math.abs(f[0]) < 0.002) {
    const s = div(f, add(f, exact(2)));
    return times(mul(s, series(mul(s, s), 6, oddInverse)), 2);
  }
  return logDouble(add(f, one));
}

function logDouble(x: Double): Double {
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

function sinCos(x: number): { sin: Double; cos: Double } {
  const { n, r } = reduceAngle(x);
  const z = mul(r, r);
  const sine = mul(r, series(z, 14, sineTerm));
  const cosine = series(z, 14, cosineTerm);
  if (n === 0) return { sin: sine, cos: cosine };
  if (n === 1) return { sin: cosine, cos: neg(sine) };
  if (n === 2) return { sin: neg(sine), cos: neg(cosine) };
  return { sin: neg(cosine), cos: sine };
}

/** The angle of the point (x, y): the built-in one, turned back by it and corrected. */
function angle(y: Double, x: Double): Double {
  const guess = Math.atan2(y[0], x[0]);
  const { sin, cos } = sinCos(guess);
  const across = sub(mul(y, cos), mul(x, sin));
  const along = add(mul(x, cos), mul(y, sin));
  return add(exact(guess), div(across, along));
}

const leg = (x: number): Double => sqrt(mul(sub(one, exact(x)), add(one, exact(x))));

const sinhTerm = tabulated(12, (k) => factorialTerm(2 * k + 1));

function sinhDouble(x: number): Double {
  if (Math.abs(x) < 0.5) return mul(exact(x), series(fromProduct(x, x), 12, sinhTerm));
  const e = expDouble(exact(Math.abs(x)));
  return times(sub(e, div(one, e)), x < 0 ? -0.5 : 0.5);
}

function coshDouble(x: number): Double {
  const e = expDouble(exact(Math.abs(x)));
  return times(add(e, div(one, e)), 0.5);
}

const twoOverRootPi = div(exact(2), sqrt(pi));

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
function erfcFraction(x: number): Double {
  let tail = exact(x);
  for (let n = Math.ceil(40 + 500 / (x * x)); n >= 1; n--) tail = add(exact(x), div(exact(n / 2), tail));
  const e = expDouble(neg(fromProduct(x, x)));
  return div(mul(e, times(twoOverRootPi, 0.5)), tail);
}

function erfcDouble(x: number): Double {
  if (x < 0) return add(one, erfSeriesOrOne(-x));
  return x < 2 ? sub(one, erfSeries(x)) : erfcFraction(x);
}

const erfSeriesOrOne = (x: number): Double => (x < 2 ? erfSeries(x) : sub(one, erfcFraction(x)));

const odd =
  (f: (x: number) => Double): ((x: number) => Double) =>
  (x) =>
    x < 0 ? neg(f(-x)) : f(x);

/** The functions of one argument. */
export const reference: Readonly<Record<string, (x: number) => Double>> = {
  sqrt: (x) => sqrt(exact(x)),
  cbrt: (x) => {
    const guess = Math.cbrt(x);
    const cube = mul(fromProduct(guess, guess), exact(guess));
    return add(exact(guess), exact(sub(exact(x), cube)[0] / (3 * guess * guess)));
  },
  exp: (x) => expDouble(exact(x)),
  expm1: (x) => expm1Double(exact(x)),
  log: (x) => logDouble(exact(x)),
  log1p: (x) => (Math.abs(x) < 0.002 ? log1pDouble(exact(x)) : logDouble(fromSum(1, x))),
  log2: (x) => div(logDouble(exact(x)), ln2),
  log10: (x) => div(logDouble(exact(x)), logDouble(exact(10))),
  sin: (x) => sinCos(x).sin,
  cos: (x) => sinCos(x).cos,
  tan: (x) => {
    const { sin, cos } = sinCos(x);
    return div(sin, cos);
  },
  asin: (x) => angle(exact(x), leg(x)),
  acos: (x) => angle(leg(x), exact(x)),
  atan: (x) => angle(exact(x), one),
  sinh: sinhDouble,
  cosh: coshDouble,
  tanh: (x) => (Math.abs(x) > 300 ? exact(Math.sign(x)) : div(sinhDouble(x), coshDouble(x))),
  asinh: odd((x) => {
    const square = fromProduct(x, x);
    return log1pDouble(add(exact(x), div(square, add(one, sqrt(add(one, square))))));
  }),
  acosh: (x) => {
    const above = sub(exact(x), one);
    return log1pDouble(add(above, sqrt(mul(above, add(exact(x), one)))));
  },
  atanh: odd((x) => times(log1pDouble(div(exact(2 * x), fromSum(1, -x))), 0.5)),
  erf: odd(erfSeriesOrOne),
  erfc: erfcDouble,
  sigmoid: (x) => {
    const e = expDouble(exact(-Math.abs(x)));
    return div(x < 0 ? e : one, add(one, e));
  },
  sechSquared: (x) => {
    const e = expDouble(exact(-2 * Math.abs(x)));
    const sum = add(one, e);
    return div(times(e, 4), mul(sum, sum));
  },
  softplus: (x) => add(exact(Math.max(x, 0)), log1pDouble(expDouble(exact(-Math.abs(x))))),
};

/** The functions of two arguments. */
export const reference2: Readonly<Record<string, (x: number, y: number) => Double>> = {
  pow: (x, y) => expDouble(mul(exact(y), logDouble(exact(x)))),
  atan2: (y, x) => angle(exact(y), exact(x)),
  hypot: (x, y) => sqrt(add(fromProduct(x, x), fromProduct(y, y))),
};
