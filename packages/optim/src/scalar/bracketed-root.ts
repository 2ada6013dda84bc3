import { at, epsilon } from "../linalg/vector.ts";
import type { Finish } from "../solution.ts";
import type { WalkState } from "../walk/method.ts";
import type { Step } from "../walk/step.ts";
import type { IntervalProblem } from "./interval.ts";

/** A number with the function's value there. */
export interface Sample {
  readonly x: number;
  readonly value: number;
}

/** An interval at whose ends the function has different signs; `best` is the end where it is smaller. */
export interface BracketState extends WalkState {
  readonly best: Sample;
  readonly other: Sample;
  /** The larger magnitude at the two ends that the walk began with. */
  readonly first: number;
}

/** The two ends evaluated, or why there is no root to be bracketed. */
export function enterBracket(problem: IntervalProblem): BracketState | Finish {
  const ends = [problem.lower, problem.upper].map((end) => at(end as Float64Array, 0));
  const samples: Sample[] = [];
  for (const x of ends) {
    const value = problem.value(Float64Array.of(x));
    if (value === undefined)
      return {
        status: "failed",
        message: `the function cannot be evaluated at ${x} (${problem.lastFailure}); choose ends where it is finite`,
      };
    samples.push({ x, value });
  }
  const [a, b] = samples as [Sample, Sample];
  if (a.value * b.value > 0 && Math.sign(a.value) === Math.sign(b.value))
    return {
      status: "failed",
      message: `the function has the same sign at both ends, ${a.value} at ${a.x} and ${b.value} at ${b.x}; choose ends between which it changes sign`,
    };
  const first = Math.max(Math.abs(a.value), Math.abs(b.value));
  return bracketState(problem, 0, a, b, first, 0, true);
}

/** The state with the better of two ends put first. */
export function bracketState(
  problem: IntervalProblem,
  iteration: number,
  a: Sample,
  b: Sample,
  first: number,
  moved: number,
  accepted: boolean,
): BracketState {
  const [best, other] = Math.abs(a.value) <= Math.abs(b.value) ? [a, b] : [b, a];
  const step: Step = {
    iteration,
    x: Float64Array.of(best.x),
    value: Math.abs(best.value),
    residuals: Float64Array.of(best.value),
    gradientNorm: NaN,
    step: Float64Array.of(moved),
    accepted,
    evaluations: problem.evaluations.values,
    bracket: [Math.min(best.x, other.x), Math.max(best.x, other.x)],
  };
  return { best, other, first, step };
}

/** How a walk ends inside which a value could not be computed. */
export function brokenInterval(problem: IntervalProblem, x: number): Finish {
  return {
    status: "failed",
    message: `the function cannot be evaluated at ${x}, between the ends (${problem.lastFailure}); choose an interval where it is finite`,
  };
}

/** How a walk ends whose interval has shrunk to a point: at a root, unless the sign changes by a jump or a pole. */
export function narrowed(problem: IntervalProblem, { best, other, first }: BracketState): Finish {
  if (best.value === 0) return { status: "converged", message: "converged: the function is exactly zero" };
  const width = Math.abs(best.x - other.x);
  const converged: Finish = {
    status: "converged",
    message: `converged: the sign changes within ${width.toPrecision(3)} of x`,
  };
  if (Math.abs(best.value) <= 1e-8 * first) return converged;
  // A continuous function is as small here as its slope and the width allow.
  const slope = problem.evaluate(Float64Array.of(best.x))?.gradient[0] ?? 0;
  const reach = 10 * Math.abs(slope) * (width + epsilon * Math.abs(best.x));
  if (Math.abs(best.value) <= Math.min(first, reach)) return converged;
  return {
    status: "stalled",
    message: `the sign changes at x, but by a jump or a pole: the function is ${best.value} on one side and ${other.value} on the other`,
  };
}
