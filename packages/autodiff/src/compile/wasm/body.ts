import type { Tensor } from "../../tensor/tensor.ts";
import { withoutReshapes, type Format } from "../schedule.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./encoder.ts";
import { emitSinCos, vectorMath, type ElementwiseName } from "./math/index.ts";
import { VectorFunction, type LaneType } from "./math/vector-function.ts";

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
export const vectorBytes = 16;

/** Operands that are truth values, by position; all others are numbers. */
const maskOperands: Readonly<Record<string, readonly boolean[]>> = {
  where: [true, false, false],
  logicalAnd: [true, true],
  logicalOr: [true, true],
  logicalNot: [true],
};

/** Where the elements of the nodes in a code section are while it runs. */
export type Values = Map<Tensor, Local>;

/** Computes nodes lane by lane, in one number format. */
export class Body {
  readonly vector: VectorFunction;
  readonly format: Format;
  readonly around: Surroundings;
  readonly own: ReadonlySet<Tensor>;
  /** Scalars from outside, the same in every iteration. */
  readonly uniform: Values = new Map();
  values: Values = new Map();

  /** `repeats` says whether the code runs many times, so that constants are worth keeping in locals. */
  constructor(
    code: FunctionBuilder,
    format: Format,
    own: readonly Tensor[],
    around: Surroundings,
    repeats: boolean,
  ) {
    this.vector = new VectorFunction({
      module: around.module,
      code,
      lane: laneTypes[format],
      fma: around.fma,
      hoistConstants: repeats,
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
    const result = this.values.get(node) ?? this.#emit(node, position);
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

  /** True for a product that nothing but its one consumer needs. */
  isPrivateProduct(node: Tensor): boolean {
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
