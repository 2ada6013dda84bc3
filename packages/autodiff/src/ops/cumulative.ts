import { runningSums } from "../compile/wasm/lines.ts";
import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { allocate } from "../tensor/dtype.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { offsetsAlong } from "./axes.ts";
import { cast } from "./cast.ts";
import { CompensatedSum } from "./kernels/compensated.ts";
import { apply, type Op } from "./op.ts";
import { concatenate, type Range } from "./shape.ts";

export interface CumulativeOptions {
  /** The axis to run along; needed unless the tensor is a vector. */
  readonly axis?: number;
  /** Runs from the end to the start. */
  readonly reverse?: boolean;
}

interface Direction {
  readonly axis: number;
  readonly reverse: boolean;
}

const cumsumOp: Op<Direction> = {
  name: "cumsum",
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x], { axis, reverse }, { shape, dtype }) => {
    const { starts, along } = offsetsAlong(shape, [axis]);
    const order = reverse ? along.reverse() : along;
    const data = (x as Tensor).data;
    const result = allocate(dtype, data.length);
    for (const start of starts) {
      const sum = new CompensatedSum();
      for (const offset of order) {
        sum.add(data[start + offset] as number);
        result[start + offset] = sum.value;
      }
    }
    return result;
  },
  // dyₖ = Σᵢ≤ₖ dxᵢ
  forward: ([dx], _, __, direction) => apply(cumsumOp, [dx as Tensor], direction),
  // x̄ᵢ = Σₖ≥ᵢ ȳₖ
  reverse: (adjoint, _, __, { axis, reverse }) => [apply(cumsumOp, [adjoint], { axis, reverse: !reverse })],
  batch: ([x], _, { axis, reverse }) => apply(cumsumOp, [x as Tensor], { axis: axis + 1, reverse }),
  linearity: "linear",
  kernel: runningSums,
  text: "cumsum(#1)",
  latex: "\\operatorname{cumsum}\\left(#1\\right)",
};

/**
 * Running sums along an axis: element k is x₀ + … + xₖ, or xₖ + … + xₙ₋₁ with `reverse`. Each is as accurate as its
 * last rounding.
 *
 * @example
 * ```ts
 * cumsum([1, 2, 3]); // → [1, 3, 6]
 * ```
 *
 * @throws {ShapeError} when the axis does not exist, or none is given for a tensor that is no vector.
 */
export function cumsum(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  const [input, direction] = cumulative(x, options, "cumsum");
  return apply(cumsumOp, [input], direction);
}

/**
 * Running products along an axis: element k is x₀ · … · xₖ, or xₖ · … · xₙ₋₁ with `reverse`. Products of 2, 4, 8, …
 * neighbours are made of each other without a division (W. D. Hillis & G. L. Steele, Data parallel algorithms,
 * CACM 29, 1986), so derivatives of every order are right at zeros.
 *
 * @example
 * ```ts
 * cumprod([1, 2, 3]); // → [1, 2, 6]
 * ```
 *
 * @throws {ShapeError} when the axis does not exist, or none is given for a tensor that is no vector.
 */
export function cumprod(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  const [input, { axis, reverse }] = cumulative(x, options, "cumprod");
  const count = input.shape[axis] as number;
  const before = new Array<Range>(axis).fill([]);
  let products = input;
  for (let reach = 1; reach < count; reach *= 2) {
    const [low, high] = [products.slice(...before, [0, count - reach]), products.slice(...before, [reach])];
    const alone = products.slice(...before, reverse ? [count - reach] : [0, reach]);
    products = concatenate(reverse ? [low.mul(high), alone] : [alone, low.mul(high)], axis);
  }
  return products;
}

function cumulative(
  x: TensorLike,
  { axis, reverse = false }: CumulativeOptions,
  operation: string,
): [Tensor, Direction] {
  const given = asTensor(x);
  const input = given.dtype === "bool" ? cast(given, "i32") : given;
  if (axis === undefined && input.shape.length !== 1)
    throw new ShapeError(
      `${operation}: expected an axis to run along, as in { axis: 0 }, for a tensor of ${input.shape.length} axes`,
    );
  return [input, { axis: normalizeAxis(axis ?? 0, input.shape.length, operation), reverse }];
}

/** The primitive operations of this file. */
export const cumulativeOps: readonly Op<never>[] = [cumsumOp];
