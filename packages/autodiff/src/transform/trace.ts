import { alignedLatex, padColumns } from "../print/columns.ts";
import { writeDot, type DotEdge, type DotNode } from "../print/graphviz.ts";
import { Steps, type ConstantData, type GraphStep, type GraphStepData } from "../print/steps.ts";
import {
  formatValue,
  latexValue,
  plainData,
  shortValue,
  type PlainData,
  type PlainValue,
} from "../print/values.ts";
import { isFloat } from "../tensor/dtype.ts";
import { withoutRecording, withTransform } from "../tensor/record.ts";
import type { LeafLike, Tensor, TensorLike } from "../tensor/tensor.ts";
import type { TreeLike } from "../tensor/tree.ts";
import { call, floatOutput, makeVariables, type AnyFunction } from "./function.ts";
import { dependents, fullLike, sweepBackThrough } from "./sweep.ts";

/** One step of a computation, with its value and what reverse mode finds out about it. */
export interface TapeEntry extends GraphStep {
  readonly value: PlainValue;
  /**
   * ∂(this)/∂(input) for each input on its own, for operations that act on each element alone; undefined for a constant.
   */
  readonly derivatives: readonly (PlainValue | undefined)[];
  /** ∂(output)/∂(this), when the output is a scalar. */
  readonly adjoint: PlainValue | undefined;
}

/** A tape entry in JSON; NaN, ±∞ and −0 are the strings that `Number` reads as such. */
export interface TapeEntryData extends GraphStepData {
  readonly value: PlainData;
  /** `null` where there is none. */
  readonly derivatives: readonly PlainData[];
  /** `null` when the output is no scalar, or does not depend on this. */
  readonly adjoint: PlainData;
}

/** A tape in JSON. */
export interface TapeData {
  readonly steps: readonly TapeEntryData[];
  /** The step that is the result, or the constant that it is. */
  readonly output: string | ConstantData;
}

/** A computation step by step, and the derivatives on its way back. */
export interface Tape {
  readonly entries: readonly TapeEntry[];
  /** Name of the entry that is the result. */
  readonly output: string;
  /** A table of steps, values and adjoints. */
  toText(): string;
  /** The same in LaTeX, an `aligned` environment, with numbers rounded to six digits. */
  toLatex(): string;
  /** A drawing in Graphviz's DOT language: values and adjoints in the nodes, local derivatives at the arrows. */
  toDot(): string;
  /** Everything as plain data; `JSON.stringify(tape)` uses it. */
  toJSON(): TapeData;
  toString(): string;
}

/**
 * Records how a function computes its result: every operation with its inputs, value and local derivatives, and,
 * for a scalar result, the adjoint of every value, which is what reverse mode computes going back.
 *
 * @example
 * ```ts
 * trace((x) => x.sin().mul(x))(2).entries.map(({ text }) => text); // → ["x", "v1 = sin(x)", "v2 = v1 * x"]
 * ```
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
        const given = variables.flatMap(({ leaves: own, structure }, position) =>
          own.map((tensor, index) => ({ tensor, position, path: structure.paths[index] as string })),
        );
        const steps = new Steps(given, dependents([output], leaves));
        const adjoints =
          output.shape.length === 0
            ? sweepBackThrough(output, fullLike(output, 1), leaves)
            : new Map<Tensor, undefined>();
        const entries = steps.nodes.map((node): TapeEntry => ({
          ...steps.describe(node),
          value: node.toArray(),
          derivatives:
            node.op.name === "variable" ? [] : node.inputs.map((_, at) => localDerivative(node, at, steps)),
          adjoint: adjoints.get(node)?.toArray(),
        }));
        return makeTape(entries, steps, output);
      });
    });
}

/** The derivative of an elementwise result by one of its inputs: its forward rule at a tangent of 1. */
function localDerivative(node: Tensor, position: number, steps: Steps): PlainValue | undefined {
  const by = node.inputs[position] as Tensor;
  if (node.op.elementwise === undefined || steps.nameOf(by) === undefined || !isFloat(by.dtype))
    return undefined;
  const tangents = node.inputs.map((_, at) => (at === position ? fullLike(by, 1) : undefined));
  const tangent = node.op.forward(tangents, node.inputs, node, node.attributes);
  return tangent === undefined ? 0 : tangent.toArray();
}

function makeTape(entries: readonly TapeEntry[], steps: Steps, output: Tensor): Tape {
  const toText = (): string =>
    padColumns([
      ["step", "value", "adjoint"],
      ...entries.map(({ text, value, adjoint }) => [
        text,
        formatValue(value),
        adjoint === undefined ? "" : formatValue(adjoint),
      ]),
    ]);
  return {
    entries,
    output: steps.textOf(output),
    toText,
    toString: toText,
    toLatex: () => alignedLatex(entries.map(latexRow)),
    toDot: () => tapeToDot(entries, steps, output),
    toJSON: () => ({
      steps: entries.map(({ value, derivatives, adjoint }, index) => ({
        ...steps.data(steps.nodes[index] as Tensor),
        value: toPlain(value),
        derivatives: derivatives.map(toPlain),
        adjoint: toPlain(adjoint),
      })),
      output: steps.reference(output),
    }),
  };
}

function toPlain(value: PlainValue | undefined): PlainData {
  return plainData(value) ?? null;
}

/** Such as `v_{1} & = x \cdot y & & = 10 & \bar{v}_{1} & = 17`. */
function latexRow({ op, latex, value, adjoint, shape }: TapeEntry): string[] {
  const [name = "", ...formula] = latex.split(" = ");
  return [
    name,
    op === "argument" ? "" : `= ${formula.join(" = ")}`,
    "",
    `= ${latexValue(value, shape)}`,
    adjoint === undefined ? "" : overline(name),
    adjoint === undefined ? "" : `= ${latexValue(adjoint, shape)}`,
  ];
}

/** The adjoint of v₁ is written v̄₁. */
function overline(name: string): string {
  const [, letter, subscript = ""] = /^([A-Za-z]|\\[A-Za-z]+)(_\{.*\})?$/.exec(name) ?? [];
  return letter === undefined ? `\\overline{${name}}` : `\\bar{${letter}}${subscript}`;
}

function tapeToDot(entries: readonly TapeEntry[], steps: Steps, output: Tensor): string {
  const positions = new Map(entries.map(({ name }, index) => [name, index]));
  const nodes = entries.map(({ op, text, value, adjoint, shape }): DotNode => ({
    kind: op === "argument" ? "argument" : "step",
    lines: [
      text,
      `value ${shortValue(value, shape)}`,
      ...(adjoint === undefined ? [] : [`adjoint ${shortValue(adjoint, shape)}`]),
    ],
  }));
  const edges = entries.flatMap(({ derivatives }, to) =>
    derivatives.flatMap((derivative, at): DotEdge[] => {
      const input = (steps.nodes[to] as Tensor).inputs[at] as Tensor;
      const from = positions.get(steps.nameOf(input) ?? "");
      if (from === undefined) return [];
      const label = derivative === undefined ? {} : { label: shortValue(derivative, shapeOf(derivative)) };
      return [{ from, to, ...label }];
    }),
  );
  const result = positions.get(steps.nameOf(output) ?? "");
  nodes.push({ kind: "result", lines: [result === undefined ? steps.textOf(output) : "result"] });
  if (result !== undefined) edges.push({ from: result, to: nodes.length - 1 });
  return writeDot(nodes, edges);
}

function shapeOf(value: PlainValue): number[] {
  const shape: number[] = [];
  for (let level = value; typeof level === "object"; level = level[0] as PlainValue) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}
