/*
 * The counter-based generator Threefry-2x32 with 20 rounds: J. K. Salmon, M. A. Moraes, R. O. Dror & D. E. Shaw, "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011. A key and a counter give a block of 64 bits; nothing is remembered.
 */

/** Two 32-bit words. */
export type Words = readonly [high: number, low: number];

export const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
export const parity = 0x1bd11bda;

/** Two scrambled 32-bit words for a key and a counter of two words each. */
export function threefry(key: Words, counter: Words): [number, number] {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ parity] as const;
  let x = (counter[0] + schedule[0]) | 0;
  let y = (counter[1] + schedule[1]) | 0;
  for (let round = 0; round < 20; round++) {
    const turn = rotations[round % 8] as number;
    x = (x + y) | 0;
    y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x = (x + (schedule[injection % 3] as number)) | 0;
      y = (y + (schedule[(injection + 1) % 3] as number) + injection) | 0;
    }
  }
  return [x >>> 0, y >>> 0];
}

/** Second counter words: blocks for different purposes are never the same. Further draws count on from `redrawing`. */
export const drawing = 0;
export const splitting = 1;
export const folding = 2;
export const redrawing = 3;

/** The block from which the element of this index is drawn. */
export function draw(key: Words, index: number): Words {
  return threefry(key, [index, drawing]);
}

/** One of the keys that a key splits into. */
export function splitOff(key: Words, index: number): Words {
  return threefry(key, [index, splitting]);
}

/** A key for a key and a whole number. */
export function fold(key: Words, data: number): Words {
  return threefry(key, [data, folding]);
}

/** 53 bits of a block as a number in [0, 1). */
export function fraction([high, low]: Words): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/** 24 bits of a block as a number in [0, 1) that f32 holds exactly. */
export function shortFraction([high]: Words): number {
  return (high >>> 8) / 2 ** 24;
}

/**
 * A whole number in [0, range), each equally likely, for a range up to 2³²: a word is taken modulo the range, and words
 * in the incomplete first cycle are drawn again.
 */
export function below(key: Words, index: number, range: number): number {
  const incomplete = 2 ** 32 % range;
  let block = draw(key, index);
  for (let attempt = 0; ; attempt++) {
    for (const word of block) if (word >= incomplete) return word % range;
    block = threefry(key, [index, redrawing + attempt]);
  }
}
