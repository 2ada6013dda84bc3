import { at } from "../linalg/vector.ts";
import type { Individual, Population } from "./population.ts";
import type { Random } from "./random.ts";
import { factorsFor, type SuccessHistory } from "./success-history.ts";

/** How mutants are made, as differential evolution has it. */
export interface MutationOptions {
  /**
   * What a point is moved by, beside a difference of others: towards one of the best (`currentToPBest`, the default, from JADE of
   * Zhang & Sanderson, IEEE Trans. Evol. Comput. 13, 2009), or from the best (`best`) or a random point (`rand`, both Storn &
   * Price 1997).
   */
  readonly strategy?: "currentToPBest" | "best" | "rand";
  /**
   * Multiple F of the difference: a number, a range from which each generation draws one (dither), or `"adaptive"` (the
   * default), by what has succeeded.
   */
  readonly mutation?: number | readonly [low: number, high: number] | "adaptive";
  /** Probability CR that a coordinate is taken from the mutant, or `"adaptive"` (the default). */
  readonly recombination?: number | "adaptive";
}

/** A point to try in the place of its parent, and the factors it was made with. */
export interface Mutant {
  readonly coordinates: Float64Array;
  readonly mutation: number;
  readonly recombination: number;
}

/** Part of the population that counts as the best, at most. */
const mostTop = 0.2;

/**
 * A mutant for every point of a population: v = b + F (p − b) + F (r₁ − r₂), crossed with its parent coordinate by coordinate.
 *
 * @param archive points that have been replaced, which r₂ may also be
 */
export function mutants(
  population: Population,
  archive: readonly Float64Array[],
  history: SuccessHistory,
  random: Random,
  { strategy = "currentToPBest", mutation = "adaptive", recombination = "adaptive" }: MutationOptions,
): readonly Mutant[] {
  const size = population.length;
  const fixed =
    typeof mutation === "object" ? mutation[0] + random.uniform() * (mutation[1] - mutation[0]) : mutation;
  const pool = [...population.map(({ coordinates }) => coordinates), ...archive];
  const other = (count: number, ...taken: readonly number[]): number => {
    let k = random.below(count);
    while (taken.includes(k)) k = random.below(count);
    return k;
  };
  const pointAt = (k: number): Float64Array => pool[k] as Float64Array;

  return population.map((parent: Individual, k) => {
    const factors = factorsFor(history, random);
    const F = typeof fixed === "number" ? fixed : factors.mutation;
    const CR = recombination === "adaptive" ? factors.recombination : recombination;
    const first = other(size, k);
    const second = other(strategy === "currentToPBest" ? pool.length : size, k, first);
    const mutant = moved(F, pointAt(first), pointAt(second));
    return { coordinates: crossed(parent.coordinates, mutant, CR, random), mutation: F, recombination: CR };

    /** Coordinate i of the mutant. */
    function moved(factor: number, plus: Float64Array, minus: Float64Array): (i: number) => number {
      const difference = (i: number): number => factor * (at(plus, i) - at(minus, i));
      if (strategy !== "currentToPBest") {
        const base = pointAt(strategy === "best" ? 0 : other(size, k, first, second));
        return (i) => at(base, i) + difference(i);
      }
      // Each point is drawn to one of a number of the best that is drawn as well (SHADE).
      const top = Math.max(2, Math.round(random.uniform() * mostTop * size));
      const leader = pointAt(random.below(top));
      return (i) =>
        at(parent.coordinates, i) + factor * (at(leader, i) - at(parent.coordinates, i)) + difference(i);
    }
  });
}

/** The parent with coordinates of the mutant, one at least; beyond a face it is halfway from the parent to it (JADE). */
function crossed(
  parent: Float64Array,
  mutant: (i: number) => number,
  recombination: number,
  random: Random,
): Float64Array {
  const forced = random.below(parent.length);
  return parent.map((here, i) => {
    if (i !== forced && random.uniform() >= recombination) return here;
    const there = mutant(i);
    return there < 0 ? here / 2 : there > 1 ? (here + 1) / 2 : there;
  });
}
