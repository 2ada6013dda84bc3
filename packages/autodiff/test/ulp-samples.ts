/** The arguments at which the vector math is measured, drawn from a counter: the same ones in every run. */
import type { LaneType } from "../src/compile/wasm/math/vector-function.ts";

/** Where the arguments of a function are drawn from: intervals, uniformly; binades, logarithmically; neighbourhoods. */
interface Samples {
  readonly intervals: readonly (readonly [number, number])[];
  readonly binades: readonly [lowest: number, highest: number];
  /** Arguments of both signs (default), or only positive ones. */
  readonly positive?: boolean;
  /** Places whose neighbours are drawn at all distances down to the last place. */
  readonly near?: readonly number[];
  /** Multiples of it, up to 2⁴⁰ times, and their neighbours. */
  readonly multiplesOf?: number;
}

const everyBinade = [-1074, 1024] as const;
const near = (...places: number[]): readonly number[] => places;

const angles: Samples = {
  intervals: [
    [-1, 1],
    [-10, 10],
    [-1e5, 1e5],
    [1e22, 2e22],
  ],
  binades: everyBinade,
  multiplesOf: Math.PI / 2,
  // nearest to a multiple of π/2 among all f64 and all f32 (J.-M. Muller, "Elementary Functions", 3rd edition, section 11.2)
  near: near(6381956970095103 * 2 ** 797, 16367173 * 2 ** 72, 1e5, 400),
};
const logarithms: Samples = {
  intervals: [
    [0.5, 2],
    [0.99, 1.01],
    [0, 100],
  ],
  binades: everyBinade,
  positive: true,
  near: near(1, Math.SQRT1_2, Math.SQRT2, 2 ** -1022, 2 ** -126),
};
const unitInterval: Samples = {
  intervals: [
    [-1, 1],
    [-0.5, 0.5],
    [0.9, 1],
  ],
  binades: [-1074, 0],
  near: near(1, 0.5, Math.SQRT1_2),
};

export type UnaryName =
  | "sqrt"
  | "cbrt"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "log2"
  | "log10"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "erf"
  | "erfc"
  | "sigmoid"
  | "sechSquared"
  | "softplus"
  | "lgamma"
  | "digamma"
  | "normalCdf";

export const samples: Readonly<Record<UnaryName, Samples>> = {
  sqrt: { intervals: [[0, 4]], binades: everyBinade, positive: true },
  cbrt: { intervals: [[-8, 8]], binades: everyBinade, near: near(1, 8) },
  exp: {
    intervals: [
      [-1, 1],
      [-20, 20],
      [-746, 710],
      [-746, -708],
      [-104, -87],
    ],
    binades: [-60, 10],
    near: near(Math.LN2 / 2, Math.LN2, 708, 709.78, 86, 88.7),
  },
  expm1: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-40, 710],
    ],
    binades: [-1074, 10],
    near: near(Math.LN2 / 2, 708, 709.78),
  },
  log: logarithms,
  log1p: {
    intervals: [
      [-1, 1],
      [-0.1, 0.1],
      [0, 100],
    ],
    binades: everyBinade,
    near: near(-1, Math.SQRT1_2 - 1, Math.SQRT2 - 1, 2 ** -30, 2 ** -20),
  },
  log2: logarithms,
  log10: logarithms,
  sin: angles,
  cos: angles,
  tan: angles,
  asin: unitInterval,
  acos: unitInterval,
  atan: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-100, 100],
    ],
    binades: everyBinade,
    near: near(1, Math.SQRT2 - 1, Math.SQRT2 + 1),
  },
  sinh: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-710.5, 710.5],
    ],
    binades: [-1074, 10],
    near: near(0.5, 710.47),
  },
  cosh: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-710.5, 710.5],
    ],
    binades: [-1074, 10],
    near: near(710.47),
  },
  tanh: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-20, 20],
      [8, 10],
      [18, 20],
    ],
    binades: [-1074, 6],
    near: near(Math.LN2 / 4, 0.55, 19.06, 9.01),
  },
  asinh: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-1e4, 1e4],
    ],
    binades: everyBinade,
    near: near(0.5, 1),
  },
  acosh: {
    intervals: [
      [1, 2],
      [1, 1.01],
      [1, 100],
    ],
    binades: [0, 1024],
    positive: true,
    near: near(1),
  },
  atanh: unitInterval,
  erf: {
    intervals: [
      [-1, 1],
      [-2, 2],
      [-6, 6],
    ],
    binades: [-1074, 3],
    near: near(0.5, 0.7),
  },
  erfc: {
    intervals: [
      [-1, 1],
      [0.4, 1.5],
      [-6, 27.3],
      [26, 27.3],
      [9, 10.1],
    ],
    binades: [-1074, 4],
    near: near(0.5, 0.7),
  },
  sigmoid: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-746, 746],
      [-746, -708],
      [-104, -86],
    ],
    binades: [-1074, 9],
    near: near(Math.LN2 / 2, 708, 86),
  },
  sechSquared: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-373, 373],
      [353, 373],
      [42, 52],
    ],
    binades: [-1074, 8],
    near: near(Math.LN2 / 4, 354, 43),
  },
  softplus: {
    intervals: [
      [-1, 1],
      [-10, 10],
      [-746, 746],
      [-746, -708],
      [-104, -86],
    ],
    binades: [-1074, 10],
    near: near(-21, 600),
  },
  /** Without the part of the negative axis where it has zeros. */
  lgamma: {
    intervals: [
      [-2, 3],
      [0.9, 1.1],
      [1.9, 2.1],
      [3, 100],
    ],
    binades: everyBinade,
    positive: true,
    near: near(0.5, 1, 1.5, 2, 2.5),
  },
  digamma: {
    intervals: [
      [0, 1.4],
      [1.4, 1.5],
      [1, 3],
      [3, 100],
    ],
    binades: [-1022, 1024],
    positive: true,
    near: near(1, 2),
  },
  normalCdf: {
    intervals: [
      [-1, 1],
      [-3, 3],
      [-38.5, 9],
      [-38.5, -37.5],
      [-14.2, -13],
    ],
    binades: [-1074, 4],
    near: near(0.7 * Math.SQRT2),
  },
};

