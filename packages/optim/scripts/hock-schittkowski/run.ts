import { tensor, type Tensor } from "@steepest/autodiff";
import type { ConstrainedTestProblem } from "@steepest/optim/problems";
import { boxOf } from "../../src/constrained/box.ts";
import { infeasibility, kktReport, type ConstrainedPlace } from "../../src/constrained/kkt.ts";
import { firstMultipliers } from "../../src/constrained/first-multipliers.ts";
import { flatConstrained } from "../../src/minimize-constrained.ts";
import type { ConstrainedProblem } from "../../src/problem/constrained-problem.ts";

/** What one method did on one problem. */
export interface Run {
  readonly x: readonly number[];
  /** Whether it says that it converged. */
  readonly claims: boolean;
  readonly message: string;
  readonly iterations: number;
  /** Points at which values and first derivatives were asked for. */
  readonly points: number;
  /** Second derivatives asked for. */
  readonly hessians: number;
}

/**
 * What became of a run. `solved`: it returned a point with the lowest value known, whether it says that it converged or not.
 * `open`: it did not, and does not say so. Otherwise it says that it converged, and `local`: to another point where the
 * first-order conditions hold; `false`: they do not hold there.
 */
export type Outcome = "solved" | "local" | "open" | "false";

/** Relative accuracy of value and constraints that counts as solved. */
export const solvedWithin = 1e-6;

/** The start, moved into the bounds where the book has it outside. */
export function startOf({ start, lower, upper }: ConstrainedTestProblem): number[] {
  return start.map((x, j) => Math.min(Math.max(x, lower?.[j] ?? -Infinity), upper?.[j] ?? Infinity));
}

/** Bounds and constraints as `minimizeConstrained` takes them. */
export interface ProblemOptions {
  equalities?: (x: Tensor) => Tensor;
  inequalities?: (x: Tensor) => Tensor;
  lower?: Tensor;
  upper?: Tensor;
}

/** Bounds and constraints as options of `minimizeConstrained`. */
export function constraintsOf(problem: ConstrainedTestProblem): ProblemOptions {
  const { equalities, inequalities, lower, upper } = problem;
  return {
    ...(equalities && { equalities }),
    ...(inequalities && { inequalities }),
    ...(lower && { lower: tensor([...lower]) }),
    ...(upper && { upper: tensor([...upper]) }),
  };
}

/** The flat problem with exact derivatives. */
export function flatProblem(problem: ConstrainedTestProblem): ConstrainedProblem {
  return flatConstrained(problem.f, tensor(startOf(problem)), constraintsOf(problem)).problem;
}

export function outcomeOf(problem: ConstrainedTestProblem, run: Run): Outcome {
  const flat = flatProblem(problem);
  const x = Float64Array.from(run.x);
  const evaluation = x.length === flat.dimension ? flat.evaluate(x) : undefined;
  if (evaluation === undefined) return run.claims ? "false" : "open";
  const place = { ...evaluation, x };
  const value = problem.solutions[0]!.value;
  const close = Math.abs(place.value - value) <= solvedWithin * Math.max(Math.abs(value), 1);
  if (close && infeasibility(place) <= solvedWithin && insideBounds(problem, x)) return "solved";
  if (!run.claims) return "open";
  return isStationary(flat, place) && insideBounds(problem, x) ? "local" : "false";
}

function insideBounds({ lower, upper }: ConstrainedTestProblem, x: Float64Array): boolean {
  return x.every((xj, j) => {
    const slack = solvedWithin * Math.max(Math.abs(xj), 1);
    return xj >= (lower?.[j] ?? -Infinity) - slack && xj <= (upper?.[j] ?? Infinity) + slack;
  });
}

/** Whether multipliers exist with which the first-order conditions hold to 10⁻⁴. */
function isStationary(flat: ConstrainedProblem, place: ConstrainedPlace): boolean {
  const box = boxOf(flat);
  // What is within rounding of a bound counts as being at it.
  const x = place.x.map((xj, j) => {
    const near = [box.lower[j]!, box.upper[j]!].find(
      (b) => Math.abs(xj - b) <= 1e-6 * Math.max(Math.abs(xj), 1),
    );
    return near ?? xj;
  });
  const evaluation = flat.evaluate(x);
  if (evaluation === undefined) return false;
  const snapped = { ...evaluation, x };
  const { residuals } = kktReport(snapped, firstMultipliers(snapped, box), box);
  return Math.max(residuals.stationarity, residuals.complementarity, residuals.feasibility) <= 1e-4;
}
