import { asTensor } from "../tensor/convert.ts";
import { sizeOf, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import type { Signature } from "./op.ts";
import { broadcastTo, concatenate, type Range } from "./shape.ts";

/**
 * Several results in one tensor, side by side along its last axis: how an operation returns more than one, such as the
 * factors of a decomposition. `leading` axes (of a batch of matrices, say) come first in every part and stay. Parts
 * of other dtypes are cast; f64 holds all of them exactly. A missing part counts as zeros. A single part stays as it is.
 */
export function pack(
  parts: readonly (Tensor | undefined)[],
  signatures: readonly Signature[],
  leading: Shape,
  dtype: Signature["dtype"],
): Tensor {
  const zeros = (shape: Shape): Tensor => broadcastTo(cast(asTensor(0), dtype), shape);
  const [only] = signatures;
  if (signatures.length === 1 && only !== undefined) return parts[0] ?? zeros(only.shape);
  const flat = signatures.map(({ shape }, index) => {
    const extents = [...leading, sizeOf(shape.slice(leading.length))];
    const part = parts[index];
    return part === undefined ? zeros(extents) : cast(part, dtype).reshape(extents);
  });
  return concatenate(flat, leading.length);
}

/** The parts of a packed tensor, each in its shape (leading axes included) and dtype. */
export function unpack(packed: Tensor, signatures: readonly Signature[], leading: Shape): Tensor[] {
  if (signatures.length === 1) return [packed];
  const all = new Array<Range>(leading.length).fill([]);
  let at = 0;
  return signatures.map(({ shape, dtype }) => {
    const start = at;
    at += sizeOf(shape.slice(leading.length));
    return cast(packed.slice(...all, [start, at]).reshape(shape), dtype);
  });
}

/** What the parts are like once they are packed. */
export function packedSignature(signatures: readonly Signature[], leading: Shape): Signature {
  const [only] = signatures;
  if (signatures.length === 1 && only !== undefined) return only;
  return { shape: [...leading, packedExtent(signatures, leading)], dtype: "f64" };
}

/** How many elements the parts have for one member of the leading axes. */
export function packedExtent(signatures: readonly Signature[], leading: Shape): number {
  return signatures.reduce((total, { shape }) => total + sizeOf(shape.slice(leading.length)), 0);
}
