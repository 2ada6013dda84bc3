import { OptimizationError } from "../errors.ts";
import { directionNumbers } from "./sobol-directions.ts";

const bits = 32;

/** Dimensions that the table of direction numbers reaches. */
export const sobolDimensions: number = directionNumbers.length + 1;

/**
 * Points number `from` to `from + count − 1` of Sobol's sequence in the unit cube: 32-bit coordinates that are the
 * exclusive or of the direction numbers vⱼ at the ones of the point's number (Bratley & Fox, ACM TOMS 14 (1988), algorithm
 * 659, without the Gray code, so that each point is a function of its number alone). Any 2ᵏ points from a multiple of 2ᵏ on
 * fill the cube evenly.
 *
 * @param seed scrambles the points after Owen, which keeps that evenness; undefined leaves them as Sobol has them
 * @throws {OptimizationError} for more dimensions than the table has
 */
export function sobolPoints(
  dimension: number,
  from: number,
  count: number,
  seed?: number,
): readonly Float64Array[] {
  if (dimension > sobolDimensions)
    throw new OptimizationError(
      `Sobol's sequence has direction numbers for at most ${sobolDimensions} dimensions: ${dimension}`,
    );
  const points = Array.from({ length: count }, () => new Float64Array(dimension));
  for (let axis = 0; axis < dimension; axis++) {
    const directions = directionsOf(axis);
    const scramble = seed === undefined ? undefined : mixed(seed, axis);
    points.forEach((point, k) => {
      let word = 0;
      for (let rest = from + k, bit = 0; rest > 0; rest = Math.floor(rest / 2), bit++)
        if (rest % 2 === 1) word ^= directions[bit] as number;
      if (scramble !== undefined) word = owenScrambled(word, scramble);
      point[axis] = (word >>> 0) / 2 ** bits;
    });
  }
  return points;
}

/**
 * v₁ … v₃₂ of one axis, the binary fractions mⱼ / 2ʲ as 32-bit words, by the recurrence of its polynomial,
 * vⱼ = c₁vⱼ₋₁ ⊕ … ⊕ c₍s₋₁₎v₍j₋s₊₁₎ ⊕ vⱼ₋ₛ ⊕ (vⱼ₋ₛ ≫ s).
 */
function directionsOf(axis: number): Int32Array {
  const words = new Int32Array(bits);
  if (axis === 0) {
    for (let j = 0; j < bits; j++) words[j] = 1 << (bits - 1 - j);
    return words;
  }
  const [a, ...m] = directionNumbers[axis - 1] as readonly [number, ...number[]];
  const degree = m.length;
  for (let j = 0; j < bits; j++) {
    if (j < degree) {
      words[j] = (m[j] as number) << (bits - 1 - j);
      continue;
    }
    const oldest = words[j - degree] as number;
    let word = oldest ^ (oldest >>> degree);
    for (let k = 1; k < degree; k++) if (((a >> (degree - 1 - k)) & 1) === 1) word ^= words[j - k] as number;
    words[j] = word;
  }
  return words;
}

/**
 * Nested uniform scrambling (A. B. Owen 1995) by a hash in which every bit depends on the higher ones alone: the
 * permutation of Laine & Karras on the reversed word, with the constants of B. Burley, "Practical hash-based Owen
 * scrambling", J. Computer Graphics Techniques 9(4) (2020), §3.
 */
function owenScrambled(word: number, seed: number): number {
  let x = (reversed(word) + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return reversed(x);
}

/** The 32 bits in opposite order. */
function reversed(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}

/** A word for a seed and an axis, by the finaliser of MurmurHash3 (A. Appleby). */
function mixed(seed: number, axis: number): number {
  let x = (seed + Math.imul(axis + 1, 0x9e3779b9)) | 0;
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) x = Math.imul(x ^ (x >>> 16), factor);
  return x ^ (x >>> 16);
}
