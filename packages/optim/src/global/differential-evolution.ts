import { OptimizationError } from "../errors.ts";
import type { MinimizeMethod } from "../methods/method.ts";
import type { Finish } from "../solution.ts";
import { basinOf, type Basin } from "./basins.ts";
import { defaultLocal } from "./default-local.ts";
import {
  better,
  roundStep,
  type GlobalMethod,
  type GlobalProblem,
  type GlobalState,
  type GlobalTolerances,
} from "./method.ts";
import { mutants, type MutationOptions } from "./mutants.ts";
import {
  bestOf,
  extent,
  individual,
  meanValue,
  pointOf,
  ranked,
  valueRange,
  type Population,
} from "./population.ts";
import { randomFrom, type Random } from "./random.ts";
import { runEnd } from "./run-end.ts";
import { samplePoints } from "./sampler.ts";
import { firstHistory, updatedHistory, type Success, type SuccessHistory } from "./success-history.ts";

/** Options of {@link differentialEvolution}. */
export interface DifferentialEvolutionOptions extends MutationOptions {
  /** Points in the first population, at least 5. Default 10 times the number of parameters, from 40 to 200. */
  readonly populationSize?: number;
  /** A population has contracted when it is within this part of the box along every axis. Default 1e-3. */
  readonly tolerance?: number;
  /** How often a population that does not contract is replaced by one of twice the size. Default 3. */
  readonly maxDoublings?: number;
  /** What refines the best point of each population, by default L-BFGS-B; false for values alone. */
  readonly local?: MinimizeMethod | false;
}

interface EvolutionState extends GlobalState {
  readonly population: Population;
  /** Coordinates of points that better ones have replaced, which take part in differences. */
  readonly archive: readonly Float64Array[];
  readonly history: SuccessHistory;
  /** Range of the values at first. */
  readonly range: number;
  /** Generations of this population, and its mean value when it was last asked for its gain. */
  readonly age: number;
  readonly mean: number;
  readonly doublings: number;
}

/** Generations after which a population is asked what its mean has gained, and the part of its way to the best it should have. */
const [watch, leastGain] = [100, 0.02];
/** Points in the archive for each in the population (L-SHADE). */
const archiveRate = 2.6;
/** Ranges of values that are nothing beside the first. */
const level = 1e-8;

/**
 * Differential evolution (Storn & Price, J. Global Optimization 11, 1997): every point of a population competes with a mutant made
 * from differences of others. By default the factors adapt to what succeeds: SHADE (Tanabe & Fukunaga, IEEE CEC
 * 2013). One step is one generation. Uses values alone, but to refine the best point of each population.
 *
 * It has settled when a population has contracted to a point. One that does not, as its points sit in several minima,
 * is replaced by another of twice the size; two of them with the same best minimum count as well.
 *
 * @throws {OptimizationError} for a size, factor, count or tolerance out of range
 */
export function differentialEvolution(options: DifferentialEvolutionOptions = {}): GlobalMethod {
  const { populationSize, tolerance = 1e-3, maxDoublings = 3 } = options;
  if (populationSize !== undefined && !(Number.isInteger(populationSize) && populationSize >= 5))
    throw new OptimizationError(`the population must be 5 points or more: ${populationSize}`);
  if (!(tolerance > 0)) throw new OptimizationError(`the tolerance must be a positive number: ${tolerance}`);
  if (!(Number.isInteger(maxDoublings) && maxDoublings >= 0))
    throw new OptimizationError(`maxDoublings must be a whole number, 0 or more: ${maxDoublings}`);
  const { mutation = "adaptive", recombination = "adaptive" } = options;
  for (const factor of [mutation].flat())
    if (factor !== "adaptive" && !(factor > 0 && factor <= 2))
      throw new OptimizationError(`mutation must be within (0, 2]: ${factor}`);
  if (recombination !== "adaptive" && !(recombination >= 0 && recombination <= 1))
    throw new OptimizationError(`recombination must be within [0, 1]: ${recombination}`);
  return {
    name: "differentialEvolution",
    defaultIterations: 20_000,
    begin: (problem) => begin(problem, options),
    next: (problem, state, tolerances) => next(problem, state as EvolutionState, tolerances, options),
  };
}

function begin(problem: GlobalProblem, options: DifferentialEvolutionOptions): EvolutionState {
  const random = randomFrom({ seed: problem.seed, block: 0 });
  const first = firstGeneration(problem, options, 0, random);
  const best = bestOf(first.population);
  const step = roundStep(problem, undefined, best, { population: first.population.map(pointOf) });
  return { ...first, random: random.state, best, basins: [], step };
}

