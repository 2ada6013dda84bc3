import type { Tensor } from "../tensor/tensor.ts";
import { nodesOf, type Graph } from "./graph.ts";
import { kindOf, type Format, type Kind } from "./kind.ts";
import { isGiven, levelsOf, readsDirectly, type Facts, type Levels } from "./levels.ts";
import { axisCuts, cutsOf, runsOf, viewOf, windowIn, type Run, type View } from "./view.ts";

export type { Format } from "./kind.ts";

/** Elements of an operand that a pass puts in their places in a larger whole. */
export interface Store {
  readonly operand: Tensor;
  /** The whole. */
  readonly node: Tensor;
  readonly offset: number;
  readonly runs: readonly Run[];
}

/** One pass over an index space: elementwise work, stores and reductions side by side. */
export interface Pass {
  readonly size: number;
  readonly format: Format;
  /** Where the levels of its loop nest end, counted in elements from the innermost end, ascending. */
  cuts: readonly number[];
  readonly elementwise: Tensor[];
  /** The same as a set. */
  readonly computes: Set<Tensor>;
  readonly reductions: Tensor[];
  readonly stores: Store[];
}

/**
 * Work whose inputs are all there once the stages before it are done: first arithmetic on scalars, then passes, then
 * kernels, loops and operations left to the interpreter, one by one.
 */
export interface Stage {
  readonly scalars: Pass[];
  readonly passes: Pass[];
  readonly others: Tensor[];
}

export interface Schedule {
  readonly graph: Graph;
  readonly stages: readonly Stage[];
  readonly kindOf: ReadonlyMap<Tensor, Kind>;
  readonly stageOf: ReadonlyMap<Tensor, number>;
  readonly formatOf: ReadonlyMap<Tensor, Format>;
  /** The pass that computes an elementwise node or a reduction, the first of them if there are several. */
  readonly passOf: ReadonlyMap<Tensor, Pass>;
  /** The views of every operand. */
  viewOf(node: Tensor): View;
}

/**
 * Nodes for which one stage has emitted code. Engines limit a function's code (about 7 MB) and locals (50 000), and
 * take long to optimise functions near these limits; what is beyond it goes on in the next stage.
 */
export const stageLimit = 4096;

/**
 * Graph to plan: assigns every node the earliest stage in which it can be computed. Elementwise nodes over index
 * spaces of one size share a pass, whatever they are used for, and so do the reductions over them: a function, its
 * gradient and all its sums of products read their data once.
 */
export function schedule(graph: Graph): Schedule {
  return new Scheduler(graph).run();
}

