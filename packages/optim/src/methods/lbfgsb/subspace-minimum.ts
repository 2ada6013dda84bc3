import { clipped, type Box } from "../../constrained/box.ts";
import { solveSquare } from "../../linalg/gaussian-elimination.ts";
import { at } from "../../linalg/vector.ts";
import type { CauchyPoint } from "./cauchy-point.ts";
import type { CompactHessian } from "./compact-hessian.ts";

/**
 * The model's minimum over the parameters that are free at the Cauchy point, the others staying there: the direct primal
 * method (Byrd, Lu, Nocedal & Zhu 1995, §5.1), by the formula of Sherman, Morrison & Woodbury. A minimum outside the box is
 * projected on to it, which keeps more of the step than shortening (Morales & Nocedal, Remark on Algorithm 778, ACM TOMS 38,
 * 2011); only where that would lead uphill it is shortened.
 */
export function subspaceMinimum(
  x: Float64Array,
  gradient: Float64Array,
  box: Box,
  hessian: CompactHessian,
  cauchy: CauchyPoint,
): Float64Array {
  const n = x.length;
  const { theta, size } = hessian;
  const free: number[] = [];
  for (let i = 0; i < n; i++) if (at(cauchy.free, i) === 1) free.push(i);
  if (free.length === 0 || size === 0) return cauchy.x;
  const image = hessian.middle(cauchy.c);
  const rows = free.map((i) => hessian.row(i));
  // r = Zᵀ(g + θ (xᶜ − x) − W M c)
  const reduced = free.map((i, k) => {
    let r = at(gradient, i) + theta * (at(cauchy.x, i) - at(x, i));
    const row = rows[k] as Float64Array;
    for (let j = 0; j < size; j++) r -= at(row, j) * at(image, j);
    return r;
  });
  // d = −r/θ − ZᵀW v/θ² with (M⁻¹ − WᵀZ ZᵀW/θ) v = WᵀZ r.
  const matrix = hessian.middleInverse.slice();
  const right = new Float64Array(size);
  rows.forEach((row, k) => {
    for (let i = 0; i < size; i++) {
      right[i] = at(right, i) + at(row, i) * at(reduced, k);
      for (let j = 0; j < size; j++)
        matrix[i * size + j] = at(matrix, i * size + j) - (at(row, i) * at(row, j)) / theta;
    }
  });
  const v = solveSquare(matrix, right);
  if (v === undefined) return cauchy.x;
  const step = rows.map((row, k) => {
    let sum = at(reduced, k);
    for (let j = 0; j < size; j++) sum += (at(row, j) * at(v, j)) / theta;
    return -sum / theta;
  });

  const target = cauchy.x.slice();
  free.forEach((i, k) => (target[i] = clipped(box, i, at(cauchy.x, i) + at(step, k))));
  let slope = 0;
  for (let i = 0; i < n; i++) slope += at(gradient, i) * (at(target, i) - at(x, i));
  if (slope < 0) return target;
  let part = 1;
  free.forEach((i, k) => {
    const d = at(step, k);
    if (d === 0) return;
    const room = ((d < 0 ? at(box.lower, i) : at(box.upper, i)) - at(cauchy.x, i)) / d;
    part = Math.min(part, Math.max(room, 0));
  });
  free.forEach((i, k) => (target[i] = clipped(box, i, at(cauchy.x, i) + part * at(step, k))));
  return target;
}
