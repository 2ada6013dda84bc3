import { normalQuantile } from "../../src/statistics/normal.ts";

/** Reproducible standard normal numbers: mulberry32 uniforms through the normal quantile. */
export function normalNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return normalQuantile((((x ^ (x >>> 14)) >>> 0) + 0.5) / 2 ** 32);
  };
}
