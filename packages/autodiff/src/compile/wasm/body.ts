import type { Tensor } from "../../tensor/tensor.ts";
import type { Format } from "../kind.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";
import { emitSinCos, vectorCode } from "./math/index.ts";
import { VectorFunction, type Operand } from "./math/vector-function.ts";

/** Operands that are truth values, by position; all others are numbers. */
const maskOperands: Readonly<Record<string, readonly boolean[]>> = {
  where: [true, false, false],
  logicalAnd: [true, true],
  logicalOr: [true, true],
  logicalNot: [true],
};

/** Operations whose truth values are masks; what arithmetic on truth values gives is a number. */
const makesMasks = /^(where|logical|equal|notEqual|less|greater)/;

/** Operations that give integers for integers that are in range. */
const keepsIntegers = new Set(["minimum", "maximum", "where", "sign", "floor", "ceil", "round"]);

/** What a section of code that computes nodes lane by lane has to know about the values from outside. */
export interface Outside {
  /** The node itself where the section computes it, the same elements in the same order; nothing for all others. */
  ownSource(operand: Tensor): Tensor | undefined;
  /** The lanes of an operand from outside, as numbers. */
  load(operand: Tensor): Local;
}

/** Computes nodes lane by lane, in one number format. */
export class Body {
  readonly vector: VectorFunction;
  /** Sines and cosines by their arguments. */
  readonly #waves = new Map<Tensor, Tensor[]>();
  readonly #outside: Outside;
  /** Lanes that are there already, by node and by operand from outside. */
  values: Map<Tensor, Local> = new Map();

  /** `repeats` says whether the code runs many times, so that constants are worth keeping in locals. */
  constructor(
    code: FunctionBuilder,
    format: Format,
    own: readonly Tensor[],
    context: Pick<VectorFunction, "module" | "fma">,
    outside: Outside,
    repeats: boolean,
  ) {
    const { module, fma } = context;
    const lane = format === "f64" ? "f64x2" : "f32x4";
    this.vector = new VectorFunction({ module, code, lane, fma, hoistConstants: repeats });
    for (const node of own)
      if (node.op.name === "sin" || node.op.name === "cos") {
        const [argument] = node.inputs as [Tensor];
        this.#waves.set(argument, [...(this.#waves.get(argument) ?? []), node]);
      }
    this.#outside = outside;
  }

  get code(): FunctionBuilder {
    return this.vector.code;
  }

  /** The lanes of an operand: numbers, or masks for truth values. */
  read(operand: Tensor): Local {
    const source = this.#outside.ownSource(operand);
    if (source !== undefined) return this.compute(source);
    let known = this.values.get(operand);
    if (known === undefined)
      this.values.set(operand, (known = this.mask(operand, this.#outside.load(operand))));
    return known;
  }

  /** Numbers from memory as what the tensor's dtype says. */
  mask(operand: Tensor, numbers: Local): Local {
    return operand.dtype === "bool" ? this.vector.let(this.vector.notEqual(numbers, 0)) : numbers;
  }

  compute(node: Tensor): Local {
    const known = this.values.get(node);
    if (known !== undefined) return known;
    const result = this.#emit(node);
    this.values.set(node, result);
    return result;
  }

  #emit(node: Tensor): Local {
    const { vector } = this;
    const { name } = node.op;
    const isTruth = node.dtype === "bool";
    const operands = node.inputs.map((input, index) => {
      const wantsMask = name === "where" && isTruth ? true : (maskOperands[name]?.[index] ?? false);
      return this.#as(name === "cast" ? isTruth : wantsMask, input, this.read(input));
    });
    if (name === "cast") {
      const [x] = operands as [Local];
      const isExact = node.dtype !== "i32" || ["i32", "bool"].includes(node.inputs[0]?.dtype as string);
      return isExact ? x : this.toInteger(x);
    }
    const partner = name === "sin" || name === "cos" ? this.#partner(node) : undefined;
    if (partner !== undefined) {
      const { sin, cos } = emitSinCos(vector, operands[0] as Local);
      this.values.set(partner, name === "sin" ? cos : sin);
      return name === "sin" ? sin : cos;
    }
    vectorCode(node.op)?.emit(vector, ...operands);
    const result = vector.code.local("v128");
    vector.code.set(result);
    if (isTruth && !makesMasks.test(name)) return vector.let(vector.notEqual(result, 0));
    return node.dtype === "i32" && !keepsIntegers.has(name) ? this.toInteger(result) : result;
  }

  /** Numbers as 32-bit integers hold them: without a fraction, modulo 2³², and 0 for what is not finite. */
  toInteger(x: Operand): Local {
    const v = this.vector;
    const whole = v.let(v.op(`${v.lane}.trunc`, x));
    const turns = v.op(`${v.lane}.floor`, v.mul(v.add(whole, 2 ** 31), 2 ** -32));
    const wrapped = v.let(v.sub(whole, v.mul(turns, 2 ** 32)));
    // There is no −0 among integers either.
    return v.let(v.and(v.greater(v.abs(wrapped), 0), wrapped));
  }

  /** The cosine beside a sine of the same argument: both together cost little more than one. */
  #partner(node: Tensor): Tensor | undefined {
    const waves = this.#waves.get(node.inputs[0] as Tensor) ?? [];
    return waves.find(({ op }) => op.name !== node.op.name);
  }

  /** The operand's lanes as numbers. */
  numbers(operand: Tensor): Local {
    return this.#as(false, operand, this.read(operand));
  }

  /** Truth values become numbers 1 and 0, numbers become "is not zero", as the operation wants. */
  #as(mask: boolean, node: Tensor, local: Local): Local {
    const isMask = node.dtype === "bool";
    if (mask === isMask) return local;
    return mask
      ? this.vector.let(this.vector.notEqual(local, 0))
      : this.vector.let(this.vector.and(local, 1));
  }
}
