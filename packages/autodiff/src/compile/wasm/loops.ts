import type { Tensor } from "../../tensor/tensor.ts";
import { withoutReshapes, type Format, type Loop } from "../schedule.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./encoder.ts";
import { emitSinCos, vectorMath, type ElementwiseName } from "./math/index.ts";
import { VectorFunction, type LaneType, type Operand } from "./math/vector-function.ts";

/** What the emitted code needs to know about its surroundings. */
export interface Surroundings {
  readonly module: ModuleBuilder;
  readonly fma: boolean;
  /** Byte offset in the arena of a node's elements; a scalar fills 16 bytes with copies of itself. */
  addressOf(node: Tensor, format: Format): number;
  /** True when something outside the code section being written needs the node. */
  isStored(node: Tensor): boolean;
  /** True when the only consumer of the node is the one that asks. */
  isUsedOnce(node: Tensor): boolean;
}

export const bytesPerElement: Readonly<Record<Format, number>> = { f64: 8, f32: 4 };
const laneTypes: Readonly<Record<Format, LaneType>> = { f64: "f64x2", f32: "f32x4" };
const vectorBytes = 16;

/**
 * Vectors summed before they join the running total, which keeps rounding errors near √n of what adding one after
 * another would give.
 */
const blockVectors = 512;

/** Operands that are truth values, by position; all others are numbers. */
const maskOperands: Readonly<Record<string, readonly boolean[]>> = {
  where: [true, false, false],
  logicalAnd: [true, true],
  logicalOr: [true, true],
  logicalNot: [true],
};

/** Where the elements of the nodes in a code section are while it runs. */
type Values = Map<Tensor, Local>;

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
      const body = new Body(code, format, own, around);
      for (const node of own) body.compute(node);
      for (const node of own) if (around.isStored(node)) body.store(node, undefined);
    });
  }
}

/** One pass over an index space: loads, elementwise work, stores and reductions. */
export function emitLoop(code: FunctionBuilder, loop: Loop, around: Surroundings): void {
  code.scope(() => new LoopEmitter(code, loop, around).emit());
}

/** Computes nodes lane by lane, in one number format. */
class Body {
  readonly vector: VectorFunction;
  readonly format: Format;
  readonly around: Surroundings;
  readonly own: ReadonlySet<Tensor>;
  /** Scalars from outside, the same in every iteration. */
  readonly uniform: Values = new Map();
  values: Values = new Map();

  constructor(code: FunctionBuilder, format: Format, own: readonly Tensor[], around: Surroundings) {
    this.vector = new VectorFunction({
      module: around.module,
      code,
      lane: laneTypes[format],
      fma: around.fma,
    });
    this.format = format;
    this.around = around;
    this.own = new Set(own);
  }

  get code(): FunctionBuilder {
    return this.vector.code;
  }

  /** Loads the scalars that come from outside, once, before the loop. */
  loadUniform(consumers: readonly Tensor[]): void {
    for (const input of consumers.flatMap((node) => node.inputs.map(withoutReshapes)))
      if (input.size === 1 && !this.own.has(input) && !this.uniform.has(input))
        this.uniform.set(input, this.#load(input, undefined));
  }

  /** The lanes of a node: computed here, the same everywhere, or loaded from memory at the loop's position. */
  read(node: Tensor, position: Local | undefined): Local {
    const source = withoutReshapes(node);
    const known = this.values.get(source) ?? this.uniform.get(source);
    if (known !== undefined) return known;
    if (this.own.has(source)) return this.compute(source, position);
    const loaded = this.#load(source, position);
    (source.size === 1 ? this.uniform : this.values).set(source, loaded);
    return loaded;
  }

  #load(source: Tensor, position: Local | undefined): Local {
    const { code, vector } = this;
    if (typeof source.storage === "number") {
      const local = vector.let(source.storage);
      return source.dtype === "bool" ? vector.let(vector.notEqual(local, 0)) : local;
    }
    if (position === undefined || source.size === 1) code.i32(0);
    else code.get(position);
    code.memory("v128.load", this.around.addressOf(source, this.format));
    const local = code.local("v128");
    code.set(local);
    return source.dtype === "bool" ? vector.let(vector.notEqual(local, 0)) : local;
  }

  compute(node: Tensor, position?: Local): Local {
    const result = this.values.get(node) ?? this.#contract(node, position) ?? this.#emit(node, position);
    this.values.set(node, result);
    return result;
  }

