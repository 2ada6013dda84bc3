import { scatterRows, takeRows } from "../compile/wasm/rows.ts";
import { ShapeError } from "../errors.ts";
import { allocate } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { allBatched, apply, type Op } from "./op.ts";

/*
 * Both primitives see four axes: B examples, each with indices of its own; O outer positions; N places to choose from
 * or K choices; R inner positions. With B = 1 it is a choice along one axis of a tensor, with O = R = 1 one along the
 * last axis for every position of the others.
 */

/** The operation that indices are checked for. */
export interface Choice {
  readonly operation: string;
}

export interface Places extends Choice {
  /** N */
  readonly extent: number;
}

type Four = [number, number, number, number];

/** Indices as they lie in memory, those that count from the end included. */
function positions(indices: Tensor, extent: number, operation: string): Int32Array {
  return Int32Array.from(indices.data, (index) => {
    const position = index < 0 ? index + extent : index;
    if (position < 0 || position >= extent)
      throw new ShapeError(`${operation}: no such index on an axis of extent ${extent}: ${index}`);
    return position;
  });
}

/** Visits every row of R elements: where it starts among the N places and among the K choices. */
function eachRow(
  [examples, outer, extent, inner]: Four,
  chosen: Int32Array,
  visit: (place: number, choice: number) => void,
): void {
  const choices = chosen.length / examples;
  for (let example = 0; example < examples; example++)
    for (let o = 0; o < outer; o++)
      for (let k = 0; k < choices; k++) {
        const row = example * outer + o;
        const place = row * extent + (chosen[example * choices + k] as number);
        visit(place * inner, (row * choices + k) * inner);
      }
}

/** x [B, O, N, R] and indices [B, K] give yₖ = x at indexₖ, [B, O, K, R]. */
export const takeOp: Op<Choice> = {
  name: "take",
  infer: ([x, indices]) => ({
    shape: (x as Tensor).shape.with(2, (indices as Tensor).shape[1] as number),
    dtype: (x as Tensor).dtype,
  }),
  evaluate: ([x, indices], { operation }, { shape, dtype }) => {
    const four = (x as Tensor).shape as Four;
    const [data, inner] = [(x as Tensor).data, four[3]];
    const result = allocate(dtype, sizeOf(shape));
    eachRow(four, positions(indices as Tensor, four[2], operation), (place, choice) => {
      for (let r = 0; r < inner; r++) result[choice + r] = data[place + r] as number;
    });
    return result;
  },
  // dyₖ = dx at indexₖ
  forward: ([dx], [, indices], _, choice) => dx && apply(takeOp, [dx, indices as Tensor], choice),
  // x̄ = Σₖ ȳₖ at indexₖ
  reverse: (adjoint, [x, indices], _, { operation }, [wanted]) => [
    wanted
      ? apply(scatterOp, [adjoint, indices as Tensor], {
          operation,
          extent: (x as Tensor).shape[2] as number,
        })
      : undefined,
  ],
  batch: (inputs, batched, choice) => {
    if (batched[0]) return merged(takeOp, inputs, batched, choice);
    // One x for all members is not copied: each example's choices for all of them are made together.
    const [x, indices] = inputs as [Tensor, Tensor];
    const [members, examples, choices] = indices.shape as [number, number, number];
    const [, outer, , inner] = x.shape as Four;
    const together = indices.transpose([1, 0, 2]).reshape([examples, members * choices]);
    return apply(takeOp, [x, together], choice)
      .reshape([examples, outer, members, choices, inner])
      .transpose([2, 0, 1, 3, 4]);
  },
  kernel: takeRows,
  text: "take(#1, #2)",
  latex: "{#1}_{#2}",
};

/** u [B, O, K, R] and indices [B, K] give x with uₖ added up at indexₖ, [B, O, N, R]: the transpose of take. */
export const scatterOp: Op<Places> = {
  name: "scatter",
  infer: ([updates], { extent }) => ({
    shape: (updates as Tensor).shape.with(2, extent),
    dtype: (updates as Tensor).dtype,
  }),
  evaluate: ([updates, indices], { operation, extent }, { shape, dtype }) => {
    const [data, inner] = [(updates as Tensor).data, shape[3] as number];
    const sums = allocate(dtype === "f32" ? "f64" : dtype, sizeOf(shape));
    eachRow(shape as Four, positions(indices as Tensor, extent, operation), (place, choice) => {
      for (let r = 0; r < inner; r++)
        sums[place + r] = (sums[place + r] as number) + (data[choice + r] as number);
    });
    return dtype === "f32" ? Float32Array.from(sums) : sums;
  },
  // dx = Σₖ duₖ at indexₖ
  forward: ([du], [, indices], _, places) => du && apply(scatterOp, [du, indices as Tensor], places),
  // ūₖ = x̄ at indexₖ
  reverse: (adjoint, [, indices], _, { operation }, [wanted]) => [
    wanted ? apply(takeOp, [adjoint, indices as Tensor], { operation }) : undefined,
  ],
  batch: (inputs, batched, places) => merged(scatterOp, inputs, batched, places),
  kernel: scatterRows,
  text: "scatter(#1, #2)",
  latex: "\\operatorname{scatter}_{#2}\\left(#1\\right)",
};

/** The members of a batch as further examples. */
function merged<A extends Choice>(
  op: Op<A>,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  attributes: A,
): Tensor {
  const all = allBatched(inputs, batched);
  const [members, examples] = (all[0] as Tensor).shape as [number, number, ...number[]];
  const unite = (x: Tensor): Tensor => x.reshape([members * examples, ...x.shape.slice(2)]);
  const result = apply(op, all.map(unite), attributes);
  return result.reshape([members, examples, ...result.shape.slice(1)]);
}

/** The primitive operations of this file. */
export const takeOps: readonly Op<never>[] = [takeOp, scatterOp];
