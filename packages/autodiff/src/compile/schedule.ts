import type { Tensor } from "../tensor/tensor.ts";
import { isFloat } from "../tensor/dtype.ts";
import { vectorMath } from "./wasm/math/index.ts";
import { nodesOf, type Graph } from "./graph.ts";

/** The number format of one loop; truth values inside it are lane masks. */
export type Format = "f64" | "f32";

/** One pass over an index space: elementwise work and full reductions side by side. */
export interface Loop {
  readonly size: number;
  readonly format: Format;
  readonly elementwise: Tensor[];
  readonly reductions: Tensor[];
}

/**
 * Work whose inputs are all there once the stages before it are done: first arithmetic on scalars, then loops, then
 * operations left to the interpreter, one by one.
 */
export interface Stage {
  readonly scalars: Tensor[];
  readonly loops: Loop[];
  readonly interpreted: Tensor[];
}

export type Place = "known" | "input" | "alias" | "scalar" | "loop" | "reduction" | "interpreted";

export interface Schedule {
  readonly stages: readonly Stage[];
  readonly placeOf: ReadonlyMap<Tensor, Place>;
  readonly stageOf: ReadonlyMap<Tensor, number>;
  /** The number format in which the loops and scalar sections compute a node. */
  readonly formatOf: ReadonlyMap<Tensor, Format>;
}

/**
 * Nodes for which one stage has emitted code. Engines limit a function's code (about 7 MB) and locals (50 000), and
 * take long to optimise functions near these limits; what is beyond it goes on in the next stage.
 */
export const stageLimit = 4096;

const reductionNames = new Set(["sum", "max", "min"]);

/** The node whose data this one shares: a reshape moves nothing. */
export function withoutReshapes(node: Tensor): Tensor {
  return !node.hasValue && node.op.name === "reshape" ? withoutReshapes(node.inputs[0] as Tensor) : node;
}

/**
 * Graph to plan: assigns every node the earliest stage in which it can be computed. Elementwise nodes over index
 * spaces of one size share a loop, whatever they are used for, and so do the reductions over them: a function, its
 * gradient and all its sums of products read their data once.
 */
export function schedule({ outputs }: Graph): Schedule {
  const placeOf = new Map<Tensor, Place>();
  const stageOf = new Map<Tensor, number>();
  const formatOf = new Map<Tensor, Format>();
  const stages: Stage[] = [];
  const loops = new Map<string, Loop>();

  const stageAt = (index: number): Stage => {
    while (stages.length <= index) stages.push({ scalars: [], loops: [], interpreted: [] });
    return stages[index] as Stage;
  };
  const loopAt = (stage: number, size: number, format: Format): Loop => {
    const key = `${stage} ${size} ${format}`;
    let loop = loops.get(key);
    if (loop === undefined) {
      loop = { size, format, elementwise: [], reductions: [] };
      loops.set(key, loop);
      stageAt(stage).loops.push(loop);
    }
    return loop;
  };
  /** The stage from which a consumer of the given kind can use a node. */
  const readyAt = (node: Tensor, consumer: Place): number => {
    const stage = stageOf.get(node) ?? 0;
    const place = placeOf.get(node);
    if (consumer === "interpreted" || place === "known" || place === "input") return stage;
    if (place === "loop") return consumer === "scalar" ? stage + 1 : stage;
    return place === "scalar" ? stage : stage + 1;
  };

  const emitted: number[] = [];
  /** The first stage from the given one on that has room for one more node of emitted code. */
  const stageWithRoom = (from: number): number => {
    let stage = from;
    while ((emitted[stage] ?? 0) >= stageLimit) stage++;
    emitted[stage] = (emitted[stage] ?? 0) + 1;
    return stage;
  };

  for (const node of nodesOf(outputs)) {
    const inputs = node.hasValue ? [] : node.inputs.map(withoutReshapes);
    const format = formatFor(node, inputs, formatOf);
    const place = classify(node, inputs, format);
    placeOf.set(node, place);
    if (format !== undefined && place !== "interpreted") formatOf.set(node, format);
    const ready = inputs.reduce((latest, input) => Math.max(latest, readyAt(input, place)), 0);
    const isEmitted = place === "scalar" || place === "loop" || place === "reduction";
    const stage = isEmitted ? stageWithRoom(ready) : ready;
    stageOf.set(node, place === "alias" ? (stageOf.get(inputs[0] as Tensor) ?? 0) : stage);
    if (place === "scalar") stageAt(stage).scalars.push(node);
    else if (place === "interpreted") stageAt(stage).interpreted.push(node);
    else if (place === "loop") loopAt(stage, node.size, format as Format).elementwise.push(node);
    else if (place === "reduction") {
      const over = inputs[0] as Tensor;
      loopAt(stage, over.size, format as Format).reductions.push(node);
    }
  }
  return { stages, placeOf, stageOf, formatOf };
}

function classify(node: Tensor, inputs: readonly Tensor[], format: Format | undefined): Place {
  if (node.hasValue) return "known";
  const { name } = node.op;
  if (name === "placeholder") return "input";
  if (name === "reshape") return "alias";
  if (format === undefined || node.size === 0 || inputs.some(({ size }) => size === 0)) return "interpreted";
  if (reductionNames.has(name))
    return node.size === 1 && (inputs[0] as Tensor).size > 1 ? "reduction" : "interpreted";
  return node.size === 1 ? "scalar" : "loop";
}

/** The format in which a node can be computed by emitted code, or nothing when the interpreter must do it. */
function formatFor(
  node: Tensor,
  inputs: readonly Tensor[],
  formatOf: ReadonlyMap<Tensor, Format>,
): Format | undefined {
  const { name } = node.op;
  const emitted = name in vectorMath || reductionNames.has(name) || name === "cast";
  if (node.hasValue || !emitted || inputs.some(({ dtype }) => dtype === "i32") || node.dtype === "i32")
    return undefined;
  const formats = new Set<Format>();
  for (const input of inputs) {
    if (isFloat(input.dtype)) formats.add(input.dtype as Format);
    else {
      const computed = formatOf.get(input);
      if (computed !== undefined) formats.add(computed);
    }
  }
  if (isFloat(node.dtype)) formats.add(node.dtype as Format);
  const [format] = formats;
  if (formats.size !== 1 || format === undefined) return undefined;
  // Truth values come out of comparisons only; a selection between truth values is left to the interpreter.
  if (node.dtype === "bool" && !comparisonNames.has(name)) return undefined;
  if (name === "cast" && (inputs[0] as Tensor).dtype !== "bool") return undefined;
  if (reductionNames.has(name) && (inputs[0] as Tensor).dtype === "bool") return undefined;
  return format;
}

const comparisonNames = new Set([
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "logicalAnd",
  "logicalOr",
  "logicalNot",
]);
