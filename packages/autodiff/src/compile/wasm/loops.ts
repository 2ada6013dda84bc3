import type { Tensor } from "../../tensor/tensor.ts";
import { withoutReshapes, type Format, type Loop } from "../schedule.ts";
import { accumulator, isSum, type Accumulator } from "./accumulators.ts";
import { Body, bytesPerElement, vectorBytes, type Surroundings } from "./body.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";

/**
 * Vectors in a block. Long loops run block by block, each block a call: engines exchange a function for its optimised
 * code between calls, never in the middle of one.
 */
const blockVectors = 512;

/**
 * Vectors in a chunk, whose elements a sum adds one after another in the format of the data. Short chunks are exact, and
 * fast where few sums would wait for one addition after the other; so many f64 sums that registers run out pay for
 * their ends, and have a block for a chunk.
 */
function chunkVectors(format: Format, sums: number): number {
  if (format === "f32") return 8;
  return sums > 8 ? blockVectors : 32;
}

/** Arithmetic on scalars: straight-line code in which every lane holds the same number. */
export function emitScalars(
  code: FunctionBuilder,
  nodes: readonly Tensor[],
  formatOf: ReadonlyMap<Tensor, Format>,
  around: Surroundings,
): void {
  for (const format of ["f64", "f32"] as const) {
    const own = nodes.filter((node) => formatOf.get(node) === format);
    if (own.length === 0) continue;
    code.scope(() => {
      const body = new Body(code, format, own, around, false);
      for (const node of own) body.compute(node);
      for (const node of own) if (around.isStored(node)) body.store(node, undefined);
    });
  }
}

/** One pass over an index space: loads, elementwise work, stores and reductions. */
export function emitLoop(code: FunctionBuilder, loop: Loop, around: Surroundings): void {
  code.scope(() => new LoopEmitter(code, loop, around).emit());
}

class LoopEmitter {
  readonly #loop: Loop;
  readonly #body: Body;
  readonly #code: FunctionBuilder;
  readonly #around: Surroundings;
  /** Of the block being reduced. */
  readonly #accumulators = new Map<Tensor, Accumulator>();

  constructor(code: FunctionBuilder, loop: Loop, around: Surroundings) {
    this.#loop = loop;
    this.#code = code;
    this.#around = around;
    this.#body = new Body(code, loop.format, loop.elementwise, around, true);
  }

  emit(): void {
    const { size, format } = this.#loop;
    const code = this.#code;
    const lanes = vectorBytes / bytesPerElement[format];
    const wholeBytes = Math.floor(size / lanes) * vectorBytes;
    const rest = size % lanes;
    const position = code.local("i32");
    code.i32(0);
    code.set(position);
    this.#startReductions();
    const accumulators = [...this.#accumulators.values()];
    if (wholeBytes > blockVectors * vectorBytes) {
      // While blocks run, the totals are in memory.
      for (const each of accumulators) each.storeTotal();
      this.#runBlocks(position, wholeBytes);
      for (const each of accumulators) each.loadTotal();
      if (rest > 0) this.#loadUniform();
    } else {
      this.#loadUniform();
      if (wholeBytes > 0) this.#run(position, wholeBytes, wholeBytes);
    }
    // A last, partial vector: its spare lanes are computed and stored in the padding, but never reduced.
    if (rest > 0) {
      code.scope(() => this.#iteration(position, rest));
      for (const each of accumulators) each.endChunk();
    }
    for (const each of accumulators) each.finish();
  }

  /** The body of a block's function: from one byte position to another, its reductions joined to the totals. */
  emitBlock(position: Local, end: Local): void {
    this.#loadUniform();
    this.#startReductions();
    this.#run(position, end, blockVectors * vectorBytes);
    for (const each of this.#accumulators.values()) each.joinTotal();
  }

  #loadUniform(): void {
    this.#body.loadUniform([...this.#loop.elementwise, ...this.#loop.reductions]);
  }

  #startReductions(): void {
    const { reductions, format } = this.#loop;
    for (const node of reductions) {
      const address = this.#around.addressOf(node, format);
      this.#accumulators.set(node, accumulator(this.#body.vector, node, address));
    }
  }

  /**
   * A loop over vectors up to the given byte position, chunk by chunk where there are sums.
   *
   * @param most bytes that there are at most
   */
  #run(position: Local, end: number | Local, most: number): void {
    const code = this.#code;
    const { format, reductions } = this.#loop;
    const sums = reductions.filter(isSum).length;
    const chunkBytes = chunkVectors(format, sums) * vectorBytes;
    const accumulators = [...this.#accumulators.values()];
    if (most <= chunkBytes || sums === 0) {
      this.#runChunk(position, end);
      for (const each of accumulators) each.endChunk();
      return;
    }
    const chunkEnd = code.local("i32");
    code.loop((again) => {
      this.#nextEnd(position, chunkBytes, end, chunkEnd);
      this.#runChunk(position, chunkEnd);
      for (const each of accumulators) each.endChunk();
      code.get(position);
      this.#push(end);
      code.op("i32.lt_u");
      code.brIf(again);
    });
  }

  /** next = min(position + bytes, end) */
  #nextEnd(position: Local, bytes: number, end: number | Local, next: Local): void {
    const code = this.#code;
    code.get(position);
    code.i32(bytes);
    code.op("i32.add");
    code.tee(next);
    this.#push(end);
    code.get(next);
    this.#push(end);
    code.op("i32.lt_u");
    code.op("select");
    code.set(next);
  }

