import { loadLanes, storeLanes, vectorBytes } from "./access.ts";
import { advance, type Move } from "./counter.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";
import type { KernelContext } from "./kernel.ts";

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
export class TileWriter {
  readonly f: FunctionBuilder;
  readonly lanes: number;
  readonly bytes: number;
  readonly #fma: boolean;
  readonly #vector: "f64x2" | "f32x4";

  constructor(f: FunctionBuilder, { format, fma }: KernelContext) {
    this.f = f;
    this.#fma = fma;
    this.lanes = format === "f64" ? 2 : 4;
    this.bytes = vectorBytes / this.lanes;
    this.#vector = format === "f64" ? "f64x2" : "f32x4";
  }

  /** Copies `length` vectors of `count` neighbours across k to `target`, where they are `stride` bytes apart. */
  pack(source: Local, side: Side, length: number, count: number, target: Local, stride: number): void {
    const moves = [
      [source, side.along],
      [target, stride],
    ] as const;
    this.#steps(length, 1, 4, 4, moves, ([from, to], step) => {
      for (let i = 0; i < count; i += this.lanes) {
        this.f.put(to as Local);
        this.#load(from as Local, step * side.along + i * side.across, side.across, count - i);
        this.f.memory("v128.store", step * stride + i * this.bytes);
      }
    });
  }

  /** Computes one tile and stores it, added to what is there where the local `adds` is not zero. */
  tile(tile: Tile, a: Local, b: Local, c: Local, adds: Local | undefined): void {
    const { f, lanes, bytes } = this;
    f.scope(() => {
      const sums = this.#sums(tile, a, b);
      const vectors = Math.ceil(tile.columns / lanes);
      const offset = (index: number): number =>
        Math.floor(index / vectors) * tile.rowBytes + (index % vectors) * vectorBytes;
      if (adds !== undefined) {
        this.f.put(adds);
        f.if(() =>
          sums.forEach((sum, index) => {
            this.f.put(c);
            f.memory("v128.load", offset(index));
            this.#add(sum);
          }),
        );
      }
      sums.forEach((sum, index) =>
        storeLanes(
          f,
          sum,
          { position: c, offset: offset(index) },
          { bytes, stride: bytes },
          tile.columns - (index % vectors) * lanes,
        ),
      );
    });
  }

  /**
   * The sums over k, vectors of rows. With lanes along the columns every term adds a column of a times a row of b; with
   * lanes along k every vector of terms is multiplied with that of every column, and lanes are added up in the end.
   */
  #sums({ rows, columns, length, a, b, dots }: Tile, pa: Local, pb: Local): Local[] {
    const { f, lanes, bytes } = this;
    const termsOfStep = dots ? lanes : 1;
    const vectors = dots ? columns : Math.ceil(columns / lanes);
    const count = rows * vectors;
    const steps = Math.floor(length / termsOfStep);
    const chains = Math.max(1, Math.min(steps >> 2, Math.floor(independentSums / count)));
    let sums = Array.from({ length: chains * count }, () => {
      f.i32x4(0);
      return this.f.let("v128");
    });
    const moves = [
      [pa, termsOfStep * a.along],
      [pb, termsOfStep * b.along],
    ] as const;
    const limit = Math.floor(unrolledProducts / count);
    this.#steps(length, termsOfStep, limit, Math.max(4, chains), moves, ([x, y], step, terms) => {
      const fromA = step * termsOfStep * a.along;
      const fromB = step * termsOfStep * b.along;
      const left = (row: number): void => {
        if (dots) this.#load(x as Local, fromA, a.along, terms, true);
        else this.#load(x as Local, fromA + row * a.across, 0, lanes);
      };
      const right = (index: number): void => {
        const column = index * (dots ? 1 : lanes);
        const [stride, valid] = dots ? [b.along, terms] : [b.across, columns - column];
        this.#load(y as Local, fromB + column * b.across, stride, valid, dots);
      };
      // The shorter side stays in registers while the other one is read.
      const [kept, read] = rows > vectors ? [right, left] : [left, right];
      const inner = Math.min(rows, vectors);
      const factors = Array.from({ length: inner }, (_, i) => {
        kept(i);
        return this.f.let("v128");
      });
      const factor = f.local("v128");
      for (let i = 0; i < count / inner; i++) {
        read(i);
        f.set(factor);
        factors.forEach((other, j) => {
          const index = rows > vectors ? i * vectors + j : j * vectors + i;
          this.#addProduct(sums[(step % chains) * count + index] as Local, factor, other);
        });
      }
    });
    for (let i = count; i < sums.length; i++) {
      this.f.put(sums[i] as Local);
      this.#add(sums[i % count] as Local);
    }
    sums = sums.slice(0, count);
    // Sums of neighbouring lanes, of two vectors at once: x₀ + x₁, x₂ + x₃, y₀ + y₁, y₂ + y₃.
    for (let width = termsOfStep; width > 1; width /= 2)
      sums = Array.from({ length: Math.ceil(sums.length / 2) }, (_, i) => {
        const [x, y = x] = sums.slice(2 * i) as [Local, Local | undefined];
        for (const odd of [0, 1]) {
          this.f.put(x, y);
          f.shuffle(
            Array.from({ length: vectorBytes }, (_, byte) => byte + (Math.floor(byte / bytes) + odd) * bytes),
          );
        }
        return this.f.let("v128", `${this.#vector}.add`);
      });
    return sums;
  }

  /**
   * Writes `step` for all of `length` terms, `size` of them at a time: one after another if there are at most `limit`
   * steps, else as a loop over groups of `unroll` and the rest. Steps get copies of the pointers, to which they add
   * their own number of moves.
   */
  #steps(
    length: number,
    size: number,
    limit: number,
    unroll: number,
    moves: readonly Move[],
    step: (pointers: readonly Local[], index: number, terms: number) => void,
  ): void {
    const count = Math.floor(length / size);
    const groups = count > limit ? Math.floor(count / unroll) : 0;
    let pointers = moves.map(([pointer]) => pointer);
    const run = (terms: number): void => {
      for (let i = 0; i < terms; i += size)
        this.f.scope(() => step(pointers, i / size, Math.min(size, terms - i)));
    };
    if (groups > 0) {
      pointers = pointers.map((pointer) => this.f.let("i32", pointer));
      const left = this.f.let("i32", groups);
      this.f.loop((again) => {
        run(unroll * size);
        moves.forEach(([, bytes], i) => advance(this.f, pointers[i] as Local, unroll * bytes));
        advance(this.f, left, -1);
        this.f.put(left);
        this.f.brIf(again);
      });
    }
    run(length - groups * unroll * size);
  }

  /** sum += the vector on the stack */
  #add(sum: Local): void {
    this.f.set(sum, sum, `${this.#vector}.add`);
  }

  /** sum += x·y */
  #addProduct(sum: Local, x: Local, y: Local): void {
    if (this.#fma) return this.f.set(sum, x, y, sum, `${this.#vector}.relaxed_madd`);
    this.f.put(x, y, `${this.#vector}.mul`);
    this.#add(sum);
  }

  /**
   * Leaves a vector of `count` elements, or as many as there are lanes, on the stack. Of what is in its other lanes
   * only `exact` says that it is zero.
   */
  #load(pointer: Local, offset: number, stride: number, count: number, exact = false): void {
    loadLanes(this.f, { bytes: this.bytes, stride }, { position: pointer, offset }, count, this.lanes, exact);
  }
}
