import { boxOf, projectedPoint, type Box } from "../../constrained/box.ts";
import { isTiny, mostTiny } from "../../constrained/box.ts";
import { convexMatrix } from "../../constrained/convex-model.ts";
import { boxBegin, boxConverged, boxNoProgress, boxStepAt } from "../../constrained/box-walk.ts";
import { modifiedCholesky, solveModified, type ModifiedCholesky } from "../../linalg/modified-cholesky.ts";
import { at, difference, dot, norm, scaled, entry } from "../../linalg/vector.ts";
import type { ScalarProblem } from "../../problem/scalar-problem.ts";
import type { Tolerances } from "../../solution.ts";
import { isFinish } from "../../walk/method.ts";
import { unboundedAt, type MinimizeMethod, type Place, type PlaceState } from "../method.ts";
import { noCurvature } from "../negative-curvature.ts";
import { arcSearch } from "./arc-search.ts";
import { boxDescent, curvesUpwards, followInBox } from "./box-descent.ts";

/**
 * Newton's method within bounds with the exact Hessian (Bertsekas, Projected Newton Methods for Optimization Problems with
 * Simple Constraints, SIAM J. Control Optim. 20, 1982). Parameters at a bound, or within ε of one, that the slope holds
 * there go on to it; for the others the Newton step is solved, its Hessian made positive definite by a modified Cholesky
 * factorisation where it is not, and Armijo's rule is applied along the step's projection on to the box. The bounds that
 * hold at the minimum are found after finitely many steps; from then on convergence is quadratic. Where the projected
 * gradient vanishes, the Hessian decides whether that is a minimum: from a saddle the walk goes on along negative curvature
 * within the box. Memory O(n²), work O(n³) a step.
 *
 * A step shows `activeBounds`, and as `damping` the largest amount added to a diagonal element of the Hessian.
 */
export function projectedNewton(): MinimizeMethod {
  return {
    name: "projected newton",
    defaultIterations: 500,
    bounds: true,
    begin(problem, start, tolerances) {
      const begun = boxBegin(problem, start, tolerances);
      return isFinish(begun) ? begun : examined(problem, begun);
    },
    next: (problem, state: ProjectedNewtonState, tolerances) =>
      state.descent === undefined
        ? newtonStep(problem, state, tolerances)
        : saddleStep(problem, state, state.descent, tolerances),
  };
}

interface ProjectedNewtonState extends PlaceState {
  /** The way down from here, where the projected gradient vanishes but this is no minimum. */
  readonly descent?: Float64Array | undefined;
  /** Steps in a row that were next to nothing beside x. */
  readonly tiny?: number;
}

/** Parameters nearer to a bound than this part of their size may count as being there. */
const nearBound = 1e-2;

function newtonStep(
  problem: ScalarProblem,
  state: ProjectedNewtonState,
  tolerances: Tolerances,
): ProjectedNewtonState {
  const { place } = state;
  const box = boxOf(problem);
  const iteration = state.step.iteration + 1;
  const hessian = problem.hessian(place.x);
  if (hessian === undefined) return { ...state, finish: noCurvature(problem) };
  const { direction, damping } = projectedDirection(box, place, hessian);
  const outcome = arcSearch(problem, box, place, direction, 1, damping > 0);
  if (outcome.kind === "none") {
    const stepLength = outcome.shortest;
    const tried = scaled(stepLength, direction);
    const details = { direction, stepLength, damping };
    return {
      place,
      step: boxStepAt(problem, box, iteration, place, tried, false, details),
      finish: boxNoProgress(
        problem,
        box,
        place,
        "no step along the projected Newton direction lowers the value",
      ),
    };
  }
  const { place: reached, stepLength } = outcome;
  const s = difference(reached.x, place.x);
  const tiny = isTiny(s, reached.x) ? (state.tiny ?? 0) + 1 : 0;
  return examined(problem, {
    place: reached,
    step: boxStepAt(problem, box, iteration, reached, s, true, { direction, stepLength, damping }),
    tiny,
    finish:
      outcome.kind === "unbounded"
        ? unboundedAt(reached.value)
        : (boxConverged(box, reached, iteration, tolerances) ??
          (tiny > mostTiny
            ? boxNoProgress(problem, box, reached, "steps have become too short to count")
            : undefined)),
  });
}

