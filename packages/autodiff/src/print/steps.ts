import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { latexName } from "./names.ts";
import { constantLatex, constantText, plainData, type PlainData } from "./values.ts";

/** One step of a computation, as a person would write it down. */
export interface GraphStep {
  /** An argument's name, or v1, v2, … for what is computed. */
  readonly name: string;
  /** Name of the operation; `argument` for what is given. */
  readonly op: string;
  /** Names of the inputs; a constant stands for itself. */
  readonly inputs: readonly string[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** Such as `v2 = x * v1`. */
  readonly text: string;
  readonly latex: string;
}

/** A step in JSON. */
export interface GraphStepData {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly (string | ConstantData)[];
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** What the operation was told besides its inputs, such as the axes of a sum; absent if nothing, or no plain data. */
  readonly attributes?: PlainData;
  readonly text: string;
  readonly latex: string;
}

/** An input that is a constant, in JSON. */
export interface ConstantData {
  readonly constant: PlainData;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** An argument's leaf, where it stands in the arguments. */
export interface Argument {
  readonly tensor: Tensor;
  /** Which argument, counted from 0. */
  readonly position: number;
  /** Such as `weights.0`, empty for an argument that is one tensor. */
  readonly path: string;
}

/** The names of a computation's values, and its steps. */
export class Steps {
  readonly #names = new Map<Tensor, string>();
  readonly #nodes: readonly Tensor[];
  readonly #arguments: ReadonlySet<Tensor>;

  /** `computed` are the nodes between arguments and results, inputs before what they feed. */
  constructor(given: readonly Argument[], computed: readonly Tensor[]) {
    const taken = new Set<string>();
    for (const argument of given) {
      const name = freeName(argumentName(argument), taken);
      taken.add(name);
      this.#names.set(argument.tensor, name);
    }
    this.#arguments = new Set(given.map(({ tensor }) => tensor));
    // The variable of a transform is only another name for its input.
    const steps = computed.filter((node) => !this.#arguments.has(node) && node.op.name !== "variable");
    let count = 0;
    for (const node of steps) {
      do count++;
      while (taken.has(`v${count}`));
      this.#names.set(node, `v${count}`);
    }
    this.#nodes = [...this.#arguments, ...steps];
  }

  /** Arguments first, then what is computed, each node once. */
  get nodes(): readonly Tensor[] {
    return this.#nodes;
  }

  /** The name of a value; nothing for a constant. */
  nameOf(node: Tensor): string | undefined {
    return this.#names.get(this.#seenThrough(node));
  }

  /** A name, or a constant written out. */
  textOf(node: Tensor): string {
    return this.nameOf(node) ?? constantText(this.#seenThrough(node));
  }

  latexOf(node: Tensor): string {
    const name = this.nameOf(node);
    return name === undefined ? constantLatex(this.#seenThrough(node)) : latexName(name);
  }

  describe(node: Tensor): GraphStep {
    const isArgument = this.#arguments.has(node);
    const name = this.nameOf(node) as string;
    const inputs = isArgument ? [] : node.inputs.map((input) => this.textOf(input));
    const latex = isArgument ? [] : node.inputs.map((input) => this.latexOf(input));
    return {
      name,
      op: isArgument ? "argument" : node.op.name,
      inputs,
      shape: node.shape,
      dtype: node.dtype,
      text: isArgument ? name : `${name} = ${fill(node.op.text, inputs, "text")}`,
      latex: isArgument ? latexName(name) : `${latexName(name)} = ${fill(node.op.latex, latex, "latex")}`,
    };
  }

  data(node: Tensor): GraphStepData {
    const attributes = this.#arguments.has(node) ? undefined : plainData(node.attributes);
    const { text, latex, name, op } = this.describe(node);
    return {
      name,
      op,
      inputs: this.#arguments.has(node) ? [] : node.inputs.map((input) => this.reference(input)),
      shape: [...node.shape],
      dtype: node.dtype,
      ...(attributes !== undefined && { attributes }),
      text,
      latex,
    };
  }

  /** A value in JSON: its name, or the constant that it is. */
  reference(node: Tensor): string | ConstantData {
    const name = this.nameOf(node);
    if (name !== undefined) return name;
    const constant = this.#seenThrough(node);
    return {
      constant: plainData(constant.toArray()) as PlainData,
      shape: [...constant.shape],
      dtype: constant.dtype,
    };
  }

  #seenThrough(node: Tensor): Tensor {
    let seen = node;
    while (!this.#names.has(seen) && seen.op.name === "variable") seen = seen.inputs[0] as Tensor;
    return seen;
  }
}

/** `x`, `y`, `z`, `x3`, … for arguments that are one tensor, else the path: `weights_0`. */
function argumentName({ position, path }: Argument): string {
  const letter = ["x", "y", "z"][position] ?? `x${position}`;
  if (path === "") return letter;
  // Nothing that would have to be escaped in any of the languages it is printed in.
  const name = path.replaceAll(/[^\p{L}\p{N}_]+/gu, "_");
  return /^\d/.test(name) ? `${letter}${name}` : name;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
  return name;
}

const brackets = { text: ["(", ")"], latex: ["\\left(", "\\right)"] } as const;

/**
 * An operation's template with its inputs in it; a negative number gets brackets where its sign would meet another
 * operator or be raised to a power.
 */
export function fill(template: string, inputs: readonly string[], style: "text" | "latex"): string {
  const [open, close] = brackets[style];
  return template.replaceAll(/#([\d*])/g, (found, which: string, at: number) => {
    if (which === "*") return inputs.join(", ");
    const input = inputs[Number(which) - 1] ?? "";
    const follows = /(?:[-+*/^]|\\cdot) ?$/.test(template.slice(0, at));
    const isBase = /^[ }]?\^/.test(template.slice(at + found.length));
    return input.startsWith("-") && (follows || isBase) ? `${open}${input}${close}` : input;
  });
}
