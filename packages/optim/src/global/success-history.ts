import { at } from "../linalg/vector.ts";
import type { Random } from "./random.ts";

/**
 * What factors have succeeded of late: the mean F and CR of the last generations in which a point was replaced. A CR of NaN
 * stands for "none but 0 has succeeded", after which it stays 0.
 */
export interface SuccessHistory {
  readonly mutations: Float64Array;
  readonly recombinations: Float64Array;
  /** Where the next means are written. */
  readonly next: number;
}

/** Factors that led to a better point, and by how much. */
export interface Success {
  readonly mutation: number;
  readonly recombination: number;
  readonly gain: number;
}

const length = 6;

export const firstHistory: SuccessHistory = {
  mutations: new Float64Array(length).fill(0.5),
  recombinations: new Float64Array(length).fill(0.5),
  next: 0,
};

/** F from a Cauchy, CR from a normal distribution around the means of one generation of the history (Tanabe & Fukunaga, SHADE, IEEE CEC 2013, §III). */
export function factorsFor(
  { mutations, recombinations }: SuccessHistory,
  random: Random,
): { mutation: number; recombination: number } {
  const k = random.below(length);
  const center = at(recombinations, k);
  const recombination = Number.isNaN(center) ? 0 : Math.min(Math.max(center + 0.1 * gaussian(random), 0), 1);
  let mutation = 0;
  // A Cauchy number is positive with probability ≥ ½: fifty in a row below are as good as never.
  for (let tries = 0; tries < 50 && mutation <= 0; tries++)
    mutation = at(mutations, k) + 0.1 * Math.tan(Math.PI * (random.uniform() - 0.5));
  return { mutation: mutation <= 0 ? at(mutations, k) : Math.min(mutation, 1), recombination };
}

/** The history with one more generation: Lehmer means weighted by the gains (Tanabe & Fukunaga, L-SHADE, IEEE CEC 2014, §II.C). */
export function updatedHistory(history: SuccessHistory, successes: readonly Success[]): SuccessHistory {
  if (successes.length === 0) return history;
  const total = successes.reduce((sum, { gain }) => sum + gain, 0);
  const weighted = (value: (success: Success) => number): number => {
    let [squares, plain] = [0, 0];
    for (const success of successes) {
      const weight = total > 0 && Number.isFinite(total) ? success.gain / total : 1 / successes.length;
      squares += weight * value(success) ** 2;
      plain += weight * value(success);
    }
    return plain === 0 ? 0 : squares / plain;
  };
  const mutations = history.mutations.slice();
  const recombinations = history.recombinations.slice();
  mutations[history.next] = weighted(({ mutation }) => mutation);
  const none =
    Number.isNaN(at(recombinations, history.next)) || successes.every((s) => s.recombination === 0);
  recombinations[history.next] = none ? NaN : weighted(({ recombination }) => recombination);
  return { mutations, recombinations, next: (history.next + 1) % length };
}

/** Box & Muller 1958. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log1p(-random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
