import { foldIn, normal, randomKey, uniform, type Tensor } from "@steepest/autodiff";
import { at } from "../linalg/vector.ts";

/** Where a stream of random numbers stands, as plain data. */
export interface RandomState {
  readonly seed: number;
  /** How many blocks have been drawn. */
  readonly block: number;
}

/**
 * A stream of random numbers: Threefry blocks of autodiff (Salmon, Moraes, Dror & Shaw 2011), the key of each folded from
 * the seed and its number. What is left of a block when a stream's state is taken is never used.
 */
export interface Random {
  /** The next number from [0, 1). */
  readonly uniform: () => number;
  /** The next numbers from the normal distribution of mean 0 and standard deviation 1. */
  readonly normals: (count: number) => Float64Array;
  /** A whole number from 0 to `count` − 1, each equally likely to within 2⁻⁵³. */
  readonly below: (count: number) => number;
  /** Where a stream goes on that has nothing in common with what has been drawn. */
  readonly state: RandomState;
}

const blockSize = 256;

/** @throws {DTypeError} for a seed that is no whole number */
export function randomFrom({ seed, block: first }: RandomState): Random {
  const root = randomKey(seed);
  let block = first;
  let numbers = new Float64Array(0);
  let next = 0;
  const key = (): Tensor => foldIn(root, block++);
  const draw = (): number => {
    if (next === numbers.length) {
      numbers = uniform(key(), [blockSize]).data as Float64Array<ArrayBuffer>;
      next = 0;
    }
    return at(numbers, next++);
  };
  return {
    uniform: draw,
    normals: (count) => normal(key(), [count]).data as Float64Array,
    below: (count) => Math.floor(draw() * count),
    get state() {
      return { seed, block };
    },
  };
}
