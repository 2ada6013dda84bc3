import type { Tensor } from "../tensor/tensor.ts";
import { abs, div } from "./arithmetic.ts";
import { lessEqual, where } from "./compare.ts";
import { asColumn, asRow, machineEpsilon } from "./matrix.ts";
import { max } from "./reduce.ts";
import { stopGradient } from "./stop-gradient.ts";

/*
 * Eigenvalues and singular values are known to within n ε times the largest of them. What is closer together than
 * that counts as equal, what is smaller counts as 0.
 */

/** [..., 1] for values [..., n], n > 0 */
export function resolution(values: Tensor, size: number): Tensor {
  return stopGradient(
    max(abs(values), { axis: -1, keepDims: true }).mul(size * machineEpsilon(values.dtype)),
  );
}

/** x where the values are above the bound, 0 elsewhere. */
export function whereAbove(values: Tensor, bound: Tensor, x: Tensor): Tensor {
  return where(lessEqual(values, bound), 0, x);
}

/** 1/x, and 0 with all its derivatives where |x| is not above the bound. */
export function reciprocalAbove(x: Tensor, bound: Tensor): Tensor {
  const none = lessEqual(abs(x), bound);
  return where(none, 0, div(1, where(none, 1, x)));
}

/** 1/(xⱼ − xᵢ) at (i, j), 0 between equal values. */
export function reciprocalGaps(values: Tensor, bound: Tensor): Tensor {
  return reciprocalAbove(asRow(values).sub(asColumn(values)), asColumn(bound));
}

/** 1/(xⱼ + xᵢ) at (i, j), 0 between zeros. */
export function reciprocalSums(values: Tensor, bound: Tensor): Tensor {
  return reciprocalAbove(asRow(values).add(asColumn(values)), asColumn(bound));
}
