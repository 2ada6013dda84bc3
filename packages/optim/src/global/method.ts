import { difference, norm } from "../linalg/vector.ts";
import { infiniteDescent, type ScalarProblem } from "../problem/scalar-problem.ts";
import type { Tolerances } from "../solution.ts";
import type { Method, WalkState } from "../walk/method.ts";
import type { SamplePoint, Step, StepDetails } from "../walk/step.ts";
import type { Basin } from "./basins.ts";
import type { Cube } from "./cube.ts";
import type { RandomState } from "./random.ts";

/** A scalar function in a box with finite bounds: what global methods search. */
export interface GlobalProblem extends ScalarProblem {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly cube: Cube;
  readonly seed: number;
  /** A point that the caller holds for good, to be among the first tried. */
  readonly start: Float64Array | undefined;
}

/** When local searches stop, and which of their ends are the same. */
export interface GlobalTolerances extends Tolerances {
  /** Minima closer than this part of the box along every axis, and equal in value, count as one. */
  readonly basinTolerance: number;
}

/** A way to search a box: a plain value made by `multiStart()`, `differentialEvolution()`, …. */
export type GlobalMethod = Method<GlobalProblem, GlobalTolerances>;

/** The best point seen; its value is Infinity as long as none could be evaluated. */
export interface Found extends SamplePoint {
  /** ∇f, when it was a local search that came here. */
  readonly gradient?: Float64Array | undefined;
  /** Set when a local search converged here. */
  readonly minimum?: boolean | undefined;
}

/** What every state of a global method has. */
export interface GlobalState extends WalkState {
  readonly random: RandomState;
  readonly best: Found;
  /** Local minima met so far, best first; empty for methods that meet none on their way. */
  readonly basins: readonly Basin[];
}

/** Thrown when a value is −∞: there is no use in looking further. */
export class FellToInfinity extends Error {
  override name = "FellToInfinity";
}

/** The value, or Infinity where there is none, which never wins. */
export function valueAt(problem: GlobalProblem, x: Float64Array): number {
  const value = problem.value(x);
  if (value !== undefined) return value;
  if (problem.lastFailure === infiniteDescent) throw new FellToInfinity(infiniteDescent);
  return Infinity;
}

/** A point with its value. */
export function sample(problem: GlobalProblem, coordinates: Float64Array): SamplePoint {
  const x = problem.cube.point(coordinates);
  return { x, value: valueAt(problem, x) };
}

/** The better one; the first when they are equal. */
export function better<P extends SamplePoint>(a: P, b: P): P {
  return b.value < a.value ? b : a;
}

/** The record of a round of a global method, from the best point before it to the best point now. */
export function roundStep(
  problem: GlobalProblem,
  before: { readonly step: Step; readonly best: Found } | undefined,
  best: Found,
  details: StepDetails,
): Step {
  const { x, value, gradient } = best;
  return {
    iteration: before === undefined ? 0 : before.step.iteration + 1,
    x,
    value,
    gradientNorm: gradient === undefined ? NaN : norm(gradient),
    step: before === undefined ? new Float64Array(x.length) : difference(x, before.best.x),
    accepted: before === undefined || value < before.best.value,
    evaluations: problem.evaluations.values,
    ...(gradient && { gradient }),
    ...details,
  };
}
