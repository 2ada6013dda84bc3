import { DTypeError, ShapeError } from "../errors.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { checkShape, sizeOf, type Shape } from "../tensor/shape.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";

/*
 * Random numbers are functions of a key: the same key gives the same numbers, in any order, on any machine. A key is used
 * once and split when more are needed. The generator is counter based, Threefry-2x32 with 20 rounds (Salmon, Moraes,
 * Dror & Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011).
 */

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;
/** Second counter word: keys made by splitting and numbers drawn never share a block. */
const drawing = 0;
const splitting = 1;

/** Threefry-2x32-20: two scrambled 32-bit words for a key and a counter of two words each. */
export function threefry(
  key: readonly [number, number],
  counter: readonly [number, number],
): [number, number] {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ parity] as const;
  let x = (counter[0] + schedule[0]) | 0;
  let y = (counter[1] + schedule[1]) | 0;
  for (let round = 0; round < 20; round++) {
    const turn = rotations[round % 8] as number;
    x = (x + y) | 0;
    y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x = (x + (schedule[injection % 3] as number)) | 0;
      y = (y + (schedule[(injection + 1) % 3] as number) + injection) | 0;
    }
  }
  return [x >>> 0, y >>> 0];
}

/**
 * A key for random numbers, an `i32` tensor of shape [2].
 *
 * @param seed a whole number, at most 2⁵³ in size
 * @throws {DTypeError} for a seed that is no whole number
 */
export function randomKey(seed: number): Tensor {
  if (!Number.isSafeInteger(seed)) throw new DTypeError(`a seed must be a whole number: ${seed}`);
  return keyOf([Math.floor(seed / 2 ** 32), seed]);
}

/**
 * Independent keys from one, which must not be used any more.
 *
 * @throws {ShapeError} for a count that is not a positive whole number
 */
export function splitKey(key: Tensor, count: number = 2): Tensor[] {
  if (!Number.isInteger(count) || count < 1)
    throw new ShapeError(`a key splits into a positive number of keys: ${count}`);
  const words = wordsOf(key);
  return Array.from({ length: count }, (_, index) => keyOf(threefry(words, [index, splitting])));
}

/** Numbers from [0, 1), evenly spread, with all the bits the dtype has room for. */
export function uniform(key: Tensor, shape: Shape, dtype: DType = "f64"): Tensor {
  const words = wordsOf(key);
  return filled(shape, dtype, (index) => fraction(threefry(words, [index, drawing]), dtype));
}

/** Numbers from the normal distribution with mean 0 and standard deviation 1 (Box & Muller 1958). */
export function normal(key: Tensor, shape: Shape, dtype: DType = "f64"): Tensor {
  const words = wordsOf(key);
  return filled(shape, dtype, (index) => {
    // Elements 2k and 2k + 1 are the cosine and the sine of one pair.
    const first = index - (index % 2);
    const radius = Math.sqrt(-2 * Math.log1p(-fraction(threefry(words, [first, drawing]), "f64")));
    const angle = 2 * Math.PI * fraction(threefry(words, [first + 1, drawing]), "f64");
    return radius * (index % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
}

/** 53 bits of a block as a number in [0, 1), or 24 for f32. */
function fraction([high, low]: readonly [number, number], dtype: DType): number {
  return dtype === "f32" ? (high >>> 8) / 2 ** 24 : ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function filled(shape: Shape, dtype: DType, draw: (index: number) => number): Tensor {
  checkShape(shape);
  if (dtype !== "f64" && dtype !== "f32")
    throw new DTypeError(`random numbers are f64 or f32; round or compare them for other dtypes: ${dtype}`);
  const size = sizeOf(shape);
  const data = allocate(dtype, size);
  for (let index = 0; index < size; index++) data[index] = draw(index);
  return makeConstant(shape.slice(), dtype, shape.length === 0 ? (data[0] as number) : data);
}

function keyOf(words: readonly [number, number]): Tensor {
  return makeConstant([2], "i32", Int32Array.of(...words.map((word) => word | 0)));
}

function wordsOf(key: Tensor): [number, number] {
  if (key.dtype !== "i32" || key.size !== 2)
    throw new DTypeError(
      `expected a key made by randomKey or splitKey: a tensor of dtype ${key.dtype} and shape [${key.shape.join(", ")}]`,
    );
  const [high, low] = key.data;
  return [high as number, low as number];
}
