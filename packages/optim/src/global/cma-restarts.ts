import type { Random } from "./random.ts";

/** How runs follow each other. */
export type Restarts = "bipop" | "ipop" | "none";

/** One run of a search that restarts. */
export interface Run {
  /** Runs before this one. */
  readonly number: number;
  /** λ */
  readonly size: number;
  /** Part of the initial step. */
  readonly step: number;
  readonly regime: "large" | "small";
  /** Evaluations after which the run is cut short. */
  readonly most: number;
}

/** What runs have cost so far. */
export interface Spent {
  readonly large: number;
  readonly small: number;
  /** Evaluations of the last large run. */
  readonly last: number;
  /** How often the population has been doubled. */
  readonly doublings: number;
}

export const firstSpent: Spent = { large: 0, small: 0, last: 0, doublings: 0 };

export function firstRun(size: number): Run {
  return { number: 0, size, step: 1, regime: "large", most: Infinity };
}

export function spentAfter(spent: Spent, run: Run, evaluations: number): Spent {
  return run.regime === "large"
    ? { ...spent, large: spent.large + evaluations, last: evaluations }
    : { ...spent, small: spent.small + evaluations };
}

/**
 * The run after another. One whose end has to be confirmed is repeated. `ipop` doubles the population every time (Auger & Hansen, IEEE CEC 2005); `bipop` intersperses runs
 * with small populations and small steps, which may cost as much as the large ones together (N. Hansen, GECCO workshop BBOB 2009):
 * λ = λ₀ (½ λ_large / λ₀)^(U²), σ = σ₀ 10^(−2U), at most half the evaluations of the last large run.
 *
 * @returns the run and how often the population has been doubled with it
 */
export function runAfter(
  run: Run,
  spent: Spent,
  size: number,
  restarts: Restarts,
  confirming: boolean,
  random: Random,
): { readonly run: Run; readonly doublings: number } {
  const number = run.number + 1;
  if (restarts === "bipop" && spent.doublings > 0 && spent.small < spent.large) {
    const exponent = random.uniform() ** 2;
    const small = Math.floor(size * (0.5 * 2 ** spent.doublings) ** exponent);
    const step = 10 ** (-2 * random.uniform());
    return {
      run: { number, size: small, step, regime: "small", most: Math.max(spent.last / 2, 1) },
      doublings: spent.doublings,
    };
  }
  const doublings = spent.doublings + (confirming ? 0 : 1);
  return {
    run: { number, size: size * 2 ** doublings, step: 1, regime: "large", most: Infinity },
    doublings,
  };
}
