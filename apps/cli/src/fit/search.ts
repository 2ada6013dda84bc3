import { extent, mean } from "d3-array";
import type { FitData } from "./rows.ts";
import type { ParameterSetting } from "./settings.ts";

const attempts = 60;
const iterationsPerAttempt = 60;

/** Round numbers of the sizes that occur in the data, and of plain decades. */
function candidates(data: FitData): number[] {
  const sizes = Object.values({ ...data.predictors, "the response": data.response }).flatMap((values) => {
    const [low = 0, high = 0] = extent(values);
    const range = high - low || 1;
    return [low, high, mean(values) ?? 0, range, range / 4, 1 / range];
  });
  const decades = [0.001, 0.01, 0.1, 1, 10, 100].flatMap((size) => [size, size, -size]);
  return [0, ...decades, ...sizes].map((value) => Number(value.toPrecision(1))).filter(Number.isFinite);
}

/** A repeatable sequence of numbers from 0 to 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Attempt {
  converged: boolean;
  residualSumOfSquares: number;
}

/**
 * Looks for starts from which a fit that failed does converge: tries round values of plausible sizes for the parameters
 * in `names`, always the same ones, and gives those that led to the least sum of squares. Undefined when none converged
 * in the time allowed (seconds).
 */
export function searchStarts(
  names: readonly string[],
  parameters: Readonly<Record<string, ParameterSetting>>,
  data: FitData,
  fit: (parameters: Record<string, ParameterSetting>, maxIterations: number) => Attempt,
  timeAllowed = 3,
): Record<string, number> | undefined {
  if (names.length === 0) return undefined;
  const values = candidates(data);
  const random = randomNumbers(names.length);
  const deadline = performance.now() + timeAllowed * 1000;
  let best: Record<string, number> | undefined;
  let least = Infinity;
  for (let i = 0; i < attempts && performance.now() < deadline; i++) {
    const start = Object.fromEntries(
      names.map((name) => {
        const { min = -Infinity, max = Infinity } = parameters[name] ?? {};
        const value = values[Math.floor(random() * values.length)] ?? 1;
        return [name, Math.min(max, Math.max(min, value))];
      }),
    );
    const moved = Object.entries(start).map(
      ([name, value]) => [name, { ...parameters[name], value }] as const,
    );
    const trial = { ...parameters, ...Object.fromEntries(moved) };
    const { converged, residualSumOfSquares } = fit(trial, iterationsPerAttempt);
    if (converged && residualSumOfSquares < least) [best, least] = [start, residualSumOfSquares];
  }
  return best;
}
