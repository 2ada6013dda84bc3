import {
  vectorCode,
  vectorMath,
  type ElementwiseMath,
  type ElementwiseName,
} from "../src/compile/wasm/math/index.ts";
import type { LaneType } from "../src/compile/wasm/math/vector-function.ts";
import { elementwiseFunctions } from "../src/ops/elementwise.ts";
import * as ops from "../src/index.ts";
import type { Op } from "../src/ops/op.ts";
import type { Scaled } from "./double-double.ts";
import { reference, reference2 } from "./reference.ts";
import { drawBinary, drawUnary, samples, type UnaryName } from "./ulp-samples.ts";
import { compileElementwise } from "./wasm-harness.ts";

export type BinaryName = "pow" | "atan2" | "hypot";
export type MeasuredName = UnaryName | BinaryName;

export const unaryNames: readonly UnaryName[] = Object.keys(samples) as UnaryName[];
export const binaryNames: readonly BinaryName[] = Object.keys(reference2) as BinaryName[];

/** The vector code of a function, whether every program has it or only those that use it. */
export function codeOf(name: ElementwiseName | MeasuredName): ElementwiseMath {
  if (name in vectorMath) return vectorMath[name as ElementwiseName];
  return vectorCode(elementwiseFunctions[name as keyof typeof elementwiseFunctions].op) as ElementwiseMath;
}

/** How many operands it has. */
export function arityOf(name: ElementwiseName | MeasuredName): number {
  const operation = (ops as Readonly<Record<string, unknown>>)[name] as { readonly op?: Op } | undefined;
  return operation?.op?.elementwise?.arity ?? 1;
}

/** The last place of an f64 or f32 of the size of x·2^exponent, over 2^exponent. */
function unitInLastPlace(x: number, exponent: number, lane: LaneType): number {
  const [bits, lowest] = lane === "f64x2" ? [52, -1022] : [23, -126];
  let own = Math.floor(Math.log2(Math.abs(x)));
  if (2 ** own > Math.abs(x)) own--;
  return 2 ** (Math.max(own, lowest - exponent) - bits);
}

/** x·2^exponent, in two steps because 2^exponent may not be a number. */
function scaleBy(x: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return x * 2 ** half * 2 ** (exponent - half);
}

export interface Accuracy {
  readonly name: MeasuredName;
  /** Largest error found, in units in the last place. */
  readonly largest: number;
  /** Arguments of the largest error. */
  readonly at: readonly number[];
  readonly points: number;
}

/** Error of every element of a result, in units in the last place of the exact result. */
function compare(
  name: MeasuredName,
  lane: LaneType,
  args: number[][],
  result: ArrayLike<number>,
  exact: Scaled[],
): Accuracy {
  let largest = 0;
  let worst = 0;
  exact.forEach(([high, low, exponent = 0], i) => {
    const ulp = unitInLastPlace(high, exponent, lane);
    const error = Math.abs((scaleBy(result[i] ?? NaN, -exponent) - high) / ulp - low / ulp);
    if (!(error <= largest)) {
      largest = error;
      worst = i;
    }
  });
  return { name, largest, at: args.map((column) => column[worst] ?? NaN), points: exact.length };
}

type Exactly = (...args: number[]) => Scaled;

export function precise(name: MeasuredName): Exactly {
  return (x = NaN, y = NaN) => reference[name]?.(x) ?? reference2[name]?.(x, y) ?? [NaN, NaN];
}

/** The function of the language, which is good enough to judge f32. */
function builtIn(name: MeasuredName): Exactly | undefined {
  const f = Object.getOwnPropertyDescriptor(Math, name)?.value as ((...args: number[]) => number) | undefined;
  return f && ((...args) => [f(...args), 0]);
}

/** Draws arguments and computes the results to compare with; the costly part, shared by all ways to compile. */
export function prepare(name: MeasuredName, lane: LaneType, count: number): (fma: boolean) => Accuracy {
  const { emit } = codeOf(name);
  const arity = arityOf(name);
  let args = arity === 1 ? [drawUnary(name as UnaryName, lane, count)] : drawBinary(name, lane, count);
  if (lane === "f32x4") args = args.map((column) => column.map(Math.fround));
  const exactly = lane === "f32x4" ? (builtIn(name) ?? precise(name)) : precise(name);
  const all = Array.from({ length: count }, (_, i) => {
    const point = args.map((column) => column[i] ?? NaN);
    return point.every((x) => Number.isFinite(x) && x !== 0) ? exactly(...point) : ([NaN, NaN] as const);
  });
  const keep = all.map((value) => isComparable(value, lane));
  const exact = all.filter((_, i) => keep[i]);
  const columns = args.map((column) => column.filter((_, i) => keep[i]));
  return (fma) => {
    const compiled = compileElementwise(emit, arity, { lane, fma });
    return compare(name, lane, columns, compiled(...columns), exact);
  };
}

/** Zero, overflow and NaN are the business of tests of special values. */
function isComparable([high, , exponent = 0]: Scaled, lane: LaneType): boolean {
  const size = Math.log2(Math.abs(high)) + exponent;
  const [lowest, highest] = lane === "f64x2" ? [-1074, 1024] : [-149, 128];
  return size > lowest && size < highest - 2 ** -22;
}
