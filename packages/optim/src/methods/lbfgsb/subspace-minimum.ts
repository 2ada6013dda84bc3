import { clipped, type Box } from "../../constrained/box.ts";
import { solveSquare } from "../../linalg/gaussian-elimination.ts";
import { at, entry } from "../../linalg/vector.ts";
import type { CauchyPoint } from "./cauchy-point.ts";
import { middleProduct, type CompactHessian } from "./compact-hessian.ts";

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
  const { theta, size, W } = hessian;
  const free: number[] = [];
  for (let i = 0; i < n; i++) if (entry(cauchy.free, i) === 1) free.push(i);
  if (free.length === 0) return cauchy.x;
  const image = new Float64Array(size);
  middleProduct(hessian, cauchy.c, image);
  // r = Zᵀ(g + θ (xᶜ − x) − W M c)
  const reduced = new Float64Array(free.length);
  const right = new Float64Array(size);
  const products = new Float64Array(size * size);
  free.forEach((i, k) => {
    const from = i * size;
    let r = at(gradient, i) + theta * (at(cauchy.x, i) - at(x, i));
    for (let j = 0; j < size; j++) r -= at(W, from + j) * at(image, j);
    reduced[k] = r;
    for (let a = 0; a < size; a++) {
      const wa = at(W, from + a);
      right[a] = at(right, a) + wa * r;
      for (let b = 0; b <= a; b++) products[a * size + b] = at(products, a * size + b) + wa * at(W, from + b);
    }
  });
  // d = −r/θ − ZᵀW v/θ² with (M⁻¹ − WᵀZ ZᵀW/θ) v = WᵀZ r.
  const matrix = hessian.inverseM.map(
    (value, k) =>
      value -
      at(
        products,
        Math.max(Math.trunc(k / size), k % size) * size + Math.min(Math.trunc(k / size), k % size),
      ) /
        theta,
  );
  const v = solveSquare(matrix, right);
  if (v === undefined) return cauchy.x;
  const step = reduced.map((r, k) => {
    const from = (free[k] as number) * size;
    let sum = r;
    for (let j = 0; j < size; j++) sum += (at(W, from + j) * at(v, j)) / theta;
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
