import { maxNorm } from "../linalg/vector.ts";
import type { Box } from "./box.ts";
import type { ConstrainedPlace, Multipliers } from "./kkt.ts";
import { solveQuadraticProgram } from "./quadratic-program.ts";
import { linearized } from "./sqp-subproblem.ts";

/** Larger multipliers than this, beside the gradients, say only that the constraints' gradients are nearly dependent. */
const mostLeverage = 1e3;

/**
 * Multipliers at a place that nothing is known of yet: those of the steepest descent step within the constraints'
 * linearisation, min ½ σ ‖p‖² + gᵀp with violations left as they are. Zero if they are out of proportion.
 */
export function firstMultipliers(place: ConstrainedPlace, box: Box): Multipliers {
  const linear = linearized(place, box);
  const { matrix, equalities, scale } = linear;
  const n = scale.length;
  const none = noMultipliers(place);
  const size = maxNorm(linear.gradient);
  if (linear.offsets.length === 0 || !(size > 0)) return none;
  const hessian = new Float64Array(n * n);
  for (let j = 0; j < n; j++) hessian[j * n + j] = size;
  const offsets = linear.offsets.map((c, i) => (i < equalities ? 0 : Math.max(c, 0)));
  const result = solveQuadraticProgram({ ...linear, hessian, offsets });
  if (result.kind !== "solved") return none;
  const tooLarge = result.multipliers.some((multiplier, i) => {
    const row = maxNorm(matrix.subarray(i * n, (i + 1) * n));
    return Math.abs(multiplier) * row > mostLeverage * size;
  });
  if (tooLarge) return none;
  return {
    equalities: result.multipliers.slice(0, equalities),
    inequalities: result.multipliers.slice(equalities).map((multiplier) => Math.max(multiplier, 0)),
  };
}

export function noMultipliers({ equalities, inequalities }: ConstrainedPlace): Multipliers {
  return {
    equalities: new Float64Array(equalities.length),
    inequalities: new Float64Array(inequalities.length),
  };
}