  #emit(node: Tensor, position: Local | undefined): Local {
    const { vector, code } = this;
    const name = node.op.name;
    const operands = node.inputs.map((input, index) =>
      this.#as(maskOperands[name]?.[index] ?? false, input, this.read(input, position)),
    );
    if (name === "cast") return operands[0] as Local;
    const partner = name === "sin" || name === "cos" ? this.#partner(node) : undefined;
    if (partner !== undefined) {
      const { sin, cos } = emitSinCos(vector, operands[0] as Local);
      this.values.set(partner, name === "sin" ? cos : sin);
      return name === "sin" ? sin : cos;
    }
    vectorMath[name as ElementwiseName].emit(vector, ...operands);
    const result = code.local("v128");
    code.set(result);
    return result;
  }

  /** The cosine beside a sine of the same argument: both together cost little more than one. */
  #partner(node: Tensor): Tensor | undefined {
    const other = node.op.name === "sin" ? "cos" : "sin";
    const [argument] = node.inputs;
    for (const candidate of this.own)
      if (candidate.op.name === other && candidate.inputs[0] === argument) return candidate;
    return undefined;
  }

  /** a·b + c and c − a·b with one rounding, when the product serves nothing else. */
  #contract(node: Tensor, position: Local | undefined): Local | undefined {
    if (!this.vector.fma || (node.op.name !== "add" && node.op.name !== "sub")) return undefined;
    const [x, y] = node.inputs as [Tensor, Tensor];
    const factors = (product: Tensor): [Local, Local] | undefined =>
      this.isDeferred(product) ? this.factors(product, position) : undefined;
    const right = factors(y);
    if (right !== undefined) {
      const c = this.read(x, position);
      return this.vector.let(
        node.op.name === "add" ? this.vector.mulAdd(...right, c) : this.vector.subMul(c, ...right),
      );
    }
    const left = node.op.name === "add" ? factors(x) : undefined;
    return left && this.vector.let(this.vector.mulAdd(...left, this.read(y, position)));
  }

  /** True for a product that is left to its only consumer, which multiplies and adds at once. */
  isDeferred(node: Tensor): boolean {
    return (
      (node.op.name === "mul" || node.op.name === "square") &&
      this.own.has(node) &&
      node.dtype !== "bool" &&
      this.around.isUsedOnce(node) &&
      !this.around.isStored(node)
    );
  }

  factors(product: Tensor, position: Local | undefined): [Local, Local] {
    const [x, y = x] = product.inputs as [Tensor, Tensor | undefined];
    const number = (input: Tensor): Local => this.#as(false, input, this.read(input, position));
    return [number(x), number(y)];
  }

  /** Truth values become numbers 1 and 0, numbers become "is not zero", as the operation wants. */
  #as(mask: boolean, node: Tensor, local: Local): Local {
    const isMask = node.dtype === "bool";
    if (mask === isMask) return local;
    return mask
      ? this.vector.let(this.vector.notEqual(local, 0))
      : this.vector.let(this.vector.and(local, 1));
  }

  store(node: Tensor, position: Local | undefined): void {
    const { code, vector } = this;
    if (position === undefined) code.i32(0);
    else code.get(position);
    vector.push(this.#as(false, node, this.read(node, position)));
    code.memory("v128.store", this.around.addressOf(node, this.format));
  }
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
    this.#body = new Body(code, loop.format, loop.elementwise, around);
  }

  emit(): void {
    const { size, format, elementwise, reductions } = this.#loop;
    const code = this.#code;
    const lanes = vectorBytes / bytesPerElement[format];
    const whole = Math.floor(size / lanes);
    const rest = size % lanes;
    this.#body.loadUniform([...elementwise, ...reductions]);
    for (const node of reductions) this.#partial.set(node, this.#start(node));
    const position = code.local("i32");
    code.i32(0);
    code.set(position);
    if (whole > blockVectors && reductions.some(isSum)) this.#blocks(position, whole);
    else if (whole > 0) this.#run(position, whole * vectorBytes);
    // A last, partial vector: its spare lanes are computed and stored in the padding, but never reduced.
    if (rest > 0) code.scope(() => this.#iteration(position, rest));
    for (const node of reductions) this.#finish(node);
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

  /** Blocks of vectors: sums start afresh in each and then join the totals. */
  #blocks(position: Local, whole: number): void {
    const code = this.#code;
    const { vector } = this.#body;
    const sums = this.#loop.reductions.filter(isSum);
    const totals = new Map(sums.map((node) => [node, this.#start(node)]));
    const end = code.local("i32");
    code.i32(0);
    code.set(end);
    const bytes = whole * vectorBytes;
    code.loop((again) => {
      // end = min(end + block, bytes)
      code.get(end);
      code.i32(blockVectors * vectorBytes);
      code.op("i32.add");
      code.tee(end);
      code.i32(bytes);
      code.get(end);
      code.i32(bytes);
      code.op("i32.lt_u");
      code.op("select");
      code.set(end);
      for (const node of sums) vector.assign(this.#partial.get(node) as Local, 0);
      this.#run(position, end);
      for (const node of sums) {
        const total = totals.get(node) as Local;
        vector.assign(total, vector.add(total, this.#partial.get(node) as Local));
      }
      code.get(position);
      code.i32(bytes);
      code.op("i32.lt_u");
      code.brIf(again);
    });
    for (const node of sums) vector.assign(this.#partial.get(node) as Local, totals.get(node) as Local);
  }

  #iteration(position: Local, validLanes: number | undefined): void {
    const body = this.#body;
    body.values = new Map();
    const deferred = new Set<Tensor>();
    if (body.vector.fma)
      for (const node of this.#loop.elementwise) if (this.#hasContractor(node)) deferred.add(node);
    for (const node of this.#loop.elementwise) if (!deferred.has(node)) body.compute(node, position);
    for (const node of this.#loop.elementwise) if (this.#around.isStored(node)) body.store(node, position);
    for (const node of this.#loop.reductions) this.#accumulate(node, position, validLanes);
  }

  /** True when a product's only consumer multiplies and adds at once: an addition or a sum in this loop. */
  #hasContractor(node: Tensor): boolean {
    if (!this.#body.isDeferred(node)) return false;
    return (
      this.#loop.reductions.some(
        (reduction) => isSum(reduction) && withoutReshapes(reduction.inputs[0] as Tensor) === node,
      ) ||
      this.#loop.elementwise.some(
        (consumer) =>
          (consumer.op.name === "add" && consumer.inputs.some((input) => input === node)) ||
          (consumer.op.name === "sub" && consumer.inputs[1] === node),
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
    const isProduct = isSum(node) && vector.fma && this.#hasContractor(operand);
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
    code.i32(0);
    code.get(partial);
    code.memory("v128.store", this.#around.addressOf(node, this.#loop.format));
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
