import {
  exponential,
  foldIn,
  normal,
  permutation,
  randomInteger,
  randomKey,
  splitKey,
  stack,
  uniform,
} from "../../src/index.ts";
import { fold, splitOff, threefry } from "../../src/ops/kernels/threefry.ts";
import type { OpCase } from "./case.ts";

/** The key of the seed 0: its blocks are those of Threefry for the key (0, 0). */
const key = randomKey(0);

/** Numbers in [0, 1) from blocks: the upper 27 bits of one word before the upper 26 of the other, as binary digits. */
function fractions(words: readonly [number, number], count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const [high, low] = threefry(words, [index, 0]);
    const digits =
      high.toString(2).padStart(32, "0").slice(0, 27) + low.toString(2).padStart(32, "0").slice(0, 26);
    return Number.parseInt(digits, 2) / 2 ** 53;
  });
}

/** Pairs of normal numbers as complex numbers of a random size and angle. */
function pairs(count: number): number[] {
  const u = fractions([0, 0], count);
  return Array.from({ length: count / 2 }, (_, k) => {
    const size = Math.sqrt(-2 * Math.log(1 - (u[2 * k] as number)));
    const angle = 2 * Math.PI * (u[2 * k + 1] as number);
    return [size * Math.cos(angle), size * Math.sin(angle)];
  }).flat();
}

/** Swaps as a deck of cards is shuffled: the words of the generator, taken modulo the cards that are left. */
function shuffledBySwaps(count: number): number[] {
  const cards = Array.from({ length: count }, (_, index) => index);
  for (let left = count; left > 1; left--) {
    const [word] = threefry([0, 0], [left - 1, 0]);
    const chosen = word % left;
    const card = cards[chosen] as number;
    cards[chosen] = cards[left - 1] as number;
    cards[left - 1] = card;
  }
  return cards;
}

const signed = (words: readonly [number, number]): number[] => words.map((word) => word | 0);

export const randomCases: readonly OpCase[] = [
  {
    name: "uniform",
    // Drawn in the dtype of x, and scaled by it, so that something has a derivative.
    f: (k, x) => uniform(k, [2, 2], x.dtype).mul(x),
    inputs: [key, [1, 2]],
    value: [
      [fractions([0, 0], 4)[0] as number, 2 * (fractions([0, 0], 4)[1] as number)],
      [fractions([0, 0], 4)[2] as number, 2 * (fractions([0, 0], 4)[3] as number)],
    ],
    edges: [{ inputs: [key, [1]], value: [fractions([0, 0], 2), fractions([0, 0], 4).slice(2)] }],
  },
  {
    name: "uniform between bounds",
    f: (k, low) => uniform(k, [3], { low, high: 5, dtype: low.dtype }),
    inputs: [key, 2],
    value: fractions([0, 0], 3).map((u) => 2 + 3 * u),
    edges: [{ inputs: [key, [2]], value: fractions([0, 0], 3).map((u) => 2 + 3 * u) }],
  },
  {
    name: "normal",
    f: (k, x) => normal(k, [4], x.dtype).mul(x),
    inputs: [key, 3],
    value: pairs(4).map((z) => 3 * z),
    edges: [{ inputs: [key, [3]], value: pairs(4).map((z) => 3 * z) }],
  },
  {
    name: "exponential",
    f: (k, x) => exponential(k, [3], x.dtype).mul(x),
    inputs: [key, 2],
    value: fractions([0, 0], 3).map((u) => -2 * Math.log(1 - u)),
    edges: [{ inputs: [key, [2]], value: fractions([0, 0], 3).map((u) => -2 * Math.log(1 - u)) }],
  },
  {
    name: "randomInteger",
    f: (k) => randomInteger(k, -4, 4, [3]),
    inputs: [key],
    // The number of values is a power of two, so no word is drawn twice: its last three bits count.
    value: [0, 1, 2].map((index) => threefry([0, 0], [index, 0])[0] % 8).map((bits) => bits - 4),
    smooth: false,
  },
  {
    name: "permutation",
    f: (k) => permutation(k, 6),
    inputs: [key],
    value: shuffledBySwaps(6),
    smooth: false,
  },
  {
    name: "splitKey",
    f: (k) => stack(splitKey(k, 3)),
    inputs: [key],
    value: [0, 1, 2].map((index) => signed(splitOff([0, 0], index) as [number, number])),
    smooth: false,
  },
  {
    name: "foldIn",
    f: (k, data) => foldIn(k, data),
    inputs: [key, Int32Array.of(5, -1)],
    value: [5, -1].map((data) => signed(fold([0, 0], data) as [number, number])),
    smooth: false,
    edges: [{ inputs: [key, new Int32Array(1)], value: [signed(fold([0, 0], 0))] }],
  },
];
