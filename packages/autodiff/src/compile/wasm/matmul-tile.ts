import { AddressWriter, type Move } from "./address-writer.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";
import type { KernelContext } from "./kernel.ts";

const vectorBytes = 16;

/** Distances in bytes between neighbours in one factor: along k, which is summed over, and across it. */
export interface Side {
  readonly along: number;
  readonly across: number;
}

/** A block of the result that is kept in registers while the sum over k runs. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  /** Number of terms. */
  readonly length: number;
  readonly a: Side;
  readonly b: Side;
  /** From one row of the result to the next. */
  readonly rowBytes: number;
  /** Lanes run along k instead of along the columns; for one row. */
  readonly dots: boolean;
}

/** Products and sums below this number are written out instead of looped over. */
const unrolledProducts = 128;
/** So many independent sums hide the latency of an addition. */
const independentSums = 8;

/** Writes the innermost loops of a matrix product into one function. */
export class TileWriter extends AddressWriter {
  readonly lanes: number;
  readonly bytes: number;
  readonly #fma: boolean;
  readonly #vector: "f64x2" | "f32x4";
  readonly #width: 32 | 64;

  constructor(f: FunctionBuilder, { format, fma }: KernelContext) {
    super(f);
    this.#fma = fma;
    this.lanes = format === "f64" ? 2 : 4;
    this.bytes = vectorBytes / this.lanes;
    this.#vector = format === "f64" ? "f64x2" : "f32x4";
    this.#width = format === "f64" ? 64 : 32;
  }

