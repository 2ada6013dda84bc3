import { isFloat } from "../tensor/dtype.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";
import { withoutRecording, withTransform } from "../tensor/record.ts";
import type { LeafLike, NestedArray, Tensor, TensorLike } from "../tensor/tensor.ts";
import type { TreeLike } from "../tensor/tree.ts";
import { call, floatOutput, makeVariables, type AnyFunction } from "./function.ts";
import { dependents, fullLike, sweepBack } from "./sweep.ts";

type Value = number | boolean | NestedArray;

/** One step of a computation, as a person would write it down. */
export interface TapeEntry {
  /** An argument's name, or v1, v2, … for what is computed. */
  readonly name: string;
  readonly op: string;
  /** Names of the inputs; a constant stands for itself. */
  readonly inputs: readonly string[];
  readonly shape: Shape;
  readonly value: Value;
  /** Such as `v2 = x * v1`. */
  readonly text: string;
  readonly latex: string;
  /** ∂(this)/∂(input) for each input, for operations that act on each element alone; undefined for a constant. */
  readonly derivatives: readonly (Value | undefined)[];
  /** ∂(output)/∂(this), when the output is a scalar. */
  readonly adjoint: Value | undefined;
}

/** A computation step by step, and the derivatives on its way back. */
export interface Tape {
  readonly entries: readonly TapeEntry[];
  /** Name of the entry that is the result. */
  readonly output: string;
  toString(): string;
}

/**
 * Records how a function computes its result: every operation with its inputs, value and local derivatives, and,
 * for a scalar result, the adjoint of every value, which is what reverse mode computes going back.
 *
 * @example
 * trace((x) => x.sin().mul(x))(2).entries.map(({ text }) => text); // → ["x", "v1 = sin(x)", "v2 = v1 * x"]
 *
 * @throws {DifferentiationError} when the function returns more than one tensor.
 */
export function trace(f: (...args: Tensor[]) => TensorLike): (...args: LeafLike[]) => Tape;
export function trace<A extends readonly unknown[]>(
  f: (...args: A) => TensorLike,
): (...args: { [K in keyof A]: TreeLike<A[K]> }) => Tape;
export function trace(f: AnyFunction): AnyFunction {
  return (...args: readonly unknown[]): Tape =>
    withTransform((level) => {
      const variables = args.map((arg) => makeVariables("trace", arg, level));
      const leaves = variables.flatMap((each) => each.leaves);
      const [first, ...rest] = variables.map((each) => each.argument);
      const output = floatOutput("trace", call(f, first, rest));
      return withoutRecording(level, () => {
        const names = new Map<Tensor, string>();
        variables.forEach(({ leaves: own, structure }, position) =>
          own.forEach((leaf, index) =>
            names.set(leaf, argumentName(structure.paths[index] as string, position)),
          ),
        );
        const computed = dependents([output], leaves).filter((node) => !names.has(node));
        computed.forEach((node, index) => names.set(node, `v${index + 1}`));
        const adjoints =
          output.shape.length === 0
            ? sweepBack(output, fullLike(output, 1), leaves)
            : new Map<Tensor, Tensor>();
        const entries = [...leaves, ...computed].map((node) => describe(node, names, adjoints));
        return {
          entries,
          output: names.get(output) ?? formatConstant(output),
          toString: () => formatTape(entries),
        };
      });
    });
}

function argumentName(path: string, position: number): string {
  const letter = ["x", "y", "z"][position] ?? `x${position}`;
  if (path === "") return letter;
  return /^\d/.test(path) ? `${letter}${path.replaceAll(".", "_")}` : path.replaceAll(".", "_");
}

function describe(
  node: Tensor,
  names: ReadonlyMap<Tensor, string>,
  adjoints: ReadonlyMap<Tensor, Tensor>,
): TapeEntry {
  const name = names.get(node) as string;
  const isArgument = node.op.name === "variable";
  const inputs = isArgument ? [] : node.inputs.map((input) => names.get(input) ?? formatConstant(input));
  return {
    name,
    op: isArgument ? "argument" : node.op.name,
    inputs,
    shape: node.shape,
    value: node.toArray(),
    text: isArgument ? name : `${name} = ${fill(node.op.text, inputs, ["(", ")"])}`,
    latex: isArgument
      ? latexName(name)
      : `${latexName(name)} = ${fill(node.op.latex, inputs.map(latexName), ["\\left(", "\\right)"])}`,
    derivatives: isArgument ? [] : node.inputs.map((input) => localDerivative(node, input, names)),
    adjoint: adjoints.get(node)?.toArray(),
  };
}

/** A template with its parts, in brackets where a minus sign would meet another operator or be raised to a power. */
function fill(template: string, parts: readonly string[], [open, close]: readonly [string, string]): string {
  return template.replaceAll("#*", parts.join(", ")).replace(/#(\d)/g, (_, digit: string, from: number) => {
    const part = parts[Number(digit) - 1] ?? "";
    const follows = /(?:[-+*/^]|\\cdot) ?$/.test(template.slice(0, from));
    const isBase = /^[ }]?\^/.test(template.slice(from + 2));
    return part.startsWith("-") && (follows || isBase) ? `${open}${part}${close}` : part;
  });
}

/** The derivative of an elementwise result by one of its inputs: its forward rule at a tangent of 1. */
function localDerivative(node: Tensor, by: Tensor, names: ReadonlyMap<Tensor, string>): Value | undefined {
  if (node.op.elementwise === undefined || !names.has(by) || !isFloat(by.dtype)) return undefined;
  const tangents = node.inputs.map((input) => (input === by ? fullLike(by, 1) : undefined));
  const tangent = node.op.forward(tangents, node.inputs, node, node.attributes);
  return tangent === undefined ? 0 : tangent.toArray();
}

function formatConstant(tensor: Tensor): string {
  return tensor.size === 1 ? String(tensor.item()) : `constant${formatShape(tensor.shape)}`;
}

function latexName(name: string): string {
  const match = /^([A-Za-z])_?(\d+)$/.exec(name);
  if (match) return `${match[1]}_{${match[2]}}`;
  return /^[A-Za-z][A-Za-z_]+\d*$/.test(name) ? `\\mathrm{${name.replaceAll("_", "\\_")}}` : name;
}

function formatTape(entries: readonly TapeEntry[]): string {
  const show = (value: Value | undefined): string =>
    value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const rows = entries.map(({ text, value, adjoint }) => [text, show(value), show(adjoint)]);
  rows.unshift(["step", "value", "adjoint"]);
  const widths = [0, 1].map((column) =>
    rows.reduce((widest, row) => Math.max(widest, (row[column] as string).length), 0),
  );
  return rows
    .map((row) =>
      `${row[0]?.padEnd(widths[0] as number)}  ${row[1]?.padEnd(widths[1] as number)}  ${row[2]}`.trimEnd(),
    )
    .join("\n");
}
