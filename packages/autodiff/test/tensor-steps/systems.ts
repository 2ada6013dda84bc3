import { determinant, einsum, eye, norm, solve, type Tensor } from "../../src/index.ts";
import { asFloat, bounded, chooseReduction, countAlong, type Step } from "./context.ts";
import { elements } from "./windows.ts";

/** A matrix of a tensor's elements. */
const matrix = (x: Tensor, rows: number, columns: number): Tensor =>
  elements(x, rows * columns).reshape([rows, columns]);

/** A matrix close to the identity: its condition number is below 3. */
function regular(x: Tensor, order: number): Tensor {
  return matrix(bounded(x), order, order)
    .mul(0.5 / order)
    .add(eye(order, x.dtype));
}

export const systems: Readonly<Record<string, Step>> = {
  determinant: (x, _, c) => {
    const float = asFloat(x, c);
    return float.size === 0 ? float : determinant(regular(float, 1 + c.choose("order − 1", 5)));
  },
  solve: (x, y, c) => {
    const [left, right] = [asFloat(x, c), asFloat(y, c)];
    if (left.size === 0 || right.size === 0) return left;
    const order = 1 + c.choose("order − 1", 5);
    const sides = matrix(right, order, 1 + c.choose("sides − 1", 3));
    const dtype = left.dtype === "f64" || right.dtype === "f64" ? "f64" : "f32";
    return bounded(solve(regular(left, order).cast(dtype), sides.cast(dtype)));
  },
  einsum: (x, y, c) => {
    const [left, right] = [asFloat(x, c), asFloat(y, c)];
    if (left.size === 0 || right.size === 0) return left;
    const subscripts = ["ij,jk->ki", "ij,jk->j", "ij,jk->", "ij,jk->ijk", "ji,kj->ik", "ij,kl->lj"];
    const [i, j, k] = [3, 1 + c.choose("j − 1", 5), 4] as const;
    const chosen = subscripts[c.choose("subscripts", subscripts)] as string;
    const [a, b] = chosen.startsWith("ji")
      ? [matrix(left, j, i), matrix(right, k, j)]
      : [matrix(left, i, j), matrix(right, j, k)];
    return bounded(einsum(chosen, a, b).mul(0.3));
  },
  norm: (x, _, c) => {
    const float = asFloat(x, c);
    const options = chooseReduction(float, c);
    if (countAlong(float, options.axis) === 0 || float.size === 0) return float;
    const moved = float.add(0.0173);
    const length = norm(moved, options);
    c.kink(() => length);
    return bounded(length);
  },
};
