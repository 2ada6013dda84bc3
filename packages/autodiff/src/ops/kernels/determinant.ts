import { factorize } from "./lu.ts";
import { euclideanLength, powerTowardsOne } from "./scale.ts";

/** sign · size · 2^exponent, a number that may lie outside the range of numbers. */
export interface ScaledNumber {
  readonly sign: number;
  readonly size: number;
  readonly exponent: number;
}

/**
 * The determinant by LU factorisation. That of whole numbers is a whole number: it is rounded to one where the error
 * is certain to be below ½, so that determinants of small matrices of whole numbers are exact, and 0 if singular.
 */
export function determinantOf(matrix: ArrayLike<number>, order: number): ScaledNumber {
  const { lu, odd } = factorize(matrix, order);
  let [product, exponent] = [odd ? -1 : 1, 0];
  const multiply = (factor: number): void => {
    const scale = powerTowardsOne(Math.abs(factor));
    product *= factor * scale;
    exponent -= Math.round(Math.log2(scale));
  };
  for (let k = 0; k < order; k++) {
    multiply(lu[k * order + k] as number);
    // Products are brought back near 1.
    const factor = product;
    product = 1;
    multiply(factor);
  }
  if (isWhole(matrix) && errorBound(matrix, lu, order) < 0.5) {
    product = Math.round(product * 2 ** exponent);
    exponent = 0;
  }
  return { sign: product === 0 ? 0 : Math.sign(product), size: Math.abs(product), exponent };
}

export function valueOf({ sign, size, exponent }: ScaledNumber): number {
  // In two steps, for the power alone can leave the range where the result does not.
  const half = Math.trunc(exponent / 2);
  return sign * (size * 2 ** half * 2 ** (exponent - half));
}

/** log |x|, −∞ for 0 */
export function logSize(number: ScaledNumber): number {
  const value = Math.abs(valueOf(number));
  const normal = value >= 2 ** -1022 && value < Infinity;
  // Near 1 the sum would cancel.
  return normal ? Math.log(value) : Math.log(number.size) + number.exponent * Math.LN2;
}

function isWhole(matrix: ArrayLike<number>): boolean {
  return Array.prototype.every.call(matrix, Number.isInteger);
}

/**
 * Of the determinant's error. What was factorised exactly is A + E with ‖eᵢ‖ ≤ n u ‖(|L| |U|)ᵢ‖ ≤ n u · n^{3/2} max|U|
 * for every row (Higham, Accuracy and Stability, theorem 9.3), which moves the determinant by at most
 * Π ‖aᵢ‖ (Π (1 + ‖eᵢ‖ / ‖aᵢ‖) − 1) by Hadamard's inequality. Rows of whole numbers that are not zero have ‖aᵢ‖ ≥ 1.
 */
function errorBound(matrix: ArrayLike<number>, lu: Float64Array, order: number): number {
  let volume = 1;
  for (let i = 0; i < order; i++) volume *= Math.max(1, euclideanLength(matrix, i * order, (i + 1) * order));
  const largest = lu.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const moved = order ** 2.5 * 2 ** -53 * largest;
  // The last term: rounding the product of the pivots.
  return volume * (Math.expm1(order * Math.log1p(moved)) + 2 * order * 2 ** -53);
}
