import { at, difference, dot, scaled } from "../linalg/vector.ts";
import { lagrangianGradient, relativeSize, type ConstrainedPlace, type Multipliers } from "./kkt.ts";

/**
 * Powell's damped BFGS update of the Hessian of the Lagrangian: y is drawn towards B s until the curvature sᵀr is at
 * least a fifth of sᵀB s, so that B stays positive definite (Nocedal & Wright, Numerical Optimization, 2nd ed.,
 * procedure 18.2).
 *
 * @param matrix B, row-major [n, n]; not changed
 */
export function dampedUpdate(matrix: Float64Array, s: Float64Array, y: Float64Array): Float64Array {
  const n = s.length;
  const image = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += at(matrix, i * n + j) * at(s, j);
    image[i] = sum;
  }
  const model = dot(s, image);
  const curvature = dot(s, y);
  if (!(model > 0) || !Number.isFinite(curvature)) return matrix;
  const theta = curvature >= 0.2 * model ? 1 : (0.8 * model) / (model - curvature);
  const r = y.map((value, i) => theta * value + (1 - theta) * at(image, i));
  const along = dot(s, r);
  if (!(along > 0)) return matrix;
  return matrix.map((value, k) => {
    const [i, j] = [Math.trunc(k / n), k % n];
    return value - (at(image, i) * at(image, j)) / model + (at(r, i) * at(r, j)) / along;
  });
}

/** A multiple of D⁻², D holding the parameters' sizes, that makes the first step about as long as the point, or one. */
export function firstMatrix({ x, gradient }: ConstrainedPlace): Float64Array {
  const n = x.length;
  const matrix = new Float64Array(n * n);
  const size = relativeSize(gradient, x) || 1;
  for (let j = 0; j < n; j++) matrix[j * n + j] = size / Math.max(Math.abs(at(x, j)), 1) ** 2;
  return matrix;
}

/**
 * The quasi-Newton matrix after a step, from the change of the gradient of the Lagrangian.
 *
 * @param isFirst whether the matrix is still that of {@link firstMatrix}, whose size is then corrected
 */
export function quasiNewtonMatrix(
  matrix: Float64Array,
  isFirst: boolean,
  from: ConstrainedPlace,
  to: ConstrainedPlace,
  multipliers: Multipliers,
): Float64Array {
  const s = difference(to.x, from.x);
  const y = difference(lagrangianGradient(to, multipliers), lagrangianGradient(from, multipliers));
  if (!isFirst) return dampedUpdate(matrix, s, y);
  // As Nocedal & Wright, (6.20).
  const curvature = dot(s, y);
  let model = 0;
  for (let j = 0; j < s.length; j++) model += at(matrix, j * s.length + j) * at(s, j) ** 2;
  return dampedUpdate(curvature > 0 && model > 0 ? scaled(curvature / model, matrix) : matrix, s, y);
}