class Scheduler {
  readonly #graph: Graph;
  readonly #stages: Stage[] = [];
  readonly #emitted: number[] = [];
  readonly #kindOf = new Map<Tensor, Kind>();
  readonly #stageOf = new Map<Tensor, number>();
  readonly #formatOf = new Map<Tensor, Format>();
  readonly #passOf = new Map<Tensor, Pass>();
  readonly #views = new Map<Tensor, View>();
  readonly #passes = new Map<string, Pass[]>();
  #levels: Levels = { levels: new Map(), repeated: new Set() };
  readonly #facts: Omit<Facts, "nodes" | "outputs"> = {
    kindOf: this.#kindOf,
    formatOf: this.#formatOf,
    viewOf: (node) => this.#view(node),
  };

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  run(): Schedule {
    const { outputs } = this.#graph;
    const nodes = nodesOf(outputs);
    for (const node of nodes) {
      const kind = kindOf(node);
      this.#kindOf.set(node, kind);
      this.#formatOf.set(node, this.#format(node, kind));
    }
    this.#levels = levelsOf({ ...this.#facts, nodes, outputs });
    for (const node of nodes) this.#stageOf.set(node, this.#place(node, this.#kindOf.get(node) as Kind));
    return {
      graph: this.#graph,
      stages: this.#stages,
      stageOf: this.#stageOf,
      passOf: this.#passOf,
      ...this.#facts,
    };
  }

  #view(node: Tensor): View {
    let view = this.#views.get(node);
    if (view === undefined) this.#views.set(node, (view = viewOf(node)));
    return view;
  }

  #stage(index: number): Stage {
    while (this.#stages.length <= index) this.#stages.push({ scalars: [], passes: [], others: [] });
    return this.#stages[index] as Stage;
  }

  #format(node: Tensor, kind: Kind): Format {
    if (node.dtype === "f32") return "f32";
    if (node.dtype !== "bool") return "f64";
    const formats = node.inputs.map((input) => this.#formatOf.get(input) ?? "f32");
    if (kind === "elementwise" && !formats.every((format) => format === formats[0])) return "f64";
    return kind === "interpreted" ? "f32" : (formats[0] ?? "f32");
  }

  /** Assigns the work of a node to a stage. */
  #place(node: Tensor, kind: Kind): number {
    const format = this.#formatOf.get(node) as Format;
    switch (kind) {
      case "known":
      case "input":
      case "empty":
        return 0;
      case "view":
        return this.#stageOf.get(this.#view(node).source) ?? 0;
      case "part":
        return this.#stageOf.get(node.inputs[0] as Tensor) ?? 0;
      case "elementwise": {
        return this.#join(node, node.inputs, node.size, format, this.#operandCuts(node), (pass) => {
          compute(pass, node);
          this.#passOf.set(node, pass);
        });
      }
      case "reduction": {
        const [x] = node.inputs as [Tensor];
        const cuts = [
          ...cutsOf(runsOf(this.#view(x))),
          ...axisCuts(x.shape, node.attributes as readonly number[]),
        ];
        return this.#join(node, node.inputs, x.size, format, cuts, (pass) => {
          pass.reductions.push(node);
          this.#passOf.set(node, pass);
        });
      }
      case "store":
        return placesIn(node).reduce((latest, place, index) => {
          const operand = node.inputs[index] as Tensor;
          if (operand.size === 0) return latest;
          const runs = runsOf(place);
          const cuts = [...cutsOf(runs), ...cutsOf(runsOf(this.#view(operand)))];
          const stage = this.#join(undefined, [operand], operand.size, format, cuts, (pass) => {
            pass.stores.push({ operand, node, offset: place.offset, runs });
          });
          return Math.max(latest, stage);
        }, 0);
      default: {
        const stage = node.inputs.reduce(
          (latest, input) => Math.max(latest, this.#stageOf.get(this.#view(input).source) ?? 0),
          0,
        );
        this.#stage(stage).others.push(node);
        return stage;
      }
    }
  }

  /** Adds work on these operands to a pass, of the earliest stage that has them and that the node is planned for. */
  #join(
    node: Tensor | undefined,
    operands: readonly Tensor[],
    size: number,
    format: Format,
    cuts: readonly number[],
    add: (pass: Pass) => void,
  ): number {
    let stage = 0;
    /** Passes whose results are read as they come: only their members can do so in the same stage. */
    const sources = new Set<Pass>();
    for (const operand of operands) {
      const { source } = this.#view(operand);
      if (isGiven(source, this.#facts)) continue;
      const isDirect = readsDirectly(operand, size, format, this.#facts);
      const ready = (this.#stageOf.get(source) ?? 0) + (isDirect ? 0 : 1);
      if (ready > stage) {
        stage = ready;
        sources.clear();
      }
      if (isDirect && source.size > 1 && ready === stage) sources.add(this.#passOf.get(source) as Pass);
    }
    const planned = node === undefined ? 0 : (this.#levels.levels.get(node) ?? 0);
    if (planned > stage) {
      stage = planned;
      sources.clear();
    }
    for (; ; stage++) {
      const pass = this.#passWithRoom(stage, size, format, cuts, sources);
      sources.clear();
      if (pass === undefined) continue;
      for (const operand of operands) this.#repeat(this.#view(operand).source, pass);
      add(pass);
      this.#emitted[stage] = (this.#emitted[stage] ?? 0) + 1;
      return stage;
    }
  }

  #operandCuts(node: Tensor): number[] {
    return node.inputs.flatMap((input) => cutsOf(runsOf(this.#view(input))));
  }

  /** Has a pass compute again what an earlier one has computed, if that is better than to keep it. */
  #repeat(node: Tensor, pass: Pass): void {
    if (!this.#levels.repeated.has(node) || pass.computes.has(node)) return;
    const joint = jointCuts(pass.cuts, this.#operandCuts(node), pass.size);
    if (joint === undefined || pass.size !== node.size) return;
    pass.cuts = joint;
    compute(pass, node);
  }

  #passWithRoom(
    stage: number,
    size: number,
    format: Format,
    cuts: readonly number[],
    sources: ReadonlySet<Pass>,
  ): Pass | undefined {
    if ((this.#emitted[stage] ?? 0) >= stageLimit || sources.size > 1) return undefined;
    const key = `${stage} ${size} ${format}`;
    let passes = this.#passes.get(key);
    if (passes === undefined) this.#passes.set(key, (passes = []));
    for (const pass of passes) {
      if (sources.size > 0 && !sources.has(pass)) continue;
      const joint = jointCuts(pass.cuts, cuts, size);
      if (joint === undefined) continue;
      pass.cuts = joint;
      return pass;
    }
    const own = jointCuts([], cuts, size);
    if (sources.size > 0 || own === undefined) return undefined;
    const computes = new Set<Tensor>();
    const pass: Pass = { size, format, cuts: own, elementwise: [], computes, reductions: [], stores: [] };
    passes.push(pass);
    (size === 1 ? this.#stage(stage).scalars : this.#stage(stage).passes).push(pass);
    return pass;
  }
}

function compute(pass: Pass, node: Tensor): void {
  pass.elementwise.push(node);
  pass.computes.add(node);
}

/** The levels of a nest that ends at all of these, if one divides the other. */
function jointCuts(
  some: readonly number[],
  more: readonly number[],
  size: number,
): readonly number[] | undefined {
  const all = [...new Set([...some, ...more])].sort((a, b) => a - b);
  const fits = all.every((cut, index) => (all[index + 1] ?? size) % cut === 0);
  return fits ? all : undefined;
}

/** Where in the whole each operand of a store goes. */
function placesIn(node: Tensor): Omit<View, "source">[] {
  const { op, inputs, shape, attributes } = node;
  if (op.name === "embed") {
    const { window } = attributes as { window: Parameters<typeof windowIn>[1] };
    return inputs.map((input) => windowIn(shape, window, input.shape));
  }
  const axis = attributes as number;
  const step = shape.map(() => 1);
  let at = 0;
  return inputs.map((input) => {
    const start = shape.map((_, other) => (other === axis ? at : 0));
    const isStack = op.name === "stack";
    at += isStack ? 1 : (input.shape[axis] as number);
    const place = windowIn(shape, { start, step }, input.shape);
    return isStack ? { ...place, strides: place.strides.toSpliced(axis, 1) } : place;
  });
}
