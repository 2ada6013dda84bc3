import { solveLeastSquares } from "../../linalg/solve-least-squares.ts";
import { dampUpper, solveUpper } from "../../linalg/upper-triangular.ts";
import { at } from "../../linalg/vector.ts";

/** The local model ½ ‖R δ + z‖² of half the sum of squares, up to a constant. */
export interface LocalModel {
  /** R, upper triangular or trapezoidal, column-major [rows, p]. */
  readonly root: Float64Array;
  readonly transformed: Float64Array;
  readonly rows: number;
}

/** A minimiser of the damped model. */
export interface FreeStep {
  readonly step: Float64Array;
  /** U with UᵀU = RᵀR + W², upper triangular, column-major [p, p]; undefined when that is nearly singular. */
  readonly factor?: Float64Array | undefined;
}

/**
 * Minimises ½ ‖R δ + z‖² + ½ ‖W δ‖². Where the columns are nearly dependent it is a basic solution: columns explained by
 * others stay where they are.
 *
 * @param weights the diagonal of W; undefined for a Gauss–Newton step
 */
export function freeStep(model: LocalModel, p: number, weights: Float64Array | undefined): FreeStep {
  const { root, transformed, rows } = model;
  if (weights === undefined) {
    const step = rows === p ? solveUpper(root, transformed, p) : undefined;
    return step === undefined ? { step: basicStep(model, undefined, p) } : { step, factor: root };
  }
  const damped = dampUpper(root, transformed, rows, weights);
  const step = solveUpper(damped.root, damped.transformed, p);
  return step === undefined ? { step: basicStep(model, weights, p) } : { step, factor: damped.root };
}

function basicStep(model: LocalModel, weights: Float64Array | undefined, p: number): Float64Array {
  const all = Array.from({ length: p }, (_, j) => j);
  return minimizerOver(all, model, weights, new Float64Array(p));
}

/** Minimiser over some of the parameters, the others staying where `step` has them. */
export function minimizerOver(
  free: readonly number[],
  { root, transformed, rows }: LocalModel,
  weights: Float64Array | undefined,
  step: Float64Array,
): Float64Array {
  const m = weights === undefined ? rows : rows + free.length;
  const b = new Float64Array(m);
  for (let i = 0; i < rows; i++) b[i] = -at(transformed, i);
  const held = new Uint8Array(step.length).fill(1);
  for (const j of free) held[j] = 0;
  for (let j = 0; j < step.length; j++)
    if (held[j] === 1) for (let i = 0; i < rows; i++) b[i] = at(b, i) - at(root, j * rows + i) * at(step, j);
  const columns = new Float64Array(m * free.length);
  free.forEach((j, k) => {
    for (let i = 0; i < rows; i++) columns[k * m + i] = at(root, j * rows + i);
    if (weights !== undefined) columns[k * m + rows + k] = at(weights, j);
  });
  const { x } = solveLeastSquares(columns, b, m, free.length);
  const target = step.slice();
  free.forEach((j, k) => (target[j] = at(x, k)));
  return target;
}

/** R δ */
export function modelChange({ root, rows }: LocalModel, step: Float64Array): Float64Array {
  const change = new Float64Array(rows);
  for (let j = 0; j < step.length; j++) {
    const by = at(step, j);
    if (by !== 0) for (let i = 0; i < rows; i++) change[i] = at(change, i) + at(root, j * rows + i) * by;
  }
  return change;
}

/** ½ ‖z‖² − ½ ‖R δ + z‖² = −(R δ)ᵀ(z + ½ R δ), which does not cancel for small steps. */
export function modelDecrease(model: LocalModel, step: Float64Array): number {
  const change = modelChange(model, step);
  let sum = 0;
  for (let i = 0; i < model.rows; i++)
    sum -= at(change, i) * (at(model.transformed, i) + 0.5 * at(change, i));
  return sum;
}
