import type { Interval } from "#lib/figure/plane.ts";
import type { FitOutcome, StudioStep } from "./protocol.ts";

/** The part of the landscape that a map shows: the whole walk and the surroundings of its end. */
export function mapInterval(name: string, walk: readonly StudioStep[], outcome: FitOutcome): Interval {
  const end = outcome.parameters.find((parameter) => parameter.name === name);
  if (end === undefined) throw new RangeError(`no such parameter: ${name}`);
  const reach = 3 * (end.standardError ?? 0);
  const values = [
    ...walk.map((step) => step.parameters[name] ?? end.value),
    end.value - reach,
    end.value + reach,
  ];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const padding = high > low ? 0.18 * (high - low) : Math.abs(low) * 0.1 || 1;
  return [low - padding, high + padding];
}

/** Heights of a map: the logarithm of the sum of squares, so that both the valley's floor and its walls have lines. */
export function mapHeights(sums: Float64Array): Float64Array {
  const largest = sums.reduce((most, sum) => (sum > most ? sum : most), 0);
  return sums.map((sum) => Math.log(sum + 1e-12 * largest));
}

/** Levels for `count` lines, closer together towards the floor. */
export function mapLevels(heights: Float64Array, count: number): number[] {
  const finite = heights.filter(Number.isFinite);
  const low = finite.reduce((least, height) => Math.min(least, height), Infinity);
  const high = finite.reduce((most, height) => Math.max(most, height), -Infinity);
  return Array.from({ length: count }, (_, i) => low + (high - low) * ((i + 0.5) / count) ** 1.5);
}

/** The two free parameters that moved furthest along the walk, in terms of their own standard errors. */
export function mostTravelled(walk: readonly StudioStep[], outcome: FitOutcome): [string, string] {
  const [first, ...rest] = walk;
  const travelled = outcome.parameters
    .filter(({ name }) => outcome.freeParameters.includes(name))
    .map(({ name, value, standardError }, order) => {
      const away = [first, ...rest].reduce(
        (most, step) => Math.max(most, Math.abs((step?.parameters[name] ?? value) - value)),
        0,
      );
      return { name, order, distance: standardError ? away / standardError : 0 };
    })
    .sort((a, b) => b.distance - a.distance)
    .slice(0, 2)
    .sort((a, b) => a.order - b.order);
  const [across, up] = travelled;
  if (across === undefined || up === undefined) throw new RangeError("a map needs two free parameters");
  return [across.name, up.name];
}
