import type { Tensor } from "../tensor/tensor.ts";
import type { Pass } from "./schedule.ts";
import { vectorCode } from "./wasm/math/index.ts";

/** Nanoseconds of an addition from and to memory, for an f64 element. */
const addition = 0.3;
/** Nanoseconds of a multiplication and addition in registers, likewise. */
const multiplication = 0.08;

/** Roughly how long a pass takes on one thread, in nanoseconds. */
export function passCost({ size, format, elementwise, reductions, stores }: Pass): number {
  const work = elementwise.reduce((sum, { op }) => sum + (vectorCode(op)?.cost ?? 1), 0);
  return size * (work + reductions.length + stores.length) * (format === "f64" ? addition : addition / 2);
}

/** The same for a kernel. In a product of matrices, as in a convolution, m·k, k·n and m·n are what three tensors have. */
export function kernelCost({ op, inputs, size, dtype }: Tensor): number {
  const [a, b] = inputs as [Tensor, Tensor | undefined];
  const single = dtype === "f32" ? 0.5 : 1;
  if (op.linearity === "bilinear" && b !== undefined)
    return Math.sqrt(a.size * b.size * size) * multiplication * single;
  return Math.max(a.size, size) * 4 * addition * single;
}
