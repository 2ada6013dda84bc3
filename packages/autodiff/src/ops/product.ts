import { asTensor } from "../tensor/convert.ts";
import { normalizeAxes } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { countAlong, without, withOnes } from "./axes.ts";
import { cast } from "./cast.ts";
import type { ReduceOptions } from "./reduce.ts";
import { broadcastTo, type Range } from "./shape.ts";

/**
 * The product over the given axes, over all of them by default; true counts as 1, and the product of nothing is 1.
 *
 * It is a tree of products of halves, without a division: derivatives of every order are right with any number of
 * zeros among the factors, and rounding errors grow with log n only.
 *
 * @example
 * ```ts
 * prod([2, 3, 4]); // → 24
 * grad((x) => prod(x))(tensor([2, 0, 4])); // → [0, 8, 0]
 * ```
 */
export function prod(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const input = asTensor(x);
  const { shape } = input;
  const axes = normalizeAxes(options.axis, shape.length, "prod");
  const kept = without(shape, axes);
  const others = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const numeric = input.dtype === "bool" ? cast(input, "i32") : input;
  const lines = numeric.transpose([...others, ...axes]).reshape([...kept, countAlong(shape, axes)]);
  return productOfLines(lines).reshape(options.keepDims === true ? withOnes(shape, axes) : kept);
}

/** The products along the last axis. */
function productOfLines(lines: Tensor): Tensor {
  const leading = lines.shape.slice(0, -1);
  const part = (from: number, to: number): Tensor =>
    factors.slice(...leading.map((): Range => []), [from, to]);
  let factors = lines;
  let left: Tensor | undefined;
  for (;;) {
    const count = factors.shape.at(-1) as number;
    if (count === 0) return broadcastTo(cast(asTensor(1), lines.dtype), leading);
    if (count === 1) return (left === undefined ? factors : factors.mul(left)).reshape(leading);
    const half = count >> 1;
    if (count % 2 === 1) {
      const last = part(count - 1, count);
      left = left === undefined ? last : left.mul(last);
    }
    factors = part(0, half).mul(part(half, 2 * half));
  }
}
