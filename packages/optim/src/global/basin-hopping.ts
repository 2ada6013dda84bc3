import { OptimizationError } from "../errors.ts";
import type { MinimizeMethod } from "../methods/method.ts";
import type { Finish } from "../solution.ts";
import { withMinimum } from "./basins.ts";
import { defaultLocal } from "./default-local.ts";
import { localSearch } from "./local-search.ts";
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

/** Options of {@link basinHopping}. */
export interface BasinHoppingOptions {
  /** Rise of the value that is accepted with probability 1/e. Default a fifth of the mean of the rises met. */
  readonly temperature?: number;
  /** Largest hop along every axis, as a part of the box. Default 1. */
  readonly stepSize?: number;
  /** Hops in a row that may bring nothing lower. Default 200, and 50 more for every parameter. */
  readonly patience?: number;
  /** What searches locally. Default L-BFGS-B. */
  readonly local?: MinimizeMethod;
}

interface HoppingState extends GlobalState {
  /** The minimum that the next hop leaves. */
  readonly current: Found;
  /** Hops since the best was found. */
  readonly idle: number;
  /** Sum and number of the rises met. */
  readonly rises: readonly [sum: number, count: number];
}

/** Hops are as long as the longest, or shorter by up to this many powers of ten. */
const decades = 2.5;
/** A fall of the best that counts as none beside its magnitude. */
const nothingGained = 1e-9;

/**
 * Basin hopping: a random move from a minimum, a local search, and the new minimum is taken when it is lower, or higher by
 * Metropolis' rule (Wales & Doye, J. Phys. Chem. A 101, 1997). The lengths of the moves are spread evenly over the powers of
 * ten, as nobody knows how far apart minima are; half of them are along one axis alone. One step is one hop. The first
 * minimum is that of the lowest of a few Sobol points.
 *
 * It has settled when `patience` hops in a row have brought nothing lower.
 *
 * @throws {OptimizationError} for a temperature below 0, a step size outside (0, 1] or a patience that is no whole number
 */
export function basinHopping(options: BasinHoppingOptions = {}): GlobalMethod {
  const { temperature, stepSize = 1, patience } = options;
  if (temperature !== undefined && !(temperature >= 0))
    throw new OptimizationError(`the temperature must be 0 or more: ${temperature}`);
  if (!(stepSize > 0 && stepSize <= 1))
    throw new OptimizationError(`the step size must be a part of the box, within (0, 1]: ${stepSize}`);
  if (patience !== undefined && !(Number.isInteger(patience) && patience > 0))
    throw new OptimizationError(`the patience must be a whole number above 0: ${patience}`);
  return {
    name: "basinHopping",
    defaultIterations: 10_000,
    begin: (problem, _start, tolerances) => begin(problem, tolerances, options),
    next: (problem, state, tolerances) => hop(problem, state as HoppingState, tolerances, options),
  };
}

function begin(
  problem: GlobalProblem,
  tolerances: GlobalTolerances,
  { temperature = 0, local = defaultLocal() }: BasinHoppingOptions,
): HoppingState {
  const { cube, seed, start } = problem;
  const random = randomFrom({ seed, block: 0 });
  const points =
    start === undefined
      ? samplePoints("sobol", cube.dimension, 0, 10 + 2 * cube.dimension, seed, random)
      : [cube.coordinates(start)];
  const population = points.map((coordinates) => sample(problem, coordinates));
  const lowest = population.reduce(better);
  const { end, path } = localSearch(problem, local, lowest.x, tolerances);
  const best = better<Found>(lowest, end);
  return {
    random: random.state,
    best,
    basins: best.value < Infinity ? withMinimum([], best, cube, tolerances.basinTolerance) : [],
    current: best,
    idle: 0,
    rises: [0, 0],
    step: roundStep(problem, undefined, best, { population, path, temperature }),
  };
}

function hop(
  problem: GlobalProblem,
  state: HoppingState,
  tolerances: GlobalTolerances,
  options: BasinHoppingOptions,
): HoppingState {
  const { cube } = problem;
  const { local = defaultLocal(), stepSize = 1, patience = 200 + 50 * cube.dimension } = options;
  const random = randomFrom(state.random);
  const from = moved(cube.coordinates(state.current.x), stepSize, random);
  const { end, path } = localSearch(problem, local, cube.point(from), tolerances);
  const rise = end.value - state.current.value;
  const rises: HoppingState["rises"] =
    rise > 0 && rise < Infinity ? [state.rises[0] + rise, state.rises[1] + 1] : state.rises;
  const temperature = options.temperature ?? (rises[1] === 0 ? 0 : (0.2 * rises[0]) / rises[1]);
  const taken = rise <= 0 || random.uniform() < Math.exp(-rise / temperature);
  const best = better<Found>(state.best, end);
  const gain = state.best.value - best.value;
  const idle = gain > nothingGained * Math.abs(best.value) ? 0 : state.idle + 1;
  return {
    random: random.state,
    best,
    basins:
      end.value < Infinity ? withMinimum(state.basins, end, cube, tolerances.basinTolerance) : state.basins,
    current: taken && end.value < Infinity ? end : state.current,
    idle,
    rises,
    step: roundStep(problem, state, best, { path, temperature }),
    finish: settled(idle, patience),
  };
}

/** A random move from a point, no longer than `longest` along every axis and thrown back at the faces: along all axes or one. */
function moved(from: Float64Array, longest: number, random: Random): Float64Array {
  const length = longest * 10 ** (-decades * random.uniform());
  const alone = random.uniform() < 0.5 ? random.below(from.length) : -1;
  return from.map((coordinate, i) => {
    if (alone >= 0 && i !== alone) return coordinate;
    const target = coordinate + length * (2 * random.uniform() - 1);
    return target < 0 ? -target : target > 1 ? 2 - target : target;
  });
}

function settled(idle: number, patience: number): Finish | undefined {
  if (idle < patience) return undefined;
  return { status: "converged", message: `${patience} hops in a row brought nothing lower` };
}
