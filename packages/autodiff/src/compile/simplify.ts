import { apply, type Op } from "../ops/op.ts";
import { broadcastTo } from "../ops/shape.ts";
import { add, mul, neg, square, sub } from "../ops/arithmetic.ts";
import { attributeKeys } from "../tensor/attribute-key.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";
import { nodesOf, type Graph } from "./graph.ts";

/**
 * Graph to graph: the same values with less work. Equal nodes become one; operations on known values are done now;
 * multiplying by 1, negating twice and the like go away; small powers become products; broadcasts move behind the
 * arithmetic they feed, and what is left of them is spelled out, so that every elementwise operation afterwards
 * has operands of its own size or scalars.
 *
 * Every rewrite keeps IEEE results, NaN and infinities included, except that x³ as a product may differ from
 * pow(x, 3) by one unit in the last place.
 */
export function simplify({ inputs, outputs }: Graph): Graph {
  const simplifier = new Simplifier();
  const replacements = new Map<Tensor, Tensor>();
  for (const node of nodesOf(outputs)) replacements.set(node, simplifier.rewrite(node, replacements));
  return { inputs, outputs: outputs.map((output) => replacements.get(output) as Tensor) };
}

class Simplifier {
  readonly #known = new Map<string, Tensor>();
  readonly #storages = new Map<unknown, number>();
  /** The one number that all elements of a constant are. */
  readonly #uniform = new Map<Tensor, Tensor | undefined>();
  readonly #attributeKey = attributeKeys();

  rewrite(node: Tensor, replacements: ReadonlyMap<Tensor, Tensor>): Tensor {
    if (node.hasValue) return this.#constant(node);
    if (node.op.name === "placeholder") return node;
    // Inside a finished transform a variable is only another name for its input.
    if (node.op.name === "variable") return replacements.get(node.inputs[0] as Tensor) as Tensor;
    const inputs = node.inputs.map((input) => replacements.get(input) as Tensor);
    // All derivatives have been taken by now: what only steers them is written out.
    if (node.op.expand !== undefined)
      return this.#rewriteAll(node.op.expand(inputs, node.attributes), inputs);
    return this.#make(node.op, inputs, node.attributes);
  }

