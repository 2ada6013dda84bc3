import type { Random } from "./random.ts";

/** How runs follow each other. */
export type Restarts = "bipop" | "ipop" | "none";

/**
 * What becomes of points outside the box: `penalty` moves them to the nearest point of the box and charges for the way,
 * which keeps the shape of the function as a whole where its minimum is inside; `reflection` mirrors them at the faces, which
 * makes minima in corners as easy to find as others.
 */
export type Boundary = "penalty" | "reflection";

/** One run of a search that restarts. */
export interface Run {
  /** Runs before this one. */
  readonly number: number;
  readonly regime: "large" | "small";
  readonly boundary: Boundary;
  /** How often the population has been doubled. */
  readonly doublings: number;
  /** λ */
  readonly size: number;
  /** Multiple of the initial step. */
  readonly step: number;
  /** Evaluations after which the run is cut short. */
  readonly most: number;
}

/** Evaluations of the runs so far, and what the last large one was. */
export interface Spent {
  readonly large: number;
  readonly small: number;
  readonly last: number;
  readonly lastLarge: Run;
}

/** How to go on. */
export interface RestartOptions {
  /** λ of the first run. */
  readonly size: number;
  readonly restarts: Restarts;
  /** Boundaries that take turns. */
  readonly boundaries: readonly Boundary[];
  /** Whether the last large run ended in the best minimum, which another like it is to confirm. */
  readonly confirming: boolean;
}

export function firstRun(size: number, boundary: Boundary): Run {
  return { number: 0, regime: "large", boundary, doublings: 0, size, step: 1, most: Infinity };
}

export function spentAfter(spent: Spent | undefined, run: Run, evaluations: number): Spent {
  const { large, small } = spent ?? { large: 0, small: 0 };
  return run.regime === "small" && spent !== undefined
    ? { ...spent, small: small + evaluations }
    : { large: large + evaluations, small, last: evaluations, lastLarge: run };
}

/**
 * The run after another. `ipop` doubles the population (Auger & Hansen, IEEE CEC 2005), `bipop` also intersperses runs with
 * small populations and small steps, which may cost as much as the large ones together (N. Hansen, GECCO workshop BBOB 2009):
 * λ = λ₀ (½ λ_large / λ₀)^(U²), σ = σ₀ 10^(−2U), at most half the evaluations of the last large run.
 *
 * Unlike there, a large run that found the best minimum is repeated, and one that did not first tries the other boundary.
 */
export function runAfter(
  run: Run,
  { large, small, last, lastLarge }: Spent,
  { size, restarts, boundaries, confirming }: RestartOptions,
  random: Random,
): Run {
  const number = run.number + 1;
  const { doublings } = lastLarge;
  if (restarts === "bipop" && doublings > 0 && small < large)
    return {
      number,
      regime: "small",
      boundary: boundaries[random.below(boundaries.length)] as Boundary,
      doublings,
      size: Math.floor(size * (0.5 * 2 ** doublings) ** (random.uniform() ** 2)),
      step: 10 ** (-2 * random.uniform()),
      most: last / 2,
    };
  if (confirming) return { ...lastLarge, number };
  const other = boundaries.indexOf(lastLarge.boundary) + 1;
  return other < boundaries.length
    ? { ...lastLarge, number, boundary: boundaries[other] as Boundary }
    : {
        ...lastLarge,
        number,
        boundary: boundaries[0] as Boundary,
        doublings: doublings + 1,
        size: size * 2 ** (doublings + 1),
      };
}
