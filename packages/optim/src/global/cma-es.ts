import { OptimizationError } from "../errors.ts";
import { along, at } from "../linalg/vector.ts";
import type { MinimizeMethod } from "../methods/method.ts";
import type { Finish } from "../solution.ts";
import type { SamplePoint } from "../walk/step.ts";
import { basinOf, type Basin } from "./basins.ts";
import {
  clipped,
  reflected,
  learntPenalty,
  noPenalty,
  penaltyOf,
  type BoundaryPenalty,
} from "./cma-boundary.ts";
import { adapted, displaced, roundDistribution, widest, type CmaDistribution } from "./cma-distribution.ts";
import {
  firstRun,
  runAfter,
  spentAfter,
  type Boundary,
  type Restarts,
  type Run,
  type Spent,
} from "./cma-restarts.ts";
import { cmaWeights, defaultCmaSize, type CmaWeights } from "./cma-weights.ts";
import type { Cube } from "./cube.ts";
import { defaultLocal } from "./default-local.ts";
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
import { runEnd } from "./run-end.ts";

/** Options of {@link cmaEs}. */
export interface CmaEsOptions {
  /** Points of a generation λ in the first run, at least 4. Default 4 + ⌊3 ln n⌋. */
  readonly populationSize?: number;
  /** Standard deviation σ at first, as a part of the box. Default 0.3. */
  readonly initialStep?: number;
  /** What follows a run that has come to an end. Default `"ipop"`. */
  readonly restarts?: Restarts;
  /** The search has settled when so many runs have ended in the best minimum, the largest among them. Default 4. */
  readonly confirmations?: number;
  /** What becomes of points outside the box. By default runs take turns. */
  readonly boundary?: Boundary;
  /** How often the population may be doubled. Default 9. */
  readonly maxDoublings?: number;
  /** What refines the best point of each run, by default L-BFGS-B; false for values alone. */
  readonly local?: MinimizeMethod | false;
  /**
   * A run has ended when its distribution is within this part of the box along every axis. Default 1e-3 where a local
   * search follows, else 1e-10.
   */
  readonly tolerance?: number;
}

interface CmaState extends GlobalState {
  readonly distribution: CmaDistribution;
  readonly penalty: BoundaryPenalty;
  readonly run: Run;
  readonly spent?: Spent;
  /** Where the last large run ended. */
  readonly largest?: Found;
  /** Best point of this run. */
  readonly runBest: Found;
  readonly runEvaluations: number;
  /** Best value of each of the last generations of this run. */
  readonly recent: readonly number[];
  /** Range of the values of the first generation. */
  readonly range: number;
}

/**
 * CMA-ES (Hansen & Ostermeier, Evolutionary Computation 9, 2001; N. Hansen, "The CMA evolution strategy: a tutorial", arXiv
 * 1604.00772, 2016): points are drawn from a normal distribution whose mean, covariance and step size adapt to the better ones.
 * Runs with growing populations follow each other until the best minimum has been found `confirmations` times. One step is one
 * generation. Uses values alone, except to refine the best point of each run.
 *
 * Points outside the box are moved to its nearest point and penalised for the way.
 *
 * @throws {OptimizationError} for a size, step, count or tolerance out of range
 */
export function cmaEs(options: CmaEsOptions = {}): GlobalMethod {
  const { populationSize, initialStep = 0.3, confirmations = 4, maxDoublings = 9, tolerance } = options;
  if (populationSize !== undefined && !(Number.isInteger(populationSize) && populationSize >= 4))
    throw new OptimizationError(`the population must be 4 points or more: ${populationSize}`);
  if (!(initialStep > 0))
    throw new OptimizationError(`the initial step must be a positive number: ${initialStep}`);
  if (!(Number.isInteger(confirmations) && confirmations >= 1))
    throw new OptimizationError(`confirmations must be a positive whole number: ${confirmations}`);
  if (!(Number.isInteger(maxDoublings) && maxDoublings >= 0))
    throw new OptimizationError(`maxDoublings must be a whole number, 0 or more: ${maxDoublings}`);
  if (tolerance !== undefined && !(tolerance > 0))
    throw new OptimizationError(`the tolerance must be a positive number: ${tolerance}`);
  return {
    name: "cmaEs",
    defaultIterations: 100_000,
    begin: (problem) => begin(problem, options),
    next: (problem, state, tolerances) => next(problem, state as CmaState, tolerances, options),
  };
}

