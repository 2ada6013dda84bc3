/*
 * What rounding takes from a sum or a product of two numbers, exactly: with it a result can be kept in two parts.
 */

/** The upper 26 bits of a number (T. J. Dekker 1971), so that products of two such are exact; below 10³⁰⁰. */
function upperHalf(x: number): number {
  const shifted = 134217729 * x;
  return shifted - (shifted - x);
}

/** What rounding took from the product a·b. */
export function productError(a: number, b: number, product: number): number {
  const aUpper = upperHalf(a);
  const bUpper = upperHalf(b);
  const aLower = a - aUpper;
  const bLower = b - bUpper;
  return aUpper * bUpper - product + aUpper * bLower + aLower * bUpper + aLower * bLower;
}

/** What rounding took from the sum a + b (D. E. Knuth). */
export function sumError(a: number, b: number, sum: number): number {
  const bRounded = sum - a;
  return a - (sum - bRounded) + (b - bRounded);
}
