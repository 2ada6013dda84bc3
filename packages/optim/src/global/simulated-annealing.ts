import { OptimizationError } from "../errors.ts";
import { at } from "../linalg/vector.ts";
import type { MinimizeMethod } from "../methods/method.ts";
import type { Finish } from "../solution.ts";
import type { SamplePoint } from "../walk/step.ts";
import { withMinimum } from "./basins.ts";
import { defaultLocal } from "./default-local.ts";
import { localSearch, type LocalSearch } from "./local-search.ts";
import {
  better,
  roundStep,
  sample,
  type Found,
  type GlobalMethod,
  type GlobalProblem,
  type GlobalState,
  type GlobalTolerances,
} from "./method.ts";
import { randomFrom, type Random } from "./random.ts";
import { samplePoints } from "./sampler.ts";

/** Options of {@link simulatedAnnealing}. */
export interface SimulatedAnnealingOptions {
  /** q of the visits, within (1, 3): the larger, the farther the rare jumps. Default 2.62. */
  readonly visiting?: number;
  /** q of acceptance: the lower, the fewer rises are taken. Default −5. */
  readonly acceptance?: number;
  /** Temperatures of one annealing, from hot to cold. Default 1000. */
  readonly temperatures?: number;
  /** Annealings, each begun anew from a random point. Default 1. */
  readonly cycles?: number;
  /** What searches locally from new lowest points, by default L-BFGS-B; false for values alone. */
  readonly local?: MinimizeMethod | false;
}

interface AnnealingState extends GlobalState {
  /** Where the chain stands. */
  readonly current: SamplePoint;
  /** Temperatures of this annealing so far, and annealings before it. */
  readonly cooled: number;
  readonly cycle: number;
  /** Spread of the values at first: in units of it rises are judged, so that the units of the function do not matter. */
  readonly spread: number;
  /** Temperatures since a local search was made. */
  readonly unsearched: number;
}

/** First temperature (Xiang et al. 1997): visits are so wide then that they are all but uniform. */
const hottest = 5230;
/** Temperatures after which a local search is made whether the chain has found something lower or not. */
const patience = 3;
/** Spread of values, in units of which the temperature is meant. */
const unitSpread = 100;

/**
 * Generalised simulated annealing (Tsallis & Stariolo, Physica A 233, 1996; Xiang, Sun, Fan & Gong, Physics Letters A 233, 1997): a chain
 * of visits with heavy tails, whose width and whose readiness to climb fall with the temperature, and local searches from its
 * low points. At every temperature it moves all parameters together n times and each by itself once; that is one step.
 *
 * It has settled when all annealings are done.
 *
 * @throws {OptimizationError} for a q of the visits outside (1, 3), one of acceptance of 1 or more, or counts that are no
 * whole numbers above 0
 */
export function simulatedAnnealing(options: SimulatedAnnealingOptions = {}): GlobalMethod {
  const { visiting = 2.62, acceptance = -5, temperatures = 1000, cycles = 1 } = options;
  if (!(visiting > 1 && visiting < 3))
    throw new OptimizationError(`visiting must be within (1, 3): ${visiting}`);
  if (!(acceptance < 1)) throw new OptimizationError(`acceptance must be below 1: ${acceptance}`);
  for (const [name, value] of Object.entries({ temperatures, cycles }))
    if (!(Number.isInteger(value) && value > 0))
      throw new OptimizationError(`${name} must be a whole number above 0: ${value}`);
  const schedule = { visiting, acceptance, temperatures, cycles, local: options.local ?? defaultLocal() };
  return {
    name: "simulatedAnnealing",
    defaultIterations: 100_000,
    begin: (problem, _start, tolerances) => begin(problem, tolerances, schedule),
    next: (problem, state, tolerances) => next(problem, state as AnnealingState, tolerances, schedule),
  };
}

type Schedule = Required<SimulatedAnnealingOptions>;

function begin(problem: GlobalProblem, tolerances: GlobalTolerances, { local }: Schedule): AnnealingState {
  const random = randomFrom({ seed: problem.seed, block: 0 });
  const { cube, seed, start } = problem;
  const points = samplePoints("sobol", cube.dimension, 0, 10 + 2 * cube.dimension, seed, random);
  const population = [...(start === undefined ? [] : [cube.coordinates(start)]), ...points].map((point) =>
    sample(problem, point),
  );
  const current = population.reduce(better);
  const finite = population.map(({ value }) => value).filter((value) => value < Infinity);
  const spread = Math.max(...finite) - Math.min(...finite);
  const searched = current.value < Infinity && local !== false;
  const found = searched ? localSearch(problem, local, current.x, tolerances) : undefined;
  const best = found === undefined ? current : better<Found>(current, found.end);
  return {
    random: random.state,
    best,
    basins: found === undefined ? [] : withMinimum([], found.end, cube, tolerances.basinTolerance),
    current,
    cooled: 0,
    cycle: 0,
    spread: spread > 0 ? spread : 1,
    unsearched: 0,
    step: roundStep(problem, undefined, best, {
      population,
      temperature: hottest,
      ...(found && { path: found.path }),
    }),
  };
}

