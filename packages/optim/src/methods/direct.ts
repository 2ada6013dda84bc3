import { OptimizationError } from "../errors.ts";
import { at } from "../linalg/vector.ts";
import { infiniteDescent, type ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import type { Step, StepDetails } from "../walk/step.ts";
import { stationarity, type Stationarity } from "./goldstein.ts";

/** When a method that compares values alone takes a point for a minimum. */
export interface DirectTolerances {
  /** Change of every parameter, relative to its magnitude or to one, below which points count as one; default 10⁻⁸. */
  readonly stepTolerance?: number;
  /** Change of the value, relative to its magnitude or to one, below which values count as one; default 10⁻¹⁰. */
  readonly valueTolerance?: number;
}

export type CheckedDirectTolerances = Required<DirectTolerances>;

/** @throws {OptimizationError} for a tolerance that is not positive */
export function checkDirect({
  stepTolerance = 1e-8,
  valueTolerance = 1e-10,
}: DirectTolerances): CheckedDirectTolerances {
  for (const [name, value] of Object.entries({ stepTolerance, valueTolerance }))
    if (!(value > 0)) throw new OptimizationError(`${name} must be positive: ${value}`);
  return { stepTolerance, valueTolerance };
}

/** The value with its failures as numbers: −Infinity where that is what it is, Infinity where it cannot be evaluated. */
export function valueAt(problem: ScalarProblem, x: Float64Array): number {
  return problem.value(x) ?? (problem.lastFailure === infiniteDescent ? -Infinity : Infinity);
}

/** Largest change of a parameter between two points, relative to its magnitude at the first or to one. */
export function relativeDistance(x: Float64Array, y: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++)
    largest = Math.max(largest, Math.abs(at(y, i) - at(x, i)) / Math.max(Math.abs(at(x, i)), 1));
  return largest;
}

/** Whether b is below a by more than the tolerance. */
export function fallsBeyond(a: number, b: number, { valueTolerance }: CheckedDirectTolerances): boolean {
  return a - b > valueTolerance * Math.max(Math.abs(a), 1);
}

/** The record of a step that was judged by values alone. */
export function directStep(
  problem: ScalarProblem,
  iteration: number,
  x: Float64Array,
  value: number,
  step: Float64Array,
  accepted: boolean,
  details: StepDetails,
): Step {
  return {
    iteration,
    x,
    value,
    gradientNorm: NaN,
    step,
    accepted,
    evaluations: problem.evaluations.values,
    ...details,
  };
}

/** Why there is no walk from where not even the value can be evaluated. */
export function noStart(problem: ScalarProblem): Finish {
  return {
    status: "failed",
    message: `the function cannot be evaluated at the start (${problem.lastFailure}); start where its value is finite`,
  };
}

/** How a point that values alone cannot improve is judged. */
export interface Verdict {
  /** Undefined when it is no minimum after all. */
  readonly finish?: Finish;
  /** A direction in which the value should fall, if gradients know one. */
  readonly descent?: Float64Array;
}

/**
 * Judges the point where a method has come to rest by exact gradients around it (see {@link stationarity}), which tells a
 * minimum, smooth or at the bottom of a kink, from a false one (McKinnon 1998).
 *
 * @param rest what has come to rest, for the message
 * @param flat whether every value so far was the same
 */
export function verdict(
  problem: ScalarProblem,
  x: Float64Array,
  rest: string,
  flat: boolean,
  tolerances: CheckedDirectTolerances,
  { gradientTolerance }: Tolerances,
): Verdict {
  const allowed = 100 * gradientTolerance;
  const judged = stationarity(problem, x, 10 * tolerances.stepTolerance, allowed);
  if (judged === undefined || judged.relative > allowed) return judged ? { descent: judged.descent } : {};
  if (flat && judged.relative === 0)
    return {
      finish: {
        status: "stationary",
        message: "the value is the same at every point tried, as on a plateau; start elsewhere",
      },
    };
  return { finish: { status: "converged", message: `converged: ${rest}, and ${evidence(judged)}` } };
}

function evidence({ relative, balanced }: Stationarity): string {
  return balanced
    ? `relative gradients around it balance out to ${relative.toPrecision(3)}`
    : `the relative gradient there is ${relative.toPrecision(3)}`;
}

/** For a method that comes to rest at the same point again although the gradients there do not allow for a minimum. */
export function falseRest(problem: ScalarProblem, rest: string, descent: Float64Array | undefined): Finish {
  const reason = descent
    ? "gradients there point downhill"
    : `the gradient there cannot be evaluated (${problem.lastFailure})`;
  return {
    status: "stalled",
    message: `${rest} again after a restart, although ${reason}; the function may have a kink or a jump here, or be too badly scaled: rescale the parameters or try bfgs()`,
  };
}