  /** Copies `length` vectors of `count` neighbours across k to `target`, where they are `stride` bytes apart. */
  pack(
    source: Local,
    { along, across }: Side,
    length: number,
    count: number,
    target: Local,
    stride: number,
  ): void {
    this.#steps(
      length,
      4,
      4,
      [
        [source, along],
        [target, stride],
      ],
      ([from, to], step) => {
        for (let i = 0; i < count; i += this.lanes) {
          this.put(to as Local);
          this.#load(from as Local, step * along + i * across, across, count - i);
          this.f.memory("v128.store", step * stride + i * this.bytes);
        }
      },
    );
  }

  /** Computes one tile and stores it, added to what is there where the local `adds` is not zero. */
  tile(tile: Tile, a: Local, b: Local, c: Local, adds: Local | undefined): void {
    const { f, lanes } = this;
    f.scope(() => {
      const sums = tile.dots ? this.#dots(tile, a, b) : this.#outerProducts(tile, a, b);
      const vectors = Math.ceil(tile.columns / lanes);
      const offset = (index: number): number =>
        Math.floor(index / vectors) * tile.rowBytes + (index % vectors) * vectorBytes;
      if (adds !== undefined) {
        this.put(adds);
        f.if(() =>
          sums.forEach((sum, index) => {
            this.put(c);
            f.memory("v128.load", offset(index));
            this.#add(sum);
          }),
        );
      }
      sums.forEach((sum, index) =>
        this.#store(c, offset(index), sum, tile.columns - (index % vectors) * lanes),
      );
    });
  }

  /** Lanes along the columns: every term adds a column of a times a row of b to the tile. */
  #outerProducts({ rows, columns, length, a, b }: Tile, pa: Local, pb: Local): Local[] {
    const { f, lanes } = this;
    const vectors = Math.ceil(columns / lanes);
    const chains = length < 16 ? 1 : Math.max(1, Math.floor(independentSums / (rows * vectors)));
    const sums = this.#zeros(chains * rows * vectors);
    const moves = [
      [pa, a.along],
      [pb, b.along],
    ] as const;
    const limit = Math.floor(unrolledProducts / (rows * vectors));
    this.#steps(length, limit, Math.max(4, chains), moves, ([x, y], step) => {
      const chain = (step % chains) * rows * vectors;
      const left = (row: number): void => {
        const offset = this.#push(x as Local, step * a.along + row * a.across);
        f.memory(`v128.load${this.#width}_splat`, offset);
      };
      const right = (vector: number): void => {
        const first = vector * lanes;
        this.#load(y as Local, step * b.along + first * b.across, b.across, columns - first);
      };
      const isTall = rows > vectors;
      // The shorter side stays in registers while the other one is read.
      const kept = Array.from({ length: isTall ? vectors : rows }, (_, i) => {
        (isTall ? right : left)(i);
        return this.let("v128");
      });
      const read = f.local("v128");
      for (let i = 0; i < (isTall ? rows : vectors); i++) {
        (isTall ? left : right)(i);
        f.set(read);
        kept.forEach((each, j) =>
          this.#addProduct(sums[chain + (isTall ? i * vectors + j : j * vectors + i)] as Local, read, each),
        );
      }
    });
    return this.#joinChains(sums, rows * vectors);
  }

  /** Lanes along k: a scalar product with every column. */
  #dots({ columns, length, a, b }: Tile, pa: Local, pb: Local): Local[] {
    const { f, lanes, bytes } = this;
    const whole = Math.floor(length / lanes);
    const chains = Math.max(1, Math.min(whole, Math.floor(independentSums / columns)));
    const sums = this.#zeros(chains * columns);
    const moves = [
      [pa, lanes * a.along],
      [pb, lanes * b.along],
    ] as const;
    const step = ([x, y]: readonly Local[], index: number, count: number): void => {
      this.#load(x as Local, index * lanes * a.along, a.along, count, true);
      const left = this.let("v128");
      const right = f.local("v128");
      for (let column = 0; column < columns; column++) {
        this.#load(y as Local, index * lanes * b.along + column * b.across, b.along, count, true);
        f.set(right);
        this.#addProduct(sums[(index % chains) * columns + column] as Local, left, right);
      }
    };
    const limit = Math.floor(unrolledProducts / columns);
    const at = this.#steps(whole, limit, chains, moves, (pointers, index) => step(pointers, index, lanes));
    if (length % lanes > 0) step(at.pointers, at.index, length % lanes);
    let joined = this.#joinChains(sums, columns);
    const even = lanes === 2 ? [0, 2] : [0, 2, 4, 6];
    for (let width = lanes; width > 1; width /= 2)
      joined = Array.from({ length: Math.ceil(joined.length / 2) }, (_, i) => {
        const [x, y = x] = joined.slice(2 * i) as [Local, Local | undefined];
        for (const odd of [0, 1]) {
          this.put(x, y);
          f.shuffle(
            even.flatMap((lane) => Array.from({ length: bytes }, (_, byte) => (lane + odd) * bytes + byte)),
          );
        }
        return this.let("v128", `${this.#vector}.add`);
      });
    return joined;
  }

  /** Adds the sums of several chains, `count` sums each, to those of the first. */
  #joinChains(sums: readonly Local[], count: number): Local[] {
    for (let i = count; i < sums.length; i++) {
      this.put(sums[i] as Local);
      this.#add(sums[i % count] as Local);
    }
    return sums.slice(0, count);
  }

  /**
   * Writes `step` for every number below `count`: all of them if there are at most `limit`, else a loop over groups of
   * `unroll` and the rest. Steps get copies of the pointers, to which they add their own number of moves.
   */
  #steps(
    count: number,
    limit: number,
    unroll: number,
    moves: readonly Move[],
    step: (pointers: readonly Local[], index: number) => void,
  ): { pointers: readonly Local[]; index: number } {
    const { f } = this;
    const groups = count > limit ? Math.floor(count / unroll) : 0;
    let pointers = moves.map(([pointer]) => pointer);
    const run = (steps: number): void => {
      for (let index = 0; index < steps; index++) f.scope(() => step(pointers, index));
    };
    if (groups > 0) {
      pointers = pointers.map((pointer) => this.let("i32", pointer));
      const left = this.let("i32", groups);
      f.loop((again) => {
        run(unroll);
        moves.forEach(([, bytes], i) => this.move([pointers[i] as Local, unroll * bytes]));
        this.move([left, -1]);
        this.put(left);
        f.brIf(again);
      });
    }
    const rest = count - groups * unroll;
    run(rest);
    return { pointers, index: rest };
  }

  #zeros(count: number): Local[] {
    return Array.from({ length: count }, () => {
      this.f.i32x4(0);
      return this.let("v128");
    });
  }

  /** sum += the vector on the stack */
  #add(sum: Local): void {
    this.set(sum, sum, `${this.#vector}.add`);
  }

  /** sum += x·y */
  #addProduct(sum: Local, x: Local, y: Local): void {
    if (this.#fma) return this.set(sum, x, y, sum, `${this.#vector}.relaxed_madd`);
    this.put(x, y, `${this.#vector}.mul`);
    this.#add(sum);
  }

  /** Leaves the pointer on the stack and returns the offset for the instruction, which cannot be negative. */
  #push(pointer: Local, offset: number): number {
    this.put(pointer);
    if (offset < 0) this.put(offset, "i32.add");
    return Math.max(0, offset);
  }

  /**
   * Leaves a vector of `count` elements, or as many as there are lanes, on the stack. Of what is in its other lanes
   * only `exact` says that it is zero.
   */
  #load(pointer: Local, offset: number, stride: number, count: number, exact = false): void {
    const { f, lanes } = this;
    if (stride === this.bytes && (count >= lanes || !exact)) {
      f.memory("v128.load", this.#push(pointer, offset));
      return;
    }
    const offsets = Array.from({ length: Math.min(lanes, count) }, (_, lane) => offset + lane * stride);
    const immediates = offsets.reverse().map((each) => this.#push(pointer, each));
    f.memory(`v128.load${this.#width}_zero`, immediates.pop());
    immediates.reverse().forEach((each, i) => f.memoryLane(`v128.load${this.#width}_lane`, i + 1, each));
  }

  /** Stores the first `count` lanes, or all of them if there are fewer. */
  #store(pointer: Local, offset: number, vector: Local, count: number): void {
    const { f, lanes, bytes } = this;
    this.put(pointer, vector);
    if (count >= lanes) return f.memory("v128.store", offset);
    if (count * bytes >= 8) f.memoryLane("v128.store64_lane", 0, offset);
    if (count === 3) this.put(pointer, vector);
    if (lanes === 4 && count % 2 === 1)
      f.memoryLane("v128.store32_lane", count - 1, offset + (count - 1) * bytes);
  }
}
