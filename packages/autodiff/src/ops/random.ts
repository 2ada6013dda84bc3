import {
  exponentials,
  foldedKeys,
  normals,
  permutations,
  randomIntegers,
  splitKeys,
  uniforms,
} from "../compile/wasm/random.ts";
import { DTypeError, ShapeError, SteepestError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { allocate, isFloat, type DType, type TypedArray } from "../tensor/dtype.ts";
import { checkShape, formatShape, sizeOf, type Shape } from "../tensor/shape.ts";
import { makeConstant, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { less } from "./compare.ts";
import { below, draw, fold, fraction, shortFraction, splitOff, type Words } from "./kernels/threefry.ts";
import { allBatched, apply, storageOf, type Op } from "./op.ts";
import { broadcastTo, slice, type Range } from "./shape.ts";

/*
 * Random numbers are functions of a key: the same key gives the same numbers, in any order, on any machine, but for
 * the last digit of the logarithms, cosines and sines in normal and exponential ones. A key is used once and split when
 * more are needed.
 *
 * Drawing is an operation on the key. So a compiled function takes its key as an argument, and draws anew for each; and
 * `vmap` over keys gives each example the numbers that its key gives alone, while a key that is not mapped over gives all
 * examples the same.
 */

/** What is drawn for each key. */
interface Drawn {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** An operation that fills a tensor for each key: keys of shape [...batch, 2] give [...batch, ...shape]. */
/* @__NO_SIDE_EFFECTS__ */
function generator<A extends Drawn>(
  name: string,
  kernel: NonNullable<Op<A>["kernel"]>,
  fill: (key: Words, result: TypedArray, attributes: A) => void,
): Op<A> {
  const op: Op<A> = {
    name,
    infer: ([key], { shape, dtype }) => ({ shape: [...keyBatch(key as Tensor), ...shape], dtype }),
    evaluate: ([key], attributes, { shape, dtype }) => {
      const words = (key as Tensor).data;
      const result = allocate(dtype, sizeOf(shape));
      const size = sizeOf(attributes.shape);
      for (let k = 0; 2 * k < words.length; k++)
        fill(
          [words[2 * k] as number, words[2 * k + 1] as number],
          result.subarray(k * size, (k + 1) * size),
          attributes,
        );
      return storageOf(shape, result);
    },
    forward: () => undefined,
    reverse: () => [undefined],
    batch: ([key], _, attributes) => apply(op, [key as Tensor], attributes),
    kernel,
    text: `${name}(#1)`,
    latex: `\\operatorname{${name}}\\left(#1\\right)`,
  };
  return op;
}

const uniformOp: Op<Drawn> = generator("uniform", uniforms, (key, result, { dtype }) => {
  const number = dtype === "f32" ? shortFraction : fraction;
  for (let index = 0; index < result.length; index++) result[index] = number(draw(key, index));
});

/** Elements 2k and 2k + 1 are the cosine and the sine of one pair (Box & Muller 1958). */
const normalOp: Op<Drawn> = generator("normal", normals, (key, result) => {
  for (let index = 0; index < result.length; index += 2) {
    const radius = Math.sqrt(-2 * Math.log1p(-fraction(draw(key, index))));
    const angle = 2 * Math.PI * fraction(draw(key, index + 1));
    result[index] = radius * Math.cos(angle);
    if (index + 1 < result.length) result[index + 1] = radius * Math.sin(angle);
  }
});

const exponentialOp: Op<Drawn> = generator("exponential", exponentials, (key, result) => {
  for (let index = 0; index < result.length; index++)
    result[index] = -Math.log1p(-fraction(draw(key, index)));
});

interface DrawnIntegers extends Drawn {
  readonly low: number;
  readonly high: number;
}

const randomIntegerOp: Op<DrawnIntegers> = generator<DrawnIntegers>(
  "randomInteger",
  randomIntegers,
  (key, result, { low, high }) => {
    for (let index = 0; index < result.length; index++) result[index] = low + below(key, index, high - low);
  },
);

/** Each place in turn, from the last, swaps with one that is not behind it (R. A. Fisher & F. Yates 1938). */
const permutationOp: Op<Drawn> = generator("permutation", permutations, (key, result) => {
  for (let index = 0; index < result.length; index++) result[index] = index;
  for (let index = result.length - 1; index > 0; index--) {
    const other = below(key, index, index + 1);
    [result[index], result[other]] = [result[other] as number, result[index] as number];
  }
});

const splitKeyOp: Op<Drawn> = generator("splitKey", splitKeys, (key, result) => {
  for (let index = 0; 2 * index < result.length; index++) result.set(splitOff(key, index), 2 * index);
});

const foldInOp: Op<undefined> = {
  name: "foldIn",
  infer: ([key]) => ({ shape: (key as Tensor).shape, dtype: "i32" }),
  evaluate: ([key, data]) => {
    const words = (key as Tensor).data;
    const result = new Int32Array(words.length);
    (data as Tensor).data.forEach((number, k) =>
      result.set(fold([words[2 * k] as number, words[2 * k + 1] as number], number), 2 * k),
    );
    return result;
  },
  forward: () => undefined,
  reverse: () => [undefined, undefined],
  batch: (inputs, batched) => apply(foldInOp, allBatched(inputs, batched), undefined),
  kernel: foldedKeys,
  text: "foldIn(#1, #2)",
  latex: "\\operatorname{foldIn}\\left(#1, #2\\right)",
};

/**
 * A key for random numbers, an `i32` tensor of shape [2]. Wherever a key is expected, a batch of keys of shape [..., 2] will
 * do; each then gives what it would give alone.
 *
 * @param seed a whole number, at most 2⁵³ in size
 * @throws {DTypeError} for a seed that is no whole number
 */
export function randomKey(seed: number): Tensor {
  if (!Number.isSafeInteger(seed)) throw new DTypeError(`a seed must be a whole number: ${seed}`);
  return makeConstant([2], "i32", Int32Array.of(Math.floor(seed / 2 ** 32), seed));
}

/**
 * Independent keys from one, which must not be used any more.
 *
 * @throws {ShapeError} for a count that is not a positive whole number
 */
export function splitKey(key: Tensor, count: number = 2): Tensor[] {
  if (!Number.isInteger(count) || count < 1)
    throw new ShapeError(`a key splits into a positive number of keys: ${count}`);
  const everything = keyBatch(key).map<Range>(() => []);
  const keys = apply(splitKeyOp, [key], { shape: [count, 2], dtype: "i32" });
  return Array.from({ length: count }, (_, index) => slice(keys, ...everything, index));
}

/**
 * A key for a key and a whole number, such as the number of a step: each number gives an independent key. A tensor of
 * numbers gives as many keys, [...data.shape, 2].
 *
 * @throws {DTypeError} for data that are not whole numbers of 32 bits
 * @throws {ShapeError} when there are several keys and not as many numbers
 */
export function foldIn(key: Tensor, data: TensorLike): Tensor {
  const batch = keyBatch(key);
  const numbers = typeof data === "number" ? wholeNumber(data) : asTensor(data);
  if (numbers.dtype !== "i32")
    throw new DTypeError(`foldIn: expected whole numbers; cast them with cast(x, "i32"): ${numbers.dtype}`);
  const shape = numbers.shape.length > batch.length ? numbers.shape : batch;
  return apply(foldInOp, [broadcastTo(key, [...shape, 2]), broadcastTo(numbers, shape)], undefined);
}

function wholeNumber(data: number): Tensor {
  if (!Number.isInteger(data) || data < -(2 ** 31) || data >= 2 ** 32)
    throw new DTypeError(`foldIn: expected a whole number of 32 bits: ${data}`);
  return makeConstant([], "i32", data | 0);
}

/** The dtype of uniform numbers and where they come from, [low, high); tensors of bounds broadcast with the shape. */
export interface UniformOptions {
  readonly low?: TensorLike;
  readonly high?: TensorLike;
  readonly dtype?: DType;
}

/**
 * Numbers from [0, 1), evenly spread, with all the bits the dtype has room for; or from [low, high), where rounding may
 * give `high` itself. The bounds have derivatives.
 *
 * @throws {DTypeError} for a dtype other than f64 and f32
 */
export function uniform(key: Tensor, shape: Shape, options: DType | UniformOptions = {}): Tensor {
  const { low = 0, high = 1, dtype = "f64" } = typeof options === "string" ? { dtype: options } : options;
  const numbers = drawFloats(uniformOp, key, shape, dtype);
  if (low === 0 && high === 1) return numbers;
  // Plain numbers stay plain, to take the dtype of what they meet.
  const width = typeof low === "number" && typeof high === "number" ? high - low : sub(high, low);
  return add(mul(numbers, width), low);
}

/**
 * Numbers from the normal distribution with mean 0 and standard deviation 1.
 *
 * @throws {DTypeError} for a dtype other than f64 and f32
 */
export function normal(key: Tensor, shape: Shape, dtype: DType = "f64"): Tensor {
  return drawFloats(normalOp, key, shape, dtype);
}

/**
 * Numbers from the exponential distribution with mean 1.
 *
 * @throws {DTypeError} for a dtype other than f64 and f32
 */
export function exponential(key: Tensor, shape: Shape, dtype: DType = "f64"): Tensor {
  return drawFloats(exponentialOp, key, shape, dtype);
}

/**
 * True with the given probability, one for all or one for each element; the shape is that of the probabilities if
 * nothing else is given.
 *
 * @throws {ShapeError} when the probabilities do not broadcast to the shape
 * @throws {SteepestError} for a probability outside [0, 1]
 */
export function bernoulli(key: Tensor, probability: TensorLike, shape?: Shape): Tensor {
  const chance = asTensor(probability);
  const wrong = chance.hasValue ? [...chance.data].find((p) => !(p >= 0 && p <= 1)) : undefined;
  if (wrong !== undefined) throw new SteepestError(`bernoulli: a probability must be in [0, 1]: ${wrong}`);
  const drawn = shape ?? chance.shape;
  checkShape(drawn);
  return less(uniform(key, drawn), broadcastTo(chance, drawn));
}

/**
 * Whole numbers from low to high − 1, each equally likely, of dtype i32.
 *
 * @throws {DTypeError} when the bounds are not whole numbers that i32 can hold, or leave nothing to draw
 */
export function randomInteger(key: Tensor, low: number, high: number, shape: Shape): Tensor {
  if (!Number.isInteger(low) || !Number.isInteger(high) || low < -(2 ** 31) || high > 2 ** 31 || low >= high)
    throw new DTypeError(
      `randomInteger: expected whole numbers low < high between −2³¹ and 2³¹: ${low}, ${high}`,
    );
  checkShape(shape);
  return apply(randomIntegerOp, [key], { shape: shape.slice(), dtype: "i32", low, high });
}

/**
 * The numbers 0 to n − 1 in random order, each order equally likely; of dtype i32.
 *
 * @throws {ShapeError} when n is not a whole number
 */
export function permutation(key: Tensor, n: number): Tensor {
  if (!Number.isInteger(n) || n < 0)
    throw new ShapeError(`permutation: expected how many numbers to permute, a whole number: ${n}`);
  return apply(permutationOp, [key], { shape: [n], dtype: "i32" });
}

function drawFloats(op: Op<Drawn>, key: Tensor, shape: Shape, dtype: DType): Tensor {
  checkShape(shape);
  if (!isFloat(dtype))
    throw new DTypeError(`random numbers are f64 or f32; round or compare them for other dtypes: ${dtype}`);
  return apply(op, [key], { shape: shape.slice(), dtype });
}

/** The shape of a batch of keys, [] for a single one. */
function keyBatch(key: Tensor): Shape {
  if (key.dtype !== "i32" || key.shape.at(-1) !== 2)
    throw new DTypeError(
      `expected a key made by randomKey or splitKey: a tensor of dtype ${key.dtype} and shape ${formatShape(key.shape)}`,
    );
  return key.shape.slice(0, -1);
}

/** The primitive operations of this file. */
export const randomOps: readonly Op<never>[] = [
  uniformOp,
  normalOp,
  exponentialOp,
  randomIntegerOp,
  permutationOp,
  splitKeyOp,
  foldInOp,
];
