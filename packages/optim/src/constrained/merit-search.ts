import { farBelow, unboundedBelow } from "../line-search/search.ts";
import { at } from "../linalg/vector.ts";
import type { ConstrainedProblem } from "../problem/constrained-problem.ts";
import { projectedPoint, roomAlong, type Box } from "./box.ts";
import { constraintSizes, violations, type ConstrainedPlace } from "./kkt.ts";
import { merit, meritNoise } from "./merit.ts";
import { placeAt } from "./method.ts";
import type { FoundStep } from "./sqp-direction.ts";
import { correctedStep, type Linearized } from "./sqp-subproblem.ts";

/** How a search along a direction ended. */
export type MeritSearchOutcome =
  | {
      readonly kind: "found" | "unbounded";
      readonly place: ConstrainedPlace;
      /** α; 1 also for a corrected step. */
      readonly stepLength: number;
    }
  | { readonly kind: "none"; readonly shortest: number };

/** φ has to fall by this part of what its slope promises. */
const sufficientDecrease = 1e-4;
/** Violations may not grow by more than this many times what a change of x by its own size does. */
const farOff = 1e3;
const mostTrials = 40;
const mostExpansions = 30;

/**
 * Backtracking on the ℓ₁ merit function along a step of the quadratic program. Where the full step does not lower it, the
 * second-order correction is tried first: the step of the same program with the constraints' values at x + p, which takes
 * their curvature into account and so keeps full steps possible near the solution (the Maratos effect; Nocedal & Wright,
 * Numerical Optimization, 2nd ed., §18.3 and algorithm 15.2). A point that cannot be evaluated is too far. Along
 * directions without curvature of its own the search also looks farther than the full step.
 */
export function meritSearch(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  linear: Linearized,
  found: FoundStep,
  box: Box,
  exact: boolean,
): MeritSearchOutcome {
  const { weights, slope, step } = found;
  const start = merit(place, weights);
  const noise = meritNoise(place, weights);
  const sizes = constraintSizes(place);
  const before = violations(place);
  const lowers = (reached: ConstrainedPlace, stepLength: number): boolean =>
    merit(reached, weights) <= start + sufficientDecrease * stepLength * Math.min(slope, 0) + noise &&
    // However low the value: where constraints are missed by that much, the weights are not those of this place.
    violations(reached).every((v, i) => v <= at(before, i) + farOff * Math.max(at(sizes, i), 1));

  let stepLength = 1;
  for (let trial = 0; trial < mostTrials; trial++) {
    const reached = placeAt(problem, pointAlong(box, place.x, stepLength, step));
    if (reached !== undefined && lowers(reached, stepLength))
      return stepLength === 1 && seemsFlat(found, start, merit(reached, weights), exact)
        ? expanded(problem, place, found, box, reached)
        : { kind: "found", place: reached, stepLength };
    if (reached !== undefined && trial === 0) {
      const corrected = correction(problem, place, linear, found, reached, box);
      if (corrected !== undefined && lowers(corrected, 1))
        return { kind: "found", place: corrected, stepLength: 1 };
    }
    // The parabola through φ(0), φ′(0) and φ(α), kept between a tenth and a half.
    const rise = reached === undefined ? Infinity : merit(reached, weights) - start - slope * stepLength;
    const parabola = (-slope * stepLength * stepLength) / (2 * rise);
    stepLength = Math.min(Math.max(parabola > 0 ? parabola : 0, stepLength / 10), stepLength / 2);
  }
  return { kind: "none", shortest: stepLength };
}

/** x + α p within the box; a full step on to a bound lands on it exactly. */
function pointAlong(box: Box, x: Float64Array, stepLength: number, step: Float64Array): Float64Array {
  const point = projectedPoint(box, x, stepLength, step);
  if (stepLength === 1)
    for (let j = 0; j < x.length; j++) {
      // What rounding of (l − x) + x leaves.
      const near = 4 * Number.EPSILON * Math.max(Math.abs(at(x, j)), Math.abs(at(step, j)));
      for (const bound of [at(box.lower, j), at(box.upper, j)])
        if (Math.abs(at(point, j) - bound) <= near && at(step, j) !== 0) point[j] = bound;
    }
  return point;
}

function correction(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  linear: Linearized,
  found: FoundStep,
  reached: ConstrainedPlace,
  box: Box,
): ConstrainedPlace | undefined {
  if (found.elastic || linear.offsets.length === 0) return undefined;
  const { matrix, scale, equalities } = linear;
  const [m, n] = [linear.offsets.length, scale.length];
  const offsets = linear.offsets.slice();
  for (let i = 0; i < m; i++) {
    let product = 0;
    for (let j = 0; j < n; j++) product += (at(matrix, i * n + j) * at(found.step, j)) / at(scale, j);
    const value = i < equalities ? at(reached.equalities, i) : at(reached.inequalities, i - equalities);
    offsets[i] = value - product;
  }
  const step = correctedStep(linear, found, offsets);
  return step && placeAt(problem, pointAlong(box, place.x, 1, step));
}

/**
 * Whether φ fell along a full step as if it had no curvature, although the model's own curvature, made up or only guessed,
 * was what ended the step.
 */
function seemsFlat(
  { slope, curvature, model }: FoundStep,
  start: number,
  reached: number,
  exact: boolean,
): boolean {
  if (exact && model.damping === 0) return false;
  return curvature > -0.1 * slope && reached <= start + (exact ? 0.5 : 0.9) * slope;
}

/** A fall of the value that is paid for by violations is no descent of the problem's own. */
function paysWithViolation(beyond: ConstrainedPlace, ...before: readonly ConstrainedPlace[]): boolean {
  const known = before.map(violations);
  const sizes = constraintSizes(beyond);
  // What rounding leaves of constraints that hold counts as nothing.
  return violations(beyond).some(
    (v, i) => v > 2 * Math.max(...known.map((all) => at(all, i))) + 1e-10 * at(sizes, i),
  );
}

/** Looks ever farther while φ falls as if it had no curvature. */
function expanded(
  problem: ConstrainedProblem,
  place: ConstrainedPlace,
  { weights, slope, step }: FoundStep,
  box: Box,
  first: ConstrainedPlace,
): MeritSearchOutcome {
  const start = merit(place, weights);
  const [room] = roomAlong(box, place.x, step);
  let [reached, stepLength] = [first, 1];
  let count = 0;
  for (; count < mostExpansions && reached.value >= unboundedBelow; count++) {
    if (merit(reached, weights) > start + 0.5 * stepLength * slope) break;
    const farther = Math.min(10 * stepLength, room);
    if (!(farther > stepLength)) break;
    const beyond = placeAt(problem, pointAlong(box, place.x, farther, step));
    if (beyond === undefined || !(merit(beyond, weights) < merit(reached, weights))) break;
    if (paysWithViolation(beyond, place, first)) break;
    [reached, stepLength] = [beyond, farther];
  }
  const endless =
    reached.value < unboundedBelow ||
    (count === mostExpansions && place.value - reached.value > farBelow * Math.max(Math.abs(place.value), 1));
  return { kind: endless ? "unbounded" : "found", place: reached, stepLength };
}
