import { OptimizationError } from "../errors.ts";
import { at } from "../linalg/vector.ts";
import type { MinimizeMethod } from "../methods/method.ts";
import type { Finish } from "../solution.ts";
import type { SamplePoint } from "../walk/step.ts";
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
import { samplePoints, type Sampler } from "./sampler.ts";

/** Options of {@link multiStart}. */
export interface MultiStartOptions {
  /** Most local searches. Default 100, and 50 more for every parameter. */
  readonly starts?: number;
  /** How the points are spread from which searches may start. Default `"sobol"`. */
  readonly sampler?: Sampler;
  /** Points drawn at a time. Default 50, and 25 more for every parameter. */
  readonly sampleSize?: number;
  /** What searches locally. Default L-BFGS-B. */
  readonly local?: MinimizeMethod;
}

/** A point from which a search may start. */
interface Candidate extends SamplePoint {
  readonly coordinates: Float64Array;
}

interface MultiStartState extends GlobalState {
  /** All points drawn, the lowest first. */
  readonly candidates: readonly Candidate[];
  /** Those not looked at yet in this round. */
  readonly waiting: readonly Candidate[];
  readonly searches: number;
  readonly rounds: number;
  /** Rounds since a minimum was found that was not known. */
  readonly idle: number;
}

/** The part of the points, the lowest, from which searches may start. */
const reduction = 0.25;
/** Rounds in a row that find nothing new, after which there is nothing to be expected. */
const patience = 5;
/** σ of the critical distance: above 2, searches end in finitely many starts with probability 1. */
const sigma = 2;

/**
 * Local searches from many points, multi-level single linkage (Rinnooy Kan & Timmer, Mathematical Programming 39, 1987): points are
 * drawn by rounds, and a search starts from a low one unless a lower one lies within the critical distance, which shrinks
 * as points become denser; so most basins are searched once. One step is one local search.
 *
 * It has settled when the minima still to be expected, in Bayes' sense, are fewer than a half: w (t − 1)/(t − w − 2) ≤ w + ½ for w
 * minima in t searches (Boender & Rinnooy Kan, Mathematical Programming 37, 1987); when five rounds in a row find none that was
 * not known; or when all searches are made.
 *
 * @throws {OptimizationError} for a number of starts or points that is no whole number above 0
 */
export function multiStart(options: MultiStartOptions = {}): GlobalMethod {
  const { starts, sampleSize, sampler = "sobol" } = options;
  for (const [name, value] of Object.entries({ starts, sampleSize }))
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw new OptimizationError(`${name} must be a whole number above 0: ${value}`);
  if (!["sobol", "latinHypercube", "uniform"].includes(sampler))
    throw new OptimizationError(`the sampler must be sobol, latinHypercube or uniform: ${sampler}`);
  return {
    name: "multiStart",
    defaultIterations: 100_000,
    begin(problem) {
      const random = randomFrom({ seed: problem.seed, block: 0 });
      const first = drawn(problem, [], 0, random, options);
      const [lowest] = first;
      const best: Found = lowest === undefined ? nowhere(problem) : { x: lowest.x, value: lowest.value };
      const state: MultiStartState = {
        random: random.state,
        best,
        basins: [],
        candidates: first,
        waiting: admitted(first),
        searches: 0,
        rounds: 1,
        idle: 0,
        step: roundStep(problem, undefined, best, { population: first.map(shown) }),
      };
      return state;
    },
    next: (problem, state, tolerances) => next(problem, state as MultiStartState, tolerances, options),
  };
}

const shown = ({ x, value }: Candidate): SamplePoint => ({ x, value });

function nowhere({ cube }: GlobalProblem): Found {
  return { x: cube.point(new Float64Array(cube.dimension).fill(0.5)), value: Infinity };
}

/** The points, those of one more round among them, the lowest first; those without a value are left out. */
function drawn(
  problem: GlobalProblem,
  before: readonly Candidate[],
  rounds: number,
  random: Random,
  { sampler = "sobol", sampleSize }: MultiStartOptions,
): readonly Candidate[] {
  const { cube, seed, start } = problem;
  const size = sampleSize ?? 50 + 25 * cube.dimension;
  const points = samplePoints(sampler, cube.dimension, rounds * size, size, seed, random);
  const all = rounds === 0 && start !== undefined ? [cube.coordinates(start), ...points] : points;
  const fresh = all
    .map((coordinates) => ({ coordinates, ...sample(problem, coordinates) }))
    .filter(({ value }) => value < Infinity);
  return [...before, ...fresh].sort((a, b) => a.value - b.value);
}

