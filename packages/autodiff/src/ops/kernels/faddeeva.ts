/**
 * The Faddeeva function w(z) = e^(−z²) erfc(−iz) (DLMF 7.2.3) and its derivatives w⁽ⁿ⁾.
 *
 * In the upper half-plane w(z) = i/π ∫ e^(−t²)/(z − t) dt (DLMF 7.7.2). The trapezoidal rule with step h, and the residue of
 * the pole at z put right, is exact to e^(−π²/h²): M. Al Azah and S. N. Chandler-Wilde, "Computation of the complex
 * error function using modified trapezoidal rules", SIAM J. Numer. Anal. 59 (2021). Of the two grids kh and (k + ½)h the one
 * that keeps away from z is taken. Differentiating the rule term by term gives w⁽ⁿ⁾ without the cancellation in
 * w′ = −2zw + 2i/√π, which takes all digits where |z| is large. In the lower half-plane w(z) = 2e^(−z²) − w(−z).
 */
import { exponentialParts } from "./exponential.ts";
import { productError, sumError } from "./two-parts.ts";

/** A complex number. */
type Complex = readonly [real: number, imaginary: number];

/** The step, small enough for the first few derivatives, too. */
const h = 0.45;
/** From this height on the pole is so far away that it needs no correction. */
const poleHeight = Math.PI / h;
/** [t, h/π e^(−t²)] for the positive points of both grids, as far as the weights count. */
const midpoints: readonly Complex[] = gridPoints(0.5);
const wholePoints: readonly Complex[] = gridPoints(1);

/* @__NO_SIDE_EFFECTS__ */
function gridPoints(first: number): Complex[] {
  return Array.from({ length: 16 }, (_, k) => (first + k) * h).map((t) => [
    t,
    (h / Math.PI) * Math.exp(-t * t),
  ]);
}

const twoOverRootPi = 2 / Math.sqrt(Math.PI);
/** Whether w⁽ᵐ⁺¹⁾ = −2z w⁽ᵐ⁾ − 2m w⁽ᵐ⁻¹⁾ loses less up to the n-th derivative than the sum, which near the real axis is large. */
function recurrenceIsBetter(n: number, x: number, y: number): boolean {
  return n > 0 && y < 1 && Math.hypot(x, y) < Math.min(1 + n / 2, 3.5);
}
/** From here on w is i/(√π z) in all digits. */
const asymptoticFrom = 1e9;
const largestOrder = 100;

/** w⁽ⁿ⁾(x + iy) for whole n from 0 to 100, NaN for other n. */
export function faddeeva(n: number, x: number, y: number): Complex {
  if (!isOrder(n) || x !== x || y !== y) return [NaN, NaN];
  if (y >= 0) return upper(n, x, y);
  const gaussian = gaussianDerivatives(n, x, y)[n] as Complex;
  const mirrored = upper(n, -x, -y);
  const sign = n % 2 === 0 ? 1 : -1;
  return [2 * gaussian[0] - sign * mirrored[0], 2 * gaussian[1] - sign * mirrored[1]];
}

function isOrder(n: number): boolean {
  return n >= 0 && n <= largestOrder && Number.isInteger(n);
}

/** In the upper half-plane: w(−x + iy) is the complex conjugate of w(x + iy). */
function upper(n: number, x: number, y: number): Complex {
  if (x < 0) {
    const [real, imaginary] = upper(n, -x, y);
    return n % 2 === 0 ? [real, -imaginary] : [-real, imaginary];
  }
  if (x + y >= asymptoticFrom) return farAway(n, x, y);
  if (recurrenceIsBetter(n, x, y)) return byRecurrence(n, x, y);
  const position = x / h - Math.floor(x / h);
  const midpointGrid = y >= poleHeight || position < 0.25 || position > 0.75;
  const [real, imaginary] = n === 0 ? sum(x, y, midpointGrid) : derivativeSum(n, x, y, midpointGrid);
  const pole =
    y < poleHeight && x * x - y * y < 760 ? poleCorrection(n, x, y, midpointGrid) : ([0, 0] as const);
  // On the real axis the real part is e^(−x²) and its derivatives, nothing else.
  return [y === 0 ? realGaussian(n, x) : real + pole[0], imaginary + pole[1]];
}

