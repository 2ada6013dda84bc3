import type { KernelContext, Operand } from "./kernel.ts";
import type { Side } from "./matmul-tile.ts";

/** A leading axis: its extent and the bytes between matrices along it. */
export interface BatchAxis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
}

/** The product c = a·b of matrices m × k and k × n, or a batch of them, and how it is cut into pieces. */
export interface ProductPlan {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly bytes: number;
  readonly lanes: number;
  readonly addresses: readonly [a: number, b: number, c: number];
  readonly axes: readonly BatchAxis[];
  readonly a: Side;
  readonly b: Side;
  /** Lanes run along k. */
  readonly dots: boolean;
  /** Rows and columns of a tile, and the terms of its sums. */
  readonly height: number;
  readonly width: number;
  readonly length: number;
  /** A unit is a row of tiles; otherwise a column of tiles, each of all rows. */
  readonly splitsRows: boolean;
  readonly unitsEach: number;
  readonly units: number;
  /** Units whose rows of a stay in the second level cache. */
  readonly cachedUnits: number;
  readonly packsA: boolean;
  readonly packsB: boolean;
}

/** Terms that one lane adds up in registers before they are added to the result. */
const longest = 256;
/** Terms of a vector times a large matrix: so few that all rows of the matrix are read at once, each in its order. */
const shortest = 16;
/** Bytes of a factor that stay in the second level cache. A block spread over more is packed before it is used. */
const cachedBytes = 1 << 18;
/** Vectors in a tile's row: with its sums, one row or column of factors and one factor they fill 15 registers. */
const vectorsOf = (rows: number): number => [12, 5, 3][rows - 1] ?? 2;

export function planProduct(
  format: KernelContext["format"],
  a: Operand,
  b: Operand,
  c: Operand,
): ProductPlan {
  const bytes = format === "f64" ? 8 : 4;
  const lanes = 16 / bytes;
  const inBytes = ({ strides }: Operand): number[] => strides.map((stride) => stride * bytes);
  const [stridesA, stridesB] = [inBytes(a), inBytes(b)];
  const sides = {
    a: { across: stridesA.at(-2) as number, along: stridesA.at(-1) as number },
    b: { across: stridesB.at(-1) as number, along: stridesB.at(-2) as number },
  };
  const k = a.shape.at(-1) as number;
  let [m, n] = [a.shape.at(-2) as number, b.shape.at(-1) as number];
  let addresses: ProductPlan["addresses"] = [a.address, b.address, c.address];
  let axes: BatchAxis[] = a.shape
    .slice(0, -2)
    .map((size, axis) => ({ size, a: stridesA[axis] as number, b: stridesB[axis] as number }))
    .filter(({ size }) => size !== 1);
  // Matrices whose rows are evenly spaced and that meet the same b are one matrix.
  for (let last; (last = axes.at(-1)) !== undefined && last.b === 0; axes.pop()) {
    if (m === 1) sides.a.across = last.a;
    else if (last.a !== m * sides.a.across) break;
    m *= last.size;
  }
  // A column is stored like a row: cᵀ = bᵀ·aᵀ.
  if (n === 1 && m > 1) {
    [m, n, sides.a, sides.b] = [1, m, sides.b, sides.a];
    addresses = [b.address, a.address, c.address];
    axes = axes.map((axis) => ({ size: axis.size, a: axis.b, b: axis.a }));
  }
  const isSpread = (side: Side, terms: number): boolean => Math.abs(side.along) * terms > cachedBytes;
  const dots = m === 1 && (n === 1 || (sides.b.across !== bytes && sides.b.along === bytes));
  // Rows of tiles of about the same height; if there is only one, columns are split into units.
  const tallest = n <= lanes ? 8 : 6;
  const height = Math.ceil(m / Math.max(1, Math.ceil(m / tallest)));
  const splitsRows = m > height;
  const width = Math.min(n, dots ? 8 : lanes * vectorsOf(height));
  const most = dots
    ? longest * lanes
    : m === 1 && isSpread(sides.b, k)
      ? Math.max(shortest, Math.ceil(k / longest))
      : longest;
  const blocks = Math.ceil(k / most);
  const length = blocks < 2 ? k : dots ? 32 * Math.ceil(k / blocks / 32) : Math.ceil(k / blocks);
  const [extent, size] = splitsRows ? [m, height] : [n, width];
  const unitsEach = Math.ceil(extent / size);
  return {
    ...{
      m,
      n,
      k,
      bytes,
      lanes,
      addresses,
      axes,
      ...sides,
      dots,
      height,
      width,
      length,
      splitsRows,
      unitsEach,
    },
    units: m * n === 0 ? 0 : axes.reduce((product, axis) => product * axis.size, unitsEach),
    cachedUnits: Math.max(1, Math.floor(cachedBytes / (length * height * bytes))),
    // Worth it only if many panels of b meet the packed rows, or many rows the packed panel.
    packsA: splitsRows && n >= 8 * width && isSpread(sides.a, length),
    packsB: splitsRows && (sides.b.across !== bytes || isSpread(sides.b, length)),
  };
}