function begin(problem: GlobalProblem, options: CmaEsOptions): CmaState {
  const random = randomFrom({ seed: problem.seed, block: 0 });
  const { cube, start } = problem;
  const size = options.populationSize ?? defaultCmaSize(cube.dimension);
  const mean = start === undefined ? randomPoint(cube, random) : cube.coordinates(start);
  const best = sample(problem, mean);
  const distribution = roundDistribution(mean, options.initialStep ?? 0.3);
  return {
    random: random.state,
    best,
    basins: [],
    ...runStart(distribution, firstRun(size, boundariesOf(options)[0] as Boundary), best),
    step: roundStep(problem, undefined, best, {
      population: [best],
      distribution: shown(distribution, cube),
    }),
  };
}

function randomPoint({ dimension }: Cube, random: Random): Float64Array {
  return Float64Array.from({ length: dimension }, random.uniform);
}

type RunStart = Pick<
  CmaState,
  "distribution" | "penalty" | "run" | "runBest" | "runEvaluations" | "recent" | "range"
>;

function runStart(distribution: CmaDistribution, run: Run, runBest: Found): RunStart {
  return { distribution, penalty: noPenalty, run, runBest, runEvaluations: 0, recent: [], range: NaN };
}

function next(
  problem: GlobalProblem,
  state: CmaState,
  tolerances: GlobalTolerances,
  options: CmaEsOptions,
): CmaState {
  const { cube } = problem;
  const { run } = state;
  const random = randomFrom(state.random);
  const n = cube.dimension;
  const strategy = cmaWeights(n, run.size);
  const points = drawn(problem, state, strategy, random);
  const values = points.map(({ point }) => point.value);
  const best = points.map(({ point }) => point).reduce(better);
  const distribution = adapted(
    state.distribution,
    points.map(({ draw }) => draw),
    strategy,
  );
  const running = {
    ...state,
    random: random.state,
    distribution: distribution ?? state.distribution,
    penalty:
      run.boundary === "reflection"
        ? noPenalty
        : learntPenalty(state.penalty, distribution ?? state.distribution, values, strategy),
    runBest: better(state.runBest, best),
    runEvaluations: state.runEvaluations + run.size,
    recent: [...state.recent, best.value].slice(-recentLength(n, run.size)),
    range: Number.isNaN(state.range) ? rangeOf(values) : state.range,
    best: better(state.best, best),
  };
  const details = {
    population: points.map(({ point }) => point),
    distribution: shown(running.distribution, cube),
  };
  const local = options.local ?? defaultLocal();
  const tolerance = options.tolerance ?? (local === false ? 1e-10 : 1e-3);
  if (distribution !== undefined && !ended(running, values, tolerance))
    return { ...running, step: roundStep(problem, state, running.best, details) };

  const { end, basins, path } = runEnd(problem, state.basins, running.runBest, local, tolerances, random);
  const refined = end.value <= running.best.value ? end : running.best;
  const spent = spentAfter(state.spent, run, running.runEvaluations);
  const step = roundStep(problem, state, refined, { ...details, path });
  const largest = run.regime === "large" || state.largest === undefined ? end : state.largest;
  const agreed = basinOf(basins, largest, cube, tolerances.basinTolerance) === basins[0];
  const finish = finishOf(basins, agreed, run, spent, options);
  const settled = { ...running, random: random.state, best: refined, basins, spent, largest, step, finish };
  if (finish !== undefined) return settled;
  const size = options.populationSize ?? defaultCmaSize(n);
  const following = runAfter(
    run,
    spent,
    { size, restarts: options.restarts ?? "ipop", boundaries: boundariesOf(options), confirming: agreed },
    random,
  );
  const mean = randomPoint(cube, random);
  const initial = roundDistribution(mean, (options.initialStep ?? 0.3) * following.step);
  return {
    ...settled,
    ...runStart(initial, following, { x: cube.point(mean), value: Infinity }),
    random: random.state,
  };
}