function next(
  problem: GlobalProblem,
  state: AnnealingState,
  tolerances: GlobalTolerances,
  schedule: Schedule,
): AnnealingState {
  const { visiting, temperatures, local } = schedule;
  const { cube } = problem;
  const random = randomFrom(state.random);
  const again = state.cooled === temperatures;
  const cooled = again ? 1 : state.cooled + 1;
  const start = again
    ? sample(problem, Float64Array.from({ length: cube.dimension }, random.uniform))
    : state.current;
  // T(k) = T₀ (2^(q−1) − 1) / ((1 + k)^(q−1) − 1)
  const temperature = (hottest * (2 ** (visiting - 1) - 1)) / ((1 + cooled) ** (visiting - 1) - 1);
  const chain = visits(problem, start, temperature, temperature / cooled, state, schedule, random);
  const lower = chain.lowest.value < state.best.value;
  const due = local !== false && chain.lowest.value < Infinity && (lower || state.unsearched >= patience);
  const search: LocalSearch | undefined = due
    ? localSearch(problem, local, chain.lowest.x, tolerances)
    : undefined;
  const end = search?.end;
  const best = better(better<Found>(state.best, chain.lowest), end ?? chain.lowest);
  const annealed: AnnealingState = {
    random: random.state,
    best,
    basins:
      end !== undefined && end.value < Infinity
        ? withMinimum(state.basins, end, cube, tolerances.basinTolerance)
        : state.basins,
    current: end !== undefined && end.value <= chain.current.value ? end : chain.current,
    cooled,
    cycle: state.cycle + (again ? 1 : 0),
    spread: state.spread,
    unsearched: search === undefined ? state.unsearched + 1 : 0,
    step: roundStep(problem, state, best, {
      population: chain.points,
      temperature,
      ...(search && { path: search.path }),
    }),
  };
  return { ...annealed, finish: settled(annealed, schedule) };
}

interface Chain {
  readonly current: SamplePoint;
  /** The lowest point visited, the one it began with left out. */
  readonly lowest: SamplePoint;
  readonly points: readonly SamplePoint[];
}

/** The visits at one temperature. */
function visits(
  problem: GlobalProblem,
  start: SamplePoint,
  temperature: number,
  acceptanceTemperature: number,
  { spread }: AnnealingState,
  { visiting, acceptance }: Schedule,
  random: Random,
): Chain {
  const { cube } = problem;
  const n = cube.dimension;
  let current = start;
  let lowest: SamplePoint = { x: start.x, value: Infinity };
  const points: SamplePoint[] = [];
  for (let visit = 0; visit < 2 * n; visit++) {
    const coordinates = cube.coordinates(current.x);
    const jumps = heavyTailed(n, temperature, visiting, random);
    for (let i = 0; i < n; i++)
      if (visit < n || i === visit - n) coordinates[i] = wrapped(at(coordinates, i) + at(jumps, i));
    const tried = sample(problem, coordinates);
    points.push(tried);
    if (tried.value < lowest.value) lowest = tried;
    const rise = (unitSpread * (tried.value - current.value)) / spread;
    if (rise <= 0 || random.uniform() <= accepts(rise, acceptanceTemperature, acceptance)) current = tried;
  }
  return { current, lowest, points };
}

/** (1 − (1 − q) ΔE / T)^(1/(1 − q)), 0 where the base is negative (Tsallis & Stariolo, equation 5). */
function accepts(rise: number, temperature: number, q: number): number {
  const base = 1 - ((1 - q) * rise) / temperature;
  return base <= 0 ? 0 : base ** (1 / (1 - q));
}

/**
 * Jumps of a width that falls as T^(1/(3 − q)) and with the tails of Tsallis' visiting distribution, |x|^(−2/(q − 1)): a normal
 * number over the power (q − 1)/(3 − q) of another (after Schanze, Physics Letters A 351, 2006). A tenth of the box is the unit.
 */
function heavyTailed(n: number, temperature: number, q: number, random: Random): Float64Array {
  const width = 0.1 * temperature ** (1 / (3 - q));
  const above = random.normals(n);
  const below = random.normals(n);
  return above.map((value, i) => {
    const jump = (width * value) / Math.abs(at(below, i)) ** ((q - 1) / (3 - q));
    return Math.abs(jump) < 1e8 ? jump : Math.sign(value) * random.uniform() * 1e8;
  });
}

/** A coordinate that leaves the cube at a face comes in again at the opposite one. */
function wrapped(coordinate: number): number {
  return coordinate >= 0 && coordinate <= 1 ? coordinate : coordinate - Math.floor(coordinate);
}

function settled({ cooled, cycle }: AnnealingState, { temperatures, cycles }: Schedule): Finish | undefined {
  if (cooled < temperatures || cycle + 1 < cycles) return undefined;
  return {
    status: "converged",
    message: cycles === 1 ? "the annealing is over" : `all ${cycles} annealings are over`,
  };
}
