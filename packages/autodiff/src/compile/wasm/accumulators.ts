import type { Tensor } from "../../tensor/tensor.ts";
import { pushAddress, shift, vectorBytes, type Address } from "./access.ts";
import type { Local } from "./encoder.ts";
import { twoSum } from "./math/double.ts";
import { Expression, type Operand, type VectorFunction } from "./math/vector-function.ts";

/*
 * What a reduction has so far, lane by lane. A sum has three levels, so that its error does not grow with the length of
 * the data: a chunk of a few vectors is added up in the format of the data; chunks are added to the sum of a block, with
 * compensation if there are more than 16, and blocks to a total in memory, with compensation; or for f32 both in f64.
 * With u = 2⁻⁵³ for f64, 2⁻²⁴ for f32, c vectors in a chunk (32 for f64, 8 for f32, a block of 512 beside more than eight
 * f64 sums) and n elements in all, a sum of elements or of their products, each of which may be rounded once more, is off
 * by at most
 *
 *     (c + 20) u Σ |xᵢ|, and n u² Σ |xᵢ| for f64 or n 2⁻⁵³ Σ |xᵢ| for f32 beside it.
 *
 * Sums over outer axes alone, whose results are vectors in memory, are added up one after another instead: over r rows of
 * f64 they are off by at most r u Σ |xᵢ|, as NumPy's are. For f32 they are added in f64.
 */

/** The running result of a reduction in one section of code. */
export interface Accumulator {
  /** The element that leaves the result as it is. */
  readonly identity: number;
  /** Begins anew. */
  start(): void;
  add(value: Operand): void;
  /** Adds a product, multiplying and adding at once. */
  addProduct(x: Local, y: Local): void;
  /** Ends a chunk; to be called before the methods below. */
  endChunk(): void;
  /** The total in memory becomes what there is here, takes it in, or becomes what there is here. */
  storeTotal(at: Address): void;
  joinTotal(at: Address): void;
  loadTotal(at: Address): void;
  /** Combines the lanes: every lane of the vector is the result. */
  result(): Local;
}

/** Bytes that the total of a reduction takes in memory. */
export const totalBytes: number = 2 * vectorBytes;

export function isSum(node: Tensor): boolean {
  return node.op.name === "sum";
}

/** `isShort` says that there are at most 16 chunks between totals, which need no compensation. */
export function accumulator(vector: VectorFunction, node: Tensor, isShort: boolean): Accumulator {
  if (!isSum(node)) return new Extremum(vector, node.op.name === "max");
  return vector.lane === "f64x2" ? new CompensatedSum(vector, isShort) : new WideSum(vector);
}

/** The largest or smallest element: nothing is rounded, so all levels are one. */
class Extremum implements Accumulator {
  readonly identity: number;
  readonly #vector: VectorFunction;
  readonly #isMax: boolean;
  readonly #best: Local;

  constructor(vector: VectorFunction, isMax: boolean) {
    this.identity = isMax ? -Infinity : Infinity;
    this.#vector = vector;
    this.#isMax = isMax;
    this.#best = vector.code.local("v128");
  }

  start(): void {
    this.#vector.assign(this.#best, this.identity);
  }

