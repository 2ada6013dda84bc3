import {
  compile,
  PlaceholderError,
  stack,
  treeLeaves,
  treeMap,
  treePaths,
  type Tensor,
  type TypedArray,
} from "@steepest/autodiff";
import { OptimizationError } from "../../errors.ts";
import { correction } from "../../losses/correction.ts";
import { scaleOf, type Loss } from "../../losses/loss.ts";
import { at, entry } from "../../linalg/vector.ts";
import type { Evaluations } from "../../solution.ts";
import type { Packing, TensorsOf } from "../packing.ts";
import { wholeVector } from "../program.ts";
import type { Weighted } from "./problem.ts";
import { flatResiduals } from "./residual-programs.ts";
import type { SumSource } from "./sum-source.ts";
import { allSums } from "./sums.ts";
import { secondTangent, tangents } from "./tangents.ts";

/**
 * A least-squares problem whose data comes in pieces, so that no more than one of them need be in memory.
 *
 * @typeParam X the start
 * @typeParam C a piece: typed arrays (columns, say), tensors, or arrays and records of them
 */
export interface ChunkedResiduals<X, C> {
  /** The pieces, anew for every evaluation. Those of one shape share one compiled program. */
  chunks(): Iterable<C>;
  /** The residuals of one piece: a pure function of the parameters and the piece, as tensors. */
  residuals(x: TensorsOf<X>, chunk: TensorsOf<C>): Tensor;
}

/** What is computed of a piece: [settings], leaves of x, of the velocity if it is one, and of the piece. */
type Pass = (
  settings: readonly Tensor[],
  x: readonly Tensor[],
  velocity: readonly Tensor[],
  chunk: readonly Tensor[],
) => readonly Tensor[];

/** A pass on flat points and a piece; results are overwritten by the next call. */
export type ChunkPass = (
  settings: Float64Array,
  x: Float64Array,
  velocity: Float64Array,
  chunk: unknown,
) => readonly ArrayLike<number>[];

/** What is computed of pieces, and put together by whoever goes through them. */
export interface ChunkPrograms {
  readonly settings: Float64Array;
  readonly sums: ChunkPass;
  readonly bend: ChunkPass;
  readonly residuals: ChunkPass;
}

export function chunkPrograms(
  residualFunction: (x: never, chunk: never) => Tensor,
  packing: Packing,
  { compile: wanted, loss }: { readonly compile: boolean; readonly loss: Loss | undefined },
): ChunkPrograms {
  const residualsOf =
    (chunk: unknown) =>
    (leaves: readonly Tensor[]): Tensor =>
      flatResiduals(residualFunction(packing.rebuild(leaves) as never, chunk as never));
  const corrected = (residuals: Tensor, settings: Tensor): ReturnType<typeof correction> | undefined =>
    loss && correction(loss, residuals, settings.slice(1), settings.slice(2));
  const make = (
    f: (
      of: (leaves: readonly Tensor[]) => Tensor,
      x: readonly Tensor[],
      settings: Tensor,
      velocity: readonly Tensor[],
    ) => readonly Tensor[],
  ): ChunkPass =>
    chunkPass(
      packing,
      (like) =>
        ([settings], x, velocity, leaves) =>
          f(residualsOf(rebuilt(like, leaves)), x, settings as Tensor, velocity),
      wanted,
    );
  return {
    settings: Float64Array.of(1, loss === undefined ? 1 : scaleOf(loss), 1),
    sums: make((of, x, settings) => {
      const found = tangents(of, x, settings.slice(0), packing);
      return [allSums(found, corrected(found.residuals, settings), false)];
    }),
    bend: make((of, x, settings, velocity) => {
      const curvature = secondTangent(of, x, velocity);
      const { residuals, columns } = tangents(of, x, settings.slice(0), packing);
      const weights = corrected(residuals, settings)?.weights;
      const force = weights === undefined ? curvature : curvature.mul(weights);
      return [stack(columns.map((column) => column.mul(force).sum()))];
    }),
    residuals: make((of, x, settings) => {
      const residuals = of(x);
      const weights = corrected(residuals, settings)?.weights;
      return weights === undefined ? [residuals] : [residuals, weights];
    }),
  };
}

