/** What it costs each contestant to solve each trial; Infinity where it does not. */
export type Costs = ReadonlyMap<string, readonly number[]>;

/** The part of all trials that are solved within a factor of the best, as steps: [factor, part] from 1 on. */
export type Profile = readonly (readonly [factor: number, part: number])[];

/**
 * Performance profiles (E. D. Dolan & J. J. Moré, Benchmarking optimization software with performance profiles,
 * Math. Program. 91, 2002): ρ(τ) is the part of the trials for which a contestant needs at most τ times what the best of
 * these contestants needs. Trials that nobody solves count as not solved.
 */
export function performanceProfiles(costs: Costs): Map<string, Profile> {
  const all = [...costs.values()];
  const count = all[0]?.length ?? 0;
  const best = Array.from({ length: count }, (_, p) => Math.min(...all.map((row) => row[p]!)));
  return new Map(
    [...costs].map(([name, row]) => {
      const ratios = row.map((cost, p) => cost / best[p]!).filter(Number.isFinite);
      ratios.sort((a, b) => a - b);
      return [name, ratios.map((ratio, k) => [ratio, (k + 1) / count] as const)];
    }),
  );
}

/** ρ(τ). */
export function partWithin(profile: Profile, factor: number): number {
  return profile.findLast(([ratio]) => ratio <= factor)?.[1] ?? 0;
}
