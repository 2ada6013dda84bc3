/**
 * A power of two that brings a number near 1; multiplying and dividing by it is exact. Numbers at the very ends of
 * the range are brought as near as a power of two can, and 1 stands for 0.
 */
export function powerTowardsOne(size: number): number {
  if (size === 0) return 1;
  return 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(size))));
}

/** The largest |x| of `count` numbers, `stride` apart. */
export function largestSize(x: ArrayLike<number>, first: number, count: number, stride = 1): number {
  let largest = 0;
  for (let k = 0, at = first; k < count; k++, at += stride)
    largest = Math.max(largest, Math.abs(x[at] as number));
  return largest;
}

/** Σ x², in halves, so that rounding errors grow with log n instead of n. */
function sumOfSquares(x: ArrayLike<number>, first: number, last: number, scale: number): number {
  if (last - first > 32) {
    const middle = first + ((last - first) >> 1);
    return sumOfSquares(x, first, middle, scale) + sumOfSquares(x, middle, last, scale);
  }
  let total = 0;
  for (let i = first; i < last; i++) {
    const value = (x[i] as number) * scale;
    total += value * value;
  }
  return total;
}

/** √Σ x² over [first, last), scaled only where squares could leave the range of numbers. */
export function euclideanLength(x: ArrayLike<number>, first: number, last: number): number {
  const square = sumOfSquares(x, first, last, 1);
  if (square > 1e-270 && square < 1e300) return Math.sqrt(square);
  const largest = largestSize(x, first, last - first);
  if (!Number.isFinite(largest)) return largest;
  const scale = powerTowardsOne(largest);
  return Math.sqrt(sumOfSquares(x, first, last, scale)) / scale;
}

/** Σ |x / largest|ᵖ, in halves */
function sumOfPowers(x: ArrayLike<number>, first: number, last: number, largest: number, p: number): number {
  if (last - first > 8) {
    const middle = first + ((last - first) >> 1);
    return sumOfPowers(x, first, middle, largest, p) + sumOfPowers(x, middle, last, largest, p);
  }
  let total = 0;
  for (let i = first; i < last; i++) total += Math.abs((x[i] as number) / largest) ** p;
  return total;
}

/** (Σ |x|ᵖ)^(1/p) over [first, last), of numbers brought to at most 1 */
export function powerLength(x: ArrayLike<number>, first: number, last: number, p: number): number {
  const largest = largestSize(x, first, last - first);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  return largest * sumOfPowers(x, first, last, largest, p) ** (1 / p);
}
