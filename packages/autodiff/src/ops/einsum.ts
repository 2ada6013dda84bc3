import { ShapeError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { diagonal } from "./diagonal.ts";
import { isEllipsis, readNotation, type Label } from "./einsum-notation.ts";
import { matmul } from "./linalg.ts";
import { sum } from "./reduce.ts";
import { broadcastTo } from "./shape.ts";

/** A tensor whose axes have labels, no two of them the same. */
interface Factor {
  readonly tensor: Tensor;
  readonly labels: readonly Label[];
}

type Extents = ReadonlyMap<Label, number>;

/**
 * Sums of products in Einstein's notation: a letter for every axis of every operand, as in NumPy. An index that the
 * output lacks is summed over, one that an operand has twice runs along its diagonal, `...` stands for any number of
 * axes, which broadcast. Without `->` the output has, in alphabetical order, the indices that occur once.
 *
 * Operands are multiplied two at a time, those first whose product grows least, by matrix products.
 *
 * @example
 * ```ts
 * const a = [[1, 2], [3, 4]];
 * einsum("ij,jk->ik", a, a); // → [[7, 10], [15, 22]]
 * einsum("ii", a); // → 5
 * einsum("i,ij,j", [1, 2], a, [5, 6]); // → 95
 * ```
 *
 * @throws {ShapeError} saying what is wrong in the string and where, or which index has two extents.
 */
export function einsum(subscripts: string, ...operands: readonly TensorLike[]): Tensor {
  const tensors = operands.map(asTensor).map((x) => (x.dtype === "bool" ? cast(x, "i32") : x));
  const notation = readNotation(
    subscripts,
    tensors.map(({ shape }) => shape),
  );
  const extents = extentsOf(subscripts, notation.operands, tensors);
  let factors = tensors.map((x, index) => withoutRepeats(x, notation.operands[index] as readonly Label[]));
  while (factors.length > 1) {
    const [left, right] = cheapestPair(factors, notation.output, extents);
    const others = factors.filter((factor) => factor !== left && factor !== right);
    factors = [...others, contract(left, right, neededBy(others, notation.output))];
  }
  const { tensor, labels } = summedTo(factors[0] as Factor, new Set(notation.output));
  const shape = notation.output.map((label) => extents.get(label) as number);
  return broadcastTo(tensor.transpose(notation.output.map((label) => labels.indexOf(label))), shape);
}

/** How far every index runs; only axes of an ellipsis may be 1 and be repeated. */
function extentsOf(
  subscripts: string,
  operands: readonly (readonly Label[])[],
  tensors: readonly Tensor[],
): Extents {
  const extents = new Map<Label, number>();
  operands.forEach((labels, operand) =>
    labels.forEach((label, axis) => {
      const extent = (tensors[operand] as Tensor).shape[axis] as number;
      const known = extents.get(label);
      if (known === undefined || (isEllipsis(label) && known === 1)) extents.set(label, extent);
      else if (known !== extent && !(isEllipsis(label) && extent === 1))
        throw new ShapeError(
          `einsum: ${isEllipsis(label) ? `axis ${axis} of operand ${operand}, in "...", does not broadcast` : `index "${label}" has two extents`} ` +
            `in "${subscripts}": ${known} and ${extent}`,
        );
    }),
  );
  return extents;
}

/** Takes the diagonal for every label that occurs twice. */
function withoutRepeats(tensor: Tensor, labels: readonly Label[]): Factor {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  if (second < 0) return { tensor, labels };
  const label = labels[second] as Label;
  const first = labels.indexOf(label);
  const others = labels.flatMap((_, axis) => (axis === first || axis === second ? [] : [axis]));
  const kept = others.map((axis) => labels[axis] as Label);
  return withoutRepeats(diagonal(tensor.transpose([...others, first, second])), [...kept, label]);
}

/** Sums over all axes that are not needed any more. */
function summedTo({ tensor, labels }: Factor, needed: ReadonlySet<Label>): Factor {
  const axis = labels.flatMap((label, position) => (needed.has(label) ? [] : [position]));
  return axis.length === 0
    ? { tensor, labels }
    : { tensor: sum(tensor, { axis }), labels: labels.filter((label) => needed.has(label)) };
}

function neededBy(others: readonly Factor[], output: readonly Label[]): ReadonlySet<Label> {
  return new Set([...output, ...others.flatMap(({ labels }) => labels)]);
}

/**
 * The pair whose product is smallest compared with what it replaces, and among those the one that takes the fewest
 * multiplications (the greedy order of D. G. A. Smith & J. Gray, opt_einsum, JOSS 3, 2018).
 */
function cheapestPair(
  factors: readonly Factor[],
  output: readonly Label[],
  extents: Extents,
): readonly [Factor, Factor] {
  const size = (labels: Iterable<Label>): number =>
    sizeOf(Array.from(labels, (label) => extents.get(label) as number));
  let best: readonly [Factor, Factor] | undefined;
  let [leastGrowth, leastWork] = [Infinity, Infinity];
  factors.forEach((left, index) =>
    factors.slice(index + 1).forEach((right) => {
      const needed = neededBy(
        factors.filter((factor) => factor !== left && factor !== right),
        output,
      );
      const all = new Set([...left.labels, ...right.labels]);
      const growth =
        size([...all].filter((label) => needed.has(label))) - size(left.labels) - size(right.labels);
      const work = size(all);
      if (best !== undefined && (growth > leastGrowth || (growth === leastGrowth && work >= leastWork)))
        return;
      [best, leastGrowth, leastWork] = [[left, right], growth, work];
    }),
  );
  return best as readonly [Factor, Factor];
}

/** The product of two factors, summed over the indices of theirs that nothing else needs. */
function contract(left: Factor, right: Factor, needed: ReadonlySet<Label>): Factor {
  // What only one of them has and nobody needs is gone before anything is multiplied.
  const a = summedTo(left, new Set([...needed, ...right.labels]));
  const b = summedTo(right, new Set([...needed, ...left.labels]));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const summed = shared.filter((label) => !needed.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const [x, y] = [
    arranged(a, [...batch, ...rows, ...summed]),
    arranged(b, [...batch, ...summed, ...columns]),
  ];
  const extent = (factor: Factor, list: readonly Label[]): number[] =>
    list.map((label) => factor.tensor.shape[factor.labels.indexOf(label)] as number);
  if (summed.length === 0) {
    const aligned = x.reshape([...extent(a, batch), ...extent(a, rows), ...columns.map(() => 1)]);
    const across = y.reshape([...extent(b, batch), ...rows.map(() => 1), ...extent(b, columns)]);
    return { tensor: aligned.mul(across), labels };
  }
  const [m, k, n] = [sizeOf(extent(a, rows)), sizeOf(extent(a, summed)), sizeOf(extent(b, columns))];
  const product = matmul(x.reshape([...extent(a, batch), m, k]), y.reshape([...extent(b, batch), k, n]));
  const leading = product.shape.slice(0, -2);
  return { tensor: product.reshape([...leading, ...extent(a, rows), ...extent(b, columns)]), labels };
}

function arranged({ tensor, labels }: Factor, order: readonly Label[]): Tensor {
  return tensor.transpose(order.map((label) => labels.indexOf(label)));
}
