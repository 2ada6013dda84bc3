import { vectorMath, type ElementwiseName } from "../src/compile/wasm/math/index.ts";
import type { LaneType } from "../src/compile/wasm/math/vector-function.ts";
import { reference, reference2, type Double } from "./double-double.ts";
import { compileElementwise } from "./wasm-harness.ts";

/** Where the arguments of a function are drawn from: intervals, uniformly, and binades, logarithmically. */
interface Samples {
  readonly intervals: readonly (readonly [number, number])[];
  readonly binades?: readonly [lowest: number, highest: number];
  /** Arguments of both signs (default), or only positive ones. */
  readonly positive?: boolean;
}

/** For f64. Results must stay where the reference is exact, well inside the normal range. */
const samples: Readonly<Record<string, Samples>> = {
  sqrt: { intervals: [[0, 4]], binades: [-900, 900], positive: true },
  cbrt: { intervals: [[-8, 8]], binades: [-300, 300] },
  exp: {
    intervals: [
      [-1, 1],
      [-20, 20],
      [-660, 709],
    ],
    binades: [-60, 3],
  },
  expm1: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-40, 709],
    ],
    binades: [-60, 3],
  },
  log: {
    intervals: [
      [0.5, 2],
      [0.99, 1.01],
      [0, 100],
    ],
    binades: [-1000, 1000],
    positive: true,
  },
  log1p: {
    intervals: [
      [-1, 1],
      [-0.1, 0.1],
      [0, 100],
    ],
    binades: [-60, -1],
  },
  log2: {
    intervals: [
      [0.5, 2],
      [0.99, 1.01],
      [0, 100],
    ],
    binades: [-1000, 1000],
    positive: true,
  },
  log10: {
    intervals: [
      [0.5, 2],
      [0.99, 1.01],
      [0, 100],
    ],
    binades: [-1000, 1000],
    positive: true,
  },
  sin: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-1e5, 1e5],
    ],
    binades: [-60, 900],
  },
  cos: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-1e5, 1e5],
    ],
    binades: [-60, 900],
  },
  tan: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-1e5, 1e5],
    ],
    binades: [-60, 900],
  },
  asin: {
    intervals: [
      [-1, 1],
      [0.9, 1],
      [-0.5, 0.5],
    ],
    binades: [-60, -1],
  },
  acos: {
    intervals: [
      [-1, 1],
      [0.9, 1],
      [-0.5, 0.5],
    ],
    binades: [-60, -1],
  },
  atan: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-100, 100],
    ],
    binades: [-60, 60],
  },
  sinh: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-709, 709],
    ],
    binades: [-60, 3],
  },
  cosh: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-709, 709],
    ],
    binades: [-60, 3],
  },
  tanh: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-20, 20],
    ],
    binades: [-60, 3],
  },
  asinh: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-1e4, 1e4],
    ],
    binades: [-60, 300],
  },
  acosh: {
    intervals: [
      [1, 2],
      [1, 1.01],
      [1, 100],
    ],
    binades: [0, 300],
    positive: true,
  },
  atanh: {
    intervals: [
      [-1, 1],
      [-0.5, 0.5],
      [0.9, 1],
    ],
    binades: [-60, -1],
  },
  erf: {
    intervals: [
      [-1, 1],
      [-2, 2],
      [-6, 6],
    ],
    binades: [-60, -1],
  },
  erfc: {
    intervals: [
      [-1, 1],
      [0.4, 1.5],
      [-6, 25],
    ],
    binades: [-60, -1],
  },
  sigmoid: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-600, 600],
    ],
    binades: [-60, 3],
  },
  sechSquared: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-320, 320],
    ],
    binades: [-60, 3],
  },
  softplus: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-600, 600],
    ],
    binades: [-60, 3],
  },
};

