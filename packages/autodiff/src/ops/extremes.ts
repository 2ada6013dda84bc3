import { positions } from "../compile/wasm/lines.ts";
import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { formatShape, normalizeAxis } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { offsetsAlong, without, withOnes } from "./axes.ts";
import { apply, storageOf, type Op } from "./op.ts";

/** The axis to search (all elements in row-major order by default), and whether it stays with extent 1. */
export interface ArgOptions {
  readonly axis?: number;
  readonly keepDims?: boolean;
}

/** Where the first element is that no other `beats`; a NaN, which cannot be compared, comes before all numbers. */
function positionOp(
  name: string,
  beats: (a: number, b: number) => boolean,
  instruction: "gt" | "lt",
): Op<number> {
  const op: Op<number> = {
    name,
    infer: ([x], axis) => {
      const { shape } = x as Tensor;
      if (shape[axis] === 0)
        throw new ShapeError(`${name}: no elements to choose from: shape ${formatShape(shape)}`);
      return { shape: without(shape, [axis]), dtype: "i32" };
    },
    evaluate: ([x], axis, { shape }) => {
      const { starts, along } = offsetsAlong((x as Tensor).shape, [axis]);
      const data = (x as Tensor).data;
      const found = new Int32Array(starts.length);
      starts.forEach((start, line) => {
        let [best, position] = [data[start] as number, 0];
        for (let k = 1; k < along.length && !Number.isNaN(best); k++) {
          const candidate = data[start + (along[k] as number)] as number;
          if (beats(candidate, best) || Number.isNaN(candidate)) [best, position] = [candidate, k];
        }
        found[line] = position;
      });
      return storageOf(shape, found);
    },
    forward: () => undefined,
    reverse: () => [undefined],
    batch: ([x], _, axis) => apply(op, [x as Tensor], axis + 1),
    kernel: (context, inputs, output, axis) => positions(context, inputs, output, axis, instruction),
    text: `${name}(#1)`,
    latex: `\\operatorname{${name}}\\left(#1\\right)`,
  };
  return op;
}

// Marked as free of side effects, so that a bundle that uses neither leaves both out.
const argmaxOp: Op<number> = /* @__PURE__ */ positionOp("argmax", (a, b) => a > b, "gt");
const argminOp: Op<number> = /* @__PURE__ */ positionOp("argmin", (a, b) => a < b, "lt");

function position(op: Op<number>, x: TensorLike, { axis, keepDims = false }: ArgOptions): Tensor {
  const input = asTensor(x);
  const { shape } = input;
  if (axis === undefined) {
    const found = apply(op, [input.reshape([input.size])], 0);
    return keepDims ? found.reshape(shape.map(() => 1)) : found;
  }
  const along = normalizeAxis(axis, shape.length, op.name);
  const found = apply(op, [input], along);
  return keepDims ? found.reshape(withOnes(shape, [along])) : found;
}

/**
 * The index of the largest element along an axis, an `i32`: the first of several, or of a NaN if there is one. Without
 * an axis it is the position among all elements in row-major order. Indices have no derivative.
 *
 * @example
 * ```ts
 * argmax([[1, 5, 3], [4, 2, 6]], { axis: 1 }); // → [1, 2]
 * ```
 *
 * @throws {ShapeError} when there are no elements to choose from, or no such axis.
 */
export function argmax(x: TensorLike, options: ArgOptions = {}): Tensor {
  return position(argmaxOp, x, options);
}

/**
 * The index of the smallest element along an axis, an `i32`: the first of several, or of a NaN if there is one. Without
 * an axis it is the position among all elements in row-major order. Indices have no derivative.
 *
 * @throws {ShapeError} when there are no elements to choose from, or no such axis.
 */
export function argmin(x: TensorLike, options: ArgOptions = {}): Tensor {
  return position(argminOp, x, options);
}

/** The primitive operations of this file. */
export const extremesOps: readonly Op<never>[] = [argmaxOp, argminOp];