type Generation = Pick<
  EvolutionState,
  "population" | "archive" | "history" | "range" | "age" | "mean" | "doublings"
>;

function firstGeneration(
  problem: GlobalProblem,
  { populationSize }: DifferentialEvolutionOptions,
  doublings: number,
  random: Random,
): Generation {
  const { cube, seed, start } = problem;
  const size = (populationSize ?? Math.min(Math.max(10 * cube.dimension, 40), 200)) * 2 ** doublings;
  // Points of one sequence, behind those of the populations before.
  const points = samplePoints("sobol", cube.dimension, doublings === 0 ? 0 : size, size, seed, random);
  const population = ranked(
    points.map((point, k) =>
      individual(
        problem,
        k === 0 && start !== undefined && doublings === 0 ? cube.coordinates(start) : point,
      ),
    ),
  );
  const range = valueRange(population);
  return { population, archive: [], history: firstHistory, range, age: 0, mean: Infinity, doublings };
}

function next(
  problem: GlobalProblem,
  state: EvolutionState,
  tolerances: GlobalTolerances,
  options: DifferentialEvolutionOptions,
): EvolutionState {
  const random = randomFrom(state.random);
  const generation = evolved(problem, state, random, options);
  const { population } = generation;
  const best = better(state.best, bestOf(population));
  const shown = { population: population.map(pointOf) };
  const { tolerance = 1e-3 } = options;
  const contracted = extent(population) <= tolerance || valueRange(population) <= level * generation.range;
  if (!contracted && !stuck(state, generation)) {
    const step = roundStep(problem, state, best, shown);
    return { ...state, ...generation, random: random.state, best, step };
  }

  const local = options.local ?? defaultLocal();
  const { end, basins, path } = runEnd(problem, state.basins, bestOf(population), local, tolerances, random);
  const refined = end.value <= best.value ? end : best;
  const settled = {
    ...state,
    ...generation,
    random: random.state,
    basins,
    best: refined,
    step: roundStep(problem, state, refined, { ...shown, path }),
  };
  const reached = basinOf(basins, end, problem.cube, tolerances.basinTolerance) === basins[0];
  const finish = finishOf(contracted && reached, basins, state.doublings, options);
  if (finish !== undefined) return { ...settled, finish };
  const following = firstGeneration(problem, options, state.doublings + 1, random);
  return { ...settled, ...following, random: random.state };
}

/** One generation: all mutants are made from the population as it was. */
function evolved(
  problem: GlobalProblem,
  state: EvolutionState,
  random: Random,
  options: DifferentialEvolutionOptions,
): Generation {
  const { population, history, mean, doublings } = state;
  const archive = state.archive.slice();
  const successes: Success[] = [];
  const trials = mutants(population, archive, history, random, options);
  const following = population.map((parent, k) => {
    const { coordinates, ...factors } = trials[k] as (typeof trials)[number];
    const child = individual(problem, coordinates);
    if (child.value < parent.value) {
      archive.push(parent.coordinates);
      successes.push({ ...factors, gain: parent.value - child.value });
    }
    return child.value <= parent.value ? child : parent;
  });
  while (archive.length > archiveRate * population.length) archive.splice(random.below(archive.length), 1);
  const survivors = ranked(following);
  const age = state.age + 1;
  return {
    population: survivors,
    archive,
    history: updatedHistory(history, successes),
    range: Number.isFinite(state.range) ? state.range : valueRange(survivors),
    age,
    mean: age % watch === 0 ? meanValue(survivors) : mean,
    doublings,
  };
}

/** Whether the mean of a population has come next to nothing nearer to its best since it was last asked. */
function stuck(before: EvolutionState, { age, mean, population }: Generation): boolean {
  if (age % watch !== 0 || before.mean === Infinity) return false;
  return before.mean - mean <= leastGain * (mean - bestOf(population).value);
}

function finishOf(
  contracted: boolean,
  basins: readonly Basin[],
  doublings: number,
  { maxDoublings = 3 }: DifferentialEvolutionOptions,
): Finish | undefined {
  const populations = doublings + 1;
  const found = basins[0]?.count ?? 0;
  if (contracted) return { status: "converged", message: "the population has contracted" };
  if (found > 1)
    return {
      status: "converged",
      message: `${found} of ${populations} populations had the same best minimum`,
    };
  if (doublings < maxDoublings) return undefined;
  return {
    status: "maxIterations",
    message: `stopped after ${populations} populations, none of which contracted, and no two of which had the same best minimum; raise maxDoublings or populationSize`,
  };
}
