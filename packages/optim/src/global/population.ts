import { at } from "../linalg/vector.ts";
import type { SamplePoint } from "../walk/step.ts";
import { distance } from "./cube.ts";
import { sample, type GlobalProblem } from "./method.ts";

/** A point with its coordinates in the unit cube. */
export interface Individual extends SamplePoint {
  readonly coordinates: Float64Array;
}

/** Points, best first; those without a value are last. */
export type Population = readonly Individual[];

export function individual(problem: GlobalProblem, coordinates: Float64Array): Individual {
  return { coordinates, ...sample(problem, coordinates) };
}

export function ranked(points: Population): Population {
  // Infinity − Infinity is not a number: equal ones keep their order.
  return points.toSorted((a, b) => (a.value === b.value ? 0 : a.value - b.value));
}

export function pointOf({ x, value }: SamplePoint): SamplePoint {
  return { x, value };
}

export function bestOf(population: Population): SamplePoint {
  return pointOf(population[0] as Individual);
}

/** From the best value to the worst; Infinity as long as one is missing. */
export function valueRange(population: Population): number {
  const worst = (population.at(-1) as Individual).value;
  return worst === Infinity ? Infinity : worst - bestOf(population).value;
}

/** Infinity as long as a value is missing. */
export function meanValue(population: Population): number {
  return population.reduce((sum, { value }) => sum + value / population.length, 0);
}

/** Extent of the population along the axis of the cube where it is largest. */
export function extent(population: Population): number {
  const least = (population[0] as Individual).coordinates.slice();
  const most = least.slice();
  for (const { coordinates } of population)
    for (let i = 0; i < least.length; i++) {
      least[i] = Math.min(at(least, i), at(coordinates, i));
      most[i] = Math.max(at(most, i), at(coordinates, i));
    }
  return distance(least, most);
}
