import type { Tensor } from "../../tensor/tensor.ts";
import { vectorBytes } from "./body.ts";
import type { Local } from "./encoder.ts";
import { Expression, type Operand, type VectorFunction } from "./math/vector-function.ts";

/*
 * What a reduction has so far, lane by lane. A sum has three levels, so that its error grows neither with the length
 * of the data nor, much, with that of a block: a chunk of a few vectors is added up in the format of the data; chunks
 * are added to the sum of a block; blocks to a total in memory, with compensation, or for f32 both levels in f64.
 */

/** The running result of a reduction in one section of code. */
export interface Accumulator {
  /** The element that leaves the result as it is. */
  readonly identity: number;
  add(value: Operand): void;
  /** Adds a product, multiplying and adding at once. */
  addProduct(x: Local, y: Local): void;
  /** Ends a chunk; to be called before the methods below. */
  endChunk(): void;
  /** The total in memory begins as what there is here, takes it in, or becomes what there is here. */
  storeTotal(): void;
  joinTotal(): void;
  loadTotal(): void;
  /** Combines the lanes and stores the result, in every lane of one vector. */
  finish(): void;
}

/** Bytes that the total of a reduction takes in memory. */
export const totalBytes: number = 2 * vectorBytes;

export function isSum(node: Tensor): boolean {
  return node.op.name === "sum";
}

/** @param address of the total, and in the end of the result */
export function accumulator(vector: VectorFunction, node: Tensor, address: number): Accumulator {
  if (!isSum(node)) return new Extremum(vector, node.op.name === "max", address);
  return vector.lane === "f64x2" ? new CompensatedSum(vector, address) : new WideSum(vector, address);
}

/** The largest or smallest element: nothing is rounded, so all levels are one. */
class Extremum implements Accumulator {
  readonly identity: number;
  readonly #vector: VectorFunction;
  readonly #isMax: boolean;
  readonly #address: number;
  readonly #best: Local;

  constructor(vector: VectorFunction, isMax: boolean, address: number) {
    this.identity = isMax ? -Infinity : Infinity;
    this.#vector = vector;
    this.#isMax = isMax;
    this.#address = address;
    this.#best = vector.let(this.identity);
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

  storeTotal(): void {
    store(this.#vector, this.#address, this.#best);
  }

  joinTotal(): void {
    this.add(load(this.#vector, this.#address));
    this.storeTotal();
  }

  loadTotal(): void {
    this.#vector.assign(this.#best, load(this.#vector, this.#address));
  }

  finish(): void {
    this.add(swappedHalves(this.#vector, this.#best));
    if (this.#vector.lane === "f32x4") this.add(swappedPairs(this.#vector, this.#best));
    this.storeTotal();
  }
}

/** A sum of f64 elements. */
class CompensatedSum implements Accumulator {
  readonly identity = 0;
  readonly #vector: VectorFunction;
  readonly #address: number;
  readonly #chunk: Local;
  readonly #sum: Local;
  /** What rounding took from the total. */
  readonly #lost: Local;

  constructor(vector: VectorFunction, address: number) {
    this.#vector = vector;
    this.#address = address;
    this.#chunk = vector.let(0);
    this.#sum = vector.let(0);
    this.#lost = vector.let(0);
  }

  add(value: Operand): void {
    this.#vector.assign(this.#chunk, this.#vector.add(this.#chunk, value));
  }

  addProduct(x: Local, y: Local): void {
    this.#vector.assign(this.#chunk, this.#vector.mulAdd(x, y, this.#chunk));
  }

  endChunk(): void {
    this.#vector.assign(this.#sum, this.#vector.add(this.#sum, this.#chunk));
    this.#vector.assign(this.#chunk, 0);
  }

  storeTotal(): void {
    store(this.#vector, this.#address, this.#sum);
    store(this.#vector, this.#address + vectorBytes, this.#lost);
  }

  /** Knuth's two-sum: t + s = r + e exactly, with r rounded and e = (t − (r − u)) + (s − u) for u = r − t. */
  joinTotal(): void {
    const v = this.#vector;
    const total = v.let(load(v, this.#address));
    const rounded = v.let(v.add(total, this.#sum));
    const taken = v.let(v.sub(rounded, total));
    const error = v.add(v.sub(total, v.sub(rounded, taken)), v.sub(this.#sum, taken));
    v.assign(this.#lost, v.add(load(v, this.#address + vectorBytes), error));
    v.assign(this.#sum, rounded);
    this.storeTotal();
  }

  loadTotal(): void {
    this.#vector.assign(this.#sum, load(this.#vector, this.#address));
    this.#vector.assign(this.#lost, load(this.#vector, this.#address + vectorBytes));
  }

  finish(): void {
    const v = this.#vector;
    // Beside an infinite total the loss is not a number.
    const lost = v.select(v.equal(this.#lost, this.#lost), this.#lost, 0);
    v.assign(this.#sum, v.add(this.#sum, lost));
    v.assign(this.#sum, v.add(this.#sum, swappedHalves(v, this.#sum)));
    store(v, this.#address, this.#sum);
  }
}

/** A sum of f32 elements: chunks in f32, all else in f64. */
class WideSum implements Accumulator {
  readonly identity = 0;
  readonly #vector: VectorFunction;
  readonly #wide: VectorFunction;
  readonly #address: number;
  readonly #chunk: Local;
  /** The sums of the first two lanes and of the last two. */
  readonly #low: Local;
  readonly #high: Local;

  constructor(vector: VectorFunction, address: number) {
    this.#vector = vector;
    this.#wide = vector.wide();
    this.#address = address;
    this.#chunk = vector.let(0);
    this.#low = vector.let(0);
    this.#high = vector.let(0);
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

  storeTotal(): void {
    store(this.#vector, this.#address, this.#low);
    store(this.#vector, this.#address + vectorBytes, this.#high);
  }

  joinTotal(): void {
    this.#addTo(this.#low, load(this.#vector, this.#address));
    this.#addTo(this.#high, load(this.#vector, this.#address + vectorBytes));
    this.storeTotal();
  }

  loadTotal(): void {
    this.#vector.assign(this.#low, load(this.#vector, this.#address));
    this.#vector.assign(this.#high, load(this.#vector, this.#address + vectorBytes));
  }

  finish(): void {
    const wide = this.#wide;
    this.#addTo(this.#low, this.#high);
    this.#addTo(this.#low, swappedHalves(wide, this.#low));
    // [s, s, 0, 0]
    wide.assign(this.#low, wide.op("f32x4.demote_f64x2_zero", this.#low));
    store(wide, this.#address, shuffled(wide, this.#low, [0, 1, 0, 1]));
  }
}

function load({ code }: VectorFunction, address: number): Expression {
  return new Expression(() => {
    code.i32(0);
    code.memory("v128.load", address);
  });
}

function store(vector: VectorFunction, address: number, value: Operand): void {
  vector.code.i32(0);
  vector.push(value);
  vector.code.memory("v128.store", address);
}

function swappedHalves(vector: VectorFunction, lanes: Local): Expression {
  return shuffled(vector, lanes, [2, 3, 0, 1]);
}

function swappedPairs(vector: VectorFunction, lanes: Local): Expression {
  return shuffled(vector, lanes, [1, 0, 3, 2]);
}

/** 32-bit lanes in another order. */
function shuffled(
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