/** −D g with D the inverse Hessian of the free parameters, and steps on to their bounds for the others. */
function projectedDirection(
  box: Box,
  { x, gradient }: Place,
  hessian: Float64Array,
): { direction: Float64Array; damping: number } {
  const n = x.length;
  // ε shrinks with the projected step, so that parameters near a bound that they are not to end at become free.
  const step = projectedPoint(box, x, -1, gradient);
  let move = 0;
  for (let j = 0; j < n; j++)
    move = Math.max(move, Math.abs(at(step, j) - at(x, j)) / Math.max(Math.abs(at(x, j)), 1));
  const direction = new Float64Array(n);
  const free: number[] = [];
  for (let j = 0; j < n; j++) {
    const slope = at(gradient, j);
    const bound = slope > 0 ? at(box.lower, j) : at(box.upper, j);
    const near = Math.min(nearBound, move) * Math.max(Math.abs(at(x, j)), 1);
    const fixed = at(box.lower, j) === at(box.upper, j);
    if (fixed || (slope !== 0 && Math.abs(at(x, j) - bound) <= near)) direction[j] = bound - at(x, j);
    else free.push(j);
  }
  const m = free.length;
  const block = new Float64Array(m * m);
  const right = new Float64Array(m);
  const coupled = new Float64Array(m);
  free.forEach((j, k) => {
    free.forEach((i, l) => (block[k * m + l] = at(hessian, j * n + i)));
    right[k] = -at(gradient, j);
    coupled[k] = at(right, k);
    // What the steps on to the bounds do to the slope.
    for (let i = 0; i < n; i++) coupled[k] = at(coupled, k) - at(hessian, j * n + i) * at(direction, i);
  });
  const { factor, damping } = safeFactor(block, right, m, x, free);
  let solved = solveModified(factor, coupled);
  if (!(dot(solved, right) > 0)) solved = solveModified(factor, right);
  free.forEach((j, k) => (direction[j] = at(solved, k)));
  return { direction, damping };
}

/** About the longest step, in sizes of the parameters, where the Hessian does not say how long it should be. */
const longestStep = 10;

/** The Hessian's block of the free parameters made positive definite, and the largest amount added to its diagonal. */
function safeFactor(
  block: Float64Array,
  slope: Float64Array,
  m: number,
  x: Float64Array,
  free: readonly number[],
): { factor: ModifiedCholesky; damping: number } {
  const factor = modifiedCholesky(block, m);
  if (factor.definite) return { factor, damping: 0 };
  // Flat directions have no length scale of their own: let the slope and the longest step set one.
  const sizes = free.map((j) => Math.max(Math.abs(at(x, j)), 1));
  const floor = norm(slope.map((g, k) => g * entry(sizes, k))) / longestStep;
  const unit = (k: number): number => entry(sizes, Math.trunc(k / m)) * entry(sizes, k % m);
  const scaledBlock = block.map((value, k) => value * unit(k));
  const matrix = convexMatrix(scaledBlock, m, floor || 1).map((value, k) => value / unit(k));
  let damping = Number.MIN_VALUE;
  for (let k = 0; k < m * m; k += m + 1) damping = Math.max(damping, at(matrix, k) - at(block, k));
  return { factor: modifiedCholesky(matrix, m), damping };
}

function saddleStep(
  problem: ScalarProblem,
  state: ProjectedNewtonState,
  descent: Float64Array,
  tolerances: Tolerances,
): ProjectedNewtonState {
  const { place } = state;
  const box = boxOf(problem);
  const iteration = state.step.iteration + 1;
  const outcome = followInBox(problem, box, place, descent);
  if (outcome.kind === "none") {
    // The curvature was rounding error, or too short-lived to count.
    const tried = scaled(outcome.shortest, descent);
    return {
      place,
      step: boxStepAt(problem, box, iteration, place, tried, false, {
        direction: descent,
        stepLength: outcome.shortest,
      }),
      finish: boxConverged(box, place, iteration, tolerances),
    };
  }
  const { place: reached, stepLength } = outcome;
  const s = difference(reached.x, place.x);
  return examined(problem, {
    place: reached,
    step: boxStepAt(problem, box, iteration, reached, s, true, { direction: descent, stepLength }),
    finish: boxConverged(box, reached, iteration, tolerances),
  });
}

/** Lets a walk end where the projected gradient vanishes only if the second derivatives know no way down. */
function examined(problem: ScalarProblem, state: ProjectedNewtonState): ProjectedNewtonState {
  if (state.finish?.status !== "converged") return state;
  const { place, step } = state;
  const hessian = problem.hessian(place.x);
  if (hessian === undefined) return state;
  const box = boxOf(problem);
  const descent = boxDescent(box, place, hessian);
  if (descent !== undefined) return { place, step, descent };
  if (step.iteration > 0 || curvesUpwards(box, place, hessian)) return state;
  return {
    ...state,
    finish: {
      status: "stationary",
      message:
        "the projected gradient is within the tolerance at the start, but the function is flat there: it may be a plateau; start elsewhere or tighten gradientTolerance",
    },
  };
}
