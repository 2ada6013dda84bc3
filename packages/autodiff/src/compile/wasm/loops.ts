import type { Tensor } from "../../tensor/tensor.ts";
import { withoutReshapes, type Format, type Loop } from "../schedule.ts";
import { Body, bytesPerElement, vectorBytes, type Surroundings, type Values } from "./body.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";
import type { Operand, VectorFunction } from "./math/vector-function.ts";

/**
 * Vectors in a block. Long loops run block by block, each block a call: sums start afresh in a block and then join the
 * totals, which keeps rounding errors near √n of what adding one after another would give; and engines exchange a
 * function for its optimised code between calls, never in the middle of one.
 */
const blockVectors = 512;

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
  /** Running totals of the block being summed. */
  readonly #partial: Values = new Map();

  constructor(code: FunctionBuilder, loop: Loop, around: Surroundings) {
    this.#loop = loop;
    this.#code = code;
    this.#around = around;
    this.#body = new Body(code, loop.format, loop.elementwise, around, true);
  }

  emit(): void {
    const { size, format, reductions } = this.#loop;
    const code = this.#code;
    const lanes = vectorBytes / bytesPerElement[format];
    const wholeBytes = Math.floor(size / lanes) * vectorBytes;
    const rest = size % lanes;
    const position = code.local("i32");
    code.i32(0);
    code.set(position);
    if (wholeBytes > blockVectors * vectorBytes) {
      this.#runBlocks(position, wholeBytes);
      for (const node of reductions) this.#partial.set(node, this.#loadTotal(node));
      if (rest > 0) this.#loadUniform();
    } else {
      this.#loadUniform();
      this.#startReductions();
      if (wholeBytes > 0) this.#run(position, wholeBytes);
    }
    // A last, partial vector: its spare lanes are computed and stored in the padding, but never reduced.
    if (rest > 0) code.scope(() => this.#iteration(position, rest));
    for (const node of reductions) this.#finish(node);
  }

  /** The body of a block's function: from one byte position to another, its reductions joined to the totals. */
  emitBlock(position: Local, end: Local): void {
    const { reductions } = this.#loop;
    const { vector } = this.#body;
    this.#loadUniform();
    this.#startReductions();
    this.#run(position, end);
    for (const node of reductions) {
      const total = combine(vector, node, this.#loadTotal(node), this.#partial.get(node) as Local);
      this.#storeTotal(node, vector.let(total));
    }
  }

  #loadUniform(): void {
    this.#body.loadUniform([...this.#loop.elementwise, ...this.#loop.reductions]);
  }

  #startReductions(): void {
    for (const node of this.#loop.reductions) this.#partial.set(node, this.#start(node));
  }

  /** A loop over vectors up to the given byte position. */
  #run(position: Local, end: number | Local): void {
    const code = this.#code;
    code.loop((again) => {
      code.scope(() => this.#iteration(position, undefined));
      code.get(position);
      code.i32(vectorBytes);
      code.op("i32.add");
      code.tee(position);
      if (typeof end === "number") code.i32(end);
      else code.get(end);
      code.op("i32.lt_u");
      code.brIf(again);
    });
  }

  /** Calls the block's function until the end is reached. While it runs, the totals are in memory, lane by lane. */
  #runBlocks(position: Local, bytes: number): void {
    const code = this.#code;
    const loop = this.#loop;
    const block = this.#around.module.function(["i32", "i32"], [], (f) => {
      const [from, to] = f.parameters as [Local, Local];
      new LoopEmitter(f, loop, this.#around).emitBlock(from, to);
    });
    for (const node of loop.reductions) this.#storeTotal(node, this.#start(node));
    const end = code.local("i32");
    code.loop((again) => {
      // end = min(position + block, bytes)
      code.get(position);
      code.i32(blockVectors * vectorBytes);
      code.op("i32.add");
      code.tee(end);
      code.i32(bytes);
      code.get(end);
      code.i32(bytes);
      code.op("i32.lt_u");
      code.op("select");
      code.set(end);
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

  #loadTotal(node: Tensor): Local {
    const code = this.#code;
    const total = code.local("v128");
    code.i32(0);
    code.memory("v128.load", this.#around.addressOf(node, this.#loop.format));
    code.set(total);
    return total;
  }

  #storeTotal(node: Tensor, total: Local): void {
    this.#code.i32(0);
    this.#code.get(total);
    this.#code.memory("v128.store", this.#around.addressOf(node, this.#loop.format));
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

  #start(node: Tensor): Local {
    return this.#body.vector.let(identityOf(node));
  }

  #accumulate(node: Tensor, position: Local, validLanes: number | undefined): void {
    const { vector } = this.#body;
    const partial = this.#partial.get(node) as Local;
    const operand = withoutReshapes(node.inputs[0] as Tensor);
    const isProduct = isSum(node) && vector.fma && this.#isSummedProduct(operand);
    if (validLanes === undefined) {
      if (isProduct) {
        vector.assign(partial, vector.mulAdd(...this.#body.factors(operand, position), partial));
        return;
      }
      vector.assign(partial, combine(vector, node, partial, this.#body.read(operand, position)));
      return;
    }
    const value = isProduct
      ? vector.let(vector.mul(...this.#body.factors(operand, position)))
      : this.#body.read(operand, position);
    const valid = this.#laneMask(validLanes);
    vector.assign(partial, combine(vector, node, partial, vector.select(valid, value, identityOf(node))));
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

  /** Combines the lanes, so that each holds the result, and stores them. */
  #finish(node: Tensor): void {
    const code = this.#code;
    const { vector } = this.#body;
    const partial = this.#partial.get(node) as Local;
    const fold = (shuffle: () => void): void => {
      code.get(partial);
      code.get(partial);
      shuffle();
      const other = code.local("v128");
      code.set(other);
      vector.assign(partial, combine(vector, node, partial, other));
    };
    if (this.#loop.format === "f64") fold(() => code.shuffle64([1, 0]));
    else {
      fold(() => code.shuffle32([2, 3, 0, 1]));
      fold(() => code.shuffle32([1, 0, 3, 2]));
    }
    this.#storeTotal(node, partial);
  }
}

function isSum(node: Tensor): boolean {
  return node.op.name === "sum";
}

/** What leaves a reduction as it is. */
function identityOf(node: Tensor): number {
  if (isSum(node)) return 0;
  return node.op.name === "max" ? -Infinity : Infinity;
}

function combine(vector: VectorFunction, node: Tensor, a: Operand, b: Operand): Operand {
  if (isSum(node)) return vector.add(a, b);
  return node.op.name === "max" ? vector.max(a, b) : vector.min(a, b);
}
