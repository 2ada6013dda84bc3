import { DTypeError, ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type Flattened } from "../tensor/tree.ts";

/**
 * What a loop hands on must stay like what it started with.
 *
 * @throws {ShapeError} or {DTypeError} naming the part of the carry that changes.
 */
export function checkCarry(
  loop: string,
  { form, paths }: Flattened<TensorLike>,
  before: readonly Tensor[],
  after: unknown,
): void {
  const next = flatten<TensorLike>(after);
  if (next.form !== form)
    throw new ShapeError(
      `${loop}: a step must return a carry with the structure of the one it was given: expected [${paths.join(", ")}], found [${next.paths.join(", ")}]`,
    );
  next.leaves.forEach((leaf, index) => {
    const found = asTensor(leaf);
    const expected = before[index] as Tensor;
    const name = paths[index] === "" ? "the carry" : `the carry's ${paths[index]}`;
    if (!sameShape(found.shape, expected.shape))
      throw new ShapeError(
        `${loop}: ${name} must keep its shape ${formatShape(expected.shape)}; broadcast the first one if it grows: ${formatShape(found.shape)}`,
      );
    if (found.dtype !== expected.dtype)
      throw new DTypeError(
        `${loop}: ${name} must keep its dtype ${expected.dtype}; cast the first one or the step's: ${found.dtype}`,
      );
  });
}
