import { sortingOrder } from "../compile/wasm/lines.ts";
import { asTensor } from "../tensor/convert.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { offsetsAlong } from "./axes.ts";
import { takeAlongAxis } from "./indexing.ts";
import { apply, type Op } from "./op.ts";

/** The axis to sort along; the last by default. */
export interface SortOptions {
  readonly axis?: number;
}

const argsortOp: Op<number> = {
  name: "argsort",
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: "i32" }),
  evaluate: ([x], axis) => {
    const { starts, along } = offsetsAlong((x as Tensor).shape, [axis]);
    const data = (x as Tensor).data;
    const result = new Int32Array(data.length);
    for (const start of starts) {
      const line = Array.from(along, (offset) => data[start + offset] as number);
      const order = Array.from(line.keys()).sort((a, b) => ascending(line[a] as number, line[b] as number));
      along.forEach((offset, k) => (result[start + offset] = order[k] as number));
    }
    return result;
  },
  forward: () => undefined,
  reverse: () => [undefined],
  batch: ([x], _, axis) => apply(argsortOp, [x as Tensor], axis + 1),
  kernel: sortingOrder,
  text: "argsort(#1)",
  latex: "\\operatorname{argsort}\\left(#1\\right)",
};

/** Numbers by size, NaN behind all of them. */
function ascending(a: number, b: number): number {
  if (a < b) return -1;
  return a > b ? 1 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/**
 * The indices that sort a tensor along an axis, the last by default, as `i32`: equal elements (0 and −0 are) keep their
 * order, NaN comes last. Indices have no derivative.
 *
 * @example
 * ```ts
 * argsort([30, 10, 20]); // → [1, 2, 0]
 * ```
 *
 * @throws {ShapeError} when there is no such axis: a scalar has none.
 */
export function argsort(x: TensorLike, { axis = -1 }: SortOptions = {}): Tensor {
  const input = asTensor(x);
  return apply(argsortOp, [input], normalizeAxis(axis, input.shape.length, "argsort"));
}

/**
 * The elements in ascending order along an axis, the last by default: equal elements keep their order, NaN comes last.
 * The derivative goes with each element to its place; of equal ones, to the places in their order.
 *
 * @example
 * ```ts
 * sort([30, 10, 20]); // → [10, 20, 30]
 * grad((x) => sort(x).mul(tensor([1, 2, 3])).sum())(tensor([30, 10, 20])); // → [3, 1, 2]
 * ```
 *
 * @throws {ShapeError} when there is no such axis: a scalar has none.
 */
export function sort(x: TensorLike, { axis = -1 }: SortOptions = {}): Tensor {
  const input = asTensor(x);
  const along = normalizeAxis(axis, input.shape.length, "sort");
  return takeAlongAxis(input, argsort(input, { axis: along }), along);
}

/** The primitive operations of this file. */
export const sortOps: readonly Op<never>[] = [argsortOp];
