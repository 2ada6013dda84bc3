import { nodesOf, traceGraph } from "../compile/graph.ts";
import { simplify } from "../compile/simplify.ts";
import "../ops/methods.ts";
import { alignedLatex, padColumns } from "../print/columns.ts";
import { writeDot, type DotEdge, type DotNode } from "../print/graphviz.ts";
import { latexName } from "../print/names.ts";
import { Steps, type ConstantData, type GraphStep, type GraphStepData } from "../print/steps.ts";
import { asTensor } from "../tensor/convert.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type Flattened, type Tree, type TreeLike } from "../tensor/tree.ts";
import type { AnyFunction } from "./function.ts";

export interface GraphOptions {
  /**
   * True to show the graph as `compile` sees it: equal steps become one, known values are computed, products with 1 and
   * the like are gone. By default every operation is shown that the function and its derivatives consist of.
   */
  readonly simplify?: boolean;
}

/** A graph in JSON. */
export interface GraphData {
  readonly steps: readonly GraphStepData[];
  /** The result: a step's name or a constant, in arrays and records as the function returns them. */
  readonly output: Tree<string | ConstantData>;
}

/** What a function computes, step by step, whatever the values of its arguments. */
export interface FunctionGraph {
  /** Arguments first, then every operation after those whose results it uses. */
  readonly steps: readonly GraphStep[];
  /** A line for each step, with its dtype and shape, and one for the result. */
  toText(): string;
  /** The same in LaTeX, an `aligned` environment. */
  toLatex(): string;
  /** A drawing in Graphviz's DOT language. */
  toDot(): string;
  /** Everything as plain data; `JSON.stringify(graph)` uses it. */
  toJSON(): GraphData;
  toString(): string;
}

/**
 * The graph of a function, of a derivative as of any other: it runs once, on placeholders like the example arguments, of
 * which only shapes and dtypes count.
 *
 * @example
 * ```ts
 * graphOf(grad((x) => x.sin()))(1).steps.map(({ text }) => text); // → ["x", "v1 = cos(x)", "v2 = 1 * v1"]
 * graphOf(grad((x) => x.sin()), { simplify: true })(1).steps.map(({ text }) => text); // → ["x", "v1 = cos(x)"]
 * ```
 *
 * @throws {PlaceholderError} when the function asks for the value of something it was given.
 */
export function graphOf(
  f: (...args: Tensor[]) => unknown,
  options?: GraphOptions,
): (...args: TensorLike[]) => FunctionGraph;
export function graphOf<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  options?: GraphOptions,
): (...args: { [K in keyof A]: TreeLike<A[K]> }) => FunctionGraph;
export function graphOf(f: AnyFunction, options: GraphOptions = {}): AnyFunction {
  return (...args: readonly unknown[]): FunctionGraph => {
    const structures = args.map((arg) => flatten<TensorLike>(arg));
    const examples = structures.flatMap(({ leaves }) => leaves.map(asTensor));
    const { graph, result } = traceGraph(f as (...all: readonly unknown[]) => unknown, structures, examples);
    const places = structures.flatMap(({ paths }, position) => paths.map((path) => ({ position, path })));
    const { outputs } = options.simplify === true ? simplify(graph) : graph;
    const given = places.map((place, index) => ({ ...place, tensor: graph.inputs[index] as Tensor }));
    const computed = nodesOf(outputs).filter((node) => !node.hasValue);
    return makeGraph(new Steps(given, computed), outputs, result);
  };
}

function makeGraph(
  steps: Steps,
  outputs: readonly Tensor[],
  { paths, rebuild }: Flattened<TensorLike>,
): FunctionGraph {
  const described = steps.nodes.map((node) => steps.describe(node));
  const toText = (): string => {
    const lines = padColumns(described.map(({ text, dtype, shape }) => [text, formatType(dtype, shape)]));
    return `${lines}\nreturn ${formatTree(rebuild(outputs.map((output) => steps.textOf(output))))}`;
  };
  return {
    steps: described,
    toText,
    toString: toText,
    toLatex: () =>
      alignedLatex([
        ...described.map(latexRow),
        ...outputs.map((output, index) => [
          resultLatex(paths[index] as string),
          `= ${steps.latexOf(output)}`,
        ]),
      ]),
    toDot: () => graphToDot(described, steps, outputs, paths),
    toJSON: () => ({
      steps: steps.nodes.map((node) => steps.data(node)),
      output: rebuild(outputs.map((output) => steps.reference(output))) as GraphData["output"],
    }),
  };
}

/** Such as `f64[2, 3]`, and `f64` for a scalar. */
function formatType(dtype: DType, shape: Shape): string {
  return shape.length === 0 ? dtype : `${dtype}${formatShape(shape)}`;
}

const numberSets: Readonly<Record<DType, string>> = {
  f64: "\\mathbb{R}",
  f32: "\\mathbb{R}",
  i32: "\\mathbb{Z}",
  bool: "\\mathbb{B}",
};

/** Such as `v_{1} & = A\,x & & \in \mathbb{R}^{3}`. */
function latexRow({ op, latex, dtype, shape }: GraphStep): string[] {
  const [name = "", ...formula] = latex.split(" = ");
  const power = shape.length === 0 ? "" : `^{${shape.join(" \\times ")}}`;
  const set = `\\in ${numberSets[dtype]}${power}`;
  return op === "argument" ? [name, "", "", set] : [name, `= ${formula.join(" = ")}`, "", set];
}

function resultLatex(path: string): string {
  if (path === "") return "\\text{result}";
  const parts = path
    .split(".")
    .map((part) => (/^\d+$/.test(part) ? part : latexName(part.replaceAll(/[^\p{L}\p{N}_]+/gu, "_"))));
  return `\\text{result}_{${parts.join(", ")}}`;
}

function formatTree(tree: unknown): string {
  if (typeof tree !== "object" || tree === null) return String(tree);
  if (Array.isArray(tree)) return `[${tree.map(formatTree).join(", ")}]`;
  return `{ ${Object.entries(tree)
    .map(([name, part]) => `${name}: ${formatTree(part)}`)
    .join(", ")} }`;
}

function graphToDot(
  described: readonly GraphStep[],
  steps: Steps,
  outputs: readonly Tensor[],
  paths: readonly string[],
): string {
  const positions = new Map(described.map(({ name }, index) => [name, index]));
  const positionOf = (node: Tensor): number | undefined => positions.get(steps.nameOf(node) ?? "");
  const nodes = described.map(({ op, text, dtype, shape }): DotNode => ({
    kind: op === "argument" ? "argument" : "step",
    lines: [text, formatType(dtype, shape)],
  }));
  const edges = steps.nodes.flatMap((node, to) =>
    described[to]?.op === "argument"
      ? []
      : node.inputs.flatMap((input): DotEdge[] => {
          const from = positionOf(input);
          return from === undefined ? [] : [{ from, to }];
        }),
  );
  outputs.forEach((output, index) => {
    const from = positionOf(output);
    const name = paths[index] === "" ? "result" : `result.${paths[index]}`;
    const to = nodes.length;
    nodes.push({
      kind: "result",
      lines: [from === undefined ? `${name} = ${steps.textOf(output)}` : name],
    });
    if (from !== undefined) edges.push({ from, to });
  });
  return writeDot(nodes, edges);
}