  /** Rewrites everything between nodes that are rewritten already and a new output. */
  #rewriteAll(output: Tensor, done: readonly Tensor[]): Tensor {
    const replacements = new Map(done.map((node) => [node, node]));
    for (const node of nodesOf([output], new Set(done)))
      if (!replacements.has(node)) replacements.set(node, this.rewrite(node, replacements));
    return replacements.get(output) as Tensor;
  }

  #constant(node: Tensor): Tensor {
    const { storage, shape, dtype } = node;
    let identity: string;
    if (typeof storage === "number") identity = Object.is(storage, -0) ? "-0" : String(storage);
    else {
      if (!this.#storages.has(storage)) this.#storages.set(storage, this.#storages.size);
      identity = `#${this.#storages.get(storage)}`;
    }
    return this.#unique(`constant ${identity} ${dtype} ${shape.join()}`, () =>
      node.op.name === "constant" ? node : makeConstant(shape, dtype, storage as number),
    );
  }

  #unique(key: string, make: () => Tensor): Tensor {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }

  #make(op: Op, inputs: readonly Tensor[], attributes: unknown): Tensor {
    if (op.elementwise !== undefined) {
      const bare = inputs.map((input) => this.#withoutBroadcast(input));
      if (bare.some((input, index) => input !== inputs[index])) {
        const { shape } = op.infer(inputs, attributes);
        return this.#adopt(broadcastTo(this.#make(op, bare, attributes), shape));
      }
    }
    const shortcut = this.#shortcut(op, inputs);
    if (shortcut !== undefined) return shortcut;
    const operands = op.elementwise === undefined ? inputs : this.#spellOutBroadcasts(op, inputs);
    const key = `${op.name} ${this.#attributeKey(attributes)} ${operands.map(({ id }) => id).join()}`;
    return this.#unique(key, () => {
      const made = apply(op, operands, attributes);
      return made.hasValue ? this.#constant(made) : made;
    });
  }

  /** What is repeated: of constants too, such as the slopes of what a model adds. */
  #withoutBroadcast(node: Tensor): Tensor {
    if (!node.hasValue) return node.op.name === "broadcastTo" ? (node.inputs[0] as Tensor) : node;
    if (node.size === 1) return node;
    if (!this.#uniform.has(node)) this.#uniform.set(node, uniform(node));
    return this.#uniform.get(node) ?? node;
  }

  /** A node made by an operation, exchanged for its equal if there is one. */
  #adopt(node: Tensor): Tensor {
    if (node.hasValue) return this.#constant(node);
    if (node.op.name === "placeholder") return node;
    return this.#unique(
      `${node.op.name} ${this.#attributeKey(node.attributes)} ${node.inputs.map(({ id }) => id).join()}`,
      () => node,
    );
  }

  #shortcut(op: Op, inputs: readonly Tensor[]): Tensor | undefined {
    const [x, y, z] = inputs as [Tensor, Tensor, Tensor];
    const negated = (node: Tensor): Tensor => this.#make(neg.op, [node], undefined);
    switch (op.name) {
      case "mul":
        if (isNumber(y, 1)) return fits(op, inputs, x);
        if (isNumber(x, 1)) return fits(op, inputs, y);
        if (isNegated(x)) return negated(this.#make(op, [x.inputs[0] as Tensor, y], undefined));
        if (isNegated(y)) return negated(this.#make(op, [x, y.inputs[0] as Tensor], undefined));
        return x === y && x.dtype !== "bool" ? this.#make(square.op, [x], undefined) : undefined;
      case "div":
        if (isNumber(y, 1)) return fits(op, inputs, x);
        if (isNegated(x)) return negated(this.#make(op, [x.inputs[0] as Tensor, y], undefined));
        return undefined;
      case "neg":
        return isNegated(x) ? x.inputs[0] : undefined;
      case "add":
        if (isNegated(y)) return this.#make(sub.op, [x, y.inputs[0] as Tensor], undefined);
        return undefined;
      case "sub":
        if (isNegated(y)) return this.#make(add.op, [x, y.inputs[0] as Tensor], undefined);
        return isNumber(y, 0) ? fits(op, inputs, x) : undefined;
      case "pow":
        if (isNumber(y, 1)) return fits(op, inputs, x);
        if (isNumber(y, 2)) return fits(op, inputs, this.#make(square.op, [x], undefined));
        if (isNumber(y, 3))
          return fits(op, inputs, this.#make(mul.op, [this.#make(square.op, [x], undefined), x], undefined));
        return undefined;
      case "where":
        if (x.shape.length !== 0 || !x.hasValue) return undefined;
        return fits(op, inputs, x.item() === 0 ? z : y);
      default:
        return undefined;
    }
  }

  /** Operands that are neither scalars nor laid out like the result are repeated explicitly. */
  #spellOutBroadcasts(op: Op, inputs: readonly Tensor[]): readonly Tensor[] {
    const { shape } = op.infer(inputs, undefined);
    return inputs.map((input) =>
      input.size === 1 || sameLayout(input.shape, shape) ? input : this.#adopt(broadcastTo(input, shape)),
    );
  }
}

function isNumber(node: Tensor, value: number): boolean {
  return typeof node.storage === "number" && Object.is(node.storage, value);
}

function isNegated(node: Tensor): boolean {
  return !node.hasValue && node.op.name === "neg";
}

/** A constant's only number, if there are several of it. */
function uniform({ storage, dtype }: Tensor): Tensor | undefined {
  if (typeof storage !== "object") return undefined;
  const [first] = storage;
  if (first === undefined || !storage.every((value) => Object.is(value, first))) return undefined;
  return makeConstant([], dtype, first);
}

/** The replacement, if it has the shape and dtype that the operation would give. */
function fits(op: Op, inputs: readonly Tensor[], replacement: Tensor): Tensor | undefined {
  const { shape, dtype } = op.infer(inputs, undefined);
  return replacement.dtype === dtype && sameShape(replacement.shape, shape) ? replacement : undefined;
}

/** True when row-major data of both shapes have their elements in the same places. */
export function sameLayout(a: Shape, b: Shape): boolean {
  const significant = (shape: Shape): number[] => shape.filter((extent) => extent !== 1);
  return sameShape(significant(a), significant(b));
}
