import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass } from "../schedule.ts";
import { runsOf, stridesOver } from "../view.ts";
import { isSum, totalBytes } from "./accumulators.ts";
import { lanesOf, vectorBytes } from "./access.ts";
import { vectorCode } from "./math/index.ts";

/** Vectors in a block of a flat pass. */
export const blockVectors = 512;
/** Elements up to which a pass is one group. */
const smallSize = 8192;
/** Groups of a large pass: the units of work that may be done side by side. Every total of a group is its own. */
const mostGroups = 64;

/** The shape of a pass's code, before it is written. */
export interface PassPlan {
  /** Extents of the loop nest, outermost first. */
  readonly extents: readonly number[];
  /** Steps of the outermost level: rows, or blocks of a flat pass. */
  readonly steps: number;
  readonly stepsPerGroup: number;
  readonly groups: number;
  /** Reductions over the whole index space. */
  readonly totals: readonly Tensor[];
  /** Sums in f32 whose results are vectors in memory: they are added up in f64 first. */
  readonly wide: readonly Tensor[];
  /** Sums over inner levels and outer ones: every result has a total that inner runs join. */
  readonly joined: readonly Tensor[];
  /** Where both have their place in the workspace, which begins with the totals of the groups. */
  readonly places: ReadonlyMap<Tensor, number>;
  readonly workspaceBytes: number;
  /** True when its groups have nothing to do with each other. */
  readonly isParallel: boolean;
}

export function planPass(pass: Pass): PassPlan {
  const extents = extentsOf(pass);
  const lanes = lanesOf(pass.format);
  const isFlat = extents.length === 1;
  const steps = isFlat ? Math.max(1, Math.ceil(pass.size / lanes / blockVectors)) : (extents[0] as number);
  const strides = new Map(pass.reductions.map((node) => [node, resultStrides(node, extents)]));
  const totals = pass.reductions.filter((node) => strides.get(node)?.every((stride) => stride === 0));
  const others = pass.reductions.filter((node) => strides.get(node)?.some((stride) => stride !== 0));
  const isParallel = others.every((node) => strides.get(node)?.[0] !== 0);
  const wanted = pass.size <= smallSize || !isParallel ? 1 : Math.min(mostGroups, steps);
  const stepsPerGroup = Math.ceil(steps / wanted);
  const groups = Math.ceil(steps / stepsPerGroup);
  const sums = others.filter(isSum);
  const endsInVector = (node: Tensor): boolean => strides.get(node)?.at(-1) !== 0;
  const wide = sums.filter((node) => pass.format === "f32" && endsInVector(node));
  const joined = sums.filter((node) => !endsInVector(node) && isCombined(strides.get(node) as number[]));
  let workspaceBytes = groups > 1 ? groups * totals.length * totalBytes : 0;
  const places = new Map<Tensor, number>();
  for (const node of [...wide, ...joined]) {
    places.set(node, workspaceBytes);
    workspaceBytes += joined.includes(node) ? node.size * totalBytes : wideBytes(node);
  }
  return { extents, steps, stepsPerGroup, groups, totals, wide, joined, places, workspaceBytes, isParallel };
}

/** True when several runs through the inner levels make one result. */
export function isCombined(strides: readonly number[]): boolean {
  return strides.slice(0, innerLevel(strides)).includes(0);
}

/** The outermost level of those that are all reduced, down to the innermost one. */
export function innerLevel(strides: readonly number[]): number {
  return strides.findLastIndex((stride) => stride !== 0) + 1;
}

/** Extents of the levels of a nest, outermost first. */
function extentsOf({ size, cuts }: Pass): number[] {
  const ends = [1, ...cuts, size];
  return ends
    .slice(1)
    .map((end, index) => end / (ends[index] as number))
    .reverse();
}

/** Strides of a reduction's result over the levels of the nest, 0 along reduced ones, in elements. */
export function resultStrides(node: Tensor, extents: readonly number[]): number[] {
  const { shape } = node.inputs[0] as Tensor;
  const axes = node.attributes as readonly number[];
  let stride = 1;
  const strides = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--)
    if (!axes.includes(axis)) {
      strides[axis] = stride;
      stride *= shape[axis] as number;
    }
  return stridesOver(runsOf({ shape, strides }), extents);
}

/** Bytes of a reduction's results as f64, in whole vectors. */
export function wideBytes({ size }: Tensor): number {
  return Math.ceil(size / 2) * vectorBytes;
}

/** Everything that the work of a pass reads. */
export function operandsOf({ elementwise, reductions, stores }: Pass): Tensor[] {
  const inputs = [...elementwise, ...reductions].flatMap((node) => node.inputs);
  return [...new Set([...inputs, ...stores.map(({ operand }) => operand)])];
}

/**
 * Vectors of a pass that are written out one after another: several where it does so little with its elements that counting
 * them, or waiting for the sum so far, would take as long.
 */
export function chainsOf({ format, elementwise, reductions, stores }: Pass, { extents }: PassPlan): number {
  const isSmall =
    reductions.length > 0 &&
    elementwise.length + reductions.length + stores.length <= 3 &&
    elementwise.every(({ op }) => (vectorCode(op)?.cost ?? 0) <= 3);
  return isSmall && (extents.at(-1) as number) >= 64 * lanesOf(format) ? 4 : 1;
}