/** A tree like `like` of these leaves. */
function rebuilt(like: unknown, leaves: readonly Tensor[]): unknown {
  let next = 0;
  return treeMap(() => leaves[next++] as Tensor, like);
}

/** A pass compiled for every shape of piece that comes by, its arguments written and its results read in place. */
function chunkPass(packing: Packing, passOf: (like: unknown) => Pass, wanted: boolean): ChunkPass {
  const calls = new Map<
    string,
    { inputs: readonly (readonly TypedArray[])[]; run: () => readonly ArrayLike<number>[] }
  >();
  let compiled = wanted;
  return (settings, x, velocity, chunk) => {
    const leaves = treeLeaves(chunk);
    const trees = [
      wholeVector.leaves(settings),
      packing.leaves(x),
      packing.leaves(velocity),
      leaves,
    ] as const;
    const plain = (): readonly ArrayLike<number>[] => passOf(chunk)(...trees).map(({ data }) => data);
    if (!compiled) return plain();
    const paths = treePaths(chunk);
    const key = leaves.map(({ dtype, shape }, k) => `${paths[k]} ${dtype}[${shape.join()}]`).join();
    let call = calls.get(key);
    if (call === undefined) {
      try {
        const made = compile(passOf(chunk)).inPlace(...trees);
        call = {
          inputs: made.inputs,
          run: () => {
            made.run();
            return made.outputs;
          },
        };
        calls.set(key, call);
      } catch (error) {
        if (!(error instanceof PlaceholderError)) throw error;
        compiled = false;
        return plain();
      }
    }
    trees.forEach((tree, t) => {
      tree.forEach((leaf, k) => (call.inputs[t]?.[k] as TypedArray).set(leaf.data));
    });
    return call.run();
  };
}

/** The sums over pieces, one after another. */
export function chunkedSource(
  chunks: () => Iterable<unknown>,
  programs: ChunkPrograms,
  evaluations: Evaluations,
): SumSource {
  const { settings } = programs;
  const added = (pass: ChunkPass, x: Float64Array, velocity: Float64Array): Float64Array => {
    const adder = makeAdder();
    for (const chunk of chunks()) adder.add(pass(settings, x, velocity, chunk)[0] as ArrayLike<number>);
    return adder.total();
  };
  return {
    sums(x, least) {
      evaluations.values++;
      evaluations.gradients++;
      settings[2] = least;
      return added(programs.sums, x, x);
    },
    bend(x, velocity) {
      evaluations.hessians++;
      return added(programs.bend, x, velocity);
    },
    residuals(x) {
      const collector = makeCollector();
      for (const chunk of chunks()) collector.add(programs.residuals(settings, x, x, chunk));
      return collector.all();
    },
  };
}

/** Adds vectors up. */
export function makeAdder(): { add(vector: ArrayLike<number>): void; total(): Float64Array } {
  let sum: Float64Array | undefined;
  return {
    add(vector) {
      sum ??= new Float64Array(vector.length);
      for (let k = 0; k < sum.length; k++) sum[k] = at(sum, k) + entry(vector, k);
    },
    total() {
      if (sum === undefined) throw new OptimizationError("there are no residuals: the problem has no chunks");
      return sum;
    },
  };
}

/** Puts the residuals of pieces, and their weights, one after another. */
export function makeCollector(): {
  add(parts: readonly ArrayLike<number>[]): void;
  all(): Weighted;
} {
  const found: [number[], number[]] = [[], []];
  return {
    add(parts) {
      parts.forEach((part, k) => {
        for (let i = 0; i < part.length; i++) (found[k] as number[]).push(entry(part, i));
      });
    },
    all: () => ({
      residuals: Float64Array.from(found[0]),
      weights: found[1].length > 0 ? Float64Array.from(found[1]) : undefined,
    }),
  };
}