function admitted(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.slice(0, Math.max(1, Math.ceil(reduction * candidates.length)));
}

function next(
  problem: GlobalProblem,
  state: MultiStartState,
  tolerances: GlobalTolerances,
  options: MultiStartOptions,
): MultiStartState {
  const { cube } = problem;
  const random = randomFrom(state.random);
  const radius = criticalDistance(cube.dimension, state.candidates.length);
  const clear = state.waiting.findIndex((candidate) =>
    state.candidates.every((other) => !(other.value < candidate.value) || apart(other, candidate) > radius),
  );
  const start = state.waiting[clear];
  if (start === undefined) {
    const ended = expectsNone(state);
    if (ended !== undefined) return { ...state, finish: ended };
    const candidates = drawn(problem, state.candidates, state.rounds, random, options);
    const [lowest] = candidates;
    const best = lowest === undefined ? state.best : better(state.best, shown(lowest));
    const rounds = state.rounds + 1;
    return {
      ...state,
      idle: state.idle + 1,
      random: random.state,
      best,
      candidates,
      waiting: admitted(candidates).filter(({ x }) => !state.basins.some((basin) => same(basin.x, x))),
      rounds,
      step: roundStep(problem, state, best, { population: candidates.map(shown) }),
    };
  }
  const { end, path } = localSearch(problem, options.local ?? defaultLocal(), start.x, tolerances);
  const best = better<Found>(state.best, end);
  const basins =
    end.value < Infinity ? withMinimum(state.basins, end, cube, tolerances.basinTolerance) : state.basins;
  const searches = state.searches + 1;
  const { starts = 100 + 50 * cube.dimension } = options;
  return {
    ...state,
    random: random.state,
    best,
    basins,
    idle: basins.length > state.basins.length ? 0 : state.idle,
    // A minimum is a point like others: what lies near and above it is not searched again.
    candidates: withCandidate(state.candidates, { ...end, coordinates: cube.coordinates(end.x) }),
    waiting: state.waiting.slice(clear + 1),
    searches,
    step: roundStep(problem, state, best, { path }),
    finish:
      searches < starts
        ? undefined
        : { status: "converged", message: `all ${starts} local searches are made` },
  };
}

function withCandidate(
  candidates: readonly Candidate[],
  { x, value, coordinates }: Candidate,
): readonly Candidate[] {
  if (!(value < Infinity)) return candidates;
  const place = candidates.findIndex((other) => other.value > value);
  const candidate = { x, value, coordinates };
  return place < 0 ? [...candidates, candidate] : candidates.toSpliced(place, 0, candidate);
}

/** How the search ends when no further minimum is to be expected after a round. */
function expectsNone({ basins, searches: t, idle }: MultiStartState): Finish | undefined {
  const w = basins.length;
  if (t > w + 2 && (w * (t - 1)) / (t - w - 2) <= w + 0.5)
    return { status: "converged", message: `after ${t} local searches no further minimum is to be expected` };
  if (idle < patience) return undefined;
  return { status: "converged", message: `${patience} rounds of points in a row led to no new minimum` };
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => value === at(b, i));
}

/** Euclidean distance in the cube. */
function apart(a: Candidate, b: Candidate): number {
  let square = 0;
  for (let i = 0; i < a.coordinates.length; i++) square += (at(a.coordinates, i) - at(b.coordinates, i)) ** 2;
  return Math.sqrt(square);
}

/** r = π^(−½) (Γ(1 + n/2) σ ln N / N)^(1/n) for N points of the unit cube. */
function criticalDistance(n: number, points: number): number {
  const count = Math.max(points, 3);
  return ((halfGamma(n) * sigma * Math.log(count)) / count) ** (1 / n) / Math.sqrt(Math.PI);
}

/** Γ(1 + n/2) */
function halfGamma(n: number): number {
  let product = n % 2 === 0 ? 1 : Math.sqrt(Math.PI) / 2;
  for (let k = n; k > 1; k -= 2) product *= k / 2;
  return product;
}
