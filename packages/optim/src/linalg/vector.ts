/** Spacing of doubles at 1, 2⁻⁵². */
export const epsilon: number = Number.EPSILON;

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}

/**
 * Lengths below this count as zero in factorisations: so near the end of the number range elements have too few digits
 * left for a reflection built from them to keep lengths, and it would spoil what it is applied to.
 */
export const negligible: number = 2 ** -960;

/** Euclidean norm, free of overflow and underflow: the largest element is divided out when squaring would lose it. */
export function norm(a: Float64Array): number {
  const plain = Math.sqrt(dot(a, a));
  if (plain > 1e-140 && plain < 1e150) return plain;
  const largest = maxNorm(a);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (at(a, i) / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** The largest magnitude; NaN when there is a NaN. */
export function maxNorm(a: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const size = Math.abs(at(a, i));
    if (!(size <= largest)) largest = size;
    if (Number.isNaN(size)) return NaN;
  }
  return largest;
}

/** x + factor · direction, in a new array. */
export function along(x: Float64Array, factor: number, direction: Float64Array): Float64Array {
  const result = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) result[i] = at(x, i) + factor * at(direction, i);
  return result;
}

export function scaled(factor: number, a: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = factor * at(a, i);
  return result;
}

export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return along(a, -1, b);
}

export function allFinite(a: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Number.isFinite(at(a, i))) return false;
  return true;
}

/** Element i of an array known to be long enough. */
export function at(a: ArrayLike<number>, i: number): number {
  return a[i] as number;
}