function boundariesOf({ boundary }: CmaEsOptions): readonly Boundary[] {
  return boundary === undefined ? ["penalty", "reflection"] : [boundary];
}

interface DrawnPoint {
  readonly draw: { readonly z: Float64Array; readonly y: Float64Array };
  readonly point: SamplePoint;
  readonly fitness: number;
}

/** A generation, the fittest first. */
function drawn(
  problem: GlobalProblem,
  { distribution, penalty, run: { boundary } }: CmaState,
  { size }: CmaWeights,
  random: Random,
): readonly DrawnPoint[] {
  const { mean, stepSize } = distribution;
  const n = mean.length;
  const normals = random.normals(n * size);
  const penalised = penaltyOf(penalty, distribution);
  const points = Array.from({ length: size }, (_, k) => {
    const draw = displaced(distribution, normals.subarray(k * n, (k + 1) * n));
    const coordinates = along(mean, stepSize, draw.y);
    if (boundary === "reflection") {
      const point = sample(problem, coordinates.map(reflected));
      return { draw, point, fitness: point.value };
    }
    const point = sample(problem, clipped(coordinates));
    return { draw, point, fitness: point.value + penalised(coordinates) };
  });
  return points.sort((a, b) => (a.fitness === b.fitness ? 0 : a.fitness - b.fitness));
}

/** Generations over which a run is watched for progress (Hansen 2016, §B.3). */
function recentLength(n: number, size: number): number {
  return 10 + Math.ceil((30 * n) / size);
}

/** Whether a run has nothing more to gain (after Hansen 2016, §B.3). */
function ended(state: CmaState, values: readonly number[], tolerance: number): boolean {
  const { distribution, run, recent, range } = state;
  const n = distribution.mean.length;
  if (state.runEvaluations >= run.most || widest(distribution) <= tolerance) return true;
  const ratio = Math.max(...distribution.lengths) / Math.min(...distribution.lengths);
  if (ratio > 1e7) return true;
  const flat = 1e-12 * (Number.isFinite(range) ? range : 0);
  return recent.length === recentLength(n, run.size) && rangeOf(recent) <= flat && rangeOf(values) <= flat;
}

/** Largest less smallest; Infinity as long as some are missing, NaN when all are. */
function rangeOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function finishOf(
  basins: readonly Basin[],
  agreed: boolean,
  run: Run,
  spent: Spent,
  { confirmations = 4, maxDoublings = 9, restarts = "ipop" }: CmaEsOptions,
): Finish | undefined {
  const found = basins[0]?.count ?? 0;
  const runs = run.number + 1;
  if (restarts === "none") return { status: "converged", message: "the distribution has contracted" };
  if (agreed && found >= confirmations)
    return { status: "converged", message: `${found} of ${runs} runs ended in the best minimum` };
  if (spent.lastLarge.doublings < maxDoublings) return undefined;
  return { status: "converged", message: `all ${runs} runs are made` };
}

/** The distribution in the units of the parameters, its mean in the box. */
function shown(
  { mean, covariance, stepSize }: CmaDistribution,
  { free, widths, point }: Cube,
): { mean: Float64Array; covariance: Float64Array } {
  const center = point(mean);
  const [total, n] = [center.length, mean.length];
  const result = new Float64Array(total * total);
  free.forEach((i, a) => {
    free.forEach((j, b) => {
      result[i * total + j] = stepSize ** 2 * at(widths, a) * at(widths, b) * at(covariance, a * n + b);
    });
  });
  return { mean: center, covariance: result };
}