  #push(position: number | Local): void {
    if (typeof position === "number") this.#code.i32(position);
    else this.#code.get(position);
  }

  #runChunk(position: Local, end: number | Local): void {
    const code = this.#code;
    code.loop((again) => {
      code.scope(() => this.#iteration(position, undefined));
      code.get(position);
      code.i32(vectorBytes);
      code.op("i32.add");
      code.tee(position);
      this.#push(end);
      code.op("i32.lt_u");
      code.brIf(again);
    });
  }

  /** Calls the block's function until the end is reached. */
  #runBlocks(position: Local, bytes: number): void {
    const code = this.#code;
    const loop = this.#loop;
    const block = this.#around.module.function(["i32", "i32"], [], (f) => {
      const [from, to] = f.parameters as [Local, Local];
      new LoopEmitter(f, loop, this.#around).emitBlock(from, to);
    });
    const end = code.local("i32");
    code.loop((again) => {
      this.#nextEnd(position, blockVectors * vectorBytes, bytes, end);
      code.get(position);
      code.get(end);
      code.call(block);
      code.get(end);
      code.tee(position);
      code.i32(bytes);
      code.op("i32.lt_u");
      code.brIf(again);
    });
  }

  #iteration(position: Local, validLanes: number | undefined): void {
    const body = this.#body;
    body.values = new Map();
    const deferred = new Set<Tensor>();
    if (body.vector.fma)
      for (const node of this.#loop.elementwise) if (this.#isSummedProduct(node)) deferred.add(node);
    for (const node of this.#loop.elementwise) if (!deferred.has(node)) body.compute(node, position);
    for (const node of this.#loop.elementwise) if (this.#around.isStored(node)) body.store(node, position);
    for (const node of this.#loop.reductions) this.#accumulate(node, position, validLanes);
  }

  /**
   * True for a product that only a sum consumes: the sum multiplies and adds at once. Nowhere else are a product and an
   * addition joined: x·x − y·y would then no longer be 0 where x = y, and its root not a number.
   */
  #isSummedProduct(node: Tensor): boolean {
    return (
      this.#body.isPrivateProduct(node) &&
      this.#loop.reductions.some(
        (reduction) => isSum(reduction) && withoutReshapes(reduction.inputs[0] as Tensor) === node,
      )
    );
  }

  #accumulate(node: Tensor, position: Local, validLanes: number | undefined): void {
    const { vector } = this.#body;
    const each = this.#accumulators.get(node) as Accumulator;
    const operand = withoutReshapes(node.inputs[0] as Tensor);
    const isProduct = isSum(node) && vector.fma && this.#isSummedProduct(operand);
    if (validLanes === undefined) {
      if (isProduct) each.addProduct(...this.#body.factors(operand, position));
      else each.add(this.#body.read(operand, position));
      return;
    }
    const value = isProduct
      ? vector.let(vector.mul(...this.#body.factors(operand, position)))
      : this.#body.read(operand, position);
    each.add(vector.select(this.#laneMask(validLanes), value, each.identity));
  }

  /** All ones in the first lanes. */
  #laneMask(count: number): Local {
    const code = this.#code;
    const bytes = count * bytesPerElement[this.#loop.format];
    code.v128(Array.from({ length: vectorBytes }, (_, byte) => (byte < bytes ? 0xff : 0)));
    const mask = code.local("v128");
    code.set(mask);
    return mask;
  }
}
