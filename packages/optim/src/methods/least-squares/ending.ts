import { at, epsilon } from "../../linalg/vector.ts";
import type { LeastSquaresProblem } from "../../problem/least-squares/problem.ts";
import type { Finish, LeastSquaresTolerances } from "../../solution.ts";
import { scaledLength } from "./geodesic-acceleration.ts";
import { costNoise } from "./judge.ts";
import { largestResidual, type Place } from "./method.ts";

/** A walk that can go no further has converged when the gradient cosine is below this, the root of the rounding error, */
const roundingCosine = 1e-6;
/** and the relative offset below this: its square is the part of the sum of squares that could still be gained. */
const roundingOffset = 1e-5;

/** The convergence tests every method shares. */
export function converged(
  problem: LeastSquaresProblem,
  here: Place,
  { gradientTolerance, stepTolerance }: LeastSquaresTolerances,
): Finish | undefined {
  if (here.value === 0) return zeroResiduals(problem, here);
  if (here.columnNorms.every((length) => length === 0)) return plateau(problem);
  if (here.offset <= gradientTolerance)
    return convergedBecause(
      `the relative offset ${here.offset.toPrecision(3)} is within the tolerance ${gradientTolerance}`,
      here,
    );
  if (!isSmallStep(here, stepTolerance)) return undefined;
  return convergedBecause(
    `a full Gauss–Newton step changes no parameter by more than ${stepTolerance} of itself`,
    here,
  );
}

function convergedBecause(reason: string, here: Place): Finish {
  return { status: "converged", message: `converged: ${reason}${dependence(here)}` };
}

function zeroResiduals(problem: LeastSquaresProblem, here: Place): Finish {
  const largest = largestResidual(problem, here.x);
  const what =
    largest === 0
      ? "every residual is zero"
      : `the square of every residual is zero (the largest is ${largest})`;
  return { status: "converged", message: `converged: ${what}` };
}

function plateau({ robust }: LeastSquaresProblem): Finish {
  return {
    status: "stationary",
    message: robust
      ? "the cost does not depend on any parameter here, where every residual may be beyond the reach of the loss; start closer to the data, or with a wider loss"
      : "the residuals do not depend on any parameter here, which tells nothing of where the minimum is; start elsewhere",
  };
}

/** Whether the Gauss–Newton step changes no parameter by more than a part of itself, or than rounding would. */
function isSmallStep({ x, columnNorms, newton }: Place, tolerance: number): boolean {
  const size = scaledLength(x, columnNorms);
  for (let j = 0; j < x.length; j++) {
    const change = Math.abs(at(newton.step, j));
    if (!(change <= tolerance * Math.abs(at(x, j)) || change * at(columnNorms, j) <= epsilon * size))
      return false;
  }
  return true;
}

/** What the model can still gain drowns in the rounding error of the cost. */
export function nothingToGain(here: Place): boolean {
  return here.newton.predicted <= costNoise(here) * here.value;
}

/** For a walk that finds no step, however short: it has converged as far as rounding lets it, or it is stuck. */
export function stuckAt(
  problem: LeastSquaresProblem,
  here: Place,
  { gradientTolerance }: LeastSquaresTolerances,
): Finish {
  if (here.value <= epsilon ** 2 * here.firstValue)
    return convergedBecause("the residuals are zero to rounding error beside those at the start", here);
  if (here.cosine <= gradientTolerance)
    return convergedBecause(
      `no step gains anything, and the gradient cosine ${here.cosine.toPrecision(3)} is within the tolerance ${gradientTolerance}`,
      here,
    );
  if (nothingToGain(here) || (here.cosine <= roundingCosine && here.offset <= roundingOffset))
    return convergedBecause(
      `what can still be gained is below the rounding error of the sum of squares (relative offset ${here.offset.toPrecision(3)}, gradient cosine ${here.cosine.toPrecision(3)})`,
      here,
    );
  const failure = problem.lastFailure === "" ? "" : ` (last: ${problem.lastFailure})`;
  return {
    status: "stalled",
    message:
      `no step, however short, lowers the sum of squares although the relative offset is still ${here.offset.toPrecision(3)}${failure}; ` +
      `the start may be far from the data, or the model may have a kink or a jump here: start elsewhere, or give bounds that keep it where it is smooth${dependence(here)}`,
  };
}

/** Pivots of JᵀJ below this have lost half of what digits it has. */
const fewDigits = Math.sqrt(epsilon);

/** What is said of columns that the normal equations can hardly tell apart. */
function dependence({ pivot }: Place): string {
  if (pivot === undefined || pivot >= fewDigits) return "";
  const condition =
    pivot > 0 ? `condition about ${Math.sqrt(1 / pivot).toExponential(0)}` : "all digits lost";
  return `; columns of the Jacobian are nearly dependent (${condition}) and the normal equations see only half the digits: rescale or drop parameters, or ask for linearSolver "qr" if the Jacobian fits in memory`;
}
