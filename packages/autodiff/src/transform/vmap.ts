import { ShapeError } from "../errors.ts";
import { moveAxis } from "../ops/axis-order.ts";
import { makePlaceholder } from "../ops/leaf.ts";
import { withBatchAxis } from "../ops/op.ts";
import { asTensor } from "../tensor/convert.ts";
import { withTracing } from "../tensor/record.ts";
import { formatShape, normalizeAxis } from "../tensor/shape.ts";
import type { LeafLike, Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import type { AnyFunction } from "./function.ts";
import { dependents } from "./sweep.ts";

export interface VmapOptions {
  /**
   * The axis along which each argument is mapped, in all its leaves; `undefined` for an argument that is the same
   * every time. One number stands for all arguments; 0 by default.
   */
  readonly axes?: number | readonly (number | undefined)[];
  /** Where the mapped axis goes in the results; 0 by default. */
  readonly resultAxis?: number;
}

/**
 * Maps a function of single examples over an axis of its arguments: the same results as a loop, computed for the
 * whole batch at once. The function runs once, on placeholders of one example's shape, and its operations are then
 * applied to all examples together; a choice that depends on an example's values is written with `where` or `cond`.
 * It nests with itself and with every derivative, in either order.
 *
 * @example
 * vmap((x) => x.mul(x).sum())(tensor([[1, 2], [3, 4]])); // → [5, 25]
 * vmap(grad((x) => x.sin()))(tensor([0, 1])); // → [1, 0.540302]
 *
 * @throws {ShapeError} when the mapped axes differ in extent, or nothing is mapped.
 */
export function vmap<Y>(f: (...args: Tensor[]) => Y, options?: VmapOptions): (...args: LeafLike[]) => Y;
export function vmap<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  options?: VmapOptions,
): (...args: { [K in keyof A]: TreeLike<A[K]> }) => Y;
export function vmap(f: AnyFunction, { axes = 0, resultAxis = 0 }: VmapOptions = {}): AnyFunction {
  return (...args: readonly unknown[]): unknown => {
    const structures = args.map((arg) => flatten<TensorLike>(arg));
    const mapped = new Map<Tensor, Tensor>();
    let extent: number | undefined;
    const takeExtent = (tensor: Tensor, axis: number, name: string): void => {
      const found = tensor.shape[axis] as number;
      extent ??= found;
      if (found !== extent)
        throw new ShapeError(
          `vmap: mapped axes must have one extent; expected ${extent} on axis ${axis} of ${name}: shape ${formatShape(tensor.shape)}`,
        );
    };
    const result = withTracing((level) => {
      const inputs = structures.map(({ leaves, paths, rebuild }, position) => {
        const axis = typeof axes === "number" ? axes : axes[position];
        if (axis === undefined) return rebuild(leaves.map(asTensor));
        const examples = leaves.map((leaf, index) => {
          const tensor = asTensor(leaf);
          const path = paths[index] as string;
          const name = `argument ${position}${path === "" ? "" : `.${path}`}`;
          if (tensor.shape.length === 0)
            throw new ShapeError(
              `vmap: a scalar has no axis to map over; give its argument the axis undefined: ${name}`,
            );
          const along = normalizeAxis(axis, tensor.shape.length, "vmap");
          takeExtent(tensor, along, name);
          const example = makePlaceholder(tensor.shape.toSpliced(along, 1), tensor.dtype, level, name);
          mapped.set(example, moveAxis(tensor, along, 0));
          return example;
        });
        return rebuild(examples);
      });
      if (extent === undefined)
        throw new ShapeError(
          "vmap: expected at least one argument with a tensor to map over: none is mapped",
        );
      return flatten<TensorLike>((f as (...all: unknown[]) => unknown)(...inputs));
    });
    const outputs = result.leaves.map(asTensor);
    applyToBatch(outputs, mapped);
    const batches = outputs.map((output) => {
      const known = mapped.get(output);
      const batch = withBatchAxis(known ?? output, known !== undefined, extent as number);
      return moveAxis(batch, 0, normalizeAxis(resultAxis, batch.shape.length, "vmap"));
    });
    return result.rebuild(batches);
  };
}

/**
 * Computes everything on the way from the keys of `mapped` to the outputs for the whole batch, by each operation's
 * batch rule. What does not depend on an example stays as it is.
 */
function applyToBatch(outputs: readonly Tensor[], mapped: Map<Tensor, Tensor>): void {
  for (const node of dependents(outputs, [...mapped.keys()])) {
    if (mapped.has(node)) continue;
    const batched = node.inputs.map((input) => mapped.has(input));
    const inputs = node.inputs.map((input) => mapped.get(input) ?? input);
    mapped.set(node, node.op.batch(inputs, batched, node.attributes));
  }
}
