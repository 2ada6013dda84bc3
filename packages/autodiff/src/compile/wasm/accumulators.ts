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

/**
 * `isShort` says that there are at most 16 chunks between totals, which need no compensation; `chains` how many vectors
 * take turns, so that none has to wait for the one before it.
 */
export function accumulator(
  vector: VectorFunction,
  node: Tensor,
  isShort: boolean,
  chains: number,
): Accumulator {
  if (!isSum(node)) return new Extremum(vector, node.op.name === "max", chains);
  return vector.lane === "f64x2" ? new CompensatedSum(vector, isShort, chains) : new WideSum(vector, 1);
}

/** So many vectors, of which the first is the next one to take what comes. */
function chainsIn({ code }: VectorFunction, count: number): Local[] {
  return Array.from({ length: count }, () => code.local("v128"));
}

function takeTurn(chains: Local[]): Local {
  const next = chains.shift() as Local;
  chains.push(next);
  return next;
}

/** The largest or smallest element: nothing is rounded, so all levels are one. */
class Extremum implements Accumulator {
  readonly identity: number;
  readonly #vector: VectorFunction;
  readonly #isMax: boolean;
  readonly #chains: Local[];

  constructor(vector: VectorFunction, isMax: boolean, chains: number) {
    this.identity = isMax ? -Infinity : Infinity;
    this.#vector = vector;
    this.#isMax = isMax;
    this.#chains = chainsIn(vector, chains);
  }

  start(): void {
    for (const local of this.#chains) this.#vector.assign(local, this.identity);
  }

  add(value: Operand): void {
    this.#take(takeTurn(this.#chains), value);
  }

  #take(best: Local, value: Operand): void {
    const vector = this.#vector;
    vector.assign(best, this.#isMax ? vector.max(best, value) : vector.min(best, value));
  }

  /** The best of all; each goes on from what it has. */
  #merged(): Local {
    const [best, ...others] = this.#chains as [Local, ...Local[]];
    for (const other of others) this.#take(best, other);
    return best;
  }

  addProduct(x: Local, y: Local): void {
    this.add(this.#vector.mul(x, y));
  }

  endChunk(): void {
    // A chunk is part of the whole already.
  }

  storeTotal(at: Address): void {
    store(this.#vector, at, this.#merged());
  }

  joinTotal(at: Address): void {
    this.add(load(this.#vector, at));
    this.storeTotal(at);
  }

  loadTotal(at: Address): void {
    for (const local of this.#chains) this.#vector.assign(local, load(this.#vector, at));
  }

  result(): Local {
    const best = this.#merged();
    this.#take(best, swappedHalves(this.#vector, best));
    if (this.#vector.lane === "f32x4") this.#take(best, shuffled(this.#vector, best, [1, 0, 3, 2]));
    return best;
  }
}

/** A sum: a chunk in the format of the data, and two vectors that make up the total. */
abstract class Sum implements Accumulator {
  readonly identity = 0;
  protected readonly vector: VectorFunction;
  protected readonly total: Local;
  protected readonly beside: Local;
  readonly #chunks: Local[];

  constructor(vector: VectorFunction, chains: number) {
    this.vector = vector;
    this.#chunks = chainsIn(vector, chains);
    [this.total, this.beside] = chainsIn(vector, 2) as [Local, Local];
  }

  start(): void {
    for (const local of [...this.#chunks, this.total, this.beside]) this.vector.assign(local, 0);
  }

  add(value: Operand): void {
    const chunk = takeTurn(this.#chunks);
    this.vector.assign(chunk, this.vector.add(chunk, value));
  }

  addProduct(x: Local, y: Local): void {
    const chunk = takeTurn(this.#chunks);
    this.vector.assign(chunk, this.vector.mulAdd(x, y, chunk));
  }

  endChunk(): void {
    const v = this.vector;
    const [chunk, ...others] = this.#chunks as [Local, ...Local[]];
    for (const other of others) v.assign(chunk, v.add(chunk, other));
    this.addChunk(chunk);
    for (const local of this.#chunks) v.assign(local, 0);
  }

  protected abstract addChunk(chunk: Local): void;

  storeTotal(at: Address): void {
    store(this.vector, at, this.total);
    store(this.vector, behind(at), this.beside);
  }

  abstract joinTotal(at: Address): void;

  loadTotal(at: Address): void {
    this.vector.assign(this.total, load(this.vector, at));
    this.vector.assign(this.beside, load(this.vector, behind(at)));
  }

  abstract result(): Local;
}

/** A sum of f64 elements, and beside it what rounding took from it. */
class CompensatedSum extends Sum {
  readonly #isShort: boolean;

  constructor(vector: VectorFunction, isShort: boolean, chains: number) {
    super(vector, chains);
    this.#isShort = isShort;
  }

  protected addChunk(chunk: Local): void {
    const v = this.vector;
    if (this.#isShort) v.assign(this.total, v.add(this.total, chunk));
    else this.#take(chunk);
  }

  /** Adds to the sum; what rounding takes from it is kept beside it. */
  #take(value: Local): void {
    const v = this.vector;
    v.code.scope(() => {
      const { high, low } = twoSum(v, this.total, value);
      v.assign(this.beside, v.add(this.beside, low));
      v.assign(this.total, high);
    });
  }

  joinTotal(at: Address): void {
    const v = this.vector;
    v.code.scope(() => {
      this.#take(v.let(load(v, at)));
      v.assign(this.beside, v.add(this.beside, load(v, behind(at))));
    });
    this.storeTotal(at);
  }

  override loadTotal(at: Address): void {
    super.loadTotal(at);
    if (this.#isShort) this.#addLost();
  }

  #addLost(): void {
    const v = this.vector;
    // Beside an infinite sum the loss is not a number.
    v.assign(this.total, v.add(this.total, v.select(v.equal(this.beside, this.beside), this.beside, 0)));
    v.assign(this.beside, 0);
  }

  result(): Local {
    const v = this.vector;
    if (!this.#isShort) this.#addLost();
    v.assign(this.total, v.add(this.total, swappedHalves(v, this.total)));
    return this.total;
  }
}

/** A sum of f32 elements: chunks in f32, all else in f64; the first two lanes in one vector, the last two in the other. */
class WideSum extends Sum {
  protected addChunk(chunk: Local): void {
    const v = this.vector;
    this.#join(
      v.op("f64x2.promote_low_f32x4", chunk),
      v.op("f64x2.promote_low_f32x4", swappedHalves(v, chunk)),
    );
  }

  #join(low: Operand, high: Operand): void {
    const wide = this.vector.wide();
    wide.assign(this.total, wide.add(this.total, low));
    wide.assign(this.beside, wide.add(this.beside, high));
  }

  joinTotal(at: Address): void {
    this.#join(load(this.vector, at), load(this.vector, behind(at)));
    this.storeTotal(at);
  }

  result(): Local {
    const wide = this.vector.wide();
    wide.assign(this.total, wide.add(this.total, this.beside));
    wide.assign(this.total, wide.add(this.total, swappedHalves(wide, this.total)));
    // [s, s, 0, 0]
    wide.assign(this.total, wide.op("f32x4.demote_f64x2_zero", this.total));
    wide.assign(this.total, shuffled(wide, this.total, [0, 1, 0, 1]));
    return this.total;
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
