/** A rotation by the angle with this cosine and sine. */
export interface Rotation {
  readonly cosine: number;
  readonly sine: number;
  readonly tangent: number;
}

/**
 * The smaller rotation that makes [[a, b], [b, c]] diagonal, from (c − a) / 2b: the root of t² + 2 θ t − 1 of smaller
 * size (Golub & Van Loan, Matrix Computations, algorithm 8.5.1).
 */
export function rotationFor(theta: number): Rotation {
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  return { cosine, sine: tangent * cosine, tangent };
}

/**
 * Replaces `length` numbers x at p and y at q by c x − s y and s x + c y, written as small changes to x and y: after
 * thousands of rotations the vectors are orthonormal to some 10 times fewer ε than by the products (Rutishauser,
 * Numerische Mathematik 9, 1966).
 */
export function rotate(
  data: Float64Array,
  p: number,
  q: number,
  length: number,
  { cosine, sine }: Rotation,
): void {
  const half = sine / (1 + cosine);
  for (let k = 0; k < length; k++) {
    const x = data[p + k] as number;
    const y = data[q + k] as number;
    data[p + k] = x - sine * (y + half * x);
    data[q + k] = y + sine * (x - half * y);
  }
}

/** Sweeps are known to number about log n; a matrix that needs so many has not been met. */
export const mostSweeps = 60;

/**
 * −1 if a vector is to be turned round so that the first of its components that are largest in size is positive.
 * Those within a tenth of the largest count, so that rounding does not decide between equal ones.
 */
export function turn(x: ArrayLike<number>, first: number, length: number): 1 | -1 {
  let largest = 0;
  for (let k = 0; k < length; k++) largest = Math.max(largest, Math.abs(x[first + k] as number));
  for (let k = 0; k < length; k++) {
    const value = x[first + k] as number;
    if (Math.abs(value) >= 0.9 * largest) return value < 0 ? -1 : 1;
  }
  return 1;
}