/** A number in [0, 1) from a counter: the 32-bit finaliser of MurmurHash3, twice. */
function uniform(counter: number): number {
  const mix = (seed: number): number => {
    let h = seed | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  return (mix(2 * counter + 1) * 2 ** 21 + (mix(2 * counter + 2) >>> 11)) / 2 ** 53;
}

export const unaryNames: readonly ElementwiseName[] = Object.keys(samples) as ElementwiseName[];
export const binaryNames: readonly ElementwiseName[] = Object.keys(reference2) as ElementwiseName[];

function drawUnary(name: string, count: number): number[] {
  const { intervals, binades, positive = false } = samples[name] ?? { intervals: [] };
  const kinds = intervals.length + (binades === undefined ? 0 : 1);
  return Array.from({ length: count }, (_, i) => {
    const u = uniform(2 * i);
    const interval = intervals[i % kinds];
    if (interval !== undefined) return interval[0] + (interval[1] - interval[0]) * u;
    const [lowest, highest] = binades ?? [0, 0];
    const magnitude = 2 ** (lowest + (highest - lowest) * uniform(2 * i + 1)) * (1 + u * 1e-3);
    return positive || u < 0.5 ? magnitude : -magnitude;
  });
}

/** Pairs of ordinary size; for powers also bases near one with the exponents that make the result huge or tiny. */
function drawBinary(name: string, count: number): [number[], number[]] {
  const x: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < count; i++) {
    const a = uniform(4 * i);
    const b = uniform(4 * i + 1);
    const scale = 2 ** Math.floor(40 * uniform(4 * i + 2) - 20);
    if (name !== "pow") {
      x.push((a - 0.5) * scale);
      y.push((b - 0.5) * (i % 2 === 0 ? scale : 1));
    } else {
      const base = i % 2 === 0 ? a * scale : 1 + (a - 0.5) * 2 ** Math.floor(-25 * uniform(4 * i + 2));
      const size = i % 3 === 0 ? 3 : 650;
      x.push(base);
      y.push((size * (2 * b - 1)) / Math.log(base));
    }
  }
  return [x, y];
}

/** The last place of an f64 or f32 of the size of x. */
function unitInLastPlace(x: number, lane: LaneType): number {
  const [bits, lowest] = lane === "f64x2" ? [52, -1022] : [23, -126];
  let exponent = Math.floor(Math.log2(Math.abs(x)));
  if (2 ** exponent > Math.abs(x)) exponent--;
  return 2 ** (Math.max(exponent, lowest) - bits);
}

export interface Accuracy {
  readonly name: ElementwiseName;
  /** Largest error found, in units in the last place. */
  readonly largest: number;
  /** Arguments of the largest error. */
  readonly at: readonly number[];
  readonly points: number;
}

/** Error of every element of a result, in units in the last place of the exact result. */
function compare(
  name: ElementwiseName,
  lane: LaneType,
  args: number[][],
  result: ArrayLike<number>,
  exact: Double[],
): Accuracy {
  let largest = 0;
  let worst = 0;
  exact.forEach(([high, low], i) => {
    const ulp = unitInLastPlace(high, lane);
    const error = Math.abs(((result[i] ?? NaN) - high) / ulp - low / ulp);
    if (!(error <= largest)) {
      largest = error;
      worst = i;
    }
  });
  return { name, largest, at: args.map((column) => column[worst] ?? NaN), points: exact.length };
}

type Exactly = (...args: number[]) => Double;

function precise(name: ElementwiseName): Exactly {
  return (x = NaN, y = NaN) => reference[name]?.(x) ?? reference2[name]?.(x, y) ?? [NaN, NaN];
}

/** The function of the language, which is good enough to judge f32. */
function builtIn(name: ElementwiseName): Exactly | undefined {
  const f = Object.getOwnPropertyDescriptor(Math, name)?.value as ((...args: number[]) => number) | undefined;
  return f && ((...args) => [f(...args), 0]);
}

/** Draws arguments and computes the results to compare with; the costly part, shared by all ways to compile. */
export function prepare(name: ElementwiseName, lane: LaneType, count: number): (fma: boolean) => Accuracy {
  const { arity } = vectorMath[name];
  let args = arity === 1 ? [drawUnary(name, count)] : drawBinary(name, count);
  if (lane === "f32x4") args = args.map((column) => column.map(Math.fround));
  const exactly = lane === "f32x4" ? (builtIn(name) ?? precise(name)) : precise(name);
  const all = Array.from({ length: count }, (_, i) => {
    const point = args.map((column) => column[i] ?? NaN);
    return point.every(Number.isFinite) ? exactly(...point) : ([NaN, NaN] as const);
  });
  const keep = all.map(([high]) => isComparable(high, lane));
  const exact = all.filter((_, i) => keep[i]);
  const columns = args.map((column) => column.filter((_, i) => keep[i]));
  return (fma) => {
    const compiled = compileElementwise(vectorMath[name].emit, arity, { lane, fma });
    return compare(name, lane, columns, compiled(...columns), exact);
  };
}

/** Zero, overflow and NaN are the business of tests of special values. */
function isComparable(high: number, lane: LaneType): boolean {
  const magnitude = Math.abs(high);
  if (lane === "f64x2") return magnitude > 2 ** -960 && magnitude < 1.79e308;
  return magnitude > 2 ** -149 && magnitude < 3.4e38;
}