  add(value: Operand): void {
    const vector = this.#vector;
    vector.assign(this.#best, this.#isMax ? vector.max(this.#best, value) : vector.min(this.#best, value));
  }

  addProduct(x: Local, y: Local): void {
    this.add(this.#vector.mul(x, y));
  }

  endChunk(): void {
    // A chunk is part of the whole already.
  }

  storeTotal(at: Address): void {
    store(this.#vector, at, this.#best);
  }

  joinTotal(at: Address): void {
    this.add(load(this.#vector, at));
    this.storeTotal(at);
  }

  loadTotal(at: Address): void {
    this.#vector.assign(this.#best, load(this.#vector, at));
  }

  result(): Local {
    this.add(swappedHalves(this.#vector, this.#best));
    if (this.#vector.lane === "f32x4") this.add(shuffled(this.#vector, this.#best, [1, 0, 3, 2]));
    return this.#best;
  }
}

/** A sum of f64 elements, and beside it what rounding took from it. */
class CompensatedSum implements Accumulator {
  readonly identity = 0;
  readonly #vector: VectorFunction;
  readonly #isShort: boolean;
  readonly #chunk: Local;
  readonly #sum: Local;
  readonly #lost: Local;

  constructor(vector: VectorFunction, isShort: boolean) {
    this.#vector = vector;
    this.#isShort = isShort;
    this.#chunk = vector.code.local("v128");
    this.#sum = vector.code.local("v128");
    this.#lost = vector.code.local("v128");
  }

  start(): void {
    for (const local of [this.#chunk, this.#sum, this.#lost]) this.#vector.assign(local, 0);
  }

  add(value: Operand): void {
    this.#vector.assign(this.#chunk, this.#vector.add(this.#chunk, value));
  }

  addProduct(x: Local, y: Local): void {
    this.#vector.assign(this.#chunk, this.#vector.mulAdd(x, y, this.#chunk));
  }

  endChunk(): void {
    const v = this.#vector;
    if (this.#isShort) v.assign(this.#sum, v.add(this.#sum, this.#chunk));
    else this.#take(this.#chunk);
    v.assign(this.#chunk, 0);
  }

  /** Adds to the sum; what rounding takes from it is kept beside it. */
  #take(value: Local): void {
    const v = this.#vector;
    v.code.scope(() => {
      const { high, low } = twoSum(v, this.#sum, value);
      v.assign(this.#lost, v.add(this.#lost, low));
      v.assign(this.#sum, high);
    });
  }

  storeTotal(at: Address): void {
    store(this.#vector, at, this.#sum);
    store(this.#vector, behind(at), this.#lost);
  }

  joinTotal(at: Address): void {
    const v = this.#vector;
    v.code.scope(() => {
      this.#take(v.let(load(v, at)));
      v.assign(this.#lost, v.add(this.#lost, load(v, behind(at))));
    });
    this.storeTotal(at);
  }

  loadTotal(at: Address): void {
    const v = this.#vector;
    v.assign(this.#sum, load(v, at));
    v.assign(this.#lost, load(v, behind(at)));
    if (this.#isShort) this.#addLost();
  }

  #addLost(): void {
    const v = this.#vector;
    // Beside an infinite sum the loss is not a number.
    v.assign(this.#sum, v.add(this.#sum, v.select(v.equal(this.#lost, this.#lost), this.#lost, 0)));
    v.assign(this.#lost, 0);
  }

  result(): Local {
    const v = this.#vector;
    if (!this.#isShort) this.#addLost();
    v.assign(this.#sum, v.add(this.#sum, swappedHalves(v, this.#sum)));
    return this.#sum;
  }
}

/** A sum of f32 elements: chunks in f32, all else in f64. */
class WideSum implements Accumulator {
  readonly identity = 0;
  readonly #vector: VectorFunction;
  readonly #wide: VectorFunction;
  readonly #chunk: Local;
  /** The sums of the first two lanes and of the last two. */
  readonly #low: Local;
  readonly #high: Local;

  constructor(vector: VectorFunction) {
    this.#vector = vector;
    this.#wide = vector.wide();
    this.#chunk = vector.code.local("v128");
    this.#low = vector.code.local("v128");
    this.#high = vector.code.local("v128");
  }

  start(): void {
    for (const local of [this.#chunk, this.#low, this.#high]) this.#vector.assign(local, 0);
  }

  add(value: Operand): void {
    this.#vector.assign(this.#chunk, this.#vector.add(this.#chunk, value));
  }

  addProduct(x: Local, y: Local): void {
    this.#vector.assign(this.#chunk, this.#vector.mulAdd(x, y, this.#chunk));
  }

  endChunk(): void {
    const promoted = (lanes: Operand): Operand => this.#wide.op("f64x2.promote_low_f32x4", lanes);
    this.#addTo(this.#low, promoted(this.#chunk));
    this.#addTo(this.#high, promoted(swappedHalves(this.#vector, this.#chunk)));
    this.#vector.assign(this.#chunk, 0);
  }

  #addTo(sum: Local, lanes: Operand): void {
    this.#wide.assign(sum, this.#wide.add(sum, lanes));
  }

  storeTotal(at: Address): void {
    store(this.#vector, at, this.#low);
    store(this.#vector, behind(at), this.#high);
  }

  joinTotal(at: Address): void {
    this.#addTo(this.#low, load(this.#vector, at));
    this.#addTo(this.#high, load(this.#vector, behind(at)));
    this.storeTotal(at);
  }

  loadTotal(at: Address): void {
    this.#vector.assign(this.#low, load(this.#vector, at));
    this.#vector.assign(this.#high, load(this.#vector, behind(at)));
  }

  result(): Local {
    const wide = this.#wide;
    this.#addTo(this.#low, this.#high);
    this.#addTo(this.#low, swappedHalves(wide, this.#low));
    // [s, s, 0, 0]
    wide.assign(this.#low, wide.op("f32x4.demote_f64x2_zero", this.#low));
    wide.assign(this.#low, shuffled(wide, this.#low, [0, 1, 0, 1]));
    return this.#low;
  }
}

function behind(at: Address): Address {
  return shift(at, vectorBytes);
}

function load(vector: VectorFunction, at: Address): Expression {
  return new Expression(() => {
    const offset = pushAddress(vector.code, at);
    vector.code.memory("v128.load", offset);
  });
}

function store(vector: VectorFunction, at: Address, value: Operand): void {
  const offset = pushAddress(vector.code, at);
  vector.push(value);
  vector.code.memory("v128.store", offset);
}

function swappedHalves(vector: VectorFunction, lanes: Local): Expression {
  return shuffled(vector, lanes, [2, 3, 0, 1]);
}

/** 32-bit lanes in another order. */
export function shuffled(
  { code }: VectorFunction,
  lanes: Local,
  order: readonly [number, number, number, number],
): Expression {
  return new Expression(() => {
    code.get(lanes);
    code.get(lanes);
    code.shuffle32(order);
  });
}
