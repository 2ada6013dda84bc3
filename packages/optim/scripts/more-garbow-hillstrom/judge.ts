import { scaledStart, sumOfSquares, type KnownMinimum, type TestProblem } from "@steepest/optim/problems";
import type { Run } from "./run.ts";
import { wayDown } from "./way-down.ts";

/**
 * What became of a run. `solved`: it returned the value of a known minimum, whether it says that it converged or not.
 * `open`: it did not, and does not say so. Otherwise it says that it converged, and
 *
 * - `local`: no way leads down from there: a local minimum that is not listed, or a plateau;
 * - `saddle`: a way does, but the gradient does not show it;
 * - `false`: a way does, and the gradient shows it.
 */
export type Verdict = "solved" | "local" | "saddle" | "false" | "open";

/** How near a value has to come to a minimum: to 10⁻⁶ of it, or 10⁻⁹ of the value at the start, but no more than 10⁻⁶. */
export function toleranceOf(problem: TestProblem, minimum: number): number {
  const atStart = sumOfSquares(problem)(scaledStart(problem)).item();
  return Math.max(1e-6 * minimum, Math.min(1e-6, 1e-9 * atStart));
}

/** The known minimum whose value this is. */
export function minimumAt(problem: TestProblem, value: number): KnownMinimum | undefined {
  return problem.minima.find(
    ({ sumOfSquares: known }) => Math.abs(value - known) <= toleranceOf(problem, known),
  );
}

/** The work until the value was as good as that of the minimum in which the run ended; Infinity if it ended in none. */
export function workToSolve(problem: TestProblem, { value, workUntil }: Run): number {
  const minimum = minimumAt(problem, value);
  if (minimum === undefined) return Infinity;
  return workUntil(minimum.sumOfSquares + toleranceOf(problem, minimum.sumOfSquares));
}

export function judge(problem: TestProblem, run: Run): Verdict {
  if (minimumAt(problem, run.value)) return "solved";
  if (!run.claims) return "open";
  const { promised, gained } = wayDown(problem, run.x);
  const enough = toleranceOf(problem, run.value);
  if (gained <= enough) return "local";
  return promised > enough ? "false" : "saddle";
}
