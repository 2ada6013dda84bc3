/** Spacing of doubles at 1, 2⁻⁵². */
export const epsilon: number = Number.EPSILON;

// The loops below index their arrays themselves: code that many kinds of arrays have run through, as through `at`, is
// compiled for all of them, and takes several times as long.

/** aᵀb, in four sums that do not wait for each other. */
export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const whole = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < whole; i += 4) {
    s0 += (a[i] as number) * (b[i] as number);
    s1 += (a[i + 1] as number) * (b[i + 1] as number);
    s2 += (a[i + 2] as number) * (b[i + 2] as number);
    s3 += (a[i + 3] as number) * (b[i + 3] as number);
  }
  let sum = s0 + s1 + (s2 + s3);
  for (let i = whole; i < n; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** a ← a + factor · v, in place; returns aᵀw of the new a, for the same pass over memory. */
export function addAndDot(a: Float64Array, factor: number, v: Float64Array, w: Float64Array): number {
  const n = a.length;
  const whole = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < whole; i += 4) {
    const a0 = (a[i] as number) + factor * (v[i] as number);
    const a1 = (a[i + 1] as number) + factor * (v[i + 1] as number);
    const a2 = (a[i + 2] as number) + factor * (v[i + 2] as number);
    const a3 = (a[i + 3] as number) + factor * (v[i + 3] as number);
    a[i] = a0;
    a[i + 1] = a1;
    a[i + 2] = a2;
    a[i + 3] = a3;
    s0 += a0 * (w[i] as number);
    s1 += a1 * (w[i + 1] as number);
    s2 += a2 * (w[i + 2] as number);
    s3 += a3 * (w[i + 3] as number);
  }
  let sum = s0 + s1 + (s2 + s3);
  for (let i = whole; i < n; i++) {
    const element = (a[i] as number) + factor * (v[i] as number);
    a[i] = element;
    sum += element * (w[i] as number);
  }
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
  for (const element of a) sum += (element / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** The largest magnitude; NaN when there is a NaN. */
export function maxNorm(a: Float64Array): number {
  let largest = 0;
  for (let i = 0, n = a.length; i < n; i++) {
    const size = Math.abs(a[i] as number);
    if (!(size <= largest)) largest = size;
    if (Number.isNaN(size)) return NaN;
  }
  return largest;
}

/** x + factor · direction, in a new array. */
export function along(x: Float64Array, factor: number, direction: Float64Array): Float64Array {
  const result = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) result[i] = (x[i] as number) + factor * (direction[i] as number);
  return result;
}

export function scaled(factor: number, a: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = factor * (a[i] as number);
  return result;
}

export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return along(a, -1, b);
}

export function allFinite(a: Float64Array): boolean {
  const n = a.length;
  const whole = n - (n % 2);
  // Only of finite numbers the difference from themselves is zero.
  let s0 = 0;
  let s1 = 0;
  for (let i = 0; i < whole; i += 2) {
    s0 += (a[i] as number) - (a[i] as number);
    s1 += (a[i + 1] as number) - (a[i + 1] as number);
  }
  if (whole < n) s0 += (a[whole] as number) - (a[whole] as number);
  return s0 + s1 === 0;
}

/**
 * Element i of a vector known to be long enough. For `Float64Array` alone: once V8 has met other arrays here, every loop
 * that reads through this function becomes ten times slower.
 */
export function at(a: Float64Array, i: number): number {
  return a[i] as number;
}

/** Element i of any other array known to be long enough. */
export function entry(a: ArrayLike<number>, i: number): number {
  return a[i] as number;
}