/** A number in [0, 1) from a counter: the 32-bit finaliser of MurmurHash3, twice. */
export function uniform(counter: number): number {
  const mix = (seed: number): number => {
    let h = seed | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  return (mix(2 * counter + 1) * 2 ** 21 + (mix(2 * counter + 2) >>> 11)) / 2 ** 53;
}

/** 2^exponent times a number in [1, 2), subnormal ones included. */
function inBinade(exponent: number, fraction: number): number {
  const half = Math.trunc(exponent / 2);
  return (1 + fraction) * 2 ** half * 2 ** (exponent - half);
}

/** The binades that a number format has. */
const binadesOf: Readonly<Record<LaneType, readonly [number, number]>> = {
  f64x2: [-1074, 1024],
  f32x4: [-149, 128],
};

export function drawUnary(name: UnaryName, lane: LaneType, count: number): number[] {
  const { intervals, binades, positive = false, near: places = [], multiplesOf } = samples[name];
  const lowest = Math.max(binades[0], binadesOf[lane][0]);
  const highest = Math.min(binades[1], binadesOf[lane][1]);
  const digits = lane === "f64x2" ? 53 : 24;
  const draws: ((u: number, w: number) => number)[] = [
    ...intervals.map(
      ([from, to]) =>
        (u: number) =>
          from + (to - from) * u,
    ),
    (u, w) => {
      const magnitude = inBinade(Math.floor(lowest + (highest - lowest) * w), (2 * u) % 1);
      return positive || u < 0.5 ? magnitude : -magnitude;
    },
  ];
  if (places.length > 0)
    draws.push((u, w) => {
      const place = places[Math.floor(w * places.length)] as number;
      const sign = positive || (1024 * u) % 1 < 0.5 ? 1 : -1;
      return sign * place * (1 + ((2 * u) % 1 < 0.5 ? 1 : -1) * 2 ** -(digits * u));
    });
  if (multiplesOf !== undefined)
    draws.push(
      (u, w) => Math.round(2 ** (40 * u)) * multiplesOf * (1 + Math.round(6 * w - 3) * 2 ** (1 - digits)),
    );
  return Array.from({ length: count }, (_, i) =>
    (draws[i % draws.length] as (u: number, w: number) => number)(uniform(2 * i), uniform(2 * i + 1)),
  );
}

/** Bases: of all sizes; near one, with the exponents that make the result as large or small as can be; negative. */
function drawPower(i: number, highest: number): readonly [number, number] {
  const [a, b, c] = [uniform(4 * i), uniform(4 * i + 1), uniform(4 * i + 2)];
  if (i % 8 === 7) {
    const y = Math.round(40 * b - 20);
    return [-(2 ** ((2 * a - 1) * (highest / Math.max(1, Math.abs(y))))), y];
  }
  const scale = 2 ** Math.floor(40 * c - 20);
  const ofAnySize = i % 8 === 5 ? inBinade(Math.floor((2 * a - 1) * highest), b) : a * scale;
  const base = i % 2 === 1 ? ofAnySize : 1 + (a - 0.5) * 2 ** Math.floor(-50 * c);
  const logarithm = i % 3 === 0 ? 3 : highest * Math.LN2 * 1.05;
  return [base, (logarithm * (2 * b - 1)) / Math.log(base)];
}

/** Pairs of like size, of unlike size, and of any size. */
function drawPair(i: number, highest: number): readonly [number, number] {
  const [a, b, c, d] = [uniform(4 * i), uniform(4 * i + 1), uniform(4 * i + 2), uniform(4 * i + 3)];
  if (i % 4 === 3) {
    const one = inBinade(Math.floor((2 * c - 1) * highest), a);
    const other = one * 2 ** Math.floor(60 * d - 30);
    return [b < 0.5 ? one : -one, (1 + b) * (i % 8 === 7 ? other : -other)];
  }
  const scale = 2 ** Math.floor(40 * c - 20);
  return [(a - 0.5) * scale, (b - 0.5) * (i % 2 === 0 ? scale : 1)];
}

export function drawBinary(name: string, lane: LaneType, count: number): [number[], number[]] {
  const [, highest] = binadesOf[lane];
  const pairs = Array.from({ length: count }, (_, i) => (name === "pow" ? drawPower : drawPair)(i, highest));
  return [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
}