function realGaussian(n: number, x: number): number {
  return (gaussianDerivatives(n, x, 0)[n] as Complex)[0];
}

/** The trapezoidal sum; both points ±t are taken together, i/(z − t) + i/(z + t) = 2iz/(z² − t²). */
function sum(x: number, y: number, midpointGrid: boolean): Complex {
  const square = x * x + y * y;
  let real = 0;
  let imaginary = 0;
  for (const [t, weight] of midpointGrid ? midpoints : wholePoints) {
    const divisor = ((x - t) ** 2 + y * y) * ((x + t) ** 2 + y * y);
    real += (weight * (square + t * t)) / divisor;
    imaginary += (weight * (square - t * t)) / divisor;
  }
  if (!midpointGrid) {
    real += h / Math.PI / (2 * square);
    imaginary += h / Math.PI / (2 * square);
  }
  return [2 * y * real, 2 * x * imaginary];
}

/** Its n-th derivative: (−1)ⁿ n! i h/π Σ e^(−t²)/(z − t)ⁿ⁺¹ */
function derivativeSum(n: number, x: number, y: number, midpointGrid: boolean): Complex {
  let real = 0;
  let imaginary = 0;
  const add = (t: number, weight: number): void => {
    const [re, im] = inversePower(x - t, y, n);
    real += weight * re;
    imaginary += weight * im;
  };
  if (!midpointGrid) add(0, h / Math.PI);
  for (const [t, weight] of midpointGrid ? midpoints : wholePoints) {
    add(t, weight);
    add(-t, weight);
  }
  return [-imaginary, real];
}

/** (−1)ⁿ n! / (x + iy)ⁿ⁺¹ */
function inversePower(x: number, y: number, n: number): Complex {
  const square = x * x + y * y;
  const [u, v] = [x / square, -y / square];
  let [real, imaginary] = [u, v];
  for (let k = 1; k <= n; k++)
    [real, imaginary] = [-k * (real * u - imaginary * v), -k * (real * v + imaginary * u)];
  return [real, imaginary];
}

/**
 * The n-th derivative of 2e^(−z²)/(1 ± e^(−2πiz/h)), the pole's residue, with + for midpoints: by Leibniz' rule for
 * quotient · denominator = 2e^(−z²).
 */
function poleCorrection(n: number, x: number, y: number, midpointGrid: boolean): Complex {
  const numerators = gaussianDerivatives(n, x, y);
  const sign = midpointGrid ? 1 : -1;
  const size = sign * Math.exp((2 * Math.PI * y) / h);
  const turn = x / h - Math.round(x / h);
  const exponential: Complex = [size * Math.cos(2 * Math.PI * turn), -size * Math.sin(2 * Math.PI * turn)];
  const denominator: Complex = [1 + exponential[0], exponential[1]];
  const quotients: Complex[] = [];
  for (let order = 0; order <= n; order++) {
    const gaussian = numerators[order] as Complex;
    let [real, imaginary] = [2 * gaussian[0], 2 * gaussian[1]];
    // The k-th derivative of the exponential is (−2πi/h)ᵏ times itself.
    let factor = exponential;
    let binomial = 1;
    for (let k = 1; k <= order; k++) {
      factor = [((2 * Math.PI) / h) * factor[1], ((-2 * Math.PI) / h) * factor[0]];
      binomial *= (order - k + 1) / k;
      const [re, im] = quotients[order - k] as Complex;
      real -= binomial * (factor[0] * re - factor[1] * im);
      imaginary -= binomial * (factor[0] * im + factor[1] * re);
    }
    quotients.push(quotient([real, imaginary], denominator));
  }
  return quotients[n] as Complex;
}

function quotient([a, b]: Complex, [c, d]: Complex): Complex {
  const square = c * c + d * d;
  return [(a * c + b * d) / square, (b * c - a * d) / square];
}

/** e^(−z²) and its derivatives up to the n-th: G⁽ᵐ⁺¹⁾ = −2z G⁽ᵐ⁾ − 2m G⁽ᵐ⁻¹⁾ */
function gaussianDerivatives(n: number, x: number, y: number): Complex[] {
  const all: Complex[] = [gaussian(x, y)];
  extendByRecurrence(all, n, x, y);
  return all;
}

