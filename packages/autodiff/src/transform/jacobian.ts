import { allocate } from "../tensor/dtype.ts";
import { withoutRecording, withTransform } from "../tensor/record.ts";
import { makeConstant, type Tensor, type TensorLike, type LeafLike } from "../tensor/tensor.ts";
import { flatten, type MapTree, type TreeLike } from "../tensor/tree.ts";
import { stack } from "../ops/shape.ts";
import { asTensor } from "../tensor/convert.ts";
import { grad } from "./grad.ts";
import { call, makeVariables, release, type AnyFunction } from "./function.ts";
import { fullLike, sweepBack, sweepForward } from "./sweep.ts";

/**
 * All first derivatives: for every tensor of the result a tree like the first argument, whose leaves have the
 * shape of that result followed by the shape of the argument's leaf. A vector function [m] of a vector [n] gives
 * the matrix [m, n]. Forward mode is used when there are no more inputs than outputs, reverse mode otherwise.
 *
 * @example
 * jacobian((x) => x.mul(x))(tensor([1, 2])); // → [[2, 0], [0, 4]]
 */
export function jacobian<Y, R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => Y,
): (x: LeafLike, ...rest: R) => MapTree<Y, Tensor>;
export function jacobian<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
): (x: TreeLike<X>, ...rest: R) => MapTree<Y, X>;
export function jacobian(f: AnyFunction): AnyFunction {
  return (x: unknown, ...rest: readonly unknown[]) =>
    withTransform((level) => {
      const { argument, leaves, structure } = makeVariables("jacobian", x, level);
      const result = flatten<TensorLike>(call(f, argument, rest));
      const outputs = result.leaves.map(asTensor);
      const count = (tensors: readonly Tensor[]): number =>
        tensors.reduce((total, { size }) => total + size, 0);
      const rows = withoutRecording(level, () =>
        count(leaves) <= count(outputs) ? byColumns(outputs, leaves) : byRows(outputs, leaves),
      );
      const trees = rows.map((row) => structure.rebuild(row.map((block) => release(block, level))));
      return result.rebuild(trees);
    });
}

/** One forward sweep per element of the argument gives a column for each output. */
function byColumns(outputs: readonly Tensor[], leaves: readonly Tensor[]): Tensor[][] {
  const rows: Tensor[][] = outputs.map(() => []);
  leaves.forEach((leaf, position) => {
    const columns = Array.from({ length: leaf.size }, (_, element) => {
      const tangents = leaves.map((__, index) => (index === position ? unit(leaf, element) : undefined));
      return sweepForward(outputs, leaves, tangents);
    });
    outputs.forEach((output, row) => {
      const blocks = columns.map((column) => column[row] ?? fullLike(output, 0));
      const shape = [...output.shape, ...leaf.shape];
      (rows[row] as Tensor[]).push(
        blocks.length === 0 ? emptyLike(output, shape) : stack(blocks, output.shape.length).reshape(shape),
      );
    });
  });
  return rows;
}

/** One backward sweep per element of a result gives a row. */
function byRows(outputs: readonly Tensor[], leaves: readonly Tensor[]): Tensor[][] {
  return outputs.map((output) => {
    const pulled = Array.from({ length: output.size }, (_, element) =>
      sweepBack([output], [unit(output, element)], leaves),
    );
    return leaves.map((leaf) => {
      const shape = [...output.shape, ...leaf.shape];
      const blocks = pulled.map((adjoints) => adjoints.get(leaf) ?? fullLike(leaf, 0));
      return blocks.length === 0 ? emptyLike(output, shape) : stack(blocks, 0).reshape(shape);
    });
  });
}

function unit(like: Tensor, element: number): Tensor {
  if (like.shape.length === 0) return fullLike(like, 1);
  const data = allocate(like.dtype, like.size);
  data[element] = 1;
  return makeConstant(like.shape, like.dtype, data);
}

function emptyLike(tensor: Tensor, shape: readonly number[]): Tensor {
  return makeConstant(shape, tensor.dtype, allocate(tensor.dtype, 0));
}

/**
 * All second derivatives of a scalar function, forward mode over reverse mode: a tree of trees like the first
 * argument. A function of a vector [n] gives the symmetric matrix [n, n].
 *
 * @example
 * hessian(([x, y]) => x.pow(2).mul(y))([1, 2]); // → [[4, 2], [2, 0]]
 */
export function hessian<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
): (x: LeafLike, ...rest: R) => Tensor;
export function hessian<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: TreeLike<X>, ...rest: R) => MapTree<X, X>;
export function hessian(f: AnyFunction): AnyFunction {
  const gradient = grad(f as (x: Tensor, ...rest: unknown[]) => TensorLike);
  return jacobian(gradient as AnyFunction as (x: Tensor, ...rest: unknown[]) => Tensor);
}
