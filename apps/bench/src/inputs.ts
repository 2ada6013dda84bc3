/** `count` numbers spread evenly over [−1, 1), the same every time (mulberry32, by Tommy Ettinger). */
export function spread(count: number, seed = 1): Float64Array {
  let state = seed;
  return new Float64Array(count).map(() => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}

/** The same, rounded to f32. */
export function spread32(count: number, seed = 1): Float32Array {
  return Float32Array.from(spread(count, seed));
}

/** About a thousand elements, evenly spaced: enough to compare what was computed. */
export function sample(values: ArrayLike<number>): number[] {
  const step = Math.max(1, Math.ceil(values.length / 1000));
  return Array.from(
    { length: Math.ceil(values.length / step) },
    (_, index) => values[index * step] as number,
  );
}