/** Continues f, f′, … of a solution of f″ + 2z f′ + 2f = 0 up to the n-th derivative. */
function extendByRecurrence(all: Complex[], n: number, x: number, y: number): void {
  for (let m = all.length - 1; m < n; m++) {
    const [re, im] = all[m] as Complex;
    const [reBefore, imBefore] = all[m - 1] ?? [0, 0];
    all.push([-2 * (x * re - y * im) - 2 * m * reBefore, -2 * (x * im + y * re) - 2 * m * imBefore]);
  }
}

/** e^(−z²) = e^(y² − x²) (cos 2xy − i sin 2xy), with the roundings of the exponent and the angle put right. */
function gaussian(x: number, y: number): Complex {
  if (Math.max(Math.abs(x), Math.abs(y)) > 1e100) return y * y > x * x ? overflowing(x * y) : [0, 0];
  const [xx, yy] = [x * x, y * y];
  const exponent = yy - xx;
  if (exponent < -800) return [0, 0];
  if (exponent > 710) return overflowing(x * y);
  const low = sumError(yy, -xx, exponent) + productError(y, y, yy) - productError(x, x, xx);
  const { high, small, n } = exponentialParts(exponent, low);
  // In two steps, because 2ⁿ alone may be too large or too small for a number.
  const half = 2 ** Math.trunc(n / 2);
  const size = (high + small) * half * 2 ** (n - Math.trunc(n / 2));
  const angle = 2 * x * y;
  const angleLow = productError(2 * x, y, angle);
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  return [size * (cosine - angleLow * sine), -size * (sine + angleLow * cosine)];
}

/** Too large for a number: only the signs are left, and a part that is exactly zero. */
function overflowing(product: number): Complex {
  const [sine, cosine] = [Math.sin(2 * product), Math.cos(2 * product)];
  return [cosine * Infinity, sine === 0 ? 0 : -sine * Infinity];
}

/** From w′ = −2zw + 2i/√π on. */
function byRecurrence(n: number, x: number, y: number): Complex {
  const [real, imaginary] = upper(0, x, y);
  const all: Complex[] = [
    [real, imaginary],
    [-2 * (x * real - y * imaginary), -2 * (x * imaginary + y * real) + twoOverRootPi],
  ];
  extendByRecurrence(all, n, x, y);
  return all[n] as Complex;
}

/** i/√π times the n-th derivative of 1/z, for |z| so large that nothing else counts. */
function farAway(n: number, x: number, y: number): Complex {
  const scale = Math.max(Math.abs(x), Math.abs(y));
  if (scale === Infinity) return [0, 0];
  const [real, imaginary] = inversePower(x / scale, y / scale, n);
  let factor = 0.5 * twoOverRootPi;
  for (let k = 0; k <= n; k++) factor /= scale;
  return [-imaginary * factor, real * factor];
}

const rootPi = Math.sqrt(Math.PI);

/**
 * The n-th derivative in x of w(z)/(√π s) with z = (x + iγ)/s and s = σ√2: the Voigt profile and, as imaginary part, its
 * Hilbert transform. Its limit for σ → 0 is i/(π(x + iγ)).
 */
export function voigt(n: number, x: number, sigma: number, gamma: number): Complex {
  if (!isOrder(n)) return [NaN, NaN];
  const s = Math.SQRT2 * Math.abs(sigma);
  const isFar = Math.abs(x) + Math.abs(gamma) >= asymptoticFrom * s;
  if (s === 0 && x === 0 && gamma === 0) return n === 0 ? [Infinity, 0] : [NaN, NaN];
  // Below the real axis the other term of w, 2e^(−z²), vanishes only where |x| > |γ|.
  if (isFar && (gamma >= 0 || Math.abs(x) > -gamma)) {
    const [real, imaginary] = farAway(n, x, gamma);
    return [real / rootPi, imaginary / rootPi];
  }
  const [real, imaginary] = faddeeva(n, x / s, gamma / s);
  let factor = 1 / rootPi;
  for (let k = 0; k <= n; k++) factor /= s;
  return [real * factor, imaginary * factor];
}
